//! The relay's media threads as one: control's words go in, the answers of all come out.

use std::{
    net::SocketAddr,
    sync::mpsc::{SyncSender, TrySendError},
    time::Duration,
};

use mcu_media_api::{FromRelay, ToRelay};
use tokio::sync::mpsc;

use super::{
    RelayError,
    media::{MediaThread, ToMedia, start_media, system_entropy},
};
use crate::{
    config::Config,
    shards::{Front, ToShard},
};

/// Words waiting for control, of all threads. Answers are at most as many as control's open requests; reports replace one another.
const ANSWERS: usize = 1024;

/// Pause when a media thread has more words waiting than it may.
const FULL_PAUSE: Duration = Duration::from_millis(2);

/// A media thread is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaGone;

/// The running threads seen from outside.
pub struct MediaThreads {
    threads: Vec<MediaThread>,
    front: Front,
    /// Which thread says what; give it to [`Self::told`].
    pub answers: mpsc::Receiver<(usize, FromRelay)>,
}

impl MediaThreads {
    /// Opens the sockets and starts the threads. With a port given, each thread has the next one.
    ///
    /// # Errors
    /// When a socket cannot be opened, with its key, or a certificate cannot be made.
    pub fn start(config: &Config) -> Result<Self, RelayError> {
        let (answers_out, answers) = mpsc::channel(ANSWERS);
        let start = |shard: u16| start_media(config, shard, answers_out.clone());
        let threads = (0..config.shards).map(start).collect::<Result<Vec<MediaThread>, RelayError>>()?;
        let front = Front::new(threads.iter().map(|thread| thread.worker_rtp).collect(), system_entropy());
        Ok(Self { threads, front, answers })
    }

    /// The workers' address.
    #[must_use]
    pub fn worker_rtp(&self) -> Option<SocketAddr> {
        self.threads.first().map(|thread| thread.worker_rtp)
    }

    /// The media addresses.
    #[must_use]
    pub fn media(&self) -> Vec<SocketAddr> {
        self.threads.iter().map(|thread| thread.media).collect()
    }

    /// Whether a thread has ended.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.threads.iter().any(MediaThread::is_finished)
    }

    /// A connection to control stands.
    pub(super) async fn connected(&self) -> Result<(), MediaGone> {
        for thread in &self.threads {
            pass(&thread.words, ToMedia::Connected).await?;
            thread.wake();
        }
        Ok(())
    }

    /// Passes on one of control's words.
    pub(super) async fn hear(&mut self, word: ToRelay) -> Result<(), MediaGone> {
        let words = self.front.hear(word);
        self.pass_all(words).await
    }

    /// Takes what a thread said; gives what control shall hear.
    pub(super) async fn told(&mut self, shard: usize, word: FromRelay) -> Result<Option<FromRelay>, MediaGone> {
        let told = self.front.told(shard, word);
        self.pass_all(told.words).await?;
        Ok(told.answer)
    }

    async fn pass_all(&self, words: Vec<(usize, ToShard)>) -> Result<(), MediaGone> {
        for (shard, word) in words {
            if let Some(thread) = self.threads.get(shard) {
                pass(&thread.words, ToMedia::Word(word)).await?;
                thread.wake();
            }
        }
        Ok(())
    }

    /// Says good-bye to all peers and ends the threads.
    ///
    /// # Errors
    /// When one had ended before.
    pub fn stop(self) -> Result<(), RelayError> {
        for thread in &self.threads {
            // A full channel means the thread is busy with words; it takes this one after them.
            thread.words.send(ToMedia::Stop).map_err(|_| RelayError::MediaEnded)?;
            thread.wake();
        }
        self.threads.into_iter().try_for_each(MediaThread::join)
    }
}

async fn pass(words: &SyncSender<ToMedia>, word: ToMedia) -> Result<(), MediaGone> {
    let mut word = word;
    loop {
        match words.try_send(word) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Disconnected(_)) => return Err(MediaGone),
            Err(TrySendError::Full(back)) => word = back,
        }
        tokio::time::sleep(FULL_PAUSE).await;
    }
}

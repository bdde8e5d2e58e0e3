//! The connection to control: dialled, and dialled again for ever.

use std::{
    path::Path,
    sync::mpsc::{SyncSender, TrySendError},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use mcu_media_api::{Frames, FromRelay, Hello, ToRelay, VERSION, WorkerKind};
use tokio::net::UnixStream;
use tokio_util::codec::Framed;

use super::media::{MediaThread, ToMedia};

/// Time between two tries. Control is back within two seconds after a crash; nobody should wait much longer for the relay.
const RETRY: Duration = Duration::from_millis(250);

/// Pause when the media thread has more words waiting than it may.
const FULL_PAUSE: Duration = Duration::from_millis(2);

/// How to reach control and who is speaking.
#[derive(Debug, Clone)]
pub struct ControlLink<'a> {
    /// Its Unix socket.
    pub socket: &'a Path,
    /// Drawn at random at the start of the program.
    pub instance: String,
}

/// Why [`run_control`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The media thread is gone.
    MediaGone,
}

/// Connects control and the media thread until the latter is gone. Meanwhile media go on with the last wanted state whatever happens here.
pub async fn run_control(link: &ControlLink<'_>, media: &mut MediaThread) -> Ended {
    let mut told_absent = false;
    loop {
        match UnixStream::connect(link.socket).await {
            Ok(stream) => {
                told_absent = false;
                tracing::info!("connected to control");
                // What was meant for an earlier connection says nothing to this one.
                while media.answers.try_recv().is_ok() {}
                match converse(link, media, stream).await {
                    Ok(()) => tracing::warn!("control closed the connection; media go on as last wanted"),
                    Err(Fault::MediaGone) => return Ended::MediaGone,
                    Err(Fault::Frame(error)) => tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the connection to control broke; media go on as last wanted"
                    ),
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut told_absent, true) {
                    tracing::warn!(%error, socket = %link.socket.display(), "control is not there; trying again until it is");
                }
            }
        }
        if media.is_finished() {
            return Ended::MediaGone;
        }
        tokio::time::sleep(RETRY).await;
    }
}

enum Fault {
    MediaGone,
    Frame(mcu_media_api::FrameError),
}

impl From<mcu_media_api::FrameError> for Fault {
    fn from(error: mcu_media_api::FrameError) -> Self {
        Self::Frame(error)
    }
}

async fn converse(link: &ControlLink<'_>, media: &mut MediaThread, stream: UnixStream) -> Result<(), Fault> {
    let mut framed = Framed::new(stream, Frames::<ToRelay, FromRelay>::new());
    let hello = Hello { version: VERSION, worker: WorkerKind::Relay, instance: link.instance.clone(), rtp: media.worker_rtp };
    framed.send(&FromRelay::Hello(hello)).await?;
    pass(&media.words, ToMedia::Connected).await?;
    media.wake();
    loop {
        tokio::select! {
            word = framed.next() => {
                let Some(word) = word else {
                    return Ok(());
                };
                pass(&media.words, ToMedia::Word(word?)).await?;
                media.wake();
            }
            answer = media.answers.recv() => {
                let answer = answer.ok_or(Fault::MediaGone)?;
                framed.send(&answer).await?;
            }
        }
    }
}

async fn pass(words: &SyncSender<ToMedia>, word: ToMedia) -> Result<(), Fault> {
    let mut word = word;
    loop {
        match words.try_send(word) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Disconnected(_)) => return Err(Fault::MediaGone),
            Err(TrySendError::Full(back)) => word = back,
        }
        tokio::time::sleep(FULL_PAUSE).await;
    }
}

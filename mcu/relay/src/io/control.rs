//! The connection to control: dialled, and dialled again for ever.

use std::{path::Path, time::Duration};

use futures_util::{SinkExt, StreamExt};
use mcu_media_api::{Frames, FromRelay, Hello, ToRelay, VERSION, WorkerKind};
use tokio::net::UnixStream;
use tokio_util::codec::Framed;

use super::shards::{MediaGone, MediaThreads};

/// Time between two tries. Control is back within two seconds after a crash; nobody should wait much longer for the relay.
const RETRY: Duration = Duration::from_millis(250);

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
    /// A media thread is gone.
    MediaGone,
}

/// Connects control and the media threads until one of the latter is gone. Meanwhile media go on with the last wanted state whatever happens here.
pub async fn run_control(link: &ControlLink<'_>, media: &mut MediaThreads) -> Ended {
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

impl From<MediaGone> for Fault {
    fn from(_: MediaGone) -> Self {
        Self::MediaGone
    }
}

impl From<mcu_media_api::FrameError> for Fault {
    fn from(error: mcu_media_api::FrameError) -> Self {
        Self::Frame(error)
    }
}

async fn converse(link: &ControlLink<'_>, media: &mut MediaThreads, stream: UnixStream) -> Result<(), Fault> {
    let mut framed = Framed::new(stream, Frames::<ToRelay, FromRelay>::new());
    let rtp = media.worker_rtp().ok_or(MediaGone)?;
    let hello = Hello { version: VERSION, worker: WorkerKind::Relay, instance: link.instance.clone(), rtp };
    framed.send(&FromRelay::Hello(hello)).await?;
    media.connected().await?;
    loop {
        tokio::select! {
            word = framed.next() => {
                let Some(word) = word else {
                    return Ok(());
                };
                media.hear(word?).await?;
            }
            answer = media.answers.recv() => {
                let (shard, word) = answer.ok_or(MediaGone)?;
                if let Some(answer) = media.told(shard, word).await? {
                    framed.send(&answer).await?;
                }
            }
        }
    }
}

//! The connection to control: dial, say hello, follow the wanted state, report.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use mcu_media_api::{FrameError, Frames, FromMixer, Hello, ToMixer};
use tokio::net::UnixStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::codec::Framed;

use crate::Engine;

/// Pause between two attempts to reach control. Control restarts in well under two seconds; a local socket costs nothing to try.
const RETRY: Duration = Duration::from_millis(250);
/// Reports go out this often even when nothing changes.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// Levels go out 25 times a second.
const LEVELS_EVERY: Duration = Duration::from_millis(40);

/// What control says, for the engine.
pub type FromControl = ToMixer;

/// Keeps the mixer connected to control for as long as the program lives.
pub struct ControlLink {
    socket: PathBuf,
    hello: Hello,
}

impl ControlLink {
    /// A link to the socket at that path.
    #[must_use]
    pub const fn new(socket: PathBuf, hello: Hello) -> Self {
        Self { socket, hello }
    }

    /// Runs until the program is told to end (SIGTERM, SIGINT). While control is away the engine goes on with the last wanted state.
    ///
    /// # Errors
    /// When signal handlers cannot be set.
    pub async fn run(self, mut engine: Engine) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            () = self.keep_connected(&mut engine) => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("mixer ends");
        Ok(())
    }

    async fn keep_connected(&self, engine: &mut Engine) {
        let mut reachable = true;
        loop {
            match UnixStream::connect(&self.socket).await {
                Ok(stream) => {
                    reachable = true;
                    tracing::info!("connected to control");
                    if let Err(error) = self.converse(stream, engine).await {
                        tracing::warn!(%error, "connection to control lost; going on with the last wanted state");
                    }
                }
                Err(error) if reachable => {
                    reachable = false;
                    tracing::warn!(%error, socket = %self.socket.display(), "control is not there; trying again every 250 ms");
                }
                Err(_) => {}
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn converse(&self, stream: UnixStream, engine: &mut Engine) -> Result<(), FrameError> {
        let mut framed = Framed::new(stream, Frames::<ToMixer, FromMixer>::new());
        framed.send(&FromMixer::Hello(self.hello.clone())).await?;
        let mut report = tokio::time::interval(REPORT_EVERY);
        let mut levels = tokio::time::interval(LEVELS_EVERY);
        levels.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                message = framed.next() => match message {
                    Some(Ok(ToMixer::Wanted(wanted))) => {
                        engine.apply(wanted);
                        report.reset_immediately();
                    }
                    Some(Err(error)) => return Err(error),
                    None => return Ok(()),
                },
                _ = report.tick() => framed.send(&FromMixer::Reported(engine.report())).await?,
                _ = levels.tick() => {
                    let levels = engine.levels();
                    if !levels.is_empty() {
                        framed.send(&FromMixer::Levels(levels)).await?;
                    }
                }
            }
        }
    }
}

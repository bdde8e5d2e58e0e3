//! `mcu-relay` alone, with the bench in control's place.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _};
use mcu_media_api::{Frames, FromRelay, Layer, OpenSession, RelayWanted, Role, Route, SeatId, SessionId, ToRelay};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::codec::Framed;

use crate::process::Process;

/// The relay starts and answers within this.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running relay.
pub struct Ours {
    process: Process,
    framed: Framed<UnixStream, Frames<FromRelay, ToRelay>>,
    wanted: RelayWanted,
    handshakes: u64,
}

fn publisher_seat() -> SeatId {
    SeatId::from("load/site/publisher")
}

impl Ours {
    /// Starts it on that address.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start(dir: &Path, address: &str, core: Option<usize>) -> anyhow::Result<Self> {
        Self::start_on(dir, address, core, 1).await
    }

    /// The same on so many shards.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_on(dir: &Path, address: &str, core: Option<usize>, shards: u16) -> anyhow::Result<Self> {
        let socket = dir.join("control.sock");
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket)?;
        let config = dir.join("relay.toml");
        let text = format!("control_socket = {socket:?}\nmedia = \"{address}:0\"\nshards = {shards}\nlog = \"warn,rtc_dtls=error\"\n");
        std::fs::write(&config, text)?;
        let arguments = ["--config".to_owned(), config.display().to_string()];
        let process = Process::start(&rig::program::built("mcu-relay"), &arguments, core, &dir.join("relay.log"))?;
        let (stream, _) = tokio::time::timeout(PATIENCE, listener.accept()).await.context("mcu-relay did not connect")??;
        Ok(Self { process, framed: Framed::new(stream, Frames::new()), wanted: RelayWanted::default(), handshakes: 0 })
    }

    /// Publishes; gives the answer.
    ///
    /// # Errors
    /// When the relay refuses.
    pub async fn publish(&mut self, offer: String) -> anyhow::Result<String> {
        self.wanted.open_sounds = vec![publisher_seat().sound()];
        self.open("publisher", publisher_seat(), Role::Publish, offer).await
    }

    /// One more viewer; gives the answer.
    ///
    /// # Errors
    /// When the relay refuses.
    pub async fn watch(&mut self, index: usize, offer: String) -> anyhow::Result<String> {
        let seat = SeatId(format!("load/site/viewer-{index}"));
        let publisher = publisher_seat();
        // The same viewer may come again.
        self.wanted.routes.retain(|route| route.seat != seat);
        self.wanted.routes.push(Route {
            seat: seat.clone(),
            main: Some(publisher.main()),
            content: None,
            sound: Some(publisher.sound()),
            max_layer: Layer::High,
        });
        self.open(&format!("viewer-{index}"), seat, Role::Watch, offer).await
    }

    /// Opens a session for any seat, with everything wanted so far; gives the answer.
    ///
    /// # Errors
    /// When the relay refuses.
    pub async fn open(&mut self, session: &str, seat: SeatId, role: Role, offer: String) -> anyhow::Result<String> {
        self.wanted.revision += 1;
        self.framed.send(&ToRelay::Wanted(self.wanted.clone())).await?;
        let name = SessionId::from(session);
        self.framed.send(&ToRelay::Open(OpenSession { session: name.clone(), seat, role, exclusive: true, offer })).await?;
        let answer = async {
            while let Some(word) = self.framed.next().await {
                match word? {
                    FromRelay::Opened { session, result } if session == name => return Ok(result?.sdp),
                    FromRelay::Reported(reported) => self.handshakes = reported.handshakes,
                    FromRelay::Opened { .. } | FromRelay::Patched { .. } | FromRelay::Hello(_) => {}
                }
            }
            anyhow::bail!("mcu-relay has gone")
        };
        tokio::time::timeout(PATIENCE, answer).await.context("mcu-relay did not answer")?
    }

    /// What the relay shall do; told to it with the next session.
    pub const fn wanted(&mut self) -> &mut RelayWanted {
        &mut self.wanted
    }

    /// A viewer goes.
    ///
    /// # Errors
    /// When the relay has gone.
    pub async fn leave(&mut self, index: usize) -> anyhow::Result<()> {
        let session = format!("viewer-{index}");
        self.framed.send(&ToRelay::Close { session: SessionId::from(session.as_str()) }).await?;
        self.wanted.routes.retain(|route| route.seat.0 != format!("load/site/{session}"));
        self.wanted.revision += 1;
        self.framed.send(&ToRelay::Wanted(self.wanted.clone())).await?;
        Ok(())
    }

    /// Listens to its reports for that long, as control does.
    pub async fn idle(&mut self, pause: Duration) {
        let listening = async {
            while let Some(word) = self.framed.next().await {
                if let Ok(FromRelay::Reported(reported)) = word {
                    self.handshakes = reported.handshakes;
                }
            }
        };
        let _ = tokio::time::timeout(pause, listening).await;
    }

    /// DTLS handshakes it had completed when it last reported.
    #[must_use]
    pub const fn handshakes(&self) -> u64 {
        self.handshakes
    }

    /// Its process.
    #[must_use]
    pub const fn process(&self) -> &Process {
        &self.process
    }

    /// Ends it.
    pub async fn end(self) {
        self.process.end().await;
    }
}

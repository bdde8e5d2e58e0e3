//! WHIP and WHEP as light clients use them: an offer on a socket of its own, the answer, the session's end.

use std::net::UdpSocket;
use std::time::Duration;

use anyhow::Context as _;
use rig::wait::until;

use super::offer::in_layers;
use crate::peer::{Identity, Peer};
use crate::sdp::{self, Remote};

/// The relay is with control within this after both were started.
const PATIENCE: Duration = Duration::from_secs(20);

/// The MCU's relay is not there; it will be.
#[derive(Debug)]
struct NotThere(String);

impl std::fmt::Display for NotThere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the MCU has no relay: {}", self.0)
    }
}

impl std::error::Error for NotThere {}

/// The MCU's doors for media.
pub struct Door {
    base: String,
    http: reqwest::Client,
    identity: Identity,
}

/// A session that was answered; its checks begin with the first tick of its peer.
pub struct Opened {
    /// Told of its server.
    pub peer: Peer,
    /// Connected to the server.
    pub socket: UdpSocket,
    /// The server.
    pub remote: Remote,
    /// The server's SDP.
    pub answer: String,
    /// Path of the session at the MCU.
    pub session: String,
}

impl Door {
    /// The doors of the MCU at that base address.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn new(base: &str) -> anyhow::Result<Self> {
        Ok(Self { base: base.to_owned(), http: rig::mcu::client()?, identity: Identity::generate()? })
    }

    /// Publishes in three layers at that path (`whip/…`).
    ///
    /// # Errors
    /// With the MCU's own words when it refuses.
    pub async fn publish(&self, path: &str, token: &str) -> anyhow::Result<Opened> {
        self.open(path, token, "sendonly").await
    }

    /// Watches at that path (`whep/…`).
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub async fn watch(&self, path: &str, token: &str) -> anyhow::Result<Opened> {
        self.open(path, token, "recvonly").await
    }

    /// Asks again while the MCU says that its relay is not there yet, as it asks its clients to.
    async fn open(&self, path: &str, token: &str, direction: &str) -> anyhow::Result<Opened> {
        let asked = until("the relay", PATIENCE, || async {
            match self.ask(path, token, direction).await {
                Err(refusal) if refusal.is::<NotThere>() => Err(refusal),
                answered => Ok(answered),
            }
        });
        asked.await?
    }

    async fn ask(&self, path: &str, token: &str, direction: &str) -> anyhow::Result<Opened> {
        let mut peer = Peer::new(&self.identity)?;
        let socket = crate::udp::bind("127.0.0.1:0".parse()?)?;
        let offer = sdp::offer(&peer, &self.identity, socket.local_addr()?, direction);
        let offer = if direction == "sendonly" { in_layers(&offer) } else { offer };
        let request = self.http.post(format!("{}/{path}", self.base)).bearer_auth(token);
        let response = request.header("content-type", "application/sdp").body(offer).send().await?;
        let (status, session) = (response.status(), response.headers().get("location").cloned());
        let answer = response.text().await?;
        if status.as_u16() == 503 {
            return Err(NotThere(answer).into());
        }
        anyhow::ensure!(status.as_u16() == 201, "{path} was refused: {status} {answer}");
        let session = session.as_ref().and_then(|value| value.to_str().ok()).context("the MCU named no session")?.to_owned();
        let remote = Remote::read(&answer)?;
        peer.meet(remote.clone());
        socket.connect(remote.address)?;
        Ok(Opened { peer, socket, remote, answer, session })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// With the MCU's own words when it refuses.
    pub async fn end(&self, session: &str, token: &str) -> anyhow::Result<()> {
        let response = self.http.delete(format!("{}{session}", self.base)).bearer_auth(token).send().await?;
        let status = response.status();
        anyhow::ensure!(status.is_success(), "{session} was not ended: {status} {}", response.text().await?);
        Ok(())
    }
}

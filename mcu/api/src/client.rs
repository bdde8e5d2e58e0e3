//! Typed client of the MCU's doors.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::stream::{EventStream, Sockets};
use crate::{
    CommandAnswer, CommandRequest, ConferenceId, ConferenceSnapshot, Conferences, Health, JournalPage, Layouts, OpenConference, Origin,
    Problem, Rev, SiteFeed, SiteId,
};

/// Name of the header in which a caller says where a command came from; without it the origin is [`Origin::Api`].
pub const ORIGIN_HEADER: &str = "mcu-origin";
/// How long one request may take. The MCU answers in milliseconds; a WHIP answer waits at most five seconds for the relay.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a request brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The MCU said no; the problem says why and what to do.
    #[error("the MCU refused: {0}")]
    Refused(Problem),
    /// The console before the MCU said no; the text says why and what to do.
    #[error("the console refused: {detail} ({code})")]
    RefusedBefore {
        /// Its stable code.
        code: String,
        /// English: what is wrong and what to do.
        detail: String,
    },
    /// The MCU was not reached, or the connection broke.
    #[error("the MCU is not reached; check that it runs and its address")]
    Unreachable(#[from] reqwest::Error),
    /// The same, on the events socket.
    #[error("the MCU's events are not reached; check that it runs and its address")]
    Socket(#[from] Box<tokio_tungstenite::tungstenite::Error>),
    /// The answer is not of this version of the API.
    #[error("the MCU's answer is not understood; both programs must be of the same version")]
    NotUnderstood(#[from] serde_json::Error),
    /// Address, token or certificate cannot be used.
    #[error("{0} cannot be used; check the configuration")]
    BadSetting(&'static str),
}

/// A client for one MCU and one bearer. Cloning is cheap.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    sockets: Sockets,
    base: String,
    token: String,
    origin: Origin,
}

impl Client {
    /// A client of the MCU at `base` (for instance `https://mcu.example:8443`), speaking with `token`. With `root_pem` only that certificate authority is
    /// trusted, else those of the system.
    ///
    /// # Errors
    /// When the certificate is none.
    pub fn new(base: &str, token: &str, root_pem: Option<&str>) -> Result<Self, ClientError> {
        // Whoever comes first decides; all programs of the house use this provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder().timeout(REQUEST_TIMEOUT);
        if let Some(pem) = root_pem {
            let root = reqwest::Certificate::from_pem(pem.as_bytes()).map_err(|_| ClientError::BadSetting("the CA certificate"))?;
            builder = builder.tls_certs_only([root]);
        }
        Ok(Self {
            http: builder.build()?,
            sockets: Sockets::new(root_pem)?,
            base: base.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
            origin: Origin::Api,
        })
    }

    /// The same client speaking for another bearer, from another place; connections are shared.
    #[must_use]
    pub fn speaking_for(&self, token: &str, origin: Origin) -> Self {
        Self { token: token.to_owned(), origin, ..self.clone() }
    }

    /// Opens a conference (right `conference.affairs`).
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached.
    pub async fn open(&self, open: &OpenConference) -> Result<ConferenceSnapshot, ClientError> {
        self.post("/api/conferences", open).await
    }

    /// All conferences (right `conference.view`).
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached.
    pub async fn conferences(&self) -> Result<Conferences, ClientError> {
        self.get("/api/conferences").await
    }

    /// One conference (right `conference.view`).
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached.
    pub async fn snapshot(&self, conference: &ConferenceId) -> Result<ConferenceSnapshot, ClientError> {
        self.get(&format!("/api/conferences/{conference}")).await
    }

    /// What happened in a conference after a revision, at most `limit` changes (right `conference.view`). Ended ones answer as long as the MCU keeps them.
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached.
    pub async fn journal(&self, conference: &ConferenceId, after: Rev, limit: u16) -> Result<JournalPage, ClientError> {
        self.get(&format!("/api/conferences/{conference}/journal?after_rev={}&limit={limit}", after.0)).await
    }

    /// Asks something of a running conference.
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached; with an `idem_key` it may then be repeated safely.
    pub async fn command(&self, conference: &ConferenceId, request: &CommandRequest) -> Result<CommandAnswer, ClientError> {
        self.post(&format!("/api/conferences/{conference}/commands"), request).await
    }

    /// The layouts shipped with the MCU (right `conference.view`).
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached.
    pub async fn layouts(&self) -> Result<Layouts, ClientError> {
        self.get("/api/layouts").await
    }

    /// What is wrong with the MCU, if anything.
    ///
    /// # Errors
    /// When it is not reached.
    pub async fn health(&self) -> Result<Health, ClientError> {
        self.get("/health").await
    }

    /// Makes the MCU trust an issuer's public key, SPKI PEM (right `system.trust`).
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached.
    pub async fn trust(&self, issuer: &str, public_pem: &str) -> Result<(), ClientError> {
        let request = self.http.put(format!("{}/api/trust/{issuer}", self.base)).body(public_pem.to_owned());
        self.answer(request).await.map(|_| ())
    }

    /// Follows a conference: first its snapshot, then events, snapshots, heartbeats and meters (right `conference.view`). The stream ends when the
    /// connection breaks or the token's time is over; call again then.
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached.
    pub async fn events(&self, conference: &ConferenceId) -> Result<EventStream, ClientError> {
        self.sockets.events(&self.base, &format!("/api/conferences/{conference}/events"), &self.token).await
    }

    /// Follows one site's tally and microphone (right `site.self` of that site, or `conference.view`).
    ///
    /// # Errors
    /// As refused by the MCU, or when it is not reached.
    pub async fn site_feed(
        &self,
        conference: &ConferenceId,
        site: &SiteId,
    ) -> Result<impl futures_util::Stream<Item = Result<SiteFeed, ClientError>> + use<>, ClientError> {
        self.sockets.texts(&self.base, &format!("/api/conferences/{conference}/sites/{site}/tally"), &self.token).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let body = self.answer(self.http.get(format!("{}{path}", self.base))).await?;
        Ok(serde_json::from_slice(&body)?)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &(impl Serialize + Sync)) -> Result<T, ClientError> {
        let request = self.http.post(format!("{}{path}", self.base)).header("content-type", "application/json");
        let body = self.answer(request.body(serde_json::to_vec(body)?)).await?;
        Ok(serde_json::from_slice(&body)?)
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Vec<u8>, ClientError> {
        let origin = serde_json::to_value(self.origin)?;
        let request = request.bearer_auth(&self.token).header(ORIGIN_HEADER, origin.as_str().unwrap_or_default());
        let response = request.send().await?;
        let refused = !response.status().is_success();
        let body = response.bytes().await?;
        if refused {
            return Err(refusal(&body));
        }
        Ok(body.to_vec())
    }
}

/// The problem in a refusal's body.
pub(crate) fn refusal(body: &[u8]) -> ClientError {
    match serde_json::from_slice(body) {
        Ok(problem) => ClientError::Refused(problem),
        Err(error) => {
            let other: Option<serde_json::Value> = serde_json::from_slice(body).ok();
            let text = |name| other.as_ref().and_then(|value| value.get(name)).and_then(serde_json::Value::as_str).map(str::to_owned);
            match (text("code"), text("detail")) {
                (Some(code), Some(detail)) => ClientError::RefusedBefore { code, detail },
                (_, None) | (None, _) => ClientError::NotUnderstood(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientError, refusal};

    #[test]
    fn whoever_refuses_is_named() {
        let mcu = br#"{"code":"mcu.command.stale","status":409,"detail":"d","detail_zh":"z","rev":9}"#;
        assert!(matches!(refusal(mcu), ClientError::Refused(problem) if problem.status == 409));
        let console = br#"{"code":"console.right.missing","status":403,"detail":"your role may not do this","detail_zh":"z"}"#;
        assert!(matches!(refusal(console), ClientError::RefusedBefore { code, .. } if code == "console.right.missing"));
        for other in [&b"<html>"[..], b"{}", b""] {
            assert!(matches!(refusal(other), ClientError::NotUnderstood(_)));
        }
    }
}

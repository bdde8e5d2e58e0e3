//! WHIP and WHEP sessions with the `webrtc` client.

mod door;
mod key_requests;
mod peer;
mod publish;
mod watch;

pub(crate) use publish::publish;
pub(crate) use watch::watch;

/// Why a session ended or did not come about.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The MCU could not be reached.
    #[error("the MCU at {url} cannot be reached; trying the next one")]
    Unreachable {
        /// Its address.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
    /// The MCU said no.
    #[error("the MCU at {url} refused the session ({status}): {reason}")]
    Refused {
        /// Its address.
        url: String,
        /// HTTP status.
        status: u16,
        /// Its own words.
        reason: String,
    },
    /// The client library failed.
    #[error("the WebRTC client failed")]
    Client(#[from] webrtc::error::Error),
    /// No connection came about.
    #[error("no connection to the MCU's media within {0} ms; check that UDP to it is open")]
    NotConnected(u64),
    /// The connection is gone.
    #[error("the connection to the MCU's media is gone")]
    Lost,
}

//! WHIP and WHEP sessions with the `webrtc` client.

mod door;
mod key_requests;
mod peer;
mod publish;
mod watch;

use serde::{Deserialize, Serialize};

pub(crate) use door::give_back;
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
    #[error("the MCU at {url} refused the session ({status}): {}", refusal.detail)]
    Refused {
        /// Its address.
        url: String,
        /// HTTP status.
        status: u16,
        /// Its own words.
        refusal: Refusal,
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
    /// The room goes elsewhere, or joins afresh.
    #[error("the room leaves the session")]
    Left {
        /// Where the MCU keeps it, by which it is given back; `None` when the MCU has not taken the offer yet.
        session: Option<reqwest::Url>,
    },
}

/// A refusal as the MCU words it (RFC 9457).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    /// Stable code, e.g. `mcu.conference.ended`; empty when the answer is not from an MCU.
    #[serde(default)]
    pub code: String,
    /// English.
    #[serde(default)]
    pub detail: String,
    /// 中文
    #[serde(default)]
    pub detail_zh: String,
}

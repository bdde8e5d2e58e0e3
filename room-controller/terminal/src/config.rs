//! Configuration of `room-terminal`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The file's keys. In a deployment the room controller writes the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Site whose seat is taken; also the room's name in its token.
    pub site: String,
    /// Name drawn into rehearsal pictures.
    pub name: String,
    /// Place in the fixed site order from 0: number in the marker, choice of tone and colour.
    pub number: u8,
    /// Conference to take the seat in at the start; the local door changes it. Without it the terminal waits for that.
    #[serde(default)]
    pub conference: Option<String>,
    /// Base addresses of MCUs, tried in order.
    pub mcus: Vec<String>,
    /// The room's signing key (PKCS#8 PEM) that makes its tokens.
    pub key: PathBuf,
    /// Where the picture and sound come from.
    pub source: SourceKind,
    /// Directory of prepared clips.
    pub clips: PathBuf,
    /// Font for pictures made here.
    #[serde(default = "default_font")]
    pub font: PathBuf,
    /// Rehearsal people keep silent until their microphone is opened and answer so many ms later; without it they speak all the time.
    #[serde(default)]
    pub answer_after_ms: Option<u64>,
    /// Local address for self-test and tests; port 0 takes any free one, which is printed.
    #[serde(default = "default_local")]
    pub local: SocketAddr,
    /// Local address of media sockets.
    #[serde(default = "default_media")]
    pub media: std::net::IpAddr,
}

/// Kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A clip prepared beforehand, sent packet by packet.
    Clip,
    /// Drawn and encoded as it goes; answers a request for a key frame within two frames.
    Live,
}

impl SourceKind {
    /// Made by the terminal itself. A source that reads a camera or a microphone must say no here, so that no rehearsal fault is put into it.
    #[must_use]
    pub const fn is_simulated(self) -> bool {
        match self {
            Self::Clip | Self::Live => true,
        }
    }
}

fn default_font() -> PathBuf {
    PathBuf::from("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
}

fn default_local() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn default_media() -> std::net::IpAddr {
    std::net::IpAddr::from([127, 0, 0, 1])
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}; check that the file exists and may be read")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no such configuration.
    #[error("{path} is not a terminal configuration: {message}")]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// Line, key, what was expected.
        message: String,
    },
}

impl Config {
    /// Reads and checks the file.
    ///
    /// # Errors
    /// Naming file, line and remedy.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let invalid = |message: String| ConfigError::Invalid { path: path.to_owned(), message };
        let config: Self = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
        if config.mcus.is_empty() {
            return Err(invalid("`mcus` names no MCU; give at least one address such as \"http://127.0.0.1:7880\"".to_owned()));
        }
        if config.number > block_code::MAX_SITE {
            return Err(invalid(format!("`number = {}` is above {}", config.number, block_code::MAX_SITE)));
        }
        if let Some(conference) = config.conference.as_ref().filter(|id| !room_api::is_conference_id(id)) {
            return Err(invalid(format!(
                "`conference = {conference:?}` is no conference's id; write lower-case letters, digits and hyphens"
            )));
        }
        if !config.local.ip().is_loopback() {
            return Err(invalid(format!("`local = \"{}\"` leaves this machine; it may only stand on 127.0.0.1", config.local)));
        }
        Ok(config)
    }
}

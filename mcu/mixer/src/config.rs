//! Configuration of `mcu-mixer`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::encoder_choice::{AUTOMATIC, is_known};

/// The file's keys. Each is explained in `configs/chenzhou/mixer.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Path of control's Unix socket.
    pub control_socket: PathBuf,
    /// Loopback UDP address for plain RTP; port 0 takes any free one.
    #[serde(default = "default_rtp")]
    pub rtp: SocketAddr,
    /// TrueType or collection file with Chinese characters, for captions and slates.
    #[serde(default = "default_font")]
    pub font: PathBuf,
    /// GStreamer element that encodes composites to H.264, or `auto`.
    #[serde(default = "default_encoder")]
    pub encoder: String,
}

fn default_rtp() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn default_font() -> PathBuf {
    PathBuf::from("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
}

fn default_encoder() -> String {
    AUTOMATIC.to_owned()
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
    /// The file is no such configuration. The inner message names line and key.
    #[error("{path} is not a mixer configuration: {message}")]
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
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let invalid = |message: String| ConfigError::Invalid { path: path.to_owned(), message };
        let config: Self = toml::from_str(text).map_err(|error| invalid(error.to_string()))?;
        if !config.rtp.ip().is_loopback() {
            return Err(invalid(format!("`rtp = \"{}\"` leaves this machine; plain RTP may only stand on 127.0.0.1", config.rtp)));
        }
        if !is_known(&config.encoder) {
            let message =
                format!("`encoder = \"{}\"` is no H.264 encoder of GStreamer we know; take \"auto\" or see docs/mixer.md", config.encoder);
            return Err(invalid(message));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::Config;
    use std::path::Path;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(Path::new("mixer.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_socket_must_be_named() {
        assert!(parse("control_socket = '/run/mcu.sock'").is_ok());
    }

    #[test]
    fn plain_rtp_stays_on_the_machine() {
        let error = parse("control_socket = '/s'\nrtp = '0.0.0.0:5000'").unwrap_err();
        assert!(error.contains("127.0.0.1"), "{error}");
    }

    #[test]
    fn an_unknown_encoder_is_named() {
        let error = parse("control_socket = '/s'\nencoder = 'h264'").unwrap_err();
        assert!(error.contains("h264") && error.contains("auto"), "{error}");
        assert_eq!(parse("control_socket = '/s'").unwrap().encoder, "auto");
        assert_eq!(parse("control_socket = '/s'\nencoder = 'openh264enc'").unwrap().encoder, "openh264enc");
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = parse("control_socket = '/s'\nfnot = 'x'").unwrap_err();
        assert!(error.contains("fnot") && error.contains("mixer.toml"), "{error}");
    }
}

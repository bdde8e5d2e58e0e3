//! The configuration file: read, checked, explained.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::booking::BookingConfig;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("configuration {path} cannot be read; check the path and its permissions")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML or has unknown or missing keys; the source names line and key.
    #[error("configuration {path} is not understood")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A value is out of its range.
    #[error("configuration {path}: {problem}")]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// Which key, and what to write instead.
        problem: String,
    },
}

/// The console's configuration. Every key is commented in `configs/`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address and port of the web server. Beyond loopback it speaks TLS unless [`Config::tls`] says otherwise.
    pub http: SocketAddr,
    /// Folder of keys, database, accounts file and audit. Made when missing, mode 700.
    pub data_dir: PathBuf,
    /// Database URL (`sqlite://…` or `postgres://…`). Default: `console.sqlite` in the data folder.
    #[serde(default)]
    pub database: Option<String>,
    /// The MCU's base URL as this server reaches it.
    pub mcu: String,
    /// The MCU's base URL as browsers reach it. Default: the same.
    #[serde(default)]
    pub mcu_public: Option<String>,
    /// The MCU's base URL as rooms reach it. Default: `mcu_public`.
    #[serde(default)]
    pub mcu_rooms: Option<String>,
    /// PEM file of the CA that signed the MCU's certificate, when it has one of its own.
    #[serde(default)]
    pub mcu_ca: Option<PathBuf>,
    /// Whether to speak TLS. Default: exactly when `http` is not loopback. `false` beyond loopback only behind a TLS proxy.
    #[serde(default)]
    pub tls: Option<bool>,
    /// Names and addresses that browsers use for this server; they go into its certificate.
    #[serde(default)]
    pub tls_names: Vec<String>,
    /// Bookings: sites, time zone, limits of the MCU.
    #[serde(default)]
    pub booking: BookingConfig,
    /// Where the file lies; relative paths begin here.
    #[serde(skip)]
    pub folder: PathBuf,
}

impl Config {
    /// Reads and checks the file.
    ///
    /// # Errors
    /// With file, place and remedy.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let mut config: Self =
            toml::from_str(text).map_err(|source| ConfigError::Malformed { path: path.to_owned(), source: Box::new(source) })?;
        config.folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let invalid = |problem: String| ConfigError::Invalid { path: path.to_owned(), problem };
        config.mcu = base_url("mcu", &config.mcu).map_err(invalid)?;
        for (key, value) in [("mcu_public", &mut config.mcu_public), ("mcu_rooms", &mut config.mcu_rooms)] {
            if let Some(url) = value {
                *url = base_url(key, url).map_err(invalid)?;
            }
        }
        if config.uses_tls() && config.tls_names.is_empty() && config.http.ip().is_unspecified() {
            return Err(invalid("tls_names: name at least one host name or address by which browsers reach this server".into()));
        }
        Ok(config)
    }

    /// Whether the server speaks TLS.
    #[must_use]
    pub fn uses_tls(&self) -> bool {
        self.tls.unwrap_or(!self.http.ip().is_loopback())
    }

    /// The MCU's base URL for browsers, without trailing slash.
    #[must_use]
    pub fn mcu_for_browsers(&self) -> &str {
        self.mcu_public.as_deref().unwrap_or(&self.mcu)
    }

    /// The MCU's base URL for rooms, without trailing slash.
    #[must_use]
    pub fn mcu_for_rooms(&self) -> &str {
        self.mcu_rooms.as_deref().unwrap_or_else(|| self.mcu_for_browsers())
    }

    /// Names and addresses for the certificate: the configured ones and the address listened on.
    #[must_use]
    pub fn certificate_names(&self) -> Vec<String> {
        let mut names = self.tls_names.clone();
        let ip: IpAddr = self.http.ip();
        if !ip.is_unspecified() {
            names.push(ip.to_string());
        }
        names.extend(["localhost".to_owned(), "127.0.0.1".to_owned()]);
        names.sort();
        names.dedup();
        names
    }
}

/// A base URL without trailing slash; only the origin may be given, because it stands in the content security policy.
fn base_url(key: &str, text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let is_origin = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '[' | ']');
    match rest {
        Some(host) if !host.is_empty() && host.chars().all(is_origin) => Ok(url.to_owned()),
        Some(_) | None => Err(format!("{key}: \"{text}\" is no origin; write scheme, host and port, e.g. http://127.0.0.1:7080")),
    }
}

#[cfg(test)]
mod tests {
    use super::Config;
    use std::path::Path;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(Path::new("console.toml"), text).map_err(|e| format!("{e:?}"))
    }

    #[test]
    fn the_shortest_file_is_enough_on_loopback() {
        let config = parse("http = '127.0.0.1:7443'\ndata_dir = 'd'\nmcu = 'http://127.0.0.1:7080/'").unwrap();
        assert!(!config.uses_tls());
        assert_eq!(config.mcu_for_rooms(), "http://127.0.0.1:7080");
    }

    #[test]
    fn beyond_loopback_it_speaks_tls_and_wants_names() {
        let config = parse("http = '10.0.0.2:7443'\ndata_dir = 'd'\nmcu = 'http://127.0.0.1:7080'").unwrap();
        assert!(config.uses_tls());
        assert!(config.certificate_names().contains(&"10.0.0.2".to_owned()));
        assert!(parse("http = '0.0.0.0:7443'\ndata_dir = 'd'\nmcu = 'http://127.0.0.1:7080'").unwrap_err().contains("tls_names"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(parse("http = '127.0.0.1:1'\ndata_dir = 'd'\nmcu = 'http://h/x y'").unwrap_err().contains("no origin"));
        assert!(parse("http = '127.0.0.1:1'\ndata_dir = 'd'\nmcu = 'http://h'\nmcu_publik = 'x'").unwrap_err().contains("mcu_publik"));
    }
}

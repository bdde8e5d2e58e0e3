//! The configuration file, checked on load.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Why the program does not start with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("the configuration {0} cannot be read; give its path with --config")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// The file is not as expected; the source names line and key.
    #[error("the configuration {0} is not understood")]
    NotUnderstood(PathBuf, #[source] Box<toml::de::Error>),
    /// A value that cannot be.
    #[error("the configuration {0}: {1}")]
    Wrong(PathBuf, String),
}

/// The configuration; each key's meaning is its consequence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address of all HTTP doors, `ip:port`. Beyond loopback `tls_cert` and `tls_key` are needed.
    pub http: SocketAddr,
    /// Directory of journals, audit and the keys trusted later; made when missing.
    pub data_dir: PathBuf,
    /// Unix socket on which the workers dial in; made with mode 600.
    pub control_socket: PathBuf,
    /// Origins whose pages may call the doors from a browser, for instance `https://console.example`. Default none.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Issuer → file with its Ed25519 public key (SPKI PEM). A file that is not there yet is looked for each second.
    #[serde(default)]
    pub trusted_keys: BTreeMap<String, PathBuf>,
    /// Certificate chain, PEM.
    #[serde(default)]
    pub tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[serde(default)]
    pub tls_key: Option<PathBuf>,
    /// Log filter as of `tracing`, for instance `info,mcu=debug`. Default `info`.
    #[serde(default = "default_log")]
    pub log: String,
    /// Sizes and rates of composed pictures.
    #[serde(default)]
    pub pictures: Pictures,
}

/// Rates of composed pictures; all are 1280×720.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pictures {
    /// Frames per second of multi-pictures, 1 to 60. Default 30.
    pub fps: u8,
    /// Bit rate of multi-pictures in bit/s, 100 000 to 20 000 000. Default 1 800 000.
    pub bit_rate_bps: u32,
    /// Frames per second of the wall, 1 to 60. Default 15.
    pub wall_fps: u8,
    /// Bit rate of the wall in bit/s, 100 000 to 20 000 000. Default 1 200 000.
    pub wall_bit_rate_bps: u32,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { fps: 30, bit_rate_bps: 1_800_000, wall_fps: 15, wall_bit_rate_bps: 1_200_000 }
    }
}

fn default_log() -> String {
    "info".to_owned()
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Naming the file, the key and what to do.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
        let config: Self = toml::from_str(&text).map_err(|error| ConfigError::NotUnderstood(path.to_owned(), Box::new(error)))?;
        config.check().map_err(|wrong| ConfigError::Wrong(path.to_owned(), wrong))?;
        Ok(config)
    }

    /// Checks the values against each other.
    ///
    /// # Errors
    /// With the key and what to do.
    pub fn check(&self) -> Result<(), String> {
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return Err("tls_cert and tls_key go together; give both or none".to_owned());
        }
        if !self.http.ip().is_loopback() && self.tls_cert.is_none() {
            return Err(format!("http = \"{}\" is beyond loopback and needs tls_cert and tls_key", self.http));
        }
        for file in [&self.tls_cert, &self.tls_key].into_iter().flatten() {
            if !file.is_file() {
                return Err(format!("there is no file {}; run the set-up that makes the certificate", file.display()));
            }
        }
        if let Some(origin) = self.origins.iter().find(|origin| !(origin.starts_with("http://") || origin.starts_with("https://"))) {
            return Err(format!("origins: {origin} is no origin; write it like https://console.example"));
        }
        let Pictures { fps, bit_rate_bps, wall_fps, wall_bit_rate_bps } = self.pictures;
        if !(1..=60).contains(&fps) || !(1..=60).contains(&wall_fps) {
            return Err("pictures: frame rates are 1 to 60".to_owned());
        }
        let rates = 100_000..=20_000_000;
        if !rates.contains(&bit_rate_bps) || !rates.contains(&wall_bit_rate_bps) {
            return Err("pictures: bit rates are 100000 to 20000000".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    const PLAIN: &str = "http = \"127.0.0.1:0\"\ndata_dir = \"d\"\ncontrol_socket = \"s\"\n";

    fn read(text: &str) -> Result<Config, String> {
        toml::from_str::<Config>(text).map_err(|error| error.to_string()).and_then(|config| config.check().map(|()| config))
    }

    #[test]
    fn the_least_configuration_is_enough() {
        let config = read(PLAIN).unwrap();
        assert_eq!((config.log.as_str(), config.pictures.wall_fps), ("info", 15));
    }

    #[test]
    fn plain_http_stays_on_loopback() {
        let wrong = read(&PLAIN.replace("127.0.0.1", "0.0.0.0")).unwrap_err();
        assert!(wrong.contains("tls_cert"), "{wrong}");
    }

    #[test]
    fn unknown_keys_and_wrong_values_are_named() {
        assert!(read(&format!("{PLAIN}colour = 1\n")).unwrap_err().contains("colour"));
        assert!(read(&format!("{PLAIN}origins = [\"console\"]\n")).unwrap_err().contains("console"));
        assert!(read(&format!("{PLAIN}tls_cert = \"x\"\n")).unwrap_err().contains("tls_key"));
        assert!(read(&format!("{PLAIN}[pictures]\nfps = 0\n")).unwrap_err().contains("frame rates"));
    }
}

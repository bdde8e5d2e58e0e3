//! The configuration file.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::sdp::Candidate;

/// Threads of one relay: beyond this, several relays are the better division.
const MAX_SHARDS: u16 = 16;

/// What the file says. Unknown keys are errors, so that a misspelt one is not passed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Unix socket of the control program; it may appear later.
    pub control_socket: PathBuf,
    /// Address of the media port, for all peers: UDP, and TCP for those whose network lets no UDP through. Port 0 takes a free one; `[::]` takes
    /// peers of both families.
    pub media: SocketAddr,
    /// Whether the media port listens on TCP too; default yes.
    #[serde(default = "default_tcp")]
    pub tcp: bool,
    /// Addresses told to peers, in the order of preference; default: the address of `media`.
    #[serde(default)]
    pub advertise: Vec<IpAddr>,
    /// Loopback UDP address for the workers' plain RTP; default: a free port of 127.0.0.1.
    #[serde(default = "default_worker_rtp")]
    pub worker_rtp: SocketAddr,
    /// Threads among which the seats are shared, each with a media port of its own: `media`'s and the ones behind it. Default 1, at most 16; one core
    /// forwards some hundred thousand packets a second, more than a hundred sites.
    #[serde(default = "default_shards")]
    pub shards: u16,
    /// Log filter as in `RUST_LOG`, which goes before it; default `info`.
    #[serde(default = "default_log")]
    pub log: String,
}

const fn default_tcp() -> bool {
    true
}

const fn default_shards() -> u16 {
    1
}

fn default_worker_rtp() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

fn default_log() -> String {
    "info,rtc_dtls=error".to_owned()
}

/// Why the configuration is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: cannot be read; give the path of an existing file with --config")]
    Unreadable {
        /// Which.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML, or a key is missing, unknown or of the wrong kind.
    #[error("{file}: {detail}")]
    Malformed {
        /// Which.
        file: String,
        /// Line, key and what was expected.
        detail: String,
    },
    /// A value makes no sense.
    #[error("{file}: {key}: {remedy}")]
    Wrong {
        /// Which.
        file: String,
        /// Key.
        key: &'static str,
        /// What is wrong and what to write instead.
        remedy: String,
    },
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the file, the key and the remedy.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { file: file.clone(), source })?;
        Self::parse(&file, &text)
    }

    /// Reads and checks a text; `file` is its name in errors.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigError> {
        let config: Self =
            toml::from_str(text).map_err(|error| ConfigError::Malformed { file: file.to_owned(), detail: error.to_string() })?;
        config.check(file)?;
        Ok(config)
    }

    fn check(&self, file: &str) -> Result<(), ConfigError> {
        let wrong = |key, remedy: String| Err(ConfigError::Wrong { file: file.to_owned(), key, remedy });
        if self.control_socket.as_os_str().is_empty() {
            return wrong("control_socket", "is empty; write the path of the control program's Unix socket".to_owned());
        }
        if self.media.ip().is_unspecified() && self.advertise.is_empty() {
            return wrong(
                "advertise",
                format!("is missing while media listens on every address ({}); list the addresses peers shall use", self.media),
            );
        }
        if let Some(address) = self.advertise.iter().find(|address| address.is_unspecified() || address.is_multicast()) {
            return wrong("advertise", format!("{address} is no address of a machine; list the addresses peers shall use"));
        }
        let unreached = |address: &&IpAddr| address.is_ipv6() != self.media.is_ipv6() && self.media.ip() != Ipv6Addr::UNSPECIFIED;
        if let Some(address) = self.advertise.iter().find(unreached) {
            let remedy =
                format!("{address} cannot be reached while media listens on {}; write media = \"[::]:{}\"", self.media, self.media.port());
            return wrong("advertise", remedy);
        }
        if !(1..=MAX_SHARDS).contains(&self.shards) {
            return wrong(
                "shards",
                format!("{} is not possible; write 1 to {MAX_SHARDS}, no more than the machine has cores", self.shards),
            );
        }
        for (key, port) in [("media", self.media.port()), ("worker_rtp", self.worker_rtp.port())] {
            if port != 0 && port.checked_add(self.shards - 1).is_none() {
                return wrong(key, format!("there are no {} ports from {port} on; write a lower one", self.shards));
            }
        }
        if !self.worker_rtp.ip().is_loopback() {
            return wrong(
                "worker_rtp",
                format!("{} is not on loopback, and this RTP is not encrypted; write 127.0.0.1:0", self.worker_rtp),
            );
        }
        Ok(())
    }

    /// The media address of a shard.
    #[must_use]
    pub fn media_of(&self, shard: u16) -> SocketAddr {
        nth(self.media, shard)
    }

    /// The address of a shard for plain RTP.
    #[must_use]
    pub fn worker_rtp_of(&self, shard: u16) -> SocketAddr {
        nth(self.worker_rtp, shard)
    }

    /// The candidates of the answers, once the port is known: all of UDP before all of TCP.
    #[must_use]
    pub fn candidates(&self, bound: SocketAddr) -> Vec<Candidate> {
        let addresses: Vec<SocketAddr> = if self.advertise.is_empty() {
            vec![bound]
        } else {
            self.advertise.iter().map(|address| SocketAddr::new(*address, bound.port())).collect()
        };
        let tcp = addresses.iter().copied().filter(|_| self.tcp).map(Candidate::Tcp);
        addresses.iter().copied().map(Candidate::Udp).chain(tcp).collect()
    }
}

/// The address with the port so many further on; a free one stays a free one.
fn nth(address: SocketAddr, shard: u16) -> SocketAddr {
    let port = if address.port() == 0 { 0 } else { address.port().saturating_add(shard) };
    SocketAddr::new(address.ip(), port)
}

#[cfg(test)]
mod tests {
    use super::Config;
    use crate::sdp::Candidate;

    #[test]
    fn defaults() {
        let config = Config::parse("relay.toml", "control_socket = \"/run/mcu/workers.sock\"\nmedia = \"192.0.2.1:3478\"\n").unwrap();
        assert_eq!(config.worker_rtp.to_string(), "127.0.0.1:0");
        assert_eq!((config.shards, config.media_of(2).port(), config.worker_rtp_of(2).port()), (1, 3480, 0));
        assert_eq!(config.candidates(config.media), [Candidate::Udp(config.media), Candidate::Tcp(config.media)]);
        assert_eq!(config.log, "info,rtc_dtls=error");
    }

    #[test]
    fn both_families_come_before_tcp_which_may_be_switched_off() {
        let text = "control_socket = \"s\"\nmedia = \"[::]:3478\"\nadvertise = [\"192.0.2.1\", \"2001:db8::1\"]\n";
        let bound = "[::]:9".parse().unwrap();
        let [four, six] = ["192.0.2.1:9", "[2001:db8::1]:9"].map(|address| address.parse().unwrap());
        let both = [Candidate::Udp(four), Candidate::Udp(six), Candidate::Tcp(four), Candidate::Tcp(six)];
        assert_eq!(Config::parse("relay.toml", text).unwrap().candidates(bound), both);
        assert_eq!(Config::parse("relay.toml", &format!("{text}tcp = false\n")).unwrap().candidates(bound), both[..2]);
    }

    #[test]
    fn errors_name_file_key_and_remedy() {
        let head = "control_socket = \"s\"\nmedia = \"192.0.2.1:3478\"\n";
        let cases = [
            ("media = \"192.0.2.1:3478\"\n".to_owned(), "control_socket"),
            (format!("{head}wrong = 1\n"), "wrong"),
            (head.replace("192.0.2.1", "0.0.0.0"), "advertise: is missing"),
            (format!("{head}advertise = [\"0.0.0.0\"]\n"), "advertise: 0.0.0.0"),
            (format!("{head}advertise = [\"2001:db8::1\"]\n"), "media = \"[::]:3478\""),
            (format!("{head}worker_rtp = \"192.0.2.1:0\"\n"), "worker_rtp: 192.0.2.1:0 is not on loopback"),
            (head.replace("3478", "x"), "line 2"),
            (format!("{head}shards = 0\n"), "shards: 0 is not possible"),
            (head.replace("3478", "65535") + "shards = 2\n", "media: there are no 2 ports"),
        ];
        for (text, expected) in cases {
            let error = Config::parse("relay.toml", &text).unwrap_err().to_string();
            assert!(error.starts_with("relay.toml: ") && error.contains(expected), "{error}");
        }
    }
}

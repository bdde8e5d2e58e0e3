//! Where the programs listen, read from their own configuration, and whether those places are free.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::Path;

use anyhow::Context as _;

/// Addresses of the deployment.
pub(crate) struct Addresses {
    pub(crate) console: String,
    pub(crate) mcu: String,
    console_socket: SocketAddr,
    mcu_socket: SocketAddr,
    media_socket: SocketAddr,
}

impl Addresses {
    /// Reads `console.toml`, `mcu.toml` and `relay.toml`.
    ///
    /// # Errors
    /// Naming the file and key.
    pub(crate) fn load(configs: &Path) -> anyhow::Result<Self> {
        let console_socket = address(configs, "console.toml", "http")?;
        let mcu_socket = address(configs, "mcu.toml", "http")?;
        let media_socket = address(configs, "relay.toml", "media")?;
        Ok(Self {
            console: format!("http://{console_socket}"),
            mcu: format!("http://{mcu_socket}"),
            console_socket,
            mcu_socket,
            media_socket,
        })
    }

    /// Says which port is taken and what to do, before anything is started.
    ///
    /// # Errors
    /// When one is taken.
    pub(crate) fn check_free(&self) -> anyhow::Result<()> {
        for (socket, file) in [(self.console_socket, "console.toml"), (self.mcu_socket, "mcu.toml")] {
            TcpListener::bind(socket).map(drop).with_context(|| {
                format!(
                    "port {} is taken; end the other program (is a rehearsal running already?) or change `http` in {file}",
                    socket.port()
                )
            })?;
        }
        UdpSocket::bind(self.media_socket).map(drop).with_context(|| {
            format!("UDP port {} is taken; end the other program or change `media` in relay.toml", self.media_socket.port())
        })
    }
}

fn address(configs: &Path, file: &str, key: &str) -> anyhow::Result<SocketAddr> {
    let path = configs.join(file);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: toml::Table = toml::from_str(&text).with_context(|| format!("{} is no TOML", path.display()))?;
    let value = table.get(key).and_then(toml::Value::as_str).with_context(|| format!("{} has no `{key}`", path.display()))?;
    value.parse().with_context(|| format!("`{key}` in {} is no address", path.display()))
}

//! Free ports on loopback.

use std::net::{TcpListener, UdpSocket};

/// A TCP port nobody listens on at this moment.
///
/// # Errors
/// When the machine has none left.
pub fn free_tcp() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// UDP ports tried until one is free on TCP too; each is with a good chance.
const TRIES: usize = 20;

/// A port free on UDP and TCP at this moment, for the relay's media.
///
/// # Errors
/// When the machine has none left.
pub fn free_media() -> anyhow::Result<u16> {
    for _ in 0..TRIES {
        let udp = UdpSocket::bind("127.0.0.1:0")?;
        let address = udp.local_addr()?;
        if TcpListener::bind(address).is_ok() {
            return Ok(address.port());
        }
    }
    anyhow::bail!("no port is free on UDP and TCP")
}

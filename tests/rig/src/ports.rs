//! Free ports on loopback.

use std::net::{TcpListener, UdpSocket};

/// A TCP port nobody listens on at this moment.
///
/// # Errors
/// When the machine has none left.
pub fn free_tcp() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A UDP port nobody has bound at this moment.
///
/// # Errors
/// When the machine has none left.
pub fn free_udp() -> anyhow::Result<u16> {
    Ok(UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port())
}

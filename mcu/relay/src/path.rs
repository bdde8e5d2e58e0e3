//! The way by which a peer is reached: a UDP address, or one TCP connection.

use std::{fmt, net::SocketAddr};

/// Where datagrams of a peer come from and go to. Two paths are the same only when answers to both arrive at the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Path {
    /// A UDP address.
    Udp(SocketAddr),
    /// A TCP connection (RFC 6544).
    Tcp {
        /// The peer's address.
        from: SocketAddr,
        /// Number of the connection, never used twice: an address may come back with another connection, and what was meant for the first
        /// must not go into the second.
        connection: u64,
    },
}

impl Path {
    /// The peer's address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        match self {
            Self::Udp(from) | Self::Tcp { from, .. } => *from,
        }
    }

    /// Whether it is a TCP connection.
    #[must_use]
    pub const fn is_tcp(&self) -> bool {
        matches!(self, Self::Tcp { .. })
    }
}

impl From<SocketAddr> for Path {
    fn from(address: SocketAddr) -> Self {
        Self::Udp(address)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Udp(from) => write!(f, "udp {from}"),
            Self::Tcp { from, connection } => write!(f, "tcp {from} #{connection}"),
        }
    }
}

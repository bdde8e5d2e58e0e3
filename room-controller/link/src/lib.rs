//! Byte links to devices: serial line, TCP, UDP and a tape for tests, all with the same face ([`Link`]).
//!
//! A task owns each connection; ends of bounded channels are handed out. Dropping the link ends the connection. What the bytes mean is not known here.

#![warn(missing_docs)]

mod address;
mod connect;
mod tape;
mod udp;

pub use address::{Address, AddressError};
pub use connect::{Connector, LinkError};
pub use tape::{TapeError, Turn, tape};
pub use udp::UdpHub;

use tokio::sync::mpsc;

/// Writes waiting for one device: more than a driver has under way at once.
pub(crate) const QUEUE: usize = 16;

/// What a link tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Bytes in the portions they arrived in; on UDP one datagram.
    Bytes(Vec<u8>),
    /// The connection ended: why.
    Closed(String),
}

/// An open connection.
#[derive(Debug)]
pub struct Link {
    pub(crate) to: mpsc::Sender<Vec<u8>>,
    pub(crate) from: mpsc::Receiver<Event>,
}

impl Link {
    pub(crate) fn pair() -> (Self, mpsc::Receiver<Vec<u8>>, mpsc::Sender<Event>) {
        let (to, written) = mpsc::channel(QUEUE);
        let (arrived, from) = mpsc::channel(QUEUE);
        (Self { to, from }, written, arrived)
    }

    /// Sends bytes as one write. Never waits: `false` when the device takes nothing any more.
    #[must_use]
    pub fn send(&self, bytes: Vec<u8>) -> bool {
        self.to.try_send(bytes).is_ok()
    }

    /// The next event; after [`Event::Closed`] or when the connection's task is gone, `Closed` again.
    pub async fn next(&mut self) -> Event {
        self.from.recv().await.unwrap_or_else(|| Event::Closed("the connection has ended".to_owned()))
    }
}

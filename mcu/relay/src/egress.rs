//! Datagrams waiting to be sent: one piece of memory, used again batch after batch.

use std::{net::SocketAddr, ops::Range};

use crate::{path::Path, tcp::Urgency};

/// By which socket a datagram leaves, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Door {
    /// The public media port.
    Media(Path),
    /// The loopback port of the workers.
    Worker(SocketAddr),
}

/// One datagram in the memory of [`Egress`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram {
    /// Its way.
    pub door: Door,
    /// What becomes of it when a TCP connection is slow.
    pub urgency: Urgency,
    /// Its bytes in the memory.
    pub range: Range<usize>,
}

/// The datagrams of one batch in the order they were made.
#[derive(Debug, Default)]
pub struct Egress {
    memory: Vec<u8>,
    datagrams: Vec<Datagram>,
}

impl Egress {
    /// Writes a datagram with `write`, which appends its bytes and says whether it is to be sent.
    pub fn push(&mut self, door: Door, urgency: Urgency, write: impl FnOnce(&mut Vec<u8>) -> bool) {
        let start = self.memory.len();
        if write(&mut self.memory) && self.memory.len() > start {
            self.datagrams.push(Datagram { door, urgency, range: start..self.memory.len() });
        } else {
            self.memory.truncate(start);
        }
    }

    /// The datagrams of the batch.
    #[must_use]
    pub fn datagrams(&self) -> &[Datagram] {
        &self.datagrams
    }

    /// The bytes of one.
    #[must_use]
    pub fn bytes(&self, datagram: &Datagram) -> &[u8] {
        self.memory.get(datagram.range.clone()).unwrap_or_default()
    }

    /// Forgets the batch and keeps the memory.
    pub fn clear(&mut self) {
        self.memory.clear();
        self.datagrams.clear();
    }
}

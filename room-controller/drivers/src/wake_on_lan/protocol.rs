//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_driver::{Fact, Heard, Manner, Protocol, Read};

use super::codec::{Mac, magic};

/// Between the packets (fact sheet §34).
const GAP: Duration = Duration::from_millis(100);

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// One magic packet.
    Wake,
}

/// One network card.
#[derive(Debug)]
pub struct WakeOnLan {
    pub(crate) mac: Option<Mac>,
}

impl WakeOnLan {
    /// A card of that address; without one there is nothing to do.
    #[must_use]
    pub const fn new(mac: Option<Mac>) -> Self {
        Self { mac }
    }
}

impl Protocol for WakeOnLan {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn at_open(&self) -> Vec<Fact> {
        vec![Fact { property: "awake".into(), value: None }]
    }

    fn polls(&self) -> Vec<Ask> {
        Vec::new()
    }

    fn period(&self, _ask: &Ask) -> Option<Duration> {
        None
    }

    fn manner(&self, _ask: &Ask) -> Manner {
        Manner::unanswered()
    }

    fn encode(&mut self, _ask: &Ask) -> (Vec<u8>, Option<u32>) {
        (self.mac.map(magic).unwrap_or_default(), None)
    }

    /// Whatever comes is no answer.
    fn feed(&mut self, _bytes: &[u8]) -> Vec<Heard> {
        Vec::new()
    }

    fn read(&mut self, _ask: &Ask, _payload: &[u8]) -> Read {
        Read::NotMine
    }

    fn gap(&self) -> Duration {
        GAP
    }
}

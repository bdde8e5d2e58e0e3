//! Who is there, as reported by the relay. It is never journalled and never part of the wanted state.

use std::collections::BTreeMap;

use mcu_api::{Connection, SiteId};

/// One site's presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SitePresence {
    /// How its terminal is connected.
    pub connection: Connection,
    /// Whether its picture arrives at the relay.
    pub publishes: bool,
    /// What is found wrong with what it sends.
    pub faults: ReportedFaults,
    /// Packets from it lost of the last second's, in ‰.
    pub loss_permille: u16,
}

/// What is found wrong with what a site sends, as far as rules look at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportedFaults {
    /// Its picture is dark and even.
    pub black: bool,
    /// Its picture stands still.
    pub frozen: bool,
    /// Feedback from its loudspeaker.
    pub howling: bool,
}

impl SitePresence {
    /// A site with which nothing is wrong.
    #[must_use]
    pub fn new(connection: Connection, publishes: bool) -> Self {
        Self { connection, publishes, faults: ReportedFaults::default(), loss_permille: 0 }
    }
}

/// All sites' presence; a site not named is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presence {
    sites: BTreeMap<SiteId, SitePresence>,
}

impl Presence {
    /// Nobody is there.
    #[must_use]
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Sets one site's presence.
    pub fn set(&mut self, site: SiteId, presence: SitePresence) {
        self.sites.insert(site, presence);
    }

    /// One site's presence.
    #[must_use]
    pub fn of(&self, site: &SiteId) -> SitePresence {
        self.sites.get(site).copied().unwrap_or_else(|| SitePresence::new(Connection::Absent, false))
    }
}

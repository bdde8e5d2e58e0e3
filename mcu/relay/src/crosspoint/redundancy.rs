//! Redundant sound towards a watcher whose line loses packets (RFC 2198).

use std::time::Duration;

use super::history::{History, Packet};
use crate::{rtp::red, time::Time};

/// Earlier packets in each by the bits per second the line carries: with two, a line that loses 30 % of its packets loses 2.7 % of the sound. On thin
/// lines the sound alone must fit; its in-band FEC stays.
const DEPTHS: [(u64, u64); 2] = [(400_000, 2), (200_000, 1)];
/// Loss from which on it is worth a multiple of the sound's rate, in ‰.
const FROM_PERMILLE: u16 = 5;
/// Depth while nothing is known of the line.
const MAX_DEPTH: u64 = 2;
/// It goes on so long after the last loss.
const HOLD: Duration = Duration::from_secs(10);

/// Whether and how sound is sent more than once.
#[derive(Debug)]
pub(super) struct Redundancy {
    payload_type: Option<u8>,
    until: Time,
    payload: Vec<u8>,
    depth: u64,
    active: bool,
}

impl Redundancy {
    /// For a watcher that takes it under that payload type.
    pub(super) const fn new(payload_type: Option<u8>) -> Self {
        Self { payload_type, until: Time::new(Duration::ZERO), payload: Vec::new(), depth: MAX_DEPTH, active: false }
    }

    /// The watcher's receiver report.
    pub(super) fn heard_loss(&mut self, now: Time, loss_permille: u16) {
        if loss_permille >= FROM_PERMILLE {
            self.until = now + HOLD;
        }
    }

    /// The line carries so many bits per second; `None` while nothing is known.
    pub(super) fn set_room(&mut self, target_bps: Option<u64>) {
        let fitting = |target: u64| DEPTHS.iter().find(|(from, _)| target >= *from).map_or(0, |(_, depth)| *depth);
        self.depth = target_bps.map_or(MAX_DEPTH, fitting);
    }

    /// What the sound's rate is multiplied with.
    pub(super) fn overhead(&self) -> f64 {
        if self.active { 1.0 + self.depth as f64 } else { 1.0 }
    }

    /// Payload type and payload of a packet with the earlier ones in it; `None` when it goes out as it is.
    pub(super) fn payload(&mut self, now: Time, of: u8, packet: &Packet, history: Option<&History>) -> Option<(u8, &[u8])> {
        self.active = self.payload_type.is_some() && now < self.until && self.depth > 0;
        let (payload_type, history) = (self.payload_type.filter(|_| self.active)?, history?);
        let earlier = |back: u64| {
            let kept = history.get(packet.number.checked_sub(back)?)?;
            Some((packet.timestamp.wrapping_sub(kept.timestamp), &*kept.payload))
        };
        let blocks: Vec<(u32, &[u8])> = (1..=self.depth).rev().filter_map(earlier).collect();
        self.payload.clear();
        red::write(&mut self.payload, of, &blocks, &packet.payload);
        Some((payload_type, &self.payload))
    }
}

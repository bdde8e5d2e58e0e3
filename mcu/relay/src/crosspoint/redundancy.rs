//! Redundant sound towards a watcher whose line loses packets (RFC 2198).

use std::time::Duration;

use super::history::{History, Packet};
use crate::{rtp::red, time::Time};

/// Earlier packets in each: with two, a line that loses 30 % of its packets loses 2.7 % of the sound.
const DEPTH: u64 = 2;
/// Loss from which on it is worth twice the sound's rate, in ‰.
const FROM_PERMILLE: u16 = 5;
/// It goes on so long after the last loss.
const HOLD: Duration = Duration::from_secs(10);

/// Whether and how sound is sent more than once.
#[derive(Debug)]
pub(super) struct Redundancy {
    payload_type: Option<u8>,
    until: Time,
    payload: Vec<u8>,
}

impl Redundancy {
    /// For a watcher that takes it under that payload type.
    pub(super) const fn new(payload_type: Option<u8>) -> Self {
        Self { payload_type, until: Time::new(Duration::ZERO), payload: Vec::new() }
    }

    /// The watcher's receiver report.
    pub(super) fn heard_loss(&mut self, now: Time, loss_permille: u16) {
        if loss_permille >= FROM_PERMILLE {
            self.until = now + HOLD;
        }
    }

    /// Payload type and payload of a packet with the earlier ones in it; `None` when it goes out as it is.
    pub(super) fn payload(&mut self, now: Time, of: u8, packet: &Packet, history: Option<&History>) -> Option<(u8, &[u8])> {
        let (payload_type, history) = (self.payload_type.filter(|_| now < self.until)?, history?);
        let earlier = |back: u64| {
            let kept = history.get(packet.number.checked_sub(back)?)?;
            Some((packet.timestamp.wrapping_sub(kept.timestamp), &*kept.payload))
        };
        let blocks: Vec<(u32, &[u8])> = (1..=DEPTH).rev().filter_map(earlier).collect();
        self.payload.clear();
        red::write(&mut self.payload, of, &blocks, &packet.payload);
        Some((payload_type, &self.payload))
    }
}

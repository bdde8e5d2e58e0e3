//! What waits to be written to one connection.

use std::time::Duration;

use super::frame_header;
use crate::time::Time;

/// Bytes that may wait before pictures are dropped: half a second of a 4 Mbit/s picture. More would only be shown too late; the peer asks again
/// for what it lacks, or for a key frame.
pub const PICTURE_BYTES: usize = 256 * 1024;

/// Bytes that may wait at all: beyond pictures there is room for five seconds of sound and its reports.
pub const ALL_BYTES: usize = PICTURE_BYTES + 64 * 1024;

/// A connection that takes nothing for so long is dead or hostile. A line that was gone for a few seconds has come back by then.
pub const STUCK_AFTER: Duration = Duration::from_secs(10);

/// Written bytes at the front are given back to the memory when they are as many: moving the rest costs less than it saves.
const COMPACT_BYTES: usize = 64 * 1024;

/// What becomes of a packet when much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Urgency {
    /// Sound, reports, handshakes and checks: small, and needed more than pictures.
    Needed,
    /// A part of a picture.
    Picture,
}

/// The queue. A packet is taken whole or not at all, so that the stream stays readable.
#[derive(Debug, Default)]
pub struct Outbox {
    bytes: Vec<u8>,
    written: usize,
    /// Since when nothing was taken though something waits.
    waiting_since: Option<Time>,
}

impl Outbox {
    /// Puts a packet behind what waits; `false` when there is no room for it or it is too long for a frame.
    pub fn push(&mut self, now: Time, packet: &[u8], urgency: Urgency) -> bool {
        let limit = match urgency {
            Urgency::Needed => ALL_BYTES,
            Urgency::Picture => PICTURE_BYTES,
        };
        let Some(header) = frame_header(packet) else {
            return false;
        };
        if self.waiting().len() + header.len() + packet.len() > limit {
            return false;
        }
        self.bytes.extend_from_slice(&header);
        self.bytes.extend_from_slice(packet);
        self.waiting_since.get_or_insert(now);
        true
    }

    /// What is to be written next.
    #[must_use]
    pub fn waiting(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }

    /// The connection took that many of [`Self::waiting`].
    pub fn took(&mut self, now: Time, count: usize) {
        if count == 0 {
            return;
        }
        self.written = (self.written + count).min(self.bytes.len());
        self.waiting_since = Some(now).filter(|_| self.written < self.bytes.len());
        if self.written == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(COMPACT_BYTES);
            self.written = 0;
        } else if self.written >= COMPACT_BYTES {
            self.bytes.drain(..self.written);
            self.written = 0;
        }
    }

    /// Whether the connection took nothing for [`STUCK_AFTER`].
    #[must_use]
    pub fn is_stuck(&self, now: Time) -> bool {
        self.waiting_since.is_some_and(|since| now.since(since) >= STUCK_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL_BYTES, Outbox, PICTURE_BYTES, Urgency};
    use crate::{tcp::Deframer, time::Time};
    use proptest::prelude::*;
    use std::time::Duration;

    fn at(millis: u64) -> Time {
        Time::new(Duration::from_millis(millis))
    }

    #[test]
    fn pictures_give_way_to_sound_and_sound_has_a_limit_too() {
        let mut outbox = Outbox::default();
        while outbox.push(at(0), &[1; 1200], Urgency::Picture) {}
        assert!((PICTURE_BYTES - 1202..=PICTURE_BYTES).contains(&outbox.waiting().len()));
        assert!(outbox.push(at(0), &[2; 100], Urgency::Needed));
        while outbox.push(at(0), &[2; 100], Urgency::Needed) {}
        assert!((ALL_BYTES - 102..=ALL_BYTES).contains(&outbox.waiting().len()));
        outbox.took(at(1), 70_000);
        assert!(outbox.push(at(1), &[1; 1200], Urgency::Picture), "room again");
        assert!(!outbox.push(at(1), &[0; 3000], Urgency::Needed) && !outbox.push(at(1), &[], Urgency::Needed));
    }

    #[test]
    fn stuck_is_who_takes_nothing_for_ten_seconds_though_something_waits() {
        let mut outbox = Outbox::default();
        assert!(!outbox.is_stuck(at(60_000)), "nothing waits");
        outbox.push(at(60_000), b"ab", Urgency::Needed);
        outbox.push(at(65_000), b"cd", Urgency::Needed);
        assert_eq!([69_999, 70_000].map(|millis| outbox.is_stuck(at(millis))), [false, true]);
        outbox.took(at(70_000), 1);
        assert_eq!([79_999, 80_000].map(|millis| outbox.is_stuck(at(millis))), [false, true], "one byte is a sign of life");
        outbox.took(at(80_000), 7);
        assert!(outbox.waiting().is_empty() && !outbox.is_stuck(at(99_000)));
    }

    proptest! {
        #[test]
        fn what_was_taken_in_comes_out_whole_and_in_order(steps in prop::collection::vec((1_usize..2000, 0_usize..4000), 1..300)) {
            let (mut outbox, mut deframer) = (Outbox::default(), Deframer::default());
            let (mut sent, mut got) = (Vec::new(), Vec::new());
            for (number, (length, taken)) in steps.into_iter().enumerate() {
                let packet = vec![number as u8; length];
                if outbox.push(at(0), &packet, Urgency::Picture) {
                    sent.push(packet);
                }
                let part = outbox.waiting()[..taken.min(outbox.waiting().len())].to_vec();
                deframer.feed(&part, |packet| got.push(packet.to_vec())).unwrap();
                outbox.took(at(0), part.len());
            }
            deframer.feed(outbox.waiting(), |packet| got.push(packet.to_vec())).unwrap();
            prop_assert_eq!(got, sent);
        }
    }
}

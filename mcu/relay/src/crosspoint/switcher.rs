//! Renumbering: one unbroken outgoing stream made of changing incoming ones.

use std::collections::VecDeque;

use super::{StreamKey, history::Packet};
use crate::{
    rtp::{Vp8Patch, codec::Vp8Shift},
    time::Time,
};

/// Changes of stream remembered for repeats: with one change per 200 ms this reaches back further than any history.
const MAX_EPOCHS: usize = 16;

/// Least advance of the timestamp over a change, as a part of a second: two pictures never share one.
const LEAST_ADVANCE: u32 = 100;

/// The time between two changes, during which one stream's numbers are moved by constant differences.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Epoch {
    pub(crate) stream: StreamKey,
    first_in: u64,
    first_out: u64,
    pub(crate) timestamp_shift: u32,
    vp8: Vp8Shift,
}

impl Epoch {
    fn number(&self, packet: u64) -> Option<u64> {
        packet.checked_sub(self.first_in).map(|distance| self.first_out + distance)
    }

    /// The numbers a packet of this epoch carries.
    pub(crate) fn place(&self, packet: &Packet) -> Option<Placed> {
        Some(Placed {
            sequence: self.number(packet.number)? as u16,
            timestamp: packet.timestamp.wrapping_add(self.timestamp_shift),
            patch: packet.vp8.as_ref().map(|vp8| self.vp8.patch(vp8)).unwrap_or_default(),
        })
    }
}

/// Outgoing numbers of one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) patch: Vp8Patch,
}

/// The numbers of one outgoing stream.
#[derive(Debug)]
pub(crate) struct Switcher {
    clock_rate: u32,
    epochs: VecDeque<Epoch>,
    next: u64,
    timestamp: u32,
    timestamp_at: Option<Time>,
    picture_id: Option<u16>,
    tl0: Option<u8>,
    open_frame: bool,
    attached: bool,
}

impl Switcher {
    /// Begins at numbers drawn by the caller (RFC 3550 §5.1). The sequence begins in the lower half so that a lost first packet cannot be taken for a wrap.
    pub(crate) fn new(clock_rate: u32, sequence: u16, timestamp: u32) -> Self {
        Self {
            clock_rate,
            epochs: VecDeque::with_capacity(MAX_EPOCHS),
            next: (1 << 16) + u64::from(sequence & 0x7FFF),
            timestamp,
            timestamp_at: None,
            picture_id: None,
            tl0: None,
            open_frame: false,
            attached: false,
        }
    }

    /// The stream whose packets go out.
    pub(crate) fn current(&self) -> Option<StreamKey> {
        self.epochs.back().filter(|_| self.attached).map(|epoch| epoch.stream)
    }

    /// The difference of timestamps that holds.
    pub(crate) fn timestamp_shift(&self) -> Option<u32> {
        self.epochs.back().filter(|_| self.attached).map(|epoch| epoch.timestamp_shift)
    }

    /// Whether a picture was begun and its last packet has not come.
    pub(crate) const fn frame_is_open(&self) -> bool {
        self.attached && self.open_frame
    }

    /// Nothing goes out until the next [`Self::begin`].
    pub(crate) const fn detach(&mut self) {
        self.attached = false;
    }

    /// From `first` on the packets of `stream` go out. `broken` leaves one number out, so that receivers know the picture before it to be incomplete.
    pub(crate) fn begin(&mut self, now: Time, stream: StreamKey, first: &Packet, broken: bool) {
        let advance = self.timestamp_at.map_or(0, |at| {
            let ticks = now.since(at).as_micros() * u128::from(self.clock_rate) / 1_000_000;
            (ticks as u32).max(self.clock_rate / LEAST_ADVANCE)
        });
        let timestamp = self.timestamp.wrapping_add(advance);
        let numbers = first.vp8.unwrap_or_default();
        let shift_of = |last: u16, value: u16| last.wrapping_add(1).wrapping_sub(value);
        let vp8 = Vp8Shift {
            picture_id: match (self.picture_id, numbers.picture_id) {
                (Some(last), Some((_, value, _))) => shift_of(last, value),
                _ => 0,
            },
            tl0: match (self.tl0, numbers.tl0) {
                (Some(last), Some((_, value))) => last.wrapping_add(1).wrapping_sub(value),
                _ => 0,
            },
        };
        if self.epochs.len() == MAX_EPOCHS {
            self.epochs.pop_front();
        }
        self.epochs.push_back(Epoch {
            stream,
            first_in: first.number,
            first_out: self.next + u64::from(broken),
            timestamp_shift: timestamp.wrapping_sub(first.timestamp),
            vp8,
        });
        self.next += u64::from(broken);
        self.attached = true;
        self.open_frame = false;
    }

    /// Numbers a packet of the current stream went out with.
    pub(crate) fn place_again(&self, packet: &Packet) -> Option<Placed> {
        self.epochs.back().filter(|_| self.attached)?.place(packet)
    }

    /// Numbers of a packet of the current stream; `None` for one from before the change.
    pub(crate) fn place(&mut self, packet: &Packet) -> Option<Placed> {
        let epoch = self.epochs.back().filter(|_| self.attached)?;
        let number = epoch.number(packet.number)?;
        let placed = epoch.place(packet)?;
        if number >= self.next {
            self.next = number + 1;
            if placed.timestamp != self.timestamp || self.timestamp_at.is_none() {
                (self.timestamp, self.timestamp_at) = (placed.timestamp, Some(packet.at));
            }
            self.open_frame = !packet.marker;
            if let Some((_, value, _)) = placed.patch.picture_id {
                self.picture_id = Some(value);
            }
            if let Some((_, value)) = placed.patch.tl0 {
                self.tl0 = Some(value);
            }
        }
        Some(placed)
    }

    /// Takes the number of the next packet back because this one goes no further; only for packets in order.
    pub(crate) fn skip(&mut self) {
        if let Some(epoch) = self.epochs.back_mut() {
            epoch.first_in += 1;
        }
    }

    /// Which packet went out as `sequence`.
    pub(crate) fn locate(&self, sequence: u16) -> Option<(Epoch, u64)> {
        let number = crate::rtp::nearest(self.next, sequence);
        if number >= self.next {
            return None;
        }
        let epoch = self.epochs.iter().rev().find(|epoch| epoch.first_out <= number)?;
        Some((*epoch, epoch.first_in + (number - epoch.first_out)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Placed, Switcher};
    use crate::{
        crosspoint::{StreamKey, history::Packet},
        rtp::codec::{Mark, Vp8},
        slab::Slab,
        time::Time,
    };
    use bytes::Bytes;
    use proptest::prelude::*;
    use std::time::Duration;

    fn at(millis: u64) -> Time {
        Time::new(Duration::from_millis(millis))
    }

    fn packet(number: u64, timestamp: u32, picture_id: u16, tl0: u8, now: Time) -> Packet {
        let vp8 = Some(Vp8 { key: true, picture_id: Some((2, picture_id, true)), tl0: Some((4, tl0)) });
        Packet { number, timestamp, marker: true, payload: Bytes::from_static(b"x"), mark: Mark::Key, vp8, at: now }
    }

    fn keys() -> (StreamKey, StreamKey) {
        let mut slab = Slab::default();
        (slab.insert(crate::crosspoint::tests_support::stream()), slab.insert(crate::crosspoint::tests_support::stream()))
    }

    #[test]
    fn numbers_run_on_over_a_change() {
        let (a, b) = keys();
        let mut switcher = Switcher::new(90_000, 10, 1_000);
        let first = packet(70_000, 5_000, 0x7FFE, 250, at(0));
        switcher.begin(at(0), a, &first, false);
        let one = switcher.place(&first).unwrap();
        assert_eq!((one.sequence, one.timestamp, one.patch.picture_id), (10, 1_000, Some((2, 0x7FFE, true))));
        let next = switcher.place(&packet(70_001, 8_000, 0x7FFF, 251, at(33))).unwrap();
        assert_eq!((next.sequence, next.timestamp), (11, 4_000));
        let other = packet(90_000, 777, 17, 3, at(133));
        switcher.begin(at(133), b, &other, false);
        let changed = switcher.place(&other).unwrap();
        assert_eq!((changed.sequence, changed.timestamp), (12, 4_000 + 9_000), "a tenth of a second later");
        assert_eq!((changed.patch.picture_id, changed.patch.tl0), (Some((2, 0, true)), Some((4, 252))), "counters run on");
        assert_eq!(switcher.place(&packet(89_999, 700, 16, 3, at(134))), None, "what lies before the change stays out");
        assert_eq!(switcher.locate(11).map(|(epoch, number)| (epoch.stream, number)), Some((a, 70_001)));
        assert_eq!(switcher.locate(12).map(|(epoch, number)| (epoch.stream, number)), Some((b, 90_000)));
        assert!(switcher.locate(13).is_none());
    }

    proptest! {
        #[test]
        fn whatever_changes_nothing_repeats_or_goes_back(steps in proptest::collection::vec((any::<bool>(), 1_u64..40, 0_u64..3), 1..80)) {
            let (a, b) = keys();
            let mut switcher = Switcher::new(90_000, 40_000, 4_294_900_000);
            let (mut now, mut numbers) = (0, [100_000_u64, 500_000]);
            let mut last: Option<Placed> = None;
            for (use_b, wait, lost) in steps {
                now += wait;
                let (stream, number) = if use_b { (b, &mut numbers[1]) } else { (a, &mut numbers[0]) };
                *number += 1 + lost;
                let packet = packet(*number, (now * 90) as u32, (*number & 0x7FFF) as u16, *number as u8, at(now));
                let changes = switcher.current() != Some(stream);
                if changes {
                    switcher.begin(at(now), stream, &packet, false);
                }
                let placed = switcher.place(&packet).unwrap();
                if let Some(last) = last {
                    let step = placed.sequence.wrapping_sub(last.sequence);
                    prop_assert!((1..4).contains(&step));
                    prop_assert!(!changes || step == 1);
                    prop_assert!(placed.timestamp.wrapping_sub(last.timestamp) as i32 > 0);
                }
                let (epoch, found) = switcher.locate(placed.sequence).unwrap();
                prop_assert_eq!(found, *number);
                prop_assert_eq!(epoch.place(&packet), Some(placed));
                last = Some(placed);
            }
        }
    }
}

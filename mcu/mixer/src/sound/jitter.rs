//! Adaptive jitter buffer for one input, in packets of 20 ms.

use std::collections::VecDeque;

use bytes::Bytes;

/// Fewest packets held back: 40 ms, enough for the scheduling of two busy cores.
const MIN_DEPTH: usize = 2;
/// Most packets held back: 160 ms; beyond that talking to each other becomes hard and loss is the lesser evil.
const MAX_DEPTH: usize = 8;
/// Packets kept at most; older ones are thrown away (a sender that runs far too fast).
const MAX_HELD: usize = 25;
/// Blocks concealed in a row before the input counts as silent.
const MAX_CONCEALED: u32 = 5;
/// A gap wider than this many packets is a new start, not loss.
const MAX_GAP: u16 = 25;
/// Blocks without an underrun after which the buffer tries one packet less (ten seconds).
const CALM: u32 = 500;
/// Blocks for which the buffer may stay fuller than wanted before one packet is left out (clock drift; half a second).
const TOO_FULL: u32 = 25;

/// What to play for the next 20 ms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Play {
    /// Decode this packet.
    Packet(Bytes),
    /// The packet is lost; this is the one after it, whose in-band FEC describes the lost one.
    Recover(Bytes),
    /// Conceal: nothing is known.
    Conceal,
    /// The input is silent.
    Silence,
}

/// Packets waiting to be played. It follows the sender's clock by leaving out a packet when it stays too full and concealing when it runs empty.
#[derive(Debug)]
pub struct JitterBuffer {
    held: VecDeque<(u16, Bytes)>,
    expected: Option<u16>,
    depth: usize,
    concealed: u32,
    calm: u32,
    too_full: u32,
}

impl Default for JitterBuffer {
    fn default() -> Self {
        Self { held: VecDeque::new(), expected: None, depth: MIN_DEPTH, concealed: 0, calm: 0, too_full: 0 }
    }
}

impl JitterBuffer {
    /// Takes a packet; late and repeated ones are dropped.
    pub fn push(&mut self, sequence: u16, payload: Bytes) {
        if self.expected.is_some_and(|expected| is_before(sequence, expected) && expected.wrapping_sub(sequence) < MAX_GAP) {
            return;
        }
        let place = self.held.iter().position(|(held, _)| !is_before(*held, sequence)).unwrap_or(self.held.len());
        if self.held.get(place).is_some_and(|(held, _)| *held == sequence) {
            return;
        }
        self.held.insert(place, (sequence, payload));
        if self.held.len() > MAX_HELD {
            self.held.pop_front();
        }
    }

    /// Called once per 20 ms.
    pub fn pop(&mut self) -> Play {
        self.shed();
        let Some(expected) = self.expected else {
            return self.start();
        };
        let Some((head, _)) = self.held.front() else {
            return self.run_dry(expected);
        };
        let gap = head.wrapping_sub(expected);
        if gap > MAX_GAP {
            self.expected = Some(*head);
            return self.pop_head(*head);
        }
        if gap == 0 {
            return self.pop_head(expected);
        }
        self.expected = Some(expected.wrapping_add(1));
        match (gap, self.held.front()) {
            (1, Some((_, next))) => Play::Recover(next.clone()),
            _ => Play::Conceal,
        }
    }

    /// Packets held back at present.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    fn start(&mut self) -> Play {
        if self.held.len() < self.depth {
            return Play::Silence;
        }
        match self.held.front().map(|(sequence, _)| *sequence) {
            Some(sequence) => self.pop_head(sequence),
            None => Play::Silence,
        }
    }

    fn pop_head(&mut self, sequence: u16) -> Play {
        let Some((_, payload)) = self.held.pop_front() else {
            return Play::Silence;
        };
        self.expected = Some(sequence.wrapping_add(1));
        self.concealed = 0;
        self.calm += 1;
        if self.calm >= CALM {
            self.calm = 0;
            self.depth = (self.depth - 1).max(MIN_DEPTH);
        }
        Play::Packet(payload)
    }

    fn run_dry(&mut self, expected: u16) -> Play {
        self.calm = 0;
        self.concealed += 1;
        if self.concealed == 1 {
            self.depth = (self.depth + 1).min(MAX_DEPTH);
        }
        if self.concealed > MAX_CONCEALED {
            self.expected = None;
            self.concealed = 0;
            return Play::Silence;
        }
        // The packet is late rather than lost: wait for it, so that the delay grows by what was missing.
        self.expected = Some(expected);
        Play::Conceal
    }

    fn shed(&mut self) {
        self.too_full = if self.held.len() > self.depth + 1 { self.too_full + 1 } else { 0 };
        if self.too_full > TOO_FULL || self.held.len() > 2 * MAX_DEPTH {
            self.too_full = 0;
            let left_out = self.held.pop_front();
            self.expected = self.expected.and(left_out).map(|(sequence, _)| sequence.wrapping_add(1));
        }
    }
}

/// Whether `a` comes before `b` in sequence numbers that wrap (RFC 1982).
const fn is_before(a: u16, b: u16) -> bool {
    a != b && b.wrapping_sub(a) < 0x8000
}

#[cfg(test)]
mod tests {
    use super::{JitterBuffer, MAX_DEPTH, MAX_HELD, Play};
    use bytes::Bytes;
    use proptest::prelude::*;

    fn payload(sequence: u16) -> Bytes {
        Bytes::copy_from_slice(&sequence.to_be_bytes())
    }

    fn filled(sequences: &[u16]) -> JitterBuffer {
        let mut buffer = JitterBuffer::default();
        for sequence in sequences {
            buffer.push(*sequence, payload(*sequence));
        }
        buffer
    }

    #[test]
    fn packets_out_of_order_are_played_in_order_over_the_wrap() {
        let mut buffer = filled(&[65535, 1, 0]);
        let played: Vec<Play> = (0..3).map(|_| buffer.pop()).collect();
        assert_eq!(played, [Play::Packet(payload(65535)), Play::Packet(payload(0)), Play::Packet(payload(1))]);
    }

    #[test]
    fn a_lost_packet_is_recovered_from_the_next() {
        let mut buffer = filled(&[1, 2, 4, 5]);
        let played: Vec<Play> = (0..5).map(|_| buffer.pop()).collect();
        let whole = |s| Play::Packet(payload(s));
        assert_eq!(played, [whole(1), whole(2), Play::Recover(payload(4)), whole(4), whole(5)]);
    }

    #[test]
    fn an_empty_buffer_conceals_then_falls_silent_and_starts_again() {
        let mut buffer = filled(&[1, 2]);
        let played: Vec<Play> = (0..8).map(|_| buffer.pop()).collect();
        assert_eq!(played.iter().filter(|play| **play == Play::Conceal).count(), 5);
        assert_eq!(played.last(), Some(&Play::Silence));
        for sequence in 900..904 {
            buffer.push(sequence, payload(sequence));
        }
        assert_eq!(buffer.pop(), Play::Packet(payload(900)));
    }

    #[test]
    fn a_sender_that_runs_fast_is_followed() {
        let mut buffer = JitterBuffer::default();
        let mut sequence = 0_u16;
        for block in 0..5_000 {
            for _ in 0..=u16::from(block % 100 == 0) {
                buffer.push(sequence, payload(sequence));
                sequence = sequence.wrapping_add(1);
            }
            buffer.pop();
            assert!(buffer.held.len() <= MAX_DEPTH, "delay grew to {} packets", buffer.held.len());
        }
    }

    proptest! {
        #[test]
        fn any_sequence_stays_bounded_and_never_plays_backwards(input in proptest::collection::vec((any::<u16>(), 0_u8..4), 0..400)) {
            let mut buffer = JitterBuffer::default();
            for (sequence, pops) in input {
                buffer.push(sequence, payload(sequence));
                for _ in 0..pops { buffer.pop(); }
                prop_assert!(buffer.held.len() <= MAX_HELD && buffer.depth() <= MAX_DEPTH);
            }
        }
    }
}

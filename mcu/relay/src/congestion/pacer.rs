//! Spreads bursts: a key frame that leaves at once overruns the buffers of a thin line, though the line carries it in the time of one picture.

use std::{collections::VecDeque, time::Duration};

use crate::time::Time;

/// Sent at this multiple of the rate the line is believed to carry (libwebrtc: 2.5), so that a key frame takes no longer than it must.
const FACTOR: f64 = 2.5;
/// May leave at once: an ordinary picture of a 2.5 Mbit/s stream.
const BURST_BYTES: f64 = 16_000.0;
/// Packets that wait at most; beyond it the line is hopelessly behind and dropping is better than delay.
const MAX_WAITING: usize = 512;
/// A packet that waited for so long comes too late for its picture; on a line this far behind it would only make the next one late.
const MAX_WAIT: Duration = Duration::from_millis(500);
/// The shortest wait worth waking for.
const STEP: Duration = Duration::from_millis(5);

/// The packets of one session that wait for their turn.
#[derive(Debug)]
pub struct Pacer {
    bytes_per_second: f64,
    /// May be sent at this moment; negative after what may not wait.
    budget: f64,
    filled: Time,
    waiting: VecDeque<(Time, Vec<u8>)>,
}

impl Pacer {
    /// A pacer for a line believed to carry `bps`.
    #[must_use]
    pub fn new(bps: f64) -> Self {
        Self { bytes_per_second: bps * FACTOR / 8.0, budget: BURST_BYTES, filled: Time::default(), waiting: VecDeque::new() }
    }

    /// The line is believed to carry that much now.
    pub fn set_rate(&mut self, bps: f64) {
        self.bytes_per_second = bps * FACTOR / 8.0;
    }

    fn fill(&mut self, now: Time) {
        let earned = now.since(self.filled).as_secs_f64() * self.bytes_per_second;
        self.budget = (self.budget + earned).min(BURST_BYTES);
        self.filled = now;
    }

    /// Whether a packet of that size may leave now; if so, it is counted. `urgent` ones (sound) always may.
    pub fn admit(&mut self, now: Time, bytes: usize, urgent: bool) -> bool {
        self.fill(now);
        let may = urgent || self.waiting.is_empty() && self.budget > 0.0;
        if may {
            self.budget -= bytes as f64;
        }
        may
    }

    /// Keeps a packet for later; `false` when too many wait.
    pub fn hold(&mut self, now: Time, packet: Vec<u8>) -> bool {
        let room = self.waiting.len() < MAX_WAITING;
        if room {
            self.waiting.push_back((now, packet));
        }
        room
    }

    /// The next packet whose turn has come.
    pub fn release(&mut self, now: Time) -> Option<Vec<u8>> {
        self.fill(now);
        while self.waiting.front().is_some_and(|(since, _)| now.since(*since) > MAX_WAIT) {
            self.waiting.pop_front();
        }
        if self.budget <= 0.0 {
            return None;
        }
        let (_, packet) = self.waiting.pop_front()?;
        self.budget -= packet.len() as f64;
        Some(packet)
    }

    /// Nothing of what waits is wanted any more.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }

    /// When [`Self::release`] will give something; `None` when nothing waits.
    #[must_use]
    pub fn deadline(&self) -> Option<Time> {
        let lacking = (-self.budget / self.bytes_per_second.max(1.0)).max(0.0);
        (!self.waiting.is_empty()).then(|| self.filled + Duration::from_secs_f64(lacking.min(1.0)).max(STEP))
    }

    /// Whether anything waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Pacer;
    use crate::time::Time;
    use std::time::Duration;

    fn at(millis: u64) -> Time {
        Time::new(Duration::from_millis(millis))
    }

    #[test]
    fn a_burst_is_spread_in_order_and_sound_overtakes_it() {
        let mut pacer = Pacer::new(1_000_000.0);
        let packet = |number: u8| vec![number; 1200];
        let mut sent = Vec::new();
        for number in 0..50 {
            if pacer.admit(at(0), 1200, false) {
                sent.push(number);
            } else {
                assert!(pacer.hold(at(0), packet(number)));
            }
        }
        assert_eq!(sent.len(), 14, "an ordinary picture leaves at once");
        assert!(pacer.admit(at(1), 100, true));
        for step in 1..40 {
            while let Some(packet) = pacer.release(at(step * 5)) {
                sent.push(packet[0]);
            }
        }
        assert_eq!(sent, (0..50).collect::<Vec<u8>>());
        assert!(pacer.is_empty() && pacer.deadline().is_none());
    }

    #[test]
    fn the_rate_is_kept_and_too_much_is_refused() {
        let mut pacer = Pacer::new(800_000.0);
        let mut held = 0;
        for _ in 0..1000 {
            held += u32::from(!pacer.admit(at(0), 1000, false) && pacer.hold(at(0), vec![0; 1000]));
        }
        assert_eq!(held, 512);
        let mut released = 0;
        for millis in 0..500 {
            while pacer.release(at(millis)).is_some() {
                released += 1;
            }
        }
        assert!((120..=130).contains(&released), "2.5 times 100 packets a second, not {released}");
        assert!(pacer.deadline().is_some());
        assert!(pacer.release(at(501)).is_none() && pacer.is_empty(), "too late for any picture");
    }
}

//! Which packets of a stream a watcher lacks, and when it asks for them (RFC 4585 §6.2.1).

use std::time::{Duration, Instant};

/// Gaps followed at once. More is an outage: a key frame is the better request.
const MAX_MISSING: usize = 400;
/// A gap this large is another stream's beginning, not loss (MAX_DROPOUT of RFC 3550 appendix A.1).
const MAX_LEAP: u64 = 3_000;

#[derive(Debug, Clone, Copy)]
struct Gap {
    number: u64,
    since: Instant,
    next: Instant,
}

/// The gaps.
#[derive(Debug)]
pub struct Missing {
    retry: Duration,
    give_up: Duration,
    highest: Option<u64>,
    gaps: Vec<Gap>,
}

impl Missing {
    /// Asks at once, again each `retry`, and gives up after `give_up`.
    #[must_use]
    pub const fn new(retry: Duration, give_up: Duration) -> Self {
        Self { retry, give_up, highest: None, gaps: Vec::new() }
    }

    /// A packet came, as an original or a resend. `false` when more is missing than can be asked for.
    pub fn came(&mut self, now: Instant, sequence: u16) -> bool {
        let Some(highest) = self.highest else {
            self.highest = Some(0x1_0000 + u64::from(sequence));
            return true;
        };
        let step = sequence.wrapping_sub(highest as u16) as i16;
        let number = highest.saturating_add_signed(step.into());
        if number <= highest {
            self.gaps.retain(|gap| gap.number != number);
            return true;
        }
        self.highest = Some(number);
        let count = number - highest - 1;
        if count > MAX_LEAP || self.gaps.len() + count as usize > MAX_MISSING {
            self.gaps.clear();
            return false;
        }
        self.gaps.extend((highest + 1..number).map(|number| Gap { number, since: now, next: now }));
        true
    }

    /// Appends the sequence numbers to ask for; returns whether one was given up.
    pub fn due(&mut self, now: Instant, out: &mut Vec<u16>) -> bool {
        let before = self.gaps.len();
        self.gaps.retain(|gap| now.saturating_duration_since(gap.since) < self.give_up);
        let given_up = self.gaps.len() < before;
        for gap in self.gaps.iter_mut().filter(|gap| gap.next <= now) {
            gap.next = now + self.retry;
            out.push(gap.number as u16);
        }
        given_up
    }

    /// The highest sequence number so far, with its cycles (RFC 3550 §6.4.1); `None` before the first packet.
    #[must_use]
    pub fn highest(&self) -> Option<u32> {
        self.highest.map(|highest| (highest - 0x1_0000) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::Missing;
    use std::time::{Duration, Instant};

    #[test]
    fn a_gap_is_asked_for_until_it_is_filled_or_given_up() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut missing = Missing::new(Duration::from_millis(50), Duration::from_millis(120));
        let ask = |missing: &mut Missing, millis| {
            let mut out = Vec::new();
            let given_up = missing.due(at(millis), &mut out);
            (out, given_up)
        };
        assert!(missing.came(at(0), 65_534));
        assert!(missing.came(at(0), 1));
        assert_eq!(ask(&mut missing, 0), (vec![65_535, 0], false), "over the wrap");
        assert_eq!(ask(&mut missing, 49), (vec![], false));
        assert!(missing.came(at(49), 0), "a late one fills its gap");
        assert_eq!(ask(&mut missing, 50), (vec![65_535], false));
        assert_eq!(ask(&mut missing, 120), (vec![], true));
        assert_eq!(missing.highest(), Some(65_537));
        assert!(!missing.came(at(130), 5_000), "an outage is not asked for packet by packet");
    }
}

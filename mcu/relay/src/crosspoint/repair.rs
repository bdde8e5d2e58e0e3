//! What a stream lacks and asks its sender for again.

use std::time::Duration;

use crate::time::Time;

/// Gaps followed at once. More than that is an outage: a key frame is the better request.
const MAX_MISSING: usize = 256;

/// Time between two requests for one packet: about a round trip of a bad line.
const RETRY: Duration = Duration::from_millis(60);

/// The same on a line that loses so much that request or answer are likely lost too: asked twice a round trip, a packet is there in time more often.
const QUICK_RETRY: Duration = Duration::from_millis(25);

/// Loss in ‰ from which on packets are asked for that often.
const QUICK_FROM_PERMILLE: u16 = 100;

/// Requests for one packet.
const MAX_TRIES: u8 = 16;

/// Age after which a packet is of no use to anybody.
const GIVE_UP: Duration = Duration::from_millis(1000);

#[derive(Debug, Clone, Copy)]
struct Gap {
    number: u64,
    since: Time,
    next: Time,
    tries: u8,
}

/// The gaps of one stream.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    gaps: Vec<Gap>,
}

impl Repair {
    /// Packet `number` came though `expected` was next: everything between is missing. `false` when that is too much to repair.
    pub(crate) fn missed(&mut self, now: Time, expected: u64, number: u64) -> bool {
        let count = usize::try_from(number - expected).unwrap_or(usize::MAX);
        if self.gaps.len().saturating_add(count) > MAX_MISSING {
            self.gaps.clear();
            return false;
        }
        self.gaps.extend((expected..number).map(|number| Gap { number, since: now, next: now, tries: 0 }));
        true
    }

    /// Packet `number` came late; whether it had been asked for.
    pub(crate) fn filled(&mut self, number: u64) -> bool {
        let place = self.gaps.iter().position(|gap| gap.number == number);
        place.is_some_and(|place| self.gaps.remove(place).tries > 0)
    }

    /// Sequence numbers to ask for now, in rising order, on a line that loses so much.
    pub(crate) fn due(&mut self, now: Time, loss_permille: u16, out: &mut Vec<u16>) {
        let retry = if loss_permille >= QUICK_FROM_PERMILLE { QUICK_RETRY } else { RETRY };
        self.gaps.retain(|gap| gap.tries < MAX_TRIES && now.since(gap.since) < GIVE_UP);
        for gap in self.gaps.iter_mut().filter(|gap| gap.next <= now) {
            gap.tries += 1;
            gap.next = now + retry;
            out.push(gap.number as u16);
        }
    }

    /// Whether nothing is missing.
    pub(crate) fn is_empty(&self) -> bool {
        self.gaps.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TRIES, Repair};
    use crate::time::Time;
    use std::time::Duration;

    #[test]
    fn a_gap_is_asked_for_until_it_is_filled_or_given_up() {
        let mut repair = Repair::default();
        let at = |millis| Time::new(Duration::from_millis(millis));
        assert!(repair.missed(at(0), 65_636, 65_638));
        let ask = |repair: &mut Repair, millis| {
            let mut out = Vec::new();
            repair.due(at(millis), 0, &mut out);
            out
        };
        assert_eq!(ask(&mut repair, 0), [100, 101]);
        assert_eq!(ask(&mut repair, 10), [0_u16; 0]);
        assert!(repair.filled(65_636), "it had been asked for");
        assert!(!repair.filled(65_636), "once is enough");
        assert_eq!(ask(&mut repair, 60), [101]);
        let mut quick = Vec::new();
        repair.due(at(120), 200, &mut quick);
        repair.due(at(145), 200, &mut quick);
        assert_eq!(quick, [101, 101]);
        let tries = (2..60).filter(|step| !ask(&mut repair, step * 60).is_empty()).count();
        assert!(tries <= usize::from(MAX_TRIES));
        assert!(repair.is_empty());
        assert!(!repair.missed(at(0), 0, 1000), "an outage is not repaired packet by packet");
    }
}

//! How regularly an input's packets arrive: the quickest transit of the last seconds and how far behind it the others are.

use std::collections::VecDeque;

/// Age at which a transit is forgotten, in samples: ten seconds, so that drift of 500 ppm shifts the quickest by 5 ms at most.
const MEMORY: i64 = 10 * 48_000;
/// Transits remembered at most: ten seconds of packets of 20 ms.
const MAX_REMEMBERED: usize = 500;
/// Packets in 100 that shall be there in time; one in a hundred may be concealed.
const IN_TIME_PERCENT: usize = 99;
/// The spread is counted anew after this many packets (200 ms); in between nothing but a packet behind all others changes it.
const RECOUNT_EVERY: u32 = 10;

/// Transit (arrival less RTP time, both in samples) of the last packets.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    transits: VecDeque<(i64, i64)>,
    quickest: i64,
    spread: i64,
    uncounted: u32,
    scratch: Vec<i64>,
}

impl Arrivals {
    /// Takes a packet of RTP time `at` that arrived at `now`.
    pub(super) fn note(&mut self, now: i64, at: i64) {
        let transit = now - at;
        while self.transits.front().is_some_and(|(when, _)| now - when > MEMORY) || self.transits.len() >= MAX_REMEMBERED {
            self.transits.pop_front();
        }
        let first = self.transits.is_empty();
        self.transits.push_back((now, transit));
        self.uncounted += 1;
        if first || self.uncounted >= RECOUNT_EVERY || transit < self.quickest {
            self.recount();
        }
    }

    /// A packet came too late to be played: what is known of the spread is out of date.
    pub(super) fn was_late(&mut self) {
        self.recount();
    }

    /// Transit of the quickest packet remembered.
    pub(super) const fn quickest(&self) -> i64 {
        self.quickest
    }

    /// How far behind the quickest 99 of 100 packets are at most, in samples.
    pub(super) const fn spread(&self) -> i64 {
        self.spread
    }

    pub(super) fn forget(&mut self) {
        self.transits.clear();
        self.uncounted = 0;
    }

    fn recount(&mut self) {
        self.uncounted = 0;
        self.scratch.clear();
        self.scratch.extend(self.transits.iter().map(|(_, transit)| *transit));
        self.quickest = self.scratch.iter().copied().min().unwrap_or(0);
        let place = (self.scratch.len() * IN_TIME_PERCENT / 100).min(self.scratch.len().saturating_sub(1));
        if self.scratch.is_empty() {
            self.spread = 0;
            return;
        }
        let (_, ranked, _) = self.scratch.select_nth_unstable(place);
        self.spread = *ranked - self.quickest;
    }
}

#[cfg(test)]
mod tests {
    use super::Arrivals;

    #[test]
    fn the_spread_is_that_of_ninety_nine_in_a_hundred() {
        let mut arrivals = Arrivals::default();
        for packet in 0..500_i64 {
            let behind = if packet % 10 == 0 { 2_400 } else { 0 };
            arrivals.note(packet * 960 + 7_000 + behind, packet * 960);
        }
        assert_eq!((arrivals.quickest(), arrivals.spread()), (7_000, 2_400));
        for packet in 500..1_000_i64 {
            arrivals.note(packet * 960 + 7_000, packet * 960);
        }
        assert_eq!(arrivals.spread(), 0, "jitter that is over is forgotten");
    }

    #[test]
    fn a_longer_way_becomes_the_measure_once_the_shorter_is_forgotten() {
        let mut arrivals = Arrivals::default();
        (0..100).for_each(|packet| arrivals.note(packet * 960, packet * 960));
        (100..700).for_each(|packet| arrivals.note(packet * 960 + 4_800, packet * 960));
        assert_eq!((arrivals.quickest(), arrivals.spread()), (4_800, 0));
    }
}

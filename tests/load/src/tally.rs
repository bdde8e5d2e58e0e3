//! What all viewers count together.

use std::sync::atomic::{AtomicU64, Ordering};

/// Width of a bucket of delays.
const BUCKET_NS: u64 = 20_000;
/// Longest delay told apart: 400 ms; longer ones count as this.
const BUCKETS: usize = 20_000;

/// Packets whose numbers lie in the window, and their delays.
#[derive(Debug)]
pub struct Tally {
    from: AtomicU64,
    to: AtomicU64,
    packets: AtomicU64,
    delays: Vec<AtomicU64>,
}

impl Default for Tally {
    fn default() -> Self {
        let delays = (0..BUCKETS).map(|_| AtomicU64::new(0)).collect();
        Self { from: AtomicU64::new(u64::MAX), to: AtomicU64::new(u64::MAX), packets: AtomicU64::new(0), delays }
    }
}

impl Tally {
    /// Forgets everything and counts from that number on.
    pub fn open(&self, from: u64) {
        self.from.store(u64::MAX, Ordering::SeqCst);
        self.to.store(u64::MAX, Ordering::SeqCst);
        self.packets.store(0, Ordering::SeqCst);
        self.delays.iter().for_each(|bucket| bucket.store(0, Ordering::SeqCst));
        self.from.store(from, Ordering::SeqCst);
    }

    /// Counts numbers below that one only.
    pub fn close(&self, to: u64) {
        self.to.store(to, Ordering::SeqCst);
    }

    /// A packet arrived.
    pub fn count(&self, number: u64, delay_ns: u64) {
        if number < self.from.load(Ordering::Relaxed) || number >= self.to.load(Ordering::Relaxed) {
            return;
        }
        self.packets.fetch_add(1, Ordering::Relaxed);
        let bucket = usize::try_from(delay_ns / BUCKET_NS).unwrap_or(BUCKETS).min(BUCKETS - 1);
        if let Some(bucket) = self.delays.get(bucket) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Packets counted.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets.load(Ordering::SeqCst)
    }

    /// The delay that this share of the packets (in ‰) did not exceed, in ms.
    #[must_use]
    pub fn delay_ms(&self, permille: u64) -> f64 {
        let total: u64 = self.delays.iter().map(|bucket| bucket.load(Ordering::SeqCst)).sum();
        let wanted = total * permille / 1000;
        let mut seen = 0;
        for (bucket, count) in (1_u32..).zip(&self.delays) {
            seen += count.load(Ordering::SeqCst);
            if seen >= wanted {
                return f64::from(bucket) * BUCKET_NS as f64 / 1e6;
            }
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn only_the_window_counts_and_delays_are_ranked() {
        let tally = Tally::default();
        tally.count(1, 0);
        tally.open(10);
        (5..30).for_each(|number| tally.count(number, number * 1_000_000));
        tally.close(40);
        tally.count(40, 0);
        assert_eq!(tally.packets(), 20);
        assert!((tally.delay_ms(500) - 19.02).abs() < 0.001, "{}", tally.delay_ms(500));
        assert!((tally.delay_ms(990) - 28.02).abs() < 0.001, "{}", tally.delay_ms(990));
    }
}

//! Figures of one stream over the last second.

use std::time::Duration;

use crate::time::Time;

/// Length of the window the report speaks of.
const WINDOW: Duration = Duration::from_secs(1);

/// Counts what arrives.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    since: Time,
    bytes: u64,
    received: u32,
    base: Option<u64>,
    window_base: u64,
    received_in_all: u64,
    /// Of `received`, what came only because it was asked for again, or twice.
    resent: u32,
    jitter: f64,
    transit: Option<i64>,
    /// Bits per second of the last window.
    pub(crate) bit_rate_bps: u32,
    /// Lost of the last window in 1/256; what came late counts as received (RFC 3550 §6.4.1).
    pub(crate) fraction_lost: u8,
    /// Lost of the last window in ‰, before repair.
    pub(crate) loss_permille: u16,
}

impl Meter {
    /// Counts an original packet (no retransmission).
    pub(crate) fn arrived(&mut self, now: Time, number: u64, timestamp: u32, clock_rate: u32, bytes: usize) {
        if self.base.is_none() {
            (self.since, self.base, self.window_base) = (now, Some(number), number);
        }
        self.bytes += bytes as u64;
        self.received += 1;
        self.received_in_all += 1;
        // RFC 3550 appendix A.8, in timestamp units.
        let ticks = now.as_duration().as_nanos() * u128::from(clock_rate) / 1_000_000_000;
        let transit = i64::from((ticks as u32).wrapping_sub(timestamp) as i32);
        if let Some(before) = self.transit.replace(transit) {
            let change = (transit - before).unsigned_abs().min(u64::from(clock_rate)) as f64;
            self.jitter += (change - self.jitter) / 16.0;
        }
    }

    /// Counts bytes of a retransmission.
    pub(crate) fn repaired(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// The packet just counted is a repeat: one the sender put into the stream itself, without RFC 4588, or one that came before.
    pub(crate) fn was_resent(&mut self) {
        self.resent += 1;
    }

    /// Closes the window when it is over; `highest` is the highest number seen.
    pub(crate) fn roll(&mut self, now: Time, highest: u64) {
        let span = now.since(self.since);
        if span < WINDOW {
            return;
        }
        self.bit_rate_bps = u32::try_from(u128::from(self.bytes) * 8_000 / span.as_millis().max(1)).unwrap_or(u32::MAX);
        let expected = (highest + 1).saturating_sub(self.window_base);
        let lost = expected.saturating_sub(u64::from(self.received));
        let share = |lost: u64, whole: u64| (lost * whole).checked_div(expected).unwrap_or(0);
        self.fraction_lost = u8::try_from(share(lost, 256)).unwrap_or(u8::MAX);
        let on_the_way = (lost + u64::from(self.resent)).min(expected);
        self.loss_permille = u16::try_from(share(on_the_way, 1000)).unwrap_or(1000);
        (self.bytes, self.received, self.resent, self.window_base, self.since) = (0, 0, 0, highest + 1, now);
    }

    /// Lost since the beginning.
    pub(crate) fn lost(&self, highest: u64) -> u32 {
        let expected = self.base.map_or(0, |base| (highest + 1).saturating_sub(base));
        u32::try_from(expected.saturating_sub(self.received_in_all)).unwrap_or(u32::MAX).min(0x7F_FFFF)
    }

    /// Interarrival jitter in timestamp units.
    pub(crate) fn jitter(&self) -> u32 {
        self.jitter as u32
    }
}

#[cfg(test)]
mod tests {
    use super::Meter;
    use crate::time::Time;
    use std::time::Duration;

    #[test]
    fn rate_and_loss_of_a_second() {
        let mut meter = Meter::default();
        for step in 0..100_u64 {
            if step % 10 != 5 {
                meter.arrived(Time::new(Duration::from_millis(step * 10)), 1000 + step, (step * 900) as u32, 90_000, 1250);
            }
        }
        meter.roll(Time::new(Duration::from_secs(1)), 1099);
        assert_eq!((meter.loss_permille, meter.fraction_lost, meter.lost(1099)), (100, 25, 10));
        assert_eq!(meter.bit_rate_bps, 900_000);
        assert!(meter.jitter() < 2, "evenly spaced packets have no jitter");
        meter.roll(Time::new(Duration::from_secs(2)), 1099);
        assert_eq!((meter.bit_rate_bps, meter.loss_permille), (0, 0));
    }

    #[test]
    fn a_repeat_in_the_stream_is_a_loss_of_the_line() {
        let mut meter = Meter::default();
        for step in 0..100_u64 {
            meter.arrived(Time::new(Duration::from_millis(step * 10)), step, (step * 900) as u32, 90_000, 1250);
            if step % 5 == 0 {
                meter.was_resent();
            }
        }
        meter.roll(Time::new(Duration::from_secs(1)), 99);
        assert_eq!((meter.loss_permille, meter.fraction_lost, meter.lost(99)), (200, 0, 0));
        meter.roll(Time::new(Duration::from_secs(2)), 99);
        assert_eq!(meter.loss_permille, 0);
    }
}

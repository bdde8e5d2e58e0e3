//! Host time as the relay's machines see it.

use std::{
    ops::{Add, Sub},
    time::Duration,
};

/// A reading of the host's monotonic clock (`CLOCK_MONOTONIC`), counted from the host's start.
///
/// The shell reads the clock once per batch; machines only ever receive it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(Duration);

impl Time {
    /// From the clock's seconds and nanoseconds as one duration.
    #[must_use]
    pub const fn new(since_start: Duration) -> Self {
        Self(since_start)
    }

    /// Time that went by since `earlier`; zero when that lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// The clock's reading itself.
    #[must_use]
    pub const fn as_duration(self) -> Duration {
        self.0
    }

    /// As 32.32 fixed-point seconds: the NTP field of sender reports (RFC 3550 §4). Every stream of this host uses the one
    /// monotonic clock, so receivers can align them, and no wall-clock step is ever seen.
    #[must_use]
    pub fn ntp(self) -> u64 {
        let fraction = (u64::from(self.0.subsec_nanos()) << 32) / 1_000_000_000;
        (self.0.as_secs() << 32) | fraction
    }

    /// From 32.32 fixed-point seconds.
    #[must_use]
    pub fn from_ntp(ntp: u64) -> Self {
        let nanos = ((ntp & 0xFFFF_FFFF) * 1_000_000_000) >> 32;
        Self(Duration::from_secs(ntp >> 32) + Duration::from_nanos(nanos))
    }

    /// The middle 32 bits of [`Self::ntp`], as in LSR and DLSR (RFC 3550 §6.4.1).
    #[must_use]
    pub fn ntp_middle(self) -> u32 {
        (self.ntp() >> 16) as u32
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(rhs))
    }
}

impl Sub<Duration> for Time {
    type Output = Self;

    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.saturating_sub(rhs))
    }
}

#[cfg(test)]
mod tests {
    use super::Time;
    use std::time::Duration;

    #[test]
    fn ntp_keeps_microseconds() {
        let time = Time::new(Duration::from_micros(12_345_678_901));
        let back = Time::from_ntp(time.ntp());
        assert!(time.since(back) < Duration::from_micros(1) && back <= time);
        assert_eq!(Time::new(Duration::from_millis(1500)).ntp(), 0x1_8000_0000);
        assert_eq!(Time::new(Duration::from_millis(1500)).ntp_middle(), 0x0001_8000);
    }
}

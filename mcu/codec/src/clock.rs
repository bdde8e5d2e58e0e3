//! Host time for media: `CLOCK_MONOTONIC`, which relay and mixer share on one machine.

use std::time::Duration;

/// The host's monotonic clock as used in sender reports between relay and workers.
#[must_use]
pub fn monotonic() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    #[expect(unsafe_code, reason = "clock_gettime writes one timespec; std's Instant does not tell its value")]
    // SAFETY: `now` is a valid, writable timespec for the whole call.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    if status != 0 {
        return Duration::ZERO;
    }
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Wall clock in milliseconds since 1970: for what is written into pictures, not for measuring.
#[must_use]
pub fn wall_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A moment as the NTP field of a sender report: seconds and binary fraction, 32.32 (RFC 3550 §4).
#[must_use]
pub fn to_ntp(moment: Duration) -> u64 {
    let fraction = (u64::from(moment.subsec_nanos()) << 32) / 1_000_000_000;
    (moment.as_secs() << 32) | fraction
}

/// A moment in ticks of an RTP clock, wrapped to 32 bits.
#[must_use]
pub fn to_rtp(moment: Duration, clock_rate_hz: u32) -> u32 {
    let ticks = moment.as_nanos() * u128::from(clock_rate_hz) / 1_000_000_000;
    u32::try_from(ticks & u128::from(u32::MAX)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{monotonic, to_ntp, to_rtp};
    use std::time::Duration;

    #[test]
    fn a_half_second_is_half_of_the_fraction() {
        assert_eq!(to_ntp(Duration::from_millis(1500)), (1 << 32) | 0x8000_0000);
    }

    #[test]
    fn rtp_time_follows_the_clock() {
        assert_eq!(to_rtp(Duration::from_secs(2), 90_000), 180_000);
        assert_eq!(to_rtp(Duration::from_secs(100_000), 90_000), 410065408);
    }

    #[test]
    fn the_clock_runs() {
        let first = monotonic();
        assert!(first > Duration::ZERO && monotonic() >= first);
    }
}

//! Reading the host's clock.
#![expect(
    unsafe_code,
    reason = "clock_gettime: the mixer compares these readings with its own, so the clock must be CLOCK_MONOTONIC itself"
)]

use std::time::Duration;

use crate::time::Time;

/// Host time.
pub(super) fn now() -> Time {
    let mut reading = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a live timespec; CLOCK_MONOTONIC exists on every Linux.
    unsafe {
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut reading);
    }
    let (seconds, nanos) = (u64::try_from(reading.tv_sec).unwrap_or(0), u32::try_from(reading.tv_nsec).unwrap_or(0));
    Time::new(Duration::new(seconds, nanos))
}

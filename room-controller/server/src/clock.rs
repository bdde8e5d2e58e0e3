//! One clock for everything: milliseconds since 1970 that never go back while the program runs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    began: Instant,
    began_unix_ms: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { began: Instant::now(), began_unix_ms: u64::try_from(unix.as_millis()).unwrap_or(0) }
    }

    /// Time since the start, for drivers.
    pub(crate) fn since(self) -> Duration {
        self.began.elapsed()
    }

    /// Milliseconds since 1970, for rules.
    pub(crate) fn ms(self) -> u64 {
        self.ms_of(self.since())
    }

    pub(crate) fn ms_of(self, since: Duration) -> u64 {
        self.began_unix_ms + u64::try_from(since.as_millis()).unwrap_or(0)
    }

    pub(crate) fn at(self, since: Duration) -> Instant {
        self.began + since
    }

    pub(crate) fn at_ms(self, ms: u64) -> Instant {
        self.began + Duration::from_millis(ms.saturating_sub(self.began_unix_ms))
    }
}

/// Milliseconds since 1970 as the room's rules count them, near enough to tell how long something still lasts.
pub(crate) fn unix_ms() -> u64 {
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(unix.as_millis()).unwrap_or(0)
}

/// Something random to spread reconnects.
pub(crate) fn seed() -> u64 {
    let mut bytes = [0_u8; 8];
    // Without randomness the rooms reconnect in step; nothing worse.
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

//! How the link to a device is.

use std::time::Duration;

/// Waits before attempts to reconnect, in seconds; the last one for ever (fact sheet §0).
const DELAYS_S: [u64; 5] = [1, 2, 5, 10, 30];
/// Devices lock out whoever tries wrong passwords; after the second refusal it is left alone for this long.
const AFTER_LOGIN_REFUSED: Duration = Duration::from_secs(600);

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The connection could not be made.
    Unreachable(String),
    /// The connection ended.
    Closed(String),
    /// No answer in time.
    Silent,
    /// The password is wrong.
    LoginRefused,
    /// What arrives makes no sense.
    Garbled,
    /// Answers come late or only when asked again.
    Slow,
}

impl Trouble {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "room.link.unreachable",
            Self::Closed(_) => "room.link.closed",
            Self::Silent => "room.link.timeout",
            Self::LoginRefused => "room.link.login_refused",
            Self::Garbled => "room.link.garbled",
            Self::Slow => "room.link.slow",
        }
    }
}

/// State of the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkHealth {
    /// Being made.
    Connecting,
    /// Greeting, login or reset.
    Authenticating,
    /// Everything is read back.
    Syncing,
    /// The device answered application-level questions.
    Online,
    /// It works with faults.
    Degraded(Trouble),
    /// It does not work.
    Lost {
        /// Why.
        reason: Trouble,
        /// Next attempt, in the machine's time.
        next_try: Duration,
    },
}

/// The wait before attempt number `attempt` (from 0), moved by `jitter` of -1.0 to 1.0 by up to a fifth.
#[must_use]
pub fn retry_delay(attempt: usize, reason: &Trouble, jitter: f64) -> Duration {
    let seconds = DELAYS_S.get(attempt).or(DELAYS_S.last()).copied().unwrap_or(30);
    let plain = match reason {
        Trouble::LoginRefused if attempt > 0 => AFTER_LOGIN_REFUSED,
        Trouble::LoginRefused | Trouble::Unreachable(_) | Trouble::Closed(_) | Trouble::Silent | Trouble::Garbled | Trouble::Slow => {
            Duration::from_secs(seconds)
        }
    };
    plain.mul_f64(1.0 + 0.2 * jitter.clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::{Trouble, retry_delay};
    use std::time::Duration;

    #[test]
    fn waits_grow_and_stay_within_a_fifth() {
        let seconds = |attempt, jitter| retry_delay(attempt, &Trouble::Silent, jitter).as_secs_f64();
        assert_eq!([0, 1, 2, 3, 4, 99].map(|attempt| seconds(attempt, 0.0)), [1.0, 2.0, 5.0, 10.0, 30.0, 30.0]);
        assert!((seconds(4, 1.0) - 36.0).abs() < 1e-6 && (seconds(4, -1.0) - 24.0).abs() < 1e-6);
    }

    #[test]
    fn a_refused_login_is_tried_once_more_only() {
        assert!(retry_delay(0, &Trouble::LoginRefused, 0.0) < Duration::from_secs(2));
        assert!(retry_delay(1, &Trouble::LoginRefused, 0.0) > Duration::from_secs(300));
    }
}

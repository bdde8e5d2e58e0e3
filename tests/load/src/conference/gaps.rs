//! Pauses between pictures.

use std::time::Duration;

/// The longest pause nobody notices; a longer one counts (targets P8 and R3).
pub const LIMIT: Duration = Duration::from_millis(100);

/// Account of the pauses of one picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Pictures that came.
    pub pictures: u64,
    /// Pauses longer than [`LIMIT`].
    pub long: u64,
    /// The longest pause.
    pub longest: Duration,
    /// When the longest one ended.
    pub longest_at: Duration,
    /// When the first picture came.
    pub first: Option<Duration>,
    /// When the last picture came.
    pub last: Option<Duration>,
}

impl Gaps {
    /// A picture came at that time of any one clock.
    pub fn came(&mut self, at: Duration) {
        if let Some(last) = self.last {
            let pause = at.saturating_sub(last);
            self.long += u64::from(pause > LIMIT);
            if pause > self.longest {
                (self.longest, self.longest_at) = (pause, at);
            }
        }
        self.first.get_or_insert(at);
        self.last = Some(at);
        self.pictures += 1;
    }

    /// Counts anew from here on; the picture shown last stays known, so that a pause begun before counts whole.
    pub const fn reset(&mut self) {
        *self = Self { pictures: 0, long: 0, longest: Duration::ZERO, longest_at: Duration::ZERO, first: self.first, last: self.last };
    }

    /// The pause that goes on at `now` counts as if a picture came then: a picture that stopped for good must not look well.
    #[must_use]
    pub fn closed(mut self, now: Duration) -> Self {
        let pictures = self.pictures;
        self.came(now);
        Self { pictures, ..self }
    }

    /// Both accounts together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let worse = if other.longest > self.longest { other } else { self };
        Self { pictures: self.pictures + other.pictures, long: self.long + other.long, ..worse }
    }
}

#[cfg(test)]
mod tests {
    use super::Gaps;
    use std::time::Duration;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn only_long_pauses_count_and_a_dead_picture_is_one() {
        let mut gaps = Gaps::default();
        [1_000, 1_033, 1_133, 1_234, 1_260].into_iter().for_each(|at| gaps.came(ms(at)));
        assert_eq!((gaps.pictures, gaps.long, gaps.longest, gaps.longest_at), (5, 1, ms(101), ms(1_234)));
        assert_eq!((gaps.closed(ms(1_300)).long, gaps.closed(ms(1_300)).pictures), (1, 5));
        assert_eq!((gaps.closed(ms(9_260)).long, gaps.closed(ms(9_260)).longest), (2, ms(8_000)));
    }

    #[test]
    fn counting_anew_keeps_the_pause_that_goes_on() {
        let mut gaps = Gaps::default();
        [1_000, 3_000].into_iter().for_each(|at| gaps.came(ms(at)));
        gaps.reset();
        assert_eq!((gaps.long, gaps.pictures), (0, 0));
        gaps.came(ms(3_150));
        assert_eq!((gaps.long, gaps.longest, gaps.pictures), (1, ms(150), 1));
    }
}

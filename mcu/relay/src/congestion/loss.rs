//! The rate a lossy line allows. Loss that does not fall when less is sent belongs to the line (a radio link, a bad cable): it is repaired, not yielded to.

use std::time::Duration;

use crate::time::Time;

/// Length of one look.
const WINDOW: Duration = Duration::from_millis(500);
/// Packets a look needs.
const LEAST_PACKETS: u32 = 20;
/// Loss above what the line always loses at which too much is being sent (draft-ietf-rmcat-gcc-02 §6).
const HIGH: f64 = 0.10;
/// Loss above what the line always loses below which more may be sent.
const LOW: f64 = 0.02;
/// Looks in a row with high loss before anything is done: one may be an accident.
const LOOKS: u8 = 2;
/// Share of the rate sent while it is found out whether less sending means less loss.
const TRIAL_SHARE: f64 = 0.5;
/// How long that is tried; the first half of it still shows what was sent before.
const TRIAL: Duration = Duration::from_millis(2000);
/// Share of the loss that must go away for it to count as congestion.
const YIELDED: f64 = 0.4;
/// Share of the arriving rate sent after congestion.
const BACK_OFF: f64 = 0.85;
/// Growth of the allowed rate per look without loss.
const GROWTH: f64 = 1.05;

/// Weight of one look in what is learnt of the line.
const LEARNT: f64 = 0.2;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// No limit.
    Free,
    /// Less is sent to see whether less is lost.
    Trial { since: Time, loss: f64, limit: f64 },
    /// The line lost what it could not carry.
    Limited { limit: f64 },
}

/// Loss of one line.
#[derive(Debug)]
pub(super) struct Loss {
    phase: Phase,
    /// Share lost whatever the rate.
    of_the_line: f64,
    window_end: Time,
    lost: u32,
    total: u32,
    high_looks: u8,
    /// Of the last look.
    pub(super) share: f64,
    /// Of the last seconds.
    smooth: f64,
}

impl Loss {
    pub(super) fn new() -> Self {
        Self { phase: Phase::Free, of_the_line: 0.0, window_end: Time::default(), lost: 0, total: 0, high_looks: 0, share: 0.0, smooth: 0.0 }
    }

    /// Takes packets whose fate is known.
    pub(super) fn count(&mut self, lost: u32, total: u32) {
        self.lost += lost;
        self.total += total;
    }

    /// Bits per second allowed; `None` without a limit. `arriving` is the rate that gets through.
    pub(super) fn limit(&mut self, now: Time, arriving: Option<f64>) -> Option<f64> {
        if now >= self.window_end && self.total >= LEAST_PACKETS {
            self.share = f64::from(self.lost) / f64::from(self.total);
            self.smooth += (self.share - self.smooth) * LEARNT;
            (self.lost, self.total, self.window_end) = (0, 0, now + WINDOW);
            self.look(now, arriving);
        }
        match self.phase {
            Phase::Free => None,
            Phase::Trial { limit, .. } | Phase::Limited { limit } => Some(limit),
        }
    }

    /// Whether loss says at this moment that less must be sent.
    pub(super) fn is_limited(&self) -> bool {
        self.phase != Phase::Free
    }

    fn look(&mut self, now: Time, arriving: Option<f64>) {
        self.learn();
        let excess = self.share - self.of_the_line;
        self.high_looks = if excess > HIGH { self.high_looks.saturating_add(1) } else { 0 };
        self.phase = match (self.phase, arriving) {
            (Phase::Free, Some(arriving)) if self.high_looks >= LOOKS => {
                Phase::Trial { since: now, loss: self.share, limit: arriving * TRIAL_SHARE }
            }
            (Phase::Trial { since, loss, limit }, arriving) if now.since(since) >= TRIAL => {
                if self.share > loss * (1.0 - YIELDED) {
                    self.of_the_line = (self.share + loss) / 2.0;
                    self.high_looks = 0;
                    Phase::Free
                } else {
                    Phase::Limited { limit: arriving.map_or(limit, |arriving| (arriving * GROWTH).max(limit)) }
                }
            }
            (Phase::Limited { limit }, arriving) if excess > HIGH => {
                Phase::Limited { limit: arriving.map_or(limit, |arriving| (arriving * BACK_OFF).min(limit)) }
            }
            (Phase::Limited { limit }, _) if excess < LOW => Phase::Limited { limit: limit * GROWTH },
            (phase, _) => phase,
        };
    }

    /// The line's own loss falls slowly with what is seen, because one look is a small sample; it rises so only where it is known to be there.
    fn learn(&mut self) {
        let difference = self.share - self.of_the_line;
        if difference < 0.0 || self.of_the_line > 0.0 && difference < HIGH && self.phase == Phase::Free {
            self.of_the_line += difference * LEARNT;
        }
    }

    /// Share of everything the line loses whatever is sent, as far as is known: what resends have to make up for.
    pub(super) fn lasting(&self) -> f64 {
        match self.phase {
            Phase::Free => self.smooth.max(self.of_the_line),
            Phase::Trial { .. } | Phase::Limited { .. } => self.of_the_line,
        }
    }

    /// The line carries that much without loss by another measure: a limit above it means nothing any more.
    pub(super) fn lift_above(&mut self, rate: f64) {
        if matches!(self.phase, Phase::Limited { limit } if limit > rate) {
            self.phase = Phase::Free;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Loss;
    use crate::time::Time;
    use std::time::Duration;

    /// Ten seconds on a line; `lose` tells the share lost at a sent rate. Returns the rate sent in the end.
    fn settle(lose: impl Fn(f64) -> f64) -> f64 {
        let (mut loss, mut sent) = (Loss::new(), 2_500_000.0_f64);
        for step in 0..100 {
            let share = lose(sent);
            loss.count((share * 30.0).round() as u32, 30);
            let limit = loss.limit(Time::new(Duration::from_millis(step * 100)), Some(sent * (1.0 - share)));
            sent = limit.unwrap_or(2_500_000.0).min(2_500_000.0);
        }
        sent
    }

    #[test]
    fn loss_of_the_line_is_not_yielded_to() {
        assert!((settle(|_| 0.3) - 2_500_000.0).abs() < 1.0);
    }

    #[test]
    fn a_policed_line_is_not_overrun() {
        let rate = settle(|sent| (1.0 - 800_000.0 / sent).max(0.0));
        assert!((300_000.0..1_000_000.0).contains(&rate), "{rate}");
    }

    #[test]
    fn little_loss_changes_nothing() {
        assert!((settle(|_| 0.05) - 2_500_000.0).abs() < 1.0);
    }
}

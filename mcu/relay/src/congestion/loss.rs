//! The rate a lossy line allows. Loss that does not rise when more is sent belongs to the line (a radio link, a bad cable): it is repaired, not yielded to.
//!
//! Which it is, is found out by sending half as much again for a second, as repeats nobody needs: a line that is full loses all of that, and a bad line
//! loses its share. Sending less instead would show the same and cost the picture.

use std::time::Duration;

use crate::time::Time;

/// Length of one look.
const WINDOW: Duration = Duration::from_millis(500);
/// Packets a look needs: bursts of eight must not make a third of it.
const LEAST_PACKETS: u32 = 60;
/// Loss above what the line always loses at which too much is being sent (draft-ietf-rmcat-gcc-02 §6).
const HIGH: f64 = 0.10;
/// Loss above what the line always loses below which more may be sent.
const LOW: f64 = 0.02;
/// Looks in a row with high loss before anything is done: one may be an accident.
const LOOKS: u8 = 2;
/// Sent besides, as a share of what is sent, while it is found out whether more sending means more loss.
const TRIAL_SHARE: f64 = 0.5;
/// Looks that end earlier in a trial than this still show what was sent before it.
const TRIAL_BEGINS: Duration = Duration::from_millis(900);
/// A trial ends after this; what it shows is taken together, because one look at a line that loses in bursts shows anything.
const TRIAL: Duration = Duration::from_millis(2300);
/// Looks of a line that loses in bursts differ; only what lies so many times that difference above what is known counts as high.
const STEADY: f64 = 2.5;
/// Share of the trial's packets that must really have been sent, or it shows nothing.
const TRIED: f64 = 0.4;
/// Where sending less than this share of what was sent leaves more than this share of the loss, it belongs to the line.
const LESS: f64 = 0.7;
/// After so long at the lower rate: until then queues filled before still lose packets.
const DRAIN: Duration = Duration::from_millis(2000);
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
    /// More is sent to see whether more is lost. `packets_per_s` were sent before.
    Trial { since: Time, loss: f64, packets_per_s: f64, seen: Seen },
    /// The line lost what it could not carry.
    /// `loss` and `packets_per_s` were there when that was found.
    Limited { since: Time, limit: f64, loss: f64, packets_per_s: f64 },
}

/// Looks taken together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Seen {
    share: f64,
    packets_per_s: f64,
    looks: f64,
}

impl Seen {
    fn and(self, share: f64, packets_per_s: f64) -> Self {
        Self { share: self.share + share, packets_per_s: self.packets_per_s + packets_per_s, looks: self.looks + 1.0 }
    }

    /// Mean share lost and packets a second.
    fn mean(self) -> (f64, f64) {
        let looks = self.looks.max(1.0);
        (self.share / looks, self.packets_per_s / looks)
    }
}

/// Loss of one line.
#[derive(Debug)]
pub(super) struct Loss {
    phase: Phase,
    /// Share lost whatever the rate.
    of_the_line: f64,
    window_end: Time,
    window_began: Time,
    /// Packets sent since the look began, and a second in the last look.
    sent: u32,
    packets_per_s: f64,
    lost: u32,
    total: u32,
    high_looks: u8,
    /// Of the last look.
    pub(super) share: f64,
    /// Of the last seconds.
    smooth: f64,
    /// By how much looks differ from that.
    spread: f64,
    /// The look before the last.
    before: f64,
    acquitted: bool,
}

impl Loss {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Free,
            of_the_line: 0.0,
            window_end: Time::default(),
            window_began: Time::default(),
            sent: 0,
            packets_per_s: 0.0,
            lost: 0,
            total: 0,
            high_looks: 0,
            share: 0.0,
            smooth: 0.0,
            spread: 0.0,
            before: 0.0,
            acquitted: false,
        }
    }

    /// Takes packets whose time is over: of `sent` the fate of `total` is known, of which `lost` are lost.
    pub(super) fn count(&mut self, lost: u32, total: u32, sent: u32) {
        self.lost += lost;
        self.total += total;
        self.sent += sent;
    }

    /// Bits per second allowed; `None` without a limit. `arriving` is the rate that gets through.
    pub(super) fn limit(&mut self, now: Time, arriving: Option<f64>) -> Option<f64> {
        if now >= self.window_end && self.total >= LEAST_PACKETS {
            self.before = self.share;
            self.share = f64::from(self.lost) / f64::from(self.total);
            self.spread += ((self.share - self.smooth).abs() - self.spread) * LEARNT;
            self.smooth += (self.share - self.smooth) * LEARNT;
            self.packets_per_s = f64::from(self.sent) / now.since(self.window_began).as_secs_f64().max(0.001);
            (self.lost, self.total, self.sent, self.window_began, self.window_end) = (0, 0, 0, now, now + WINDOW);
            self.look(now, arriving);
        }
        match self.phase {
            Phase::Free | Phase::Trial { .. } => None,
            Phase::Limited { limit, .. } => Some(limit),
        }
    }

    /// Share of what is sent to be sent besides.
    pub(super) fn trial_share(&self) -> f64 {
        if matches!(self.phase, Phase::Trial { .. }) { TRIAL_SHARE } else { 0.0 }
    }

    /// Whether loss says at this moment that less must be sent.
    pub(super) const fn is_limited(&self) -> bool {
        matches!(self.phase, Phase::Limited { .. })
    }

    /// Whether a line taken for a full one has since been found to be a bad one; told once.
    pub(super) const fn take_acquitted(&mut self) -> bool {
        std::mem::replace(&mut self.acquitted, false)
    }

    fn look(&mut self, now: Time, arriving: Option<f64>) {
        self.learn();
        let excess = self.share - self.of_the_line;
        let high = HIGH.max(self.spread * STEADY);
        self.high_looks = if excess > high { self.high_looks.saturating_add(1) } else { 0 };
        self.phase = match (self.phase, arriving) {
            (Phase::Free, Some(_)) if self.high_looks >= LOOKS => Phase::Trial {
                since: now,
                loss: f64::midpoint(self.share, self.before),
                packets_per_s: self.packets_per_s,
                seen: Seen::default(),
            },
            (Phase::Trial { since, loss, packets_per_s, seen }, _) if (TRIAL_BEGINS..TRIAL).contains(&now.since(since)) => {
                Phase::Trial { since, loss, packets_per_s, seen: seen.and(self.share, self.packets_per_s) }
            }
            (Phase::Trial { since, loss, packets_per_s, seen }, Some(arriving)) if now.since(since) >= TRIAL => {
                let (share, sent) = seen.and(self.share, self.packets_per_s).mean();
                let more = sent / packets_per_s.max(1.0) - 1.0;
                // A full line lets through what it did before.
                let full = 1.0 - (1.0 - loss) / (1.0 + more.max(0.0));
                if more >= TRIAL_SHARE * TRIED && share < f64::midpoint(loss, full) {
                    self.of_the_line = f64::midpoint(share, loss);
                    self.high_looks = 0;
                    Phase::Free
                } else {
                    Phase::Limited { since: now, limit: arriving * BACK_OFF, loss: self.share, packets_per_s: self.packets_per_s }
                }
            }
            (Phase::Limited { since, loss, packets_per_s, .. }, _)
                if excess > HIGH && now.since(since) >= DRAIN && self.packets_per_s < packets_per_s * LESS && self.share > loss * LESS =>
            {
                // So much less is sent, and as much is lost: it was the line all the same.
                self.of_the_line = self.share;
                (self.high_looks, self.acquitted) = (0, true);
                Phase::Free
            }
            (Phase::Limited { since, limit, loss, packets_per_s }, Some(arriving)) if excess > HIGH => {
                Phase::Limited { since, limit: (arriving * BACK_OFF).min(limit), loss, packets_per_s }
            }
            (Phase::Limited { since, limit, loss, packets_per_s }, _) if excess < LOW => {
                Phase::Limited { since, limit: limit * GROWTH, loss, packets_per_s }
            }
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
        if matches!(self.phase, Phase::Limited { limit, .. } if limit > rate) {
            self.phase = Phase::Free;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Loss;
    use crate::time::Time;
    use std::time::Duration;

    /// Twenty seconds on a line; `lose` tells the share lost at a sent rate, and `may_try` whether more can be sent. Returns the rate sent in the end.
    fn settled(lose: impl Fn(f64) -> f64, may_try: bool) -> f64 {
        let (mut loss, mut wanted) = (Loss::new(), 2_500_000.0_f64);
        for step in 0..200 {
            let sent = wanted * (1.0 + if may_try { loss.trial_share() } else { 0.0 });
            let share = lose(sent);
            let packets = (sent / 80_000.0).round();
            loss.count((share * packets).round() as u32, packets as u32, packets as u32);
            let limit = loss.limit(Time::new(Duration::from_millis(step * 100)), Some(sent * (1.0 - share)));
            wanted = limit.unwrap_or(2_500_000.0).min(2_500_000.0);
        }
        wanted
    }

    fn settle(lose: impl Fn(f64) -> f64) -> f64 {
        settled(lose, true)
    }

    #[test]
    fn a_bad_line_on_which_nothing_can_be_tried_is_known_in_the_end() {
        assert!((settled(|_| 0.3, false) - 2_500_000.0).abs() < 1.0);
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

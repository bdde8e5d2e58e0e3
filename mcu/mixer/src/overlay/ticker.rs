//! Text that moves from right to left.

use std::sync::OnceLock;
use std::time::Duration;

use picture::{Frame, Lettering, Patch, Region};

use super::{BLACK, DARK, WHITE, grounded, letters};

/// Longest text of a ticker, in characters: a long announcement. Its strip takes 5 MB on a canvas of 1080 lines. A longer one ends in an ellipsis.
const MAX_TICKER_CHARACTERS: usize = 500;
/// Between the end of the text and its next beginning, as a share of the canvas's width: one eighth.
const GAP: usize = 8;
/// Speeds are told for a canvas of this width.
const SPEED_WIDTH_PX: u128 = 1280;
/// Fastest speed drawn, on that canvas: what is faster nobody reads.
const MAX_SPEED_PX_S: u16 = 1_000;
/// The even clock follows the real one when it is off by more than this share of a period: three quarters. Composers' clocks are nudged by much less.
const SLACK: (u32, u32) = (3, 4);

/// A ticker.
#[derive(Debug)]
pub(super) struct Ticker {
    /// The text on its ground, with the gap behind it; it is repeated for ever.
    strip: Patch,
    /// Ground across the canvas, for the time before the text has reached the left edge.
    ground: Patch,
    zone: Region,
    canvas_px: usize,
    speed_px_s: u16,
    /// When it was first drawn.
    started: OnceLock<Duration>,
}

impl Ticker {
    pub(super) fn prepare(text: &str, zone: Region, canvas_px: usize, speed_px_s: u16, lettering: &Lettering) -> Self {
        let text = lettering.line(text, letters(zone.h), MAX_TICKER_CHARACTERS);
        // At least as wide as the canvas, so that it stands there once.
        let width = (text.width_px + canvas_px / GAP).max(canvas_px);
        let mut strip = grounded(width, zone.h, BLACK, DARK);
        strip.text(&text, 0, zone.h.saturating_sub(text.height_px) / 2, WHITE);
        let ground = grounded(zone.w, zone.h, BLACK, DARK);
        Self { strip, ground, zone, canvas_px, speed_px_s: speed_px_s.min(MAX_SPEED_PX_S), started: OnceLock::new() }
    }

    /// How far it has moved after that time: whole pixels, even for the sake of chroma, from the time alone, so that nothing adds up.
    fn moved(&self, after: Duration) -> usize {
        let width = u128::try_from(self.canvas_px).unwrap_or(0);
        let pixels = after.as_micros() * u128::from(self.speed_px_s) * width / SPEED_WIDTH_PX / 1_000_000;
        usize::try_from(pixels).unwrap_or(usize::MAX) & !1
    }

    pub(super) fn draw(&self, frame: &mut Frame, now: Duration) {
        let started = *self.started.get_or_init(|| now);
        let moved = self.moved(now.saturating_sub(started));
        let whole = self.strip.width_px().max(1);
        // The text comes in at the right edge; then the strip goes round.
        let empty = self.zone.w.saturating_sub(moved);
        self.ground.draw_columns(frame, (self.zone.x, self.zone.y), 0, empty);
        let mut from = moved.saturating_sub(self.zone.w) % whole;
        let mut x = self.zone.x + empty;
        while x < self.zone.x + self.zone.w {
            let width = (whole - from).min(self.zone.x + self.zone.w - x);
            self.strip.draw_columns(frame, (x, self.zone.y), from, width);
            (x, from) = (x + width, 0);
        }
    }
}

/// An even clock for what moves: pictures are drawn a little early or late, as threads wake and as the composite follows its speaker, but shown evenly.
///
/// It goes on by one period with each picture and follows the real clock when it is off by more than three quarters of one: pictures left out move what
/// is shown as far as they would have, and drift never adds up.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    period: Duration,
    last: Option<Duration>,
}

impl Pace {
    /// For pictures a period apart.
    #[must_use]
    pub const fn new(period: Duration) -> Self {
        Self { period, last: None }
    }

    /// The even time of a picture drawn at `now`.
    pub fn tick(&mut self, now: Duration) -> Duration {
        let even = self.last.map(|last| last + self.period);
        let near = even.filter(|even| now.abs_diff(*even) * SLACK.1 <= self.period * SLACK.0);
        *self.last.insert(near.unwrap_or(now))
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use proptest::prelude::*;
    use std::time::Duration;

    const PERIOD: Duration = Duration::from_millis(40);

    proptest! {
        #[test]
        fn pictures_drawn_unevenly_are_shown_evenly(wakes in proptest::collection::vec(0_u64..9_000, 2..200)) {
            let mut pace = Pace::new(PERIOD);
            let mut last = None;
            for (number, late_us) in (0_u32..).zip(wakes) {
                let even = pace.tick(PERIOD * number + Duration::from_micros(late_us));
                if let Some(last) = last {
                    prop_assert_eq!(even, last + PERIOD);
                }
                last = Some(even);
            }
        }

        #[test]
        fn it_never_strays_from_the_clock(steps in proptest::collection::vec(20_000_u64..200_000, 2..300)) {
            let (mut pace, mut now) = (Pace::new(PERIOD), Duration::from_secs(5));
            for step_us in steps {
                now += Duration::from_micros(step_us);
                prop_assert!(pace.tick(now).abs_diff(now) <= PERIOD * 3 / 4);
            }
        }
    }
}

//! Figures of clocks, drawn once each: a clock's text is never the same, its figures always are.

use std::collections::BTreeMap;

use picture::{Colour, Frame, Lettering, Patch};

use super::{BLACK, DARK, grounded};

/// What a clock is written with.
const CHARACTERS: [char; 12] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', '+'];
/// Longest time a countdown shows, in seconds: 99:59:59.
const MAX_COUNT_S: u64 = 359_999;
const DAY_S: i64 = 86_400;

/// Figures of one size and colour on a dark ground; all digits are equally wide, so that a running clock does not tremble.
#[derive(Debug)]
pub(super) struct Figures {
    patches: BTreeMap<char, Patch>,
}

impl Figures {
    pub(super) fn prepare(line_px: usize, letters_px: usize, colour: Colour, lettering: &Lettering) -> Self {
        let drawn: Vec<_> = CHARACTERS.iter().map(|figure| (*figure, lettering.line(&figure.to_string(), letters_px, 1))).collect();
        let widest = drawn.iter().map(|(_, text)| text.width_px).max().unwrap_or(0);
        let patch = |(figure, text): (char, picture::TextBitmap)| {
            let width = if figure == ':' { text.width_px } else { widest };
            let mut patch = grounded(width.next_multiple_of(2), line_px, BLACK, DARK);
            patch.text(&text, width.saturating_sub(text.width_px) / 2, line_px.saturating_sub(letters_px) / 2, colour);
            (figure, patch)
        };
        Self { patches: drawn.into_iter().map(patch).collect() }
    }

    pub(super) fn width_of(&self, words: &str) -> usize {
        words.chars().filter_map(|figure| self.patches.get(&figure)).map(Patch::width_px).sum()
    }

    pub(super) fn draw(&self, frame: &mut Frame, words: &str, (mut x, y): (usize, usize)) {
        for patch in words.chars().filter_map(|figure| self.patches.get(&figure)) {
            patch.draw(frame, x, y);
            x += patch.width_px();
        }
    }
}

/// A wall clock's words, `HH:MM:SS`.
#[must_use]
pub fn clock_words(wall_ms: u64, utc_offset_min: i16) -> String {
    let seconds = i64::try_from(wall_ms / 1000).unwrap_or(0).saturating_add(i64::from(utc_offset_min) * 60).rem_euclid(DAY_S);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A countdown's words, and whether the moment has passed: `MM:SS`, with hours from one hour on, and a plus sign behind the moment.
#[must_use]
pub fn countdown_words(until_ms: u64, wall_ms: u64) -> (String, bool) {
    let late = wall_ms >= until_ms;
    // Before the moment a second begun counts as a whole one, so that zero is shown at the moment itself.
    let seconds = if late { (wall_ms - until_ms) / 1000 } else { (until_ms - wall_ms).div_ceil(1000) }.min(MAX_COUNT_S);
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let sign = if late { "+" } else { "" };
    let words = if hours > 0 { format!("{sign}{hours:02}:{minutes:02}:{rest:02}") } else { format!("{sign}{minutes:02}:{rest:02}") };
    (words, late)
}

#[cfg(test)]
mod tests {
    use super::{clock_words, countdown_words};

    #[test]
    fn beijing_is_eight_hours_ahead() {
        // 2026-11-23 16:35:07 UTC.
        let at = 1_795_451_707_999;
        assert_eq!(clock_words(at, 0), "16:35:07");
        assert_eq!(clock_words(at, 480), "00:35:07");
        assert_eq!(clock_words(at, -1020), "23:35:07");
        assert_eq!(clock_words(0, -1), "23:59:00");
    }

    #[test]
    fn a_countdown_reaches_zero_at_its_moment_and_goes_on() {
        let until = 10_000_000;
        let words = |at: u64| countdown_words(until, at);
        assert_eq!(words(until - 3_661_000), ("01:01:01".to_owned(), false));
        assert_eq!(words(until - 60_000), ("01:00".to_owned(), false));
        assert_eq!(words(until - 59_001), ("01:00".to_owned(), false));
        assert_eq!(words(until - 1), ("00:01".to_owned(), false));
        assert_eq!(words(until), ("+00:00".to_owned(), true));
        assert_eq!(words(until + 61_999), ("+01:01".to_owned(), true));
        assert_eq!(countdown_words(u64::MAX, 0).0, "99:59:59");
        assert_eq!(countdown_words(0, u64::MAX).0, "+99:59:59");
    }
}

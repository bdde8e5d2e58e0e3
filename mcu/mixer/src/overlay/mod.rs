//! What is drawn above the cells: banner, ticker, captions, clocks, marks. Pure: time comes in as an argument.
//!
//! Texts are drawn once, when the wanted state changes; a picture costs one pass over the pixels they stand on.

mod figures;
mod ticker;
mod zones;

use std::sync::Arc;
use std::time::Duration;

use mcu_media_api::{Edge, MarkKind, Overlay};
use picture::{Colour, Frame, Lettering, Patch, Region, TextBitmap};

pub use figures::{clock_words, countdown_words};
pub use ticker::Pace;
pub use zones::Zones;

use figures::Figures;
use ticker::Ticker;

/// Ground of a banner: the red of the cloth that hangs in a hall.
const BANNER_RED: Colour = Colour::from_rgb(176, 16, 24);
/// Ground of a lower third.
const NAME_BLUE: Colour = Colour::from_rgb(12, 44, 96);
const WHITE: Colour = Colour::from_rgb(255, 255, 255);
const BLACK: Colour = Colour::from_rgb(0, 0, 0);
const YELLOW: Colour = Colour::from_rgb(255, 216, 0);
/// Figures of a countdown that has run out, and the dot of a mark.
const WARNING: Colour = Colour::from_rgb(255, 70, 50);
/// Opacity of dark grounds behind letters: 160 of 255, so that white reads on any picture and the picture is still seen.
const DARK: u8 = 160;
/// Opacity of a lower third's ground.
const NAME_OPACITY: u8 = 220;
/// Letters of a line, with the room above and below them that their font asks for, as a share of the line's height: three quarters.
const LETTERS: (usize, usize) = (3, 4);
/// Letters do not become smaller than this share of the canvas's height to let a long text in: 20 pixels of 720 are still read from the last row.
const LEAST_LETTERS: usize = 36;

/// When a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// On the composite's even clock, see [`Pace`].
    pub even: Duration,
    /// Milliseconds since 1970.
    pub wall_ms: u64,
}

/// The overlays of one composite, ready to be drawn.
#[derive(Debug, Clone, Default)]
pub struct Overlays {
    items: Vec<(Overlay, Arc<Item>)>,
}

#[derive(Debug)]
enum Item {
    Still(Placed),
    Ticker(Ticker),
    Clock { figures: Figures, right: (usize, usize), utc_offset_min: i16 },
    Countdown(Countdown),
}

/// A patch and its place.
#[derive(Debug)]
struct Placed {
    patch: Patch,
    at: (usize, usize),
}

#[derive(Debug)]
struct Countdown {
    label: Patch,
    before: Figures,
    after: Figures,
    zone: Region,
    until_ms: u64,
}

impl Overlays {
    /// Draws the texts for a canvas of that size. What is also in `before`, made for the same size, is taken from there, so that a running ticker runs on.
    #[must_use]
    pub fn prepare(wanted: &[Overlay], size: (usize, usize), lettering: &Lettering, before: &Self) -> Self {
        let zones = Zones::of(size.0, size.1);
        let mut items: Vec<(Overlay, Arc<Item>)> = Vec::with_capacity(wanted.len());
        for overlay in wanted {
            // Of two in one place the later is drawn.
            items.retain(|(other, _)| place(other) != place(overlay));
            let kept = before.items.iter().find(|(other, _)| other == overlay).map(|(_, item)| Arc::clone(item));
            items.push((overlay.clone(), kept.unwrap_or_else(|| Arc::new(Item::prepare(overlay, &zones, lettering)))));
        }
        Self { items }
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Draws them in order.
    pub fn draw(&self, frame: &mut Frame, at: Moment) {
        for (_, item) in &self.items {
            item.draw(frame, at);
        }
    }
}

/// Which place an overlay has; overlays of one place take it from one another.
const fn place(overlay: &Overlay) -> u8 {
    match overlay {
        Overlay::Banner { at: Edge::Top, .. } => 0,
        Overlay::Banner { at: Edge::Bottom, .. } => 1,
        Overlay::Ticker { at: Edge::Top, .. } => 2,
        Overlay::Ticker { at: Edge::Bottom, .. } => 3,
        Overlay::LowerThird { .. } => 4,
        Overlay::Clock { .. } => 5,
        Overlay::Countdown { .. } => 6,
        Overlay::Classification { .. } => 7,
        Overlay::Mark(MarkKind::Recording) => 8,
        Overlay::Mark(MarkKind::Live) => 9,
    }
}

impl Item {
    fn prepare(overlay: &Overlay, zones: &Zones, lettering: &Lettering) -> Self {
        match overlay {
            Overlay::Banner { text, at } => Self::Still(banner(text, zones.banner(*at), zones, lettering)),
            Overlay::Ticker { text, at, speed_px_s } => {
                Self::Ticker(Ticker::prepare(text, zones.ticker(*at), zones.width_px, *speed_px_s, lettering))
            }
            Overlay::LowerThird { title, subtitle } => Self::Still(lower_third(title, subtitle, zones, lettering)),
            Overlay::Clock { utc_offset_min } => {
                let zone = zones.clock();
                let figures = Figures::prepare(zone.h, letters(zone.h), WHITE, lettering);
                Self::Clock { figures, right: (zone.x + zone.w, zone.y), utc_offset_min: *utc_offset_min }
            }
            Overlay::Countdown { label, until_ms } => Self::Countdown(countdown(label, *until_ms, zones, lettering)),
            Overlay::Classification { text } => {
                let zone = zones.classification();
                let text = lettering.fitted(text, letters(zone.h), zones.least_letters(), zone.w.saturating_sub(zone.h));
                Self::Still(boxed(&text, (zone.x, zone.y), zone.h, BANNER_RED, u8::MAX))
            }
            Overlay::Mark(kind) => Self::Still(mark(*kind, zones, lettering)),
        }
    }

    fn draw(&self, frame: &mut Frame, at: Moment) {
        match self {
            Self::Still(Placed { patch, at: (x, y) }) => patch.draw(frame, *x, *y),
            Self::Ticker(ticker) => ticker.draw(frame, at.even),
            Self::Clock { figures, right: (right, y), utc_offset_min } => {
                let words = clock_words(at.wall_ms, *utc_offset_min);
                figures.draw(frame, &words, (right.saturating_sub(figures.width_of(&words)), *y));
            }
            Self::Countdown(countdown) => countdown.draw(frame, at.wall_ms),
        }
    }
}

impl Countdown {
    fn draw(&self, frame: &mut Frame, wall_ms: u64) {
        let (words, late) = countdown_words(self.until_ms, wall_ms);
        let figures = if late { &self.after } else { &self.before };
        let width = self.label.width_px() + figures.width_of(&words);
        let left = (self.zone.x + self.zone.w.saturating_sub(width) / 2) & !1;
        self.label.draw(frame, left, self.zone.y);
        figures.draw(frame, &words, (left + self.label.width_px(), self.zone.y));
    }
}

/// Height of letters in a line of that height.
const fn letters(line_px: usize) -> usize {
    line_px * LETTERS.0 / LETTERS.1
}

/// A text centred in a box of its own width, with half a letter's margin at both sides.
fn boxed(text: &TextBitmap, at: (usize, usize), height_px: usize, ground: Colour, opacity: u8) -> Placed {
    let margin = text.height_px / 2;
    let mut patch = grounded(text.width_px + 2 * margin, height_px, ground, opacity);
    patch.text(text, margin, height_px.saturating_sub(text.height_px) / 2, WHITE);
    Placed { patch, at }
}

fn grounded(width_px: usize, height_px: usize, ground: Colour, opacity: u8) -> Patch {
    let mut patch = Patch::clear(width_px, height_px);
    let whole = Region { x: 0, y: 0, w: patch.width_px(), h: patch.height_px() };
    patch.fill(whole, ground, opacity);
    patch
}

fn banner(text: &str, zone: Region, zones: &Zones, lettering: &Lettering) -> Placed {
    let text = lettering.fitted(text, letters(zone.h), zones.least_letters(), zone.w.saturating_sub(zone.h));
    let mut patch = grounded(zone.w, zone.h, BANNER_RED, u8::MAX);
    patch.text(&text, zone.w.saturating_sub(text.width_px) / 2, zone.h.saturating_sub(text.height_px) / 2, WHITE);
    Placed { patch, at: (zone.x, zone.y) }
}

fn lower_third(title: &str, subtitle: &str, zones: &Zones, lettering: &Lettering) -> Placed {
    let zone = zones.lower_third();
    let margin = zone.h / 6;
    let room = zone.w.saturating_sub(2 * margin);
    let title = lettering.fitted(title, zone.h * 5 / 12, zones.least_letters(), room);
    let subtitle = lettering.fitted(subtitle, zone.h / 4, zones.least_letters().min(zone.h / 4), room);
    // As wide as its words, and for a mere name no higher than that.
    let alone = subtitle.width_px == 0;
    let height = if alone { (zone.h * 2 / 3) & !1 } else { zone.h };
    let mut patch = grounded(title.width_px.max(subtitle.width_px) + 2 * margin, height, NAME_BLUE, NAME_OPACITY);
    patch.fill(Region { x: 0, y: 0, w: (margin / 2) & !1, h: height }, YELLOW, u8::MAX);
    let top = if alone { height.saturating_sub(title.height_px) / 2 } else { zone.h / 9 };
    patch.text(&title, margin, top, WHITE);
    patch.text(&subtitle, margin, zone.h * 11 / 18, YELLOW);
    Placed { patch, at: (zone.x, zone.y + zone.h - height) }
}

fn mark(kind: MarkKind, zones: &Zones, lettering: &Lettering) -> Placed {
    let zone = zones.mark(kind);
    let words = match kind {
        MarkKind::Recording => "录制",
        MarkKind::Live => "直播",
    };
    let dot = disc(zone.h / 3);
    let margin = zone.h / 6;
    let text = lettering.fitted(words, letters(zone.h), 1, zone.w.saturating_sub(dot.width_px + 3 * margin));
    let mut patch = grounded((dot.width_px + text.width_px + 3 * margin).min(zone.w) & !1, zone.h, BLACK, DARK);
    patch.text(&dot, margin, zone.h.saturating_sub(dot.height_px) / 2, WARNING);
    patch.text(&text, dot.width_px + 2 * margin, zone.h.saturating_sub(text.height_px) / 2, WHITE);
    Placed { patch, at: (zone.x, zone.y) }
}

fn countdown(label: &str, until_ms: u64, zones: &Zones, lettering: &Lettering) -> Countdown {
    let zone = zones.countdown();
    let before = Figures::prepare(zone.h, letters(zone.h), YELLOW, lettering);
    let after = Figures::prepare(zone.h, letters(zone.h), WARNING, lettering);
    let widest = before.width_of("+99:59:59");
    let text = lettering.fitted(label, letters(zone.h), zones.least_letters(), zone.w.saturating_sub(widest + zone.h));
    let width = if text.width_px == 0 { 0 } else { text.width_px + text.height_px };
    let mut patch = grounded(width, zone.h, BLACK, DARK);
    patch.text(&text, text.height_px / 2, zone.h.saturating_sub(text.height_px) / 2, WHITE);
    Countdown { label: patch, before, after, zone, until_ms }
}

/// A round dot with smooth edges.
fn disc(diameter_px: usize) -> TextBitmap {
    #[expect(clippy::cast_precision_loss, reason = "a dot of some dozen pixels")]
    let cover = |index: usize| {
        let (x, y) = ((index % diameter_px) as f32 + 0.5, (index / diameter_px) as f32 + 0.5);
        let radius = diameter_px as f32 / 2.0;
        let inside = (radius + 0.5 - (x - radius).hypot(y - radius)).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let cover = (inside * 255.0) as u8;
        cover
    };
    TextBitmap { width_px: diameter_px, height_px: diameter_px, coverage: (0..diameter_px * diameter_px).map(cover).collect() }
}

#[cfg(test)]
mod tests;

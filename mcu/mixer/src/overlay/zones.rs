//! Which place on the canvas each overlay has.

use mcu_media_api::{Edge, MarkKind};
use picture::Region;

use super::LEAST_LETTERS;

/// A line is this share of the canvas's height: 48 pixels of 720, letters of 36.
const LINES: usize = 15;

/// The places of the overlays on a canvas of one size.
///
/// From the top: a line with classification, countdown, marks and clock; banner; ticker. From the bottom: ticker; banner; lower third.
#[derive(Debug, Clone, Copy)]
pub struct Zones {
    /// Of the canvas.
    pub width_px: usize,
    height_px: usize,
    line_px: usize,
}

impl Zones {
    /// For a canvas of that size.
    #[must_use]
    pub const fn of(width_px: usize, height_px: usize) -> Self {
        let line_px = even(height_px / LINES);
        Self { width_px: even(width_px), height_px: even(height_px), line_px: if line_px < 2 { 2 } else { line_px } }
    }

    /// Letters are not made smaller than this to let a long text in.
    #[must_use]
    pub const fn least_letters(&self) -> usize {
        self.height_px / LEAST_LETTERS
    }

    /// Where a banner stands.
    #[must_use]
    pub const fn banner(&self, at: Edge) -> Region {
        match at {
            Edge::Top => self.line(self.line_px),
            Edge::Bottom => self.line(self.height_px.saturating_sub(2 * self.line_px)),
        }
    }

    /// Where a ticker runs.
    #[must_use]
    pub const fn ticker(&self, at: Edge) -> Region {
        match at {
            Edge::Top => self.line(2 * self.line_px),
            Edge::Bottom => self.line(self.height_px.saturating_sub(self.line_px)),
        }
    }

    /// Where a lower third may stand; it is as wide as its words.
    #[must_use]
    pub const fn lower_third(&self) -> Region {
        let bottom = self.height_px.saturating_sub(2 * self.line_px + even(self.line_px / 4));
        let h = even(self.line_px * 9 / 4);
        Region { x: even(self.width_px / 24), y: bottom.saturating_sub(h), w: even(self.width_px * 3 / 5), h }
    }

    /// Where the classification stands.
    #[must_use]
    pub const fn classification(&self) -> Region {
        self.status(0, 30)
    }

    /// Where a countdown stands.
    #[must_use]
    pub const fn countdown(&self) -> Region {
        self.status(31, 61)
    }

    /// Where a mark stands.
    #[must_use]
    pub const fn mark(&self, kind: MarkKind) -> Region {
        match kind {
            MarkKind::Recording => self.status(62, 72),
            MarkKind::Live => self.status(73, 83),
        }
    }

    /// Where the clock stands.
    #[must_use]
    pub const fn clock(&self) -> Region {
        self.status(84, 100)
    }

    /// A part of the first line, from and to in hundredths of the width.
    const fn status(&self, from: usize, to: usize) -> Region {
        let (left, right) = (even(self.width_px * from / 100), even(self.width_px * to / 100));
        Region { x: left, y: 0, w: right - left, h: self.line_px }
    }

    const fn line(&self, y: usize) -> Region {
        Region { x: 0, y, w: self.width_px, h: self.line_px }
    }
}

const fn even(value: usize) -> usize {
    value & !1
}

#[cfg(test)]
mod tests {
    use super::Zones;
    use mcu_media_api::{Edge, MarkKind};
    use picture::Region;
    use proptest::prelude::*;

    fn all(zones: &Zones) -> [Region; 10] {
        [
            zones.banner(Edge::Top),
            zones.banner(Edge::Bottom),
            zones.ticker(Edge::Top),
            zones.ticker(Edge::Bottom),
            zones.lower_third(),
            zones.clock(),
            zones.countdown(),
            zones.classification(),
            zones.mark(MarkKind::Recording),
            zones.mark(MarkKind::Live),
        ]
    }

    proptest! {
        #[test]
        fn no_place_overlaps_another_or_leaves_the_canvas(width in 80_usize..2000, height in 80_usize..1100) {
            let zones = Zones::of(width, height);
            let all = all(&zones);
            for (index, a) in all.iter().enumerate() {
                prop_assert!(a.x + a.w <= width && a.y + a.h <= height, "{:?}", a);
                prop_assert!([a.x, a.y, a.w, a.h].iter().all(|edge| edge % 2 == 0), "{:?}", a);
                for b in &all[..index] {
                    let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                    prop_assert!(apart, "{:?} and {:?} at {}×{}", a, b, width, height);
                }
            }
        }
    }
}

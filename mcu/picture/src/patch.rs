//! Pieces of picture with transparency, made once and laid over many pictures.

use crate::{Frame, TextBitmap};

/// A colour in video range (BT.709).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// 16 to 235.
    pub luma: u8,
    /// Blue difference, 16 to 240.
    pub cb: u8,
    /// Red difference, 16 to 240.
    pub cr: u8,
}

impl Colour {
    /// From full-range RGB, by BT.709-6 §3 in tenth-bit fixed point.
    #[must_use]
    pub const fn from_rgb(red: u8, green: u8, blue: u8) -> Self {
        let (r, g, b) = (red as i32, green as i32, blue as i32);
        Self {
            luma: (16 + ((187 * r + 629 * g + 63 * b + 512) >> 10)) as u8,
            cb: (128 + ((-103 * r - 347 * g + 450 * b + 512) >> 10)) as u8,
            cr: (128 + ((450 * r - 409 * g - 41 * b + 512) >> 10)) as u8,
        }
    }
}

/// One plane of a patch: what is added to the picture, and how much of the picture is kept (255 all, 0 nothing).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Plane {
    add: Vec<u8>,
    keep: Vec<u8>,
}

/// A piece of picture with transparency. Width and height are even.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    width_px: usize,
    height_px: usize,
    planes: [Plane; 3],
}

/// A rectangle of a patch or picture in pixels; all figures even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Left edge.
    pub x: usize,
    /// Top edge.
    pub y: usize,
    /// Width.
    pub w: usize,
    /// Height.
    pub h: usize,
}

impl Patch {
    /// One that shows nothing; odd sizes are rounded up to even ones.
    #[must_use]
    pub fn clear(width_px: usize, height_px: usize) -> Self {
        let (width_px, height_px) = (width_px.next_multiple_of(2), height_px.next_multiple_of(2));
        let plane = |pixels: usize| Plane { add: vec![0; pixels], keep: vec![u8::MAX; pixels] };
        let luma = width_px * height_px;
        Self { width_px, height_px, planes: [plane(luma), plane(luma / 4), plane(luma / 4)] }
    }

    /// Pixels across.
    #[must_use]
    pub const fn width_px(&self) -> usize {
        self.width_px
    }

    /// Pixels down.
    #[must_use]
    pub const fn height_px(&self) -> usize {
        self.height_px
    }

    /// Lays a colour over a region, clipped to the patch; `opacity` 255 covers what was there.
    pub fn fill(&mut self, region: Region, colour: Colour, opacity: u8) {
        let inside = |at: usize, from: usize, length: usize| (from..from + length).contains(&at);
        let cover = |x: usize, y: usize| if inside(x, region.x, region.w) && inside(y, region.y, region.h) { opacity } else { 0 };
        self.lay(colour, cover);
    }

    /// Lays a text over it with its top left corner at `x`, `y`, clipped to the patch.
    pub fn text(&mut self, text: &TextBitmap, x: usize, y: usize, colour: Colour) {
        let cover = |at_x: usize, at_y: usize| {
            let (Some(column), Some(row)) = (at_x.checked_sub(x), at_y.checked_sub(y)) else {
                return 0;
            };
            if column >= text.width_px {
                return 0;
            }
            text.coverage.get(row * text.width_px + column).copied().unwrap_or(0)
        };
        self.lay(colour, cover);
    }

    /// Lays a colour over it, at each pixel as opaque as `cover` says of its column and row. A chroma sample takes the mean of its four pixels.
    fn lay(&mut self, colour: Colour, cover: impl Fn(usize, usize) -> u8) {
        let width = self.width_px;
        let [luma, cb, cr] = &mut self.planes;
        for index in 0..luma.add.len() {
            luma.lay(index, colour.luma, cover(index % width, index / width));
        }
        let half = (width / 2).max(1);
        for index in 0..cb.add.len() {
            let (x, y) = (index % half * 2, index / half * 2);
            let sum: u16 = [(0, 0), (1, 0), (0, 1), (1, 1)].iter().map(|(dx, dy)| u16::from(cover(x + dx, y + dy))).sum();
            let mean = u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX);
            cb.lay(index, colour.cb, mean);
            cr.lay(index, colour.cr, mean);
        }
    }

    /// Draws it with its top left corner at `x`, `y`, which are even; what does not fit on the picture is left out.
    pub fn draw(&self, frame: &mut Frame, x: usize, y: usize) {
        self.draw_columns(frame, (x, y), 0, self.width_px);
    }

    /// Draws `width` columns of it from column `from` on. All figures are even.
    pub fn draw_columns(&self, frame: &mut Frame, (x, y): (usize, usize), from: usize, width: usize) {
        let width = width.min(self.width_px.saturating_sub(from)).min(frame.width_px.saturating_sub(x));
        let height = self.height_px.min(frame.height_px.saturating_sub(y));
        for (index, ((target, stride), plane)) in frame.planes_mut().into_iter().zip(&self.planes).enumerate() {
            let half = usize::from(index > 0);
            let own = self.width_px >> half;
            for row in 0..height >> half {
                let start = ((y >> half) + row) * stride + (x >> half);
                let own_start = row * own + (from >> half);
                let own_run = own_start..own_start + (width >> half);
                let (Some(target), Some(add), Some(keep)) =
                    (target.get_mut(start..start + (width >> half)), plane.add.get(own_run.clone()), plane.keep.get(own_run))
                else {
                    return;
                };
                blend(target, add, keep);
            }
        }
    }
}

impl Plane {
    fn lay(&mut self, index: usize, value: u8, opacity: u8) {
        if let (Some(add), Some(keep), 1..) = (self.add.get_mut(index), self.keep.get_mut(index), opacity) {
            *add = share(*add, u8::MAX - opacity).saturating_add(share(value, opacity));
            *keep = share(*keep, u8::MAX - opacity);
        }
    }
}

/// `value` × `of` / 255, rounded.
const fn share(value: u8, of: u8) -> u8 {
    // Exact for all pairs: the usual division by 255 by two shifts. The largest sum is 65,407.
    let product = value as u16 * of as u16 + 128;
    ((product + (product >> 8)) >> 8) as u8
}

fn blend(target: &mut [u8], add: &[u8], keep: &[u8]) {
    for ((pixel, add), keep) in target.iter_mut().zip(add).zip(keep) {
        *pixel = share(*pixel, *keep).saturating_add(*add);
    }
}

/// Mixes `over` into `under` within a region: 0 leaves `under`, 256 gives `over`. Both have one size; the region is clipped to it.
pub fn mix(under: &mut Frame, over: &Frame, region: Region, weight: u16) {
    let weight = weight.min(256);
    let region = Region {
        w: region.w.min(under.width_px.saturating_sub(region.x)),
        h: region.h.min(under.height_px.saturating_sub(region.y)),
        ..region
    };
    for (index, ((target, stride), (source, other))) in under.planes_mut().into_iter().zip(over.planes()).enumerate() {
        let half = usize::from(index > 0);
        let (left, width) = (region.x >> half, region.w >> half);
        for row in region.y >> half..(region.y + region.h) >> half {
            let (own, from) = (row * stride + left, row * other + left);
            let (Some(target), Some(source)) = (target.get_mut(own..own + width), source.get(from..from + width)) else {
                return;
            };
            for (pixel, new) in target.iter_mut().zip(source) {
                // At most 255 × 256 + 128, so its upper byte is the mean.
                let mixed = u16::from(*pixel) * (256 - weight) + u16::from(*new) * weight + 128;
                *pixel = (mixed >> 8) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Colour, Patch, Region, mix, share};
    use crate::{Frame, TextBitmap};
    use proptest::prelude::*;

    const RED: Colour = Colour::from_rgb(255, 0, 0);

    fn grey(luma: u8) -> Frame {
        let mut frame = Frame::black(64, 32);
        let [(plane, _), ..] = frame.planes_mut();
        plane.fill(luma);
        frame
    }

    #[test]
    fn colours_are_those_of_the_standard() {
        // BT.709 colour bars at 100 %, ITU-R BT.1729 table 1.
        assert_eq!(Colour::from_rgb(255, 255, 255), Colour { luma: 235, cb: 128, cr: 128 });
        assert_eq!(Colour::from_rgb(255, 255, 0), Colour { luma: 219, cb: 16, cr: 138 });
        assert_eq!(Colour::from_rgb(255, 0, 0), Colour { luma: 63, cb: 102, cr: 240 });
        assert_eq!(Colour::from_rgb(0, 0, 0), Colour { luma: 16, cb: 128, cr: 128 });
    }

    #[test]
    fn shares_are_rounded_exactly() {
        for value in 0..=255_u8 {
            for of in 0..=255_u8 {
                let exact = (f64::from(value) * f64::from(of) / 255.0).round() as u8;
                assert_eq!(share(value, of), exact, "{value} × {of}");
            }
        }
    }

    #[test]
    fn a_full_colour_covers_and_a_half_one_shines_through() {
        let mut patch = Patch::clear(16, 8);
        patch.fill(Region { x: 0, y: 0, w: 8, h: 8 }, RED, 255);
        patch.fill(Region { x: 8, y: 0, w: 8, h: 8 }, Colour::from_rgb(0, 0, 0), 128);
        let mut frame = grey(200);
        patch.draw(&mut frame, 4, 2);
        let [(luma, stride), (cb, half), (cr, _)] = frame.planes();
        assert_eq!([luma[2 * stride + 4], cb[half + 2], cr[half + 2]], [63, 102, 240]);
        assert_eq!(luma[2 * stride + 12], share(200, 127) + share(16, 128));
        assert_eq!([luma[2 * stride + 3], luma[2 * stride + 20], luma[stride + 4], luma[10 * stride + 4]], [200; 4], "outside");
    }

    #[test]
    fn letters_have_their_colour_where_they_are() {
        let text = TextBitmap { width_px: 4, height_px: 4, coverage: vec![255; 16] };
        let mut patch = Patch::clear(16, 8);
        patch.text(&text, 2, 2, RED);
        let mut frame = grey(200);
        patch.draw(&mut frame, 0, 0);
        let [(luma, stride), _, (cr, half)] = frame.planes();
        assert_eq!([luma[2 * stride + 2], luma[5 * stride + 5], luma[stride + 2], luma[2 * stride + 6]], [63, 63, 200, 200]);
        assert_eq!([cr[half + 1], cr[half + 3], cr[0]], [240, 128, 128]);
    }

    #[test]
    fn a_mix_goes_evenly_from_one_to_the_other() {
        let region = Region { x: 8, y: 4, w: 16, h: 8 };
        for (weight, expected) in [(0, 40), (64, 80), (128, 120), (256, 200), (999, 200)] {
            let mut under = grey(40);
            mix(&mut under, &grey(200), region, weight);
            let [(luma, stride), ..] = under.planes();
            assert_eq!(luma[4 * stride + 8], expected, "at {weight}");
            assert_eq!([luma[4 * stride + 7], luma[4 * stride + 24], luma[3 * stride + 8], luma[12 * stride + 8]], [40; 4]);
        }
    }

    proptest! {
        #[test]
        fn any_place_is_survived_and_nothing_outside_is_touched(x in 0_usize..80, y in 0_usize..40, from in 0_usize..40, width in 0_usize..40) {
            let (x, y, from, width) = (x & !1, y & !1, from & !1, width & !1);
            let mut patch = Patch::clear(20, 10);
            patch.fill(Region { x: 0, y: 0, w: 20, h: 10 }, RED, 255);
            let mut frame = grey(200);
            patch.draw_columns(&mut frame, (x, y), from, width);
            let shown = width.min(20_usize.saturating_sub(from));
            let [(luma, stride), ..] = frame.planes();
            for (index, value) in luma.iter().enumerate() {
                let inside = (x..x + shown).contains(&(index % stride)) && (y..y + 10).contains(&(index / stride));
                prop_assert_eq!(*value, if inside { 63 } else { 200 });
            }
        }
    }
}

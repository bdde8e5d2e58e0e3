//! The canvas of one composite.

use block_code::Area;
use mcu_media_api::Rect;

use picture::{BLACK_LUMA, Frame, NEUTRAL_CHROMA, Planes, Source, TextBitmap, scale_plane};

/// Luma of letters.
const WHITE_LUMA: u8 = 235;
/// Luma of a slate's ground: dark grey, so that a slate is not taken for a black picture.
const SLATE_LUMA: u8 = 44;
/// A caption's band keeps this share (of 256) of the picture's light, so that white letters read on any picture.
const BAND_KEEPS: u16 = 96;
/// Height of a caption's letters as a share of the cell's height.
const CAPTION_SHARE: usize = 11;

/// A window of the canvas in pixels; all figures even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Left edge.
    pub x: usize,
    /// Top edge.
    pub y: usize,
    /// Width.
    pub w: usize,
    /// Height.
    pub h: usize,
}

/// A picture being composed.
pub struct Canvas {
    frame: Frame,
}

impl Canvas {
    /// A black canvas.
    #[must_use]
    pub fn new(width_px: usize, height_px: usize) -> Self {
        Self { frame: Frame::black(width_px, height_px) }
    }

    /// The picture so far.
    #[must_use]
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Gives the picture away and goes on with another of the same size, whatever is in it; a black one without.
    pub fn exchange(&mut self, next: Option<Frame>) -> Frame {
        let (width_px, height_px) = (self.frame.width_px, self.frame.height_px);
        let fits = |next: &Frame| (next.width_px, next.height_px) == (width_px, height_px);
        let next = next.filter(fits).unwrap_or_else(|| Frame::black(width_px, height_px));
        std::mem::replace(&mut self.frame, next)
    }

    /// Black all over.
    pub fn clear(&mut self) {
        let whole = Window { x: 0, y: 0, w: self.frame.width_px, h: self.frame.height_px };
        self.fill(whole, BLACK_LUMA);
    }

    /// Where a per-mille rectangle falls; clipped to the canvas, edges even.
    #[must_use]
    pub fn window(&self, rect: Rect) -> Window {
        let edge = |permille: u16, whole: usize| (usize::from(permille.min(1000)) * whole / 1000) & !1;
        let (x, y) = (edge(rect.x, self.frame.width_px), edge(rect.y, self.frame.height_px));
        let right = edge(rect.x.saturating_add(rect.w), self.frame.width_px);
        let bottom = edge(rect.y.saturating_add(rect.h), self.frame.height_px);
        Window { x, y, w: right.saturating_sub(x), h: bottom.saturating_sub(y) }
    }

    /// Letters of a caption in a window of that height, in pixels.
    #[must_use]
    pub fn caption_height(window: Window) -> usize {
        (window.h / CAPTION_SHARE).max(10)
    }

    /// Puts a picture into the window, scaled to fill it; the sides are black when its shape differs.
    pub fn picture(&mut self, window: Window, picture: &impl Planes) {
        let (width, height) = picture.size_px();
        let inner = fit(window, (width, height));
        if inner != window {
            self.fill(window, BLACK_LUMA);
        }
        for (index, ((from, from_stride), (to, to_stride))) in picture.planes().into_iter().zip(self.frame.planes_mut()).enumerate() {
            let half = usize::from(index > 0);
            let start = (inner.y >> half) * to_stride + (inner.x >> half);
            let source = Source { bytes: from, stride: from_stride, size: (width >> half, height >> half) };
            if let Some(target) = to.get_mut(start..) {
                scale_plane(source, target, to_stride, inner.w >> half, inner.h >> half);
            }
        }
    }

    /// Black.
    pub fn blank(&mut self, window: Window) {
        self.fill(window, BLACK_LUMA);
    }

    /// A slate: the site's name large, the reason below it.
    pub fn slate(&mut self, window: Window, title: &TextBitmap, reason: &TextBitmap) {
        self.fill(window, SLATE_LUMA);
        let middle = window.y + window.h / 2;
        let centred = |text: &TextBitmap| window.x + window.w.saturating_sub(text.width_px) / 2;
        self.letters(window, title, centred(title), middle.saturating_sub(title.height_px));
        self.letters(window, reason, centred(reason), middle + reason.height_px / 2);
    }

    /// A caption at the bottom left on a darkened band.
    pub fn caption(&mut self, window: Window, text: &TextBitmap) {
        let margin = text.height_px / 3;
        let top = (window.y + window.h).saturating_sub(text.height_px + 2 * margin).max(window.y);
        let right = (window.x + text.width_px + 2 * margin).min(window.x + window.w);
        let [(luma, stride), ..] = self.frame.planes_mut();
        for y in top..window.y + window.h {
            if let Some(run) = luma.get_mut(y * stride + window.x..y * stride + right) {
                for pixel in run {
                    *pixel = u8::try_from(u16::from(*pixel) * BAND_KEEPS / 256).unwrap_or(0).max(BLACK_LUMA);
                }
            }
        }
        self.letters(window, text, window.x + margin, top + margin);
    }

    /// The block code of the cell list's revision.
    pub fn revision(&mut self, window: Window, revision: u16) {
        self.fill(window, BLACK_LUMA);
        let [(luma, stride), ..] = self.frame.planes_mut();
        block_code::draw(luma, Area { x_px: window.x, y_px: window.y, width_px: window.w, stride }, revision);
    }

    fn fill(&mut self, window: Window, value: u8) {
        for (index, (plane, stride)) in self.frame.planes_mut().into_iter().enumerate() {
            let half = usize::from(index > 0);
            let colour = if index == 0 { value } else { NEUTRAL_CHROMA };
            for y in window.y >> half..(window.y + window.h) >> half {
                let start = y * stride + (window.x >> half);
                if let Some(run) = plane.get_mut(start..start + (window.w >> half)) {
                    run.fill(colour);
                }
            }
        }
    }

    fn letters(&mut self, window: Window, text: &TextBitmap, x: usize, y: usize) {
        let [(luma, stride), ..] = self.frame.planes_mut();
        let width = text.width_px.min((window.x + window.w).saturating_sub(x));
        for (row, line) in text.coverage.chunks(text.width_px.max(1)).enumerate() {
            if y + row < window.y {
                continue;
            }
            if y + row >= window.y + window.h {
                return;
            }
            let start = (y + row) * stride + x;
            let Some(target) = luma.get_mut(start..start + width) else {
                return;
            };
            for (pixel, coverage) in target.iter_mut().zip(line) {
                let (old, cover) = (u16::from(*pixel), u16::from(*coverage));
                let mixed = (old * (255 - cover) + u16::from(WHITE_LUMA) * cover) / 255;
                *pixel = u8::try_from(mixed).unwrap_or(WHITE_LUMA);
            }
        }
    }
}

/// The largest window of the picture's shape inside the window, in its middle.
fn fit(window: Window, size_px: (usize, usize)) -> Window {
    let (pw, ph) = (size_px.0.max(1), size_px.1.max(1));
    // A difference of one part in fifty is rounding of layer sizes, not another shape.
    if (window.w * ph).abs_diff(window.h * pw) * 50 <= window.h * pw {
        return window;
    }
    let (w, h) = if window.w * ph > window.h * pw { (window.h * pw / ph, window.h) } else { (window.w, window.w * ph / pw) };
    let (w, h) = (w & !1, h & !1);
    Window { x: (window.x + (window.w - w) / 2) & !1, y: (window.y + (window.h - h) / 2) & !1, w, h }
}

#[cfg(test)]
mod tests {
    use super::{Canvas, Window, fit};
    use mcu_media_api::Rect;
    use picture::{Frame, TextBitmap};
    use proptest::prelude::*;

    #[test]
    fn a_picture_of_the_cells_size_is_copied_into_it() {
        let mut canvas = Canvas::new(1280, 720);
        let window = canvas.window(Rect { x: 250, y: 250, w: 250, h: 250 });
        assert_eq!(window, Window { x: 320, y: 180, w: 320, h: 180 });
        let mut picture = Frame::black(320, 180);
        let [(luma, stride), ..] = picture.planes_mut();
        block_code::draw(luma, block_code::Area::whole(320, stride), 0xBEEF);
        canvas.picture(window, &picture);
        let [(luma, stride), ..] = canvas.frame().planes();
        let area = block_code::Area { x_px: 320, y_px: 180, width_px: 320, stride };
        assert_eq!(block_code::read(luma, area), Some(0xBEEF));
    }

    #[test]
    fn a_narrow_picture_keeps_its_shape() {
        let window = Window { x: 0, y: 0, w: 640, h: 360 };
        assert_eq!(fit(window, (480, 360)), Window { x: 80, y: 0, w: 480, h: 360 });
        assert_eq!(fit(window, (1280, 720)), window);
        assert_eq!(fit(window, (320, 176)), Window { x: 0, y: 4, w: 640, h: 352 });
    }

    proptest! {
        #[test]
        fn nothing_is_drawn_outside_the_window(x in 0_u16..1200, y in 0_u16..1200, w in 0_u16..1200, h in 0_u16..1200, pw in 2_usize..200, ph in 2_usize..200) {
            let mut canvas = Canvas::new(320, 180);
            let window = canvas.window(Rect { x, y, w, h });
            let text = TextBitmap { width_px: 50, height_px: 12, coverage: vec![255; 600] };
            let mut picture = Frame::black(pw, ph);
            for (plane, _) in picture.planes_mut() { plane.fill(200); }
            canvas.picture(window, &picture);
            canvas.caption(window, &text);
            canvas.slate(window, &text, &text);
            let [(luma, stride), ..] = canvas.frame().planes();
            for (index, value) in luma.iter().enumerate() {
                let (px, py) = (index % stride, index / stride);
                let inside = (window.x..window.x + window.w).contains(&px) && (window.y..window.y + window.h).contains(&py);
                prop_assert!(inside || *value == 16, "{px},{py} is {value}");
            }
        }
    }
}

//! The rehearsal picture of a site: its name, a running frame number for people and machines, a moving bar, a flash every two seconds.

use std::sync::Arc;

use block_code::{Area, FRAME_WRAP, Marker};
use picture::{Frame, Lettering, TextBitmap};

/// Frames per second of every layer.
pub(crate) const FPS: u32 = 30;
/// A flash begins this often.
const FLASH_EVERY: u32 = 2 * FPS;
/// Frames a flash lasts.
const FLASH_FRAMES: u32 = 3;
/// Luma of a flash and of letters.
const WHITE: u8 = 235;
/// Luma of the moving bar.
const BAR: u8 = 150;

/// Size and rate of a simulcast layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LayerShape {
    /// RID in SDP and RTP.
    pub rid: &'static str,
    /// Pixels across.
    pub width_px: u16,
    /// Pixels down.
    pub height_px: u16,
    /// Encoder's target.
    pub bit_rate_bps: u32,
}

/// The three layers of a room, highest first (`media.md` §7).
pub(crate) const LAYERS: [LayerShape; 3] = [
    LayerShape { rid: "h", width_px: 1280, height_px: 720, bit_rate_bps: 1_500_000 },
    LayerShape { rid: "m", width_px: 640, height_px: 360, bit_rate_bps: 500_000 },
    LayerShape { rid: "l", width_px: 320, height_px: 180, bit_rate_bps: 220_000 },
];

/// Draws one layer's pictures.
pub(crate) struct Show {
    ground: Frame,
    number: u8,
    name: Arc<TextBitmap>,
    digits: Vec<Arc<TextBitmap>>,
}

impl Show {
    /// Prepares ground and letters for a layer.
    pub(crate) fn new(shape: LayerShape, number: u8, name: &str, letters: &mut Lettering) -> Self {
        let (width, height) = (usize::from(shape.width_px), usize::from(shape.height_px));
        let mut ground = Frame::black(width, height);
        let (cb, cr) = colour(number);
        let [(luma, stride), (u, _), (v, _)] = ground.planes_mut();
        for (row, line) in luma.chunks_mut(stride).enumerate() {
            line.fill(u8::try_from(60 + row * 50 / height.max(1)).unwrap_or(60));
        }
        u.fill(cb);
        v.fill(cr);
        let digits = ('0'..='9').map(|digit| letters.bitmap(&digit.to_string(), height / 8)).collect();
        Self { ground, number, name: letters.bitmap(name, height / 5), digits }
    }

    /// The picture of that running number.
    pub(crate) fn draw(&self, frame: u32) -> Frame {
        let mut picture = self.ground.clone();
        let (width, height) = (picture.width_px, picture.height_px);
        let [(luma, stride), ..] = picture.planes_mut();
        if is_flash(frame) {
            rectangle(luma, stride, (width * 3 / 4, height / 8), (width / 5, height / 5), WHITE);
        }
        let travel = width - width / 10;
        let step = usize::try_from(frame % (4 * FPS)).unwrap_or(0);
        rectangle(luma, stride, ((travel * step) / usize::try_from(4 * FPS).unwrap_or(1), height * 9 / 10), (width / 10, height / 20), BAR);
        stamp(luma, stride, &self.name, (width.saturating_sub(self.name.width_px)) / 2, height * 2 / 5);
        let mut x = width / 2 - width / 8;
        for digit in format!("{frame:05}").bytes() {
            if let Some(bitmap) = self.digits.get(usize::from(digit - b'0')) {
                stamp(luma, stride, bitmap, x, height * 13 / 20);
                x += bitmap.width_px;
            }
        }
        let running = u16::try_from(frame % u32::from(FRAME_WRAP)).unwrap_or(0);
        block_code::draw(luma, Area::whole(width, stride), Marker { site: self.number, frame: running }.to_payload());
        picture
    }
}

/// Whether the flash (and the beep of the sound) falls on this frame.
pub(crate) const fn is_flash(frame: u32) -> bool {
    frame % FLASH_EVERY < FLASH_FRAMES
}

/// A colour of its own for each site, far enough from its neighbours' in the site order.
fn colour(number: u8) -> (u8, u8) {
    const WHEEL: [(u8, u8); 13] = [
        (128, 128),
        (160, 100),
        (100, 160),
        (165, 150),
        (95, 100),
        (150, 90),
        (90, 150),
        (170, 128),
        (110, 175),
        (128, 85),
        (85, 128),
        (140, 165),
        (150, 110),
    ];
    WHEEL.get(usize::from(number) % WHEEL.len()).copied().unwrap_or((128, 128))
}

fn rectangle(luma: &mut [u8], stride: usize, (x, y): (usize, usize), (w, h): (usize, usize), value: u8) {
    for row in y..y + h {
        if let Some(run) = luma.get_mut(row * stride + x..row * stride + x + w) {
            run.fill(value);
        }
    }
}

fn stamp(luma: &mut [u8], stride: usize, text: &TextBitmap, x: usize, y: usize) {
    let width = text.width_px.min(stride.saturating_sub(x));
    for (row, line) in text.coverage.chunks(text.width_px.max(1)).enumerate() {
        let start = (y + row) * stride + x;
        let Some(target) = luma.get_mut(start..start + width) else {
            return;
        };
        for (pixel, coverage) in target.iter_mut().zip(line) {
            if *coverage > 127 {
                *pixel = WHITE;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LAYERS, Show};
    use block_code::{Area, Marker};
    use picture::Lettering;

    #[test]
    fn every_layer_carries_the_same_marker() {
        let mut letters = Lettering::load(&"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc".into() as &std::path::PathBuf).unwrap();
        for shape in LAYERS {
            let show = Show::new(shape, 4, "桂阳县", &mut letters);
            let picture = show.draw(2051);
            let [(luma, stride), ..] = picture.planes();
            let payload = block_code::read(luma, Area::whole(stride, stride)).unwrap();
            assert_eq!(Marker::from_payload(payload), Marker { site: 4, frame: 3 });
        }
    }
}

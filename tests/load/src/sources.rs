//! The pictures of W13's sources: a textured room, something that moves in it, camera grain, and the frame number as a block code.
//!
//! Flat test cards would leave the bit rate unused and both encoders at the end of their scale; these make the rate bind.

use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::Context as _;
use block_code::{Area, Marker};
use bytes::Bytes;
use codec::{EncodeSettings, Encoded, VideoEncoder};
use picture::Frame;

/// Frames of a source before it repeats.
pub const FRAMES: u16 = 240;
/// Frames between key frames.
const KEY_EVERY: u16 = 60;
/// An encoder that gives nothing for this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Draws and encodes one source of that size in pixels, [`FRAMES`] long.
///
/// # Errors
/// When the encoder fails.
pub fn encode(site: u8, width_px: u16, height_px: u16, bit_rate_bps: u32) -> anyhow::Result<Vec<Bytes>> {
    encode_period(site, width_px, height_px, bit_rate_bps, FRAMES)
}

/// The same with a period of so many frames.
///
/// # Errors
/// When the encoder fails.
pub fn encode_period(site: u8, width_px: u16, height_px: u16, bit_rate_bps: u32, frames: u16) -> anyhow::Result<Vec<Bytes>> {
    let (deliver, units) = channel::<Encoded>();
    let settings = EncodeSettings { width_px, height_px, fps: 30, bit_rate_bps, key_every: KEY_EVERY };
    let encoder = VideoEncoder::new(settings, move |unit| drop(deliver.send(unit)))?;
    let mut made = Vec::new();
    let next = || units.recv_timeout(PATIENCE).map(|unit| unit.bytes).context("the H.264 encoder gave nothing");
    for frame in 0..frames {
        let picture = draw(site, frame, frames, usize::from(width_px), usize::from(height_px));
        let at = Duration::from_secs(1) + Duration::from_secs(1) * u32::from(frame) / 30;
        while !encoder.push(&picture, at, frame == 0) {
            made.push(next()?);
        }
    }
    while made.len() < usize::from(frames) {
        made.push(next()?);
    }
    Ok(made)
}

fn draw(site: u8, frame: u16, frames: u16, width: usize, height: usize) -> Frame {
    let mut picture = Frame::black(width, height);
    let [(luma, stride), (u, _), (v, _)] = picture.planes_mut();
    u.fill(128 - site);
    v.fill(128 + site);
    let angle = f64::from(frame) / f64::from(frames) * std::f64::consts::TAU;
    // The mover goes once round in a period, so that the repetition has no jump.
    let (cx, cy) = (width as f64 * (0.5 + 0.25 * angle.cos()), height as f64 * (0.55 + 0.15 * (2.0 * angle).sin()));
    let radius = height as f64 / 4.0;
    let mut grain = u32::from(frame) * 7_919 + u32::from(site) + 1;
    for (index, pixel) in luma.iter_mut().enumerate() {
        let (x, y) = (index % stride, index / stride);
        let (dx, dy) = (x as f64 - cx, y as f64 - cy);
        let moving = dx * dx + dy * dy < radius * radius;
        let (tx, ty) = if moving { (dx as i64 + 500, dy as i64 + 500) } else { (x as i64, y as i64) };
        grain ^= grain << 13;
        grain ^= grain >> 17;
        grain ^= grain << 5;
        let base = if moving { 150 } else { 90 };
        *pixel = u8::try_from(base + texture(tx, ty, i64::from(site)) + i64::from(grain % 7) - 3).unwrap_or(128);
    }
    let marker = Marker { site, frame };
    block_code::draw(luma, Area::whole(width, stride), marker.to_payload());
    picture
}

/// Fixed noise of two grains, about ±24.
fn texture(x: i64, y: i64, seed: i64) -> i64 {
    let noise = |x: i64, y: i64| {
        let mut hash = (x.wrapping_mul(374_761_393) ^ y.wrapping_mul(668_265_263) ^ seed.wrapping_mul(2_147_483_647)) as u32;
        hash = (hash ^ (hash >> 13)).wrapping_mul(1_274_126_177);
        i64::from((hash ^ (hash >> 16)) % 33) - 16
    };
    noise(x / 16, y / 16) + noise(x / 4, y / 4) / 2
}

#[cfg(test)]
mod tests {
    use super::draw;
    use block_code::{Area, Marker};

    #[test]
    fn every_picture_carries_its_number() {
        let picture = draw(5, 77, 240, 320, 180);
        let [(luma, stride), ..] = picture.planes();
        let code = block_code::read(luma, Area::whole(320, stride));
        assert_eq!(code.map(Marker::from_payload), Some(Marker { site: 5, frame: 77 }));
    }
}

//! Making a clip: draw, encode three layers and sound.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use bytes::Bytes;
use codec::clock::monotonic;
use codec::{EncodeSettings, Encoded, VideoEncoder};
use picture::{Frame, Lettering};

use super::{Clip, ClipError};
use crate::show::{FPS, LAYERS, LayerShape, Show};
use crate::voice;

/// Length of a clip: whole flashes, whole groups of pictures, whole periods of every tone.
const FRAMES: u32 = 8 * FPS;
/// Frames per group of pictures: a clip cannot answer a request for a key frame, so one is never far (`media.md` §7).
pub(crate) const KEY_EVERY: u16 = 8;
/// Frames of a picture that stands still until its key frame comes again: two seconds, like a camera's encoder.
const STILL_FRAMES: u16 = 60;
/// Blocks of 20 ms in a clip.
const BLOCKS: u64 = 8 * 50;
/// Rate of the sound.
const SOUND_BIT_RATE_BPS: i32 = 32_000;
/// Longest Opus packet asked for.
const MAX_PACKET_BYTES: usize = 600;
/// An encoder that gives nothing for this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which clip to make.
#[derive(Debug, Clone)]
pub struct ClipOrder {
    /// Directory of clips.
    pub dir: PathBuf,
    /// Site id; names the file.
    pub site: String,
    /// Name drawn into the picture.
    pub name: String,
    /// Place in the fixed site order.
    pub number: u8,
    /// Font file.
    pub font: PathBuf,
}

impl ClipOrder {
    /// The clip's file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.dir.join(format!("{}.clip", self.site))
    }
}

/// Makes the clip unless a good one is there.
///
/// # Errors
/// When the font is missing, an encoder fails or the disk is full.
pub fn prepare(order: &ClipOrder) -> Result<(), ClipError> {
    let path = order.path();
    if Clip::load(&path).is_ok() {
        return Ok(());
    }
    std::fs::create_dir_all(&order.dir).map_err(|source| ClipError::Io { path: order.dir.clone(), source })?;
    let mut letters = Lettering::load(&order.font).map_err(|error| ClipError::NotMade(error.to_string()))?;
    let mut layers = Vec::new();
    for shape in LAYERS {
        layers.push(layer(shape, order, &mut letters)?);
    }
    Clip { layers, sound: sound(order.number)? }.save(&path)
}

fn layer(shape: LayerShape, order: &ClipOrder, letters: &mut Lettering) -> Result<Vec<Bytes>, ClipError> {
    let show = Show::new(shape, order.number, &order.name, letters);
    encode(shape, FRAMES, KEY_EVERY, |frame| show.draw(frame))
}

/// A picture that stands still, as its encoder would send it: one key frame and then the little that is left to say, to be repeated for ever.
pub(crate) fn still(shape: LayerShape, picture: &Frame) -> Result<Vec<Bytes>, ClipError> {
    encode(shape, u32::from(STILL_FRAMES), STILL_FRAMES, |_| picture.clone())
}

fn encode(shape: LayerShape, frames: u32, key_every: u16, draw: impl Fn(u32) -> Frame) -> Result<Vec<Bytes>, ClipError> {
    let settings = EncodeSettings {
        width_px: shape.width_px,
        height_px: shape.height_px,
        fps: u8::try_from(FPS).unwrap_or(30),
        bit_rate_bps: shape.bit_rate_bps,
        key_every,
    };
    let (deliver, units) = channel::<Encoded>();
    let encoder =
        VideoEncoder::new(settings, move |unit| drop(deliver.send(unit))).map_err(|error| ClipError::NotMade(error.to_string()))?;
    let mut made = Vec::new();
    let start = monotonic();
    for frame in 0..frames {
        let at = start + Duration::from_secs(1) * frame / FPS;
        let picture = draw(frame);
        while !encoder.push(&picture, at, frame == 0) {
            made.push(next(&units)?);
        }
    }
    while made.len() < usize::try_from(frames).unwrap_or(0) {
        made.push(next(&units)?);
    }
    Ok(made)
}

fn next(units: &Receiver<Encoded>) -> Result<Bytes, ClipError> {
    let unit = units.recv_timeout(PATIENCE).map_err(|_| ClipError::NotMade("the H.264 encoder gave nothing for 20 s".to_owned()))?;
    Ok(unit.bytes)
}

fn sound(number: u8) -> Result<Vec<Bytes>, ClipError> {
    let failed = |error: opus::Error| ClipError::NotMade(error.to_string());
    let mut encoder = opus::Encoder::new(voice::RATE_HZ, opus::Channels::Mono, opus::Application::Audio).map_err(failed)?;
    encoder.set_bitrate(opus::Bitrate::Bits(SOUND_BIT_RATE_BPS)).map_err(failed)?;
    let samples = u64::try_from(voice::BLOCK).unwrap_or(0);
    (0..BLOCKS)
        .map(|index| encoder.encode_vec(&voice::block(number, index * samples), MAX_PACKET_BYTES).map(Bytes::from).map_err(failed))
        .collect()
}

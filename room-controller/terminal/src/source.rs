//! The room's own picture and sound as RTP payloads, in real time, whichever kind of source it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use codec::clock::monotonic;
use codec::{EncodeSettings, VideoEncoder};
use picture::Lettering;
use rtc::rtp::codec::h264::H264Payloader;
use rtc::rtp::packetizer::Payloader as _;
use tokio::sync::broadcast;

use crate::clip::{Clip, ClipOrder};
use crate::config::{Config, SourceKind};
use crate::show::{FPS, LAYERS, Show};
use crate::voice;

/// Payload bytes per packet.
const MAX_PAYLOAD_BYTES: usize = 1_150;
/// Units a slow session may lag behind before it misses some: a second of everything.
const MAX_LAG: usize = 256;
/// Frames between key frames of a live encoder when nobody asks.
const LIVE_KEY_EVERY: u16 = 120;
/// Picture and sound begin together this long after everything is prepared: both threads run by then, and neither hurries after the other.
const START_WITHIN: Duration = Duration::from_millis(100);
/// Blocks of sound per second.
const BLOCKS_PER_S: u32 = 50;

/// One picture of one layer, or one block of sound.
#[derive(Debug, Clone)]
pub(crate) enum Unit {
    /// A picture of layer `layer` (0 is the highest).
    Picture { layer: usize, at: Duration, payloads: Arc<Vec<Bytes>> },
    /// 20 ms of sound.
    Sound { at: Duration, payload: Bytes },
}

/// The running source; sessions subscribe.
#[derive(Clone)]
pub(crate) struct Source {
    units: broadcast::Sender<Unit>,
    key_wanted: Arc<AtomicBool>,
    silent: Arc<AtomicBool>,
    dark: Arc<AtomicBool>,
}

impl Source {
    /// Starts the source on threads of its own.
    ///
    /// # Errors
    /// When the clip is missing or an encoder cannot be set up.
    pub(crate) fn start(config: &Config) -> anyhow::Result<Self> {
        let (units, _) = broadcast::channel(MAX_LAG);
        let source = Self { units, key_wanted: Arc::default(), silent: Arc::default(), dark: Arc::default() };
        let order = ClipOrder {
            dir: config.clips.clone(),
            site: config.site.clone(),
            name: config.name.clone(),
            number: config.number,
            font: config.font.clone(),
        };
        let clip = Clip::load(&order.path())?;
        let sound = clip.sound.clone();
        let playing = source.clone();
        let start = match config.source {
            SourceKind::Clip => {
                let pictures = packetise(&clip);
                let start = monotonic() + START_WITHIN;
                std::thread::Builder::new().name("clip".to_owned()).spawn(move || playing.play(&pictures, start))?;
                start
            }
            SourceKind::Live => {
                let live = Live::new(config, &source)?;
                let start = monotonic() + START_WITHIN;
                std::thread::Builder::new().name("live".to_owned()).spawn(move || live.run(&playing, start))?;
                start
            }
        };
        let speaking = source.clone();
        std::thread::Builder::new().name("voice".to_owned()).spawn(move || speaking.speak(&sound, start))?;
        Ok(source)
    }

    /// All units from here on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Unit> {
        self.units.subscribe()
    }

    /// Somebody needs a key frame. A clip cannot answer and does not need to: it has one every eight frames.
    pub(crate) fn want_key(&self) {
        self.key_wanted.store(true, Ordering::Relaxed);
    }

    /// Injected faults: no sound, no picture (as a dead microphone or a pulled camera cable would give).
    pub(crate) fn set_faults(&self, silent: bool, dark: bool) {
        self.silent.store(silent, Ordering::Relaxed);
        self.dark.store(dark, Ordering::Relaxed);
    }

    fn play(&self, pictures: &[Vec<Arc<Vec<Bytes>>>], start: Duration) {
        let length = pictures.first().map_or(1, Vec::len);
        every(FPS, start, |count, at| {
            let index = usize::try_from(count).unwrap_or(0) % length;
            for (layer, units) in pictures.iter().enumerate() {
                if let Some(payloads) = units.get(index) {
                    self.emit_picture(layer, at, Arc::clone(payloads));
                }
            }
        });
    }

    fn speak(&self, sound: &[Bytes], start: Duration) {
        every(BLOCKS_PER_S, start, |count, at| {
            let index = usize::try_from(count).unwrap_or(0) % sound.len().max(1);
            if let Some(payload) = sound.get(index).filter(|_| !self.silent.load(Ordering::Relaxed)) {
                // Nobody subscribed is no fault: the session is being made.
                let _ = self.units.send(Unit::Sound { at, payload: payload.clone() });
            }
        });
    }

    fn emit_picture(&self, layer: usize, at: Duration, payloads: Arc<Vec<Bytes>>) {
        if !self.dark.load(Ordering::Relaxed) {
            let _ = self.units.send(Unit::Picture { layer, at, payloads });
        }
    }
}

/// A source that draws and encodes as it goes.
struct Live {
    layers: Vec<(Show, VideoEncoder)>,
}

impl Live {
    fn new(config: &Config, source: &Source) -> anyhow::Result<Self> {
        let mut letters = Lettering::load(&config.font)?;
        let mut layers = Vec::new();
        for (layer, shape) in LAYERS.into_iter().enumerate() {
            let settings = EncodeSettings {
                width_px: shape.width_px,
                height_px: shape.height_px,
                fps: u8::try_from(FPS).unwrap_or(30),
                bit_rate_bps: shape.bit_rate_bps,
                key_every: LIVE_KEY_EVERY,
            };
            let delivering = source.clone();
            let mut payloader = H264Payloader::default();
            let encoder = VideoEncoder::new(settings, move |unit| {
                if let Ok(payloads) = payloader.payload(MAX_PAYLOAD_BYTES, &unit.bytes) {
                    delivering.emit_picture(layer, unit.at, Arc::new(payloads));
                }
            })?;
            layers.push((Show::new(shape, config.number, &config.name, &mut letters), encoder));
        }
        Ok(Self { layers })
    }

    fn run(&self, source: &Source, start: Duration) {
        every(FPS, start, |count, at| {
            let key = source.key_wanted.swap(false, Ordering::Relaxed);
            for (show, encoder) in &self.layers {
                if !encoder.push(&show.draw(u32::try_from(count).unwrap_or(0)), at, key) && key {
                    source.key_wanted.store(true, Ordering::Relaxed);
                }
            }
        });
    }
}

fn packetise(clip: &Clip) -> Vec<Vec<Arc<Vec<Bytes>>>> {
    let mut payloader = H264Payloader::default();
    let mut packets = |unit: &Bytes| Arc::new(payloader.payload(MAX_PAYLOAD_BYTES, unit).unwrap_or_default());
    clip.layers.iter().map(|units| units.iter().map(&mut packets).collect()).collect()
}

/// Calls `tick` that many times a second from `start` on with a running count and the time, for as long as the program lives.
fn every(per_second: u32, start: Duration, mut tick: impl FnMut(u64, Duration)) {
    let mut count = 0_u64;
    loop {
        let due = start + Duration::from_nanos(1_000_000_000 * count / u64::from(per_second));
        if let Some(pause) = due.checked_sub(monotonic()) {
            std::thread::sleep(pause);
        }
        tick(count, due);
        count += 1;
    }
}

/// RTP clock of a unit.
pub(crate) const fn clock_rate_hz(unit: &Unit) -> u32 {
    match unit {
        Unit::Picture { .. } => 90_000,
        Unit::Sound { .. } => voice::RATE_HZ,
    }
}

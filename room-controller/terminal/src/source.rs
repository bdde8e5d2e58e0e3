//! The room's own picture and sound as RTP payloads, in real time, whichever kind of source it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use codec::clock::monotonic;
use codec::{EncodeSettings, VideoEncoder};
use picture::{Frame, Lettering};
use rtc::rtp::codec::h264::H264Payloader;
use rtc::rtp::packetizer::Payloader as _;
use tokio::sync::broadcast;

use crate::clip::{Clip, ClipOrder, KEY_EVERY};
use crate::config::{Config, SourceKind};
use crate::faults::{Faults, LineOut, People, PictureOut, Wanted};
use crate::mouth::Mouth;
use crate::show::{FPS, LAYERS, LayerShape, Show};
use crate::stand_in::{StandIns, Units};
use crate::voice;

/// Payload bytes per packet.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 1_150;
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
    faults: Arc<Mutex<Faults>>,
    people: Arc<Mutex<People>>,
}

impl Source {
    /// Starts the source on threads of its own.
    ///
    /// # Errors
    /// When the clip is missing or an encoder cannot be set up.
    pub(crate) fn start(config: &Config) -> anyhow::Result<Self> {
        let (units, _) = broadcast::channel(MAX_LAG);
        let people = Arc::new(Mutex::new(People::new(config.answer_after_ms.map(Duration::from_millis))));
        let source = Self { units, key_wanted: Arc::default(), faults: Arc::default(), people };
        let order = ClipOrder {
            dir: config.clips.clone(),
            site: config.site.clone(),
            name: config.name.clone(),
            number: config.number,
            font: config.font.clone(),
        };
        let clip = Clip::load(&order.path())?;
        let mouth = Mouth::new(config.number, clip.sound.clone())?;
        let playing = source.clone();
        let start = match config.source {
            SourceKind::Clip => {
                let player = Player::new(packetise(&clip), StandIns::new(order));
                let start = monotonic() + START_WITHIN;
                std::thread::Builder::new().name("clip".to_owned()).spawn(move || player.run(&playing, start))?;
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
        std::thread::Builder::new().name("voice".to_owned()).spawn(move || speaking.speak(mouth, start))?;
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

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rehearsal's faults, all that shall be at work.
    pub(crate) fn suffer(&self, wanted: &[Wanted]) {
        self.faults().want(monotonic(), wanted);
    }

    /// Numbers of the faults at work.
    pub(crate) fn suffers(&self) -> Vec<u64> {
        self.faults().ids(monotonic())
    }

    /// What the faults do to the line.
    pub(crate) fn line(&self) -> Option<LineOut> {
        self.faults().line(monotonic())
    }

    /// The people in the room see whether their microphone is open.
    pub(crate) fn see_microphone(&self, open: bool) {
        self.people().see(monotonic(), open);
    }

    fn picture_out(&self) -> PictureOut {
        self.faults().picture(monotonic())
    }

    fn speak(&self, mut mouth: Mouth, start: Duration) {
        every(BLOCKS_PER_S, start, |count, at| {
            let (manner, out) = {
                let faults = self.faults();
                (faults.manner(at), faults.sound(at))
            };
            let speaks = self.people().speak(at, manner);
            if let Some(payload) = mouth.packet(count, speaks, out) {
                // Nobody subscribed is no fault: the session is being made.
                let _ = self.units.send(Unit::Sound { at, payload });
            }
        });
    }

    fn emit_picture(&self, layer: usize, at: Duration, payloads: Arc<Vec<Bytes>>) {
        let _ = self.units.send(Unit::Picture { layer, at, payloads });
    }
}

/// Plays a clip, or what stands in for it. Changes from one to the other fall on key frames, so that every receiver can follow.
struct Player {
    clip: Units,
    stand_ins: Arc<StandIns>,
    /// What is being played, and for how many frames when it is a stand-in.
    shown: PictureOut,
    played: usize,
}

impl Player {
    fn new(clip: Vec<Vec<Arc<Vec<Bytes>>>>, stand_ins: Arc<StandIns>) -> Self {
        Self { clip: Arc::new(clip), stand_ins, shown: PictureOut::Living, played: 0 }
    }

    fn run(mut self, source: &Source, start: Duration) {
        let length = self.clip.first().map_or(1, Vec::len).max(1);
        every(FPS, start, |count, at| {
            let index = usize::try_from(count).unwrap_or(0) % length;
            let Some((units, index)) = self.next(source.picture_out(), index) else { return };
            for (layer, units) in units.iter().enumerate() {
                if let Some(payloads) = units.get(index) {
                    source.emit_picture(layer, at, Arc::clone(payloads));
                }
            }
        });
    }

    /// Of what the frame is sent that is at `index` of the clip, and which frame of it.
    fn next(&mut self, wanted: PictureOut, index: usize) -> Option<(Units, usize)> {
        let is_key = index.is_multiple_of(usize::from(KEY_EVERY));
        let stand_in = self.stand_ins.of(wanted, u32::try_from(index).unwrap_or(0));
        if wanted != self.shown && (stand_in.is_some() || wanted == PictureOut::Nothing || (wanted == PictureOut::Living && is_key)) {
            (self.shown, self.played) = (wanted, 0);
        }
        let units = match self.shown {
            PictureOut::Living => return Some((Arc::clone(&self.clip), index)),
            PictureOut::Nothing => return None,
            PictureOut::Black | PictureOut::Frozen(_) => self.stand_ins.of(self.shown, u32::try_from(index).unwrap_or(0))?,
        };
        let place = self.played % units.first().map_or(1, Vec::len).max(1);
        self.played += 1;
        Some((units, place))
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
        let mut shown = PictureOut::Living;
        let mut frozen_at = 0;
        every(FPS, start, |count, at| {
            let (out, running) = (source.picture_out(), u32::try_from(count).unwrap_or(0));
            if out != shown {
                (shown, frozen_at) = (out, running);
                source.want_key();
            }
            let draw = |show: &Show, shape: LayerShape| match out {
                PictureOut::Living => Some(show.draw(running)),
                PictureOut::Frozen(_) => Some(show.draw(frozen_at)),
                PictureOut::Black => Some(Frame::black(usize::from(shape.width_px), usize::from(shape.height_px))),
                PictureOut::Nothing => None,
            };
            let key = source.key_wanted.swap(false, Ordering::Relaxed);
            for ((show, encoder), shape) in self.layers.iter().zip(LAYERS) {
                let Some(picture) = draw(show, shape) else { continue };
                if !encoder.push(&picture, at, key) && key {
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

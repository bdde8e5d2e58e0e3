//! What arrives, counted always and decoded on demand: markers of every picture and the tones of the last second.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use block_code::{Area, Marker};
use codec::clock::monotonic;
use codec::{Codec, KeyGate, RtpView, Verdict, VideoDecoder, starts_key_frame};
use picture::Frame;
use serde::{Deserialize, Serialize};

use crate::voice;

/// Pictures remembered: two minutes at 30 a second.
const MAX_LOOKS: usize = 3_600;
/// Samples of sound kept for the tones: one second.
const TAKE: usize = voice::RATE_HZ as usize;
/// The same as a time.
const TAKE_TIME: Duration = Duration::from_secs(1);
/// Longest watch that may be ordered at once.
const MAX_WATCH: Duration = Duration::from_secs(600);
/// Sites whose tones are looked for.
const SITES: u8 = 13;

/// A part of the picture to look for a marker in, in per-mille of the picture's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct LookArea {
    /// Left edge.
    pub x: u16,
    /// Top edge.
    pub y: u16,
    /// Width.
    pub w: u16,
}

/// What one decoded picture carried.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Look {
    /// Milliseconds since 1970 at decode.
    pub at_ms: u64,
    /// `[site, frame]` per area ordered; `null` where no valid marker is.
    pub markers: Vec<Option<(u8, u16)>>,
}

/// Counters since the program's start.
#[derive(Debug, Serialize)]
pub(crate) struct Counters {
    /// RTP packets of pictures received.
    pub picture_packets: u64,
    /// RTP packets of sound received.
    pub sound_packets: u64,
}

/// See the module.
pub(crate) struct Seen {
    picture_packets: AtomicU64,
    sound_packets: AtomicU64,
    looks: Arc<Mutex<VecDeque<Look>>>,
    watching: Mutex<Option<Watching>>,
}

struct Watching {
    until: Duration,
    gate: KeyGate,
    decoder: VideoDecoder,
    sound: opus::Decoder,
    take: VecDeque<i16>,
    /// When sound last came.
    heard: Duration,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self { picture_packets: AtomicU64::new(0), sound_packets: AtomicU64::new(0), looks: Arc::default(), watching: Mutex::new(None) }
    }

    pub(crate) fn counters(&self) -> Counters {
        Counters {
            picture_packets: self.picture_packets.load(Ordering::Relaxed),
            sound_packets: self.sound_packets.load(Ordering::Relaxed),
        }
    }

    /// Decodes what arrives for that long from here on.
    pub(crate) fn watch(&self, for_s: u64, areas: Vec<LookArea>) -> anyhow::Result<()> {
        let looks = Arc::clone(&self.looks);
        lock(&looks).clear();
        let areas = if areas.is_empty() { vec![LookArea { x: 0, y: 0, w: 1000 }] } else { areas };
        let decoder = VideoDecoder::new(Codec::H264, move |frame| look(&looks, &frame, &areas))?;
        let sound = opus::Decoder::new(voice::RATE_HZ, opus::Channels::Mono)?;
        let until = monotonic() + Duration::from_secs(for_s).min(MAX_WATCH);
        *lock(&self.watching) =
            Some(Watching { until, gate: KeyGate::default(), decoder, sound, take: VecDeque::new(), heard: Duration::ZERO });
        Ok(())
    }

    /// Pictures decoded since the watch began.
    pub(crate) fn looks(&self) -> Vec<Look> {
        lock(&self.looks).iter().cloned().collect()
    }

    /// Amplitude of each site's tone over the last second, by place in the site order.
    pub(crate) fn tones(&self) -> Vec<f64> {
        let now = monotonic();
        // While the watch lasts, nothing coming is nothing heard: what is still in the take is of before.
        let is_of_now = |watching: &&Watching| now >= watching.until || now.saturating_sub(watching.heard) < TAKE_TIME;
        let take: Vec<i16> =
            lock(&self.watching).as_ref().filter(is_of_now).map(|watching| watching.take.iter().copied().collect()).unwrap_or_default();
        (0..SITES).map(|site| voice::strength(&take, f64::from(voice::tone_hz(site)))).collect()
    }

    pub(crate) fn picture_packet(&self, packet: &RtpView<'_>) {
        self.picture_packets.fetch_add(1, Ordering::Relaxed);
        let mut watching = lock(&self.watching);
        if watching.as_ref().is_some_and(|watching| watching.until < monotonic()) {
            *watching = None;
        }
        if let Some(watching) = watching.as_mut()
            && watching.gate.judge(packet.sequence, starts_key_frame(Codec::H264, packet.payload)) == Verdict::Pass
        {
            watching.decoder.push(packet);
        }
    }

    pub(crate) fn sound_packet(&self, payload: &[u8]) {
        self.sound_packets.fetch_add(1, Ordering::Relaxed);
        if let Some(watching) = lock(&self.watching).as_mut() {
            let mut block = [0_i16; voice::BLOCK];
            if let Ok(length) = watching.sound.decode(payload, &mut block, false) {
                watching.take.extend(block.iter().take(length));
                watching.heard = monotonic();
                let surplus = watching.take.len().saturating_sub(TAKE);
                watching.take.drain(..surplus);
            }
        }
    }
}

fn look(looks: &Mutex<VecDeque<Look>>, frame: &Frame, areas: &[LookArea]) {
    let [(luma, stride), ..] = frame.planes();
    let part = |permille: u16, whole: usize| usize::from(permille) * whole / 1000;
    let markers = areas.iter().map(|area| {
        let place = Area {
            x_px: part(area.x, frame.width_px) & !1,
            y_px: part(area.y, frame.height_px) & !1,
            width_px: part(area.w, frame.width_px) & !1,
            stride,
        };
        block_code::read(luma, place).map(Marker::from_payload).map(|marker| (marker.site, marker.frame))
    });
    let at_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(0));
    let mut looks = lock(looks);
    looks.push_back(Look { at_ms, markers: markers.collect() });
    if looks.len() > MAX_LOOKS {
        looks.pop_front();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

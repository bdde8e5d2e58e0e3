//! One video tap: gate, coded pictures that wait, decoder, requests for key frames.
//!
//! Nothing is decoded when it arrives but when somebody draws: all inputs of a composite one after another in its own thread, with warm caches. A
//! thread for each decoder, woken for each picture, cost more than the decoding (docs/benchmarks.md). What nobody draws for a while, and what is too
//! much for one thread, is left to [`SpareHands`](crate::spare_hands::SpareHands).

use std::collections::VecDeque;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mcu_media_api::{InputReport, MediaInput};

use crate::mouth::{RelayAddress, picture_loss};
use crate::spare_hands::SpareHands;
use codec::clock::monotonic;
use codec::{Assembler, CodecError, Decoded, Decoder, FrameSlot, KeyGate, RtpView, Verdict, starts_key_frame};
use picture::Planes as _;

/// Pause between two requests for a key frame; a lost request must not leave a tile dark, a flood must not reach the camera.
const ASK_EVERY: Duration = Duration::from_millis(250);
/// Coded pictures that may wait before a decoder: half a second. One further behind never catches up.
const MAX_WAITING: usize = 16;
/// So many waiting, and nobody draws this input or the one who does is late: a wall of 15 frames a second leaves two or three.
const MANY_WAITING: usize = 5;
/// Share of the latest time in the running mean of decoding times: 1/8.
const MEAN_SHIFT: u32 = 3;

/// A video stream from the relay.
pub(crate) struct VideoInput {
    pub(crate) wanted: MediaInput,
    latest: Arc<FrameSlot<Decoded>>,
    gate: Mutex<Gate>,
    decoder: Mutex<Decoder>,
    /// Running mean of the time one picture takes to decode, in µs.
    decode_us: AtomicU32,
    spare: Arc<SpareHands>,
    socket: Arc<UdpSocket>,
    relay: RelayAddress,
}

struct Gate {
    gate: KeyGate,
    assembler: Assembler,
    /// Coded pictures and when each was whole.
    waiting: VecDeque<(Duration, Vec<u8>)>,
    asked_at: Duration,
}

impl VideoInput {
    pub(crate) fn new(wanted: MediaInput, socket: Arc<UdpSocket>, relay: RelayAddress, spare: Arc<SpareHands>) -> Result<Self, CodecError> {
        let latest = Arc::new(FrameSlot::default());
        let filled = Arc::clone(&latest);
        let decoder = Mutex::new(Decoder::new(wanted.codec, move |picture, at| filled.put(picture, at))?);
        let gate = Gate {
            gate: KeyGate::default(),
            assembler: Assembler::new(wanted.codec),
            waiting: VecDeque::with_capacity(MAX_WAITING),
            asked_at: Duration::ZERO,
        };
        let input = Self { wanted, latest, gate: Mutex::new(gate), decoder, decode_us: AtomicU32::new(0), spare, socket, relay };
        input.ask(&mut input.gate());
        Ok(input)
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one RTP packet.
    pub(crate) fn take(self: &Arc<Self>, packet: &[u8]) {
        let Some(packet) = RtpView::read(packet) else {
            return;
        };
        let starts_key = starts_key_frame(self.wanted.codec, packet.payload);
        let mut gate = self.gate();
        let Gate { gate: key_gate, assembler, waiting, .. } = &mut *gate;
        match key_gate.judge(packet.sequence, starts_key) {
            Verdict::Pass => assembler.push(&packet, |unit| waiting.push_back((monotonic(), unit))),
            Verdict::Hold => self.ask(&mut gate),
        }
        match gate.waiting.len() {
            ..MANY_WAITING => {}
            MANY_WAITING..MAX_WAITING => self.spare.catch_up(self),
            MAX_WAITING.. => {
                tracing::warn!(source = %self.wanted.source, "the decoder is behind; pictures are left out up to the next key frame");
                gate.waiting.clear();
                gate.gate = KeyGate::default();
                self.ask(&mut gate);
            }
        }
    }

    /// Decodes what waits. Whoever comes while another is at it waits for the other.
    pub(crate) fn catch_up(&self) {
        let decoder = self.decoder.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let Some((at, unit)) = self.gate().waiting.pop_front() else {
                return;
            };
            let began = monotonic();
            decoder.decode(unit, at);
            let took = u32::try_from(monotonic().saturating_sub(began).as_micros()).unwrap_or(u32::MAX);
            let mean = self.decode_us.load(Ordering::Relaxed);
            self.decode_us.store(mean - (mean >> MEAN_SHIFT) + (took >> MEAN_SHIFT), Ordering::Relaxed);
        }
    }

    /// Has another thread decode what waits.
    pub(crate) fn help(self: &Arc<Self>) {
        self.spare.catch_up(self);
    }

    /// How long [`Self::catch_up`] will take, as far as one can tell.
    pub(crate) fn behind(&self) -> Duration {
        let waiting = u32::try_from(self.gate().waiting.len()).unwrap_or(u32::MAX);
        Duration::from_micros(u64::from(self.decode_us.load(Ordering::Relaxed)) * u64::from(waiting))
    }

    /// The latest decoded picture and when it arrived.
    pub(crate) fn latest(&self) -> Option<(Arc<Decoded>, Duration)> {
        self.latest.latest()
    }

    pub(crate) fn report(&self) -> InputReport {
        let latest = self.latest.latest();
        let age = |at: Duration| u32::try_from(monotonic().saturating_sub(at).as_millis()).unwrap_or(u32::MAX);
        let size = |(width, height): (usize, usize)| Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?));
        InputReport {
            ssrc: self.wanted.ssrc,
            age_ms: latest.as_ref().map(|(_, at)| age(*at)),
            size_px: latest.and_then(|(picture, _)| size(picture.size_px())),
            decoded: self.latest.decoded(),
        }
    }

    fn ask(&self, gate: &mut Gate) {
        let now = monotonic();
        if now.saturating_sub(gate.asked_at) < ASK_EVERY {
            return;
        }
        gate.asked_at = now;
        if let Some(relay) = self.relay.get() {
            picture_loss(&self.socket, relay, self.wanted.ssrc);
        }
    }
}

//! One video tap: gate, decoder, requests for key frames.

use std::net::UdpSocket;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mcu_media_api::{InputReport, MediaInput};

use crate::mouth::{RelayAddress, picture_loss};
use crate::picture_watch::Watch;
use codec::clock::monotonic;
use codec::{CodecError, FrameSlot, KeyGate, RtpView, Verdict, VideoDecoder, starts_key_frame};

/// Pause between two requests for a key frame; a lost request must not leave a tile dark, a flood must not reach the camera.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// A video stream from the relay.
pub(crate) struct VideoInput {
    pub(crate) wanted: MediaInput,
    slot: Arc<FrameSlot>,
    watch: Arc<Mutex<Watch>>,
    gate: Mutex<Gate>,
    socket: Arc<UdpSocket>,
    relay: RelayAddress,
}

struct Gate {
    gate: KeyGate,
    decoder: VideoDecoder,
    asked_at: Duration,
}

impl VideoInput {
    pub(crate) fn new(wanted: MediaInput, socket: Arc<UdpSocket>, relay: RelayAddress) -> Result<Self, CodecError> {
        let slot = Arc::new(FrameSlot::default());
        let watch = Arc::new(Mutex::new(Watch::default()));
        let (filled, watching) = (Arc::clone(&slot), Arc::clone(&watch));
        let deliver = move |frame| {
            watching.lock().unwrap_or_else(PoisonError::into_inner).see(&frame, monotonic());
            filled.put(frame);
        };
        let decoder = VideoDecoder::new(wanted.codec, deliver)?;
        let gate = Mutex::new(Gate { gate: KeyGate::default(), decoder, asked_at: Duration::ZERO });
        let input = Self { wanted, slot, watch, gate, socket, relay };
        input.ask(&mut input.gate.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(input)
    }

    /// Takes one RTP packet.
    pub(crate) fn take(&self, packet: &[u8]) {
        let Some(packet) = RtpView::read(packet) else {
            return;
        };
        let starts_key = starts_key_frame(self.wanted.codec, packet.payload);
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        match gate.gate.judge(packet.sequence, starts_key) {
            Verdict::Pass => {
                if !gate.decoder.push(&packet) {
                    tracing::warn!(source = %self.wanted.source, "the decoder is behind; pictures are left out up to the next key frame");
                    gate.gate = KeyGate::default();
                    self.ask(&mut gate);
                }
            }
            Verdict::Hold => self.ask(&mut gate),
        }
    }

    pub(crate) fn slot(&self) -> Arc<FrameSlot> {
        Arc::clone(&self.slot)
    }

    pub(crate) fn report(&self) -> InputReport {
        let latest = self.slot.latest();
        let age = |at: Duration| u32::try_from(monotonic().saturating_sub(at).as_millis()).unwrap_or(u32::MAX);
        let size = |width: usize, height: usize| Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?));
        InputReport {
            ssrc: self.wanted.ssrc,
            age_ms: latest.as_ref().map(|(_, at)| age(*at)),
            size_px: latest.and_then(|(frame, _)| size(frame.width_px, frame.height_px)),
            decoded: self.slot.decoded(),
            faults: self.watch.lock().unwrap_or_else(PoisonError::into_inner).faults(monotonic()).collect(),
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

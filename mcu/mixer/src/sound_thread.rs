//! The sound thread: every 20 ms decode all, measure all, encode each distinct mix once.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use mcu_media_api::{InputReport, Level, MediaInput, Mix, MixReport};

use crate::mouth::{Mouth, RelayAddress};
use crate::sound::{BLOCK, Block, JitterBuffer, Meter, Play, RATE_HZ, mix};
use codec::clock::monotonic;

/// Length of a block.
const PERIOD: Duration = Duration::from_millis(20);
/// Further behind than this, the thread starts afresh instead of hurrying after.
const MAX_BEHIND: Duration = Duration::from_millis(200);
/// Rate of a mix: wide-band speech with room for music.
const MIX_BIT_RATE_BPS: i32 = 48_000;
/// Loss the encoder prepares for with in-band FEC.
const EXPECTED_LOSS_PERCENT: i32 = 10;
/// Longest Opus packet of 20 ms at any rate we ask for.
const MAX_PACKET_BYTES: usize = 1_275;

/// What the thread is to do, as a whole.
pub(crate) struct SoundWanted {
    pub(crate) inputs: Vec<(MediaInput, Arc<Mutex<JitterBuffer>>)>,
    pub(crate) mixes: Vec<Mix>,
}

/// What the thread tells.
#[derive(Default)]
pub(crate) struct SoundState {
    pub(crate) levels: Vec<Level>,
    pub(crate) inputs: Vec<InputReport>,
    pub(crate) mixes: Vec<MixReport>,
}

pub(crate) struct SoundThread {
    socket: Arc<UdpSocket>,
    relay: RelayAddress,
    told: Arc<Mutex<SoundState>>,
    inputs: BTreeMap<u32, Input>,
    mixes: BTreeMap<u32, Mixing>,
}

struct Input {
    wanted: MediaInput,
    buffer: Arc<Mutex<JitterBuffer>>,
    decoder: opus::Decoder,
    block: Block,
    meter: Meter,
    decoded: u64,
    heard_at: Option<Duration>,
}

struct Mixing {
    wanted: Mix,
    encoder: opus::Encoder,
    mouth: Mouth,
    frames: u64,
}

impl SoundThread {
    pub(crate) fn new(socket: Arc<UdpSocket>, relay: RelayAddress, told: Arc<Mutex<SoundState>>) -> Self {
        Self { socket, relay, told, inputs: BTreeMap::new(), mixes: BTreeMap::new() }
    }

    /// Runs until the other end of `orders` is gone.
    pub(crate) fn run(mut self, orders: &Receiver<SoundWanted>) {
        let mut due = monotonic();
        loop {
            loop {
                match orders.try_recv() {
                    Ok(wanted) => self.apply(wanted),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return,
                }
            }
            self.block(due);
            due += PERIOD;
            let now = monotonic();
            match due.checked_sub(now) {
                Some(pause) => std::thread::sleep(pause),
                None if now.saturating_sub(due) > MAX_BEHIND => due = now,
                None => {}
            }
        }
    }

    fn apply(&mut self, wanted: SoundWanted) {
        let mut before = std::mem::take(&mut self.inputs);
        for (input, buffer) in wanted.inputs {
            let kept = before.remove(&input.ssrc).filter(|kept| kept.wanted == input);
            if let Some(input) = kept.or_else(|| Input::new(input, buffer)) {
                self.inputs.insert(input.wanted.ssrc, input);
            }
        }
        let mut before = std::mem::take(&mut self.mixes);
        for mix in wanted.mixes {
            let ssrc = mix.ssrc;
            let mixing = match before.remove(&ssrc).filter(|kept| kept.wanted.source == mix.source) {
                Some(kept) => Some(Mixing { wanted: mix, ..kept }),
                None => Mixing::new(mix, Mouth::new(Arc::clone(&self.socket), self.relay.clone(), ssrc, RATE_HZ)),
            };
            if let Some(mixing) = mixing {
                self.mixes.insert(ssrc, mixing);
            }
        }
    }

    fn block(&mut self, at: Duration) {
        for input in self.inputs.values_mut() {
            input.advance(at);
        }
        for mixing in self.mixes.values_mut() {
            let members = mixing.wanted.members.iter().filter_map(|ssrc| self.inputs.get(ssrc));
            let block = mix(members.map(|input| &input.block));
            mixing.send(&block, at);
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.levels = self.inputs.values().map(Input::level).collect();
        told.inputs = self.inputs.values().map(|input| input.report(at)).collect();
        told.mixes = self.mixes.values().map(|mixing| MixReport { source: mixing.wanted.source.clone(), frames: mixing.frames }).collect();
    }
}

impl Input {
    fn new(wanted: MediaInput, buffer: Arc<Mutex<JitterBuffer>>) -> Option<Self> {
        let decoder = match opus::Decoder::new(RATE_HZ, opus::Channels::Mono) {
            Ok(decoder) => decoder,
            Err(error) => {
                tracing::error!(%error, source = %wanted.source, "no Opus decoder; the input stays silent");
                return None;
            }
        };
        Some(Self { wanted, buffer, decoder, block: [0; BLOCK], meter: Meter::default(), decoded: 0, heard_at: None })
    }

    fn advance(&mut self, at: Duration) {
        let play = self.buffer.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let decoded = match &play {
            Play::Packet(packet) => self.decoder.decode(packet, &mut self.block, false),
            Play::Recover(next) => self.decoder.decode(next, &mut self.block, true),
            Play::Conceal => self.decoder.decode(&[], &mut self.block, false),
            Play::Silence => Ok(0),
        };
        match decoded {
            Ok(BLOCK) => {}
            // Longer packets do not fit, shorter ones leave a rest: either is silence rather than noise.
            Ok(length) => self.block.iter_mut().skip(length).for_each(|sample| *sample = 0),
            Err(_) => self.block = [0; BLOCK],
        }
        if matches!(play, Play::Packet(_)) && decoded.is_ok() {
            self.decoded += 1;
            self.heard_at = Some(at);
        }
        self.meter.feed(&self.block);
    }

    fn level(&self) -> Level {
        let (rms_dbfs, peak_dbfs) = self.meter.reading();
        Level { source: self.wanted.source.clone(), rms_dbfs, peak_dbfs }
    }

    fn report(&self, now: Duration) -> InputReport {
        let age = |heard: Duration| u32::try_from(now.saturating_sub(heard).as_millis()).unwrap_or(u32::MAX);
        InputReport { ssrc: self.wanted.ssrc, age_ms: self.heard_at.map(age), size_px: None, decoded: self.decoded }
    }
}

impl Mixing {
    fn new(wanted: Mix, mouth: Mouth) -> Option<Self> {
        match prepared_encoder() {
            Ok(encoder) => Some(Self { wanted, encoder, mouth, frames: 0 }),
            Err(error) => {
                tracing::error!(%error, mix = %wanted.source, "no Opus encoder; the mix stays silent");
                None
            }
        }
    }

    fn send(&mut self, block: &Block, at: Duration) {
        let mut packet = [0_u8; MAX_PACKET_BYTES];
        let length = match self.encoder.encode(block, &mut packet) {
            Ok(length) => length,
            Err(error) => {
                tracing::debug!(%error, mix = %self.wanted.source, "a sound block was not encoded");
                return;
            }
        };
        if let Some(payload) = packet.get(..length) {
            self.mouth.send(&[Bytes::copy_from_slice(payload)], at, false);
            self.frames += 1;
        }
    }
}

fn prepared_encoder() -> Result<opus::Encoder, opus::Error> {
    let mut encoder = opus::Encoder::new(RATE_HZ, opus::Channels::Mono, opus::Application::Audio)?;
    encoder.set_bitrate(opus::Bitrate::Bits(MIX_BIT_RATE_BPS))?;
    encoder.set_inband_fec(true)?;
    encoder.set_packet_loss_perc(EXPECTED_LOSS_PERCENT)?;
    Ok(encoder)
}

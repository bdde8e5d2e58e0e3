//! Follows the wanted state: starts, changes and ends inputs, composites and mixes by differences.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use mcu_media_api::{Codec, Composite, Hello, Level, MediaInput, MixerReported, MixerWanted, SourceId, VERSION, WorkerKind};

use crate::composer::Composer;
use crate::config::Config;
use crate::drawing::Inputs;
use crate::encoder_choice;
use crate::mouth::RelayAddress;
use crate::report;
use crate::rtp_in::{self, Taker, Takers};
use crate::sound::JitterBuffer;
use crate::sound_thread::{SoundState, SoundThread, SoundWanted};
use crate::spare_hands::SpareHands;
use crate::video_input::VideoInput;
use codec::EncoderKind;
use picture::Lettering;

/// Kernel buffer for RTP from the relay: a quarter second of 104 sites' pictures.
const SOCKET_BUFFER_BYTES: usize = 8 * 1024 * 1024;
/// Wanted states that may wait for the sound thread; it takes them every 20 ms.
const MAX_WAITING: usize = 64;
/// Bytes of the random name of this program start.
const INSTANCE_BYTES: usize = 8;

/// The mixer at work.
pub struct Engine {
    socket: Arc<UdpSocket>,
    relay: RelayAddress,
    takers: Takers,
    lettering: Arc<Mutex<Lettering>>,
    /// Encodes composites to H.264.
    encoder: EncoderKind,
    revision: u64,
    spare: Arc<SpareHands>,
    videos: BTreeMap<u32, Arc<VideoInput>>,
    sounds: BTreeMap<u32, (MediaInput, Arc<Mutex<JitterBuffer>>)>,
    composers: BTreeMap<SourceId, Composer>,
    sound_orders: SyncSender<SoundWanted>,
    sound_state: Arc<Mutex<SoundState>>,
}

impl Engine {
    /// Binds the socket, loads the font and starts the threads for receiving and for sound.
    ///
    /// # Errors
    /// When the address is taken or the font is missing.
    pub fn start(config: &Config) -> anyhow::Result<(Self, Hello)> {
        let lettering = Arc::new(Mutex::new(Lettering::load(&config.font)?));
        let socket = UdpSocket::bind(config.rtp)
            .map_err(|error| anyhow::anyhow!("cannot take RTP on {} ({error}); set another `rtp` or port 0", config.rtp))?;
        let reference = socket2::SockRef::from(&socket);
        let _ = reference.set_recv_buffer_size(SOCKET_BUFFER_BYTES);
        let socket = Arc::new(socket);
        let hello = Hello { version: VERSION, worker: WorkerKind::Mixer, instance: instance()?, rtp: socket.local_addr()? };
        let takers = Takers::default();
        let (receiving, to) = (Arc::clone(&socket), takers.clone());
        std::thread::Builder::new().name("rtp-in".to_owned()).spawn(move || rtp_in::run(&receiving, &to))?;
        let relay = RelayAddress::unknown();
        let program = std::env::current_exe()?;
        let encoder = encoder_choice::choose(&config.encoder, |kind| encoder_choice::trial(kind, &program));
        let sound_state = Arc::new(Mutex::new(SoundState::default()));
        let (sound_orders, orders) = sync_channel(MAX_WAITING);
        let sound = SoundThread::new(Arc::clone(&socket), relay.clone(), Arc::clone(&sound_state));
        std::thread::Builder::new().name("sound".to_owned()).spawn(move || sound.run(&orders))?;
        let engine = Self {
            socket,
            relay,
            takers,
            lettering,
            encoder,
            revision: 0,
            spare: Arc::new(SpareHands::start()?),
            videos: BTreeMap::new(),
            sounds: BTreeMap::new(),
            composers: BTreeMap::new(),
            sound_orders,
            sound_state,
        };
        Ok((engine, hello))
    }

    /// Makes the world equal to the wanted state.
    pub fn apply(&mut self, wanted: MixerWanted) {
        self.relay.set(wanted.relay);
        self.apply_inputs(wanted.inputs);
        self.apply_composites(wanted.composites);
        let inputs = self.sounds.values().cloned().collect();
        if self.sound_orders.try_send(SoundWanted { inputs, mixes: wanted.mixes, settings: wanted.sounds }).is_err() {
            tracing::error!("the sound thread does not take orders; control will ask again");
            return;
        }
        self.set_takers();
        self.revision = wanted.revision;
    }

    /// The mixer's own account.
    #[must_use]
    pub fn report(&self) -> MixerReported {
        report::reported(self.revision, &self.videos, &self.composers, &self.sound_state)
    }

    /// Levels of all inputs with sound.
    #[must_use]
    pub fn levels(&self) -> Vec<Level> {
        report::levels(&self.sound_state)
    }

    fn apply_inputs(&mut self, wanted: Vec<MediaInput>) {
        let mut videos = std::mem::take(&mut self.videos);
        let mut sounds = std::mem::take(&mut self.sounds);
        for input in wanted {
            let ssrc = input.ssrc;
            if input.codec == Codec::Opus {
                let kept = sounds.remove(&ssrc).filter(|(kept, _)| *kept == input);
                self.sounds.insert(ssrc, kept.unwrap_or_else(|| (input, Arc::default())));
                continue;
            }
            if let Some(kept) = videos.remove(&ssrc).filter(|kept| kept.wanted == input) {
                self.videos.insert(ssrc, kept);
                continue;
            }
            let source = input.source.clone();
            match VideoInput::new(input, Arc::clone(&self.socket), self.relay.clone(), Arc::clone(&self.spare)) {
                Ok(video) => {
                    self.videos.insert(ssrc, Arc::new(video));
                }
                Err(error) => tracing::error!(%error, %source, "this input stays a slate"),
            }
        }
    }

    fn apply_composites(&mut self, wanted: Vec<Composite>) {
        let inputs = Arc::new(self.videos.clone());
        let mut before = std::mem::take(&mut self.composers);
        for composite in wanted {
            let source = composite.source.clone();
            let kept = before.remove(&source).filter(|kept| same_encoder(&kept.wanted, &composite));
            let composer = match kept {
                Some(mut kept) => {
                    kept.change(composite, Arc::clone(&inputs));
                    kept
                }
                None => match self.start_composer(composite, Arc::clone(&inputs)) {
                    Some(composer) => composer,
                    None => continue,
                },
            };
            self.composers.insert(source, composer);
        }
    }

    fn start_composer(&self, composite: Composite, inputs: Arc<Inputs>) -> Option<Composer> {
        let source = composite.source.clone();
        match Composer::start(composite, inputs, self.encoder, Arc::clone(&self.lettering), Arc::clone(&self.socket), self.relay.clone()) {
            Ok(composer) => Some(composer),
            Err(error) => {
                tracing::error!(%error, %source, "this composite cannot be made");
                None
            }
        }
    }

    fn set_takers(&self) {
        let mut takers = BTreeMap::new();
        takers.extend(self.videos.iter().map(|(ssrc, video)| (*ssrc, Taker::Video(Arc::clone(video)))));
        takers.extend(self.sounds.iter().map(|(ssrc, (_, buffer))| (*ssrc, Taker::Sound(Arc::clone(buffer)))));
        takers.extend(self.composers.values().map(|c| (c.wanted.ssrc, Taker::Product(Arc::clone(&c.key_wanted)))));
        self.takers.set(takers);
    }
}

/// Whether a composite can go on with the encoder it has.
fn same_encoder(a: &Composite, b: &Composite) -> bool {
    let settings = |c: &Composite| (c.ssrc, c.width_px, c.height_px, c.fps, c.bit_rate_bps, c.codec);
    settings(a) == settings(b)
}

fn instance() -> anyhow::Result<String> {
    let mut bytes = [0_u8; INSTANCE_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random bytes from the system: {error}"))?;
    Ok(hex::encode(bytes))
}

//! The sound thread: every 20 ms play all inputs, measure them, encode each distinct mix once and send it to whoever wants it.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mcu_media_api::{InputReport, Level, MediaInput, Mix, MixReport, SoundReport, SoundSetting};

use crate::mouth::{Mouth, RelayAddress};
use crate::sound::{BLOCK, Block, Input, Inputs, JitterBuffer, Lines, MAX_INPUTS, RATE_HZ, Ranking, Recipe, Sums, Treatment};
use crate::sound_report;
use codec::clock::monotonic;

/// Length of a block.
const PERIOD: Duration = Duration::from_millis(20);
/// Further behind than this, the thread starts afresh instead of hurrying after.
const MAX_BEHIND: Duration = Duration::from_millis(200);
/// Levels are told every second block: 25 times a second.
const LEVELS_EVERY: u64 = 2;
/// Reports are put together this often (200 ms); control hears of them once a second.
const REPORT_EVERY: u64 = 10;

/// What the thread is to do, as a whole.
pub(crate) struct SoundWanted {
    pub(crate) inputs: Vec<(MediaInput, Arc<Mutex<JitterBuffer>>)>,
    pub(crate) mixes: Vec<Mix>,
    pub(crate) settings: Vec<SoundSetting>,
}

/// What the thread tells.
#[derive(Default)]
pub(crate) struct SoundState {
    pub(crate) levels: Vec<Level>,
    pub(crate) inputs: Vec<InputReport>,
    pub(crate) mixes: Vec<MixReport>,
    pub(crate) sounds: Vec<SoundReport>,
    pub(crate) encoders: u16,
}

pub(crate) struct SoundThread {
    socket: Arc<UdpSocket>,
    relay: RelayAddress,
    told: Arc<Mutex<SoundState>>,
    /// By number, 0 to 127: the bits of the sets of inputs.
    inputs: Vec<Option<Numbered>>,
    blocks: Vec<Block>,
    mixes: BTreeMap<u32, Mixing>,
    lines: Lines,
    ranking: Ranking,
    count: u64,
}

/// An input and what control calls it.
pub(crate) struct Numbered {
    pub(crate) wanted: MediaInput,
    pub(crate) input: Input,
}

struct Mixing {
    wanted: Mix,
    mouth: Mouth,
    frames: u64,
}

impl SoundThread {
    pub(crate) fn new(socket: Arc<UdpSocket>, relay: RelayAddress, told: Arc<Mutex<SoundState>>) -> Self {
        let (inputs, blocks) = (Vec::new(), Vec::new());
        let (mixes, lines, ranking) = (BTreeMap::new(), Lines::default(), Ranking::default());
        Self { socket, relay, told, inputs, blocks, mixes, lines, ranking, count: 0 }
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
            let now = monotonic();
            due = next_due(due, now);
            if let Some(pause) = due.checked_sub(now) {
                std::thread::sleep(pause);
            }
        }
    }

    fn apply(&mut self, wanted: SoundWanted) {
        self.apply_inputs(wanted.inputs, &wanted.settings);
        let mut before = std::mem::take(&mut self.mixes);
        for mix in wanted.mixes {
            let ssrc = mix.ssrc;
            let mixing = match before.remove(&ssrc).filter(|kept| kept.wanted.source == mix.source) {
                Some(kept) => Mixing { wanted: mix, ..kept },
                None => Mixing { wanted: mix, mouth: Mouth::new(Arc::clone(&self.socket), self.relay.clone(), ssrc, RATE_HZ), frames: 0 },
            };
            self.mixes.insert(ssrc, mixing);
        }
        let recipes: Vec<(u32, Recipe)> = self.mixes.iter().map(|(ssrc, mixing)| (*ssrc, self.recipe(&mixing.wanted))).collect();
        self.lines.set(recipes);
    }

    /// Inputs keep their numbers as long as they are wanted.
    fn apply_inputs(&mut self, wanted: Vec<(MediaInput, Arc<Mutex<JitterBuffer>>)>, settings: &[SoundSetting]) {
        for place in &mut self.inputs {
            let kept = place.as_ref().is_some_and(|kept| wanted.iter().any(|(input, _)| *input == kept.wanted));
            if !kept {
                *place = None;
            }
        }
        for (input, buffer) in wanted {
            if !self.inputs.iter().flatten().any(|kept| kept.wanted == input) {
                self.add(input, buffer);
            }
        }
        for numbered in self.inputs.iter_mut().flatten() {
            let setting = settings.iter().find(|setting| setting.ssrc == numbered.wanted.ssrc);
            numbered.input.treat(setting.map_or_else(Treatment::default, sound_report::treatment));
        }
        self.blocks.resize(self.inputs.len(), [0; BLOCK]);
    }

    fn add(&mut self, wanted: MediaInput, buffer: Arc<Mutex<JitterBuffer>>) {
        let input = match Input::new(buffer) {
            Ok(input) => input,
            Err(error) => {
                tracing::error!(%error, source = %wanted.source, "no Opus decoder; the input stays silent");
                return;
            }
        };
        let numbered = Some(Numbered { wanted, input });
        if let Some(free) = self.inputs.iter_mut().find(|place| place.is_none()) {
            *free = numbered;
        } else if self.inputs.len() < MAX_INPUTS {
            self.inputs.push(numbered);
        } else {
            tracing::error!(limit = MAX_INPUTS, "more inputs with sound than can be mixed; this one stays silent");
        }
    }

    fn recipe(&self, mix: &Mix) -> Recipe {
        let number = |ssrc: &u32| self.inputs.iter().position(|place| place.as_ref().is_some_and(|kept| kept.wanted.ssrc == *ssrc));
        let members = mix.members.iter().filter_map(number).fold(Inputs::default(), Inputs::with);
        Recipe::new(members, mix.gains.iter().filter_map(|gain| Some((number(&gain.ssrc)?, gain.gain_db))))
    }

    fn block(&mut self, at: Duration) {
        let now = monotonic();
        let mut heard = Inputs::default();
        for (number, (place, block)) in self.inputs.iter_mut().zip(&mut self.blocks).enumerate() {
            if place.as_mut().is_some_and(|numbered| numbered.input.advance(now, block)) {
                heard = heard.with(number);
            }
        }
        if let Err(error) = self.lines.advance(&Sums::new(&self.blocks, heard), heard) {
            tracing::error!(%error, "a mix was not encoded");
        }
        // The block's stamp is when it was due; a thread held up plays it later than that.
        let (inputs, behind) = (&self.inputs, now.saturating_sub(at));
        for (ssrc, mixing) in &mut self.mixes {
            if self.count.is_multiple_of(REPORT_EVERY) {
                lag(inputs, &mixing.wanted.members).into_iter().for_each(|lag| mixing.mouth.set_lag(lag.saturating_sub(behind)));
            }
            if let Some(packet) = self.lines.packet(*ssrc) {
                mixing.mouth.send(&[packet], at, false);
                mixing.frames += 1;
            }
        }
        self.tell(now);
    }

    fn tell(&mut self, now: Duration) {
        let inputs = || self.inputs.iter().flatten();
        let speaking: Vec<(u32, f32)> =
            inputs().filter(|one| one.input.speaks()).map(|one| (one.wanted.ssrc, one.input.level_dbfs())).collect();
        self.ranking.feed(&speaking);
        self.count += 1;
        if !self.count.is_multiple_of(LEVELS_EVERY) {
            return;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.levels = inputs().map(|one| sound_report::level(one, &self.ranking)).collect();
        if !self.count.is_multiple_of(REPORT_EVERY) {
            return;
        }
        told.inputs = inputs().map(|one| sound_report::input(one, now)).collect();
        told.sounds = inputs().map(sound_report::sound).collect();
        told.mixes = self.mixes.values().map(|mixing| MixReport { source: mixing.wanted.source.clone(), frames: mixing.frames }).collect();
        told.encoders = u16::try_from(self.lines.count()).unwrap_or(u16::MAX);
    }
}

/// How long ago the sound of a mix was spoken: the mean delay of those who speak, else of all that are heard; `None` in silence.
fn lag(inputs: &[Option<Numbered>], members: &[u32]) -> Option<Duration> {
    let heard = || {
        let members = inputs.iter().flatten().filter(|one| members.contains(&one.wanted.ssrc));
        members.map(|one| &one.input).filter(|input| !input.delay().is_zero())
    };
    mean(heard().filter(|input| input.speaks()).map(Input::delay)).or_else(|| mean(heard().map(Input::delay)))
}

fn mean(delays: impl Iterator<Item = Duration>) -> Option<Duration> {
    let (sum, count) = delays.fold((Duration::ZERO, 0_u32), |(sum, count), delay| (sum + delay, count + 1));
    sum.checked_div(count)
}

/// When the next block is due: 20 ms later, or at once when the thread has been held up for long. The stamps of the products follow, so that they tell host time
/// and never the number of blocks made.
fn next_due(due: Duration, now: Duration) -> Duration {
    let next = due + PERIOD;
    if now.saturating_sub(next) > MAX_BEHIND { now } else { next }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BEHIND, PERIOD, next_due};
    use std::time::Duration;

    #[test]
    fn stamps_follow_the_host_clock_through_stalls() {
        let (mut due, mut now) = (Duration::from_secs(5), Duration::from_secs(5));
        for block in 0..10_000_u64 {
            // Work takes a while, and now and then the machine is held up, by up to a second.
            now = now.max(due)
                + Duration::from_micros(1_500)
                + if block % 97 == 0 { Duration::from_millis(block % 1_000) } else { Duration::ZERO };
            let next = next_due(due, now);
            assert!(next > due, "time never stands still");
            assert!(now.saturating_sub(next) <= MAX_BEHIND, "stamps are behind the host by {:?}", now - next);
            assert!(next <= now + PERIOD, "stamps are ahead of the host");
            due = next;
        }
    }
}

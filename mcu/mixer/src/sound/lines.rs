//! Encoders shared by mixes that are equal at the moment.
//!
//! Who listens to a line changes with every word: when a site begins to speak its own mix becomes another one. A listener's decoder notices nothing, because
//! a line that splits off is first given the last two blocks its listeners heard, and lines are joined only after their sound has been the same for
//! half a second; the first packet after either is made without prediction (`OPUS_SET_PREDICTION_DISABLED`).

use std::collections::BTreeMap;

use bytes::Bytes;

use super::limiter::Limiter;
use super::mix::{Recipe, Sums};
use super::{BLOCK, Block, RATE_HZ};

/// Rate of a mix: wide-band speech with room for music.
pub const MIX_BIT_RATE_BPS: i32 = 48_000;
/// Loss the encoder prepares for with in-band FEC.
pub const EXPECTED_LOSS_PERCENT: i32 = 10;
/// Effort of the encoder, of 10: with in-band FEC a mix costs 8 CPU-ms a second at 5 and 10.5 at 9 (measured), for a difference hard to hear in speech.
pub const COMPLEXITY: i32 = 5;
/// Longest Opus packet of 20 ms at any rate we ask for.
const MAX_PACKET_BYTES: usize = 1_275;
/// Blocks for which two lines must have been the same before they become one (half a second).
const JOIN_AFTER: u32 = 25;
/// Encoders kept for the next split; a voice more or less in every second would otherwise cost an encoder's memory each time.
const MAX_SPARE: usize = 16;

/// A line's name; never used twice.
type LineId = u64;

/// All lines and who listens to which. A listener is named by the SSRC of its mix.
#[derive(Default)]
pub struct Lines {
    lines: BTreeMap<LineId, Line>,
    listeners: BTreeMap<u32, Listener>,
    spare: Vec<opus::Encoder>,
    next: LineId,
}

struct Listener {
    wanted: Recipe,
    line: Option<LineId>,
}

struct Line {
    recipe: Recipe,
    encoder: opus::Encoder,
    limiter: Limiter,
    last: [Block; 2],
    /// The line that has had the same recipe, and for how many blocks.
    twin: Option<(LineId, u32)>,
    fresh: bool,
    taken: bool,
    packet: Bytes,
}

impl Lines {
    /// Replaces the listeners.
    pub fn set(&mut self, wanted: impl IntoIterator<Item = (u32, Recipe)>) {
        let mut before = std::mem::take(&mut self.listeners);
        for (ssrc, wanted) in wanted {
            let line = before.remove(&ssrc).and_then(|listener| listener.line);
            self.listeners.insert(ssrc, Listener { wanted, line });
        }
    }

    /// Makes one block of every line.
    ///
    /// # Errors
    /// When libopus has no memory for another encoder; the listeners concerned get nothing for this block.
    pub fn advance(&mut self, sums: &Sums<'_>, heard: super::mix::Inputs) -> Result<(), opus::Error> {
        let failed = self.assign(heard);
        self.join();
        self.drop_unheard();
        let mut packet = [0_u8; MAX_PACKET_BYTES];
        for line in self.lines.values_mut() {
            line.advance(&sums.of(&line.recipe), &mut packet)?;
        }
        failed
    }

    /// The packet of a listener's block.
    #[must_use]
    pub fn packet(&self, ssrc: u32) -> Option<Bytes> {
        let line = self.listeners.get(&ssrc)?.line?;
        self.lines.get(&line).map(|line| line.packet.clone()).filter(|packet| !packet.is_empty())
    }

    /// Encoders at work.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    /// Every listener's line has the listener's recipe afterwards: the first listener of a line takes the line along, the others leave it.
    fn assign(&mut self, heard: super::mix::Inputs) -> Result<(), opus::Error> {
        self.lines.values_mut().for_each(|line| line.taken = false);
        let (mut split, mut failed) = (Vec::new(), Ok(()));
        for (ssrc, listener) in &mut self.listeners {
            let recipe = listener.wanted.among(heard);
            match listener.line.and_then(|line| self.lines.get_mut(&line)) {
                Some(line) if !line.taken => {
                    line.twin = line.twin.filter(|_| line.recipe == recipe);
                    (line.recipe, line.taken) = (recipe, true);
                }
                Some(line) if line.recipe == recipe => {}
                Some(_) | None => split.push((*ssrc, recipe)),
            }
        }
        let mut made = Vec::<(Option<LineId>, LineId)>::new();
        for (ssrc, recipe) in split {
            let parent = self.listeners.get(&ssrc).and_then(|listener| listener.line);
            let same = |id: &LineId| self.lines.get(id).is_some_and(|line| line.recipe == recipe);
            // Whoever has heard nothing yet may join any line; others only one that split off from the same line in this block.
            let found = match parent {
                None => self.lines.keys().find(|id| same(id)).copied(),
                Some(_) => made.iter().find(|(from, id)| *from == parent && same(id)).map(|(_, id)| *id),
            };
            let line = match found {
                Some(line) => line,
                None => match self.split(parent, recipe) {
                    Ok(line) => line,
                    Err(error) => {
                        failed = Err(error);
                        continue;
                    }
                },
            };
            made.push((parent, line));
            if let Some(listener) = self.listeners.get_mut(&ssrc) {
                listener.line = Some(line);
            }
        }
        failed
    }

    fn split(&mut self, parent: Option<LineId>, recipe: Recipe) -> Result<LineId, opus::Error> {
        let mut encoder = match self.spare.pop() {
            Some(encoder) => encoder,
            None => prepared_encoder()?,
        };
        let (mut limiter, mut last) = (Limiter::default(), [[0; BLOCK]; 2]);
        if let Some(parent) = parent.and_then(|parent| self.lines.get(&parent)) {
            (limiter, last) = (parent.limiter, parent.last);
            let mut unheard = [0_u8; MAX_PACKET_BYTES];
            for block in &last {
                encoder.encode(block, &mut unheard)?;
            }
        }
        let id = self.next;
        self.next += 1;
        self.lines.insert(id, Line { recipe, encoder, limiter, last, twin: None, fresh: true, taken: true, packet: Bytes::new() });
        Ok(id)
    }

    /// Moves the listeners of a line that has long been the same as an older one.
    fn join(&mut self) {
        let recipes: Vec<(LineId, Recipe)> = self.lines.iter().map(|(id, line)| (*id, line.recipe.clone())).collect();
        let mut joined = Vec::new();
        for (place, (id, recipe)) in recipes.iter().enumerate() {
            let older = recipes.iter().take(place).find(|(_, other)| other == recipe).map(|(id, _)| *id);
            let Some(line) = self.lines.get_mut(id) else {
                continue;
            };
            line.twin = older.map(|older| match line.twin {
                Some((twin, blocks)) if twin == older => (older, blocks + 1),
                Some(_) | None => (older, 1),
            });
            joined.extend(line.twin.filter(|(_, blocks)| *blocks > JOIN_AFTER).map(|(older, _)| (*id, older)));
        }
        for (younger, older) in joined {
            if let Some(line) = self.lines.get_mut(&older) {
                line.fresh = true;
            }
            self.listeners.values_mut().filter(|listener| listener.line == Some(younger)).for_each(|listener| listener.line = Some(older));
        }
    }

    fn drop_unheard(&mut self) {
        let heard: Vec<LineId> = self.listeners.values().filter_map(|listener| listener.line).collect();
        let unheard: Vec<LineId> = self.lines.keys().filter(|id| !heard.contains(id)).copied().collect();
        for id in unheard {
            let Some(mut line) = self.lines.remove(&id) else {
                continue;
            };
            if self.spare.len() < MAX_SPARE && line.encoder.reset_state().is_ok() {
                self.spare.push(line.encoder);
            }
        }
    }
}

impl Line {
    fn advance(&mut self, sum: &[i32; BLOCK], packet: &mut [u8]) -> Result<(), opus::Error> {
        let block = self.limiter.limit(sum);
        if self.fresh {
            self.encoder.set_prediction_disabled(true)?;
        }
        let encoded = self.encoder.encode(&block, packet);
        if std::mem::replace(&mut self.fresh, false) {
            self.encoder.set_prediction_disabled(false)?;
        }
        self.packet = Bytes::copy_from_slice(packet.get(..encoded?).unwrap_or_default());
        self.last = [self.last[1], block];
        Ok(())
    }
}

fn prepared_encoder() -> Result<opus::Encoder, opus::Error> {
    let mut encoder = opus::Encoder::new(RATE_HZ, opus::Channels::Mono, opus::Application::Audio)?;
    encoder.set_bitrate(opus::Bitrate::Bits(MIX_BIT_RATE_BPS))?;
    encoder.set_complexity(COMPLEXITY)?;
    encoder.set_inband_fec(true)?;
    encoder.set_packet_loss_perc(EXPECTED_LOSS_PERCENT)?;
    Ok(encoder)
}

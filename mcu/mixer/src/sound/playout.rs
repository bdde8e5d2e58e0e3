//! From packets to blocks of 20 ms: decoding, recovery, concealment and the stretching that keeps the delay right.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::jitter::{Adjust, JitterBuffer, Play};
use super::stretch::{ALIKE, fade, lengthen, shorten};
use super::{BLOCK, Block, RATE_HZ};

/// Longest packet of Opus: 120 ms.
const MAX_DECODED: usize = 5_760;
/// A cut between two pieces of sound that do not belong together is blurred over 10 ms.
const BLUR: usize = 480;
/// Steps until a block is full; a packet of 2.5 ms fills an eighth, and a recovered one comes twice.
const MAX_STEPS: usize = 24;
/// A stretch may be tried again after this many blocks (60 ms), so that a voice does not sound hurried.
const REST: u32 = 3;
/// What is asked of a stretch falls by this per block that it is overdue, so that noise, which has no period, is cut after seconds all the same.
const IMPATIENCE: f32 = 0.01;
/// The same where the delay is far too long.
const GREAT_IMPATIENCE: f32 = 0.05;

/// Decodes one input.
pub struct Playout {
    decoder: opus::Decoder,
    ready: Vec<i16>,
    scratch: Vec<i16>,
    silent: bool,
    rest: u32,
    needed: f32,
    delay: i64,
    played: u64,
    shortened: u64,
    lengthened: u64,
}

/// What one block is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The sender's sound, whole or in part.
    Sender,
    /// Something made up.
    Concealed,
    /// Nothing.
    Silence,
}

impl Playout {
    /// A decoder that has heard nothing.
    ///
    /// # Errors
    /// When libopus has no memory.
    pub fn new() -> Result<Self, opus::Error> {
        let decoder = opus::Decoder::new(RATE_HZ, opus::Channels::Mono)?;
        let (ready, scratch) = (Vec::with_capacity(2 * MAX_DECODED), vec![0; MAX_DECODED]);
        Ok(Self { decoder, ready, scratch, silent: true, rest: 0, needed: ALIKE, delay: 0, played: 0, shortened: 0, lengthened: 0 })
    }

    /// The next 20 ms, written into `block`.
    pub fn play(&mut self, now: Duration, buffer: &Mutex<JitterBuffer>, block: &mut Block) -> Heard {
        let mut heard = Heard::Concealed;
        for _ in 0..MAX_STEPS {
            if self.ready.len() >= BLOCK {
                break;
            }
            let play = lock(buffer).take(now, self.ready.len());
            match self.step(&play) {
                Heard::Sender => heard = Heard::Sender,
                Heard::Concealed => {}
                Heard::Silence => break,
            }
        }
        if self.ready.is_empty() {
            *block = [0; BLOCK];
            self.delay = 0;
            return Heard::Silence;
        }
        self.stretch(now, buffer);
        self.delay = lock(buffer).delay_at(now, self.ready.len());
        let length = self.ready.len().min(BLOCK);
        block.iter_mut().zip(self.ready.drain(..length)).for_each(|(out, sample)| *out = sample);
        block.iter_mut().skip(length).for_each(|sample| *sample = 0);
        self.played += 1;
        heard
    }

    /// Samples decoded and not yet played.
    #[must_use]
    pub fn ahead(&self) -> usize {
        self.ready.len()
    }

    /// How long after its quickest possible arrival the block just played was played, in samples; 0 while silent.
    #[must_use]
    pub const fn delay(&self) -> i64 {
        self.delay
    }

    /// Blocks played (silence excepted), samples cut out and samples put in.
    #[must_use]
    pub const fn counts(&self) -> (u64, u64, u64) {
        (self.played, self.shortened, self.lengthened)
    }

    fn step(&mut self, play: &Play) -> Heard {
        match play {
            Play::Packet(payload) => {
                let begin = self.ready.len();
                self.decode(payload, MAX_DECODED, false);
                self.fade_in(begin);
                Heard::Sender
            }
            Play::Resume(payload) => {
                self.resume(payload);
                Heard::Sender
            }
            Play::Recover(payload, lost) => {
                // In-band FEC is decoded in steps of 2.5 ms, of which a block is a multiple.
                self.decode(payload, (*lost).clamp(BLOCK / 8, MAX_DECODED) / (BLOCK / 8) * (BLOCK / 8), true);
                Heard::Sender
            }
            Play::Conceal => {
                self.decode(&[], BLOCK, false);
                Heard::Concealed
            }
            Play::Silence => {
                if !self.silent {
                    self.fade_out();
                }
                Heard::Silence
            }
        }
    }

    /// Appends what the decoder makes of it; whatever it refuses is concealed or, at worst, silence of the same length.
    fn decode(&mut self, payload: &[u8], most: usize, fec: bool) {
        let Some(room) = self.scratch.get_mut(..most.min(MAX_DECODED)) else {
            return;
        };
        let made = match self.decoder.decode(payload, room, fec) {
            Ok(made) => made,
            Err(_) => {
                let length = room.len().min(BLOCK);
                let blank = room.get_mut(..length).unwrap_or_default();
                self.decoder.decode(&[], blank, false).unwrap_or_else(|_| {
                    blank.fill(0);
                    blank.len()
                })
            }
        };
        self.ready.extend(self.scratch.iter().take(made));
    }

    /// What comes does not follow what was: from the continuation of the old into the new.
    fn resume(&mut self, payload: &[u8]) {
        let begin = self.ready.len();
        if self.silent {
            self.decode(payload, MAX_DECODED, false);
            self.fade_in(begin);
            return;
        }
        self.decode(&[], BLUR, false);
        let tail: Vec<i16> = self.ready.drain(begin..).collect();
        self.decode(payload, MAX_DECODED, false);
        let faded: Vec<i16> = fade(&tail, self.ready.get(begin..).unwrap_or_default()).collect();
        self.ready.iter_mut().skip(begin).zip(faded).for_each(|(sample, faded)| *sample = faded);
    }

    fn fade_in(&mut self, begin: usize) {
        if !std::mem::replace(&mut self.silent, false) {
            return;
        }
        let slope = self.ready.iter_mut().skip(begin).take(BLUR).enumerate();
        slope.for_each(|(index, sample)| *sample = (i32::from(*sample) * index as i32 / BLUR as i32) as i16);
    }

    fn fade_out(&mut self) {
        self.silent = true;
        let begin = self.ready.len();
        self.decode(&[], BLUR, false);
        let slope = self.ready.iter_mut().skip(begin).enumerate();
        slope.for_each(|(index, sample)| *sample = (i32::from(*sample) * (BLUR - index.min(BLUR)) as i32 / BLUR as i32) as i16);
    }

    fn stretch(&mut self, now: Duration, buffer: &Mutex<JitterBuffer>) {
        self.rest = self.rest.saturating_sub(1);
        let adjust = lock(buffer).adjust(now, self.ready.len());
        match adjust {
            Adjust::Keep => self.needed = ALIKE,
            Adjust::Shorten if self.rest > 0 => {}
            Adjust::Shorten => self.shorten(now, buffer, IMPATIENCE),
            Adjust::ShortenFast => self.shorten(now, buffer, GREAT_IMPATIENCE),
            Adjust::Lengthen => {
                if self.rest == 0 && self.ready.len() >= BLOCK {
                    let come = lengthen(&mut self.ready, self.needed);
                    self.lengthened += come as u64;
                    self.after(come, IMPATIENCE);
                }
            }
        }
    }

    /// Needs a second block to look into, and must leave a whole one.
    fn shorten(&mut self, now: Duration, buffer: &Mutex<JitterBuffer>, impatience: f32) {
        if self.ready.len() < 2 * BLOCK {
            let play = {
                let mut buffer = lock(buffer);
                if buffer.is_ready() { buffer.take(now, self.ready.len()) } else { return }
            };
            self.step(&play);
        }
        if self.ready.len() >= 2 * BLOCK {
            let gone = shorten(&mut self.ready, self.needed);
            self.shortened += gone as u64;
            self.after(gone, impatience);
        }
    }

    fn after(&mut self, changed: usize, impatience: f32) {
        if changed > 0 {
            (self.rest, self.needed) = (REST, ALIKE);
        } else {
            self.needed = (self.needed - impatience).max(-1.0);
        }
    }
}

fn lock(buffer: &Mutex<JitterBuffer>) -> std::sync::MutexGuard<'_, JitterBuffer> {
    buffer.lock().unwrap_or_else(PoisonError::into_inner)
}

//! One input from packets to the block that goes into the mixes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::detect::{Detectors, Fault};
use super::gain::{AutomaticGain, Ramp, amplitude, fader_db};
use super::jitter::{Counts, JitterBuffer};
use super::level::{Meter, measure};
use super::playout::{Heard, Playout};
use super::voice::Voice;
use super::{BLOCK, Block, RATE_HZ, SILENCE_DBFS};

/// How an input's sound is treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Treatment {
    /// Fixed gain in dB, −60 to +24.
    pub gain_db: i8,
    /// Not heard in any mix.
    pub muted: bool,
    /// Speech is brought to a common loudness.
    pub automatic_gain: bool,
}

/// One input with sound.
pub struct Input {
    buffer: Arc<Mutex<JitterBuffer>>,
    playout: Playout,
    treatment: Treatment,
    automatic: AutomaticGain,
    volume: Ramp,
    gate: Ramp,
    voice: Voice,
    meter: Meter,
    detectors: Detectors,
    gain_db: f32,
    level: f32,
    heard_at: Option<Duration>,
    decoded: u64,
}

impl Input {
    /// An input fed from that buffer.
    ///
    /// # Errors
    /// When libopus has no memory.
    pub fn new(buffer: Arc<Mutex<JitterBuffer>>) -> Result<Self, opus::Error> {
        Ok(Self {
            buffer,
            playout: Playout::new()?,
            treatment: Treatment::default(),
            automatic: AutomaticGain::default(),
            volume: Ramp::at(1.0),
            gate: Ramp::at(0.0),
            voice: Voice::default(),
            meter: Meter::default(),
            detectors: Detectors::default(),
            gain_db: 0.0,
            level: f32::from(SILENCE_DBFS),
            heard_at: None,
            decoded: 0,
        })
    }

    /// Changes the treatment; it is reached without a step.
    pub fn treat(&mut self, treatment: Treatment) {
        self.treatment = treatment;
    }

    /// Makes the next 20 ms for the mixes. Returns whether anything is in them.
    pub fn advance(&mut self, now: Duration, block: &mut Block) -> bool {
        let heard = self.playout.play(now, &self.buffer, block);
        let told = match heard {
            Heard::Sender => {
                self.heard_at = Some(now);
                self.decoded += 1;
                self.buffer.lock().unwrap_or_else(PoisonError::into_inner).level_dbfs()
            }
            Heard::Concealed | Heard::Silence => None,
        };
        let (rms, peak) = if heard == Heard::Silence { (f32::from(SILENCE_DBFS), 0) } else { measure(block) };
        self.detectors.feed(block, rms, peak, heard == Heard::Sender);
        self.voice.feed(told.map_or(rms, f32::from));
        let automatic = if self.treatment.automatic_gain { self.automatic.feed(rms, self.voice.speaks()) } else { 0.0 };
        let steady = fader_db(self.treatment.gain_db) + automatic;
        self.gain_db = steady;
        self.volume.apply(block, amplitude(steady));
        self.level = (rms + self.gain_db).clamp(f32::from(SILENCE_DBFS), 0.0);
        self.meter.feed_measured(rms + self.gain_db, peak, self.gain_db);
        let open = self.voice.is_open() && !self.treatment.muted && heard != Heard::Silence;
        let gate = if open { 1.0 } else { 0.0 };
        if self.gate.is_shut(gate) {
            *block = [0; BLOCK];
            return false;
        }
        self.gate.apply(block, gate);
        true
    }

    /// RMS and peak with a meter's fall, in dBFS, after the gain and before mute and gate.
    #[must_use]
    pub fn reading(&self) -> (i8, i8) {
        self.meter.reading()
    }

    /// Level of the last block in dBFS, after the gain.
    #[must_use]
    pub const fn level_dbfs(&self) -> f32 {
        self.level
    }

    /// Whether somebody speaks there and can be heard.
    #[must_use]
    pub const fn speaks(&self) -> bool {
        self.voice.speaks() && !self.treatment.muted
    }

    /// Gain at work in dB.
    #[must_use]
    pub const fn gain_db(&self) -> f32 {
        self.gain_db
    }

    /// When the sender was last heard.
    #[must_use]
    pub const fn heard_at(&self) -> Option<Duration> {
        self.heard_at
    }

    /// Blocks from the sender.
    #[must_use]
    pub const fn decoded(&self) -> u64 {
        self.decoded
    }

    /// Blocks played altogether.
    #[must_use]
    pub const fn played(&self) -> u64 {
        self.playout.counts().0
    }

    /// How long after its quickest possible arrival the last block was played; zero while silent.
    #[must_use]
    pub fn delay(&self) -> Duration {
        Duration::from_secs(1) * u32::try_from(self.playout.delay()).unwrap_or(0) / RATE_HZ
    }

    /// The buffer's counters, its delay and the delay it strives for in samples.
    #[must_use]
    pub fn transport(&self) -> (Counts, i64, i64) {
        let buffer = self.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        (buffer.counts(), self.playout.delay(), buffer.wanted_delay())
    }

    /// What is wrong with the sound.
    pub fn faults(&self) -> impl Iterator<Item = Fault> {
        self.detectors.faults()
    }
}

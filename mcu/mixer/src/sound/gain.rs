//! Gain of one input: fixed, automatic and gate, changed without steps.

use super::{BLOCK, Block};

/// Least and most gain asked for, in dB; beyond that a fader is a mute, or a fault.
const GAIN_RANGE: (i8, i8) = (-60, 24);
/// Speech is brought to this level by the automatic gain, in dBFS RMS.
const AIM: f32 = -20.0;
/// No correction within this many dB of the aim.
const NEAR: f32 = 2.0;
/// Least and most automatic gain, in dB; more would lift the room's noise into the mix.
const AUTOMATIC_RANGE: (f32, f32) = (-12.0, 18.0);
/// Rise per block: 2 dB a second, slower than a listener notices.
const RISE: f32 = 0.04;
/// Fall per block: 10 dB a second, because too loud hurts.
const FALL: f32 = 0.2;
/// The gain opens within 5 ms, so that the beginning of a word is there.
const OPENING: usize = 240;

/// A factor for decibels, with the range of faders.
#[must_use]
pub fn factor(gain_db: i8) -> f32 {
    amplitude(fader_db(gain_db))
}

/// What a fader can be set to.
pub(super) fn fader_db(gain_db: i8) -> f32 {
    f32::from(gain_db.clamp(GAIN_RANGE.0, GAIN_RANGE.1))
}

pub(super) fn amplitude(gain_db: f32) -> f32 {
    10.0_f32.powf(gain_db / 20.0)
}

/// The gain of speech by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct AutomaticGain {
    gain_db: f32,
}

impl AutomaticGain {
    /// Takes the level of a block before this gain; learns only from speech. Returns the gain in dB.
    pub fn feed(&mut self, level_dbfs: f32, speaks: bool) -> f32 {
        let over = level_dbfs + self.gain_db - AIM;
        // Between words a speaker is quiet: only loud moments tell how loud somebody speaks.
        if speaks && over > NEAR {
            self.gain_db -= FALL;
        } else if speaks && over < -NEAR && over > -30.0 {
            self.gain_db += RISE;
        }
        self.gain_db = self.gain_db.clamp(AUTOMATIC_RANGE.0, AUTOMATIC_RANGE.1);
        self.gain_db
    }
}

/// A gain that follows what is asked for without a step.
#[derive(Debug, Clone, Copy)]
pub struct Ramp {
    gain: f32,
}

impl Ramp {
    /// Begins at that gain.
    #[must_use]
    pub const fn at(gain: f32) -> Self {
        Self { gain }
    }

    /// Whether blocks at that wanted gain are silent from beginning to end.
    #[must_use]
    pub fn is_shut(&self, wanted: f32) -> bool {
        self.gain == 0.0 && wanted == 0.0
    }

    /// Brings a block to the wanted gain: within 5 ms upwards from nothing, over the block otherwise.
    pub fn apply(&mut self, block: &mut Block, wanted: f32) {
        let from = std::mem::replace(&mut self.gain, wanted);
        #[expect(clippy::float_cmp, reason = "set, not computed")]
        let steady = from == wanted;
        if steady && wanted == 1.0 {
            return;
        }
        let length = if steady {
            0
        } else if from == 0.0 {
            OPENING
        } else {
            BLOCK
        };
        let (sloping, level) = block.split_at_mut(length);
        let step = (wanted - from) / length.max(1) as f32;
        let mut gain = from;
        for sample in sloping {
            gain += step;
            *sample = (f32::from(*sample) * gain) as i16;
        }
        if wanted == 1.0 {
            return;
        }
        for sample in level {
            // The conversion saturates: an input's own gain may overdrive it like any fader.
            *sample = (f32::from(*sample) * wanted) as i16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AutomaticGain, Ramp, factor};

    #[test]
    fn a_gain_is_reached_without_a_step() {
        let mut ramp = Ramp::at(1.0);
        let mut block = [10_000_i16; 960];
        ramp.apply(&mut block, 0.0);
        let steepest = block.windows(2).map(|pair| (pair[1] - pair[0]).abs()).max().unwrap();
        assert!(block[0] > 9_900 && block[959] == 0 && steepest < 20, "{steepest}");
        assert!(ramp.is_shut(0.0));
        let mut block = [10_000_i16; 960];
        ramp.apply(&mut block, 1.0);
        assert!(block[0] < 100 && block[239] > 9_990 && block[959] == 10_000);
    }

    #[test]
    fn a_fader_has_two_ends() {
        assert!((factor(6) - 1.995).abs() < 0.001 && (factor(-6) - 0.501).abs() < 0.001);
        assert_eq!((factor(127), factor(-128)), (factor(24), factor(-60)));
        let mut block = [30_000_i16; 960];
        Ramp::at(factor(24)).apply(&mut block, factor(24));
        assert_eq!(block[500], i16::MAX, "it saturates and does not wrap");
    }

    #[test]
    fn quiet_and_loud_speakers_meet_and_silence_changes_nothing() {
        for (level, expected) in [(-32.0, -22.0..-18.0), (-10.0, -22.5..-18.0)] {
            let mut gain = AutomaticGain::default();
            let reached = (0..1_000).map(|_| gain.feed(level, true)).last().unwrap();
            assert!(expected.contains(&(level + reached)), "{level} came to {}", level + reached);
            let after = (0..1_000).map(|_| gain.feed(-70.0, false)).last().unwrap();
            assert_eq!(after, reached, "no pumping");
        }
    }
}

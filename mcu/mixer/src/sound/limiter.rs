//! Soft limiter of one mix: looks ahead within the block, never amplifies, never passes full scale.

use super::{BLOCK, Block};

/// Peaks are brought down to this (−1 dBFS), which leaves room for what the codec adds.
const CEILING: f32 = 29_204.0;
/// Length of a part with one gain: 2.5 ms.
const PART: usize = 120;
/// Parts of a block.
const PARTS: usize = BLOCK / PART;
/// Rise of the gain per part: 30 dB a second; quicker ones are heard as pumping, slower ones as a hole after a knock.
const RISE: f32 = 1.0087;
/// Over this many samples (0.5 ms) the gain falls where a block begins too loud; what sticks out in them is bent.
const QUICK: usize = 24;

/// The limiter's state between two blocks.
#[derive(Debug, Clone, Copy)]
pub struct Limiter {
    gain: f32,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { gain: 1.0 }
    }
}

impl Limiter {
    /// Brings a sum into a block.
    #[must_use]
    pub fn limit(&mut self, sum: &[i32; BLOCK]) -> Block {
        let mut block = [0; BLOCK];
        let peak = sum.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
        #[expect(clippy::float_cmp, reason = "set, not computed")]
        if self.gain == 1.0 && peak as f32 <= CEILING {
            block.iter_mut().zip(sum).for_each(|(out, sample)| *out = *sample as i16);
            return block;
        }
        let needed = needs(sum);
        let mut edge = self.gain;
        let parts = block.chunks_exact_mut(PART).zip(sum.chunks_exact(PART)).enumerate();
        for (index, (out, part)) in parts {
            let here = needed.get(index).copied().unwrap_or(1.0);
            let next = needed.get(index + 1).copied().unwrap_or(1.0);
            let goal = (edge.min(here) * RISE).min(here).min(next).min(1.0);
            slope(out, part, edge, goal, here);
            edge = goal;
        }
        self.gain = edge;
        block
    }
}

/// The gain that each part can stand.
fn needs(sum: &[i32; BLOCK]) -> [f32; PARTS] {
    let mut needed = [1.0; PARTS];
    for (need, part) in needed.iter_mut().zip(sum.chunks_exact(PART)) {
        let peak = part.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0) as f32;
        *need = if peak > CEILING { CEILING / peak } else { 1.0 };
    }
    needed
}

/// From one gain to the other; where the part begins with more gain than it can stand, quickly.
fn slope(out: &mut [i16], part: &[i32], from: f32, to: f32, here: f32) {
    let length = if from > here { QUICK } else { PART };
    let step = (to - from) / length as f32;
    let mut gain = from;
    for (index, (out, sample)) in out.iter_mut().zip(part).enumerate() {
        gain = if index < length { gain + step } else { to };
        *out = bent(*sample as f32 * gain);
    }
}

/// The last word: straight up to the ceiling, then bent so that full scale is never passed.
fn bent(sample: f32) -> i16 {
    let size = sample.abs();
    let room = f32::from(i16::MAX) - CEILING;
    let size = if size <= CEILING { size } else { CEILING + room * (size - CEILING) / (size - CEILING + room) };
    (if sample < 0.0 { -size } else { size }) as i16
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, CEILING, Limiter};
    use proptest::prelude::*;

    fn tone(peak: f64, block: usize) -> [i32; BLOCK] {
        std::array::from_fn(|i| (peak * (((block * BLOCK + i) as f64) / 48.0 * std::f64::consts::TAU).sin()) as i32)
    }

    #[test]
    fn what_fits_passes_unchanged() {
        let sum = tone(29_000.0, 0);
        assert_eq!(Limiter::default().limit(&sum).map(i32::from), sum);
    }

    #[test]
    fn thirteen_loud_voices_are_turned_down_and_not_cut() {
        let mut limiter = Limiter::default();
        for block in 0..50 {
            let (sum, out) = (tone(200_000.0, block), ());
            let () = out;
            let limited = limiter.limit(&sum);
            if block < 1 {
                continue;
            }
            // A sine stays a sine: every sample is the same share of what it was.
            let worst = limited.iter().zip(sum).map(|(out, sum)| (f64::from(*out) - f64::from(sum) * f64::from(CEILING) / 200_000.0).abs());
            let worst = worst.fold(0.0, f64::max);
            assert!(worst < 600.0, "block {block} is bent by {worst}");
        }
    }

    #[test]
    fn after_a_knock_the_gain_comes_back_and_silence_stays_silence() {
        let mut limiter = Limiter::default();
        let mut knock = [0; BLOCK];
        knock[500] = 120_000;
        let _ = limiter.limit(&knock);
        assert!(limiter.gain < 0.5);
        for _ in 0..30 {
            assert_eq!(limiter.limit(&[0; BLOCK]), [0; BLOCK]);
        }
        assert!((limiter.gain - 1.0).abs() < f32::EPSILON, "{}", limiter.gain);
        let quiet = tone(300.0, 0);
        assert_eq!(limiter.limit(&quiet).map(i32::from), quiet, "never more than it was");
    }

    proptest! {
        #[test]
        fn no_sum_passes_full_scale_and_no_sign_turns(
            blocks in proptest::collection::vec((-4_000_000_i32..4_000_000, 1_usize..400), 1..12)
        ) {
            let mut limiter = Limiter::default();
            for (height, period) in blocks {
                let sum: [i32; BLOCK] = std::array::from_fn(|i| if i / period % 2 == 0 { height } else { -height / 3 });
                let out = limiter.limit(&sum);
                for (out, sum) in out.iter().zip(sum) {
                    prop_assert!(i32::from(*out).abs() <= sum.abs().min(32_767));
                    prop_assert!(*out == 0 || i32::from(*out).signum() == sum.signum());
                }
            }
        }
    }
}

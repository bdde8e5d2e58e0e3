//! Something like a voice, for tests: a glottal pulse train with a moving pitch, in syllables.

use super::{BLOCK, Block};

/// The numbered block of a voice that never ends.
pub(crate) fn block(number: usize) -> Block {
    std::array::from_fn(|i| sample((number * BLOCK + i) as f64 / 48_000.0) as i16)
}

fn sample(t: f64) -> f64 {
    let tau = std::f64::consts::TAU;
    // Four syllables a second, 130 Hz moving by a tenth.
    let syllable = (tau * 4.0 * t).sin().max(0.0).sqrt();
    let phase = 130.0 * t + 13.0 * (tau * 0.7 * t).sin() / (tau * 0.7);
    let overtones = (1..14).map(|n| (tau * phase * f64::from(n)).sin() / f64::from(n) * if matches!(n, 4 | 5 | 9) { 2.0 } else { 1.0 });
    5_000.0 * syllable * overtones.sum::<f64>()
}

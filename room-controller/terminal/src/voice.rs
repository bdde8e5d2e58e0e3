//! The rehearsal sound of a site: a tone of its own, so that a listener can tell who is heard, and a beep with every flash.

/// Sampling rate.
pub(crate) const RATE_HZ: u32 = 48_000;
/// Samples of a block of 20 ms.
pub(crate) const BLOCK: usize = 960;
/// Tone of site 0 and step to the next: every tone has a whole number of periods in a clip, and none is a multiple of another's neighbour.
const FIRST_TONE_HZ: u32 = 300;
const TONE_STEP_HZ: u32 = 110;
/// Amplitude of a site's tone (−24 dBFS): thirteen of them stay below the mixer's limiter most of the time.
const TONE_AMPLITUDE: f64 = 2_000.0;
/// The beep of the flash.
const BEEP_HZ: f64 = 3_000.0;
const BEEP_AMPLITUDE: f64 = 4_000.0;
/// A beep begins every two seconds and lasts 100 ms, like the flash.
const BEEP_EVERY: u64 = 2 * RATE_HZ as u64;
const BEEP_SAMPLES: u64 = RATE_HZ as u64 / 10;

/// The tone of a site, in Hz.
pub(crate) const fn tone_hz(number: u8) -> u32 {
    FIRST_TONE_HZ + TONE_STEP_HZ * number as u32
}

/// The block that begins at sample `first` of the site's sound.
pub(crate) fn block(number: u8, first: u64) -> [i16; BLOCK] {
    let mut samples = [0_i16; BLOCK];
    for (sample, at) in samples.iter_mut().zip(first..) {
        // Whole seconds hold whole periods, so the phase may be taken from the place inside the second.
        #[expect(clippy::cast_precision_loss, reason = "below 48 000")]
        let seconds = (at % u64::from(RATE_HZ)) as f64 / f64::from(RATE_HZ);
        let mut value = TONE_AMPLITUDE * (std::f64::consts::TAU * f64::from(tone_hz(number)) * seconds).sin();
        if at % BEEP_EVERY < BEEP_SAMPLES {
            value += BEEP_AMPLITUDE * (std::f64::consts::TAU * BEEP_HZ * seconds).sin();
        }
        #[expect(clippy::cast_possible_truncation, reason = "the sum of both amplitudes fits")]
        let rounded = value as i16;
        *sample = rounded;
    }
    samples
}

/// Amplitude of a tone in a take, by Goertzel's algorithm.
pub(crate) fn strength(samples: &[i16], frequency_hz: f64) -> f64 {
    let coefficient = 2.0 * (std::f64::consts::TAU * frequency_hz / f64::from(RATE_HZ)).cos();
    let (mut s1, mut s2) = (0.0, 0.0);
    for sample in samples {
        let s0 = f64::from(*sample) + coefficient * s1 - s2;
        (s2, s1) = (s1, s0);
    }
    #[expect(clippy::cast_precision_loss, reason = "a take of seconds")]
    let count = samples.len().max(1) as f64;
    2.0 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2).max(0.0).sqrt() / count
}

#[cfg(test)]
mod tests {
    use super::{block, strength, tone_hz};

    #[test]
    fn a_site_is_told_by_its_tone() {
        let take: Vec<i16> = (10..60).flat_map(|i| block(3, i * 960)).collect();
        for other in 0..13 {
            let found = strength(&take, f64::from(tone_hz(other)));
            assert_eq!(found > 1_500.0, other == 3, "tone {other}: {found}");
        }
    }
}

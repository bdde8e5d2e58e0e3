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

/// Noise of a room in which nobody speaks, in dBFS RMS: above a dead microphone's nothing, far below speech.
pub(crate) const ROOM_NOISE_DBFS: f64 = -58.0;
/// Howling begins at this level and grows by so much a second up to that one (dBFS RMS); louder would be cut off, and then it is another fault.
const HOWL_FROM_DBFS: f64 = -50.0;
const HOWL_GROWTH_DB_PER_S: f64 = 8.0;
const HOWL_TO_DBFS: f64 = -7.0;
/// How much an overdriven input is too loud.
const OVERDRIVE: f64 = 40.0;

/// Amplitude whose RMS is that of a level, for a wave whose peak is `crest` times its RMS.
fn amplitude(level_dbfs: f64, crest: f64) -> f64 {
    f64::from(i16::MAX) * 10_f64.powf(level_dbfs / 20.0) * crest
}

fn map(samples: &mut [i16; BLOCK], mut change: impl FnMut(f64) -> f64) {
    for sample in samples {
        #[expect(clippy::cast_possible_truncation, reason = "limited to what fits; that is what cutting off means")]
        let changed = change(f64::from(*sample)).clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16;
        *sample = changed;
    }
}

/// Adds white noise of a level; equal places hear equal noise.
pub(crate) fn add_noise(samples: &mut [i16; BLOCK], level_dbfs: f64, first: u64) {
    let loudest = amplitude(level_dbfs, 3_f64.sqrt());
    let mut state = first.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    map(samples, |sample| {
        // Xorshift: all that noise needs.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        #[expect(clippy::cast_precision_loss, reason = "sixteen bits")]
        let drawn = (state >> 48) as f64 / 32_768.0 - 1.0;
        sample + loudest * drawn
    });
}

/// Adds the tone of feedback that has grown for so many seconds.
pub(crate) fn add_howling(samples: &mut [i16; BLOCK], frequency_hz: u16, for_s: f64, first: u64) {
    let level = (HOWL_FROM_DBFS + HOWL_GROWTH_DB_PER_S * for_s).min(HOWL_TO_DBFS);
    let loudest = amplitude(level, std::f64::consts::SQRT_2);
    let mut at = first;
    map(samples, |sample| {
        #[expect(clippy::cast_precision_loss, reason = "below 48 000")]
        let seconds = (at % u64::from(RATE_HZ)) as f64 / f64::from(RATE_HZ);
        at += 1;
        sample + loudest * (std::f64::consts::TAU * f64::from(frequency_hz) * seconds).sin()
    });
}

/// Cuts the sound off at full scale, as an overdriven input does.
pub(crate) fn overdrive(samples: &mut [i16; BLOCK]) {
    map(samples, |sample| sample * OVERDRIVE);
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
    use super::{BLOCK, add_howling, add_noise, block, overdrive, strength, tone_hz};

    fn rms_dbfs(samples: &[i16]) -> f64 {
        let power = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64;
        20.0 * (power.sqrt() / f64::from(i16::MAX)).log10()
    }

    #[test]
    fn noise_howling_and_clipping_are_as_loud_as_they_say() {
        for level in [-58.0, -24.0, -6.0] {
            let mut samples = [0; BLOCK];
            add_noise(&mut samples, level, 960);
            assert!((rms_dbfs(&samples) - level).abs() < 0.7, "{level}: {}", rms_dbfs(&samples));
        }
        let levels = [0.0, 1.0, 2.0, 30.0].map(|for_s| {
            let mut samples = [0; BLOCK];
            add_howling(&mut samples, 2_400, for_s, 0);
            rms_dbfs(&samples).round() as i32
        });
        assert_eq!(levels, [-50, -42, -34, -7]);
        let mut samples = block(3, 0);
        overdrive(&mut samples);
        assert!(samples.iter().filter(|sample| sample.unsigned_abs() >= 32_000).count() > BLOCK / 2);
    }

    #[test]
    fn a_site_is_told_by_its_tone() {
        let take: Vec<i16> = (10..60).flat_map(|i| block(3, i * 960)).collect();
        for other in 0..13 {
            let found = strength(&take, f64::from(tone_hz(other)));
            assert_eq!(found > 1_500.0, other == 3, "tone {other}: {found}");
        }
    }
}

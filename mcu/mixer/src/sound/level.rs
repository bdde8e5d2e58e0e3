//! Levels.

use super::Block;

/// What a silent block reads (the floor of RFC 6464).
pub const SILENCE_DBFS: i8 = -127;
/// Decibels a reading falls per block of 20 ms: 20 dB a second, the usual fall of a programme meter.
const FALL_DB: f32 = 0.4;

/// Peak and RMS of one input with the fall of a meter.
#[derive(Debug, Clone, Copy)]
pub struct Meter {
    rms: f32,
    peak: f32,
}

impl Default for Meter {
    fn default() -> Self {
        Self { rms: f32::from(SILENCE_DBFS), peak: f32::from(SILENCE_DBFS) }
    }
}

impl Meter {
    /// Takes the next 20 ms.
    pub fn feed(&mut self, block: &Block) {
        let energy: f64 = block.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        let highest = block.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "960 is exact")]
        let rms = (energy / block.len() as f64).sqrt();
        self.rms = decibels(rms).max(self.rms - FALL_DB);
        self.peak = decibels(f64::from(highest)).max(self.peak - FALL_DB);
    }

    /// RMS and peak in dB below full scale, 0 to −127.
    #[must_use]
    pub fn reading(&self) -> (i8, i8) {
        (rounded(self.rms), rounded(self.peak))
    }
}

fn decibels(amplitude: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a level between -127 and 0")]
    let level = (20.0 * (amplitude / 32_768.0).max(1e-7).log10()) as f32;
    level.clamp(f32::from(SILENCE_DBFS), 0.0)
}

fn rounded(level: f32) -> i8 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to -127 and 0")]
    let value = level.round() as i8;
    value
}

#[cfg(test)]
mod tests {
    use super::Meter;

    #[test]
    fn a_full_square_wave_reads_zero_and_silence_falls_slowly() {
        let mut meter = Meter::default();
        assert_eq!(meter.reading(), (-127, -127));
        meter.feed(&[32_767; 960]);
        assert_eq!(meter.reading(), (0, 0));
        for _ in 0..50 {
            meter.feed(&[0; 960]);
        }
        assert_eq!(meter.reading(), (-20, -20));
    }

    #[test]
    fn a_sine_at_half_scale_reads_minus_nine() {
        let mut block = [0_i16; 960];
        for (i, sample) in block.iter_mut().enumerate() {
            *sample = (16_384.0 * (i as f64 / 48.0 * std::f64::consts::TAU).sin()) as i16;
        }
        let mut meter = Meter::default();
        meter.feed(&block);
        assert_eq!(meter.reading(), (-9, -6));
    }
}

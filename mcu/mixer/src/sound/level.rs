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
        let (rms, peak) = measure(block);
        self.feed_measured(rms, peak, 0.0);
    }

    /// Takes the RMS of 20 ms in dBFS and their highest sample, which a gain in dB has been or will be applied to.
    pub(super) fn feed_measured(&mut self, rms_dbfs: f32, peak: u16, gain_db: f32) {
        let floor = f32::from(SILENCE_DBFS);
        let peak_dbfs = if peak == 0 { floor } else { decibels(f32::from(peak)) + gain_db };
        self.rms = rms_dbfs.clamp(floor, 0.0).max(self.rms - FALL_DB);
        self.peak = peak_dbfs.clamp(floor, 0.0).max(self.peak - FALL_DB);
    }

    /// RMS and peak in dB below full scale, 0 to −127.
    #[must_use]
    pub fn reading(&self) -> (i8, i8) {
        (rounded(self.rms), rounded(self.peak))
    }
}

/// RMS of a block in dB below full scale, 0 to −127.
#[must_use]
pub fn level_dbfs(block: &Block) -> f32 {
    measure(block).0
}

/// RMS in dBFS and the highest sample.
pub(super) fn measure(block: &Block) -> (f32, u16) {
    // In whole numbers, so that the compiler may sum in any order.
    let energy: u64 = block.iter().map(|sample| u64::from(sample.unsigned_abs()).pow(2)).sum();
    let peak = block.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "a level needs no more than seven digits")]
    let rms = (energy as f32 / block.len() as f32).sqrt();
    (decibels(rms), peak)
}

fn decibels(amplitude: f32) -> f32 {
    (20.0 * (amplitude / 32_768.0).max(1e-7).log10()).clamp(f32::from(SILENCE_DBFS), 0.0)
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

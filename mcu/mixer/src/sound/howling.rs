//! Howling: one narrow tone, without the overtones of voices and instruments, that stays where it is and has grown.

use std::sync::LazyLock;

use super::{BLOCK, Block};

/// Every third sample is looked at (16 kHz): rooms howl between 200 Hz and 6 kHz.
const DECIMATION: usize = 3;
/// Points of the transform: 32 ms, 31 Hz apart.
const POINTS: usize = 512;
/// Hertz per point.
const HERTZ_PER_POINT: f32 = 31.25;
/// Every fourth block is looked at (80 ms).
const EVERY: u32 = 4;
/// Below this level nobody minds, and nothing is computed (dBFS).
const LEAST: f32 = -50.0;
/// Share of the power that stands in the tone.
const NARROW: f32 = 0.7;
/// Share of the tone's power that its overtone may have; voices have a tenth and more.
const OVERTONE: f32 = 0.01;
/// First point looked at: 190 Hz, above mains hum.
const FIRST: usize = 6;
/// Looks at which the tone must have been in its place: half a second.
const STEADY: u32 = 6;
/// Growth in dB that tells feedback from a test tone.
const GROWTH: f32 = 6.0;
/// A tone this loud that stays for a second counts even if its growth was too quick to be seen (dBFS RMS).
const AT_THE_END: f32 = -6.0;
/// Looks for that.
const LOUD_FOR: u32 = 12;
/// Looks without the tone until it is over: two seconds.
const OVER_AFTER: u32 = 25;

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

struct Tables {
    window: [f32; POINTS],
    turns: [(f32, f32); POINTS / 2],
}

impl Tables {
    fn new() -> Self {
        let angle = |i: usize| std::f32::consts::TAU * i as f32 / POINTS as f32;
        Self {
            window: std::array::from_fn(|i| 0.5 - 0.5 * angle(i).cos()),
            turns: std::array::from_fn(|i| (angle(i).cos(), -angle(i).sin())),
        }
    }
}

/// The detector of one input.
#[derive(Debug)]
pub(super) struct Howling {
    before: Block,
    blocks: u32,
    place: usize,
    steady: u32,
    least_dbfs: f32,
    grown: bool,
    missing: u32,
    tone: Option<(u16, i8)>,
}

impl Default for Howling {
    fn default() -> Self {
        Self { before: [0; BLOCK], blocks: 0, place: 0, steady: 0, least_dbfs: 0.0, grown: false, missing: 0, tone: None }
    }
}

impl Howling {
    /// Frequency in Hz and level in dBFS while it howls.
    pub(super) const fn tone(&self) -> Option<(u16, i8)> {
        self.tone
    }

    pub(super) fn feed(&mut self, block: &Block, level_dbfs: f32) {
        self.blocks += 1;
        if self.blocks % EVERY == EVERY - 1 {
            self.before = *block;
        }
        if !self.blocks.is_multiple_of(EVERY) {
            return;
        }
        let narrow = if level_dbfs < LEAST { None } else { narrow_tone(&spectrum(&self.before, block)) };
        match narrow {
            Some(place) => self.found(place, level_dbfs),
            None => self.lost(),
        }
    }

    fn found(&mut self, place: usize, level_dbfs: f32) {
        if self.steady == 0 || place.abs_diff(self.place) > 1 {
            (self.steady, self.grown, self.least_dbfs) = (0, false, f32::MAX);
        }
        self.place = place;
        self.steady += 1;
        // The first look may hold the beginning of the tone only.
        if self.steady > 1 {
            self.least_dbfs = self.least_dbfs.min(level_dbfs);
            self.grown |= level_dbfs > self.least_dbfs + GROWTH;
        }
        let loud = level_dbfs > AT_THE_END && self.steady >= LOUD_FOR;
        let howls = self.steady >= STEADY && (self.grown || loud);
        if howls || self.tone.is_some() {
            self.missing = 0;
            self.tone = Some(((place as f32 * HERTZ_PER_POINT) as u16, level_dbfs as i8));
        }
    }

    fn lost(&mut self) {
        self.steady = 0;
        self.missing += 1;
        if self.missing >= OVER_AFTER {
            self.tone = None;
        }
    }
}

/// Place of the only narrow tone; `None` when the power is spread or has overtones.
fn narrow_tone(power: &[f32; POINTS / 2]) -> Option<usize> {
    let total: f32 = power.iter().sum();
    let (place, _) = power.iter().enumerate().skip(FIRST).max_by(|a, b| a.1.total_cmp(b.1))?;
    let around = |centre: usize| power.iter().skip(centre.saturating_sub(2)).take(5).sum::<f32>();
    let tone = around(place);
    let bare =
        [place * 2, place * 3].into_iter().filter(|overtone| *overtone < POINTS / 2).all(|overtone| around(overtone) < tone * OVERTONE);
    (total > 0.0 && tone > total * NARROW && bare).then_some(place)
}

/// Power of the last 32 ms of two blocks, by frequency.
fn spectrum(before: &Block, block: &Block) -> [f32; POINTS / 2] {
    let tables = &*TABLES;
    let mut points = [(0.0_f32, 0.0_f32); POINTS];
    let skipped = (2 * BLOCK - POINTS * DECIMATION) / DECIMATION;
    let whole = before.chunks_exact(DECIMATION).chain(block.chunks_exact(DECIMATION)).skip(skipped);
    for ((index, chunk), window) in whole.enumerate().zip(&tables.window) {
        let sum: i32 = chunk.iter().map(|sample| i32::from(*sample)).sum();
        let place = index.reverse_bits() >> (usize::BITS - POINTS.trailing_zeros());
        if let Some(point) = points.get_mut(place) {
            point.0 = sum as f32 * window;
        }
    }
    transform(&mut points, &tables.turns);
    let mut power = [0.0; POINTS / 2];
    power.iter_mut().zip(points).for_each(|(power, (re, im))| *power = re * re + im * im);
    power
}

/// Radix-2 transform of points in bit-reversed order.
fn transform(points: &mut [(f32, f32); POINTS], turns: &[(f32, f32)]) {
    let mut half = 1;
    while half < POINTS {
        for group in points.chunks_exact_mut(2 * half) {
            let (low, high) = group.split_at_mut(half);
            for ((a, b), turn) in low.iter_mut().zip(high).zip(turns.iter().step_by(POINTS / 2 / half)) {
                let turned = (b.0 * turn.0 - b.1 * turn.1, b.0 * turn.1 + b.1 * turn.0);
                (*a, *b) = ((a.0 + turned.0, a.1 + turned.1), (a.0 - turned.0, a.1 - turned.1));
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::Howling;
    use crate::sound::{Block, level_dbfs};

    fn feed(howling: &mut Howling, blocks: std::ops::Range<usize>, sample: impl Fn(f64) -> f64) -> Option<(u16, i8)> {
        for block in blocks {
            let block: Block = std::array::from_fn(|i| sample((block * 960 + i) as f64 / 48_000.0) as i16);
            howling.feed(&block, level_dbfs(&block));
        }
        howling.tone()
    }

    fn sine(frequency: f64, t: f64) -> f64 {
        (frequency * t * std::f64::consts::TAU).sin()
    }

    #[test]
    fn a_growing_tone_howls_and_two_quiet_seconds_end_it() {
        for frequency in [400.0, 1_730.0, 3_100.0, 5_200.0] {
            let mut howling = Howling::default();
            let tone = feed(&mut howling, 0..100, |t| 300.0 * 10_f64.powf(t) * sine(frequency, t));
            let (found, level) = tone.unwrap_or_else(|| panic!("{frequency} Hz is not noticed"));
            assert!((f64::from(found) - frequency).abs() < 40.0 && level > -20, "{found} Hz, {level} dBFS");
            assert!(feed(&mut howling, 0..90, |_| 0.0).is_some(), "not yet");
            assert_eq!(feed(&mut howling, 0..20, |_| 0.0), None);
        }
    }

    #[test]
    fn a_steady_test_tone_does_not_howl() {
        let mut howling = Howling::default();
        assert_eq!(feed(&mut howling, 0..500, |t| 8_000.0 * sine(1_000.0, t)), None);
    }

    #[test]
    fn a_swelling_voice_and_a_siren_do_not_howl() {
        let mut howling = Howling::default();
        let voice = |t: f64| 500.0 * 10_f64.powf(t) * (1..8).map(|n| sine(180.0 * f64::from(n), t) / f64::from(n)).sum::<f64>();
        assert_eq!(feed(&mut howling, 0..75, voice), None);
        let mut howling = Howling::default();
        assert_eq!(feed(&mut howling, 0..100, |t| 500.0 * 10_f64.powf(t) * sine(500.0 + 400.0 * t, t)), None);
    }

    #[test]
    fn a_tone_at_full_scale_howls_even_if_its_growth_was_not_seen() {
        let mut howling = Howling::default();
        assert!(feed(&mut howling, 0..100, |t| 32_000.0 * sine(2_500.0, t)).is_some());
    }
}

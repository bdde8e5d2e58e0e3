//! Detectors of what is wrong with an input's sound: silence, clipping, howling. Each begins late and ends late, so that no lamp flickers.

use super::Block;
use super::howling::Howling;

/// Level up to which nothing is in the packets, in dBFS: below the noise of any open microphone.
const NOTHING: f32 = -75.0;
/// Level from which there is something again (hysteresis of 10 dB).
const SOMETHING: f32 = -65.0;
/// Blocks of nothing until it is a fault: ten seconds.
const SILENT_AFTER: u32 = 500;
/// Blocks of something until it is none: half a second.
const SOUND_AFTER: u32 = 25;
/// Samples from here on are clipped; decoded Opus misses full scale by a little.
const CLIPPED: u16 = 32_000;
/// Clipped samples that make a block a clipped one; fewer are a knock on the table.
const CLIPPED_SAMPLES: usize = 4;
/// Blocks over which clipped ones are counted: one second.
const SECOND: u32 = 50;
/// Clipped blocks in a second until it is a fault.
const CLIPPING_FROM: u32 = 5;
/// Blocks without a clipped one until it is none: three seconds.
const CLEAN_AFTER: u32 = 150;
/// Blocks per second.
const BLOCKS_PER_SECOND: u32 = 50;

/// Something wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing but packets for that many seconds.
    Silent(u32),
    /// Share of clipped blocks in the last second, in ‰.
    Clipping(u16),
    /// Frequency in Hz and level in dBFS of a narrow tone that has grown.
    Howling(u16, i8),
}

/// The detectors of one input.
#[derive(Debug, Default)]
pub struct Detectors {
    silent: Silent,
    clipping: Clipping,
    howling: Howling,
}

impl Detectors {
    /// Takes the next 20 ms and their level in dBFS; `arrives` tells whether they came from the sender.
    pub fn feed(&mut self, block: &Block, level_dbfs: f32, peak: u16, arrives: bool) {
        if !arrives {
            // Without packets the line is at fault, not the sound.
            self.silent = Silent::default();
            return;
        }
        self.silent.feed(level_dbfs);
        self.clipping.feed(if peak < CLIPPED { 0 } else { block.iter().filter(|sample| sample.unsigned_abs() >= CLIPPED).count() });
        self.howling.feed(block, level_dbfs);
    }

    /// What is wrong.
    pub fn faults(&self) -> impl Iterator<Item = Fault> {
        let silent = self.silent.on.then_some(Fault::Silent(self.silent.nothing / BLOCKS_PER_SECOND));
        let clipping = self.clipping.on.then_some(Fault::Clipping(self.clipping.permille()));
        let howling = self.howling.tone().map(|(frequency_hz, level_dbfs)| Fault::Howling(frequency_hz, level_dbfs));
        silent.into_iter().chain(clipping).chain(howling)
    }
}

#[derive(Debug, Default)]
struct Silent {
    nothing: u32,
    something: u32,
    on: bool,
}

impl Silent {
    fn feed(&mut self, level_dbfs: f32) {
        if level_dbfs <= if self.on { SOMETHING } else { NOTHING } {
            self.something = 0;
            self.nothing = self.nothing.saturating_add(1);
            self.on |= self.nothing >= SILENT_AFTER;
            return;
        }
        self.something += 1;
        if !self.on || self.something >= SOUND_AFTER {
            *self = Self::default();
        }
    }
}

#[derive(Debug, Default)]
struct Clipping {
    /// One bit per block, the last one lowest.
    recent: u64,
    clean: u32,
    on: bool,
}

impl Clipping {
    fn feed(&mut self, clipped_samples: usize) {
        let clipped = clipped_samples >= CLIPPED_SAMPLES;
        self.recent = (self.recent << 1 | u64::from(clipped)) & ((1 << SECOND) - 1);
        self.clean = if clipped { 0 } else { self.clean.saturating_add(1) };
        if self.on {
            self.on = self.clean < CLEAN_AFTER;
        } else {
            self.on = self.recent.count_ones() >= CLIPPING_FROM;
        }
    }

    fn permille(&self) -> u16 {
        u16::try_from(self.recent.count_ones() * 1_000 / SECOND).unwrap_or(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::{Detectors, Fault};

    fn feed(detectors: &mut Detectors, sample: i16, level: f32, blocks: u32) -> Vec<Fault> {
        (0..blocks).for_each(|_| detectors.feed(&[sample; 960], level, sample.unsigned_abs(), true));
        detectors.faults().collect()
    }

    #[test]
    fn silence_is_told_after_ten_seconds_and_ends_after_half_a_second_of_sound() {
        let mut detectors = Detectors::default();
        assert_eq!(feed(&mut detectors, 0, -127.0, 499), []);
        assert_eq!(feed(&mut detectors, 0, -127.0, 101), [Fault::Silent(12)]);
        assert_eq!(feed(&mut detectors, 5, -70.0, 100), [Fault::Silent(14)], "hiss is no sound");
        assert_eq!(feed(&mut detectors, 900, -30.0, 24), [Fault::Silent(14)]);
        assert_eq!(feed(&mut detectors, 900, -30.0, 1), []);
    }

    #[test]
    fn a_line_that_brings_nothing_is_not_called_silent() {
        let mut detectors = Detectors::default();
        feed(&mut detectors, 0, -127.0, 400);
        detectors.feed(&[0; 960], -127.0, 0, false);
        assert_eq!(feed(&mut detectors, 0, -127.0, 400), []);
    }

    #[test]
    fn clipping_needs_more_than_a_knock_and_three_clean_seconds_end_it() {
        let mut detectors = Detectors::default();
        assert_eq!(feed(&mut detectors, 32_767, 0.0, 4), []);
        assert_eq!(feed(&mut detectors, 32_767, 0.0, 1), [Fault::Clipping(100)]);
        assert_eq!(feed(&mut detectors, 900, -30.0, 149), [Fault::Clipping(0)]);
        assert_eq!(feed(&mut detectors, 900, -30.0, 1), []);
    }
}

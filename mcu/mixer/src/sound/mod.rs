//! Pure sound work: jitter buffer, playout, gain, mixes, levels, detectors. 48 kHz, one channel, blocks of 20 ms.

mod arrivals;
mod detect;
mod gain;
mod howling;
mod input;
mod jitter;
mod level;
mod limiter;
mod lines;
mod mix;
mod packet;
mod playout;
mod rank;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod speech;
mod stretch;
mod voice;

pub use detect::{Detectors, Fault};
pub use gain::{AutomaticGain, Ramp, factor};
pub use input::{Input, Treatment};
pub use jitter::{Adjust, Counts, JitterBuffer, MAX_DELAY, MAX_SPAN, MIN_DELAY, Play};
pub use level::{Meter, SILENCE_DBFS, level_dbfs};
pub use limiter::Limiter;
pub use lines::{COMPLEXITY, EXPECTED_LOSS_PERCENT, Lines, MIX_BIT_RATE_BPS};
pub use mix::{Inputs, MAX_INPUTS, Recipe, Sums};
pub use packet::SoundPacket;
pub use playout::{Heard, Playout};
pub use rank::Ranking;
pub use voice::Voice;

/// Sampling rate of Opus and of everything here.
pub const RATE_HZ: u32 = 48_000;
/// Samples in a block of 20 ms.
pub const BLOCK: usize = 960;

/// 20 ms of one channel.
pub type Block = [i16; BLOCK];

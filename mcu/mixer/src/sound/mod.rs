//! Pure sound work: jitter buffer, mixing, levels. 48 kHz, one channel, blocks of 20 ms.

mod jitter;
mod level;
mod mix;

pub use jitter::{JitterBuffer, Play};
pub use level::{Meter, SILENCE_DBFS};
pub use mix::mix;

/// Sampling rate of Opus and of everything here.
pub const RATE_HZ: u32 = 48_000;
/// Samples in a block of 20 ms.
pub const BLOCK: usize = 960;

/// 20 ms of one channel.
pub type Block = [i16; BLOCK];

#![warn(missing_docs)]
//! An impaired wire in virtual time: random loss, bursts, delay, jitter, reordering, duplication, a rate with a queue, and outages, all by a seed.
//!
//! Packets go in with their times and come out with their times; it has no clock, no socket and no dice of its own. It serves the rehearsal's
//! line faults (`room-terminal`) and the tests (`tests/netlab`).

mod impairment;
mod wire;

pub use impairment::{Impairment, Loss, Rate};
pub use wire::{Counts, Wire};

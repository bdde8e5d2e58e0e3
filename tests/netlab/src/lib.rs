#![warn(missing_docs)]
//! An impaired wire for tests: random loss, bursts, delay, jitter, reordering, duplication, a rate with a queue, and outages, all by a seed.
//!
//! One configuration, [`Impairment`], has two faces: [`Wire`] takes packets with their times and gives packets with their times, for machines in
//! virtual time; [`Lab`] joins two network namespaces for real programs and sockets. It knows nothing of what the packets mean.

mod bridge;
mod lab;
mod own_network;

pub use impaired_wire::{Counts, Impairment, Loss, Rate, Wire};
pub use lab::{Lab, LabError};
pub use own_network::{Entry, enter};

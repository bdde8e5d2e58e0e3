//! The room controller: one process, many rooms, each a tree of tasks of its own.
//!
//! A room holds one task per device (link and driver), one for its rules, one for its uplink to the console and one for its terminal process.
//! The rules are in `room-core`, the protocols in `room-drivers`; here is only what moves bytes between them.

#![warn(missing_docs)]

mod audit;
mod clock;
pub mod config;
mod device;
mod discussion;
mod door;
pub mod enrol;
mod rehearsal;
mod room;
mod run;
mod seat;
mod terminal;
mod token;
mod uplink;

pub use config::Config;
pub use run::run;

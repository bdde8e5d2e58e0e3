//! Which conference each room's terminal shall sit in, told to the rooms and shown to people.
//!
//! [`calls`], [`choice`] and [`ledger`] are pure; [`run`] is the one part with a clock and a line to the MCU.

mod calls;
mod choice;
pub(crate) mod doors;
pub(crate) mod entity;
mod ledger;
mod run;
pub(crate) mod words;

pub use run::run;

//! Biamp Tesira by its text protocol (telnet 23 or serial). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Reply, Telnet, WELCOME, decibels, lines, tenths_of};
pub use protocol::{Ask, Attribute, Channel, Tesira};
pub use settings::{ENTRY, Settings};

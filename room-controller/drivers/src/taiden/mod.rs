//! TAIDEN HCS-3600 discussion units on RS-232. See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Framer, IDS, Order, Said};
pub use protocol::{Ask, Taiden};
pub use settings::{ENTRY, Named, Settings};

//! Wakes a computer or display by its network card (UDP 9). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Mac, magic, woken};
pub use protocol::{Ask, WakeOnLan};
pub use settings::{ENTRY, Settings};

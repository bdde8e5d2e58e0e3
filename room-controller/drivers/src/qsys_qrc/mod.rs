//! Q-SYS Cores by QRC (TCP 1710). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Control, Message, frames, request};
pub use protocol::{Ask, Attribute, Channel, QsysQrc};
pub use settings::{ENTRY, Settings};

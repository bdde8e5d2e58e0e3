//! KNX lights through KNXnet/IP tunnelling (UDP 3671). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Apci, Cemi, Group, MessageCode, Packet, Telegram, service};
pub use protocol::{Ask, Fixture, Knx, What};
pub use settings::{ENTRY, Settings};

//! Relay boards and power sequencers that speak Modbus TCP or RTU. See README.md beside this file.

mod adapter;
mod codec;
mod interlock;
mod protocol;
mod sequence;
mod settings;

pub use codec::{Form, Frame, Framer, Request, Side, crc};
pub use interlock::Outlet;
pub use protocol::{Ask, Relays, Space};
pub use sequence::Sequencer;
pub use settings::{ENTRY, Settings};

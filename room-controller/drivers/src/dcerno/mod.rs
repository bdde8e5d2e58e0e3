//! Televic D-Cerno discussion units by CoCon packets (TCP 5011). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Mode, Packet, Said, frames, packet};
pub use protocol::{Ask, DCerno, Order, What};
pub use settings::{ENTRY, Seat, Settings};

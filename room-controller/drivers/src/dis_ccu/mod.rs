//! Discussion units that speak the DIS text protocol (TCP 3142): DIS-CCU, Shure MXC, DCS 6000. See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod room;
mod settings;

pub use codec::{Interrupt, MAX_LINE, MicMode, Word, lines};
pub use protocol::{Ask, DisCcu};
pub use settings::{ENTRY, Settings};

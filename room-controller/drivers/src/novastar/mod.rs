//! NovaStar LED sending cards and processors (TCP 5200, serial). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Ack, Frame, Framer, Kind, Side};
pub use protocol::{Ask, Card, INPUTS, NovaStar, TESTS, register};
pub use settings::{ENTRY, Settings};

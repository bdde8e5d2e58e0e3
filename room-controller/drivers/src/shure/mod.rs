//! Shure devices that take command strings (TCP 2202). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Framer, Line, Param, Part, Verb};
pub use protocol::{Ask, Order, Shure};
pub use settings::{ENTRY, Settings};

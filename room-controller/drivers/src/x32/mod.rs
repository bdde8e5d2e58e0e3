//! Behringer X32 and Midas M32 mixers (OSC on UDP 10023). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Argument, Message, STEPS, Strip, StripKind, Target, fader_of, tenths_of};
pub use protocol::{Ask, X32};
pub use settings::{ENTRY, Settings};

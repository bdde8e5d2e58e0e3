//! Yamaha mixers that speak RCP (TCP 49280). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Line, MINUS_INFINITY, Status, Strip, StripKind, Target, hundredths_of, lines, tenths_of, words};
pub use protocol::{Ask, Yamaha};
pub use settings::{ENTRY, Settings};

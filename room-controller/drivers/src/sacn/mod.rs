//! Lights by sACN, ANSI E1.31-2018 (UDP 5568). See README.md beside this file.

mod codec;
mod protocol;
mod settings;

pub use codec::{Data, cid_of, decode};
pub use protocol::Sacn;
pub use settings::{ENTRY, WORDS};

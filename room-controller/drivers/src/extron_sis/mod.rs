//! Extron switchers and matrices: SIS on TCP 23 and RS-232. See README.md beside this file.

mod adapter;
mod codec;
mod messages;
mod protocol;
mod settings;

pub use codec::{Lines, Piece};
pub use messages::{Layer, Message, message_of};
pub use protocol::{Ask, Extron, Features, Query};
pub use settings::{ENTRY, Settings};

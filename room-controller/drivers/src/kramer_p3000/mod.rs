//! Kramer matrices: Protocol 3000 on TCP 5000, UDP 50000 and RS-232. See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Lines, Message, Piece, line, message_of};
pub use protocol::{Ask, Features, Kramer, Plane, Query, Routing};
pub use settings::{ENTRY, Settings, Words};

//! Blackmagic Videohubs (TCP 9990). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Block, Blocks, Piece, pair};
pub use protocol::{Ask, Lock, Query, Videohub};
pub use settings::{ENTRY, Settings};

//! Huidu full-colour LED cards, SDK 2.0 (TCP 10001). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;
mod xml;

pub use codec::{CHUNK, Framer, Packet, Pieces, command, pieces};
pub use protocol::{Ask, Heartbeat, Huidu, Style};
pub use settings::{ENTRY, Settings};
pub use xml::{Tag, escape, tags};

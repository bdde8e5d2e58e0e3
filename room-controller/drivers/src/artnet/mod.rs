//! Lights behind an Art-Net 4 node (UDP 6454). See README.md beside this file.

mod codec;
mod protocol;
mod settings;

pub use codec::{Packet, PollReply, Port, decode, dmx, poll, poll_reply};
pub use protocol::ArtNet;
pub use settings::{ENTRY, WORDS};

//! Pelco-D cameras: RS-485, blind. See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Frame, Framer, Piece};
pub use protocol::{Ask, Axis, Motion, Part, PelcoD};
pub use settings::{ENTRY, Settings};

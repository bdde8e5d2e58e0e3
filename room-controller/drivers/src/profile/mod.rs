//! A driver made of data: frames with fields, so that an unknown device never blocks a site. See README.md beside this file.

mod adapter;
mod compiled;
mod field;
mod framer;
mod mirror;
mod protocol;
mod settings;
mod template;

pub use field::{Field, Fields, Word};
pub use framer::Cut;
pub use mirror::Mirror;
pub use protocol::{Ask, Profiled};
pub use settings::{CommandProfile, ENTRY, EventProfile, Frames, PollProfile, Profile, RefusalProfile, Settings, Why};

/// A small matrix with text frames: the example of README.md.
pub const EXAMPLE: &str = include_str!("example.toml");

//! Rehearsal clips: eight seconds of picture in three layers and sound, encoded once and sent packet by packet for ever.

mod file;
mod make;

pub use file::{AccessUnit, Clip, ClipError};
pub use make::{ClipOrder, prepare};
pub(crate) use make::{KEY_EVERY, still};

//! One scene in many rooms: previewed, run, put back; rooms that are away get it when they return.
//!
//! [`round`] is pure; [`deliver`] is the one part with a clock. How far each room is, its own report says.

mod deliver;
pub(crate) mod doors;
pub(crate) mod entity;
pub(crate) mod round;

pub use deliver::{Scenes, run};

//! One room's rules: what is wanted and reported, the life of commands, held moves, and scenes.
//!
//! Pure: it talks to devices by orders it gives out ([`Output`]) and reports it is handed. It knows no protocol, socket or clock; time comes in
//! as milliseconds since 1970.

#![warn(missing_docs)]

mod check;
mod commands;
mod delegates;
mod discussion;
mod faults;
mod follow;
mod property;
mod restore;
mod room;
mod scene;
mod seat;
mod spec;
mod vote;

pub use delegates::{DelegateSpec, DiscussionSpec};
pub use discussion::{Discussion, Do, Heard, Limits, Refused, Role, Seated};
pub use follow::{Follow, Shot, Shots};
pub use room::{Fact, Lane, Output, Room, Step};
pub use seat::{Seat, TerminalSaid, Verdict};
pub use spec::{DeviceSpec, RoomSpec, SceneSpec, SpecError, StepSpec};

use room_api::Text;

pub(crate) fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

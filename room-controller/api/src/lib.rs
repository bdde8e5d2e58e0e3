//! The words others may say to a room: devices, their commands and properties, scenes, and the uplink between room and console.
//!
//! It holds no rules and talks to no device. What each kind of device can do is declared here as data ([`CommandDecl`]); screens, validation,
//! permissions and audit texts are made from that one declaration.

mod device;
mod discussion;
mod faults;
pub mod pattern;
mod request;
mod scene;
mod seat;
mod uplink;

pub use device::{
    CommandDecl, Danger, DeviceId, DeviceKind, DeviceSnapshot, Health, ParamDecl, ParamKind, PropertySnapshot, Quality, ReportSource, Text,
    Value,
};
pub use discussion::{DiscussionAct, DiscussionMode, DiscussionSeat, DiscussionSnapshot, Vote};
pub use faults::{ActiveFault, Fault, FaultDecl, FaultGroup, MAX_FAULT_S};
pub use request::{Act, CommandState, Refusal, RefusalCode, RoomRequest, RoomResponse};
pub use scene::{RunState, SceneDiff, SceneInfo, SceneRun, StepDiff, StepPolicy, StepResult, StepState};
pub use seat::{SeatReport, SeatState, SeatWord, is_conference_id};
pub use uplink::{FromConsole, FromRoom, RoomId, RoomSnapshot, UPLINK_VERSION};

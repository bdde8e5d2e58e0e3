//! The words others may say to the MCU: ids, commands, events, snapshots and errors, and a typed client.
//!
//! It holds no rules: what a command does is decided in `mcu-conference`. Everything here is serialised as JSON and described by the
//! OpenAPI document checked in beside it.

mod answers;
mod client;
mod command;
mod error;
mod event;
mod faults;
mod ids;
mod picture;
mod snapshot;
mod stream;

pub use answers::{ConferenceSummary, Conferences, Health, HealthProblem, SiteFeed};
pub use client::{Client, ClientError, ORIGIN_HEADER};
pub use command::{Command, CommandAnswer, CommandRequest, Mic, OpenConference, SiteSeat};
pub use error::{Code, Problem};
pub use event::{Envelope, Event, Layouts, MicChange, Origin, ServerMessage};
pub use faults::SiteFault;
pub use ids::{BadId, ConferenceId, MAX_ID_BYTES, Rev, SiteId};
pub use picture::{Cell, CellSource, Layout, Picture, Transition, ViewSource};
pub use snapshot::{
    CellList, CellListEntry, ConferencePhase, ConferenceSnapshot, Connection, MonitorName, SiteKind, SiteSnapshot, SiteTrouble, Tally,
    UndoInfo, ViewSnapshot, WallRect, WorkerHealth,
};
pub use stream::{EventStream, Meter, Told, read_meters, write_meters};

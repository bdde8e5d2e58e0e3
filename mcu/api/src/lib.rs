//! The words others may say to the MCU: ids, commands, events, snapshots and errors, and a typed client.
//!
//! It holds no rules: what a command does is decided in `mcu-conference`. Everything here is serialised as JSON and described by the
//! OpenAPI document checked in beside it.

mod answers;
mod client;
mod command;
mod desk;
mod error;
mod event;
mod faults;
mod forced;
mod ids;
mod interpretation;
mod overlay;
mod picture;
mod request;
pub mod rights;
mod rules;
mod setting;
mod snapshot;
mod stream;

pub use answers::{ConferenceSummary, Conferences, Health, HealthProblem, JournalPage, Prompt, SiteFeed};
pub use client::{Client, ClientError, ORIGIN_HEADER};
pub use command::Command;
pub use desk::{Area, ArmedPlan, Desk, EmergencyPlan, Fired, Lease, Leases, PlanTrigger, RunSheet, RunStep, TriggerCause};
pub use error::{Code, Problem};
pub use event::{Envelope, Event, Layouts, MicChange, Origin, ServerMessage};
pub use faults::SiteFault;
pub use forced::{CellTurn, Forced, Loudest, Polling, PollingKind, PollingStep, Rotation, SpeechMics, VoiceSwitch};
pub use ids::{BadId, ConferenceId, LanguageId, MAX_ID_BYTES, Rev, SiteId};
pub use interpretation::Channel;
pub use overlay::{Edge, Mark, Overlay};
pub use picture::{Cell, CellSource, Layout, Picture, Transition, ViewSource};
pub use request::{CommandAnswer, CommandRequest, Mic, OpenConference, SiteSeat};
pub use rules::{
    Audience, Content, FloorRequest, Output, RecordState, Redial, RedialPolicy, RollCall, RollCallRow, RollCallScore, RollCallTurn,
    Settings, Speaker, Speech, SpeechTimer,
};
pub use setting::Setting;
pub use snapshot::{
    CellList, CellListEntry, ConferencePhase, ConferenceSnapshot, Connection, MonitorName, SiteKind, SiteSnapshot, SiteTrouble, Tally,
    UndoInfo, ViewSnapshot, WallRect, WorkerHealth,
};
pub use stream::{EventStream, Meter, Told, read_meters, write_meters};

//! The rules of a conference, pure: what a command does, what may be taken back, and what everybody sees and hears.
//!
//! [`Conference`] takes commands, time and levels and answers with journalled facts; [`plan`] turns its state and the reported presence into the wanted
//! pictures and sounds. There is no clock, socket, disk or random source in here, and nothing about relays, mixers or HTTP.

#![warn(missing_docs)]

mod access;
mod commands;
mod composites;
mod conference;
mod draft;
mod eyes;
mod fields;
mod history;
mod layouts;
mod mixes;
mod open;
mod plan;
mod presence;
mod refusal;
mod rules;
mod set;
mod state;
mod tally;
mod undo;
mod wall;

pub use access::required_right;
pub use composites::{CellPlan, CellShow, CompositeKind, CompositePlan, Seen};
pub use conference::{Conference, Input, Outcome};
pub use history::{Change, Taken};
pub use layouts::{MAX_CELLS, shipped_layouts};
pub use mixes::MixPlan;
pub use open::MAX_SITES;
pub use plan::{MediaPlan, Monitors, OutputPlan, SitePlan, plan};
pub use presence::{Presence, ReportedFaults, SitePresence};
pub use refusal::{Refusal, refuse};
pub use state::{ReplayError, Site, State};
pub use tally::{Sent, SentPictures, ShownComposite, tallies};
pub use wall::{WALL_CELLS, wall_list};

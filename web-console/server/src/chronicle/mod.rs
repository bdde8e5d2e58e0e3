//! The chronicle: what happened in every conference of the MCU, kept after it has ended, and what is made of it.
//!
//! Facts come from the MCU's journal by revision, so that none is missing and none stands twice; what the journal does not hold (who was there, what was wrong
//! with pictures, sound and lines) comes from snapshots. What nobody saw is marked as a gap and never guessed.

mod documents;
mod doors;
mod entity;
mod entry;
mod follow;
mod looks;
mod migration;
mod phrases;
mod recorder;
mod report;
mod store;
#[cfg(test)]
mod testing;
mod words;

pub(crate) use doors::{attendance, meetings, report as report_json, report_pdf, roll_call_pdf, timeline};
pub use follow::follow;
pub(crate) use migration::ChronicleTables;
pub(crate) use report::{MeetingList, Report};
pub(crate) use store::envelopes;

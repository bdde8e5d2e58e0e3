//! The rules, one theme a file: what commands do, and what the conference decides by itself as time goes on.

pub(crate) mod cells;
pub(crate) mod chair;
pub(crate) mod content;
pub(crate) mod interpretation;
pub(crate) mod leases;
pub(crate) mod overlays;
pub(crate) mod pictures;
pub(crate) mod plans;
pub(crate) mod polling;
pub(crate) mod roll_call;
pub(crate) mod run_sheet;
pub(crate) mod seats;
pub(crate) mod sound;
pub(crate) mod speech;
pub(crate) mod triggers;
pub(crate) mod voice_switch;

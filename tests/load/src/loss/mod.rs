//! What a lossy line does to picture and sound: clients that repair, worlds to put them in, and what they report (R2a to R2d).
//!
//! [`sender::Sender`] and [`watcher::Watcher`] are machines: time and bytes are arguments. A [`world::World`] carries their datagrams, either
//! through [`simulated::Simulated`] (the relay as a library, virtual time) or through [`wired::Wired`] (the relay as a program, an impaired wire).

pub mod curve;
pub mod frame_mark;
pub mod missing;
pub mod offer;
pub mod pictures;
pub mod red;
pub mod reports;
pub mod scenarios;
pub mod sender;
pub mod simulated;
pub mod sounds;
pub mod watcher;
pub mod wired;
pub mod world;

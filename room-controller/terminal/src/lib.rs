#![warn(missing_docs)]
//! The room terminal: a room's own picture and sound, to and from the MCU.
//!
//! It publishes through WHIP and watches through WHEP with the `webrtc` client, for ever, in the conference it is told: a dead relay is noticed within a second by its unanswered
//! checks and the terminal comes back to its seat. In rehearsal the picture is a clip prepared beforehand or a live encoder; what is received is
//! decoded only on demand, and markers and tones read back. A rehearsal's faults change the bytes that leave, and the line they leave by. It holds no rule of a conference: whether it is heard is decided by the MCU.

pub mod clip;
pub mod config;
mod door;
mod faults;
mod life;
mod line;
mod mouth;
mod place;
mod redials;
mod seen;
mod session;
mod show;
mod source;
mod stand_in;
mod tally;
mod token;
mod voice;

pub use life::run;

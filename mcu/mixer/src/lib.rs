#![warn(missing_docs)]
//! The MCU's mixer: decodes what the relay taps, makes composites and sound mixes, and feeds them back to the relay.
//!
//! It follows control's wanted state ([`mcu_media_api::MixerWanted`]) by differences and holds no rule of a conference. It may crash at any time:
//! sessions live in the relay, so a restarted mixer is back without a handshake. Pure parts ([`canvas::Canvas`], everything in
//! [`sound`]) take bytes and time as arguments; threads, sockets and codecs stand around them.

pub mod canvas;
mod composer;
pub mod config;
mod control_link;
mod engine;
mod mouth;
mod report;
mod rtp_in;
pub mod sound;
mod sound_report;
mod sound_thread;
mod spare_hands;
mod video_input;

pub use control_link::{ControlLink, FromControl};
pub use engine::Engine;

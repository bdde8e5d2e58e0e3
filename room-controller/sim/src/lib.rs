//! Simulated devices that speak the real bytes: a PTZ camera (VISCA) and a projector (PJLink).
//!
//! Used for rehearsals, training and tests. Each is a machine without socket or clock ([`camera::Camera`], [`projector::Projector`]) and a
//! shell that puts it on TCP, UDP or a serial line ([`serve`]). They misbehave on demand ([`Misbehave`]) and their hidden state can be read.

#![warn(missing_docs)]

pub mod camera;
mod device;
pub mod projector;
pub mod serve;

pub use device::{Answers, Misbehave, SimDevice};
pub use serve::Handle;

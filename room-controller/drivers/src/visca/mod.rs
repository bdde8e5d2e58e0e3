//! VISCA cameras: serial, raw TCP (5678) and VISCA over IP (UDP 52381). See README.md beside this file.

mod adapter;
mod codec;
mod envelope;
mod protocol;
mod settings;

pub use codec::{Frame, Framer, Reply, command, inquiry, nibbles, reply_of, signed_nibbles, value_of_nibbles};
pub use envelope::{Envelope, EnvelopeKind, RESET, RESET_DONE, SEQUENCE_ABNORMAL};
pub use protocol::{Ask, Carrier, FocusMode, Visca};
pub use settings::{ENTRY, Settings};

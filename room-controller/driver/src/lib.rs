//! The machine that talks to one device: queue, deadlines, matching of replies, supervision of its link and polling.
//!
//! Pure: bytes and time come in, bytes and facts go out. It opens no socket, reads no clock and knows no device; what the bytes mean is told
//! by a [`Protocol`]. A shell owns one machine, hands it what arrived and does what [`Machine::poll`] says.

#![warn(missing_docs)]

mod health;
mod machine;
mod protocol;
mod queue;

pub use health::{LinkHealth, Trouble, retry_delay};
pub use machine::{Input, Machine, Output, Progress};
pub use protocol::{Fact, Heard, Manner, No, Protocol, Read, Retry};
pub use queue::{Lane, MAX_QUEUED, QueueFull};

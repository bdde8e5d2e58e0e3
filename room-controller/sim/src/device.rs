//! What the shell needs of a simulated device.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Scripted faults; each lasts until another is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Misbehave {
    /// As it should.
    #[default]
    None,
    /// Takes everything, says nothing.
    Silent,
    /// Every answer comes late.
    Slow {
        /// By this much.
        ms: u64,
    },
    /// Says bytes that mean nothing instead of answers.
    Garbage,
    /// Ends its connections and takes none.
    DropConnection,
    /// Answers with wrong message numbers (VISCA over IP) or to the wrong question.
    WrongSequence,
    /// Refuses everything as not executable now.
    Refuse,
}

/// What a device says, each at its time.
pub type Answers = Vec<(Duration, Vec<u8>)>;

/// A device without socket and clock.
pub trait SimDevice: Send + 'static {
    /// A connection was made; what the device says first.
    fn greet(&mut self, now: Duration) -> Vec<u8>;
    /// Takes bytes (a datagram on UDP) of one connection; answers go out at their times.
    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers;
    /// What nobody on the wire is told.
    fn hidden(&mut self, now: Duration) -> serde_json::Value;
    /// Begins to misbehave.
    fn misbehave(&mut self, how: Misbehave);
    /// As it is.
    fn misbehaviour(&self) -> Misbehave;
    /// Power was cut and came back: what does not survive that is lost.
    fn reboot(&mut self, now: Duration);
}

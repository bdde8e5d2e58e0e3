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

/// What a person does at the device itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PanelAct {
    /// What, e.g. `press`.
    pub act: String,
    /// Of which seat, channel or output.
    pub number: u16,
    /// The value it gets, where it gets one.
    #[serde(default)]
    pub value: i64,
}

/// What a device says, each at its time.
pub type Answers = Vec<(Duration, Vec<u8>)>;

/// What of a device's answers gets out under a fault, and when.
#[must_use]
pub fn under(how: Misbehave, answers: Answers) -> Answers {
    match how {
        Misbehave::Silent | Misbehave::DropConnection => Vec::new(),
        Misbehave::Slow { ms } => answers.into_iter().map(|(at, answer)| (at + Duration::from_millis(ms), answer)).collect(),
        Misbehave::Garbage => answers.into_iter().map(|(at, answer)| (at, garbled(&answer))).collect(),
        Misbehave::None | Misbehave::WrongSequence | Misbehave::Refuse => answers,
    }
}

/// Something of the same length that means nothing.
fn garbled(answer: &[u8]) -> Vec<u8> {
    answer.iter().map(|byte| (byte ^ 0x5A) & 0x7F).collect()
}

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
    /// Somebody does something at the device itself (presses a button, moves a fader): what the device says about it. `None`: there is no such thing.
    fn panel(&mut self, _now: Duration, _act: &PanelAct) -> Option<Answers> {
        None
    }
    /// Power was cut and came back: what does not survive that is lost.
    fn reboot(&mut self, now: Duration);
}

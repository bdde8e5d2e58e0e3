//! A device that answers as its profile describes it.

use std::time::Duration;

use room_drivers::profile::Mirror;

use crate::device::{Answers, Misbehave, SimDevice};

/// See the module.
#[derive(Debug)]
pub struct Profiled {
    mirror: Mirror,
    misbehave: Misbehave,
}

impl Profiled {
    /// A device at rest.
    #[must_use]
    pub const fn new(mirror: Mirror) -> Self {
        Self { mirror, misbehave: Misbehave::None }
    }
}

impl SimDevice for Profiled {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.mirror.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        // What it refuses it does not do; a profile need not say with which frame, so it keeps silent.
        if self.misbehave == Misbehave::Refuse {
            return Vec::new();
        }
        let answers = self.mirror.take(bytes);
        let wrong = |answer: Vec<u8>| answer.into_iter().rev().collect();
        let shown = |answer| if self.misbehave == Misbehave::WrongSequence { wrong(answer) } else { answer };
        answers.into_iter().map(|answer| (now, shown(answer))).collect()
    }

    fn hidden(&mut self, _now: Duration) -> serde_json::Value {
        serde_json::json!({ "state": self.mirror.state(), "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, _now: Duration) {
        self.mirror.clear();
    }
}

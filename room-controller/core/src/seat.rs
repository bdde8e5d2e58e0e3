//! Which conference the room's terminal sits in.
//!
//! The console's last word decides while its conference runs. When the MCU itself says that it is over, the room does not wait for the console, whose line
//! may be cut: it goes to the standing conference of its configuration, and waits there when that one does not run either.

use room_api::{SeatReport, SeatState, SeatWord, Text};

use crate::text;

/// An MCU that does not know a conference may have just been started, or be the second of two: so long it is asked again before that is believed, ms.
const UNKNOWN_FOR_MS: u64 = 6_000;
/// A conference left because the MCU did not know it is tried again after this, as long as the room has nothing better to do, ms.
const TRY_AGAIN_MS: u64 = 30_000;

/// What the MCU last said about the conference that the terminal tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// Nothing against it.
    #[default]
    None,
    /// It has ended.
    Ended,
    /// There is none of that name.
    Unknown,
}

/// What the terminal says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TerminalSaid {
    /// The conference it sits in or tries.
    pub conference: Option<String>,
    /// Its picture and sound are sent.
    pub publishing: bool,
    /// It receives.
    pub watching: bool,
    /// What the MCU said.
    pub verdict: Verdict,
    /// What keeps it out.
    pub trouble: Option<Text>,
}

impl TerminalSaid {
    const fn is_joined(&self) -> bool {
        self.publishing && self.watching
    }
}

/// How the conference of the last word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// To be sat in.
    Stands,
    /// The MCU has not known it since then, ms.
    Doubtful { since_ms: u64 },
    /// Left at that time, ms; for good when it has ended.
    Left { at_ms: u64, for_good: bool },
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    standing: Option<String>,
    word: Option<SeatWord>,
    wanted: Wanted,
    said: TerminalSaid,
}

impl Seat {
    /// With the standing conference of the configuration and the word kept from before the start.
    #[must_use]
    pub fn new(standing: Option<String>, kept: Option<SeatWord>) -> Self {
        Self { standing, word: kept, wanted: Wanted::Stands, said: TerminalSaid::default() }
    }

    /// Takes a word of the console; whether it is another than the last, and so to be kept.
    ///
    /// # Errors
    /// With what is wrong in it; nothing is changed then.
    pub fn word(&mut self, word: SeatWord) -> Result<bool, Text> {
        word.check()?;
        if word.revision <= self.revision() {
            return Ok(false);
        }
        self.word = Some(word);
        self.wanted = Wanted::Stands;
        Ok(true)
    }

    /// Takes what the terminal says at `now_ms`, ms since 1970.
    pub fn said(&mut self, now_ms: u64, said: TerminalSaid) {
        let is_of_the_word = said.conference.is_some() && said.conference.as_deref() == self.wanted_conference();
        self.said = said;
        if !is_of_the_word || matches!(self.wanted, Wanted::Left { .. }) {
            return;
        }
        self.wanted = match (self.said.verdict, self.wanted) {
            (Verdict::Ended, _) => Wanted::Left { at_ms: now_ms, for_good: true },
            (Verdict::None, _) => Wanted::Stands,
            (Verdict::Unknown, _) if self.said.is_joined() => Wanted::Stands,
            (Verdict::Unknown, Wanted::Doubtful { since_ms }) if now_ms.saturating_sub(since_ms) >= UNKNOWN_FOR_MS => {
                Wanted::Left { at_ms: now_ms, for_good: false }
            }
            (Verdict::Unknown, Wanted::Doubtful { since_ms }) => Wanted::Doubtful { since_ms },
            (Verdict::Unknown, Wanted::Stands | Wanted::Left { .. }) => Wanted::Doubtful { since_ms: now_ms },
        };
    }

    /// Time passed.
    pub fn tick(&mut self, now_ms: u64) {
        if self.deadline().is_some_and(|due| due <= now_ms) {
            self.wanted = Wanted::Stands;
        }
    }

    /// When [`Seat::tick`] is wanted at the latest, ms since 1970.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        match self.wanted {
            Wanted::Left { at_ms, for_good: false } if !self.is_joined_there() => Some(at_ms.saturating_add(TRY_AGAIN_MS)),
            Wanted::Left { .. } | Wanted::Stands | Wanted::Doubtful { .. } => None,
        }
    }

    /// Where the terminal shall sit; `None`: nowhere.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        let wanted = self.wanted_conference().filter(|_| !matches!(self.wanted, Wanted::Left { .. }));
        wanted.or(self.standing.as_deref())
    }

    /// What the console is told.
    #[must_use]
    pub fn report(&self) -> SeatReport {
        SeatReport {
            revision: self.revision(),
            wanted: self.wanted_conference().map(str::to_owned),
            conference: self.place().map(str::to_owned),
            state: self.state(),
        }
    }

    fn revision(&self) -> u64 {
        self.word.as_ref().map_or(0, |word| word.revision)
    }

    fn wanted_conference(&self) -> Option<&str> {
        self.word.as_ref()?.conference.as_deref()
    }

    /// Joined where it shall be.
    fn is_joined_there(&self) -> bool {
        self.said.is_joined() && self.said.conference.as_deref() == self.place()
    }

    fn state(&self) -> SeatState {
        let Some(place) = self.place() else {
            return SeatState::Waiting {
                reason: text("没有安排会议,也未配置常设会议", "no conference is wanted and none is configured as standing"),
            };
        };
        if self.said.conference.as_deref() != Some(place) {
            return SeatState::Connecting {};
        }
        if self.said.is_joined() {
            return SeatState::Joined {};
        }
        if self.said.verdict != Verdict::None {
            return SeatState::Waiting { reason: text(format!("会议 {place} 未在召开"), format!("conference {place} does not run")) };
        }
        match &self.said.trouble {
            // One way stands: the other follows, or says why when it is its turn.
            Some(reason) if !self.said.publishing && !self.said.watching => SeatState::Failed { reason: reason.clone() },
            Some(_) | None => SeatState::Connecting {},
        }
    }
}

#[cfg(test)]
#[path = "seat_tests.rs"]
mod tests;

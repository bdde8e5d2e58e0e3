//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Word, lines};
use super::room::Room;
use crate::delimited::{Delimited, Piece};

/// An order's event (fact sheet §27).
const EVENT_WITHIN: Duration = Duration::from_secs(1);
/// A listing: 250 seats are some 8 kB.
const LISTING_WITHIN: Duration = Duration::from_secs(3);
/// Read-back of everything; events keep it fresh between.
const POLL: Duration = Duration::from_secs(15);
/// Read-back of the volumes.
const POLL_AUDIO: Duration = Duration::from_secs(60);

/// What can be asked of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Everything about seats, lists and modes.
    MicStatus,
    /// Volumes.
    AudioStatus,
    /// Whether the unit lives though it does not answer about volumes.
    NoAudio,
    /// An order; its event is the proof.
    Order(Word),
    /// What became of an order: everything is read back and judged.
    Check(Word),
}

/// The text protocol towards one unit.
#[derive(Debug)]
pub struct DisCcu {
    pub(crate) chairs: Vec<u16>,
    lines: Delimited,
    pub(crate) room: Room,
    /// Listings asked for and not ended yet.
    owed: u32,
    /// Who spoke and who was to speak next when the last such order went out.
    before: (Vec<u16>, Option<u16>),
}

impl DisCcu {
    /// A unit whose chair's seats are these; empty when nobody knows.
    #[must_use]
    pub fn new(chairs: Vec<u16>) -> Self {
        Self { chairs, lines: lines(), room: Room::default(), owed: 0, before: (Vec::new(), None) }
    }

    fn line(&mut self, line: &[u8]) -> Vec<Heard> {
        let Some(word) = Word::read(line) else { return vec![Heard::Noise(line.len())] };
        if word == Word::UnknownCommand {
            return vec![Heard::No { slot: 0, seq: None, why: No::Unsupported }];
        }
        if word == Word::SyntaxError {
            return vec![Heard::No { slot: 0, seq: None, why: No::BadParameter }];
        }
        let mut facts = self.room.take(&word);
        if word == Word::MicStatusDone {
            self.owed = self.owed.saturating_sub(1);
            if self.owed > 0 {
                // The end of a listing that was given up; a fresh one follows.
                self.room.begin_listing();
                return vec![Heard::Report(Vec::new())];
            }
            facts = self.room.end_listing();
        }
        vec![Heard::Report(facts), Heard::Answer { seq: None, payload: line.to_vec() }]
    }

    /// Whether an event is the one an order waits for.
    fn proves(&self, order: &Word, event: &Word) -> bool {
        if *order != Word::NextOn {
            return order == event;
        }
        match &self.before {
            (_, Some(next)) => *event == Word::MicOn(*next),
            (speaking, None) => speaking.first().is_some_and(|first| *event == Word::MicOff(*first)),
        }
    }

    /// Whether everything read back shows that an order was done.
    fn is_done(&self, order: &Word) -> bool {
        let room = &self.room;
        match order {
            Word::MicOn(seat) => room.lists.speaking.contains(seat),
            Word::MicOff(seat) => !room.lists.speaking.contains(seat),
            Word::RequestOn(seat) => room.lists.waiting.contains(seat),
            Word::RequestOff(seat) => !room.lists.waiting.contains(seat),
            // Who the chair is nobody told: whoever is still on may be one.
            Word::AllOff if self.chairs.is_empty() => true,
            Word::AllOff => {
                let was_on = |seat: &&u16| self.before.0.contains(seat) && !self.chairs.contains(seat);
                !room.lists.speaking.iter().any(|seat| was_on(&seat))
            }
            Word::AllRequestsOff => room.lists.waiting.is_empty(),
            Word::NextOn => match &self.before {
                (_, Some(next)) => room.lists.speaking.contains(next),
                (speaking, None) => speaking.first().is_some_and(|first| !room.lists.speaking.contains(first)),
            },
            Word::MaxTotal(most) => room.max_total == Some(*most),
            Word::MaxSpeakers(most) => room.max_speakers == Some(*most),
            Word::MaxRequests(most) => room.max_requests == Some(*most),
            Word::Mode(mode, reply) => room.mode == Some((*mode, *reply)),
            Word::Interrupt(interrupt) => room.interrupt == Some(*interrupt),
            Word::Volume(volume) => room.volume == Some(*volume),
            Word::LineInput(level) => room.line_input == Some(*level),
            Word::MicStatus
            | Word::MicStatusDone
            | Word::AudioStatus
            | Word::Seat { .. }
            | Word::UnknownCommand
            | Word::SyntaxError
            | Word::Other => false,
        }
    }

    fn lists(ask: &Ask) -> bool {
        match ask {
            Ask::Check(Word::Volume(_) | Word::LineInput(_)) | Ask::AudioStatus | Ask::Order(_) => false,
            Ask::MicStatus | Ask::NoAudio | Ask::Check(_) => true,
        }
    }
}

impl Protocol for DisCcu {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.lines.clear();
        self.room = Room::default();
        self.owed = 0;
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        vec![Ask::MicStatus, Ask::AudioStatus]
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::MicStatus => Some(POLL),
            Ask::AudioStatus | Ask::NoAudio => Some(POLL_AUDIO),
            Ask::Order(_) | Ask::Check(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        match ask {
            Ask::MicStatus | Ask::NoAudio | Ask::Check(_) => Manner::answered(LISTING_WITHIN),
            Ask::AudioStatus => Manner::answered(EVENT_WITHIN),
            // No event says that all are off: the listing asked for next does.
            Ask::Order(Word::AllOff | Word::AllRequestsOff) => Manner::unanswered(),
            Ask::Order(word) => {
                let manner = Manner { retry: Retry::Once, ..Manner::answered(EVENT_WITHIN) };
                match word {
                    Word::MicOn(seat) | Word::MicOff(seat) => manner.keyed(format!("mic.{seat}")),
                    Word::RequestOn(seat) | Word::RequestOff(seat) => manner.keyed(format!("request.{seat}")),
                    Word::Volume(_) => manner.keyed("volume"),
                    Word::LineInput(_) => manner.keyed("line_input"),
                    Word::MaxSpeakers(_) => manner.keyed("max_open"),
                    Word::AllOff
                    | Word::AllRequestsOff
                    | Word::NextOn
                    | Word::MaxTotal(_)
                    | Word::MaxRequests(_)
                    | Word::Mode(..)
                    | Word::Interrupt(_)
                    | Word::MicStatus
                    | Word::MicStatusDone
                    | Word::AudioStatus
                    | Word::Seat { .. }
                    | Word::UnknownCommand
                    | Word::SyntaxError
                    | Word::Other => manner,
                }
            }
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let line = match ask {
            Ask::Order(word) => {
                if matches!(word, Word::NextOn | Word::AllOff) {
                    self.before = (self.room.lists.speaking.clone(), self.room.lists.waiting.first().copied());
                }
                format!("{word}\r")
            }
            ask if Self::lists(ask) => {
                self.owed += 1;
                self.room.begin_listing();
                "mic_status\r".to_owned()
            }
            Ask::MicStatus | Ask::AudioStatus | Ask::NoAudio | Ask::Check(_) => "audio_status\r".to_owned(),
        };
        (line.into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let pieces = self.lines.feed(bytes);
        let mut heard = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Frame(line) => heard.extend(self.line(&line)),
                Piece::Dropped(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some(word) = Word::read(payload) else { return Read::NotMine };
        let is_over = word == Word::MicStatusDone;
        match ask {
            Ask::MicStatus if is_over => Read::Facts(Vec::new()),
            Ask::NoAudio if is_over => Read::Facts(self.unknown(&Ask::AudioStatus)),
            Ask::AudioStatus if matches!(word, Word::Volume(_)) => Read::Facts(Vec::new()),
            Ask::Order(order) if self.proves(order, &word) => Read::Facts(Vec::new()),
            Ask::Check(order @ Word::Volume(_)) if matches!(word, Word::Volume(_)) => self.judged(order),
            Ask::Check(order @ Word::LineInput(_)) if matches!(word, Word::LineInput(_)) => self.judged(order),
            Ask::Check(order) if is_over => self.judged(order),
            Ask::MicStatus | Ask::NoAudio | Ask::AudioStatus | Ask::Order(_) | Ask::Check(_) => Read::NotMine,
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let unknown = |property: &'static str| Fact { property: property.into(), value: None };
        match ask {
            Ask::AudioStatus => vec![unknown("volume"), unknown("line_input")],
            Ask::MicStatus | Ask::NoAudio | Ask::Order(_) | Ask::Check(_) => Vec::new(),
        }
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        match ask {
            Ask::Order(order) => Some(Ask::Check(order.clone())),
            Ask::AudioStatus => Some(Ask::NoAudio),
            Ask::MicStatus | Ask::NoAudio | Ask::Check(_) => None,
        }
    }
}

impl DisCcu {
    fn judged(&self, order: &Word) -> Read {
        if self.is_done(order) { Read::Facts(Vec::new()) } else { Read::No(No::NotNow) }
    }
}

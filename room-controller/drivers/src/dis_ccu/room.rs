//! What the unit said about its seats and lists.

use std::collections::{BTreeMap, BTreeSet};

use room_api::Value;
use room_driver::Fact;

use super::codec::{Interrupt, MicMode, Word};

/// Seats kept; the largest units serve 250, numbers go to 65535.
const MAX_SEATS: usize = 4096;

/// The two lists, as a unit tells them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    pub speaking: Vec<u16>,
    pub waiting: Vec<u16>,
}

impl Lists {
    /// `again`: a seat named once more goes to the end, as in a listing that repeats what an event said before.
    fn take(&mut self, word: &Word, again: bool) {
        let put = |list: &mut Vec<u16>, seat: u16| {
            if again {
                list.retain(|other| *other != seat);
            }
            if !list.contains(&seat) && list.len() < MAX_SEATS {
                list.push(seat);
            }
        };
        match word {
            Word::MicOn(seat) => put(&mut self.speaking, *seat),
            Word::MicOff(seat) => self.speaking.retain(|other| other != seat),
            Word::RequestOn(seat) => put(&mut self.waiting, *seat),
            Word::RequestOff(seat) => self.waiting.retain(|other| other != seat),
            Word::AllOff
            | Word::AllRequestsOff
            | Word::NextOn
            | Word::MaxTotal(_)
            | Word::MaxSpeakers(_)
            | Word::MaxRequests(_)
            | Word::Mode(..)
            | Word::Interrupt(_)
            | Word::MicStatus
            | Word::MicStatusDone
            | Word::Volume(_)
            | Word::LineInput(_)
            | Word::AudioStatus
            | Word::Seat { .. }
            | Word::UnknownCommand
            | Word::SyntaxError
            | Word::Other => {}
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Room {
    pub lists: Lists,
    /// What is being listed; `None` between listings.
    listing: Option<Lists>,
    seats: BTreeSet<u16>,
    pub mode: Option<(MicMode, bool)>,
    pub interrupt: Option<Interrupt>,
    pub max_requests: Option<u8>,
    pub max_speakers: Option<u8>,
    pub max_total: Option<u8>,
    pub volume: Option<i8>,
    pub line_input: Option<i8>,
    /// Places in the queue that were reported.
    told: BTreeMap<u16, usize>,
}

fn fact(property: String, value: Value) -> Fact {
    Fact { property: property.into(), value: Some(value) }
}

fn number(property: &'static str, value: impl Into<i64>) -> Fact {
    Fact { property: property.into(), value: Some(Value::Int(value.into())) }
}

impl Room {
    pub(crate) fn begin_listing(&mut self) {
        self.listing = Some(Lists::default());
    }

    fn know(&mut self, seat: u16) {
        if self.seats.len() < MAX_SEATS {
            self.seats.insert(seat);
        }
    }

    /// Takes an event or a line of a listing; what is reported by it.
    pub(crate) fn take(&mut self, word: &Word) -> Vec<Fact> {
        self.lists.take(word, false);
        if let Some(listing) = &mut self.listing {
            listing.take(word, true);
        }
        match word {
            Word::MicOn(seat) | Word::MicOff(seat) => {
                self.know(*seat);
                vec![self.mic(*seat)]
            }
            Word::RequestOn(seat) | Word::RequestOff(seat) => {
                self.know(*seat);
                self.places(&[*seat])
            }
            Word::Seat { seat, active, name } => {
                self.know(*seat);
                vec![fact(format!("connected.{seat}"), Value::Bool(*active)), fact(format!("name.{seat}"), Value::Text(name.clone()))]
            }
            Word::MaxTotal(most) => {
                self.max_total = Some(*most);
                vec![number("max_total", *most)]
            }
            Word::MaxSpeakers(most) => {
                self.max_speakers = Some(*most);
                vec![number("max_open", *most)]
            }
            Word::MaxRequests(most) => {
                self.max_requests = Some(*most);
                [vec![number("max_requests", *most)], self.mode_facts()].concat()
            }
            Word::Mode(mode, reply) => {
                self.mode = Some((*mode, *reply));
                self.mode_facts()
            }
            Word::Interrupt(interrupt) => {
                self.interrupt = Some(*interrupt);
                self.mode_facts()
            }
            Word::Volume(volume) => {
                self.volume = Some(*volume);
                vec![number("volume", *volume)]
            }
            Word::LineInput(level) => {
                self.line_input = Some(*level);
                vec![number("line_input", *level)]
            }
            Word::AllOff
            | Word::AllRequestsOff
            | Word::NextOn
            | Word::MicStatus
            | Word::MicStatusDone
            | Word::AudioStatus
            | Word::UnknownCommand
            | Word::SyntaxError
            | Word::Other => Vec::new(),
        }
    }

    /// The listing is complete: what it does not name is off.
    pub(crate) fn end_listing(&mut self) -> Vec<Fact> {
        let Some(listing) = self.listing.take() else { return Vec::new() };
        self.lists = listing;
        let seats: Vec<u16> = self.seats.iter().copied().collect();
        let mut facts: Vec<Fact> = seats.iter().map(|seat| self.mic(*seat)).collect();
        facts.extend(self.places(&seats));
        facts.extend(self.mode_facts());
        facts.extend(self.max_speakers.map(|most| number("max_open", most)));
        facts.extend(self.max_total.map(|most| number("max_total", most)));
        facts.extend(self.max_requests.map(|most| number("max_requests", most)));
        facts
    }

    fn mic(&self, seat: u16) -> Fact {
        fact(format!("mic.{seat}"), Value::Bool(self.lists.speaking.contains(&seat)))
    }

    /// Places of these seats and of all whose place moved with them.
    fn places(&mut self, named: &[u16]) -> Vec<Fact> {
        let place = |seat: u16| self.lists.waiting.iter().position(|other| *other == seat).map_or(0, |index| index + 1);
        let moved: BTreeMap<u16, usize> = self
            .seats
            .iter()
            .map(|seat| (*seat, place(*seat)))
            .filter(|(seat, place)| named.contains(seat) || self.told.get(seat).copied().unwrap_or(0) != *place)
            .collect();
        self.told.extend(moved.iter().map(|(seat, place)| (*seat, *place)));
        let value = |place: usize| Value::Int(i64::try_from(place).unwrap_or(i64::MAX));
        moved.into_iter().map(|(seat, place)| fact(format!("request.{seat}"), value(place))).collect()
    }

    /// The unit's mode in the words of fact sheet §23.
    pub(crate) fn word(&self) -> Option<&'static str> {
        let interrupts = self.interrupt.is_some_and(|interrupt| interrupt != Interrupt::Off);
        match (self.mode?.0, self.max_requests) {
            (MicMode::Fifo, _) => Some("fifo"),
            (MicMode::Manual, _) => Some("approval"),
            (MicMode::Vox, _) => Some("voice"),
            (MicMode::Auto, _) if interrupts => Some("fifo"),
            (MicMode::Auto, Some(0)) => Some("limited"),
            (MicMode::Auto, Some(_)) => Some("open"),
            (MicMode::Auto, None) => None,
        }
    }

    fn mode_facts(&self) -> Vec<Fact> {
        let Some((_, reply)) = self.mode else { return Vec::new() };
        let word = self.word().map(|word| Value::Text(word.to_owned()));
        vec![Fact { property: "mode".into(), value: word }, Fact { property: "reply".into(), value: Some(Value::Bool(reply)) }]
    }
}

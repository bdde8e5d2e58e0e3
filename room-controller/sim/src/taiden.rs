//! A TAIDEN HCS-3600 main unit on RS-232.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::taiden::{IDS, Order, Said};
use serde_json::{Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};
use crate::discussion::{Discussion, Mode};

/// Time from an order to its report.
const REPORT: Duration = Duration::from_millis(30);
/// Half an order older than this is forgotten.
const GAP: Duration = Duration::from_millis(50);
/// The chair's id.
const CHAIR: u16 = 1;

/// How a unit is.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Seats; the first is the chair's.
    pub seats: u16,
    /// Reports leave unused ids out.
    pub short_reports: bool,
    /// How microphones open, and the number reported for it.
    pub mode: (Mode, u8),
    /// Microphones open at once, 1 to 6.
    pub limit: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seats: 8, short_reports: false, mode: (Mode::Fifo, 1), limit: 4 }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Taiden {
    settings: Settings,
    room: Discussion,
    held: Vec<u8>,
    heard_at: Duration,
    reports: bool,
    tracks: bool,
    misbehave: Misbehave,
}

impl Taiden {
    /// A unit after power-on: it reports nothing until told to.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let limit = usize::from(settings.limit).min(IDS);
        let room = Discussion { mode: settings.mode.0, max_open: limit, max_total: IDS, ..Discussion::new(settings.seats) };
        Self { settings, room, held: Vec::new(), heard_at: Duration::ZERO, reports: false, tracks: false, misbehave: Misbehave::None }
    }

    fn report(&self) -> Said {
        Said::Report { operation: self.settings.mode.1, limit: self.settings.limit, open: self.room.speaking.clone() }
    }

    /// What is said when the open microphones changed from these.
    fn changes(&self, before: &[u16]) -> Vec<Said> {
        let mut said = Vec::new();
        let now = &self.room.speaking;
        if now == before {
            return said;
        }
        if self.reports {
            said.push(self.report());
        }
        if self.tracks {
            // The maker's rule: the one that opened; else the chair; else the lowest; else the panorama.
            let opened = now.iter().find(|seat| !before.contains(seat)).copied();
            let chair = now.contains(&CHAIR).then_some(CHAIR);
            said.push(Said::Track(opened.or(chair).or_else(|| now.iter().min().copied()).unwrap_or(0)));
        }
        said
    }

    fn order(&mut self, order: Order) -> Vec<Said> {
        let before = self.room.speaking.clone();
        match order {
            Order::StartReports => {
                self.reports = true;
                let wrong = self.misbehave == Misbehave::WrongSequence;
                return vec![if wrong { Said::Vote([8, 5, 2, 1]) } else { self.report() }];
            }
            Order::StopReports => self.reports = false,
            Order::StartTracking => self.tracks = true,
            Order::StopTracking => self.tracks = false,
            Order::MicOn(_) | Order::MicOff(_) | Order::AllOff if self.misbehave == Misbehave::Refuse => {}
            Order::MicOn(seat) => drop(self.room.open(seat)),
            Order::MicOff(seat) => drop(self.room.shut(seat)),
            Order::AllOff => {
                self.room.all_off();
                self.room.shut(CHAIR);
            }
        }
        self.changes(&before)
    }

    fn say(&self, at: Duration, said: &[Said]) -> Answers {
        said.iter().map(|said| (at, said.encode(self.settings.short_reports))).collect()
    }
}

impl SimDevice for Taiden {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        if now.saturating_sub(self.heard_at) > GAP {
            self.held.clear();
        }
        self.heard_at = now;
        self.held.extend(bytes);
        let mut answers = Vec::new();
        while let Some(taken) = Order::take(&self.held) {
            match taken {
                Ok((order, length)) => {
                    self.held.drain(..length);
                    let said = self.order(order);
                    answers.extend(self.say(now + REPORT, &said));
                }
                Err(dropped) => drop(self.held.drain(..dropped)),
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let mics = self.room.seats.keys().map(|seat| (format!("mic.{seat}"), json!(self.room.speaking.contains(seat))));
        let mut properties: BTreeMap<String, Value> = mics.collect();
        properties.insert("operation".to_owned(), json!(self.settings.mode.1));
        properties.insert("max_open".to_owned(), json!(self.settings.limit));
        json!({ "properties": properties, "speaking": self.room.speaking, "waiting": self.room.waiting, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// `press` and `let_go` of a seat's button; `vote` ends with this many yes.
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let before = self.room.speaking.clone();
        match act.act.as_str() {
            "press" => drop(self.room.press(act.number)),
            "let_go" => drop(self.room.let_go(act.number)),
            "vote" => {
                let present = self.settings.seats;
                let vote = Said::Vote([present, act.number.min(present), present.saturating_sub(act.number), 0]);
                return Some(self.say(now, &[vote]));
            }
            _ => return None,
        }
        Some(self.say(now, &self.changes(&before)))
    }

    fn reboot(&mut self, _now: Duration) {
        *self = Self::new(self.settings);
    }
}

//! A discussion unit that speaks the DIS text protocol.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::dis_ccu::{Interrupt, MicMode, Word, lines};
use room_drivers::{Delimited, Piece};
use serde_json::{Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};
use crate::discussion::{Discussion, Happened, Mode};

/// Time from an order to its event.
const EVENT: Duration = Duration::from_millis(20);

/// How a unit is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Seats; the first is the chair's.
    pub seats: u16,
    /// An older unit: `mic_interrupt on|off`, no names of seats, nothing about audio.
    pub older: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seats: 20, older: false }
    }
}

/// See the module.
#[derive(Debug)]
pub struct DisCcu {
    settings: Settings,
    lines: Delimited,
    room: Discussion,
    mode: MicMode,
    reply: bool,
    interrupt: Interrupt,
    volume: i8,
    line_input: i8,
    misbehave: Misbehave,
    refused: u64,
}

impl DisCcu {
    /// A unit after power-on.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            room: Discussion::new(settings.seats),
            settings,
            lines: lines(),
            mode: MicMode::Auto,
            reply: false,
            interrupt: Interrupt::Off,
            volume: -10,
            line_input: -20,
            misbehave: Misbehave::None,
            refused: 0,
        }
    }

    fn events(happened: Vec<Happened>) -> Vec<Word> {
        let word = |event| match event {
            Happened::On(seat) => Word::MicOn(seat),
            Happened::Off(seat) => Word::MicOff(seat),
            Happened::Waits(seat) => Word::RequestOn(seat),
            Happened::WaitsNot(seat) => Word::RequestOff(seat),
        };
        happened.into_iter().map(word).collect()
    }

    fn seat_line(&self, seat: u16) -> Option<Word> {
        let known = self.room.seats.get(&seat)?;
        let name = if self.settings.older { String::new() } else { known.name.clone() };
        Some(Word::Seat { seat, active: known.active, name })
    }

    fn small(number: usize) -> u8 {
        u8::try_from(number).unwrap_or(u8::MAX)
    }

    fn status(&self) -> Vec<Word> {
        let mut said: Vec<Word> = self.room.seats.keys().filter_map(|seat| self.seat_line(*seat)).collect();
        said.extend([
            Word::MaxTotal(Self::small(self.room.max_total)),
            Word::MaxSpeakers(Self::small(self.room.max_open)),
            Word::MaxRequests(Self::small(self.room.max_waiting)),
            Word::Mode(self.mode, self.reply),
            Word::Interrupt(self.interrupt),
        ]);
        said.extend(self.room.speaking.iter().map(|seat| Word::MicOn(*seat)));
        said.extend(self.room.waiting.iter().map(|seat| Word::RequestOn(*seat)));
        said.push(Word::MicStatusDone);
        said
    }

    /// Does an order; the events, none when nothing was done.
    fn order(&mut self, order: Word) -> Vec<Word> {
        match order {
            Word::MicOn(seat) => Self::events(self.room.open(seat)),
            Word::MicOff(seat) => Self::events(self.room.shut(seat)),
            Word::AllOff => Self::events(self.room.all_off()),
            Word::RequestOn(seat) => Self::events(self.room.request(seat)),
            Word::RequestOff(seat) => Self::events(self.room.withdraw(seat)),
            Word::AllRequestsOff => Self::events(self.room.clear()),
            Word::NextOn => Self::events(self.room.grant_next()),
            Word::MaxTotal(most) => {
                self.room.max_total = most.into();
                vec![order]
            }
            Word::MaxSpeakers(most) => {
                self.room.max_open = most.into();
                vec![order]
            }
            Word::MaxRequests(most) => {
                self.room.max_waiting = most.into();
                vec![order]
            }
            Word::Mode(mode, reply) => {
                (self.mode, self.reply) = (mode, reply);
                self.room.mode = match mode {
                    MicMode::Auto => Mode::Open,
                    MicMode::Fifo => Mode::Fifo,
                    MicMode::Manual => Mode::Approval,
                    MicMode::Vox => Mode::Voice,
                };
                vec![order]
            }
            Word::Interrupt(interrupt) => {
                self.interrupt = interrupt;
                self.room.interrupt = interrupt != Interrupt::Off;
                vec![order]
            }
            Word::Volume(volume) => {
                self.volume = volume;
                vec![order]
            }
            Word::LineInput(level) => {
                self.line_input = level;
                vec![order]
            }
            Word::MicStatus
            | Word::MicStatusDone
            | Word::AudioStatus
            | Word::Seat { .. }
            | Word::UnknownCommand
            | Word::SyntaxError
            | Word::Other => vec![Word::UnknownCommand],
        }
    }

    fn line(&mut self, line: &[u8]) -> Vec<Word> {
        let audio = || vec![Word::Volume(self.volume), Word::LineInput(self.line_input)];
        let wrong = self.misbehave == Misbehave::WrongSequence;
        match Word::read(line) {
            None => vec![Word::SyntaxError],
            Some(Word::MicStatus) if wrong => audio(),
            Some(Word::AudioStatus) if self.settings.older => vec![Word::UnknownCommand],
            Some(Word::AudioStatus) if wrong => self.status(),
            Some(Word::MicStatus) => self.status(),
            Some(Word::AudioStatus) => audio(),
            // A refused order gets no reply at all.
            Some(_) if self.misbehave == Misbehave::Refuse => {
                self.refused += 1;
                Vec::new()
            }
            Some(order) => {
                let said = self.order(order);
                self.refused += u64::from(said.is_empty());
                said
            }
        }
    }

    fn say(now: Duration, words: &[Word]) -> Answers {
        let lines: String = words.iter().map(|word| format!("{word}\r\n")).collect();
        if lines.is_empty() { Vec::new() } else { vec![(now, lines.into_bytes())] }
    }

    fn mode_word(&self) -> &'static str {
        match self.mode {
            MicMode::Fifo => "fifo",
            MicMode::Manual => "approval",
            MicMode::Vox => "voice",
            MicMode::Auto if self.room.interrupt => "fifo",
            MicMode::Auto if self.room.max_waiting == 0 => "limited",
            MicMode::Auto => "open",
        }
    }
}

impl SimDevice for DisCcu {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.lines.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Vec::new();
        for piece in self.lines.feed(bytes) {
            let said = match piece {
                Piece::Frame(line) => self.line(&line),
                Piece::Dropped(_) => vec![Word::SyntaxError],
            };
            answers.extend(Self::say(now + EVENT, &said));
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let mut properties = BTreeMap::<String, Value>::new();
        for (seat, known) in &self.room.seats {
            let place = self.room.waiting.iter().position(|other| other == seat).map_or(0, |index| index + 1);
            properties.insert(format!("mic.{seat}"), json!(self.room.speaking.contains(seat)));
            properties.insert(format!("request.{seat}"), json!(place));
            properties.insert(format!("connected.{seat}"), json!(known.active));
        }
        properties.insert("mode".to_owned(), json!(self.mode_word()));
        properties.insert("reply".to_owned(), json!(self.reply));
        properties.insert("max_open".to_owned(), json!(self.room.max_open));
        properties.insert("max_total".to_owned(), json!(self.room.max_total));
        properties.insert("max_requests".to_owned(), json!(self.room.max_waiting));
        if !self.settings.older {
            properties.insert("volume".to_owned(), json!(self.volume));
            properties.insert("line_input".to_owned(), json!(self.line_input));
        }
        json!({
            "properties": properties, "speaking": self.room.speaking, "waiting": self.room.waiting, "refused": self.refused,
            "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// `press`, `let_go`, `voice` (value 1 speaks), `connect` (value 0 pulls the cable), `volume` (value).
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let seat = act.number;
        let said = match act.act.as_str() {
            "press" => Self::events(self.room.press(seat)),
            "let_go" => Self::events(self.room.let_go(seat)),
            "voice" => Self::events(self.room.voice(seat, act.value != 0)),
            "connect" => {
                let mut said = Self::events(self.room.connect(seat, act.value != 0));
                said.extend(self.seat_line(seat));
                said
            }
            "volume" => {
                self.volume = i8::try_from(act.value.clamp(-41, 0)).unwrap_or(-41);
                vec![Word::Volume(self.volume)]
            }
            _ => return None,
        };
        Some(Self::say(now, &said))
    }

    fn reboot(&mut self, _now: Duration) {
        // Settings survive, speakers and queue do not.
        self.lines.clear();
        self.room.speaking.clear();
        self.room.waiting.clear();
    }
}

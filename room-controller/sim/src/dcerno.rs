//! A Televic D-Cerno discussion unit.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::dcerno::{Mode, Packet, Seat, frames, packet};
use room_drivers::{Delimited, Piece};
use serde_json::{Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};
use crate::discussion::{self, Discussion, Happened};

/// Time to an answer or an event.
const ANSWER: Duration = Duration::from_millis(15);
const MAX_VOLUME: u64 = 24;
const MAX_OPEN: u64 = 8;
/// Places in the queue where requests are allowed.
const QUEUE: usize = 50;

/// See the module.
#[derive(Debug)]
pub struct DCerno {
    seats: Vec<Seat>,
    frames: Delimited,
    /// By place in `seats`, from 1.
    room: Discussion,
    mode: Mode,
    volume: u64,
    headphones: u64,
    recording: u64,
    /// `con` came on this connection.
    greeted: bool,
    number: u16,
    misbehave: Misbehave,
}

/// A number, bare or in quotation marks.
fn number(body: &Value, field: &str) -> Option<u64> {
    let value = body.get(field)?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

impl DCerno {
    /// A unit with these microphones plugged.
    #[must_use]
    pub fn new(seats: Vec<Seat>) -> Self {
        let mut room = Discussion::new(u16::try_from(seats.len()).unwrap_or(u16::MAX));
        for (known, seat) in room.seats.values_mut().zip(&seats) {
            known.chair = seat.is_chair();
        }
        let mut unit = Self {
            seats,
            frames: frames(),
            room,
            mode: Mode::default(),
            volume: 10,
            headphones: 12,
            recording: 1,
            greeted: false,
            number: 0,
            misbehave: Misbehave::None,
        };
        unit.set_mode(Mode { mmo: 1, mio: 3, mat: 1 });
        unit
    }

    fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
        self.room.max_waiting = if mode.mmo == 0 || mode.mmo == 2 || mode.mio & 1 == 1 { QUEUE } else { 0 };
        self.room.mode = match mode.word() {
            "voice" => discussion::Mode::Voice,
            "ptt" => discussion::Mode::PushToTalk,
            "approval" => discussion::Mode::Approval,
            "fifo" => discussion::Mode::Fifo,
            _ => discussion::Mode::Open,
        };
    }

    fn say(&mut self, kind: &str, body: &Value) -> Vec<u8> {
        self.number = self.number.wrapping_add(1);
        packet(kind, self.number, body)
    }

    /// Place in the room, from 1.
    fn place(&self, uid: &str) -> Option<u16> {
        let index = self.seats.iter().position(|seat| seat.uid.eq_ignore_ascii_case(uid))?;
        u16::try_from(index + 1).ok().filter(|place| self.room.seats.get(place).is_some_and(|seat| seat.active))
    }

    fn stat(&self, place: u16) -> u8 {
        if self.room.speaking.contains(&place) {
            1
        } else if self.room.waiting.contains(&place) {
            2
        } else {
            0
        }
    }

    fn mic(&mut self, place: u16) -> Vec<u8> {
        let uid = self.seats.get(usize::from(place).saturating_sub(1)).map(|seat| seat.uid.clone());
        let body = json!({ "nam": "micstat", "uid": uid, "stat": self.stat(place) });
        self.say("evt", &body)
    }

    /// One event for each unit to which something happened.
    fn events(&mut self, happened: &[Happened]) -> Vec<Vec<u8>> {
        let mut places = Vec::new();
        for it in happened {
            let (Happened::On(place) | Happened::Off(place) | Happened::Waits(place) | Happened::WaitsNot(place)) = it;
            if !places.contains(place) {
                places.push(*place);
            }
        }
        places.into_iter().map(|place| self.mic(place)).collect()
    }

    fn told(&self, name: &str) -> Option<Value> {
        Some(match name {
            "mmo" => json!({ "nam": "mmo", "mmo": self.mode.mmo, "mio": self.mode.mio, "mat": self.mode.mat }),
            "mam" => json!({ "nam": "mam", "mam": self.room.max_open }),
            "lsvol" => json!({ "nam": "lsvol", "vol": self.volume }),
            "hpvol" => json!({ "nam": "hpvol", "vol": self.headphones }),
            "recstat" => json!({ "nam": "recstat", "stat": self.recording }),
            _ => return None,
        })
    }

    fn get(&mut self, body: &Value) -> Option<Vec<Vec<u8>>> {
        let mut name = body.get("nam")?.as_str()?.strip_prefix('g')?;
        if self.misbehave == Misbehave::WrongSequence {
            name = if name == "mam" { "mmo" } else { "mam" };
        }
        if name != "micstat" {
            let told = self.told(name)?;
            return Some(vec![self.say("rep", &told)]);
        }
        // 0 asks for all.
        let places = match body.get("uid")?.as_str() {
            Some(uid) => vec![self.place(uid)?],
            None => self.room.seats.iter().filter(|(_, seat)| seat.active).map(|(place, _)| *place).collect(),
        };
        Some(places.into_iter().map(|place| self.mic(place)).collect())
    }

    fn set_mic(&mut self, body: &Value) -> Option<Vec<Happened>> {
        let stat = number(body, "stat")?;
        let Some(uid) = body.get("uid")?.as_str() else {
            return (stat == 0).then(|| self.room.all_off());
        };
        let place = self.place(uid)?;
        Some(match (stat, self.stat(place)) {
            (0 | 3, 1) => self.room.shut(place),
            (0, _) => self.room.withdraw(place),
            (1 | 3, _) => self.room.open(place),
            (2, _) => self.room.request(place),
            _ => return None,
        })
    }

    /// Does an order: its events; nothing when it may not be, and nothing is said then.
    fn set(&mut self, body: &Value) -> Option<Vec<Vec<u8>>> {
        let name = body.get("nam")?.as_str()?.strip_prefix('s')?;
        if self.misbehave == Misbehave::Refuse {
            return None;
        }
        let below = |field, most| number(body, field).filter(|value| *value <= most);
        match name {
            "micstat" => {
                let happened = self.set_mic(body)?;
                return Some(self.events(&happened));
            }
            "mmo" => {
                let small = |field, most| below(field, most).and_then(|value| u8::try_from(value).ok());
                let mode = Mode { mmo: small("mmo", 2)?, mio: small("mio", 4)?, mat: small("mat", 4).filter(|mat| *mat != 3)? };
                self.set_mode(mode);
            }
            "mam" => self.room.max_open = usize::try_from(below("mam", MAX_OPEN)?).ok()?,
            "lsvol" => self.volume = below("vol", MAX_VOLUME)?,
            "hpvol" => self.headphones = below("vol", MAX_VOLUME)?,
            "recstat" => self.recording = below("stat", 3).filter(|stat| *stat > 0)?,
            _ => return None,
        }
        let told = self.told(name)?;
        Some(vec![self.say("evt", &told)])
    }

    fn packet(&mut self, frame: &[u8]) -> Vec<Vec<u8>> {
        let Some(Packet { kind, body, .. }) = Packet::read(frame) else { return Vec::new() };
        match kind.as_str() {
            "con" => {
                self.greeted = true;
                let body = json!({ "inf": "", "con": { "typ": "CU", "nam": "D-Cerno CU", "ver": "3.1", "svr": 0 } });
                vec![self.say("rep", &body)]
            }
            "get" if self.greeted => self.get(&body).unwrap_or_default(),
            "set" if self.greeted => self.set(&body).unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

impl SimDevice for DCerno {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.frames.clear();
        self.greeted = false;
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Vec::new();
        for piece in self.frames.feed(bytes) {
            match piece {
                Piece::Frame(frame) => answers.extend(self.packet(&frame).into_iter().map(|said| (now + ANSWER, said))),
                Piece::Dropped(_) => {}
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let recording = match self.recording {
            1 => "stopped",
            2 => "recording",
            _ => "paused",
        };
        let mut properties = BTreeMap::from([
            ("mode".to_owned(), json!(self.mode.word())),
            ("max_open".to_owned(), json!(self.room.max_open)),
            ("volume".to_owned(), json!(self.volume)),
            ("headphone_volume".to_owned(), json!(self.headphones)),
            ("recording".to_owned(), json!(recording)),
            ("model".to_owned(), json!("D-Cerno CU")),
            ("version".to_owned(), json!("3.1")),
        ]);
        for ((place, known), seat) in self.room.seats.iter().zip(&self.seats) {
            if known.active {
                let waits = self.room.waiting.iter().position(|other| other == place).map_or(0, |index| index + 1);
                properties.insert(format!("mic.{}", seat.seat), json!(self.room.speaking.contains(place)));
                properties.insert(format!("request.{}", seat.seat), json!(waits));
            }
        }
        json!({ "properties": properties, "speaking": self.room.speaking, "waiting": self.room.waiting, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// Of the microphone with that place in the settings, from 1: `press`, `let_go`, `voice` (value 1 speaks), `connect` (value 0 pulls the cable);
    /// `volume` (value).
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let place = act.number;
        let happened = match act.act.as_str() {
            "press" => self.room.press(place),
            "let_go" => self.room.let_go(place),
            "voice" => self.room.voice(place, act.value != 0),
            "connect" => self.room.connect(place, act.value != 0),
            "volume" => {
                self.volume = u64::try_from(act.value).ok()?.min(MAX_VOLUME);
                let told = self.told("lsvol")?;
                return Some(vec![(now, self.say("evt", &told))]);
            }
            _ => return None,
        };
        Some(self.events(&happened).into_iter().map(|said| (now, said)).collect())
    }

    fn reboot(&mut self, _now: Duration) {
        // Settings survive, speakers and queue do not.
        self.frames.clear();
        self.greeted = false;
        self.room.speaking.clear();
        self.room.waiting.clear();
        self.recording = 1;
    }
}

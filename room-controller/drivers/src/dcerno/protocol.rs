//! The protocol as the driver machine sees it.

use std::collections::BTreeMap;
use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};
use serde_json::json;

use super::codec::{Mode, NUMBERS, Packet, Said, con, frames, packet};
use super::settings::Seat;
use crate::delimited::{Delimited, Piece};

/// Any answer, any event.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Sign of life.
const ALIVE: Duration = Duration::from_secs(5);
/// Events keep everything fresh between.
const POLL: Duration = Duration::from_secs(60);
/// Recorder: number, word, 中文, English.
pub(crate) const RECORDING: [(u8, &str, &str, &str); 3] =
    [(1, "stopped", "停止", "Stopped"), (2, "recording", "录音", "Recording"), (3, "paused", "暂停", "Paused")];

/// What a unit can be asked about; a seat is its place in the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A microphone.
    Mic(usize),
    /// Mode.
    Mode,
    /// Most open microphones.
    MaxOpen,
    /// Loudspeakers.
    Volume,
    /// Headphones.
    Headphones,
    /// Recorder.
    Recording,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// A microphone: 0 off, 1 on, 2 into the queue.
    Mic(usize, u8),
    /// Out of the queue.
    Withdraw(usize),
    /// All delegates off.
    AllOff,
    /// Mode.
    Mode(Mode),
    /// Most open microphones.
    MaxOpen(u8),
    /// Loudspeakers.
    Volume(u8),
    /// Headphones.
    Headphones(u8),
    /// Recorder.
    Recording(u8),
}

impl Order {
    const fn what(self) -> What {
        match self {
            Self::Mic(place, _) | Self::Withdraw(place) => What::Mic(place),
            Self::AllOff | Self::Mode(_) => What::Mode,
            Self::MaxOpen(_) => What::MaxOpen,
            Self::Volume(_) => What::Volume,
            Self::Headphones(_) => What::Headphones,
            Self::Recording(_) => What::Recording,
        }
    }
}

/// What can be asked of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Read.
    Get(What),
    /// Whether the unit lives though it did not answer about that.
    Silent(What),
    /// An order; its event is the proof.
    Order(Order),
    /// What became of an order without event.
    Check(Order),
    /// Whether the unit lives though it did not answer what became of an order.
    Vain(Order),
}

/// CoCon packets towards one unit.
#[derive(Debug)]
pub struct DCerno {
    pub(crate) seats: Vec<Seat>,
    /// Who waits, by arrival.
    pub(crate) queue: Vec<usize>,
    /// By place: 0 off, 1 on, 2 waits.
    mics: BTreeMap<usize, u8>,
    frames: Delimited,
    ready: bool,
    number: u16,
}

impl DCerno {
    /// A unit with these microphones.
    #[must_use]
    pub fn new(seats: Vec<Seat>) -> Self {
        Self { seats, queue: Vec::new(), mics: BTreeMap::new(), frames: frames(), ready: false, number: 0 }
    }

    fn packet(&mut self, kind: &str, body: &serde_json::Value) -> Vec<u8> {
        let bytes = packet(kind, self.number, body);
        self.number = (self.number + 1) % NUMBERS;
        bytes
    }

    fn uid(&self, place: usize) -> &str {
        self.seats.get(place).map_or("", |seat| seat.uid.as_str())
    }

    fn place(&self, uid: &str) -> Option<usize> {
        self.seats.iter().position(|seat| seat.uid == uid)
    }

    fn of_seat(&self, place: usize, name: &str, value: Option<Value>) -> Option<Fact> {
        Some(Fact { property: format!("{name}.{}", self.seats.get(place)?.seat).into(), value })
    }

    fn get(&mut self, what: What) -> Vec<u8> {
        let body = match what {
            What::Mic(place) => json!({ "nam": "gmicstat", "uid": self.uid(place) }),
            What::Mode => json!({ "nam": "gmmo" }),
            What::MaxOpen => json!({ "nam": "gmam" }),
            What::Volume => json!({ "nam": "glsvol" }),
            What::Headphones => json!({ "nam": "ghpvol" }),
            What::Recording => json!({ "nam": "grecstat" }),
        };
        self.packet("get", &body)
    }

    fn set(&mut self, order: Order) -> Vec<u8> {
        let body = match order {
            Order::Mic(place, stat) => json!({ "nam": "smicstat", "uid": self.uid(place), "stat": stat.to_string() }),
            Order::Withdraw(place) => json!({ "nam": "smicstat", "uid": self.uid(place), "stat": "0" }),
            Order::AllOff => json!({ "nam": "smicstat", "uid": 0, "stat": 0 }),
            Order::Mode(mode) => json!({ "nam": "smmo", "mmo": mode.mmo, "mio": mode.mio, "mat": mode.mat }),
            Order::MaxOpen(most) => json!({ "nam": "smam", "mam": most }),
            Order::Volume(volume) => json!({ "nam": "slsvol", "vol": volume }),
            Order::Headphones(volume) => json!({ "nam": "shpvol", "vol": volume }),
            Order::Recording(stat) => json!({ "nam": "srecstat", "stat": stat.to_string() }),
        };
        self.packet("set", &body)
    }

    /// Places of everybody who waits, and of one who may not any more.
    fn places(&self, besides: usize) -> Vec<Fact> {
        let place_of = |seat: usize| self.queue.iter().position(|other| *other == seat).map_or(0, |index| index + 1);
        let seats = self.queue.iter().copied().filter(|seat| *seat != besides).chain([besides]);
        seats.filter_map(|seat| self.of_seat(seat, "request", Some(Value::Int(i64::try_from(place_of(seat)).ok()?)))).collect()
    }

    fn mic(&mut self, uid: &str, stat: u8) -> Vec<Fact> {
        let Some(place) = self.place(uid) else { return Vec::new() };
        // 4: next in line, 8: with priority (manual p. 59).
        let stat = match stat {
            8 => 1,
            4 => 2,
            other => other,
        };
        self.mics.insert(place, stat);
        match (stat, self.queue.contains(&place)) {
            (2, false) => self.queue.push(place),
            (2, true) => {}
            _ => self.queue.retain(|other| *other != place),
        }
        let mut facts = self.places(place);
        facts.extend(self.of_seat(place, "mic", Some(Value::Bool(stat == 1))));
        facts
    }

    fn take(&mut self, said: &Said) -> Vec<Fact> {
        let fact = |property: &'static str, value| vec![Fact { property: property.into(), value: Some(value) }];
        match said {
            Said::Con { model, version } => {
                [fact("model", Value::Text(model.clone())), fact("version", Value::Text(version.clone()))].concat()
            }
            Said::Mic { uid, stat } => self.mic(uid, *stat),
            Said::Mode(mode) => fact("mode", Value::Text(mode.word().to_owned())),
            Said::MaxOpen(most) => fact("max_open", Value::Int((*most).into())),
            Said::Volume(volume) => fact("volume", Value::Int((*volume).into())),
            Said::Headphones(volume) => fact("headphone_volume", Value::Int((*volume).into())),
            Said::Recording(stat) => {
                let word = RECORDING.iter().find(|(number, ..)| number == stat).map(|(_, word, ..)| Value::Text((*word).to_owned()));
                vec![Fact { property: "recording".into(), value: word }]
            }
            Said::Other => Vec::new(),
        }
    }

    fn heard(&mut self, frame: &[u8]) -> Vec<Heard> {
        let Some(packet) = Packet::read(frame) else { return vec![Heard::Noise(frame.len())] };
        let said = Said::read(&packet);
        let facts = Heard::Report(self.take(&said));
        match said {
            Said::Con { .. } if !self.ready => {
                self.ready = true;
                vec![Heard::Ready, facts]
            }
            Said::Con { .. } | Said::Other => vec![facts],
            Said::Mic { .. } | Said::Mode(_) | Said::MaxOpen(_) | Said::Volume(_) | Said::Headphones(_) | Said::Recording(_) => {
                vec![facts, Heard::Answer { seq: None, payload: frame.to_vec() }]
            }
        }
    }

    /// Whether what was said answers a question.
    fn is_about(&self, said: &Said, what: What) -> bool {
        match (said, what) {
            (Said::Mic { uid, .. }, What::Mic(place)) => uid == self.uid(place),
            (Said::Mode(_), What::Mode)
            | (Said::MaxOpen(_), What::MaxOpen)
            | (Said::Volume(_), What::Volume)
            | (Said::Headphones(_), What::Headphones)
            | (Said::Recording(_), What::Recording) => true,
            (
                Said::Con { .. }
                | Said::Mic { .. }
                | Said::Mode(_)
                | Said::MaxOpen(_)
                | Said::Volume(_)
                | Said::Headphones(_)
                | Said::Recording(_)
                | Said::Other,
                _,
            ) => false,
        }
    }

    /// Whether what was said shows that an order was done.
    fn proves(&self, said: &Said, order: Order) -> bool {
        match order {
            Order::Mic(place, stat) => self.is_about(said, What::Mic(place)) && self.mics.get(&place) == Some(&stat),
            Order::Withdraw(place) => self.is_about(said, What::Mic(place)) && self.mics.get(&place) != Some(&2),
            Order::AllOff => {
                let is_on = |(place, seat): (usize, &Seat)| !seat.is_chair() && self.mics.get(&place) == Some(&1);
                let is_told = matches!(said, Said::Mic { .. } | Said::Mode(_));
                is_told && !self.seats.iter().enumerate().any(is_on)
            }
            // Modes with another word of their own are as good.
            Order::Mode(mode) => matches!(said, Said::Mode(now) if now.word() == mode.word()),
            Order::MaxOpen(most) => *said == Said::MaxOpen(most),
            Order::Volume(volume) => *said == Said::Volume(volume),
            Order::Headphones(volume) => *said == Said::Headphones(volume),
            Order::Recording(stat) => *said == Said::Recording(stat),
        }
    }
}

impl Protocol for DCerno {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.frames.clear();
        self.ready = false;
        self.queue.clear();
        self.mics.clear();
        self.packet("con", &con())
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn polls(&self) -> Vec<Ask> {
        let mics = (0..self.seats.len()).map(What::Mic);
        let all = [What::Mode, What::MaxOpen, What::Volume, What::Headphones, What::Recording].into_iter().chain(mics);
        all.map(Ask::Get).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Get(What::Mode) => Some(ALIVE),
            Ask::Get(_) | Ask::Silent(_) => Some(POLL),
            Ask::Order(_) | Ask::Check(_) | Ask::Vain(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(ANSWER_WITHIN);
        let Ask::Order(order) = ask else { return manner };
        let manner = Manner { retry: Retry::Once, ..manner };
        match order {
            Order::Mic(place, _) | Order::Withdraw(place) => manner.keyed(format!("mic.{place}")),
            Order::Volume(_) => manner.keyed("volume"),
            Order::Headphones(_) => manner.keyed("headphone_volume"),
            Order::MaxOpen(_) => manner.keyed("max_open"),
            Order::AllOff | Order::Mode(_) | Order::Recording(_) => manner,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let bytes = match ask {
            Ask::Get(what) => self.get(*what),
            Ask::Silent(_) | Ask::Vain(_) => self.get(What::Mode),
            Ask::Order(order) => self.set(*order),
            Ask::Check(order) => self.get(order.what()),
        };
        (bytes, None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for piece in self.frames.feed(bytes) {
            match piece {
                Piece::Frame(frame) => heard.extend(self.heard(&frame)),
                Piece::Dropped(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some(said) = Packet::read(payload).map(|packet| Said::read(&packet)) else { return Read::NotMine };
        match ask {
            Ask::Get(what) if self.is_about(&said, *what) => Read::Facts(Vec::new()),
            Ask::Silent(what) if self.is_about(&said, What::Mode) => {
                if let What::Mic(place) = what {
                    self.mics.remove(place);
                    self.queue.retain(|other| other != place);
                }
                Read::Facts(self.unknown(&Ask::Get(*what)))
            }
            Ask::Order(order) if self.proves(&said, *order) => Read::Facts(Vec::new()),
            Ask::Check(order) if self.is_about(&said, order.what()) => {
                if self.proves(&said, *order) {
                    Read::Facts(Vec::new())
                } else {
                    Read::No(No::NotNow)
                }
            }
            Ask::Vain(_) if self.is_about(&said, What::Mode) => Read::No(No::Unsupported),
            Ask::Get(_) | Ask::Silent(_) | Ask::Order(_) | Ask::Check(_) | Ask::Vain(_) => Read::NotMine,
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let Ask::Get(what) = ask else { return Vec::new() };
        let unknown = |property: &'static str| vec![Fact { property: property.into(), value: None }];
        match what {
            What::Mic(place) => ["mic", "request"].into_iter().filter_map(|name| self.of_seat(*place, name, None)).collect(),
            What::Mode => unknown("mode"),
            What::MaxOpen => unknown("max_open"),
            What::Volume => unknown("volume"),
            What::Headphones => unknown("headphone_volume"),
            What::Recording => unknown("recording"),
        }
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        match ask {
            // Without the mode there is no life.
            Ask::Get(What::Mode) | Ask::Silent(_) | Ask::Vain(_) => None,
            Ask::Get(what) => Some(Ask::Silent(*what)),
            Ask::Order(order) => Some(Ask::Check(*order)),
            Ask::Check(order) if order.what() == What::Mode => None,
            Ask::Check(order) => Some(Ask::Vain(*order)),
        }
    }
}

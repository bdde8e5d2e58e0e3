//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::{Text, Value};
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};
use serde_json::{Value as Json, json};

use super::codec::{Control, Message, frames, request};
use crate::delimited::{Delimited, Piece};

/// Any answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// Sign of life; the Core closes after 60 s of silence.
const ALIVE: Duration = Duration::from_secs(5);
/// Changes keep values fresh between.
const POLL: Duration = Duration::from_secs(60);
/// Our change group.
const GROUP: &str = "room";
/// Seconds between two pushes of it.
const RATE: f64 = 0.2;
/// Log on required.
const LOGON_REQUIRED: i64 = 10;

/// A channel as the settings name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its word.
    pub channel: String,
    /// Its names.
    pub name: Text,
    /// Its level, if it has one.
    pub level: Option<Control>,
    /// Its mute, if it has one.
    pub mute: Option<Control>,
}

/// What a channel has; the number is its place in the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// Level.
    Level(usize),
    /// Mute.
    Mute(usize),
}

/// What can be asked of a Core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Log on.
    Logon,
    /// State of the engine.
    Status,
    /// Read.
    Get(Attribute),
    /// Put into our change group.
    Watch(Attribute),
    /// Push the group's changes.
    AutoPoll,
    /// Order a value: tenths of dB, or 1 and 0.
    Set(Attribute, i64),
    /// Whether the order had effect.
    Check(Attribute, i64),
    /// Load a snapshot.
    Load(u16),
}

/// QRC towards one Core.
#[derive(Debug)]
pub struct QsysQrc {
    pub(crate) channels: Vec<Channel>,
    /// Bank of snapshots and its numbers.
    pub(crate) snapshots: Option<String>,
    pub(crate) presets: Vec<(u16, Text)>,
    user: Option<(String, String)>,
    frames: Delimited,
    ready: bool,
    logon: Option<u32>,
    /// Code of the design and state of the engine.
    running: (Option<String>, Option<String>),
    id: u32,
}

impl QsysQrc {
    /// A Core with these channels; `user` with a password where one is asked for.
    #[must_use]
    pub fn new(channels: Vec<Channel>, user: Option<(String, String)>, snapshots: Option<String>, presets: Vec<(u16, Text)>) -> Self {
        Self { channels, snapshots, presets, user, frames: frames(), ready: false, logon: None, running: (None, None), id: 0 }
    }

    fn control(&self, attribute: Attribute) -> Option<&Control> {
        match attribute {
            Attribute::Level(number) => self.channels.get(number)?.level.as_ref(),
            Attribute::Mute(number) => self.channels.get(number)?.mute.as_ref(),
        }
    }

    fn attributes(&self) -> impl Iterator<Item = Attribute> {
        let all = (0..self.channels.len()).flat_map(|number| [Attribute::Level(number), Attribute::Mute(number)]);
        all.filter(|attribute| self.control(*attribute).is_some())
    }

    fn property(&self, attribute: Attribute) -> String {
        let word = |number: usize| self.channels.get(number).map_or("", |channel| channel.channel.as_str());
        match attribute {
            Attribute::Level(number) => format!("level.{}", word(number)),
            Attribute::Mute(number) => format!("mute.{}", word(number)),
        }
    }

    fn fact(&self, attribute: Attribute, value: &Json) -> Option<Fact> {
        let value = match attribute {
            Attribute::Level(_) => Value::Int(tenths(value.as_f64()?)?),
            Attribute::Mute(_) => Value::Bool(value.as_bool().or_else(|| value.as_f64().map(|value| value != 0.0))?),
        };
        Some(Fact { property: self.property(attribute).into(), value: Some(value) })
    }

    fn changes(&self, params: &Json) -> Vec<Fact> {
        let changes = params.get("Changes").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let fact = |change: &Json| {
            let found = |attribute| Some((attribute, self.control(attribute)?.changed_to(change)?));
            let (attribute, value) = self.attributes().find_map(found)?;
            self.fact(attribute, value)
        };
        changes.iter().filter_map(fact).collect()
    }

    /// Whether another design runs, or the Core of a pair has taken over or stepped back: everything has to be made afresh then.
    fn is_other(&mut self, engine: &Json) -> bool {
        let word = |name: &str| engine.get(name).and_then(Json::as_str).map(str::to_owned);
        let now = (word("DesignCode"), word("State"));
        let is_other = |before: &Option<String>, now: &Option<String>| before.is_some() && now.is_some() && before != now;
        let is_new = is_other(&self.running.0, &now.0) || is_other(&self.running.1, &now.1);
        self.running = (now.0.or(self.running.0.take()), now.1.or(self.running.1.take()));
        is_new
    }

    fn engine(&mut self, params: &Json) -> Vec<Heard> {
        if self.is_other(params) {
            return vec![Heard::Reconnect];
        }
        let facts = Heard::Report(engine_facts(params));
        if self.ready {
            return vec![facts];
        }
        self.ready = true;
        vec![Heard::Ready, facts]
    }

    fn heard(&mut self, frame: &[u8]) -> Vec<Heard> {
        match Message::read(frame) {
            Some(Message::Notice { method, params }) => match method.as_str() {
                "EngineStatus" => self.engine(&params),
                "ChangeGroup.Poll" => vec![Heard::Report(self.changes(&params))],
                _ => vec![Heard::Report(Vec::new())],
            },
            Some(Message::Answer { result, .. }) if result.get("State").is_some() && self.is_other(&result) => vec![Heard::Reconnect],
            // Some firmware pushes changes as further answers to the automatic poll.
            Some(Message::Answer { id, result }) => {
                let pushed = result.get("Changes").map(|_| Heard::Report(self.changes(&result)));
                let answer = Heard::Answer { seq: Some(id), payload: result.to_string().into_bytes() };
                pushed.into_iter().chain([answer]).collect()
            }
            Some(Message::Error { id, .. }) if id.is_some() && id == self.logon => vec![Heard::LoginRefused],
            Some(Message::Error { code: LOGON_REQUIRED, .. }) if self.user.is_none() => vec![Heard::LoginRefused],
            Some(Message::Error { code: LOGON_REQUIRED, .. }) => vec![Heard::Reconnect],
            Some(Message::Error { id, code }) => vec![Heard::No { slot: 0, seq: id, why: why(code) }],
            None => vec![Heard::Noise(frame.len())],
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
fn tenths(db: f64) -> Option<i64> {
    (db.is_finite() && db.abs() < 1000.0).then(|| (db * 10.0).round() as i64)
}

#[expect(clippy::cast_precision_loss, reason = "a level has four digits")]
fn json_of(attribute: Attribute, value: i64) -> Json {
    match attribute {
        Attribute::Level(_) => json!(value as f64 / 10.0),
        Attribute::Mute(_) => json!(value != 0),
    }
}

fn engine_facts(params: &Json) -> Vec<Fact> {
    let word = |json: Option<&Json>| json.and_then(Json::as_str).map(|word| Value::Text(word.to_owned()));
    let state = params.get("State").and_then(Json::as_str).map(|state| Value::Text(state.to_ascii_lowercase()));
    let errors = word(params.get("Status").and_then(|status| status.get("String")));
    let found = [("state", state), ("design", word(params.get("DesignName"))), ("model", word(params.get("Platform"))), ("errors", errors)];
    let fact = |(property, value): (&'static str, Option<Value>)| value.map(|value| Fact { property: property.into(), value: Some(value) });
    found.into_iter().filter_map(fact).collect()
}

const fn why(code: i64) -> No {
    match code {
        6..=8 | -32_601 => No::Unsupported,
        9 | -32_602 => No::BadParameter,
        _ => No::NotNow,
    }
}

impl Protocol for QsysQrc {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.frames.clear();
        self.ready = false;
        self.logon = None;
        self.running = (None, None);
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn polls(&self) -> Vec<Ask> {
        let logon = self.user.as_ref().map(|_| Ask::Logon);
        let each = |attribute| [Ask::Get(attribute), Ask::Watch(attribute)];
        let values = self.attributes().flat_map(each);
        logon.into_iter().chain([Ask::Status]).chain(values).chain(self.attributes().next().map(|_| Ask::AutoPoll)).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Status => Some(ALIVE),
            Ask::Get(_) => Some(POLL),
            Ask::Logon | Ask::Watch(_) | Ask::AutoPoll | Ask::Set(..) | Ask::Check(..) | Ask::Load(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::Set(attribute, _) => manner.keyed(format!("set {}", self.property(*attribute))),
            Ask::Check(attribute, _) => manner.keyed(self.property(*attribute)),
            Ask::Load(_) => Manner { retry: Retry::Once, ..manner },
            Ask::Logon | Ask::Status | Ask::Get(_) | Ask::Watch(_) | Ask::AutoPoll => manner,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        self.id = self.id.wrapping_add(1);
        let of = |attribute: &Attribute, make: &dyn Fn(&Control) -> (&'static str, Json)| {
            self.control(*attribute).map_or(("NoOp", json!({})), make)
        };
        let (method, params) = match ask {
            Ask::Logon => {
                let (user, password) = self.user.clone().unwrap_or_default();
                self.logon = Some(self.id);
                ("Logon", json!({ "User": user, "Password": password }))
            }
            Ask::Status => ("StatusGet", json!(0)),
            Ask::Get(attribute) | Ask::Check(attribute, _) => of(attribute, &Control::get),
            Ask::Watch(attribute) => of(attribute, &|control| control.watch(GROUP)),
            Ask::AutoPoll => ("ChangeGroup.AutoPoll", json!({ "Id": GROUP, "Rate": RATE })),
            Ask::Set(attribute, value) => of(attribute, &|control| control.set(&json_of(*attribute, *value))),
            Ask::Load(bank) => ("Snapshot.Load", json!({ "Name": self.snapshots, "Bank": bank })),
        };
        (request(self.id, method, &params), Some(self.id))
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
        let Ok(result) = serde_json::from_slice::<Json>(payload) else { return Read::NotMine };
        match ask {
            Ask::Logon | Ask::Watch(_) | Ask::AutoPoll | Ask::Set(..) | Ask::Load(_) => Read::Facts(Vec::new()),
            Ask::Status => Read::Facts(engine_facts(&result)),
            Ask::Get(attribute) | Ask::Check(attribute, _) => {
                let value = self.control(*attribute).and_then(|control| control.value_in(&result));
                let Some(fact) = value.and_then(|value| self.fact(*attribute, value)) else { return Read::NotMine };
                match (ask, &fact.value) {
                    (Ask::Check(_, wanted), Some(Value::Int(level))) if level != wanted => Read::No(No::NotNow),
                    (Ask::Check(_, wanted), Some(Value::Bool(mute))) if i64::from(*mute) != *wanted => Read::No(No::NotNow),
                    _ => Read::Facts(vec![fact]),
                }
            }
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let Ask::Get(attribute) = ask else { return Vec::new() };
        vec![Fact { property: self.property(*attribute).into(), value: None }]
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Load(_) => self.attributes().map(Ask::Get).collect(),
            Ask::Logon | Ask::Status | Ask::Get(_) | Ask::Watch(_) | Ask::AutoPoll | Ask::Set(..) | Ask::Check(..) => Vec::new(),
        }
    }
}

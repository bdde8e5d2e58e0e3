//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::{Text, Value};
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Reply, Telnet, decibels, faults, lines, tenths_of};
use crate::delimited::{Delimited, Piece};

/// Any answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// A preset takes the whole system.
const PRESET_WITHIN: Duration = Duration::from_secs(10);
/// Sign of life.
const ALIVE: Duration = Duration::from_secs(10);
/// Subscriptions keep values fresh between.
const POLL: Duration = Duration::from_secs(60);
/// Least time between two pushes of one value.
const PUSH_MS: u32 = 200;

/// A channel as the settings name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its word.
    pub channel: String,
    /// Its names.
    pub name: Text,
    /// Block of its level; `None`: it has a mute only.
    pub level: Option<String>,
    /// Block of its mute.
    pub mute: String,
    /// Its number in the block.
    pub index: u16,
}

/// What a channel has; the number is its place in the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// Level.
    Level(usize),
    /// Mute.
    Mute(usize),
}

/// What can be asked of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// `SESSION set verbose true`
    Verbose,
    /// `SESSION set detailedResponse false`
    Plain,
    /// What is wrong.
    Faults,
    /// Read.
    Get(Attribute),
    /// Be told.
    Subscribe(Attribute),
    /// Order a value: tenths of dB, or 1 and 0.
    Set(Attribute, i64),
    /// Whether the order had effect.
    Check(Attribute, i64),
    /// Recall.
    Recall(u16),
}

/// TTP towards one unit.
#[derive(Debug)]
pub struct Tesira {
    pub(crate) channels: Vec<Channel>,
    pub(crate) presets: Vec<(u16, Text)>,
    is_telnet: bool,
    telnet: Telnet,
    lines: Delimited,
    ready: bool,
    sent: String,
    /// The request whose echo came last.
    echo: Option<String>,
}

impl Tesira {
    /// A unit with these channels, behind telnet or on a serial line.
    #[must_use]
    pub fn new(channels: Vec<Channel>, presets: Vec<(u16, Text)>, is_telnet: bool) -> Self {
        let telnet = Telnet::default();
        Self { channels, presets, is_telnet, telnet, lines: lines(), ready: false, sent: String::new(), echo: None }
    }

    fn attributes(&self) -> impl Iterator<Item = Attribute> {
        let of = |(number, channel): (usize, &Channel)| {
            [channel.level.as_ref().map(|_| Attribute::Level(number)), Some(Attribute::Mute(number))]
        };
        self.channels.iter().enumerate().flat_map(of).flatten()
    }

    /// Block, attribute and index, as on the wire; `verb` stands between.
    fn line(&self, attribute: Attribute, verb: &str) -> String {
        let (number, name) = match attribute {
            Attribute::Level(number) => (number, "level"),
            Attribute::Mute(number) => (number, "mute"),
        };
        let Some(channel) = self.channels.get(number) else { return String::new() };
        let tag = match attribute {
            Attribute::Level(_) => channel.level.as_ref().unwrap_or(&channel.mute),
            Attribute::Mute(_) => &channel.mute,
        };
        format!("{tag} {verb} {name} {}", channel.index)
    }

    fn property(&self, attribute: Attribute) -> String {
        let word = |number: usize| self.channels.get(number).map_or("", |channel| channel.channel.as_str());
        match attribute {
            Attribute::Level(number) => format!("level.{}", word(number)),
            Attribute::Mute(number) => format!("mute.{}", word(number)),
        }
    }

    fn fact(&self, attribute: Attribute, word: &str) -> Option<Fact> {
        let value = match attribute {
            Attribute::Level(_) => Value::Int(tenths_of(word)?),
            Attribute::Mute(_) => Value::Bool(word.parse().ok()?),
        };
        Some(Fact { property: self.property(attribute).into(), value: Some(value) })
    }

    fn token(attribute: Attribute) -> String {
        match attribute {
            Attribute::Level(number) => format!("L{number}"),
            Attribute::Mute(number) => format!("M{number}"),
        }
    }

    fn heard(&mut self, line: &[u8]) -> Option<Heard> {
        let Some(reply) = Reply::read(line) else { return Some(Heard::Noise(line.len())) };
        match reply {
            Reply::Welcome if self.ready => None,
            Reply::Welcome => {
                self.ready = true;
                Some(Heard::Ready)
            }
            Reply::Echo(echo) => {
                self.echo = Some(echo);
                None
            }
            Reply::Publish { token, value } => {
                let attribute = self.attributes().find(|attribute| Self::token(*attribute) == token);
                let fact = attribute.and_then(|attribute| self.fact(attribute, &value));
                Some(Heard::Report(fact.into_iter().collect()))
            }
            Reply::Ok(_) | Reply::No(_) => {
                // The answer to a request that was given up.
                let is_late = self.echo.take().is_some_and(|echo| echo != self.sent);
                (!is_late).then(|| Heard::Answer { seq: None, payload: line.to_vec() })
            }
        }
    }
}

/// The value of an order as it stands on the wire.
fn word_of(attribute: Attribute, value: i64) -> String {
    match attribute {
        Attribute::Level(_) => decibels(value),
        Attribute::Mute(_) => (value != 0).to_string(),
    }
}

fn why(words: &str) -> No {
    let words = words.to_ascii_lowercase();
    if words.contains("not found") || words.contains("not_found") {
        No::Unsupported
    } else if words.contains("invalid") || words.contains("range") || words.contains("parse") {
        No::BadParameter
    } else {
        No::NotNow
    }
}

impl Protocol for Tesira {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.telnet = Telnet::default();
        self.lines.clear();
        self.ready = !self.is_telnet;
        self.echo = None;
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn polls(&self) -> Vec<Ask> {
        let each = |attribute| [Ask::Get(attribute), Ask::Subscribe(attribute)];
        [Ask::Verbose, Ask::Plain, Ask::Faults].into_iter().chain(self.attributes().flat_map(each)).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Faults => Some(ALIVE),
            Ask::Get(_) => Some(POLL),
            Ask::Verbose | Ask::Plain | Ask::Subscribe(_) | Ask::Set(..) | Ask::Check(..) | Ask::Recall(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::Set(attribute, _) => manner.keyed(format!("set {}", self.property(*attribute))),
            Ask::Check(attribute, _) => manner.keyed(self.property(*attribute)),
            Ask::Recall(_) => Manner { retry: Retry::Once, ..Manner::answered(PRESET_WITHIN) },
            Ask::Verbose | Ask::Plain | Ask::Faults | Ask::Get(_) | Ask::Subscribe(_) => manner,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        self.sent = match ask {
            Ask::Verbose => "SESSION set verbose true".to_owned(),
            Ask::Plain => "SESSION set detailedResponse false".to_owned(),
            Ask::Faults => "DEVICE get activeFaultList".to_owned(),
            Ask::Get(attribute) | Ask::Check(attribute, _) => self.line(*attribute, "get"),
            Ask::Subscribe(attribute) => format!("{} {} {PUSH_MS}", self.line(*attribute, "subscribe"), Self::token(*attribute)),
            Ask::Set(attribute, value) => format!("{} {}", self.line(*attribute, "set"), word_of(*attribute, *value)),
            Ask::Recall(preset) => format!("DEVICE recallPreset {preset}"),
        };
        self.echo = None;
        (format!("{}\n", self.sent).into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        let text = if self.is_telnet {
            let (text, answer) = self.telnet.feed(bytes);
            if !answer.is_empty() {
                heard.push(Heard::Reply(answer));
            }
            text
        } else {
            bytes.to_vec()
        };
        for piece in self.lines.feed(&text) {
            match piece {
                Piece::Frame(line) => heard.extend(self.heard(&line)),
                Piece::Dropped(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some(reply) = Reply::read(payload) else { return Read::NotMine };
        if let Reply::No(words) = &reply {
            return Read::No(why(words));
        }
        let Reply::Ok(rest) = &reply else { return Read::NotMine };
        match ask {
            Ask::Faults if rest.contains("\"value\":") => {
                let value = Value::Text(faults(rest));
                Read::Facts(vec![Fact { property: "errors".into(), value: Some(value) }])
            }
            Ask::Get(attribute) => match reply.value().and_then(|word| self.fact(*attribute, word)) {
                Some(fact) => Read::Facts(vec![fact]),
                None => Read::NotMine,
            },
            // Another value means that the order had no effect; the subscription reports it if it is fresh.
            Ask::Check(attribute, wanted) => {
                let Some(fact) = reply.value().and_then(|word| self.fact(*attribute, word)) else { return Read::NotMine };
                let is_so = match &fact.value {
                    Some(Value::Int(level)) => level == wanted,
                    Some(Value::Bool(mute)) => i64::from(*mute) == *wanted,
                    Some(Value::Text(_)) | None => false,
                };
                if is_so { Read::Facts(vec![fact]) } else { Read::No(No::NotNow) }
            }
            Ask::Verbose | Ask::Plain | Ask::Subscribe(_) | Ask::Set(..) | Ask::Recall(_) if reply.value().is_none() => {
                Read::Facts(Vec::new())
            }
            Ask::Verbose | Ask::Plain | Ask::Faults | Ask::Subscribe(_) | Ask::Set(..) | Ask::Recall(_) => Read::NotMine,
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let property = match ask {
            Ask::Get(attribute) => self.property(*attribute),
            Ask::Faults => "errors".to_owned(),
            Ask::Verbose | Ask::Plain | Ask::Subscribe(_) | Ask::Set(..) | Ask::Check(..) | Ask::Recall(_) => return Vec::new(),
        };
        vec![Fact { property: property.into(), value: None }]
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Recall(_) => self.attributes().map(Ask::Get).collect(),
            Ask::Verbose | Ask::Plain | Ask::Faults | Ask::Get(_) | Ask::Subscribe(_) | Ask::Set(..) | Ask::Check(..) => Vec::new(),
        }
    }
}

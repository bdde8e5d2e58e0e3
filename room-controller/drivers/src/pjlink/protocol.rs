//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Greeting, Lines, digest, greeting_of, parse_reply};

/// Answer to any command (specification: 5 s).
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Poll of what may change; the device closes after 30 s of silence.
const POLL: Duration = Duration::from_secs(10);
/// Poll of the power while it warms up or cools down.
const POLL_CHANGE: Duration = Duration::from_secs(1);
/// Poll of lamp hours.
const POLL_LAMP: Duration = Duration::from_secs(60);

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// Power.
    Powr,
    /// Input.
    Inpt,
    /// Picture and sound mute.
    Avmt,
    /// Errors.
    Erst,
    /// Lamp hours.
    Lamp,
    /// Inputs there are.
    Inst,
    /// Name.
    Name,
    /// Maker.
    Inf1,
    /// Model.
    Inf2,
    /// Other information.
    Info,
    /// Class.
    Clss,
}

impl Query {
    /// The four letters.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Powr => "POWR",
            Self::Inpt => "INPT",
            Self::Avmt => "AVMT",
            Self::Erst => "ERST",
            Self::Lamp => "LAMP",
            Self::Inst => "INST",
            Self::Name => "NAME",
            Self::Inf1 => "INF1",
            Self::Inf2 => "INF2",
            Self::Info => "INFO",
            Self::Clss => "CLSS",
        }
    }

    pub(crate) const fn property(self) -> &'static str {
        match self {
            Self::Powr => "power",
            Self::Inpt => "input",
            Self::Avmt => "av_mute",
            Self::Erst => "errors",
            Self::Lamp => "lamp_hours",
            Self::Inst => "inputs",
            Self::Name => "name",
            Self::Inf1 => "maker",
            Self::Inf2 => "model",
            Self::Info => "info",
            Self::Clss => "class",
        }
    }

    pub(crate) const ALL: [Self; 11] = [
        Self::Powr,
        Self::Inpt,
        Self::Avmt,
        Self::Erst,
        Self::Lamp,
        Self::Inst,
        Self::Name,
        Self::Inf1,
        Self::Inf2,
        Self::Info,
        Self::Clss,
    ];
}

/// What can be asked of a projector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Power.
    SetPower(bool),
    /// Input, two characters.
    SetInput(String),
    /// Picture and sound mute.
    SetMute(bool),
    /// Read something.
    Get(Query),
}

/// PJLink towards one projector.
#[derive(Debug)]
pub struct PjLink {
    password: Option<String>,
    pub(crate) inputs: Vec<(String, room_api::Text)>,
    lines: Lines,
    ready: bool,
    digest: Option<String>,
    commands_sent: u32,
    /// The device refuses a digest on every command: learned once, kept.
    first_only: bool,
    power: Option<char>,
}

impl PjLink {
    /// A projector with that password and those inputs (two characters and a label).
    #[must_use]
    pub fn new(password: Option<String>, inputs: Vec<(String, room_api::Text)>) -> Self {
        Self { password, inputs, lines: Lines::default(), ready: false, digest: None, commands_sent: 0, first_only: false, power: None }
    }

    fn greeted(&mut self, line: &str) -> Heard {
        match greeting_of(line) {
            Some(Greeting::Open) => {
                self.ready = true;
                Heard::Ready
            }
            Some(Greeting::Locked(random)) => {
                let Some(password) = &self.password else { return Heard::LoginRefused };
                self.digest = Some(digest(&random, password));
                self.ready = true;
                Heard::Ready
            }
            Some(Greeting::Refused) => Heard::LoginRefused,
            None => Heard::Noise(line.len()),
        }
    }

    fn line(&mut self, line: String) -> Heard {
        if !self.ready {
            return self.greeted(&line);
        }
        if greeting_of(&line) == Some(Greeting::Refused) {
            // The first digest was good, the repeated one is not: this device wants it once (fact sheet §5).
            if self.commands_sent > 1 && !self.first_only {
                self.first_only = true;
                return Heard::Reconnect;
            }
            return Heard::LoginRefused;
        }
        if parse_reply(&line).is_none() {
            return Heard::Noise(line.len());
        }
        Heard::Answer { seq: None, payload: line.into_bytes() }
    }

    fn value(&mut self, query: Query, value: &str) -> Option<Value> {
        let text = || Some(Value::Text(value.to_owned()));
        match query {
            Query::Powr => {
                self.power = value.chars().next();
                let word = match value {
                    "0" => "standby",
                    "1" => "on",
                    "2" => "cooling",
                    "3" => "warming",
                    _ => return None,
                };
                Some(Value::Text(word.to_owned()))
            }
            Query::Avmt => match value {
                "31" => Some(Value::Bool(true)),
                // Only one of picture and sound muted is not the whole mute.
                "30" | "11" | "10" | "21" | "20" => Some(Value::Bool(false)),
                _ => None,
            },
            Query::Erst => errors(value).map(Value::Text),
            Query::Lamp => value.split(' ').next()?.parse().ok().map(Value::Int),
            Query::Inpt | Query::Inst | Query::Name | Query::Inf1 | Query::Inf2 | Query::Info | Query::Clss => text(),
        }
    }
}

/// `000000` → `ok`; otherwise what is wrong, in words.
fn errors(digits: &str) -> Option<String> {
    const PARTS: [&str; 6] = ["fan", "lamp", "temperature", "cover", "filter", "other"];
    if digits.len() != PARTS.len() {
        return None;
    }
    let mut wrong = Vec::new();
    for (part, digit) in PARTS.iter().zip(digits.chars()) {
        match digit {
            '0' => {}
            '1' => wrong.push(format!("{part} warning")),
            '2' => wrong.push(format!("{part} error")),
            _ => return None,
        }
    }
    Some(if wrong.is_empty() { "ok".to_owned() } else { wrong.join(", ") })
}

fn no(value: &str) -> Option<No> {
    match value {
        "ERR1" => Some(No::Unsupported),
        "ERR2" => Some(No::BadParameter),
        "ERR3" => Some(No::NotNow),
        "ERR4" => Some(No::Fault),
        _ => None,
    }
}

impl Protocol for PjLink {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.lines.clear();
        self.ready = false;
        self.digest = None;
        self.commands_sent = 0;
        self.power = None;
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn polls(&self) -> Vec<Ask> {
        Query::ALL.into_iter().map(Ask::Get).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        let Ask::Get(query) = ask else { return None };
        match query {
            Query::Powr if matches!(self.power, Some('2' | '3')) => Some(POLL_CHANGE),
            Query::Powr | Query::Inpt | Query::Avmt | Query::Erst => Some(POLL),
            Query::Lamp => Some(POLL_LAMP),
            Query::Inst | Query::Name | Query::Inf1 | Query::Inf2 | Query::Info | Query::Clss => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let key = match ask {
            Ask::SetPower(_) => Some("power"),
            Ask::SetInput(_) => Some("input"),
            Ask::SetMute(_) => Some("mute"),
            Ask::Get(_) => None,
        };
        Manner { retry: Retry::Idempotent, reply_within: ANSWER_WITHIN, done_within: None, key: key.map(Into::into), stops_moves: false }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let (letters, value) = match ask {
            Ask::SetPower(on) => ("POWR", if *on { "1" } else { "0" }),
            Ask::SetInput(input) => ("INPT", input.as_str()),
            Ask::SetMute(on) => ("AVMT", if *on { "31" } else { "30" }),
            Ask::Get(query) => (query.letters(), "?"),
        };
        let with_digest = self.digest.as_deref().filter(|_| !self.first_only || self.commands_sent == 0);
        let line = format!("{}%1{letters} {value}\r", with_digest.unwrap_or_default());
        self.commands_sent = self.commands_sent.saturating_add(1);
        (line.into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let lines = self.lines.feed(bytes);
        lines.into_iter().map(|line| line.map_or(Heard::Noise(137), |line| self.line(line))).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some((name, value)) = std::str::from_utf8(payload).ok().and_then(parse_reply) else { return Read::NotMine };
        let letters = match ask {
            Ask::SetPower(_) => "POWR",
            Ask::SetInput(_) => "INPT",
            Ask::SetMute(_) => "AVMT",
            Ask::Get(query) => query.letters(),
        };
        if name != letters {
            return Read::NotMine;
        }
        if let Some(why) = no(value) {
            return Read::No(why);
        }
        match ask {
            Ask::Get(query) => {
                let value = self.value(*query, value);
                Read::Facts(vec![Fact { property: query.property().into(), value }])
            }
            Ask::SetPower(_) | Ask::SetInput(_) | Ask::SetMute(_) if value.eq_ignore_ascii_case("OK") => Read::Facts(Vec::new()),
            Ask::SetPower(_) | Ask::SetInput(_) | Ask::SetMute(_) => Read::NotMine,
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Get(query) => vec![Fact { property: query.property().into(), value: None }],
            Ask::SetPower(_) | Ask::SetInput(_) | Ask::SetMute(_) => Vec::new(),
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::SetPower(_) => vec![Ask::Get(Query::Powr)],
            Ask::SetInput(_) => vec![Ask::Get(Query::Inpt)],
            Ask::SetMute(_) => vec![Ask::Get(Query::Avmt)],
            // Input and mute tell nothing in standby; once the lamp is warm they do.
            Ask::Get(_) => Vec::new(),
        }
    }
}

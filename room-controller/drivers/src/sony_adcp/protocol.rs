//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read};

use super::codec::{Lines, Piece, answer_to, first_number, quoted};
use crate::panel::InputName;

/// Answer to anything.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
const POLL_POWER: Duration = Duration::from_secs(5);
/// Poll of power while it changes.
const POLL_CHANGE: Duration = Duration::from_secs(1);
/// Poll of the rest; the session ends after a minute of silence.
const POLL: Duration = Duration::from_secs(10);
const POLL_ERRORS: Duration = Duration::from_secs(30);
const POLL_HOURS: Duration = Duration::from_secs(60);
/// Longest random word; 8 characters are usual.
const MAX_WORD: usize = 64;

/// Values of power and blank.
const STATES: [&str; 9] =
    ["on", "off", "standby", "startup", "cooling1", "cooling2", "saving_standby", "saving_cooling1", "saving_cooling2"];

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// `power_status ?`
    Power,
    /// `input ?`
    Input,
    /// `blank ?`
    Blank,
    /// `error ?`
    Errors,
    /// `timer ?`
    Hours,
    /// `modelname ?`
    Model,
    /// `serialnum ?`
    Serial,
}

impl Query {
    pub(crate) const ALL: [Self; 7] = [Self::Power, Self::Input, Self::Blank, Self::Errors, Self::Hours, Self::Model, Self::Serial];

    const fn word(self) -> &'static str {
        match self {
            Self::Power => "power_status",
            Self::Input => "input",
            Self::Blank => "blank",
            Self::Errors => "error",
            Self::Hours => "timer",
            Self::Model => "modelname",
            Self::Serial => "serialnum",
        }
    }

    pub(crate) const fn property(self) -> &'static str {
        match self {
            Self::Power => "power",
            Self::Input => "input",
            Self::Blank => "picture_mute",
            Self::Errors => "errors",
            Self::Hours => "lamp_hours",
            Self::Model => "model",
            Self::Serial => "serial",
        }
    }
}

/// What can be asked of a projector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Power.
    SetPower(bool),
    /// Input.
    SetInput(String),
    /// Hides the picture.
    SetBlank(bool),
    /// Read something.
    Get(Query),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    Greeting,
    Answered,
    Open,
}

/// ADCP towards one projector.
#[derive(Debug)]
pub struct Adcp {
    password: Option<String>,
    pub(crate) inputs: Vec<InputName>,
    lines: Lines,
    session: Session,
    is_changing: bool,
    /// Answers the projector still has to give.
    owed: u32,
}

impl Adcp {
    /// A projector with that password and those inputs.
    #[must_use]
    pub fn new(password: Option<String>, inputs: Vec<InputName>) -> Self {
        Self { password, inputs, lines: Lines::default(), session: Session::Greeting, is_changing: false, owed: 0 }
    }

    fn line(&mut self, line: String) -> Vec<Heard> {
        match self.session {
            Session::Greeting if line == "NOKEY" => {
                self.session = Session::Open;
                vec![Heard::Ready]
            }
            Session::Greeting if line.len() > MAX_WORD || line.contains([' ', '"']) => vec![Heard::Noise(line.len())],
            Session::Greeting => {
                let Some(password) = &self.password else { return vec![Heard::LoginRefused] };
                self.session = Session::Answered;
                vec![Heard::Say(format!("{}\r\n", answer_to(&line, password)).into_bytes())]
            }
            Session::Answered if line.eq_ignore_ascii_case("ok") => {
                self.session = Session::Open;
                vec![Heard::Ready]
            }
            Session::Answered if line == "err_auth" => vec![Heard::LoginRefused],
            Session::Answered => vec![Heard::Noise(line.len())],
            // The projector forgot who is here.
            Session::Open if line == "err_auth" => vec![Heard::Reconnect],
            Session::Open => {
                let is_old = self.owed > 1;
                self.owed = self.owed.saturating_sub(1);
                if is_old { Vec::new() } else { vec![Heard::Answer { seq: None, payload: line.into_bytes() }] }
            }
        }
    }

    /// The value in an answer; `None` when it is no answer to that.
    fn value(&mut self, query: Query, line: &str) -> Option<Value> {
        let text = |word: &str| Some(Value::Text(word.to_owned()));
        match query {
            Query::Power => {
                let word = match quoted(line)? {
                    "standby" | "saving_standby" => "standby",
                    "startup" => "warming",
                    "on" => "on",
                    "cooling1" | "cooling2" | "saving_cooling1" | "saving_cooling2" => "cooling",
                    _ => return None,
                };
                self.is_changing = matches!(word, "warming" | "cooling");
                text(word)
            }
            Query::Blank => match quoted(line)? {
                "on" => Some(Value::Bool(true)),
                "off" => Some(Value::Bool(false)),
                _ => None,
            },
            Query::Errors => {
                let list = line.strip_prefix('[')?.strip_suffix(']')?;
                let words: Vec<&str> = list.split(',').filter_map(|word| quoted(word.trim())).filter(|word| *word != "no_err").collect();
                text(&if words.is_empty() { "ok".to_owned() } else { words.join(", ") })
            }
            Query::Hours => first_number(line.strip_prefix('[')?).map(Value::Int),
            // Words of power and blank are no inputs: an answer to one of those.
            Query::Input => quoted(line).filter(|word| !STATES.contains(word)).and_then(text),
            Query::Model | Query::Serial => text(quoted(line)?),
        }
    }
}

fn no(line: &str) -> Option<No> {
    match line {
        "err_cmd" => Some(No::Unsupported),
        "err_option" | "err_val" => Some(No::BadParameter),
        "err_inactive" => Some(No::NotNow),
        _ if line.starts_with("err_") => Some(No::Fault),
        _ => None,
    }
}

impl Protocol for Adcp {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.lines.clear();
        self.session = Session::Greeting;
        self.is_changing = false;
        self.owed = 0;
        Vec::new()
    }

    fn open_again(&mut self) -> Vec<u8> {
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        self.session == Session::Open
    }

    fn polls(&self) -> Vec<Ask> {
        Query::ALL.map(Ask::Get).to_vec()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        let Ask::Get(query) = ask else { return None };
        match query {
            // What is unknown in standby is known as soon as it is warm.
            Query::Power | Query::Input | Query::Blank if self.is_changing => Some(POLL_CHANGE),
            Query::Power => Some(POLL_POWER),
            Query::Input | Query::Blank => Some(POLL),
            Query::Errors => Some(POLL_ERRORS),
            Query::Hours => Some(POLL_HOURS),
            Query::Model | Query::Serial => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::SetPower(_) => manner.keyed("power"),
            Ask::SetInput(_) => manner.keyed("input"),
            Ask::SetBlank(_) => manner.keyed("blank"),
            Ask::Get(_) => manner,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let word = |on: bool| if on { "on" } else { "off" };
        let line = match ask {
            Ask::SetPower(on) => format!("power \"{}\"\r\n", word(*on)),
            Ask::SetInput(input) => format!("input \"{input}\"\r\n"),
            Ask::SetBlank(on) => format!("blank \"{}\"\r\n", word(*on)),
            Ask::Get(query) => format!("{} ?\r\n", query.word()),
        };
        self.owed = self.owed.saturating_add(1);
        (line.into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for piece in self.lines.feed(bytes) {
            match piece {
                Piece::Line(line) => heard.extend(self.line(line)),
                Piece::Noise(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let line = String::from_utf8_lossy(payload);
        if let Some(why) = no(&line) {
            return Read::No(why);
        }
        match ask {
            Ask::SetPower(_) | Ask::SetInput(_) | Ask::SetBlank(_) if line.eq_ignore_ascii_case("ok") => Read::Facts(Vec::new()),
            Ask::SetPower(_) | Ask::SetInput(_) | Ask::SetBlank(_) => Read::NotMine,
            Ask::Get(query) => match self.value(*query, &line) {
                Some(value) => Read::Facts(vec![Fact { property: query.property().into(), value: Some(value) }]),
                None => Read::NotMine,
            },
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Get(query) => vec![Fact { property: query.property().into(), value: None }],
            Ask::SetPower(_) | Ask::SetInput(_) | Ask::SetBlank(_) => Vec::new(),
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::SetPower(_) => vec![Ask::Get(Query::Power), Ask::Get(Query::Input), Ask::Get(Query::Blank)],
            Ask::SetInput(_) => vec![Ask::Get(Query::Input)],
            Ask::SetBlank(_) => vec![Ask::Get(Query::Blank)],
            Ask::Get(_) => Vec::new(),
        }
    }
}

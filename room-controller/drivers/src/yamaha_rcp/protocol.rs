//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::{Text, Value};
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Line, Status, Strip, Target, lines, tenths_of};
use crate::delimited::{Delimited, Piece};

/// Any answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Least time between messages (fact sheet §15).
const GAP: Duration = Duration::from_millis(25);
/// The desk closes after 10 s without a message.
const KEEPALIVE_MS: u32 = 10_000;
/// Sign of life.
const ALIVE: Duration = Duration::from_secs(5);
/// Notices keep values fresh between.
const POLL: Duration = Duration::from_secs(60);

/// What can be asked of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Model.
    Product,
    /// Whether it runs.
    RunMode,
    /// Close when nothing comes for 10 s.
    KeepAlive,
    /// A value.
    Get(Target),
    /// Set to the word that goes on the wire.
    Set(Target, String),
    /// The scene recalled last.
    Scene,
    /// Recall.
    Recall(u16),
}

/// RCP towards one desk.
#[derive(Debug)]
pub struct Yamaha {
    pub(crate) strips: Vec<(Strip, Text)>,
    pub(crate) scenes: Vec<(u16, Text)>,
    library: String,
    lines: Delimited,
}

impl Yamaha {
    /// A desk of which these strips are watched, with its library of scenes.
    #[must_use]
    pub fn new(strips: Vec<(Strip, Text)>, library: String, scenes: Vec<(u16, Text)>) -> Self {
        Self { strips, scenes, library, lines: lines() }
    }

    fn targets(&self) -> impl Iterator<Item = Target> {
        self.strips.iter().flat_map(|(strip, _)| [Target::Level(*strip), Target::On(*strip), Target::Name(*strip)])
    }

    fn scene_in(&self, line: &Line) -> Option<i64> {
        let [library, number, ..] = line.rest.as_slice() else { return None };
        if *library == self.library { number.parse().ok() } else { None }
    }

    fn facts(&self, line: &Line) -> Vec<Fact> {
        let fact = |property: String, value: Value| vec![Fact { property: property.into(), value: Some(value) }];
        match line.verb.as_str() {
            "get" | "set" => {
                let found = self.targets().find_map(|target| Some((target, line.value_of(target)?)));
                let Some((target, word)) = found else { return Vec::new() };
                let value = match target {
                    Target::Level(_) => word.parse().ok().map(|level| Value::Int(tenths_of(level))),
                    Target::On(_) => match word {
                        "0" => Some(Value::Bool(true)),
                        "1" => Some(Value::Bool(false)),
                        _ => None,
                    },
                    Target::Name(_) => Some(Value::Text(word.to_owned())),
                };
                value.map(|value| fact(target.property(), value)).unwrap_or_default()
            }
            "sscurrent_ex" => self.scene_in(line).map(|scene| fact("preset".to_owned(), Value::Int(scene))).unwrap_or_default(),
            "devinfo" => match line.rest.as_slice() {
                [what, model] if what == "productname" => fact("model".to_owned(), Value::Text(model.clone())),
                _ => Vec::new(),
            },
            "devstatus" => match line.rest.as_slice() {
                [what, mode] if what == "runmode" => fact("run_mode".to_owned(), Value::Text(mode.clone())),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn line(&self, bytes: &[u8]) -> Vec<Heard> {
        let Some(line) = Line::read(bytes) else { return vec![Heard::Noise(bytes.len())] };
        match line.status {
            Status::Error => vec![Heard::Answer { seq: None, payload: bytes.to_vec() }],
            Status::Notify => vec![Heard::Report(self.facts(&line))],
            Status::Ok | Status::Adjusted => {
                vec![Heard::Report(self.facts(&line)), Heard::Answer { seq: None, payload: bytes.to_vec() }]
            }
        }
    }

    const fn verb(ask: &Ask) -> &'static str {
        match ask {
            Ask::Product => "devinfo",
            Ask::RunMode => "devstatus",
            Ask::KeepAlive => "scpmode",
            Ask::Get(_) => "get",
            Ask::Set(..) => "set",
            Ask::Scene => "sscurrent_ex",
            Ask::Recall(_) => "ssrecall_ex",
        }
    }
}

fn why(reason: &str) -> No {
    match reason {
        "InvalidArgument" | "WrongFormat" | "OutOfRange" => No::BadParameter,
        "AccessDenied" | "Busy" | "NotReady" => No::NotNow,
        _ => No::Unsupported,
    }
}

impl Protocol for Yamaha {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.lines.clear();
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        let first = [Ask::RunMode, Ask::KeepAlive, Ask::Product];
        first.into_iter().chain(self.targets().map(Ask::Get)).chain([Ask::Scene]).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::RunMode => Some(ALIVE),
            Ask::Get(_) | Ask::Scene => Some(POLL),
            Ask::Product | Ask::KeepAlive | Ask::Set(..) | Ask::Recall(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::Set(target, _) => manner.keyed(target.property()),
            Ask::Recall(_) => Manner { retry: Retry::Once, ..manner.keyed("preset") },
            Ask::Product | Ask::RunMode | Ask::KeepAlive | Ask::Get(_) | Ask::Scene => manner,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let verb = Self::verb(ask);
        let line = match ask {
            Ask::Product => format!("{verb} productname\n"),
            Ask::RunMode => format!("{verb} runmode\n"),
            Ask::KeepAlive => format!("{verb} keepalive {KEEPALIVE_MS}\n"),
            Ask::Get(target) => {
                let (address, index) = target.address();
                format!("{verb} {address} {index} 0\n")
            }
            Ask::Set(target, word) => {
                let (address, index) = target.address();
                let quote = if matches!(target, Target::Name(_)) { "\"" } else { "" };
                format!("{verb} {address} {index} 0 {quote}{word}{quote}\n")
            }
            Ask::Scene => format!("{verb} {}\n", self.library),
            Ask::Recall(scene) => format!("{verb} {} {scene}\n", self.library),
        };
        (line.into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let pieces = self.lines.feed(bytes);
        let heard = |piece: &Piece| match piece {
            Piece::Frame(line) => self.line(line),
            Piece::Dropped(count) => vec![Heard::Noise(*count)],
        };
        pieces.iter().flat_map(heard).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some(line) = Line::read(payload).filter(|line| line.verb == Self::verb(ask)) else { return Read::NotMine };
        if line.status == Status::Error {
            return Read::No(why(line.rest.first().map_or("", String::as_str)));
        }
        let is_mine = match ask {
            Ask::Product => line.rest.first().is_some_and(|word| word == "productname"),
            Ask::RunMode => line.rest.first().is_some_and(|word| word == "runmode"),
            Ask::KeepAlive => true,
            Ask::Get(target) => line.value_of(*target).is_some(),
            Ask::Set(target, word) => line.value_of(*target).is_some_and(|value| value == word || line.status == Status::Adjusted),
            Ask::Scene => self.scene_in(&line).is_some(),
            Ask::Recall(scene) => self.scene_in(&line) == Some((*scene).into()),
        };
        if is_mine { Read::Facts(Vec::new()) } else { Read::NotMine }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let property = match ask {
            Ask::Get(target) => target.property(),
            Ask::Scene => "preset".to_owned(),
            Ask::Product => "model".to_owned(),
            Ask::RunMode => "run_mode".to_owned(),
            Ask::KeepAlive | Ask::Set(..) | Ask::Recall(_) => return Vec::new(),
        };
        vec![Fact { property: property.into(), value: None }]
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Recall(_) => self.targets().map(Ask::Get).chain([Ask::Scene]).collect(),
            Ask::Product | Ask::RunMode | Ask::KeepAlive | Ask::Get(_) | Ask::Set(..) | Ask::Scene => Vec::new(),
        }
    }

    fn gap(&self) -> Duration {
        GAP
    }
}

//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read};

use super::codec::{Answers, Piece, Request, word_of_input};
use crate::panel::InputName;

/// Least time between two messages (fact sheet §7).
const GAP: Duration = Duration::from_millis(100);
/// Answer to anything but power.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Answer to power: a display that wakes takes its time.
const POWER_WITHIN: Duration = Duration::from_secs(5);
/// Questions for power, one a second, until it is as ordered.
const HURRY: u8 = 60;
const POLL_POWER: Duration = Duration::from_secs(5);
const POLL_HURRY: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_secs(10);
/// Asks instead of ordering.
const ASKS: u8 = 0xFF;

/// What can be read and set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// `ka`
    Power,
    /// `xb`
    Input,
    /// `kf`
    Volume,
    /// `ke`
    Mute,
    /// `kd`
    PictureMute,
}

impl Query {
    pub(crate) const ALL: [Self; 5] = [Self::Power, Self::Input, Self::Volume, Self::Mute, Self::PictureMute];

    const fn letters(self) -> [char; 2] {
        match self {
            Self::Power => ['k', 'a'],
            Self::Input => ['x', 'b'],
            Self::Volume => ['k', 'f'],
            Self::Mute => ['k', 'e'],
            Self::PictureMute => ['k', 'd'],
        }
    }

    pub(crate) const fn property(self) -> &'static str {
        match self {
            Self::Power => "power",
            Self::Input => "input",
            Self::Volume => "volume",
            Self::Mute => "mute",
            Self::PictureMute => "picture_mute",
        }
    }
}

/// What can be asked of a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Set something to its byte.
    Set(Query, u8),
    /// Read something.
    Get(Query),
    /// Nothing came to this: is it awake? Asks for power.
    IsAwake(Query),
}

/// The protocol towards one display.
#[derive(Debug)]
pub struct Lg {
    id: u8,
    pub(crate) inputs: Vec<InputName>,
    answers: Answers,
    power: Option<bool>,
    wanted_power: Option<bool>,
    hurry: u8,
    /// The last order and how often it was sent in a row.
    last: Option<(Ask, u8)>,
}

impl Lg {
    /// The display of that number.
    #[must_use]
    pub fn new(id: u8, inputs: Vec<InputName>) -> Self {
        Self { id, inputs, answers: Answers::default(), power: None, wanted_power: None, hurry: 0, last: None }
    }

    fn value(&mut self, query: Query, byte: u8) -> Option<Value> {
        match query {
            Query::Power => {
                self.power = match byte {
                    0 => Some(false),
                    1 => Some(true),
                    _ => None,
                };
                self.hurry = if self.power.is_some() && self.power == self.wanted_power { 0 } else { self.hurry.saturating_sub(1) };
                self.power.map(|on| Value::Text(if on { "on" } else { "standby" }.to_owned()))
            }
            Query::Input => Some(Value::Text(word_of_input(byte))),
            Query::Volume => (byte <= 100).then(|| Value::Int(byte.into())),
            // Zero is muted.
            Query::Mute => (byte <= 1).then_some(Value::Bool(byte == 0)),
            // 10 switches the video off only, as some series do.
            Query::PictureMute => matches!(byte, 0 | 1 | 0x10).then_some(Value::Bool(byte != 0)),
        }
    }
}

impl Protocol for Lg {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.answers.clear();
        self.power = None;
        self.last = None;
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        Query::ALL.map(Ask::Get).to_vec()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Set(..) => None,
            // What is unknown in standby is known as soon as it wakes.
            Ask::Get(_) | Ask::IsAwake(_) if self.hurry > 0 => Some(POLL_HURRY),
            Ask::Get(Query::Power) => Some(POLL_POWER),
            Ask::Get(_) | Ask::IsAwake(_) => Some(POLL),
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        match ask {
            Ask::Set(Query::Power, _) => Manner::answered(POWER_WITHIN).keyed(Query::Power.property()),
            Ask::Set(query, _) => Manner::answered(ANSWER_WITHIN).keyed(query.property()),
            Ask::Get(_) | Ask::IsAwake(_) => Manner::answered(ANSWER_WITHIN),
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        if let Ask::Set(Query::Power, byte) = ask {
            (self.wanted_power, self.hurry) = (Some(*byte == 1), HURRY);
        }
        let times = match &self.last {
            Some((last, times)) if last == ask => times.saturating_add(1),
            Some(_) | None => 1,
        };
        self.last = Some((*ask, times));
        let (query, value) = match ask {
            Ask::Set(query, value) => (*query, *value),
            Ask::Get(query) => (*query, ASKS),
            Ask::IsAwake(_) => (Query::Power, ASKS),
        };
        (Request { letters: query.letters(), id: self.id, value }.encode(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for piece in self.answers.feed(bytes) {
            match piece {
                Piece::Reply(reply) if reply.id == self.id => {
                    let letter = u8::try_from(reply.letter).unwrap_or_default();
                    let payload = [&[letter, u8::from(reply.yes)][..], &reply.data].concat();
                    heard.push(Heard::Answer { seq: None, payload });
                }
                // Another display on the same line.
                Piece::Reply(_) => {}
                Piece::Noise(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let query = match *ask {
            Ask::Set(query, _) | Ask::Get(query) => query,
            Ask::IsAwake(_) => Query::Power,
        };
        let [letter, yes, data @ ..] = payload else { return Read::NotMine };
        let [_, own] = query.letters();
        if char::from(*letter) != own {
            return Read::NotMine;
        }
        match (ask, data) {
            _ if *yes == 0 => Read::No(if self.power == Some(true) { No::BadParameter } else { No::NotNow }),
            (Ask::Set(_, wanted), [byte]) if byte == wanted => Read::Facts(Vec::new()),
            (Ask::IsAwake(_), [byte]) => Read::No(if *byte == 1 { No::Unsupported } else { No::NotNow }),
            (Ask::Get(_), [byte]) => {
                let value = self.value(query, *byte);
                Read::Facts(vec![Fact { property: query.property().into(), value }])
            }
            _ => Read::NotMine,
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Set(..) => Vec::new(),
            Ask::Get(query) | Ask::IsAwake(query) => vec![Fact { property: query.property().into(), value: None }],
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Set(Query::Power, _) => self.polls(),
            Ask::Set(query, _) => vec![Ask::Get(*query)],
            Ask::Get(_) | Ask::IsAwake(_) => Vec::new(),
        }
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        match ask {
            Ask::Set(Query::Power, _) | Ask::Get(Query::Power) | Ask::IsAwake(_) => None,
            Ask::Get(query) => Some(Ask::IsAwake(*query)),
            Ask::Set(query, _) => self.last.filter(|(last, times)| last == ask && *times >= 2).map(|_| Ask::IsAwake(*query)),
        }
    }

    fn gap(&self) -> Duration {
        GAP
    }
}

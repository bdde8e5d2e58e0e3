//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::{Text, Value};
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Code, Lines, Reply, reply_of};

/// Any answer but an infrared completion.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// A long code with 50 repeats.
const INFRARED_WITHIN: Duration = Duration::from_secs(5);
/// Poll of the modules: the proof that the unit is there.
const POLL_MODULES: Duration = Duration::from_secs(10);
/// Poll of the contacts.
const POLL_RELAYS: Duration = Duration::from_secs(5);
/// Modules of one unit; the largest has three connectors and its network module.
const MAX_MODULES: usize = 16;

/// A code as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its word in commands.
    pub word: String,
    /// Its names.
    pub name: Text,
    /// Where it goes out, `1:1`.
    pub connector: String,
    /// The code.
    pub code: Code,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// List the modules.
    Modules,
    /// Firmware.
    Version,
    /// Emit a code, by its place in the settings.
    Send(usize),
    /// Read a contact, from 1.
    Relay(u8),
    /// Close or open a contact, from 1.
    SetRelay(u8, bool),
}

/// One unit.
#[derive(Debug)]
pub struct Itach {
    pub(crate) codes: Vec<Named>,
    pub(crate) relays: u8,
    lines: Lines,
    modules: Vec<String>,
    /// Number of the last code sent.
    number: u16,
}

fn fact(property: impl Into<std::borrow::Cow<'static, str>>, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

const fn why(error: u16) -> No {
    match error {
        1..=3 | 13 | 14 => No::Unsupported,
        19 => No::Fault,
        27 => No::NotNow,
        _ => No::BadParameter,
    }
}

impl Itach {
    /// A unit with those codes and that many contacts.
    #[must_use]
    pub fn new(codes: Vec<Named>, relays: u8) -> Self {
        Self { codes, relays, lines: Lines::default(), modules: Vec::new(), number: 0 }
    }

    fn line(&mut self, line: &str) -> Option<Heard> {
        match reply_of(line) {
            Reply::Device(module) => {
                if self.modules.len() < MAX_MODULES {
                    self.modules.push(module);
                }
                None
            }
            Reply::EndOfDevices => {
                let modules = std::mem::take(&mut self.modules).join("; ");
                Some(Heard::Answer { seq: None, payload: format!("modules {modules}").into_bytes() })
            }
            Reply::Complete(..) | Reply::Busy(..) | Reply::State(..) | Reply::Version(_) => {
                Some(Heard::Answer { seq: None, payload: line.as_bytes().to_vec() })
            }
            Reply::Error(error) => Some(Heard::No { slot: 0, seq: None, why: why(error) }),
            Reply::Strange => Some(Heard::Noise(line.len() + 1)),
        }
    }

    fn relay_fact(relay: u8, state: Option<bool>) -> Fact {
        fact(format!("outlet.{relay}"), state.map(Value::Bool))
    }
}

impl Protocol for Itach {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.lines.clear();
        self.modules.clear();
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        [Ask::Modules, Ask::Version].into_iter().chain((1..=self.relays).map(Ask::Relay)).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Modules => Some(POLL_MODULES),
            Ask::Relay(_) => Some(POLL_RELAYS),
            Ask::Version | Ask::Send(_) | Ask::SetRelay(..) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        match ask {
            // A toggle sent twice undoes itself.
            Ask::Send(_) => Manner { retry: Retry::Once, ..Manner::answered(INFRARED_WITHIN) },
            Ask::SetRelay(relay, _) => Manner::answered(ANSWER_WITHIN).keyed(format!("outlet.{relay}")),
            Ask::Modules | Ask::Version | Ask::Relay(_) => Manner::answered(ANSWER_WITHIN),
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let line = match ask {
            Ask::Modules => {
                self.modules.clear();
                "getdevices\r".to_owned()
            }
            Ask::Version => "getversion\r".to_owned(),
            Ask::Send(index) => {
                self.number = self.number.wrapping_add(1);
                let named = self.codes.get(*index);
                named.map_or_else(String::new, |named| format!("sendir,{},{},{}\r", named.connector, self.number, named.code.words()))
            }
            Ask::Relay(relay) => format!("getstate,1:{relay}\r"),
            Ask::SetRelay(relay, on) => format!("setstate,1:{relay},{}\r", u8::from(*on)),
        };
        (line.into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let (lines, dropped) = self.lines.feed(bytes);
        let noise = (dropped > 0).then_some(Heard::Noise(dropped));
        noise.into_iter().chain(lines.iter().filter_map(|line| self.line(line))).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let line = String::from_utf8_lossy(payload);
        if let Some(modules) = line.strip_prefix("modules ") {
            return match ask {
                // What was sent before is not what the display shows.
                Ask::Modules => Read::Facts(vec![fact("modules", Some(Value::Text(modules.to_owned()))), fact("sent", None)]),
                Ask::Version | Ask::Send(_) | Ask::Relay(_) | Ask::SetRelay(..) => Read::NotMine,
            };
        }
        let is_place = |place: &str, relay: &u8| place == format!("1:{relay}");
        match (ask, reply_of(&line)) {
            (Ask::Version, Reply::Version(version)) => Read::Facts(vec![fact("firmware", Some(Value::Text(version)))]),
            (Ask::Send(_), Reply::Complete(_, number)) if number == self.number => Read::Facts(Vec::new()),
            (Ask::Send(_), Reply::Busy(_, number)) if number == self.number => Read::No(No::Busy),
            (Ask::Relay(relay), Reply::State(place, state)) if is_place(&place, relay) => {
                Read::Facts(vec![Self::relay_fact(*relay, Some(state))])
            }
            (Ask::SetRelay(relay, on), Reply::State(place, state)) if is_place(&place, relay) && state == *on => Read::Facts(Vec::new()),
            _ => Read::NotMine,
        }
    }

    fn done(&mut self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Send(index) => {
                self.codes.get(*index).map(|named| fact("sent", Some(Value::Text(named.word.clone())))).into_iter().collect()
            }
            Ask::Modules | Ask::Version | Ask::Relay(_) | Ask::SetRelay(..) => Vec::new(),
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Modules => vec![fact("modules", None)],
            Ask::Version => vec![fact("firmware", None)],
            Ask::Relay(relay) => vec![Self::relay_fact(*relay, None)],
            Ask::Send(_) | Ask::SetRelay(..) => Vec::new(),
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::SetRelay(relay, _) => vec![Ask::Relay(*relay)],
            Ask::Send(_) => vec![Ask::Modules],
            Ask::Modules | Ask::Version | Ask::Relay(_) => Vec::new(),
        }
    }
}

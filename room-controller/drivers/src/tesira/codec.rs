//! Telnet and lines (fact sheet §13).

use crate::delimited::Delimited;

/// The unit is ready for requests.
pub const WELCOME: &str = "Welcome to the Tesira Text Protocol Server";
/// Longest line: lists of aliases and faults are long.
const MAX_LINE: usize = 16_384;

const IAC: u8 = 0xFF;
const SE: u8 = 0xF0;
const SB: u8 = 0xFA;
const WILL: u8 = 0xFB;
const WONT: u8 = 0xFC;
const DO: u8 = 0xFD;
const DONT: u8 = 0xFE;

/// Cuts lines.
#[must_use]
pub const fn lines() -> Delimited {
    Delimited::new(b"\r\n", MAX_LINE)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Text,
    Command,
    Option(u8),
    Sub,
    SubCommand,
}

/// Takes telnet's own bytes out of a stream and says no to every option.
#[derive(Debug, Default)]
pub struct Telnet {
    state: State,
}

impl Telnet {
    /// Takes bytes in any portions: the text, and what has to be answered.
    pub fn feed(&mut self, bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (mut text, mut answer) = (Vec::new(), Vec::new());
        for byte in bytes {
            self.state = match (self.state, *byte) {
                (State::Text, IAC) => State::Command,
                (State::Text, byte) => {
                    text.push(byte);
                    State::Text
                }
                (State::Command, IAC) => {
                    text.push(IAC);
                    State::Text
                }
                (State::Command, SB) => State::Sub,
                (State::Command, verb @ (WILL | WONT | DO | DONT)) => State::Option(verb),
                (State::Command, _) => State::Text,
                (State::Option(verb), option) => {
                    match verb {
                        DO => answer.extend([IAC, WONT, option]),
                        WILL => answer.extend([IAC, DONT, option]),
                        _ => {}
                    }
                    State::Text
                }
                (State::Sub, IAC) | (State::SubCommand, IAC) => State::SubCommand,
                (State::SubCommand, SE) => State::Text,
                (State::Sub | State::SubCommand, _) => State::Sub,
            };
        }
        (text, answer)
    }
}

/// A line told by its first character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `+OK`, with what follows.
    Ok(String),
    /// `-ERR …` and the like.
    No(String),
    /// `! "publishToken":"T" "value":v`
    Publish {
        /// The token.
        token: String,
        /// The value.
        value: String,
    },
    /// The greeting.
    Welcome,
    /// The echo of a request.
    Echo(String),
}

impl Reply {
    /// Reads a line; `None` when it is none of this protocol.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?.trim();
        if text.is_empty() || text.chars().any(char::is_control) {
            return None;
        }
        if let Some(rest) = text.strip_prefix("+OK") {
            return Some(Self::Ok(rest.trim().to_owned()));
        }
        if let Some(rest) = text.strip_prefix('-') {
            return Some(Self::No(rest.to_owned()));
        }
        if let Some(rest) = text.strip_prefix('!') {
            let token = field(rest, "publishToken")?.trim_matches('"').to_owned();
            return Some(Self::Publish { token, value: field(rest, "value")?.to_owned() });
        }
        Some(if text.contains(WELCOME) { Self::Welcome } else { Self::Echo(text.to_owned()) })
    }

    /// The value of `+OK "value":v`.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Ok(rest) => field(rest, "value"),
            Self::No(_) | Self::Publish { .. } | Self::Welcome | Self::Echo(_) => None,
        }
    }
}

/// A plain field of `"name":value "name":"value"`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("\"{name}\":"))?;
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(value, _)| value),
        None => rest.split(' ').next().filter(|value| !value.is_empty()),
    }
}

/// What is wrong with the unit, in its own words: `ok` when nothing is.
pub(crate) fn faults(list: &str) -> String {
    let mut wrong = Vec::new();
    for part in list.split("\"faults\":[").skip(1) {
        let inner = part.split(']').next().unwrap_or_default();
        wrong.extend(inner.split("\"name\":\"").skip(1).filter_map(|name| name.split('"').next()));
    }
    if wrong.is_empty() { "ok".to_owned() } else { wrong.join(", ") }
}

/// Tenths of dB of `-10.000000`.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
pub fn tenths_of(word: &str) -> Option<i64> {
    let db: f64 = word.parse().ok().filter(|db: &f64| db.is_finite() && db.abs() < 1000.0)?;
    Some((db * 10.0).round() as i64)
}

/// `-10.5` of tenths of dB.
#[must_use]
pub fn decibels(tenths: i64) -> String {
    format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10)
}

#[cfg(test)]
mod tests {
    use super::{Reply, Telnet, decibels, faults, lines, tenths_of};
    use crate::delimited::Piece;
    use proptest::prelude::*;

    /// Fact sheet §13.
    #[test]
    fn golden_lines_of_section_13() {
        assert_eq!(Reply::read(b"+OK"), Some(Reply::Ok(String::new())));
        let value = Reply::read(b"+OK \"value\":-10.000000").unwrap();
        assert_eq!(value.value().and_then(tenths_of), Some(-100));
        assert!(matches!(Reply::read(b"-ERR address not found: {\"deviceId\":0}"), Some(Reply::No(_))));
        let publish = Reply::Publish { token: "MYTOKEN".to_owned(), value: "-12.3".to_owned() };
        assert_eq!(Reply::read(b"! \"publishToken\":\"MYTOKEN\" \"value\":-12.3"), Some(publish));
        assert_eq!(Reply::read(b"Welcome to the Tesira Text Protocol Server..."), Some(Reply::Welcome));
        assert_eq!(Reply::read(b"SESSION set verbose true"), Some(Reply::Echo("SESSION set verbose true".to_owned())));
        assert_eq!(
            (decibels(-105), decibels(0), decibels(-3), decibels(120)),
            ("-10.5".into(), "0.0".into(), "-0.3".into(), "12.0".into())
        );
        assert_eq!(faults("\"value\":[{\"id\":X \"name\":\"No fault in device\" \"faults\":[] \"serialNumber\":\"1\"}]"), "ok");
        let list =
            "\"value\":[{\"id\":Y \"name\":\"Fault in device\" \"faults\":[{\"id\":Z \"name\":\"fan stopped\"}] \"serialNumber\":\"1\"}]";
        assert_eq!(faults(list), "fan stopped");
    }

    /// Every DO is answered WONT, every WILL DONT.
    #[test]
    fn golden_negotiation_of_section_13() {
        let mut telnet = Telnet::default();
        let (text, answer) = telnet.feed(&[0xFF, 0xFD, 0x18, b'a', 0xFF, 0xFB, 0x03, 0xFF, 0xFA, 0x18, 0x01, 0xFF, 0xF0, b'b', 0xFF, 0xFF]);
        assert_eq!(text, [b'a', b'b', 0xFF]);
        assert_eq!(answer, [0xFF, 0xFC, 0x18, 0xFF, 0xFE, 0x03]);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions(bytes in proptest::collection::vec(any::<u8>(), 0..500), cut in 0_usize..500) {
            let mut telnet = Telnet::default();
            let whole = telnet.feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut telnet = Telnet::default();
            let (mut text, mut answer) = telnet.feed(head);
            let (more, other) = telnet.feed(tail);
            text.extend(more);
            answer.extend(other);
            for piece in lines().feed(&text) {
                if let Piece::Frame(line) = piece {
                    let _ = Reply::read(&line).map(|reply| reply.value().and_then(tenths_of));
                }
            }
            prop_assert_eq!((text, answer), whole);
        }
    }
}

//! `OK set MIXER:Current/InCh/Fader/Level 0 0 -1000 "-10.00"` (fact sheet §15).

use core::fmt;

use crate::delimited::Delimited;

/// Longest line: an address, a name, room.
const MAX_LINE: usize = 400;
/// A fader all the way down.
pub const MINUS_INFINITY: i64 = -32_768;

/// Cuts lines.
#[must_use]
pub const fn lines() -> Delimited {
    Delimited::new(b"\n", MAX_LINE)
}

/// Words of a line; quotes keep blanks together and are taken off.
#[must_use]
pub fn words(line: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(line).ok()?.trim_end_matches('\r');
    if text.chars().any(char::is_control) {
        return None;
    }
    let mut words = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (word, tail) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = tail.trim_start();
    }
    Some(words)
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `OK`
    Ok,
    /// `OKm`: taken with an adjusted value.
    Adjusted,
    /// `NOTIFY`: changed elsewhere.
    Notify,
    /// `ERROR`
    Error,
}

/// A line from a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub status: Status,
    /// `get`, `set`, `devstatus` and so on.
    pub verb: String,
    /// What follows.
    pub rest: Vec<String>,
}

impl Line {
    /// Reads a line; `None` when it is none of this protocol.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<Self> {
        let mut words = words(line)?.into_iter();
        let status = match words.next()?.as_str() {
            "OK" => Status::Ok,
            "OKm" => Status::Adjusted,
            "NOTIFY" => Status::Notify,
            "ERROR" => Status::Error,
            _ => return None,
        };
        Some(Self { status, verb: words.next()?, rest: words.collect() })
    }

    /// The value's word of `get` and `set`, when the line is about that target.
    #[must_use]
    pub fn value_of(&self, target: Target) -> Option<&str> {
        let [address, x, y, value, ..] = self.rest.as_slice() else { return None };
        let (wanted, index) = target.address();
        let is_it = *address == wanted && x.parse() == Ok(index) && y == "0";
        is_it.then_some(value)
    }
}

/// Kinds of strips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StripKind {
    /// Input channel.
    Input,
    /// Mix bus.
    Mix,
    /// Stereo.
    Stereo,
}

/// One strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Strip {
    /// Kind.
    pub kind: StripKind,
    /// Number from 1.
    pub number: u16,
}

const KINDS: [(StripKind, &str, &str); 3] =
    [(StripKind::Input, "in", "InCh"), (StripKind::Mix, "mix", "Mix"), (StripKind::Stereo, "st", "St")];

impl Strip {
    /// Reads `in1`, `mix3`, `st1`.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        KINDS.iter().find_map(|(kind, prefix, _)| {
            let digits = word.strip_prefix(prefix).filter(|digits| !digits.starts_with(['0', '+']))?;
            let number = digits.parse().ok().filter(|number| (1..=288).contains(number))?;
            Some(Self { kind: *kind, number })
        })
    }

    fn names(self) -> (&'static str, &'static str) {
        KINDS.iter().find(|(kind, ..)| *kind == self.kind).map_or(("", ""), |(_, word, part)| (word, part))
    }
}

impl fmt::Display for Strip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.names().0, self.number)
    }
}

/// What has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Level.
    Level(Strip),
    /// On, that is not muted.
    On(Strip),
    /// Name.
    Name(Strip),
}

impl Target {
    /// Address and first index; the second is 0.
    #[must_use]
    pub fn address(self) -> (String, u16) {
        let (strip, leaf) = match self {
            Self::Level(strip) => (strip, "Fader/Level"),
            Self::On(strip) => (strip, "Fader/On"),
            Self::Name(strip) => (strip, "Label/Name"),
        };
        (format!("MIXER:Current/{}/{leaf}", strip.names().1), strip.number - 1)
    }

    /// Its property.
    #[must_use]
    pub fn property(self) -> String {
        match self {
            Self::Level(strip) => format!("level.{strip}"),
            Self::On(strip) => format!("mute.{strip}"),
            Self::Name(strip) => format!("name.{strip}"),
        }
    }
}

/// Tenths of dB of hundredths.
#[must_use]
pub fn tenths_of(hundredths: i64) -> i64 {
    if hundredths <= MINUS_INFINITY { -1000 } else { (hundredths + 5 * hundredths.signum()) / 10 }
}

/// Hundredths of dB of tenths.
#[must_use]
pub const fn hundredths_of(tenths: i64) -> i64 {
    if tenths <= -1000 { MINUS_INFINITY } else { tenths * 10 }
}

#[cfg(test)]
mod tests {
    use super::{Line, Status, Strip, Target, hundredths_of, lines, tenths_of};
    use crate::delimited::Piece;
    use proptest::prelude::*;

    /// Fact sheet §15.
    #[test]
    fn golden_lines_of_section_15() {
        let level = Target::Level(Strip::read("in1").unwrap());
        assert_eq!(level.address(), ("MIXER:Current/InCh/Fader/Level".to_owned(), 0));
        let line = Line::read(b"OK get MIXER:Current/InCh/Fader/Level 0 0 -1000 \"-10.00\"").unwrap();
        assert_eq!((line.status, line.verb.as_str(), line.value_of(level)), (Status::Ok, "get", Some("-1000")));
        assert_eq!((tenths_of(-1000), hundredths_of(-100)), (-100, -1000));
        assert_eq!((tenths_of(-32_768), hundredths_of(-1000), tenths_of(1000)), (-1000, -32_768, 100));
        let line = Line::read(b"OKm set MIXER:Current/InCh/Fader/Level 0 0 1000 \"10.00\"").unwrap();
        assert_eq!((line.status, line.value_of(level)), (Status::Adjusted, Some("1000")));
        let line = Line::read(b"NOTIFY set MIXER:Current/InCh/Fader/On 4 0 1 \"ON\"").unwrap();
        assert_eq!((line.status, line.value_of(Target::On(Strip::read("in5").unwrap()))), (Status::Notify, Some("1")));
        assert_eq!(line.value_of(level), None);
        let line = Line::read(b"ERROR get UnknownAddress").unwrap();
        assert_eq!((line.status, line.verb.as_str(), line.rest), (Status::Error, "get", vec!["UnknownAddress".to_owned()]));
        let line = Line::read(b"OK devinfo productname \"CL5\"\r").unwrap();
        assert_eq!(line.rest, ["productname", "CL5"]);
        let line = Line::read("OK get MIXER:Current/InCh/Label/Name 1 0 \"主席 1\" \"主席 1\"".as_bytes()).unwrap();
        assert_eq!(line.value_of(Target::Name(Strip::read("in2").unwrap())), Some("主席 1"));
        for nonsense in [&b"hello"[..], b"OK", b"OK get \"open", b"\x80\xFF", b""] {
            assert_eq!(Line::read(nonsense), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions(bytes in proptest::collection::vec(any::<u8>(), 0..500), cut in 0_usize..500) {
            let read = |pieces: Vec<Piece>| -> Vec<Option<Line>> {
                pieces.into_iter().filter_map(|piece| match piece {
                    Piece::Frame(line) => Some(Line::read(&line)),
                    Piece::Dropped(_) => None,
                }).collect()
            };
            let whole = read(lines().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut cutter = lines();
            let mut apart = read(cutter.feed(head));
            apart.extend(read(cutter.feed(tail)));
            prop_assert_eq!(apart, whole);
            cutter.feed(b"\n");
            let after = read(cutter.feed(b"ERROR get UnknownAddress\n"));
            prop_assert!(matches!(after.as_slice(), [Some(_)]));
        }
    }
}

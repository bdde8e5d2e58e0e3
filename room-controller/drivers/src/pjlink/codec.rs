//! Lines ended by CR (fact sheet §5).

use md5::{Digest, Md5};

/// Longest line, without CR.
const MAX_LINE: usize = 136;

/// A line longer than allowed was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line of more than {MAX_LINE} characters was dropped")]
pub struct LineError;

/// Splits a byte stream into lines; NULs and LFs are dropped.
#[derive(Debug, Default)]
pub struct Lines {
    held: Vec<u8>,
    overlong: bool,
}

impl Lines {
    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Result<String, LineError>> {
        let mut lines = Vec::new();
        for byte in bytes {
            match byte {
                0 | b'\n' => {}
                b'\r' if self.overlong => {
                    self.overlong = false;
                    lines.push(Err(LineError));
                }
                b'\r' => lines.push(Ok(String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned())),
                _ if self.overlong => {}
                _ if self.held.len() >= MAX_LINE => {
                    self.held.clear();
                    self.overlong = true;
                }
                _ => self.held.push(*byte),
            }
        }
        lines
    }

    /// Forgets half a line.
    pub fn clear(&mut self) {
        self.held.clear();
        self.overlong = false;
    }
}

/// What the device says first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Greeting {
    /// `PJLINK 0`
    Open,
    /// `PJLINK 1 <random>`
    Locked(String),
    /// `PJLINK ERRA`
    Refused,
}

/// Reads a greeting; `None` when the line is none.
#[must_use]
pub fn greeting_of(line: &str) -> Option<Greeting> {
    let mut words = line.split(' ');
    if !words.next()?.eq_ignore_ascii_case("PJLINK") {
        return None;
    }
    match (words.next()?, words.next()) {
        ("0", None) => Some(Greeting::Open),
        ("1", Some(random)) if random.len() == 8 && random.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Some(Greeting::Locked(random.to_owned()))
        }
        (word, None) if word.eq_ignore_ascii_case("ERRA") => Some(Greeting::Refused),
        _ => None,
    }
}

/// The digest before commands: lower-case hex of MD5(random ‖ password).
#[must_use]
pub fn digest(random: &str, password: &str) -> String {
    hex::encode(Md5::digest(format!("{random}{password}").as_bytes()))
}

/// Reads `%1POWR=value`: the four letters in upper case and the value.
#[must_use]
pub fn parse_reply(line: &str) -> Option<(String, &str)> {
    let (head, value) = line.split_once('=')?;
    let name = head.strip_prefix('%')?.get(1..).filter(|name| name.len() == 4)?;
    Some((name.to_ascii_uppercase(), value))
}

/// A controller's line as a device reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The digest in front, if any.
    pub digest: Option<String>,
    /// Four letters, upper case.
    pub name: String,
    /// `?` or a value.
    pub value: String,
}

/// Reads `[digest]%1POWR value`.
#[must_use]
pub fn parse_request(line: &str) -> Option<Request> {
    let (before, rest) = line.split_once('%')?;
    let (head, value) = rest.split_once(' ')?;
    let name = head.get(1..).filter(|name| name.len() == 4)?;
    let digest = if before.is_empty() { None } else { Some(before.to_owned()) };
    Some(Request { digest, name: name.to_ascii_uppercase(), value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Greeting, Lines, digest, greeting_of, parse_reply, parse_request};
    use proptest::prelude::*;

    #[test]
    fn golden_digest() {
        assert_eq!(digest("498e4a67", "JBMIAProjectorLink"), "5d8409bc1c3fa39749434aa3a5c38682");
    }

    #[test]
    fn golden_lines() {
        assert_eq!(greeting_of("PJLINK 0"), Some(Greeting::Open));
        assert_eq!(greeting_of("PJLINK 1 498e4a67"), Some(Greeting::Locked("498e4a67".to_owned())));
        assert_eq!(greeting_of("PJLINK ERRA"), Some(Greeting::Refused));
        assert_eq!(greeting_of("PJLINK 1 xyz"), None);
        assert_eq!(parse_reply("%1powr=1"), Some(("POWR".to_owned(), "1")));
        assert_eq!(parse_reply("%1INST=11 12 31"), Some(("INST".to_owned(), "11 12 31")));
        let request = parse_request("5d8409bc1c3fa39749434aa3a5c38682%1POWR ?").unwrap();
        assert_eq!((request.name.as_str(), request.value.as_str()), ("POWR", "?"));
    }

    #[test]
    fn nuls_and_line_feeds_are_dropped_and_long_lines_refused() {
        let mut lines = Lines::default();
        assert_eq!(lines.feed(b"%1PO\0WR=0\r\n%1AVMT=30\r"), [Ok("%1POWR=0".to_owned()), Ok("%1AVMT=30".to_owned())]);
        let long = vec![b'x'; 500];
        assert!(lines.feed(&long).is_empty());
        assert!(matches!(lines.feed(b"\rok\r").as_slice(), [Err(_), Ok(line)] if line == "ok"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..400) {
            let whole = Lines::default().feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut lines = Lines::default();
            let mut apart = lines.feed(head);
            apart.extend(lines.feed(tail));
            prop_assert_eq!(&apart, &whole);
            for line in apart.into_iter().flatten() {
                let _ = (greeting_of(&line), parse_reply(&line), parse_request(&line));
            }
        }
    }
}

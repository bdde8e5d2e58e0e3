//! Lines ended by CR (fact sheet §34).

use std::str::FromStr;

/// Longest line: an infrared code of 260 pairs.
const MAX_LINE: usize = 4_096;

/// Splits a byte stream into lines; overlong ones are dropped and counted.
#[derive(Debug, Default)]
pub struct Lines {
    held: Vec<u8>,
    overlong: bool,
}

impl Lines {
    /// Takes bytes in any portions. Returns lines and the number of bytes dropped.
    pub fn feed(&mut self, bytes: &[u8]) -> (Vec<String>, usize) {
        let (mut lines, mut dropped) = (Vec::new(), 0);
        for byte in bytes {
            match byte {
                b'\n' => {}
                b'\r' if self.overlong => self.overlong = false,
                b'\r' => lines.push(String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned()),
                _ if self.overlong => dropped += 1,
                _ if self.held.len() >= MAX_LINE => {
                    dropped += self.held.len() + 1;
                    self.held.clear();
                    self.overlong = true;
                }
                _ => self.held.push(*byte),
            }
        }
        (lines, dropped)
    }

    /// Forgets half a line.
    pub fn clear(&mut self) {
        self.held.clear();
        self.overlong = false;
    }
}

/// An infrared code: frequency, repeats, offset, then pulses and pauses in periods of the carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// As it stands in `sendir` after the number.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let numbers: Option<Vec<u32>> = words.split(',').map(|number| number.parse().ok()).collect();
        let is_right = match numbers.as_deref() {
            Some([frequency, repeat, offset, pulses @ ..]) => {
                (15_000..=500_000).contains(frequency)
                    && (1..=50).contains(repeat)
                    && offset % 2 == 1
                    && !pulses.is_empty()
                    && pulses.len().is_multiple_of(2)
                    && usize::try_from(*offset).is_ok_and(|offset| offset < pulses.len())
                    && pulses.iter().all(|pulse| (1..=65_635).contains(pulse))
            }
            _ => false,
        };
        if is_right && words.len() < MAX_LINE / 2 {
            Ok(Self(words))
        } else {
            Err("an infrared code is `frequency,repeat,offset,on,off,on,off,…` with pairs of numbers".to_owned())
        }
    }
}

/// A line of the unit judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `device,1,3 IR`: what stands behind the first comma.
    Device(String),
    /// `endlistdevices`
    EndOfDevices,
    /// `completeir,1:1,7`
    Complete(String, u16),
    /// `busyIR,1:1,7`
    Busy(String, u16),
    /// `state,1:1,1`
    State(String, bool),
    /// `ERR_1:1,019`
    Error(u16),
    /// `710-1005-05`
    Version(String),
    /// Something else.
    Strange,
}

/// Judges a line.
#[must_use]
pub fn reply_of(line: &str) -> Reply {
    let words: Vec<&str> = line.split(',').collect();
    match words.as_slice() {
        ["device", ..] => Reply::Device(line.get(7..).unwrap_or_default().to_owned()),
        ["endlistdevices"] => Reply::EndOfDevices,
        [word, place, number] if word.eq_ignore_ascii_case("completeir") => {
            number.parse().map_or(Reply::Strange, |number| Reply::Complete((*place).to_owned(), number))
        }
        [word, place, number] if word.eq_ignore_ascii_case("busyir") => {
            number.parse().map_or(Reply::Strange, |number| Reply::Busy((*place).to_owned(), number))
        }
        ["state", place, state @ ("0" | "1")] => Reply::State((*place).to_owned(), *state == "1"),
        [error, number] if error.starts_with("ERR_") => number.parse().map_or(Reply::Strange, Reply::Error),
        [version] if version.contains('-') && version.starts_with(|letter: char| letter.is_ascii_digit()) => {
            Reply::Version((*version).to_owned())
        }
        _ => Reply::Strange,
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Lines, Reply, reply_of};
    use proptest::prelude::*;

    #[test]
    fn golden_lines_of_fact_sheet_34() {
        assert_eq!(reply_of("completeir,1:1,4444"), Reply::Complete("1:1".to_owned(), 4444));
        assert_eq!(reply_of("ERR_1:1,019"), Reply::Error(19));
        assert_eq!(reply_of("busyIR,1:1,7"), Reply::Busy("1:1".to_owned(), 7));
        assert_eq!(reply_of("device,1,3 IR"), Reply::Device("1,3 IR".to_owned()));
        assert_eq!(reply_of("endlistdevices"), Reply::EndOfDevices);
        assert_eq!(reply_of("state,1:2,1"), Reply::State("1:2".to_owned(), true));
        assert_eq!(reply_of("710-1005-05"), Reply::Version("710-1005-05".to_owned()));
        for strange in ["", "completeir,1:1,x", "state,1:1,2", "ERR_1:1,", "unknowncommand"] {
            assert_eq!(reply_of(strange), Reply::Strange, "{strange}");
        }
    }

    #[test]
    fn codes_are_read_or_refused() {
        assert_eq!("38000, 1, 1, 342,171, 21,21".parse::<Code>().unwrap().words(), "38000,1,1,342,171,21,21");
        for bad in [
            "",
            "38000,1,1",
            "38000,1,1,342",
            "38000,0,1,342,171",
            "38000,1,2,342,171",
            "1000,1,1,342,171",
            "38000,1,1,0,171",
            "38000,1,5,3,4",
        ] {
            assert!(bad.parse::<Code>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_lines(bytes in proptest::collection::vec(prop_oneof![Just(b'\r'), any::<u8>()], 0..300), cut in 0_usize..300) {
            let whole = Lines::default().feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut lines = Lines::default();
            let (mut apart, first) = lines.feed(head);
            let (rest, second) = lines.feed(tail);
            apart.extend(rest);
            for line in &apart {
                let _ = reply_of(line);
            }
            prop_assert_eq!((apart, first + second), whole);
        }

        #[test]
        fn after_any_noise_the_next_line_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..9000)) {
            let mut lines = Lines::default();
            lines.feed(&noise);
            let (heard, _) = lines.feed(b"\rstate,1:1,1\r");
            prop_assert_eq!(heard.last().map(String::as_str), Some("state,1:1,1"));
        }
    }
}

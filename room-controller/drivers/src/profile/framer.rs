//! Cuts what a device sends into frames.

use serde::Deserialize;

/// Longest frame; what is longer is noise.
const MAX_FRAME: usize = 1024;

/// How frames are told apart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Cut {
    /// Each ends with these bytes, which are no part of it (hexadecimal; `0D 0A` for CR LF).
    End {
        /// The bytes.
        end: String,
    },
    /// Each begins with these bytes and says its length.
    Length {
        /// The bytes.
        head: String,
        /// Number of the byte that says the length, from 0.
        at: usize,
        /// Bytes of the whole frame beside those that it counts.
        add: usize,
    },
    /// Each begins with these bytes and is so long.
    Fixed {
        /// The bytes.
        head: String,
        /// Bytes in all.
        length: usize,
    },
    /// Modbus RTU replies.
    Rtu {},
}

/// Takes bytes in any portions.
#[derive(Debug)]
pub(super) struct Framer {
    cut: Rule,
    held: Vec<u8>,
}

#[derive(Debug)]
enum Rule {
    End(Vec<u8>),
    Length { head: Vec<u8>, at: usize, add: usize },
    Fixed { head: Vec<u8>, length: usize },
    Rtu,
}

enum Next {
    Frame { whole: usize, kept: usize },
    More,
    Skip(usize),
}

impl Framer {
    /// For frames told apart like that.
    pub(super) fn new(cut: &Cut) -> Result<Self, String> {
        let bytes = |hex: &str| super::field::bytes_of(hex).ok_or_else(|| format!("`{hex}`: write hexadecimal bytes, e.g. `0D 0A`"));
        let cut = match cut {
            Cut::End { end } => Rule::End(bytes(end)?),
            Cut::Length { head, at, add } => Rule::Length { head: bytes(head)?, at: *at, add: *add },
            Cut::Fixed { head, length } => Rule::Fixed { head: bytes(head)?, length: *length },
            Cut::Rtu {} => Rule::Rtu,
        };
        let fits = match &cut {
            Rule::Length { head, at, .. } => *at >= head.len() && *at < MAX_FRAME,
            Rule::Fixed { head, length } => *length > head.len() && *length <= MAX_FRAME,
            Rule::End(_) | Rule::Rtu => true,
        };
        if fits { Ok(Self { cut, held: Vec::new() }) } else { Err("the length of a frame lies inside its head or is too large".to_owned()) }
    }

    /// Forgets half a frame.
    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    /// Frames, and how many bytes belonged to none.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
        let (mut frames, mut noise) = (Vec::new(), 0);
        for byte in bytes {
            self.held.push(*byte);
            loop {
                match self.next() {
                    Next::More => break,
                    Next::Skip(count) => {
                        noise += count;
                        self.held.drain(..count);
                    }
                    Next::Frame { whole, kept } => {
                        frames.push(self.held.get(..kept).unwrap_or_default().to_vec());
                        self.held.drain(..whole);
                    }
                }
            }
        }
        (frames, noise)
    }

    fn next(&self) -> Next {
        let held = self.held.as_slice();
        let headed = |head: &[u8], length: Option<usize>| {
            let common = held.len().min(head.len());
            if held.get(..common) != head.get(..common) {
                return Next::Skip(1);
            }
            match length {
                Some(length) if length > MAX_FRAME || length < head.len().max(1) => Next::Skip(1),
                Some(length) if held.len() >= length => Next::Frame { whole: length, kept: length },
                Some(_) | None => Next::More,
            }
        };
        if held.is_empty() {
            return Next::More;
        }
        match &self.cut {
            Rule::End(end) if held.ends_with(end) => Next::Frame { whole: held.len(), kept: held.len() - end.len() },
            Rule::End(_) if held.len() > MAX_FRAME => Next::Skip(held.len()),
            Rule::End(_) => Next::More,
            Rule::Length { head, at, add } => headed(head, held.get(*at).map(|length| usize::from(*length) + add)),
            Rule::Fixed { head, length } => headed(head, Some(*length)),
            Rule::Rtu => rtu(held),
        }
    }
}

/// Unit, function, then as the function says (fact sheet §20); a wrong check moves on by one byte.
fn rtu(held: &[u8]) -> Next {
    let length = match held.get(1) {
        None => return Next::More,
        Some(1..=4) => match held.get(2) {
            None => return Next::More,
            Some(count) => usize::from(*count) + 5,
        },
        Some(5 | 6 | 15 | 16) => 8,
        Some(function) if *function >= 0x80 => 5,
        Some(_) => return Next::Skip(1),
    };
    let Some(frame) = held.get(..length) else { return Next::More };
    let (body, check) = frame.split_at(length - 2);
    if super::template::crc16(body).to_le_bytes() == check { Next::Frame { whole: length, kept: length } } else { Next::Skip(1) }
}

#[cfg(test)]
mod tests {
    use super::{Cut, Framer};
    use proptest::prelude::*;

    fn cuts() -> Vec<Cut> {
        vec![
            Cut::End { end: "0D 0A".to_owned() },
            Cut::Length { head: "AA".to_owned(), at: 3, add: 5 },
            Cut::Fixed { head: "55 AA".to_owned(), length: 6 },
            Cut::Rtu {},
        ]
    }

    #[test]
    fn frames_come_out_between_garbage() {
        let mut framer = Framer::new(&cuts()[1]).unwrap();
        // Fact sheet §6: the acknowledgement of Samsung's power.
        let (frames, noise) = framer.feed(&[0x00, 0x13, 0xAA, 0xFF, 0x01, 0x03, 0x41, 0x11, 0x01, 0x56, 0x99]);
        assert_eq!((frames, noise), (vec![vec![0xAA, 0xFF, 0x01, 0x03, 0x41, 0x11, 0x01, 0x56]], 3));
        let mut framer = Framer::new(&cuts()[3]).unwrap();
        // A stray byte looks like a longer frame until its check is wrong.
        let relay = [0x01, 0x05, 0x00, 0x00, 0xFF, 0x00, 0x8C, 0x3A];
        let (frames, noise) = framer.feed(&[&[0x77][..], &relay, &relay].concat());
        assert_eq!((frames, noise), (vec![relay.to_vec(); 2], 1));
    }

    #[test]
    fn a_cut_that_cannot_be_is_refused() {
        assert!(Framer::new(&Cut::Fixed { head: "AA BB".to_owned(), length: 1 }).is_err());
        assert!(Framer::new(&Cut::End { end: "xx".to_owned() }).is_err());
        assert!(Framer::new(&Cut::Length { head: "AA".to_owned(), at: 0, add: 0 }).is_err());
    }

    proptest! {
        #[test]
        fn portions_change_nothing(bytes in proptest::collection::vec(prop_oneof![Just(0xAA_u8), Just(0x0D), Just(0x0A), Just(1), any::<u8>()], 0..200), cut in 0_usize..200) {
            for rule in cuts() {
                let whole = Framer::new(&rule).unwrap().feed(&bytes);
                let (head, tail) = bytes.split_at(cut.min(bytes.len()));
                let mut framer = Framer::new(&rule).unwrap();
                let (mut frames, mut noise) = framer.feed(head);
                let (more, rest) = framer.feed(tail);
                frames.extend(more);
                noise += rest;
                prop_assert_eq!((frames, noise), whole);
            }
        }
    }
}

//! Byte streams whose frames end with a byte.

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A frame without its end; never empty.
    Frame(Vec<u8>),
    /// That many bytes of something too long to be a frame were dropped.
    Dropped(usize),
}

/// Cuts a stream; empty frames are left out, too long ones are dropped up to their end.
#[derive(Debug)]
pub struct Delimited {
    ends: &'static [u8],
    max: usize,
    held: Vec<u8>,
    overlong: bool,
}

impl Delimited {
    /// Frames of at most `max` bytes that end with any of `ends`.
    #[must_use]
    pub const fn new(ends: &'static [u8], max: usize) -> Self {
        Self { ends, max, held: Vec::new(), overlong: false }
    }

    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut dropped = 0;
        for byte in bytes {
            if self.ends.contains(byte) {
                if dropped > 0 {
                    pieces.push(Piece::Dropped(std::mem::take(&mut dropped)));
                }
                self.overlong = false;
                if !self.held.is_empty() {
                    pieces.push(Piece::Frame(std::mem::take(&mut self.held)));
                }
            } else if self.overlong {
                dropped += 1;
            } else if self.held.len() >= self.max {
                dropped += self.held.len() + 1;
                self.held.clear();
                self.overlong = true;
            } else {
                self.held.push(*byte);
            }
        }
        if dropped > 0 {
            pieces.push(Piece::Dropped(dropped));
        }
        pieces
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held.clear();
        self.overlong = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{Delimited, Piece};
    use proptest::prelude::*;

    fn frames(pieces: Vec<Piece>) -> (Vec<Vec<u8>>, usize) {
        let mut frames = Vec::new();
        let mut lost = 0;
        for piece in pieces {
            match piece {
                Piece::Frame(frame) => frames.push(frame),
                Piece::Dropped(count) => lost += count,
            }
        }
        (frames, lost)
    }

    #[test]
    fn too_long_is_dropped_up_to_its_end() {
        let mut cutter = Delimited::new(b"\r\n", 4);
        assert_eq!(cutter.feed(b"ab\r\nabcdefgh\rxy\n"), [Piece::Frame(b"ab".to_vec()), Piece::Dropped(8), Piece::Frame(b"xy".to_vec())]);
    }

    proptest! {
        #[test]
        fn portions_do_not_matter(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 0_usize..300) {
            let whole = frames(Delimited::new(b"\r\n\x00", 20).feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut cutter = Delimited::new(b"\r\n\x00", 20);
            let mut apart = cutter.feed(head);
            apart.extend(cutter.feed(tail));
            prop_assert_eq!(frames(apart), whole);
            cutter.feed(b"\r");
            prop_assert_eq!(cutter.feed(b"after\r"), [Piece::Frame(b"after".to_vec())]);
        }
    }
}

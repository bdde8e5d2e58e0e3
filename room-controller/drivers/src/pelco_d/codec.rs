//! Frames `FF addr c1 c2 d1 d2 ck` (fact sheet §3).

/// First byte of every frame.
const START: u8 = 0xFF;
/// Bytes of a frame.
const LENGTH: usize = 7;

/// A frame without its first and last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Of whom, or to whom.
    pub address: u8,
    /// Commands 1 and 2.
    pub command: [u8; 2],
    /// Data 1 and 2.
    pub data: [u8; 2],
}

impl Frame {
    /// The frame's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let ([c1, c2], [d1, d2]) = (self.command, self.data);
        let sum = [c1, c2, d1, d2].iter().fold(self.address, |sum, byte| sum.wrapping_add(*byte));
        vec![START, self.address, c1, c2, d1, d2, sum]
    }
}

/// Part of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A whole frame.
    Frame(Frame),
    /// That many bytes of no frame.
    Noise(usize),
}

/// Splits a byte stream into frames; a wrong checksum costs the first byte only.
#[derive(Debug, Default)]
pub struct Framer {
    held: Vec<u8>,
}

impl Framer {
    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.held.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        while let Some(first) = self.held.first() {
            if *first == START && self.held.len() < LENGTH {
                break;
            }
            if let Some(frame) = self.frame() {
                self.held.drain(..LENGTH);
                pieces.push(Piece::Frame(frame));
                continue;
            }
            self.held.remove(0);
            if let Some(Piece::Noise(count)) = pieces.last_mut() {
                *count += 1;
            } else {
                pieces.push(Piece::Noise(1));
            }
        }
        pieces
    }

    fn frame(&self) -> Option<Frame> {
        let [START, address, c1, c2, d1, d2, ..] = *self.held.as_slice() else { return None };
        let frame = Frame { address, command: [c1, c2], data: [d1, d2] };
        self.held.starts_with(&frame.encode()).then_some(frame)
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Frame, Framer, Piece};
    use proptest::prelude::*;

    fn apart(pieces: Vec<Piece>) -> (Vec<Frame>, usize) {
        let (mut frames, mut noise) = (Vec::new(), 0);
        for piece in pieces {
            match piece {
                Piece::Frame(frame) => frames.push(frame),
                Piece::Noise(count) => noise += count,
            }
        }
        (frames, noise)
    }

    #[test]
    fn golden_frames_of_fact_sheet_3() {
        let cases = [
            // left at 20h, stop, preset 5
            ("FF010004200025", [0x00, 0x04], [0x20, 0x00]),
            ("FF010000000001", [0x00, 0x00], [0x00, 0x00]),
            ("FF01000700050D", [0x00, 0x07], [0x00, 0x05]),
        ];
        for (text, command, data) in cases {
            let frame = Frame { address: 1, command, data };
            assert_eq!(hex::encode_upper(frame.encode()), text);
            assert_eq!(Framer::default().feed(&hex::decode(text).unwrap()), [Piece::Frame(frame)]);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_frames(
            parts in proptest::collection::vec(prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..9),
                Just(vec![0xFF]),
                any::<[u8; 5]>().prop_map(|[address, c1, c2, d1, d2]| Frame { address, command: [c1, c2], data: [d1, d2] }.encode()),
            ], 0..12),
            cut in 0_usize..100,
        ) {
            let bytes = parts.concat();
            let whole = apart(Framer::default().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut framer = Framer::default();
            let mut pieces = framer.feed(head);
            pieces.extend(framer.feed(tail));
            prop_assert_eq!(apart(pieces), whole);
        }

        #[test]
        fn after_any_noise_a_frame_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut framer = Framer::default();
            framer.feed(&noise);
            let good = Frame { address: 1, command: [0, 7], data: [0, 5] };
            let heard = (0..3).flat_map(|_| framer.feed(&good.encode())).any(|piece| piece == Piece::Frame(good));
            prop_assert!(heard);
        }
    }
}

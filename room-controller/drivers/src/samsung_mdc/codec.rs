//! Frames `AA cmd id len data… ck` and `AA FF id len 'A'|'N' cmd data… ck` (fact sheet §6).

/// First byte of every frame.
const START: u8 = 0xAA;
/// In the place of the command: an answer.
const ANSWER: u8 = 0xFF;

/// A controller's frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Command.
    pub command: u8,
    /// Address of the display; 254 is everybody.
    pub id: u8,
    /// Empty for a question; at most 255 bytes.
    pub data: Vec<u8>,
}

/// A display's frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Address of the display.
    pub id: u8,
    /// `A` or `N`.
    pub yes: bool,
    /// The command it answers.
    pub command: u8,
    /// The value; of a refusal one byte.
    pub data: Vec<u8>,
}

fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

fn sealed(command: u8, id: u8, body: &[u8]) -> Vec<u8> {
    let mut frame = vec![START, command, id, u8::try_from(body.len()).unwrap_or(u8::MAX)];
    frame.extend(body.iter().take(usize::from(u8::MAX)));
    frame.push(sum(frame.get(1..).unwrap_or_default()));
    frame
}

impl Request {
    /// The frame's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        sealed(self.command, self.id, &self.data)
    }
}

impl Reply {
    /// The frame's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = vec![if self.yes { b'A' } else { b'N' }, self.command];
        body.extend(&self.data);
        sealed(ANSWER, self.id, &body)
    }
}

/// Whose frames come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A display's answers.
    Display,
    /// A controller's requests.
    Controller,
}

/// Part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// From a controller.
    Request(Request),
    /// From a display.
    Reply(Reply),
    /// Bytes that are part of no frame.
    Noise(Vec<u8>),
}

enum Start {
    Whole(usize, Piece),
    Half,
    Wrong,
}

/// Splits a byte stream into frames. A frame whose checksum is wrong gives up its first byte only, so that the next one inside it is found.
#[derive(Debug)]
pub struct Framer {
    side: Side,
    held: Vec<u8>,
}

impl Framer {
    /// For the frames of one side.
    #[must_use]
    pub const fn new(side: Side) -> Self {
        Self { side, held: Vec::new() }
    }

    /// Takes bytes in any portions.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.held.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        let mut noise = Vec::new();
        while !self.held.is_empty() {
            match self.start() {
                Start::Whole(length, piece) => {
                    self.held.drain(..length);
                    if !noise.is_empty() {
                        pieces.push(Piece::Noise(std::mem::take(&mut noise)));
                    }
                    pieces.push(piece);
                }
                Start::Half => break,
                Start::Wrong => noise.push(self.held.remove(0)),
            }
        }
        if !noise.is_empty() {
            pieces.push(Piece::Noise(noise));
        }
        pieces
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held.clear();
    }

    fn is_possible(&self) -> bool {
        match (self.side, self.held.as_slice()) {
            (_, [first, ..]) if *first != START => false,
            (Side::Controller, [_, ANSWER, ..]) => false,
            (Side::Display, [_, kind, ..]) if *kind != ANSWER => false,
            (Side::Display, [_, _, _, length, ..]) if *length < 2 => false,
            (Side::Display, [_, _, _, _, yes, ..]) if !matches!(yes, b'A' | b'N') => false,
            (Side::Controller | Side::Display, _) => true,
        }
    }

    /// What the held bytes begin with.
    fn start(&self) -> Start {
        if !self.is_possible() {
            return Start::Wrong;
        }
        let [_, command, id, length, rest @ ..] = self.held.as_slice() else { return Start::Half };
        let length = usize::from(*length);
        let (Some(body), Some(seal)) = (rest.get(..length), rest.get(length)) else { return Start::Half };
        if sum(self.held.get(1..length + 4).unwrap_or_default()) != *seal {
            return Start::Wrong;
        }
        let piece = match (self.side, body) {
            (Side::Controller, data) => Piece::Request(Request { command: *command, id: *id, data: data.to_vec() }),
            (Side::Display, [yes, command, data @ ..]) => {
                Piece::Reply(Reply { id: *id, yes: *yes == b'A', command: *command, data: data.to_vec() })
            }
            (Side::Display, _) => return Start::Wrong,
        };
        Start::Whole(length + 5, piece)
    }
}

#[cfg(test)]
mod tests {
    use super::{Framer, Piece, Reply, Request, Side};
    use proptest::prelude::*;

    fn apart(pieces: Vec<Piece>) -> (Vec<Piece>, Vec<u8>) {
        let mut noise = Vec::new();
        let mut frames = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Noise(bytes) => noise.extend(bytes),
                Piece::Request(_) | Piece::Reply(_) => frames.push(piece),
            }
        }
        (frames, noise)
    }

    #[test]
    fn golden_frames_of_fact_sheet_6() {
        let on = Request { command: 0x11, id: 1, data: vec![1] };
        assert_eq!(hex::encode_upper(on.encode()), "AA1101010114");
        let query = Request { command: 0x11, id: 1, data: vec![] };
        assert_eq!(hex::encode_upper(query.encode()), "AA11010012");
        let hdmi1 = Request { command: 0x14, id: 1, data: vec![0x21] };
        assert_eq!(hex::encode_upper(hdmi1.encode()), "AA1401012137");
        // AA FF, address 1, length 3, 'A', POWER, on, checksum
        let ack = Reply { id: 1, yes: true, command: 0x11, data: vec![1] };
        assert_eq!(hex::encode_upper(ack.encode()), "AAFF010341110156");
        assert_eq!(Framer::new(Side::Display).feed(&hex::decode("AAFF010341110156").unwrap()), [Piece::Reply(ack)]);
        assert_eq!(Framer::new(Side::Controller).feed(&hex::decode("AA1101010114").unwrap()), [Piece::Request(on)]);
    }

    #[test]
    fn an_answer_in_request_form_is_no_answer() {
        // As a public simulator answers (fact sheet §6, warning).
        let pieces = Framer::new(Side::Display).feed(&hex::decode("AA1101010114").unwrap());
        assert!(matches!(pieces.as_slice(), [Piece::Noise(bytes)] if bytes.len() == 6));
    }

    #[test]
    fn a_wrong_checksum_costs_that_frame_only() {
        let bytes = hex::decode("AAFF010341110155AAFF010341120A60").unwrap();
        let (frames, noise) = apart(Framer::new(Side::Display).feed(&bytes));
        assert_eq!(frames, [Piece::Reply(Reply { id: 1, yes: true, command: 0x12, data: vec![10] })]);
        assert_eq!(noise.len(), 8);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_frames(
            parts in proptest::collection::vec(prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..12),
                Just(vec![0xAA]),
                Just(vec![0xAA, 0xFF, 0x01]),
                (any::<u8>(), proptest::collection::vec(any::<u8>(), 0..9))
                    .prop_map(|(command, data)| Reply { id: 1, yes: true, command, data }.encode()),
            ], 0..12),
            cut in 0_usize..200,
        ) {
            let bytes = parts.concat();
            for side in [Side::Display, Side::Controller] {
                let whole = apart(Framer::new(side).feed(&bytes));
                let (head, tail) = bytes.split_at(cut.min(bytes.len()));
                let mut framer = Framer::new(side);
                let mut pieces = framer.feed(head);
                pieces.extend(framer.feed(tail));
                prop_assert_eq!(apart(pieces), whole);
            }
        }

        #[test]
        fn after_any_noise_a_good_frame_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..64), data in proptest::collection::vec(any::<u8>(), 0..9)) {
            let mut framer = Framer::new(Side::Display);
            framer.feed(&noise);
            let good = Reply { id: 1, yes: true, command: 0x11, data };
            // The longest frame that noise can begin is over after 260 bytes.
            let heard = (0..40).flat_map(|_| framer.feed(&good.encode())).any(|piece| piece == Piece::Reply(good.clone()));
            prop_assert!(heard);
        }
    }
}

//! Frames of 20 bytes and data (fact sheet §31).

/// Bytes before the data.
const HEAD: usize = 18;
/// Longest data in one frame.
const MAX_DATA: usize = 256;
const REQUEST: [u8; 2] = [0x55, 0xAA];
const REPLY: [u8; 2] = [0xAA, 0x55];
/// Added to the sum.
const SEED: u16 = 0x5555;

/// Who sends what a framer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The computer: requests.
    Computer,
    /// The device: replies.
    Device,
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The sending card.
    Sender,
    /// Receiving cards.
    Receiver,
    /// Function cards.
    Function,
}

impl Kind {
    const fn byte(self) -> u8 {
        match self {
            Self::Sender => 0,
            Self::Receiver => 1,
            Self::Function => 2,
        }
    }

    const fn of(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Sender),
            1 => Some(Self::Receiver),
            2 => Some(Self::Function),
            _ => None,
        }
    }
}

/// How a request was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ack {
    /// 0
    Good,
    /// 1: the card behind does not answer.
    NoCard,
    /// 2: the request's sum is wrong.
    BadRequest,
    /// 3: the card's reply was damaged.
    BadReply,
    /// 4
    Invalid,
    /// Anything else.
    Strange(u8),
}

impl Ack {
    const fn byte(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::NoCard => 1,
            Self::BadRequest => 2,
            Self::BadReply => 3,
            Self::Invalid => 4,
            Self::Strange(byte) => byte,
        }
    }

    const fn of(byte: u8) -> Self {
        match byte {
            0 => Self::Good,
            1 => Self::NoCard,
            2 => Self::BadRequest,
            3 => Self::BadReply,
            4 => Self::Invalid,
            other => Self::Strange(other),
        }
    }
}

/// A request or a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// In replies.
    pub ack: Ack,
    /// Number of the message, echoed.
    pub serial: u8,
    /// FE is the computer, 00 the first sending card.
    pub source: u8,
    /// See `source`.
    pub destination: u8,
    /// What it is about.
    pub kind: Kind,
    /// RJ45 port; FF all.
    pub port: u8,
    /// Card on the port; FFFF all.
    pub card: u16,
    /// Write, or read.
    pub write: bool,
    /// Register.
    pub register: u32,
    /// Length as written in the frame: wanted by a read, 0 in the reply to a write.
    pub length: u16,
    /// Data that is carried.
    pub data: Vec<u8>,
}

fn sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(SEED, |sum, byte| sum.wrapping_add(u16::from(*byte)))
}

impl Frame {
    /// As bytes.
    #[must_use]
    pub fn encode(&self, side: Side) -> Vec<u8> {
        let mut bytes = match side {
            Side::Computer => REQUEST.to_vec(),
            Side::Device => REPLY.to_vec(),
        };
        bytes.extend([self.ack.byte(), self.serial, self.source, self.destination, self.kind.byte(), self.port]);
        bytes.extend(self.card.to_le_bytes());
        bytes.extend([u8::from(self.write), 0]);
        bytes.extend(self.register.to_le_bytes());
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(&self.data);
        let sum = sum(bytes.get(2..).unwrap_or_default());
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, tail) = bytes.split_at_checked(bytes.len().checked_sub(2)?)?;
        if sum(body.get(2..)?).to_le_bytes() != tail {
            return None;
        }
        let [_, _, ack, serial, source, destination, kind, port, card_low, card_high, write, _, a, b, c, d, low, high, data @ ..] = body
        else {
            return None;
        };
        Some(Self {
            ack: Ack::of(*ack),
            serial: *serial,
            source: *source,
            destination: *destination,
            kind: Kind::of(*kind)?,
            port: *port,
            card: u16::from_le_bytes([*card_low, *card_high]),
            write: *write == 1,
            register: u32::from_le_bytes([*a, *b, *c, *d]),
            length: u16::from_le_bytes([*low, *high]),
            data: data.to_vec(),
        })
    }
}

/// Splits a byte stream into frames; what is none is dropped byte by byte and counted.
#[derive(Debug)]
pub struct Framer {
    side: Side,
    held: Vec<u8>,
}

impl Framer {
    /// For frames of that side.
    #[must_use]
    pub const fn new(side: Side) -> Self {
        Self { side, held: Vec::new() }
    }

    /// Length of the frame that begins at the front: `Ok(None)` when more bytes are needed, `Err` when none begins.
    fn length(&self, rest: &[u8]) -> Result<Option<usize>, ()> {
        let begin = match self.side {
            Side::Computer => REQUEST,
            Side::Device => REPLY,
        };
        if rest.iter().zip(begin).any(|(byte, wanted)| *byte != wanted) {
            return Err(());
        }
        let (Some(write), Some([low, high])) = (rest.get(10), rest.get(16..HEAD)) else { return Ok(None) };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        if length > MAX_DATA {
            return Err(());
        }
        // A read request says how much it wants and carries nothing.
        let carried = if self.side == Side::Computer && *write == 0 { 0 } else { length };
        Ok(Some(HEAD + carried + 2))
    }

    /// Takes bytes in any portions. Returns frames and the number of bytes dropped.
    pub fn feed(&mut self, bytes: &[u8]) -> (Vec<Frame>, usize) {
        self.held.extend_from_slice(bytes);
        let (mut frames, mut dropped, mut at) = (Vec::new(), 0, 0);
        while let Some(rest) = self.held.get(at..).filter(|rest| !rest.is_empty()) {
            let length = self.length(rest);
            if matches!(length, Ok(None)) || matches!(length, Ok(Some(length)) if rest.len() < length) {
                break;
            }
            let frame = length.ok().flatten().and_then(|length| Some((length, Frame::decode(rest.get(..length)?)?)));
            match frame {
                Some((length, frame)) => {
                    frames.push(frame);
                    at += length;
                }
                None => (at, dropped) = (at + 1, dropped + 1),
            }
        }
        self.held.drain(..at);
        (frames, dropped)
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Ack, Frame, Framer, Kind, Side};
    use proptest::prelude::*;

    fn frame(serial: u8, kind: Kind, (port, card): (u8, u16), register: u32, data: &[u8]) -> Frame {
        Frame {
            ack: Ack::Good,
            serial,
            source: 0xFE,
            destination: 0,
            kind,
            port,
            card,
            write: !data.is_empty(),
            register,
            length: if data.is_empty() { 1 } else { u16::try_from(data.len()).unwrap() },
            data: data.to_vec(),
        }
    }

    #[test]
    fn golden_frames_of_fact_sheet_31() {
        let cases = [
            (frame(1, Kind::Receiver, (0xFF, 0xFFFF), 0x0200_0001, &[0x80]), "55AA0001FE0001FFFFFF01000100000201 0080D759"),
            (frame(0x15, Kind::Receiver, (0, 0), 0x0200_0001, &[0x80; 5]), "55AA0015FE00010000000100010000020500 8080808080F258"),
            (frame(0x80, Kind::Receiver, (0, 0), 0x0200_0100, &[0xFF]), "55AA0080FE00010000000100000100020100 FFD857"),
            (frame(0x16, Kind::Sender, (0, 0), 0x0200_0017, &[]), "55AA0016FE00000000000000170000020100 8356"),
        ];
        for (frame, golden) in cases {
            let golden = golden.replace(' ', "");
            assert_eq!(hex::encode_upper(frame.encode(Side::Computer)), golden);
            assert_eq!(Framer::new(Side::Computer).feed(&hex::decode(golden).unwrap()), (vec![frame], 0));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_frames(bytes in proptest::collection::vec(prop_oneof![Just(0x55_u8), Just(0xAA), Just(0), any::<u8>()], 0..300), cut in 0_usize..300) {
            let whole = Framer::new(Side::Device).feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut framer = Framer::new(Side::Device);
            let (mut frames, first) = framer.feed(head);
            let (rest, second) = framer.feed(tail);
            frames.extend(rest);
            prop_assert_eq!((frames, first + second), whole);
        }

        #[test]
        fn frames_come_back_after_any_noise(noise in proptest::collection::vec(any::<u8>(), 0..40), data in proptest::collection::vec(any::<u8>(), 1..=256)) {
            let good = frame(9, Kind::Receiver, (1, 2), 0x0A00_0000, &data);
            let bytes = good.encode(Side::Device);
            let mut framer = Framer::new(Side::Device);
            framer.feed(&noise);
            let heard: usize = (0..16).map(|_| framer.feed(&bytes).0.iter().filter(|frame| **frame == good).count()).sum();
            prop_assert!(heard >= 1);
        }
    }
}

//! Modbus frames on a serial line (RTU) and over TCP (fact sheet §20).

/// Most data bytes after a byte count: 2,000 coils or 125 registers.
const MAX_COUNT: usize = 250;
/// Bytes before the unit in a TCP frame.
const MBAP: usize = 6;

/// How frames travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Serial line: unit, PDU, CRC.
    Rtu,
    /// TCP: transaction, 0, length, unit, PDU.
    Tcp,
}

/// Who sends what a framer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The controller: requests.
    Master,
    /// The board: replies.
    Station,
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Number of the message, on TCP only.
    pub transaction: Option<u16>,
    /// Address of the board.
    pub unit: u8,
    /// Function and data.
    pub pdu: Vec<u8>,
}

impl Frame {
    /// As bytes: TCP when it carries a transaction, else RTU.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Some(transaction) = self.transaction {
            bytes.extend(transaction.to_be_bytes());
            bytes.extend([0, 0]);
            bytes.extend(u16::try_from(self.pdu.len() + 1).unwrap_or(u16::MAX).to_be_bytes());
        }
        bytes.push(self.unit);
        bytes.extend(&self.pdu);
        if self.transaction.is_none() {
            bytes.extend(crc(&bytes).to_le_bytes());
        }
        bytes
    }
}

/// CRC-16, polynomial A001, seed FFFF.
#[must_use]
pub fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum: u16, _| if sum & 1 == 1 { (sum >> 1) ^ 0xA001 } else { sum >> 1 })
    })
}

/// Length of the frame that begins here.
enum Length {
    Known(usize),
    More,
    /// No frame begins here.
    Never,
}

/// Splits a byte stream into frames of one board; whatever is none is dropped byte by byte and counted.
#[derive(Debug)]
pub struct Framer {
    form: Form,
    side: Side,
    unit: u8,
    held: Vec<u8>,
}

impl Framer {
    /// For frames of that unit.
    #[must_use]
    pub const fn new(form: Form, side: Side, unit: u8) -> Self {
        Self { form, side, unit, held: Vec::new() }
    }

    /// Takes bytes in any portions. Returns frames and the number of bytes dropped.
    pub fn feed(&mut self, bytes: &[u8]) -> (Vec<Frame>, usize) {
        self.held.extend_from_slice(bytes);
        let (mut frames, mut dropped) = (Vec::new(), 0);
        while !self.held.is_empty() {
            let length = match self.length() {
                Length::More => break,
                Length::Known(length) if self.held.len() < length => break,
                Length::Known(length) => Some(length),
                Length::Never => None,
            };
            match length.and_then(|length| self.frame(length).map(|frame| (length, frame))) {
                Some((length, frame)) => {
                    self.held.drain(..length);
                    frames.push(frame);
                }
                None => {
                    self.held.remove(0);
                    dropped += 1;
                }
            }
        }
        (frames, dropped)
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held.clear();
    }

    fn length(&self) -> Length {
        match self.form {
            Form::Tcp => self.tcp_length(),
            Form::Rtu => self.rtu_length(),
        }
    }

    fn tcp_length(&self) -> Length {
        match self.held.as_slice() {
            [_, _, 0, 0, high, low, unit, ..] => {
                let count = usize::from(u16::from_be_bytes([*high, *low]));
                if *unit == self.unit && (2..=MAX_COUNT + 4).contains(&count) { Length::Known(MBAP + count) } else { Length::Never }
            }
            [_, _, 0, 0, ..] | [_, _, 0] | [_, _] | [_] | [] => Length::More,
            _ => Length::Never,
        }
    }

    fn rtu_length(&self) -> Length {
        let [unit, function, rest @ ..] = self.held.as_slice() else {
            return if self.held.first() == Some(&self.unit) { Length::More } else { Length::Never };
        };
        if *unit != self.unit {
            return Length::Never;
        }
        let counted = |count: Option<&u8>, more: usize| match count.copied().map(usize::from) {
            Some(count) if (1..=MAX_COUNT).contains(&count) => Length::Known(more + count),
            Some(_) => Length::Never,
            None => Length::More,
        };
        match (self.side, *function) {
            (Side::Station, 0x01..=0x04) => counted(rest.first(), 5),
            (Side::Station, 0x05 | 0x06 | 0x0F | 0x10) | (Side::Master, 0x01..=0x06) => Length::Known(8),
            (Side::Station, 0x81..=0x90) => Length::Known(5),
            (Side::Master, 0x0F | 0x10) => counted(rest.get(4), 9),
            (Side::Station | Side::Master, _) => Length::Never,
        }
    }

    fn frame(&self, length: usize) -> Option<Frame> {
        let bytes = self.held.get(..length)?;
        match self.form {
            Form::Tcp => {
                let transaction = u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]);
                Some(Frame { transaction: Some(transaction), unit: self.unit, pdu: bytes.get(MBAP + 1..)?.to_vec() })
            }
            Form::Rtu => {
                let (body, sum) = bytes.split_at_checked(length.checked_sub(2)?)?;
                let is_right = crc(body).to_le_bytes() == sum;
                is_right.then(|| body.get(1..).map(|pdu| Frame { transaction: None, unit: self.unit, pdu: pdu.to_vec() }))?
            }
        }
    }
}

/// What a controller asks of a relay board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// 01: coils from an address on.
    ReadCoils(u16, u16),
    /// 02: dry contacts from an address on.
    ReadInputs(u16, u16),
    /// 03: holding registers from an address on.
    ReadRegisters(u16, u16),
    /// 05
    WriteCoil(u16, bool),
    /// 06
    WriteRegister(u16, u16),
    /// 0F: coils from an address on.
    WriteCoils(u16, Vec<bool>),
}

impl Request {
    /// Function and data.
    #[must_use]
    pub fn pdu(&self) -> Vec<u8> {
        let words = |function: u8, at: u16, value: u16| [&[function][..], &at.to_be_bytes(), &value.to_be_bytes()].concat();
        match self {
            Self::ReadCoils(first, count) => words(0x01, *first, *count),
            Self::ReadInputs(first, count) => words(0x02, *first, *count),
            Self::ReadRegisters(first, count) => words(0x03, *first, *count),
            Self::WriteCoil(at, on) => words(0x05, *at, if *on { 0xFF00 } else { 0 }),
            Self::WriteRegister(at, value) => words(0x06, *at, *value),
            Self::WriteCoils(first, states) => {
                let packed = pack(states);
                let mut pdu = words(0x0F, *first, u16::try_from(states.len()).unwrap_or(u16::MAX));
                pdu.push(u8::try_from(packed.len()).unwrap_or(u8::MAX));
                pdu.extend(packed);
                pdu
            }
        }
    }

    /// Reads a request as a board does.
    ///
    /// # Errors
    /// The exception code: 01 unknown function, 03 values that cannot be.
    pub fn parse(pdu: &[u8]) -> Result<Self, u8> {
        let word = |high: &u8, low: &u8| u16::from_be_bytes([*high, *low]);
        match pdu {
            [function @ 0x01..=0x03, a, b, c, d] => {
                let (first, count) = (word(a, b), word(c, d));
                match function {
                    0x01 | 0x02 if !(1..=2000).contains(&count) => Err(0x03),
                    0x03 if !(1..=125).contains(&count) => Err(0x03),
                    0x01 => Ok(Self::ReadCoils(first, count)),
                    0x02 => Ok(Self::ReadInputs(first, count)),
                    _ => Ok(Self::ReadRegisters(first, count)),
                }
            }
            [0x05, a, b, 0xFF, 0x00] => Ok(Self::WriteCoil(word(a, b), true)),
            [0x05, a, b, 0x00, 0x00] => Ok(Self::WriteCoil(word(a, b), false)),
            [0x06, a, b, c, d] => Ok(Self::WriteRegister(word(a, b), word(c, d))),
            [0x0F, a, b, c, d, bytes, packed @ ..] => {
                let count = usize::from(word(c, d));
                let is_right = (1..=1968).contains(&count) && usize::from(*bytes) == packed.len() && packed.len() == count.div_ceil(8);
                if is_right { Ok(Self::WriteCoils(word(a, b), unpack(packed, count))) } else { Err(0x03) }
            }
            [0x01..=0x03 | 0x05 | 0x06 | 0x0F, ..] => Err(0x03),
            _ => Err(0x01),
        }
    }
}

/// Eight states a byte, the first in the lowest bit.
#[must_use]
pub(crate) fn pack(states: &[bool]) -> Vec<u8> {
    states.chunks(8).map(|eight| eight.iter().rev().fold(0, |byte, on| (byte << 1) | u8::from(*on))).collect()
}

/// The first `count` states.
#[must_use]
pub(crate) fn unpack(bytes: &[u8], count: usize) -> Vec<bool> {
    bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1)).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::{Form, Frame, Framer, Request, Side, pack, unpack};
    use proptest::prelude::*;

    fn rtu(request: &Request) -> String {
        hex::encode_upper(Frame { transaction: None, unit: 1, pdu: request.pdu() }.encode())
    }

    #[test]
    fn golden_frames_of_fact_sheet_20() {
        assert_eq!(rtu(&Request::WriteCoil(0, true)), "01050000FF008C3A");
        assert_eq!(rtu(&Request::ReadCoils(0, 8)), "0101000000083DCC");
        assert_eq!(rtu(&Request::WriteCoils(0, vec![true; 8])), "010F0000000801FFBED5");
        let tcp = Frame { transaction: Some(7), unit: 1, pdu: Request::ReadCoils(0, 8).pdu() };
        assert_eq!(hex::encode_upper(tcp.encode()), "000700000006010100000008");
    }

    #[test]
    fn what_a_board_cannot_do_has_its_exception() {
        for (pdu, code) in [("0800000000", 1), ("0500000200", 3), ("0100000000", 3), ("0F000000080200", 3), ("", 1)] {
            assert_eq!(Request::parse(&hex::decode(pdu).unwrap()), Err(code), "{pdu}");
        }
    }

    #[test]
    fn a_reply_of_another_station_or_with_a_wrong_sum_is_no_reply() {
        let mut framer = Framer::new(Form::Rtu, Side::Station, 1);
        let (frames, dropped) = framer.feed(&hex::decode("02050000FF008C09 01050000FF008C3B".replace(' ', "")).unwrap());
        assert!(frames.is_empty() && dropped >= 9, "{frames:?} {dropped}");
        framer.clear();
        let (frames, dropped) = framer.feed(&hex::decode("01050000FF008C3A").unwrap());
        assert_eq!((frames.len(), dropped), (1, 0));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_frames(bytes in proptest::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(5), any::<u8>()], 0..300), cut in 0_usize..300, tcp in any::<bool>(), master in any::<bool>()) {
            let form = if tcp { Form::Tcp } else { Form::Rtu };
            let side = if master { Side::Master } else { Side::Station };
            let (whole, lost) = Framer::new(form, side, 1).feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut framer = Framer::new(form, side, 1);
            let (mut frames, first) = framer.feed(head);
            let (rest, second) = framer.feed(tail);
            frames.extend(rest);
            prop_assert_eq!((frames, first + second), (whole, lost));
        }

        #[test]
        fn after_any_noise_good_frames_are_heard_again(noise in proptest::collection::vec(any::<u8>(), 0..64), tcp in any::<bool>()) {
            let form = if tcp { Form::Tcp } else { Form::Rtu };
            let good = Frame { transaction: tcp.then_some(0x0102), unit: 1, pdu: hex::decode("050000FF00").unwrap() };
            let mut framer = Framer::new(form, Side::Station, 1);
            framer.feed(&noise);
            // The longest frame a header in the noise can promise, and one more.
            let heard: usize = (0..40).map(|_| framer.feed(&good.encode()).0.iter().filter(|frame| **frame == good).count()).sum();
            prop_assert!(heard >= 2);
        }

        #[test]
        fn requests_come_back(at in any::<u16>(), on in any::<bool>(), states in proptest::collection::vec(any::<bool>(), 1..60)) {
            for request in [Request::WriteCoil(at, on), Request::WriteRegister(at, 7), Request::WriteCoils(at, states.clone()), Request::ReadCoils(at, 9)] {
                prop_assert_eq!(Request::parse(&request.pdu()), Ok(request));
            }
            prop_assert_eq!(unpack(&pack(&states), states.len()), states);
        }
    }
}

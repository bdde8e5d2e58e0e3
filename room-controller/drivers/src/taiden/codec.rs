//! Frames told by their first byte (fact sheet §29).

/// Ids in a report.
pub const IDS: usize = 6;

/// What a controller says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `E6 F1 hh ll`
    MicOn(u16),
    /// `E6 F2 hh ll`
    MicOff(u16),
    /// `E3 ED 00`
    AllOff,
    /// `E3 04 00`
    StartReports,
    /// `E3 05 00`
    StopReports,
    /// `E3 E4 00`
    StartTracking,
    /// `E3 E5 00`
    StopTracking,
}

impl Order {
    /// The frame.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        let with = |code: u8, id: u16| {
            let [high, low] = id.to_be_bytes();
            vec![0xE6, code, high, low]
        };
        match self {
            Self::MicOn(id) => with(0xF1, id),
            Self::MicOff(id) => with(0xF2, id),
            Self::AllOff => vec![0xE3, 0xED, 0],
            Self::StartReports => vec![0xE3, 0x04, 0],
            Self::StopReports => vec![0xE3, 0x05, 0],
            Self::StartTracking => vec![0xE3, 0xE4, 0],
            Self::StopTracking => vec![0xE3, 0xE5, 0],
        }
    }

    /// Takes one order from the front of what a unit received: the order and its length, `Err` with the bytes to drop, `None` when more is needed.
    #[must_use]
    pub fn take(bytes: &[u8]) -> Option<Result<(Self, usize), usize>> {
        Some(match bytes {
            [] | [0xE3 | 0xE6] | [0xE3, _] | [0xE6, 0xF1 | 0xF2] | [0xE6, 0xF1 | 0xF2, _] => return None,
            [0xE6, 0xF1, high, low, ..] => Ok((Self::MicOn(u16::from_be_bytes([*high, *low])), 4)),
            [0xE6, 0xF2, high, low, ..] => Ok((Self::MicOff(u16::from_be_bytes([*high, *low])), 4)),
            [0xE3, 0xED, 0, ..] => Ok((Self::AllOff, 3)),
            [0xE3, 0x04, 0, ..] => Ok((Self::StartReports, 3)),
            [0xE3, 0x05, 0, ..] => Ok((Self::StopReports, 3)),
            [0xE3, 0xE4, 0, ..] => Ok((Self::StartTracking, 3)),
            [0xE3, 0xE5, 0, ..] => Ok((Self::StopTracking, 3)),
            _ => Err(1),
        })
    }
}

/// What a unit says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// `E6 state count id…`: every open microphone.
    Report {
        /// Number of the operation mode.
        operation: u8,
        /// Microphones open at once.
        limit: u8,
        /// Open microphones.
        open: Vec<u16>,
    },
    /// `E5 hh ll`: the camera shall look at this microphone, 0 is the panorama.
    Track(u16),
    /// `E3 …`: present, yes, no, abstain.
    Vote([u16; 4]),
}

impl Said {
    /// The frame; `short` without unused ids.
    #[must_use]
    pub fn encode(&self, short: bool) -> Vec<u8> {
        match self {
            Self::Report { operation, limit, open } => {
                let count = u8::try_from(open.len().min(IDS)).unwrap_or(0);
                let mut frame = vec![0xE6, (operation << 4) | (limit & 0x0F), count];
                let unused = if short { 0 } else { IDS - usize::from(count) };
                let ids = open.iter().take(IDS).copied().chain(std::iter::repeat_n(0, unused));
                frame.extend(ids.flat_map(u16::to_be_bytes));
                frame
            }
            Self::Track(id) => [&[0xE5][..], &id.to_be_bytes()].concat(),
            Self::Vote(numbers) => [0xE3].into_iter().chain(numbers.iter().flat_map(|number| number.to_be_bytes())).collect(),
        }
    }

    /// Reads a whole frame.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        let numbers = |bytes: &[u8]| -> Vec<u16> {
            bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?))).collect()
        };
        match frame {
            [0xE5, high, low] => Some(Self::Track(u16::from_be_bytes([*high, *low]))),
            [0xE3, rest @ ..] if rest.len() == 8 => Some(Self::Vote(numbers(rest).try_into().ok()?)),
            [0xE6, state, count, ids @ ..] => {
                let open: Vec<u16> = numbers(ids).into_iter().take(usize::from(*count)).collect();
                let is_whole = open.len() == usize::from(*count) && !open.contains(&0);
                is_whole.then_some(Self::Report { operation: state >> 4, limit: state & 0x0F, open })
            }
            _ => None,
        }
    }
}

/// Cuts what a unit says into frames.
#[derive(Debug, Default)]
pub struct Framer {
    short: bool,
    held: Vec<u8>,
}

impl Framer {
    /// For a unit whose reports leave unused ids out, or not.
    #[must_use]
    pub const fn new(short: bool) -> Self {
        Self { short, held: Vec::new() }
    }

    /// Length of the frame that begins so; `Err` when none does, `None` when more is needed to tell.
    fn length(&self) -> Option<Result<usize, ()>> {
        match self.held.as_slice() {
            [] | [0xE6] | [0xE6, _] => None,
            [0xE5, ..] => Some(Ok(3)),
            [0xE3, ..] => Some(Ok(9)),
            [0xE6, _, count, ..] if usize::from(*count) <= IDS => {
                let ids = if self.short { usize::from(*count) } else { IDS };
                Some(Ok(3 + 2 * ids))
            }
            _ => Some(Err(())),
        }
    }

    /// Takes bytes in any portions. Returns frames and the number of bytes dropped.
    pub fn feed(&mut self, bytes: &[u8]) -> (Vec<Said>, usize) {
        let (mut frames, mut dropped) = (Vec::new(), 0);
        for byte in bytes {
            self.held.push(*byte);
            while let Some(length) = self.length() {
                let Ok(length) = length else {
                    self.held.remove(0);
                    dropped += 1;
                    continue;
                };
                if self.held.len() < length {
                    break;
                }
                let frame: Vec<u8> = self.held.drain(..length).collect();
                match Said::read(&frame) {
                    Some(said) => frames.push(said),
                    // It only began like one: what follows its first byte may be one.
                    None => {
                        dropped += 1;
                        self.held.splice(..0, frame.into_iter().skip(1));
                    }
                }
            }
        }
        (frames, dropped)
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Framer, Order, Said};
    use proptest::prelude::*;

    /// Fact sheet §29.
    #[test]
    fn golden_frames_of_section_29() {
        let orders: [(Order, &[u8]); 7] = [
            (Order::MicOn(1), &[0xE6, 0xF1, 0x00, 0x01]),
            (Order::MicOff(0x0102), &[0xE6, 0xF2, 0x01, 0x02]),
            (Order::AllOff, &[0xE3, 0xED, 0x00]),
            (Order::StartReports, &[0xE3, 0x04, 0x00]),
            (Order::StopReports, &[0xE3, 0x05, 0x00]),
            (Order::StartTracking, &[0xE3, 0xE4, 0x00]),
            (Order::StopTracking, &[0xE3, 0xE5, 0x00]),
        ];
        for (order, bytes) in orders {
            assert_eq!(order.encode(), bytes);
            assert_eq!(Order::take(bytes), Some(Ok((order, bytes.len()))));
        }
        // State 14: operation 1, 4 may be open; two are: 1 and 258.
        let report = [0xE6, 0x14, 2, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0];
        let said = Said::Report { operation: 1, limit: 4, open: vec![1, 258] };
        assert_eq!(Framer::new(false).feed(&report), (vec![said.clone()], 0));
        assert_eq!(said.encode(false), report);
        assert_eq!(Framer::new(true).feed(report.get(..7).unwrap()), (vec![said.clone()], 0));
        assert_eq!(said.encode(true), report.get(..7).unwrap());
        assert_eq!(Framer::default().feed(&[0xE5, 0, 0, 0xE5, 0, 7]), (vec![Said::Track(0), Said::Track(7)], 0));
        let vote = [0xE3, 0, 30, 0, 20, 0, 7, 0, 3];
        assert_eq!(Framer::default().feed(&vote), (vec![Said::Vote([30, 20, 7, 3])], 0));
    }

    #[test]
    fn a_false_beginning_costs_its_first_byte_only() {
        let mut framer = Framer::new(false);
        let (frames, dropped) = framer.feed(&[0x00, 0xE6, 0x14, 0x09, 0xE5, 0, 7]);
        assert_eq!((frames, dropped), (vec![Said::Track(7)], 4));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..200, short in any::<bool>()) {
            let whole = Framer::new(short).feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut framer = Framer::new(short);
            let (mut frames, first) = framer.feed(head);
            let (more, second) = framer.feed(tail);
            frames.extend(more);
            prop_assert_eq!((frames, first + second), whole);
            framer.clear();
            prop_assert_eq!(framer.feed(&[0xE5, 0, 9]), (vec![Said::Track(9)], 0), "after the gap it begins afresh");
        }
    }
}

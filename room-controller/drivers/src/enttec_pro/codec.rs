//! Messages `7E label length data E7` (fact sheet §17).

const BEGIN: u8 = 0x7E;
const END: u8 = 0xE7;
/// Longest data.
const MAX_DATA: usize = 600;
/// Bytes around the data.
const AROUND: usize = 5;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is.
    pub label: u8,
    /// Its data.
    pub data: Vec<u8>,
}

impl Message {
    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let [low, high] = u16::try_from(self.data.len()).unwrap_or(u16::MAX).to_le_bytes();
        [&[BEGIN, self.label, low, high][..], &self.data, &[END]].concat()
    }
}

/// Splits a byte stream into messages; what is none is dropped byte by byte and counted.
#[derive(Debug, Default)]
pub struct Framer {
    held: Vec<u8>,
}

impl Framer {
    /// Takes bytes in any portions. Returns messages and the number of bytes dropped.
    pub fn feed(&mut self, bytes: &[u8]) -> (Vec<Message>, usize) {
        self.held.extend_from_slice(bytes);
        let (mut messages, mut at) = (Vec::new(), 0);
        let mut dropped = 0;
        while let Some(rest) = self.held.get(at..).filter(|rest| !rest.is_empty()) {
            let length = match rest {
                [BEGIN, _, low, high, ..] => Some(usize::from(u16::from_le_bytes([*low, *high]))).filter(|length| *length <= MAX_DATA),
                [BEGIN] | [BEGIN, _] | [BEGIN, _, _] => break,
                _ => None,
            };
            let Some(length) = length else {
                (at, dropped) = (at + 1, dropped + 1);
                continue;
            };
            match (rest.get(length + AROUND - 1), rest.get(1), rest.get(4..4 + length)) {
                (None, ..) => break,
                (Some(&END), Some(label), Some(data)) => {
                    messages.push(Message { label: *label, data: data.to_vec() });
                    at += length + AROUND;
                }
                _ => (at, dropped) = (at + 1, dropped + 1),
            }
        }
        self.held.drain(..at);
        (messages, dropped)
    }

    /// Forgets half a message.
    pub fn clear(&mut self) {
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Framer, Message};
    use proptest::prelude::*;

    #[test]
    fn golden_messages_of_fact_sheet_17() {
        let frame = Message { label: 6, data: [&[0][..], &[9; 512]].concat() }.encode();
        assert_eq!(hex::encode_upper(&frame[..5]), "7E06010200");
        assert_eq!((frame.len(), frame.last()), (518, Some(&0xE7)));
        assert_eq!(hex::encode_upper(Message { label: 10, data: Vec::new() }.encode()), "7E0A0000E7");
        assert_eq!(hex::encode_upper(Message { label: 3, data: vec![0, 0] }.encode()), "7E0302000000E7");
    }

    #[test]
    fn a_begin_inside_a_broken_message_is_found() {
        let bytes = hex::decode("7E0A0400 7E0A0400 78563412E7".replace(' ', "")).unwrap();
        let (messages, dropped) = Framer::default().feed(&bytes);
        assert_eq!((messages, dropped), (vec![Message { label: 10, data: vec![0x78, 0x56, 0x34, 0x12] }], 4));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_messages(bytes in proptest::collection::vec(prop_oneof![Just(0x7E_u8), Just(0xE7), Just(0), any::<u8>()], 0..300), cut in 0_usize..300) {
            let whole = Framer::default().feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut framer = Framer::default();
            let (mut messages, first) = framer.feed(head);
            let (rest, second) = framer.feed(tail);
            messages.extend(rest);
            prop_assert_eq!((messages, first + second), whole);
        }

        #[test]
        fn after_any_noise_messages_are_heard_again(noise in proptest::collection::vec(any::<u8>(), 0..40)) {
            let good = Message { label: 10, data: vec![1, 2, 3, 4] };
            let mut framer = Framer::default();
            framer.feed(&noise);
            let heard: usize = (0..90).map(|_| framer.feed(&good.encode()).0.len()).sum();
            prop_assert!(heard >= 1);
        }
    }
}

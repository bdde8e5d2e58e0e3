//! Frames `8x … FF` and `y0 … FF` (fact sheet §1).

/// End of every frame.
const END: u8 = 0xFF;
/// Longest frame.
const MAX_FRAME: usize = 16;
/// Shortest frame.
const MIN_FRAME: usize = 3;

/// One frame without judgement, with its end.
pub type Frame = Vec<u8>;

/// Splits a byte stream into frames; overlong and overshort ones are dropped and counted.
#[derive(Debug, Default)]
pub struct Framer {
    held: Vec<u8>,
    overlong: bool,
}

impl Framer {
    /// Takes bytes in any portions. Returns frames and the number of bytes dropped.
    pub fn feed(&mut self, bytes: &[u8]) -> (Vec<Frame>, usize) {
        let mut frames = Vec::new();
        let mut dropped = 0;
        for byte in bytes {
            if self.overlong {
                dropped += 1;
                self.overlong = *byte != END;
                continue;
            }
            // A first byte of a frame has its top bit set; anything else is noise between frames.
            if self.held.is_empty() && (*byte < 0x80 || *byte == END) {
                dropped += 1;
                continue;
            }
            self.held.push(*byte);
            if *byte == END {
                let frame = std::mem::take(&mut self.held);
                if frame.len() < MIN_FRAME { dropped += frame.len() } else { frames.push(frame) }
            } else if self.held.len() >= MAX_FRAME {
                dropped += self.held.len();
                self.held.clear();
                self.overlong = true;
            }
        }
        (frames, dropped)
    }

    /// Forgets half a frame.
    pub fn clear(&mut self) {
        self.held.clear();
        self.overlong = false;
    }
}

/// A camera's frame judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `90 4y FF`
    Ack(u8),
    /// `90 5y FF`
    Done(u8),
    /// `90 5y … FF`: the bytes between.
    Answer(Vec<u8>),
    /// `90 6y ee FF`: socket and error.
    Error(u8, u8),
    /// `z0 38 FF`
    NetworkChange,
    /// Something else.
    Strange,
}

/// Judges a frame. Any source 9x–Fx is taken: some firmware answers camera 1's commands as camera 2 (companion-module-ptzoptics-visca#57).
#[must_use]
pub fn reply_of(frame: &[u8]) -> Reply {
    let [source, rest @ .., END] = frame else { return Reply::Strange };
    if *source < 0x90 {
        return Reply::Strange;
    }
    match rest {
        [kind] if kind & 0xF0 == 0x40 => Reply::Ack(kind & 0x0F),
        [kind] if kind & 0xF0 == 0x50 => Reply::Done(kind & 0x0F),
        [0x38] => Reply::NetworkChange,
        [kind, error] if kind & 0xF0 == 0x60 => Reply::Error(kind & 0x0F, *error),
        [kind, payload @ ..] if kind & 0xF0 == 0x50 => Reply::Answer(payload.to_vec()),
        _ => Reply::Strange,
    }
}

fn frame(address: u8, kind: u8, body: &[u8]) -> Frame {
    let mut bytes = vec![0x80 | (address & 0x0F), kind];
    bytes.extend_from_slice(body);
    bytes.push(END);
    bytes
}

/// `8x 01 … FF`
#[must_use]
pub fn command(address: u8, body: &[u8]) -> Frame {
    frame(address, 0x01, body)
}

/// `8x 09 … FF`
#[must_use]
pub fn inquiry(address: u8, body: &[u8]) -> Frame {
    frame(address, 0x09, body)
}

/// `0p 0q 0r 0s` of a 16-bit value.
#[must_use]
pub fn nibbles(value: u16) -> [u8; 4] {
    let [high, low] = value.to_be_bytes();
    [high >> 4, high & 0x0F, low >> 4, low & 0x0F]
}

/// [`nibbles`] of a signed value.
#[must_use]
pub fn signed_nibbles(value: i16) -> [u8; 4] {
    nibbles(u16::from_be_bytes(value.to_be_bytes()))
}

/// The value of four nibbles; `None` when there are not four or one has a high half.
#[must_use]
pub fn value_of_nibbles(bytes: &[u8]) -> Option<u16> {
    let [a, b, c, d] = bytes else { return None };
    if [a, b, c, d].iter().any(|nibble| **nibble > 0x0F) {
        return None;
    }
    Some(u16::from_be_bytes([(a << 4) | b, (c << 4) | d]))
}

#[cfg(test)]
mod tests {
    use super::{Framer, Reply, nibbles, reply_of, signed_nibbles, value_of_nibbles};
    use proptest::prelude::*;

    #[test]
    fn replies_of_the_fact_sheet() {
        let cases: [(&[u8], Reply); 10] = [
            (&[0x90, 0x41, 0xFF], Reply::Ack(1)),
            (&[0x90, 0x52, 0xFF], Reply::Done(2)),
            (&[0x90, 0x50, 0x02, 0xFF], Reply::Answer(vec![2])),
            (&[0x90, 0x60, 0x02, 0xFF], Reply::Error(0, 2)),
            (&[0x90, 0x60, 0x03, 0xFF], Reply::Error(0, 3)),
            (&[0x90, 0x61, 0x04, 0xFF], Reply::Error(1, 4)),
            (&[0x90, 0x61, 0x41, 0xFF], Reply::Error(1, 0x41)),
            (&[0x90, 0x38, 0xFF], Reply::NetworkChange),
            (&[0xA0, 0x41, 0xFF], Reply::Ack(1)),
            (&[0x81, 0x41, 0xFF], Reply::Strange),
        ];
        for (bytes, reply) in cases {
            assert_eq!(reply_of(bytes), reply, "{bytes:02X?}");
        }
    }

    #[test]
    fn four_preset_recalls_back_to_back_come_apart() {
        // 90 42 FF … as seen on a camera (fact sheet §1, "Example seen").
        let stream = hex::decode("9041FF9042FF906003FF906003FF9051FF9052FF").unwrap();
        let mut framer = Framer::default();
        let (frames, dropped) = framer.feed(&stream);
        let replies: Vec<Reply> = frames.iter().map(|frame| reply_of(frame)).collect();
        assert_eq!(dropped, 0);
        assert_eq!(replies, [Reply::Ack(1), Reply::Ack(2), Reply::Error(0, 3), Reply::Error(0, 3), Reply::Done(1), Reply::Done(2)]);
    }

    #[test]
    fn noise_between_frames_is_counted_and_dropped() {
        let (frames, dropped) = Framer::default().feed(&[0x00, 0x13, 0xFF, 0x90, 0x41, 0xFF]);
        assert_eq!((frames, dropped), (vec![vec![0x90, 0x41, 0xFF]], 3));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_frames(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..200) {
            let (whole, lost) = Framer::default().feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut framer = Framer::default();
            let (mut frames, first) = framer.feed(head);
            let (rest, second) = framer.feed(tail);
            frames.extend(rest);
            prop_assert_eq!(&frames, &whole);
            prop_assert_eq!(first + second, lost);
            for frame in frames {
                let _ = reply_of(&frame);
            }
        }

        #[test]
        fn after_any_noise_the_second_good_frame_is_heard(noise in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut framer = Framer::default();
            framer.feed(&noise);
            framer.feed(&[0xFF]);
            let (frames, _) = framer.feed(&[0x90, 0x41, 0xFF]);
            prop_assert_eq!(frames, vec![vec![0x90, 0x41, 0xFF]]);
        }

        #[test]
        fn nibbles_come_back(value in any::<u16>(), signed in any::<i16>()) {
            prop_assert_eq!(value_of_nibbles(&nibbles(value)), Some(value));
            prop_assert_eq!(value_of_nibbles(&signed_nibbles(signed)), Some(u16::from_be_bytes(signed.to_be_bytes())));
        }
    }
}

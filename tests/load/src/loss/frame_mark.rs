//! The mark at the end of each payload: which frame, which part of it, when it was made. Relays renumber packets, so only marks count.

use std::time::Duration;

/// Bytes of a mark.
pub const MARK_BYTES: usize = 20;
const PICTURE: [u8; 3] = *b"PIC";
const SOUND: [u8; 3] = *b"SND";
const KEY: u8 = 1;

/// What a payload tells of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameMark {
    /// A block of sound; else a part of a picture.
    pub sound: bool,
    /// Part of a key frame.
    pub key: bool,
    /// Counts the pictures, or the blocks of sound.
    pub number: u32,
    /// Which packet of the frame, from 0.
    pub part: u16,
    /// Packets of the frame.
    pub parts: u16,
    /// When the frame was made, since the sender began.
    pub made: Duration,
}

impl FrameMark {
    /// Appends the mark.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.sound { &SOUND } else { &PICTURE });
        out.push(if self.key { KEY } else { 0 });
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.part.to_be_bytes());
        out.extend_from_slice(&self.parts.to_be_bytes());
        // Half a million years of microseconds fit.
        out.extend_from_slice(&(self.made.as_micros() as u64).to_be_bytes());
    }

    /// Reads the mark at the end of a payload; `None` when there is none.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let bytes = payload.last_chunk::<MARK_BYTES>()?;
        let (magic, rest) = bytes.split_first_chunk::<3>()?;
        let (flags, rest) = rest.split_first()?;
        let (number, rest) = rest.split_first_chunk::<4>()?;
        let (part, rest) = rest.split_first_chunk::<2>()?;
        let (parts, rest) = rest.split_first_chunk::<2>()?;
        (*magic == PICTURE || *magic == SOUND).then_some(Self {
            sound: *magic == SOUND,
            key: flags & KEY != 0,
            number: u32::from_be_bytes(*number),
            part: u16::from_be_bytes(*part),
            parts: u16::from_be_bytes(*parts),
            made: Duration::from_micros(u64::from_be_bytes(*rest.first_chunk()?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::FrameMark;
    use std::time::Duration;

    #[test]
    fn a_mark_comes_back_from_the_end_of_a_payload() {
        let mark = FrameMark { sound: false, key: true, number: 70_000, part: 3, parts: 9, made: Duration::from_micros(123_456_789) };
        let mut payload = vec![1, 2, 3];
        mark.write(&mut payload);
        assert_eq!(FrameMark::read(&payload), Some(mark));
        assert_eq!(FrameMark::read(payload.get(..payload.len() - 1).unwrap()), None);
        assert_eq!(FrameMark::read(&[]), None);
    }
}

//! The mark at the end of each payload: number and time of sending. Servers renumber packets, so only marks count.

use std::time::{SystemTime, UNIX_EPOCH};

/// Bytes of a mark.
pub const MARK_BYTES: usize = 20;
/// First bytes of a mark.
const MAGIC: [u8; 4] = *b"LOAD";

/// What a payload tells of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Counts all packets of the publisher.
    pub number: u64,
    /// Nanoseconds since 1970, the clock of the kernel's arrival stamps.
    pub sent_ns: u64,
}

impl Mark {
    /// Appends the mark.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.sent_ns.to_be_bytes());
    }

    /// Reads the mark at the end of a packet; `None` when there is none.
    #[must_use]
    pub fn read(packet: &[u8]) -> Option<Self> {
        let bytes = packet.last_chunk::<MARK_BYTES>()?;
        let (magic, rest) = bytes.split_first_chunk::<4>()?;
        let (number, sent) = rest.split_first_chunk::<8>()?;
        let sent = sent.first_chunk::<8>()?;
        (*magic == MAGIC).then_some(Self { number: u64::from_be_bytes(*number), sent_ns: u64::from_be_bytes(*sent) })
    }
}

/// The wall clock in nanoseconds, as in the kernel's stamps.
#[must_use]
pub fn wall_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Mark;

    #[test]
    fn a_mark_comes_back_from_the_end_of_a_packet() {
        let mark = Mark { number: 7, sent_ns: 1 << 60 };
        let mut packet = vec![1, 2, 3];
        mark.write(&mut packet);
        assert_eq!(Mark::read(&packet), Some(mark));
        packet.push(0);
        assert_eq!(Mark::read(&packet), None);
        assert_eq!(Mark::read(&[]), None);
    }
}

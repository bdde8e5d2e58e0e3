//! Sequence numbers without end.

/// Makes 64-bit numbers of the 16-bit ones on the wire (RFC 3550 appendix A.1).
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwrapper {
    highest: Option<u64>,
}

/// Where counting begins: late packets from before the first one still get a number.
const BASE: u64 = 1 << 16;

impl Unwrapper {
    /// The long number of `sequence`, the nearest to the highest seen.
    pub fn unwrap(&mut self, sequence: u16) -> u64 {
        let Some(highest) = self.highest else {
            let first = BASE + u64::from(sequence);
            self.highest = Some(first);
            return first;
        };
        let long = nearest(highest, sequence);
        if long > highest {
            self.highest = Some(long);
        }
        long
    }

    /// The highest number given so far.
    #[must_use]
    pub const fn highest(&self) -> Option<u64> {
        self.highest
    }
}

/// The long number ending in `sequence` nearest to `around`.
#[must_use]
pub fn nearest(around: u64, sequence: u16) -> u64 {
    // The lower 16 bits of a difference, read as signed, are the shortest way round.
    let step = i64::from(sequence.wrapping_sub(around as u16) as i16);
    around.saturating_add_signed(step)
}

#[cfg(test)]
mod tests {
    use super::Unwrapper;

    #[test]
    fn wraps_are_followed_and_late_packets_keep_their_place() {
        let mut unwrapper = Unwrapper::default();
        let first = unwrapper.unwrap(65_534);
        assert_eq!(unwrapper.unwrap(65_535), first + 1);
        assert_eq!(unwrapper.unwrap(1), first + 3);
        assert_eq!(unwrapper.unwrap(0), first + 2);
        assert_eq!(unwrapper.highest(), Some(first + 3));
        assert_eq!(unwrapper.unwrap(65_530), first - 4);
    }
}

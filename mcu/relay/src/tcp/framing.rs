//! RFC 4571 §2: a length of 16 bits before each packet.

/// Bytes of the length.
const HEADER_BYTES: usize = 2;

/// Longest packet: what the UDP socket takes as well. Media stay under 1500 bytes, DTLS under 1400.
pub const MAX_PACKET_BYTES: usize = 2048;

/// Why a stream cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    /// A packet without bytes. RFC 4571 calls it the null packet; no ICE agent sends it, and a stream of them would be work for nothing.
    #[error("an empty packet")]
    Empty,
    /// Longer than [`MAX_PACKET_BYTES`]: whoever speaks here does not speak RFC 4571.
    #[error("a packet of {0} bytes")]
    TooLong(usize),
}

/// Cuts packets out of a stream. However the stream is cut into pieces, the packets are the same; at most one unfinished packet is held.
#[derive(Debug, Default)]
pub struct Deframer {
    held: Vec<u8>,
    error: Option<FramingError>,
}

impl Deframer {
    /// Takes the next bytes and gives each packet they complete to `take`, in order.
    ///
    /// # Errors
    /// At the first length that cannot be, after the packets before it, and ever after: where the next packet begins is no longer known.
    pub fn feed(&mut self, bytes: &[u8], take: impl FnMut(&[u8])) -> Result<(), FramingError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.cut(bytes, take).inspect_err(|error| {
            self.held = Vec::new();
            self.error = Some(*error);
        })
    }

    fn cut(&mut self, bytes: &[u8], mut take: impl FnMut(&[u8])) -> Result<(), FramingError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.held.is_empty()
                && let Some((packet, after)) = whole(rest)?
            {
                take(packet);
                rest = after;
                continue;
            }
            let (piece, after) = rest.split_at(self.missing()?.min(rest.len()));
            self.held.extend_from_slice(piece);
            rest = after;
            if let Some((packet, _)) = whole(&self.held)? {
                take(packet);
                self.held.clear();
            }
        }
        Ok(())
    }

    /// Bytes until the held part tells more: first the length, then the packet.
    fn missing(&self) -> Result<usize, FramingError> {
        let Some(header) = self.held.first_chunk::<HEADER_BYTES>() else {
            return Ok(HEADER_BYTES - self.held.len());
        };
        Ok((HEADER_BYTES + length(*header)?).saturating_sub(self.held.len()))
    }
}

/// A packet and what follows it.
type Parted<'a> = (&'a [u8], &'a [u8]);

/// The first packet and what follows it, when it is there as a whole.
fn whole(bytes: &[u8]) -> Result<Option<Parted<'_>>, FramingError> {
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Ok(None);
    };
    Ok(rest.split_at_checked(length(*header)?))
}

fn length(header: [u8; HEADER_BYTES]) -> Result<usize, FramingError> {
    match usize::from(u16::from_be_bytes(header)) {
        0 => Err(FramingError::Empty),
        long if long > MAX_PACKET_BYTES => Err(FramingError::TooLong(long)),
        length => Ok(length),
    }
}

/// What goes before a packet; `None` for one that cannot be framed.
#[must_use]
pub fn frame_header(packet: &[u8]) -> Option<[u8; HEADER_BYTES]> {
    let length = u16::try_from(packet.len()).ok()?;
    (length > 0 && packet.len() <= MAX_PACKET_BYTES).then(|| length.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Deframer, FramingError, HEADER_BYTES, MAX_PACKET_BYTES, frame_header};
    use proptest::prelude::*;

    fn framed(packets: &[Vec<u8>]) -> Vec<u8> {
        packets.iter().flat_map(|packet| [&frame_header(packet).unwrap()[..], packet].concat()).collect()
    }

    /// All packets of a stream that comes in such pieces, and how it ended.
    fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, Result<(), FramingError>) {
        let (mut deframer, mut got, mut end) = (Deframer::default(), Vec::new(), Ok(()));
        for piece in pieces {
            end = deframer.feed(piece, |packet| got.push(packet.to_vec()));
            assert!(deframer.held.len() < HEADER_BYTES + MAX_PACKET_BYTES, "no more than an unfinished packet is held");
        }
        (got, end)
    }

    #[test]
    fn golden() {
        // Two packets of three bytes and one.
        let stream = [0x00, 0x03, 0xAA, 0xBB, 0xCC, 0x00, 0x01, 0xDD];
        assert_eq!(read([&stream[..]].into_iter()), (vec![vec![0xAA, 0xBB, 0xCC], vec![0xDD]], Ok(())));
        assert_eq!(frame_header(&[7; 300]), Some([0x01, 0x2C]));
        assert_eq!([frame_header(&[]), frame_header(&[0; MAX_PACKET_BYTES + 1])], [None, None]);
    }

    #[test]
    fn impossible_lengths_end_the_stream_after_what_was_good() {
        for (bad, error) in
            [([0x00, 0x00], FramingError::Empty), ([0x08, 0x01], FramingError::TooLong(2049)), (*b"GE", FramingError::TooLong(18_245))]
        {
            let stream = [&[0x00, 0x01, 0x55][..], &bad, &[0x00, 0x01, 0x66]].concat();
            assert_eq!(read([&stream[..]].into_iter()), (vec![vec![0x55]], Err(error)), "in one piece");
            assert_eq!(read(stream.chunks(1)), (vec![vec![0x55]], Err(error)), "byte by byte");
        }
        let longest = framed(&[vec![1; MAX_PACKET_BYTES]]);
        assert_eq!(read([&longest[..]].into_iter()).0.len(), 1);
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_packets(
            packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..1500), 0..12),
            cuts in prop::collection::vec(1_usize..3000, 1..40),
        ) {
            let stream = framed(&packets);
            let mut cuts = cuts.into_iter().cycle();
            let mut rest = &stream[..];
            let pieces = std::iter::from_fn(|| {
                let (piece, after) = rest.split_at(cuts.next()?.min(rest.len()));
                rest = after;
                (!piece.is_empty()).then_some(piece)
            });
            prop_assert_eq!(read(pieces), (packets, Ok(())));
        }

        #[test]
        fn any_cut_of_any_bytes_ends_alike(bytes in prop::collection::vec(prop_oneof![Just(0), Just(1), any::<u8>()], 1..6000), cut in 1_usize..700) {
            prop_assert_eq!(read(bytes.chunks(cut)), read([&bytes[..]].into_iter()));
        }
    }
}

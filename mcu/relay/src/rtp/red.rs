//! Redundant sound (RFC 2198): each packet carries the ones before it once more.

use bytes::Bytes;

/// Blocks of one packet: what is sent now and the earlier ones; libwebrtc sends one, others two.
const MAX_BLOCKS: usize = 4;
/// Header of a redundant block.
const REDUNDANT_HEAD: usize = 4;
/// Longest redundant block: ten bits.
pub const MAX_REDUNDANT_BYTES: usize = 1023;
/// Longest distance of a redundant block: fourteen bits of timestamp.
pub const MAX_OFFSET: u32 = 0x3FFF;

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Payload type of its own.
    pub payload_type: u8,
    /// How much earlier than the packet's timestamp; 0 for the last block.
    pub offset: u32,
    /// The payload it would have had alone.
    pub payload: Bytes,
}

/// Takes a payload apart, oldest block first and the packet's own last; `None` when it is broken.
#[must_use]
pub fn read(payload: &Bytes) -> Option<Vec<Block>> {
    let mut heads: Vec<(u8, u32, usize)> = Vec::with_capacity(2);
    let mut at = 0;
    let own_type = loop {
        let first = *payload.get(at)?;
        if first & 0x80 == 0 {
            at += 1;
            break first & 0x7F;
        }
        let head: [u8; REDUNDANT_HEAD] = *payload.get(at..)?.first_chunk()?;
        let bits = u32::from_be_bytes(head);
        if heads.len() + 1 == MAX_BLOCKS {
            return None;
        }
        heads.push((first & 0x7F, bits >> 10 & MAX_OFFSET, (bits & 0x3FF) as usize));
        at += REDUNDANT_HEAD;
    };
    let mut blocks = Vec::with_capacity(heads.len() + 1);
    for (payload_type, offset, length) in heads {
        payload.get(at..at + length)?;
        blocks.push(Block { payload_type, offset, payload: payload.slice(at..at + length) });
        at += length;
    }
    blocks.push(Block { payload_type: own_type, offset: 0, payload: payload.slice(at..) });
    Some(blocks)
}

/// Appends a payload: `earlier` are offsets and payloads, oldest first; those that do not fit the form are left out.
pub fn write(out: &mut Vec<u8>, payload_type: u8, earlier: &[(u32, &[u8])], own: &[u8]) {
    let fits = |block: &&(u32, &[u8])| (1..=MAX_OFFSET).contains(&block.0) && block.1.len() <= MAX_REDUNDANT_BYTES;
    let earlier = || earlier.iter().filter(fits).take(MAX_BLOCKS - 1);
    for (offset, payload) in earlier() {
        let bits = 1 << 31 | u32::from(payload_type & 0x7F) << 24 | offset << 10 | payload.len() as u32;
        out.extend_from_slice(&bits.to_be_bytes());
    }
    out.push(payload_type & 0x7F);
    for (_, payload) in earlier() {
        out.extend_from_slice(payload);
    }
    out.extend_from_slice(own);
}

#[cfg(test)]
mod tests {
    use super::{Block, read, write};
    use bytes::Bytes;
    use proptest::prelude::*;

    #[test]
    fn golden_payload_of_one_earlier_block() {
        // F=1, type 111, offset 960, length 3; then F=0, type 111; then both blocks.
        let bytes = Bytes::from_static(&[0xEF, 0x0F, 0x00, 0x03, 0x6F, 1, 2, 3, 9, 8]);
        let blocks = read(&bytes).unwrap();
        let block = |offset, payload: &'static [u8]| Block { payload_type: 111, offset, payload: Bytes::from_static(payload) };
        assert_eq!(blocks, [block(960, &[1, 2, 3]), block(0, &[9, 8])]);
        let mut out = Vec::new();
        write(&mut out, 111, &[(960, &[1, 2, 3])], &[9, 8]);
        assert_eq!(out, bytes);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(first in proptest::collection::vec(any::<u8>(), 0..300), second in proptest::collection::vec(any::<u8>(), 0..300), own in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut out = Vec::new();
            write(&mut out, 63, &[(1920, &first), (960, &second)], &own);
            let blocks = read(&Bytes::from(out)).unwrap();
            let seen: Vec<(u32, Vec<u8>)> = blocks.iter().map(|block| (block.offset, block.payload.to_vec())).collect();
            prop_assert_eq!(seen, vec![(1920, first), (960, second), (0, own)]);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Some(blocks) = read(&Bytes::from(bytes)) {
                prop_assert!(blocks.last().is_some_and(|block| block.offset == 0));
            }
        }
    }
}

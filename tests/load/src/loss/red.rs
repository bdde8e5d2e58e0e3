//! Reading redundant sound (RFC 2198).

/// Blocks of one packet; senders use two or three.
const MAX_BLOCKS: usize = 8;

/// The payloads in a redundant packet, oldest first and its own last; empty when it is broken.
#[must_use]
pub fn blocks(payload: &[u8]) -> Vec<&[u8]> {
    read(payload).unwrap_or_default()
}

fn read(payload: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut lengths, mut rest) = (Vec::new(), payload);
    loop {
        let (first, tail) = rest.split_first()?;
        if first & 0x80 == 0 {
            rest = tail;
            break;
        }
        // One bit, seven of type, fourteen of offset, ten of length.
        let (head, tail) = rest.split_first_chunk::<4>()?;
        lengths.push((u32::from_be_bytes(*head) & 0x3FF) as usize);
        rest = tail;
        if lengths.len() == MAX_BLOCKS {
            return None;
        }
    }
    let mut found = Vec::with_capacity(lengths.len() + 1);
    for length in lengths {
        let (block, tail) = rest.split_at_checked(length)?;
        found.push(block);
        rest = tail;
    }
    found.push(rest);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn golden_packet_with_two_earlier_blocks() {
        let payload = [
            0x80 | 111,
            0x1E,
            0x00,
            0x02, // earlier block: type 111, offset 1920, 2 bytes
            0x80 | 111,
            0x0F,
            0x00,
            0x01, // earlier block: type 111, offset 960, 1 byte
            111,  // own block
            1,
            2,
            3,
            4,
            5,
        ];
        assert_eq!(blocks(&payload), [&[1, 2][..], &[3], &[4, 5]]);
        assert!(blocks(payload.get(..10).unwrap()).is_empty(), "cut short");
        assert!(blocks(&[]).is_empty());
        assert_eq!(blocks(&[111, 9]), [&[9][..]], "nothing redundant");
    }
}

//! E1.31 data packets (fact sheet §19). A datagram is whole or nothing.

use md5::{Digest, Md5};

/// Bytes before the levels.
const HEAD: usize = 126;
/// Root layer: preamble, postamble, ACN packet identifier.
const ROOT: [u8; 16] = *b"\x00\x10\x00\x00ASC-E1.17\0\0\0";
const VECTOR_ROOT: [u8; 4] = [0, 0, 0, 4];
const VECTOR_FRAMING: [u8; 4] = [0, 0, 0, 2];
/// DMP layer: vector, address type, first address 0, increment 1.
const DMP: [u8; 6] = [0x02, 0xA1, 0x00, 0x00, 0x00, 0x01];
/// Longest source name in bytes, with its NUL.
const NAME: usize = 64;
const TERMINATED: u8 = 0x40;

/// A data packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// Who sends.
    pub cid: [u8; 16],
    /// Its name.
    pub name: String,
    /// 0 to 200.
    pub priority: u8,
    /// Counted per universe.
    pub sequence: u8,
    /// The sender stops.
    pub terminated: bool,
    /// 1 to 63999.
    pub universe: u16,
    /// Up to 512 levels, without start code.
    pub levels: Vec<u8>,
}

/// A sender's id out of its name: the same after a restart. Version and variant of a UUID made from a name (RFC 4122 §4.3).
#[must_use]
pub fn cid_of(name: &str) -> [u8; 16] {
    let mut cid: [u8; 16] = Md5::digest(format!("room controller sACN {name}").as_bytes()).into();
    cid[6] = (cid[6] & 0x0F) | 0x30;
    cid[8] = (cid[8] & 0x3F) | 0x80;
    cid
}

/// Flags 7 and the bytes from here to the end.
fn flags(length: usize) -> [u8; 2] {
    (0x7000 | u16::try_from(length & 0x0FFF).unwrap_or_default()).to_be_bytes()
}

impl Data {
    /// As bytes: 638 with 512 levels.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let levels = self.levels.get(..self.levels.len().min(512)).unwrap_or_default();
        let total = HEAD + levels.len();
        let mut name = [0; NAME];
        let mut end = self.name.len().min(NAME - 1);
        while !self.name.is_char_boundary(end) {
            end -= 1;
        }
        for (place, byte) in name.iter_mut().zip(self.name.bytes().take(end)) {
            *place = byte;
        }
        let values = u16::try_from(levels.len() + 1).unwrap_or(513).to_be_bytes();
        let options = if self.terminated { TERMINATED } else { 0 };
        let mut bytes = Vec::with_capacity(total);
        bytes.extend(ROOT);
        bytes.extend(flags(total - 16));
        bytes.extend(VECTOR_ROOT);
        bytes.extend(self.cid);
        bytes.extend(flags(total - 38));
        bytes.extend(VECTOR_FRAMING);
        bytes.extend(name);
        bytes.extend([self.priority, 0, 0, self.sequence, options]);
        bytes.extend(self.universe.to_be_bytes());
        bytes.extend(flags(total - 115));
        bytes.extend(DMP);
        bytes.extend(values);
        bytes.push(0);
        bytes.extend(levels);
        bytes
    }
}

/// Reads a data packet with start code 0; `None` for anything else.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Data> {
    let at = |range: std::ops::Range<usize>| bytes.get(range);
    let fits = at(0..16)? == ROOT
        && at(16..18)? == flags(bytes.len() - 16)
        && at(18..22)? == VECTOR_ROOT
        && at(38..40)? == flags(bytes.len().checked_sub(38)?)
        && at(40..44)? == VECTOR_FRAMING
        && at(115..117)? == flags(bytes.len().checked_sub(115)?)
        && at(117..123)? == DMP
        && at(125..126)? == [0];
    let levels = bytes.get(HEAD..)?;
    let count = usize::from(u16::from_be_bytes(at(123..125)?.try_into().ok()?));
    if !fits || levels.len() > 512 || count != levels.len() + 1 {
        return None;
    }
    let name = at(44..108)?;
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(NAME);
    Some(Data {
        cid: at(22..38)?.try_into().ok()?,
        name: String::from_utf8_lossy(name.get(..end)?).into_owned(),
        priority: *bytes.get(108)?,
        sequence: *bytes.get(111)?,
        terminated: bytes.get(112)? & TERMINATED != 0,
        universe: u16::from_be_bytes(at(113..115)?.try_into().ok()?),
        levels: levels.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Data, cid_of, decode};
    use proptest::prelude::*;

    fn data(name: &str, levels: Vec<u8>) -> Data {
        Data { cid: cid_of(name), name: name.to_owned(), priority: 100, sequence: 5, terminated: false, universe: 0x0102, levels }
    }

    #[test]
    fn golden_offsets_of_fact_sheet_19() {
        let bytes = data("会议室", vec![0xAA; 512]).encode();
        let at = |from: usize, hex: &str| {
            let wanted = hex::decode(hex.replace(' ', "")).unwrap();
            assert_eq!(hex::encode(&bytes[from..from + wanted.len()]), hex::encode(wanted), "offset {from}");
        };
        assert_eq!(bytes.len(), 638);
        at(0, "0010 0000");
        at(4, "4153432D45312E3137000000");
        at(16, "726E 00000004");
        at(38, "7258 00000002");
        at(44, "E4BC9AE8AEAEE5AEA400");
        at(108, "64 0000 05 00 0102");
        at(115, "720B 02 A1 0000 0001 0201 00 AA");
    }

    #[test]
    fn the_end_of_a_stream_and_a_long_name() {
        let packet = Data { terminated: true, ..data(&"会".repeat(40), vec![1]) };
        let back = decode(&packet.encode()).unwrap();
        assert_eq!((back.terminated, back.name), (true, "会".repeat(21)));
        assert_eq!(packet.encode()[112], 0x40);
    }

    proptest! {
        #[test]
        fn any_datagram_is_judged_and_packets_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..700), at in 0_usize..638, other: u8) {
            let _ = decode(&bytes);
            let packet = data("x", vec![7; 512]);
            prop_assert_eq!(decode(&packet.encode()), Some(packet.clone()));
            let mut broken = packet.encode();
            broken[at] = other;
            let _ = decode(&broken);
            let _ = decode(&packet.encode()[..at]);
        }
    }
}

//! Packets and the pieces of XML in them (fact sheet §32).

/// Longest packet.
const MAX_PACKET: usize = 9_216;
/// Length and command.
const HEAD: usize = 4;
/// XML in one packet.
pub const CHUNK: usize = 8_000;
/// Longest answer put together; a card's list of programs has a few thousand bytes.
const MAX_XML: usize = 65_536;

/// Commands.
pub mod command {
    /// Error, with a number.
    pub const ERROR: u16 = 0x2000;
    /// Version of the transport.
    pub const VERSION: u16 = 0x2001;
    /// Answer to that.
    pub const VERSION_IS: u16 = 0x2002;
    /// XML to the card.
    pub const XML: u16 = 0x2003;
    /// XML from the card.
    pub const XML_IS: u16 = 0x2004;
    /// Another heartbeat.
    pub const BEAT_2005: u16 = 0x2005;
    /// Its answer.
    pub const BEAT_2006: u16 = 0x2006;
    /// Heartbeat.
    pub const BEAT: u16 = 0x005F;
    /// Its answer.
    pub const BEAT_IS: u16 = 0x0060;
}

/// A packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// What it is.
    pub command: u16,
    /// Its data.
    pub data: Vec<u8>,
}

impl Packet {
    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let length = u16::try_from(self.data.len() + HEAD).unwrap_or(u16::MAX);
        [&length.to_le_bytes()[..], &self.command.to_le_bytes(), &self.data].concat()
    }

    /// The version question.
    #[must_use]
    pub fn version() -> Self {
        Self { command: command::VERSION, data: 0x0100_0005_u32.to_le_bytes().to_vec() }
    }
}

/// XML as packets of at most `chunk` bytes of it.
#[must_use]
pub fn pieces(command: u16, xml: &str, chunk: usize) -> Vec<Packet> {
    let total = u32::try_from(xml.len()).unwrap_or(u32::MAX).to_le_bytes();
    let piece = |(index, bytes): (usize, &[u8])| {
        let offset = u32::try_from(index * chunk).unwrap_or(u32::MAX).to_le_bytes();
        Packet { command, data: [&total[..], &offset, bytes].concat() }
    };
    xml.as_bytes().chunks(chunk.max(1)).enumerate().map(piece).collect()
}

/// Splits a byte stream into packets; what is none is dropped byte by byte and counted.
#[derive(Debug, Default)]
pub struct Framer {
    held: Vec<u8>,
}

impl Framer {
    /// Takes bytes in any portions. Returns packets and the number of bytes dropped.
    pub fn feed(&mut self, bytes: &[u8]) -> (Vec<Packet>, usize) {
        self.held.extend_from_slice(bytes);
        let (mut packets, mut dropped, mut at) = (Vec::new(), 0, 0);
        while let Some([a, b, c, d, ..]) = self.held.get(at..) {
            let length = usize::from(u16::from_le_bytes([*a, *b]));
            let command = u16::from_le_bytes([*c, *d]);
            let is_known = matches!(command, 0x2000..=0x2006 | 0x005F | 0x0060);
            if !is_known || !(HEAD..=MAX_PACKET).contains(&length) {
                (at, dropped) = (at + 1, dropped + 1);
                continue;
            }
            let Some(data) = self.held.get(at + HEAD..at + length) else { break };
            packets.push(Packet { command, data: data.to_vec() });
            at += length;
        }
        self.held.drain(..at);
        (packets, dropped)
    }

    /// Forgets half a packet.
    pub fn clear(&mut self) {
        self.held.clear();
    }
}

/// Puts XML together.
#[derive(Debug, Default)]
pub struct Pieces {
    held: Vec<u8>,
}

impl Pieces {
    /// Takes one packet's data; the whole when it is there. Pieces out of order begin again.
    pub fn take(&mut self, data: &[u8]) -> Option<String> {
        let (total, rest) = data.split_first_chunk::<4>()?;
        let (offset, bytes) = rest.split_first_chunk::<4>()?;
        let size = |bytes: &[u8; 4]| usize::try_from(u32::from_le_bytes(*bytes)).unwrap_or(usize::MAX);
        let (total, offset) = (size(total), size(offset));
        if offset == 0 {
            self.held.clear();
        }
        if offset != self.held.len() || total > MAX_XML || offset + bytes.len() > total {
            self.held.clear();
            return None;
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() < total {
            return None;
        }
        String::from_utf8(std::mem::take(&mut self.held)).ok()
    }

    /// Forgets half of it.
    pub fn clear(&mut self) {
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Framer, Packet, Pieces, command, pieces};
    use proptest::prelude::*;

    #[test]
    fn golden_packets_of_fact_sheet_32() {
        // Length 8 LE, command 2001 LE, version 01000005 LE.
        assert_eq!(hex::encode_upper(Packet::version().encode()), "0800012005000001");
        assert_eq!(hex::encode_upper(Packet { command: command::BEAT, data: Vec::new() }.encode()), "04005F00");
        let xml = pieces(command::XML, "<a/>", 8_000);
        assert_eq!(hex::encode_upper(xml[0].encode()), "10000320 04000000 00000000 3C612F3E".replace(' ', ""));
    }

    #[test]
    fn pieces_out_of_order_are_not_put_together() {
        let parts = pieces(command::XML_IS, "<sdk>会议</sdk>", 5);
        let mut held = Pieces::default();
        assert!(parts.len() == 4 && held.take(&parts[1].data).is_none() && held.take(&parts[2].data).is_none());
        assert_eq!(held.take(&parts[3].data), None);
        let whole: Vec<String> = parts.iter().filter_map(|part| held.take(&part.data)).collect();
        assert_eq!(whole, ["<sdk>会议</sdk>"]);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions_give_the_same_packets(bytes in proptest::collection::vec(prop_oneof![Just(0x20_u8), Just(4), Just(0), any::<u8>()], 0..300), cut in 0_usize..300) {
            let whole = Framer::default().feed(&bytes);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut framer = Framer::default();
            let (mut packets, first) = framer.feed(head);
            let (rest, second) = framer.feed(tail);
            packets.extend(rest);
            for packet in &packets {
                let _ = Pieces::default().take(&packet.data);
            }
            prop_assert_eq!((packets, first + second), whole);
        }

        #[test]
        fn after_any_noise_packets_are_heard_again(noise in proptest::collection::vec(any::<u8>(), 0..40)) {
            let good = Packet { command: command::BEAT_IS, data: Vec::new() };
            let mut framer = Framer::default();
            framer.feed(&noise);
            let heard: usize = (0..2_400).map(|_| framer.feed(&good.encode()).0.iter().filter(|packet| **packet == good).count()).sum();
            prop_assert!(heard >= 1);
        }

        #[test]
        fn xml_in_pieces_comes_back(words in "[a-z<>/会议]{1,200}", chunk in 1_usize..40) {
            let mut held = Pieces::default();
            let whole: Vec<String> = pieces(command::XML, &words, chunk).iter().filter_map(|part| held.take(&part.data)).collect();
            prop_assert_eq!(whole, vec![words]);
        }
    }
}

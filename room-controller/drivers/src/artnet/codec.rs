//! Art-Net 4 datagrams (fact sheet §18). A datagram is whole or nothing: there is no stream to resynchronise.

/// First eight bytes of every datagram.
const ID: &[u8; 8] = b"Art-Net\0";
/// Protocol version 14.
const VERSION: [u8; 2] = [0x00, 0x0E];
const OP_POLL: u16 = 0x2000;
const OP_POLL_REPLY: u16 = 0x2100;
const OP_DMX: u16 = 0x5000;
/// Shortest reply with everything read here; Art-Net II nodes send 207 bytes and more.
const MIN_REPLY: usize = 207;
/// Length of our own simulator's replies, as in Art-Net 4.
const REPLY: usize = 239;
/// A port can output DMX.
const CAN_OUTPUT: u8 = 0x80;
/// Data is being transmitted.
const TRANSMITS: u8 = 0x80;
/// The port merges two senders.
const MERGES: u8 = 0x08;

/// An output port of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port {
    /// Port-address: net, sub-net and universe.
    pub universe: u16,
    /// Says that data goes out.
    pub transmits: bool,
    /// Says that it merges with another sender.
    pub merges: bool,
}

/// What a node says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollReply {
    /// Short name.
    pub name: String,
    /// Report: `#xxxx [count] words`.
    pub report: String,
    /// Page of ports; 0 and 1 are the first.
    pub bind: u8,
    /// Its output ports.
    pub ports: Vec<Port>,
}

/// A datagram judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    /// 2000
    Poll,
    /// 2100
    PollReply(PollReply),
    /// 5000: sequence, port-address, levels.
    Dmx(u8, u16, Vec<u8>),
    /// Art-Net for others.
    Other(u16),
}

fn header(opcode: u16) -> Vec<u8> {
    [&ID[..], &opcode.to_le_bytes()].concat()
}

/// `ArtPoll`: tell when something changes, no diagnostics.
#[must_use]
pub fn poll() -> Vec<u8> {
    [&header(OP_POLL)[..], &VERSION, &[0x02, 0x10]].concat()
}

/// `ArtDmx`; an odd number of levels is filled up with one of 0.
#[must_use]
pub fn dmx(sequence: u8, universe: u16, levels: &[u8]) -> Vec<u8> {
    let mut data = levels.get(..levels.len().min(512)).unwrap_or_default().to_vec();
    if data.len() % 2 == 1 || data.is_empty() {
        data.resize(data.len() + if data.is_empty() { 2 } else { 1 }, 0);
    }
    let [net, sub_uni] = (universe & 0x7FFF).to_be_bytes();
    let length = u16::try_from(data.len()).unwrap_or(512).to_be_bytes();
    [&header(OP_DMX)[..], &VERSION, &[sequence, 0, sub_uni, net], &length, &data].concat()
}

fn put(bytes: &mut [u8], at: usize, what: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + what.len()) {
        place.copy_from_slice(what);
    }
}

/// `ArtPollReply` of a node with up to four outputs of one net and sub-net.
#[must_use]
pub fn poll_reply(reply: &PollReply) -> Vec<u8> {
    let mut bytes = vec![0; REPLY];
    put(&mut bytes, 0, &header(OP_POLL_REPLY));
    put(&mut bytes, 14, &6454_u16.to_le_bytes());
    let first = reply.ports.first().map_or(0, |port| port.universe);
    let [net, sub_uni] = first.to_be_bytes();
    put(&mut bytes, 18, &[net, sub_uni >> 4]);
    let name: Vec<u8> = reply.name.bytes().take(17).collect();
    put(&mut bytes, 26, &name);
    put(&mut bytes, 44, &name);
    let words: Vec<u8> = reply.report.bytes().take(63).collect();
    put(&mut bytes, 108, &words);
    put(&mut bytes, 173, &[u8::try_from(reply.ports.len()).unwrap_or(4)]);
    for (index, port) in reply.ports.iter().take(4).enumerate() {
        let flags = (u8::from(port.transmits) * TRANSMITS) | (u8::from(port.merges) * MERGES);
        put(&mut bytes, 174 + index, &[CAN_OUTPUT]);
        put(&mut bytes, 182 + index, &[flags]);
        put(&mut bytes, 190 + index, &[u8::try_from(port.universe & 0x0F).unwrap_or(0)]);
    }
    put(&mut bytes, 211, &[reply.bind]);
    bytes
}

fn words(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

fn reply_of(bytes: &[u8]) -> Option<PollReply> {
    if bytes.len() < MIN_REPLY {
        return None;
    }
    let at = |index: usize| bytes.get(index).copied();
    let (net, sub) = (u16::from(at(18)? & 0x7F), u16::from(at(19)? & 0x0F));
    let count = usize::from(at(173)?).min(4);
    let port = |index: usize| {
        let (kind, status, switch) = (at(174 + index)?, at(182 + index)?, at(190 + index)?);
        let universe = net << 8 | sub << 4 | u16::from(switch & 0x0F);
        (kind & CAN_OUTPUT != 0).then_some(Port { universe, transmits: status & TRANSMITS != 0, merges: status & MERGES != 0 })
    };
    let ports = (0..count).filter_map(port).collect();
    Some(PollReply { name: words(bytes.get(26..44)?), report: words(bytes.get(108..172)?), bind: at(211).unwrap_or(0), ports })
}

/// Judges a datagram; `None` when it is no Art-Net.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Packet> {
    let rest = bytes.strip_prefix(ID)?;
    let opcode = u16::from_le_bytes([*rest.first()?, *rest.get(1)?]);
    match opcode {
        OP_POLL if bytes.len() >= 14 => Some(Packet::Poll),
        OP_POLL_REPLY => reply_of(bytes).map(Packet::PollReply),
        OP_DMX => match rest.get(2..)? {
            [_, version, sequence, _, sub_uni, net, high, low, levels @ ..] if *version >= 14 => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let is_right = (2..=512).contains(&length) && length % 2 == 0;
                let levels = levels.get(..length).filter(|_| is_right)?;
                Some(Packet::Dmx(*sequence, u16::from_be_bytes([net & 0x7F, *sub_uni]), levels.to_vec()))
            }
            _ => None,
        },
        OP_POLL => None,
        other => Some(Packet::Other(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Packet, PollReply, Port, decode, dmx, poll, poll_reply};
    use proptest::prelude::*;

    #[test]
    fn golden_datagrams_of_fact_sheet_18() {
        // "Art-Net\0", opcode 2000 LE, version 000E BE, flags, priority.
        assert_eq!(hex::encode_upper(poll()), "4172742D4E65740000 20000E0210".replace(' ', ""));
        // Opcode 5000 LE, version, sequence 1, physical 0, SubUni 23, Net 1, length 4 BE, levels: port-address 0x123.
        let bytes = dmx(1, 0x123, &[255, 128, 0, 1]);
        assert_eq!(hex::encode_upper(&bytes), "4172742D4E65740000 50000E0100230100 04FF800001".replace(' ', ""));
        assert_eq!(decode(&bytes), Some(Packet::Dmx(1, 0x123, vec![255, 128, 0, 1])));
        assert_eq!(dmx(1, 1, &[7; 512]).len(), 530);
        assert_eq!(dmx(1, 1, &[7; 3]).len(), 18 + 4, "an even number of levels");
    }

    #[test]
    fn a_node_tells_its_ports() {
        let port = |universe, transmits, merges| Port { universe, transmits, merges };
        let ports = vec![port(0x0120, true, false), port(0x0121, false, true)];
        let reply = PollReply { name: "Hall".to_owned(), report: "#0001 [0001] ok".to_owned(), bind: 1, ports };
        assert_eq!(decode(&poll_reply(&reply)), Some(Packet::PollReply(reply.clone())));
        assert_eq!(decode(&poll_reply(&reply)[..207]), Some(Packet::PollReply(PollReply { bind: 0, ..reply.clone() })));
        assert_eq!(decode(&poll_reply(&reply)[..206]), None);
    }

    proptest! {
        #[test]
        fn any_datagram_is_judged(bytes in proptest::collection::vec(any::<u8>(), 0..300), opcode in prop_oneof![Just(0x2000_u16), Just(0x2100), Just(0x5000), any::<u16>()]) {
            let _ = decode(&bytes);
            let _ = decode(&[b"Art-Net\0", &opcode.to_le_bytes()[..], &bytes].concat());
        }

        #[test]
        fn levels_come_back(sequence: u8, universe in 0_u16..0x8000, half in proptest::collection::vec(any::<u8>(), 1..=256)) {
            let levels = half.repeat(2);
            prop_assert_eq!(decode(&dmx(sequence, universe, &levels)), Some(Packet::Dmx(sequence, universe, levels)));
        }
    }
}

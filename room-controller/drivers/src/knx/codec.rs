//! KNXnet/IP datagrams and the cEMI telegrams in them (fact sheet §21). A datagram is whole or nothing.

use std::str::FromStr;

/// Service types.
pub mod service {
    /// CONNECT request.
    pub const CONNECT: u16 = 0x0205;
    /// CONNECT response.
    pub const CONNECTED: u16 = 0x0206;
    /// CONNECTIONSTATE request.
    pub const STATE: u16 = 0x0207;
    /// CONNECTIONSTATE response.
    pub const STATE_IS: u16 = 0x0208;
    /// DISCONNECT request.
    pub const DISCONNECT: u16 = 0x0209;
    /// DISCONNECT response.
    pub const DISCONNECTED: u16 = 0x020A;
    /// TUNNELLING request.
    pub const TUNNEL: u16 = 0x0420;
    /// TUNNELLING acknowledgement.
    pub const TUNNEL_ACK: u16 = 0x0421;
}

/// Header length and version.
const HEADER: [u8; 2] = [0x06, 0x10];
/// UDP address 0.0.0.0:0: answer where it came from.
const HPAI: [u8; 8] = [0x08, 0x01, 0, 0, 0, 0, 0, 0];
/// Tunnel on the link layer.
const CRI: [u8; 4] = [0x04, 0x04, 0x02, 0x00];

/// A group address of three levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(pub u16);

impl FromStr for Group {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is no group address; write main/middle/sub: 0–31/0–7/0–255");
        let mut parts = text.split('/').map(|part| part.parse::<u16>().ok());
        let (Some(Some(main)), Some(Some(middle)), Some(Some(sub)), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(bad());
        };
        if main > 31 || middle > 7 || sub > 255 || (main, middle, sub) == (0, 0, 0) {
            return Err(bad());
        }
        Ok(Self(main << 11 | middle << 8 | sub))
    }
}

/// What a cEMI frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageCode {
    /// 11: we ask the interface to send.
    Request,
    /// 2E: the interface has sent it.
    Confirm,
    /// 29: it came from the bus.
    Indicate,
}

impl MessageCode {
    const fn byte(self) -> u8 {
        match self {
            Self::Request => 0x11,
            Self::Confirm => 0x2E,
            Self::Indicate => 0x29,
        }
    }

    const fn of(byte: u8) -> Option<Self> {
        match byte {
            0x11 => Some(Self::Request),
            0x2E => Some(Self::Confirm),
            0x29 => Some(Self::Indicate),
            _ => None,
        }
    }
}

/// What a telegram does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Apci {
    /// Asks for a group's value.
    Read,
    /// Answers that.
    Response(Vec<u8>),
    /// Sets a group's value.
    Write(Vec<u8>),
}

/// A group telegram; values up to 6 bits are small: they stand in one byte of data and share the last byte of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telegram {
    /// To whom.
    pub group: Group,
    /// What.
    pub apci: Apci,
    /// Whether the value is a small one.
    pub small: bool,
}

/// A cEMI frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cemi {
    /// What it is.
    pub code: MessageCode,
    /// In a confirmation: nobody acknowledged it on the bus.
    pub error: bool,
    /// From whom.
    pub source: u16,
    /// The telegram.
    pub telegram: Telegram,
}

impl Cemi {
    /// A telegram that the interface shall send.
    #[must_use]
    pub const fn request(telegram: Telegram) -> Self {
        Self { code: MessageCode::Request, error: false, source: 0, telegram }
    }

    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (service, data): (u16, &[u8]) = match &self.telegram.apci {
            Apci::Read => (0x0000, &[]),
            Apci::Response(data) => (0x0040, data),
            Apci::Write(data) => (0x0080, data),
        };
        let small = if self.telegram.small { data.first().copied().unwrap_or_default() & 0x3F } else { 0 };
        let rest = if self.telegram.small { &[] } else { data };
        let mut bytes = vec![self.code.byte(), 0x00, 0xBC | u8::from(self.error), 0xE0];
        bytes.extend(self.source.to_be_bytes());
        bytes.extend(self.telegram.group.0.to_be_bytes());
        bytes.push(u8::try_from(rest.len() + 1).unwrap_or(u8::MAX));
        bytes.extend((service | u16::from(small)).to_be_bytes());
        bytes.extend(rest);
        bytes
    }

    /// Reads a group telegram; `None` for anything else.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let [code, more, rest @ ..] = bytes else { return None };
        let [first, second, s1, s2, g1, g2, length, a1, a2, data @ ..] = rest.get(usize::from(*more)..)? else { return None };
        let service = u16::from_be_bytes([a1 & 0x03, *a2]);
        // To a group, and as long as it says.
        if second & 0x80 == 0 || usize::from(*length) != data.len() + 1 || a1 & 0xFC != 0 {
            return None;
        }
        let small = *length == 1;
        let value = if small { vec![a2 & 0x3F] } else { data.to_vec() };
        let apci = match service & 0x03C0 {
            0x0000 => Apci::Read,
            0x0040 => Apci::Response(value),
            0x0080 => Apci::Write(value),
            _ => return None,
        };
        let telegram = Telegram { group: Group(u16::from_be_bytes([*g1, *g2])), apci, small };
        let source = u16::from_be_bytes([*s1, *s2]);
        Some(Self { code: MessageCode::of(*code)?, error: first & 1 == 1, source, telegram })
    }
}

/// A datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    /// Asks for a tunnel.
    Connect,
    /// Channel and status; 0 is good.
    Connected(u8, u8),
    /// Asks whether that channel stands.
    State(u8),
    /// Channel and status.
    StateIs(u8, u8),
    /// Ends that channel.
    Disconnect(u8),
    /// Channel and status.
    Disconnected(u8, u8),
    /// Channel, number, cEMI.
    Tunnel(u8, u8, Vec<u8>),
    /// Channel, number, status.
    TunnelAck(u8, u8, u8),
    /// Something else.
    Other(u16),
}

impl Packet {
    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (service, body) = match self {
            Self::Connect => (service::CONNECT, [&HPAI[..], &HPAI, &CRI].concat()),
            // The answer names our own address on the bus; 15.15.250 here.
            Self::Connected(channel, 0) => (service::CONNECTED, [&[*channel, 0][..], &HPAI, &[0x04, 0x04, 0xFF, 0xFA]].concat()),
            Self::Connected(channel, status) => (service::CONNECTED, vec![*channel, *status]),
            Self::State(channel) => (service::STATE, [&[*channel, 0][..], &HPAI].concat()),
            Self::StateIs(channel, status) => (service::STATE_IS, vec![*channel, *status]),
            Self::Disconnect(channel) => (service::DISCONNECT, [&[*channel, 0][..], &HPAI].concat()),
            Self::Disconnected(channel, status) => (service::DISCONNECTED, vec![*channel, *status]),
            Self::Tunnel(channel, number, cemi) => (service::TUNNEL, [&[0x04, *channel, *number, 0][..], cemi].concat()),
            Self::TunnelAck(channel, number, status) => (service::TUNNEL_ACK, vec![0x04, *channel, *number, *status]),
            Self::Other(service) => (*service, Vec::new()),
        };
        let total = u16::try_from(body.len() + 6).unwrap_or(u16::MAX);
        [&HEADER[..], &service.to_be_bytes(), &total.to_be_bytes(), &body].concat()
    }

    /// Judges a datagram; `None` when it is no KNXnet/IP.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let [s1, s2, t1, t2, body @ ..] = bytes.strip_prefix(&HEADER)? else { return None };
        if usize::from(u16::from_be_bytes([*t1, *t2])) != bytes.len() {
            return None;
        }
        let service = u16::from_be_bytes([*s1, *s2]);
        Some(match (service, body) {
            (service::CONNECT, body) if body.len() >= 20 => Self::Connect,
            (service::CONNECTED, [channel, status, ..]) => Self::Connected(*channel, *status),
            (service::STATE, [channel, _, ..]) => Self::State(*channel),
            (service::STATE_IS, [channel, status]) => Self::StateIs(*channel, *status),
            (service::DISCONNECT, [channel, _, ..]) => Self::Disconnect(*channel),
            (service::DISCONNECTED, [channel, status]) => Self::Disconnected(*channel, *status),
            (service::TUNNEL, [0x04, channel, number, _, cemi @ ..]) => Self::Tunnel(*channel, *number, cemi.to_vec()),
            (service::TUNNEL_ACK, [0x04, channel, number, status]) => Self::TunnelAck(*channel, *number, *status),
            (0x0205..=0x020A | 0x0420 | 0x0421, _) => return None,
            (other, _) => Self::Other(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Apci, Cemi, Group, Packet, Telegram};
    use proptest::prelude::*;

    fn telegram(group: &str, apci: Apci, small: bool) -> Telegram {
        Telegram { group: group.parse().unwrap(), apci, small }
    }

    #[test]
    fn golden_bytes_of_fact_sheet_21() {
        let on = Cemi::request(telegram("1/2/3", Apci::Write(vec![1]), true));
        assert_eq!(hex::encode_upper(on.encode()), "1100BCE000000A03010081");
        assert_eq!("1/2/3".parse::<Group>().unwrap().0, 0x0A03);
        let half = Cemi::request(telegram("1/2/3", Apci::Write(vec![0x80]), false));
        assert_eq!(hex::encode_upper(half.encode()), "1100BCE000000A0302008080");
        let read = Cemi::request(telegram("1/2/3", Apci::Read, true));
        assert_eq!(hex::encode_upper(read.encode()), "1100BCE000000A03010000");
        assert_eq!(
            hex::encode_upper(Packet::Connect.encode()),
            "061002050 01A 0801000000000000 0801000000000000 04040200".replace(' ', "")
        );
        assert_eq!(hex::encode_upper(Packet::Tunnel(7, 3, on.encode()).encode()), "061004200015040703001100BCE000000A03010081");
        assert_eq!(hex::encode_upper(Packet::TunnelAck(7, 3, 0).encode()), "06100421000A04070300");
        assert_eq!(Packet::decode(&hex::decode("0610020600080024").unwrap()), Some(Packet::Connected(0, 0x24)));
    }

    #[test]
    fn addresses_are_read_or_refused() {
        assert_eq!("31/7/255".parse::<Group>(), Ok(Group(0xFFFF)));
        for bad in ["", "1/2", "32/0/1", "1/8/1", "1/1/256", "0/0/0", "1/2/3/4", "a/b/c"] {
            assert!(bad.parse::<Group>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_datagram_is_judged(bytes in proptest::collection::vec(any::<u8>(), 0..64), service in prop_oneof![0x0205_u16..0x020B, 0x0420_u16..0x0422, any::<u16>()]) {
            let _ = (Packet::decode(&bytes), Cemi::decode(&bytes));
            let total = u16::try_from(bytes.len() + 6).unwrap();
            if let Some(Packet::Tunnel(_, _, cemi)) = Packet::decode(&[&[6, 0x10][..], &service.to_be_bytes(), &total.to_be_bytes(), &bytes].concat()) {
                let _ = Cemi::decode(&cemi);
            }
        }

        #[test]
        fn telegrams_come_back(group in 1_u16.., small in 0_u8..64, data in proptest::collection::vec(any::<u8>(), 1..14), channel: u8, number: u8) {
            for telegram in [
                Telegram { group: Group(group), apci: Apci::Write(vec![small]), small: true },
                Telegram { group: Group(group), apci: Apci::Response(data), small: false },
            ] {
                let packet = Packet::Tunnel(channel, number, Cemi::request(telegram.clone()).encode());
                prop_assert_eq!(Packet::decode(&packet.encode()), Some(packet.clone()));
                let Packet::Tunnel(_, _, cemi) = packet else { unreachable!() };
                prop_assert_eq!(Cemi::decode(&cemi).unwrap().telegram, telegram);
            }
        }
    }
}

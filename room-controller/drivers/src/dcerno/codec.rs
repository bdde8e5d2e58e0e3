//! Packets (fact sheet §26).

use serde_json::{Value, json};

use crate::delimited::Delimited;

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
/// Longest packet.
const MAX_PACKET: usize = 4096;
/// Protocol, before the type.
const PROTOCOL: &str = "02:";
/// From a control (O) to the central unit (C): body as JSON, priority 1, single frame, room 0.
const ROUTE: &str = "021O00000C00000000000000";
/// Letters of a type, digits of a number.
const TYPE: usize = 3;
const NUMBER: usize = 4;
/// Packets are counted up to this.
pub(crate) const NUMBERS: u16 = 10_000;

/// Cuts packets at their ends.
#[must_use]
pub const fn frames() -> Delimited {
    Delimited::new(&[ETX], MAX_PACKET)
}

/// A packet's bytes.
#[must_use]
pub fn packet(kind: &str, number: u16, body: &Value) -> Vec<u8> {
    let text = format!("{PROTOCOL}{kind}{:04}{ROUTE}:{body}", number % NUMBERS);
    [&[STX], text.as_bytes(), &[ETX]].concat()
}

/// A packet.
#[derive(Debug, Clone, PartialEq)]
pub struct Packet {
    /// `con`, `get`, `set`, `rep` or `evt`.
    pub kind: String,
    /// Its number.
    pub number: u16,
    /// What it says.
    pub body: Value,
}

impl Packet {
    /// Reads what stands before an ETX, from the last STX on; `None` when it is no packet.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        let (_, packet) = frame.iter().rposition(|byte| *byte == STX).and_then(|at| frame.split_at_checked(at + 1))?;
        let rest = std::str::from_utf8(packet).ok()?.strip_prefix(PROTOCOL)?;
        let (kind, rest) = rest.split_at_checked(TYPE)?;
        let (number, rest) = rest.split_at_checked(NUMBER)?;
        let (_, body) = rest.split_once(':')?;
        let body: Value = serde_json::from_str(body).ok()?;
        let is_known = matches!(kind, "con" | "get" | "set" | "rep" | "evt") && body.is_object();
        Some(Self { kind: kind.to_owned(), number: number.parse().ok()?, body }).filter(|_| is_known)
    }
}

/// Microphone mode, its options and how microphones are activated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode {
    /// 0 operator, 1 direct, 2 group request.
    pub mmo: u8,
    /// 0 none, 1 requests allowed, 2 withdrawing allowed, 3 both, 4 override.
    pub mio: u8,
    /// 0 none, 1 toggle, 2 push, 4 voice.
    pub mat: u8,
}

impl Mode {
    /// The mode's word (fact sheet §23).
    #[must_use]
    pub const fn word(self) -> &'static str {
        match (self.mat, self.mmo, self.mio) {
            (4, ..) => "voice",
            (2, ..) => "ptt",
            (_, 0, _) => "approval",
            (_, _, 4) => "fifo",
            (_, 2, _) | (_, _, 1 | 3) => "open",
            _ => "limited",
        }
    }

    /// How a mode is ordered.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let (mmo, mio, mat) = match word {
            "open" => (1, 3, 1),
            "fifo" => (1, 4, 1),
            "approval" => (0, 3, 1),
            "voice" => (1, 0, 4),
            "ptt" => (1, 0, 2),
            "limited" => (1, 0, 1),
            _ => return None,
        };
        Some(Self { mmo, mio, mat })
    }
}

/// What a unit says of itself, asked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The connection stands.
    Con {
        /// The unit's name.
        model: String,
        /// Its version.
        version: String,
    },
    /// A microphone: 0 off, 1 on, 2 waits.
    Mic {
        /// The unit's serial number, in capitals.
        uid: String,
        /// How it is.
        stat: u8,
    },
    /// Mode.
    Mode(Mode),
    /// Most open microphones.
    MaxOpen(u8),
    /// Loudspeakers, 0 to 24.
    Volume(u8),
    /// Headphones, 0 to 24.
    Headphones(u8),
    /// 1 stopped, 2 recording, 3 paused.
    Recording(u8),
    /// Something else.
    Other,
}

impl Said {
    /// Reads a packet's body.
    #[must_use]
    pub fn read(packet: &Packet) -> Self {
        Self::of(packet).unwrap_or(Self::Other)
    }

    fn of(packet: &Packet) -> Option<Self> {
        let body = &packet.body;
        if packet.kind != "rep" && packet.kind != "evt" {
            return None;
        }
        if let Some(con) = body.get("con") {
            let word = |field: &str| con.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
            return Some(Self::Con { model: word("nam"), version: word("ver") });
        }
        // Numbers come bare or in quotation marks.
        let small = |field: &str| {
            let value = body.get(field)?;
            let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
            u8::try_from(number).ok()
        };
        Some(match body.get("nam")?.as_str()? {
            "micstat" => Self::Mic { uid: body.get("uid")?.as_str()?.to_ascii_uppercase(), stat: small("stat")? },
            "mmo" => Self::Mode(Mode { mmo: small("mmo")?, mio: small("mio")?, mat: small("mat")? }),
            "mam" => Self::MaxOpen(small("mam")?),
            "lsvol" => Self::Volume(small("vol")?),
            "hpvol" => Self::Headphones(small("vol")?),
            "recstat" => Self::Recording(small("stat")?),
            _ => return None,
        })
    }
}

/// Who speaks.
pub(crate) fn con() -> Value {
    json!({ "typ": "CoCon", "nam": "room", "ver": "1.0", "inf": "", "svr": 0, "tim": "" })
}

#[cfg(test)]
mod tests {
    use super::{Mode, Packet, Said, frames, packet};
    use crate::delimited::Piece;
    use proptest::prelude::*;
    use serde_json::json;

    fn said(kind: &str, body: &serde_json::Value) -> Said {
        let bytes = packet(kind, 7, body);
        Said::read(&Packet::read(bytes.strip_suffix(b"\x03").unwrap()).unwrap())
    }

    /// Fact sheet §26.
    #[test]
    fn golden_packets_of_section_26() {
        let golden = b"\x0202:get0001021O00000C00000000000000:{\"nam\":\"gmicstat\",\"uid\":0}\x03";
        assert_eq!(packet("get", 1, &json!({ "nam": "gmicstat", "uid": 0 })), golden);
        let read = Packet::read(golden.strip_suffix(b"\x03").unwrap()).unwrap();
        assert_eq!((read.kind.as_str(), read.number), ("get", 1));
        assert_eq!(Said::read(&read), Said::Other, "a question says nothing of the unit");
        let mic = Said::Mic { uid: "101008D2".to_owned(), stat: 2 };
        assert_eq!(said("evt", &json!({ "nam": "micstat", "uid": "101008d2", "stat": 2 })), mic);
        assert_eq!(said("evt", &json!({ "nam": "micstat", "uid": "101008D2", "stat": "2" })), mic);
        let mode = Mode { mmo: 0, mio: 3, mat: 1 };
        assert_eq!(said("rep", &json!({ "nam": "mmo", "mmo": 0, "mio": 3, "mat": 1 })), Said::Mode(mode));
        assert_eq!(said("rep", &json!({ "nam": "lsvol", "vol": 24 })), Said::Volume(24));
        let con = Said::Con { model: "D-Cerno".to_owned(), version: "3.1".to_owned() };
        assert_eq!(said("rep", &json!({ "inf": "", "con": { "typ": "CU", "nam": "D-Cerno", "ver": "3.1", "svr": 0 } })), con);
        for word in ["open", "fifo", "approval", "voice", "ptt", "limited"] {
            assert_eq!(Mode::of(word).map(Mode::word), Some(word));
        }
        for nonsense in [&b""[..], b"02:get0001", b"\x0202:get00x1021O:{}", b"\x0202:abc0001021O:{}", b"\x0202:get0001021O:[]", b"\x02\xFF"]
        {
            assert_eq!(Packet::read(nonsense), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_portions(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..400) {
            let read = |pieces: Vec<Piece>| -> Vec<Option<Said>> {
                pieces.into_iter().filter_map(|piece| match piece {
                    Piece::Frame(frame) => Some(Packet::read(&frame).map(|packet| Said::read(&packet))),
                    Piece::Dropped(_) => None,
                }).collect()
            };
            let whole = read(frames().feed(&bytes));
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut cutter = frames();
            let mut apart = read(cutter.feed(head));
            apart.extend(read(cutter.feed(tail)));
            prop_assert_eq!(apart, whole);
            // Garbage without an end does not spoil the packet after it.
            let next = packet("evt", 1, &json!({ "nam": "mam", "mam": 4 }));
            prop_assert_eq!(read(cutter.feed(&next)), [Some(Said::MaxOpen(4))]);
        }
    }
}

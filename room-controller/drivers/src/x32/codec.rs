//! OSC messages, addresses and the fader's curve (fact sheet §14).

use core::fmt;

use rosc::{OscMessage, OscPacket, OscType, decoder, encoder};

/// Steps of a fader.
pub const STEPS: f32 = 1023.0;
/// Level that stands for off, tenths of dB.
pub(crate) const OFF: i64 = -1000;
/// Bundles in bundles beyond this are no mixer's.
const MAX_DEPTH: u8 = 4;

/// An argument; other kinds mean nothing here.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// `i`
    Int(i32),
    /// `f`
    Float(f32),
    /// `s`
    Text(String),
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its address.
    pub address: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

impl Message {
    /// A question.
    #[must_use]
    pub fn ask(address: impl Into<String>) -> Self {
        Self { address: address.into(), arguments: Vec::new() }
    }

    /// An order or an answer with one argument.
    #[must_use]
    pub fn tell(address: impl Into<String>, argument: Argument) -> Self {
        Self { address: address.into(), arguments: vec![argument] }
    }

    /// The datagram.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let argument = |argument: &Argument| match argument {
            Argument::Int(value) => OscType::Int(*value),
            Argument::Float(value) => OscType::Float(*value),
            Argument::Text(value) => OscType::String(value.clone()),
        };
        let args = self.arguments.iter().map(argument).collect();
        // Only writing into memory can fail, and a Vec does not.
        encoder::encode(&OscPacket::Message(OscMessage { addr: self.address.clone(), args })).unwrap_or_default()
    }

    /// The messages of a datagram; `None` when it is no OSC.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Vec<Self>> {
        // Older clients leave the type tags out of a question.
        if bytes.starts_with(b"/") && !bytes.contains(&b',') {
            let end = bytes.iter().position(|byte| *byte == 0)?;
            let (address, rest) = bytes.split_at(end);
            let is_padded = bytes.len().is_multiple_of(4) && rest.len() <= 4 && rest.iter().all(|byte| *byte == 0);
            return is_padded.then(|| Some(vec![Self::ask(std::str::from_utf8(address).ok()?)])).flatten();
        }
        let (_, packet) = decoder::decode_udp(bytes).ok()?;
        let mut messages = Vec::new();
        flatten(packet, 0, &mut messages);
        Some(messages)
    }
}

fn flatten(packet: OscPacket, depth: u8, messages: &mut Vec<Message>) {
    match packet {
        OscPacket::Message(message) => {
            let arguments = message.args.into_iter().filter_map(argument_of).collect();
            messages.push(Message { address: message.addr, arguments });
        }
        OscPacket::Bundle(bundle) if depth < MAX_DEPTH => {
            for packet in bundle.content {
                flatten(packet, depth + 1, messages);
            }
        }
        OscPacket::Bundle(_) => {}
    }
}

fn argument_of(argument: OscType) -> Option<Argument> {
    if let Some(value) = argument.clone().int() {
        return Some(Argument::Int(value));
    }
    if let Some(value) = argument.clone().float() {
        return Some(Argument::Float(value));
    }
    argument.string().map(Argument::Text)
}

/// Kinds of strips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StripKind {
    /// Input channel, 1 to 32.
    Channel,
    /// Auxiliary input, 1 to 8.
    Aux,
    /// Mix bus, 1 to 16.
    Bus,
    /// Matrix, 1 to 6.
    Matrix,
    /// DCA group, 1 to 8.
    Dca,
    /// Main stereo; number 1.
    Main,
}

/// One strip of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Strip {
    /// Kind.
    pub kind: StripKind,
    /// Number from 1.
    pub number: u8,
}

const KINDS: [(StripKind, &str, u8); 5] = [
    (StripKind::Channel, "ch", 32),
    (StripKind::Aux, "aux", 8),
    (StripKind::Bus, "bus", 16),
    (StripKind::Matrix, "mtx", 6),
    (StripKind::Dca, "dca", 8),
];

impl Strip {
    /// Reads `ch1`, `main` and the like.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        if word == "main" {
            return Some(Self { kind: StripKind::Main, number: 1 });
        }
        KINDS.iter().find_map(|(kind, prefix, most)| {
            let digits = word.strip_prefix(prefix).filter(|digits| !digits.starts_with('0'))?;
            let number = digits.parse().ok().filter(|number| (1..=*most).contains(number))?;
            Some(Self { kind: *kind, number })
        })
    }

    fn base(self) -> String {
        let number = self.number;
        match self.kind {
            StripKind::Channel => format!("/ch/{number:02}"),
            StripKind::Aux => format!("/auxin/{number:02}"),
            StripKind::Bus => format!("/bus/{number:02}"),
            StripKind::Matrix => format!("/mtx/{number:02}"),
            StripKind::Dca => format!("/dca/{number}"),
            StripKind::Main => "/main/st".to_owned(),
        }
    }
}

impl fmt::Display for Strip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match KINDS.iter().find(|(kind, ..)| *kind == self.kind) {
            Some((_, prefix, _)) => write!(f, "{prefix}{}", self.number),
            None => f.write_str("main"),
        }
    }
}

/// What has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Fader, 0.0 to 1.0.
    Fader(Strip),
    /// 1 is on, that is not muted.
    On(Strip),
    /// Name.
    Name(Strip),
    /// The scene that was recalled last.
    Scene,
}

impl Target {
    /// Its address.
    #[must_use]
    pub fn address(self) -> String {
        let mix = |strip: Strip| if strip.kind == StripKind::Dca { "" } else { "/mix" };
        match self {
            Self::Fader(strip) => format!("{}{}/fader", strip.base(), mix(strip)),
            Self::On(strip) => format!("{}{}/on", strip.base(), mix(strip)),
            Self::Name(strip) => format!("{}/config/name", strip.base()),
            Self::Scene => "/-show/prepos/current".to_owned(),
        }
    }

    /// Its property.
    #[must_use]
    pub fn property(self) -> String {
        match self {
            Self::Fader(strip) => format!("level.{strip}"),
            Self::On(strip) => format!("mute.{strip}"),
            Self::Name(strip) => format!("name.{strip}"),
            Self::Scene => "preset".to_owned(),
        }
    }
}

/// Tenths of dB of a fader's place.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the place is bounded to 0.0 to 1.0")]
pub fn tenths_of(fader: f32) -> i64 {
    let f = f64::from(fader).clamp(0.0, 1.0);
    if f <= 0.0 {
        return OFF;
    }
    let db = if f >= 0.5 {
        40.0 * f - 30.0
    } else if f >= 0.25 {
        80.0 * f - 50.0
    } else if f >= 0.0625 {
        160.0 * f - 70.0
    } else {
        480.0 * f - 90.0
    };
    (db * 10.0).round() as i64
}

/// The fader's place for tenths of dB.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a level has four digits")]
pub fn fader_of(tenths: i64) -> f32 {
    if tenths <= -900 {
        return 0.0;
    }
    let db = tenths.min(100) as f64 / 10.0;
    let f = if db >= -10.0 {
        (db + 30.0) / 40.0
    } else if db >= -30.0 {
        (db + 50.0) / 80.0
    } else if db >= -60.0 {
        (db + 70.0) / 160.0
    } else {
        (db + 90.0) / 480.0
    };
    f as f32
}

#[cfg(test)]
mod tests {
    use super::{Argument, Message, Strip, Target, fader_of, tenths_of};
    use proptest::prelude::*;

    /// Fact sheet §14: addresses, types and the curve.
    #[test]
    fn golden_messages_of_section_14() {
        let strip = |word| Strip::read(word).unwrap();
        assert_eq!(Target::Fader(strip("ch1")).address(), "/ch/01/mix/fader");
        assert_eq!(Target::On(strip("ch32")).address(), "/ch/32/mix/on");
        assert_eq!(Target::Name(strip("ch7")).address(), "/ch/07/config/name");
        assert_eq!(Target::Fader(strip("dca8")).address(), "/dca/8/fader");
        assert_eq!(Target::On(strip("main")).address(), "/main/st/mix/on");
        assert_eq!(Target::Fader(strip("aux3")).address(), "/auxin/03/mix/fader");
        // Address padded to 4, type tags, argument big-endian: 0.75 is 3F 40 00 00.
        let fader = Message::tell("/ch/01/mix/fader", Argument::Float(0.75)).encode();
        assert_eq!(fader, b"/ch/01/mix/fader\0\0\0\0,f\0\0\x3F\x40\0\0");
        assert_eq!(Message::tell("/ch/01/mix/on", Argument::Int(1)).encode(), b"/ch/01/mix/on\0\0\0,i\0\0\0\0\0\x01");
        assert_eq!(Message::ask("/xinfo").encode(), b"/xinfo\0\0,\0\0\0");
        assert_eq!(Message::decode(b"/xinfo\0\0"), Some(vec![Message::ask("/xinfo")]), "without type tags");
        assert_eq!(Message::decode(&fader), Some(vec![Message::tell("/ch/01/mix/fader", Argument::Float(0.75))]));
    }

    #[test]
    fn golden_curve_of_section_14() {
        let table = [(0.0, -1000), (0.75, 0), (1.0, 100), (0.5, -100), (0.25, -300), (0.0625, -600)];
        for (fader, tenths) in table {
            assert_eq!(tenths_of(fader), tenths, "{fader}");
            assert!((fader_of(tenths) - fader).abs() < 1e-6, "{tenths}");
        }
    }

    #[test]
    fn strips_that_are_not_there_have_no_name() {
        for word in ["ch0", "ch33", "ch01", "dca9", "mtx7", "xx1", "", "main2"] {
            assert_eq!(Strip::read(word), None, "{word}");
        }
        for word in ["ch1", "aux8", "bus16", "mtx6", "dca8", "main"] {
            assert_eq!(Strip::read(word).unwrap().to_string(), word);
        }
    }

    proptest! {
        #[test]
        fn any_datagram_is_judged(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Message::decode(&bytes);
        }

        #[test]
        fn cut_or_spoiled_datagrams_are_judged(cut in 0_usize..40, at in 0_usize..40, with in any::<u8>()) {
            let mut bytes = Message::tell("/ch/01/config/name", Argument::Text("Podium".to_owned())).encode();
            bytes.truncate(cut);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = with;
            }
            let _ = Message::decode(&bytes);
        }

        #[test]
        fn messages_come_back(value in any::<i32>(), text in "[ -~]{0,12}") {
            for argument in [Argument::Int(value), Argument::Text(text)] {
                let message = Message::tell("/ch/05/config/name", argument);
                prop_assert_eq!(Message::decode(&message.encode()), Some(vec![message]));
            }
        }

        #[test]
        fn the_curve_is_its_own_inverse(tenths in -899_i64..=100) {
            prop_assert_eq!(tenths_of(fader_of(tenths)), tenths);
        }
    }
}

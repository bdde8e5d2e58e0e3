//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read};

use super::codec::{Ack, Frame, Framer, Kind, Side};

/// Any reply (fact sheet §31).
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Poll of what people change.
const POLL: Duration = Duration::from_secs(5);
/// Poll of temperatures.
const POLL_HEALTH: Duration = Duration::from_secs(30);
/// The computer.
const COMPUTER: u8 = 0xFE;

/// Registers.
pub mod register {
    /// Sending card: model, 2 bytes.
    pub const MODEL: u32 = 0x0000_0002;
    /// Sending card: firmware, 4 bytes.
    pub const FIRMWARE: u32 = 0x0410_0004;
    /// Sending card: DVI signal there, 01 or 00.
    pub const SIGNAL: u32 = 0x0200_0017;
    /// Sending card: 5A (manual), then the input.
    pub const INPUT: u32 = 0x0200_0022;
    /// Receiving card: brightness and four colours.
    pub const BRIGHTNESS: u32 = 0x0200_0001;
    /// Receiving card: kill, self-test, lock.
    pub const SCREEN: u32 = 0x0200_0100;
    /// Receiving card: self-test.
    pub const TEST: u32 = 0x0200_0101;
    /// Receiving card: lock.
    pub const FREEZE: u32 = 0x0200_0102;
    /// Receiving card: store to flash.
    pub const SAVE: u32 = 0x0100_0011;
    /// Receiving card: monitoring, 100 bytes (hex).
    pub const MONITOR: u32 = 0x0A00_0000;
}

/// Manual choice of the input.
const MANUAL: u8 = 0x5A;
/// Kill and lock.
const YES: u8 = 0xFF;
/// A monitored value is valid.
const VALID: u8 = 0x80;

/// Words and codes of inputs.
pub const INPUTS: [(&str, u8); 5] = [("dvi", 0x58), ("dual_dvi", 0x61), ("hdmi", 0x05), ("sdi", 0x01), ("dp", 0x5F)];
/// Words and codes of test pictures.
pub const TESTS: [(&str, u8); 10] = [
    ("off", 0),
    ("red", 2),
    ("green", 3),
    ("blue", 4),
    ("white", 5),
    ("lines_1", 6),
    ("lines_2", 7),
    ("lines_3", 8),
    ("grey", 9),
    ("ageing", 0x0A),
];

/// A receiving card that is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// RJ45 port from 0.
    pub port: u8,
    /// Place on the port from 0.
    pub card: u16,
}

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Read the model.
    Model,
    /// Read the firmware.
    Firmware,
    /// Read whether a signal is there.
    Signal,
    /// Read the input.
    Input,
    /// Read a card's brightness.
    Brightness(usize),
    /// Read a card's kill, self-test, lock.
    Screen(usize),
    /// Read a card's temperature and voltage.
    Monitor(usize),
    /// Brightness 0 to 255 for all.
    SetBrightness(u8),
    /// Black for all.
    SetBlack(bool),
    /// Freeze for all.
    SetFreeze(bool),
    /// Test picture for all.
    SetTest(u8),
    /// Input.
    SetInput(u8),
    /// Store to flash.
    Save,
}

/// What one receiving card said.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    brightness: Option<u8>,
    /// Kill, self-test, lock.
    screen: Option<[u8; 3]>,
}

/// The register protocol towards one sending card.
#[derive(Debug)]
pub struct NovaStar {
    cards: Vec<Card>,
    seen: Vec<Seen>,
    framer: Framer,
    serial: u8,
}

fn fact(property: impl Into<std::borrow::Cow<'static, str>>, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

fn word_of(words: &[(&str, u8)], code: u8) -> Option<Value> {
    words.iter().find(|(_, known)| *known == code).map(|(word, _)| Value::Text((*word).to_owned()))
}

fn flag(byte: u8) -> Option<Value> {
    match byte {
        0x00 => Some(Value::Bool(false)),
        YES => Some(Value::Bool(true)),
        _ => None,
    }
}

/// Per cent of 255.
fn percent(raw: u8) -> Value {
    Value::Int((i64::from(raw) * 100 + 127) / 255)
}

impl NovaStar {
    /// A sending card with those receiving cards.
    #[must_use]
    pub fn new(cards: Vec<Card>) -> Self {
        let seen = vec![Seen::default(); cards.len()];
        Self { cards, seen, framer: Framer::new(Side::Device), serial: 0 }
    }

    /// Kind, card (`None`: all), register, data to write or length to read.
    fn request(ask: &Ask) -> (Kind, Option<usize>, u32, Result<Vec<u8>, u16>) {
        let flag = |on: bool| Ok(vec![if on { YES } else { 0 }]);
        match *ask {
            Ask::Model => (Kind::Sender, None, register::MODEL, Err(2)),
            Ask::Firmware => (Kind::Sender, None, register::FIRMWARE, Err(4)),
            Ask::Signal => (Kind::Sender, None, register::SIGNAL, Err(1)),
            Ask::Input => (Kind::Sender, None, register::INPUT, Err(2)),
            Ask::Brightness(card) => (Kind::Receiver, Some(card), register::BRIGHTNESS, Err(5)),
            Ask::Screen(card) => (Kind::Receiver, Some(card), register::SCREEN, Err(3)),
            Ask::Monitor(card) => (Kind::Receiver, Some(card), register::MONITOR, Err(0x100)),
            Ask::SetBrightness(raw) => (Kind::Receiver, None, register::BRIGHTNESS, Ok(vec![raw])),
            Ask::SetBlack(on) => (Kind::Receiver, None, register::SCREEN, flag(on)),
            Ask::SetFreeze(on) => (Kind::Receiver, None, register::FREEZE, flag(on)),
            Ask::SetTest(code) => (Kind::Receiver, None, register::TEST, Ok(vec![code])),
            Ask::SetInput(code) => (Kind::Sender, None, register::INPUT, Ok(vec![MANUAL, code])),
            Ask::Save => (Kind::Receiver, None, register::SAVE, Ok(vec![1])),
        }
    }

    /// A value that all cards share.
    fn shared<T: PartialEq + Copy>(&self, of: impl Fn(&Seen) -> Option<T>) -> Option<T> {
        let mut values = self.seen.iter().map(of);
        let first = values.next().flatten()?;
        values.all(|value| value == Some(first)).then_some(first)
    }

    fn screen_facts(&self) -> Vec<Fact> {
        let part = |index: usize| self.shared(|seen| seen.screen.and_then(|screen| screen.get(index).copied()));
        vec![
            fact("black", part(0).and_then(flag)),
            fact("test_pattern", part(1).and_then(|code| word_of(&TESTS, code))),
            fact("freeze", part(2).and_then(flag)),
        ]
    }

    fn brightness_fact(&self) -> Fact {
        fact("brightness", self.shared(|seen| seen.brightness).map(percent))
    }

    fn facts(&mut self, ask: &Ask, data: &[u8]) -> Option<Vec<Fact>> {
        Some(match (ask, data) {
            (Ask::Model, [low, high]) => vec![fact("model", Some(Value::Text(format!("{high:02X}{low:02X}"))))],
            (Ask::Firmware, [a, b, c, d]) => vec![fact("firmware", Some(Value::Text(format!("{a}.{b}.{c}.{d}"))))],
            (Ask::Signal, [there]) => {
                let there = match there {
                    0 => Some(Value::Bool(false)),
                    1 => Some(Value::Bool(true)),
                    _ => None,
                };
                vec![fact("signal", there)]
            }
            (Ask::Input, [mode, code]) => vec![fact("input", word_of(&INPUTS, *code).filter(|_| *mode == MANUAL))],
            (Ask::Brightness(card), [raw, _, _, _, _]) => {
                self.seen.get_mut(*card)?.brightness = Some(*raw);
                vec![self.brightness_fact()]
            }
            (Ask::Screen(card), data) => {
                self.seen.get_mut(*card)?.screen = Some(data.try_into().ok()?);
                self.screen_facts()
            }
            (Ask::Monitor(card), [heat, half, _, volts, ..]) if data.len() == 0x100 => {
                let sign = if heat & 1 == 1 { -1 } else { 1 };
                let heat = (heat & VALID != 0).then(|| Value::Int(i64::from(*half) * 5 * sign));
                let volts = (volts & VALID != 0).then(|| Value::Int(i64::from(volts & !VALID)));
                vec![fact(format!("temperature.{}", card + 1), heat), fact(format!("voltage.{}", card + 1), volts)]
            }
            _ => return None,
        })
    }
}

impl Protocol for NovaStar {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        self.seen.fill(Seen::default());
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        let cards = 0..self.cards.len();
        let each = cards.flat_map(|card| [Ask::Brightness(card), Ask::Screen(card), Ask::Monitor(card)]);
        [Ask::Model, Ask::Firmware, Ask::Signal, Ask::Input].into_iter().chain(each).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Signal | Ask::Input | Ask::Brightness(_) | Ask::Screen(_) => Some(POLL),
            Ask::Monitor(_) => Some(POLL_HEALTH),
            Ask::Model
            | Ask::Firmware
            | Ask::SetBrightness(_)
            | Ask::SetBlack(_)
            | Ask::SetFreeze(_)
            | Ask::SetTest(_)
            | Ask::SetInput(_)
            | Ask::Save => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let plain = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::SetBrightness(_) => plain.keyed("brightness"),
            Ask::SetBlack(_) => plain.keyed("black"),
            Ask::SetFreeze(_) => plain.keyed("freeze"),
            Ask::SetTest(_) => plain.keyed("test_pattern"),
            Ask::SetInput(_) => plain.keyed("input"),
            Ask::Save => plain.keyed("save"),
            Ask::Model | Ask::Firmware | Ask::Signal | Ask::Input | Ask::Brightness(_) | Ask::Screen(_) | Ask::Monitor(_) => plain,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        self.serial = self.serial.wrapping_add(1);
        let (kind, card, register, what) = Self::request(ask);
        let card = card.and_then(|index| self.cards.get(index).copied());
        let (port, card) = match (kind, card) {
            (Kind::Sender, _) => (0, 0),
            (Kind::Receiver | Kind::Function, Some(card)) => (card.port, card.card),
            (Kind::Receiver | Kind::Function, None) => (0xFF, 0xFFFF),
        };
        let (write, length, data) = match what {
            Ok(data) => (true, u16::try_from(data.len()).unwrap_or_default(), data),
            Err(length) => (false, length, Vec::new()),
        };
        let (serial, source, destination, ack) = (self.serial, COMPUTER, 0, Ack::Good);
        let frame = Frame { ack, serial, source, destination, kind, port, card, write, register, length, data };
        (frame.encode(Side::Computer), Some(self.serial.into()))
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let (frames, dropped) = self.framer.feed(bytes);
        let noise = (dropped > 0).then_some(Heard::Noise(dropped));
        let answer = |frame: Frame| Heard::Answer { seq: Some(frame.serial.into()), payload: frame.encode(Side::Device) };
        noise.into_iter().chain(frames.into_iter().map(answer)).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let (frames, _) = Framer::new(Side::Device).feed(payload);
        let [frame] = frames.as_slice() else { return Read::NotMine };
        let (kind, _, register, what) = Self::request(ask);
        if frame.register != register || frame.kind != kind || frame.write != what.is_ok() {
            return Read::NotMine;
        }
        match frame.ack {
            Ack::Good if what.is_ok() => Read::Facts(Vec::new()),
            Ack::Good => self.facts(ask, &frame.data).map_or(Read::NotMine, Read::Facts),
            Ack::BadRequest | Ack::BadReply => Read::No(No::Busy),
            Ack::Invalid => Read::No(No::Unsupported),
            Ack::NoCard | Ack::Strange(_) => {
                if let Ask::Brightness(card) | Ask::Screen(card) = ask
                    && let Some(seen) = self.seen.get_mut(*card)
                {
                    *seen = Seen::default();
                }
                Read::No(No::Fault)
            }
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let nothing = |names: &[&'static str]| names.iter().map(|name| fact(*name, None)).collect();
        match ask {
            Ask::Model => nothing(&["model"]),
            Ask::Firmware => nothing(&["firmware"]),
            Ask::Signal => nothing(&["signal"]),
            Ask::Input => nothing(&["input"]),
            Ask::Brightness(_) => nothing(&["brightness"]),
            Ask::Screen(_) => nothing(&["black", "test_pattern", "freeze"]),
            Ask::Monitor(card) => vec![fact(format!("temperature.{}", card + 1), None), fact(format!("voltage.{}", card + 1), None)],
            Ask::SetBrightness(_) | Ask::SetBlack(_) | Ask::SetFreeze(_) | Ask::SetTest(_) | Ask::SetInput(_) | Ask::Save => Vec::new(),
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        let cards = 0..self.cards.len();
        match ask {
            Ask::SetBrightness(_) => cards.map(Ask::Brightness).collect(),
            Ask::SetBlack(_) | Ask::SetFreeze(_) | Ask::SetTest(_) => cards.map(Ask::Screen).collect(),
            Ask::SetInput(_) => vec![Ask::Input, Ask::Signal],
            Ask::Save | Ask::Model | Ask::Firmware | Ask::Signal | Ask::Input | Ask::Brightness(_) | Ask::Screen(_) | Ask::Monitor(_) => {
                Vec::new()
            }
        }
    }
}

//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Framer, Line, Param, Part, Verb};

/// An answer or the report after an order.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Whether the device lives.
const ALIVE: Duration = Duration::from_secs(10);
/// Reports keep values fresh between.
const POLL: Duration = Duration::from_secs(60);
/// Tenths of dB at gain 0.
const OFFSET: i64 = -1100;

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which channel; `None` for the device.
    pub channel: Option<u16>,
    /// What.
    pub param: Param,
    /// The value as the device reports it then.
    pub value: String,
}

/// What can be asked of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Everything at once; the first report ends it.
    Everything,
    /// One value.
    Get(Option<u16>, Param),
    /// An order; the report with its value is the proof.
    Set(Order),
    /// Whether an order had effect.
    Check(Order),
}

/// Command strings towards one device.
#[derive(Debug)]
pub struct Shure {
    pub(crate) channels: u16,
    pub(crate) presets: Vec<(u16, room_api::Text)>,
    digits: u8,
    framer: Framer,
}

impl Shure {
    /// A device of that many channels whose numbers have that many digits.
    #[must_use]
    pub fn new(channels: u16, digits: u8, presets: Vec<(u16, room_api::Text)>) -> Self {
        Self { channels, presets, digits, framer: Framer::default() }
    }

    fn line(&self, frame: &str) -> Vec<Heard> {
        match Line::read(frame) {
            Some(Line::Error) => vec![Heard::No { slot: 0, seq: None, why: No::Unsupported }],
            Some(Line::Known { verb: Verb::Rep, channel, param, value }) => {
                vec![
                    Heard::Report(self.fact(channel, param, &value).into_iter().collect()),
                    Heard::Answer { seq: None, payload: frame.as_bytes().to_vec() },
                ]
            }
            // Meters and settings nobody asked for: the device lives.
            Some(Line::Known { .. } | Line::Other) => vec![Heard::Report(Vec::new())],
            None => vec![Heard::Noise(frame.len() + 2)],
        }
    }

    fn fact(&self, channel: Option<u16>, param: Param, value: &str) -> Option<Fact> {
        if channel.is_some_and(|channel| channel == 0 || channel > self.channels) {
            return None;
        }
        let property = property(channel, param)?;
        let number = || value.parse::<i64>().ok();
        let value = match param {
            Param::AudioMute | Param::DeviceMute | Param::Flash => match value {
                "ON" => Value::Bool(true),
                "OFF" => Value::Bool(false),
                _ => return None,
            },
            Param::Gain => Value::Int(number().filter(|gain| (0..=1400).contains(gain))? + OFFSET),
            Param::ChanName => Value::Text(value.to_owned()),
            Param::BattBars => match number()? {
                255 => return Some(Fact { property: property.into(), value: None }),
                bars => Value::Int(bars),
            },
            Param::Preset => Value::Int(number()?),
            Param::All => return None,
        };
        Some(Fact { property: property.into(), value: Some(value) })
    }
}

/// The gain of a level in tenths of dB, as the device writes it.
pub(crate) fn gain(tenths: i64) -> String {
    (tenths - OFFSET).clamp(0, 1400).to_string()
}

fn property(channel: Option<u16>, param: Param) -> Option<String> {
    let name = match param {
        Param::AudioMute => "mute",
        Param::Gain => "level",
        Param::ChanName => "name",
        Param::BattBars => "battery",
        Param::DeviceMute if channel.is_none() => return Some("mute".to_owned()),
        Param::Preset if channel.is_none() => return Some("preset".to_owned()),
        Param::Flash if channel.is_none() => return Some("flash".to_owned()),
        Param::DeviceMute | Param::Preset | Param::Flash | Param::All => return None,
    };
    channel.map(|channel| format!("{name}.{channel}"))
}

/// Numbers are padded differently in order and report.
fn same(wanted: &str, reported: &str) -> bool {
    match (wanted.parse::<i64>(), reported.parse::<i64>()) {
        (Ok(wanted), Ok(reported)) => wanted == reported,
        (Ok(_) | Err(_), _) => wanted == reported,
    }
}

impl Protocol for Shure {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        let device = [Param::DeviceMute, Param::Preset, Param::Flash].map(|param| Ask::Get(None, param));
        let each = [Param::AudioMute, Param::Gain, Param::ChanName, Param::BattBars];
        let channels = (1..=self.channels).flat_map(|channel| each.map(|param| Ask::Get(Some(channel), param)));
        [Ask::Everything].into_iter().chain(device).chain(channels).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Get(None, Param::DeviceMute) => Some(ALIVE),
            Ask::Get(..) => Some(POLL),
            Ask::Everything | Ask::Set(_) | Ask::Check(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::Set(order) => {
                let manner = Manner { retry: Retry::Once, ..manner };
                match property(order.channel, order.param) {
                    Some(property) => manner.keyed(property),
                    None => manner,
                }
            }
            Ask::Everything | Ask::Get(..) | Ask::Check(_) => manner,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let frame = match ask {
            Ask::Everything => Line::frame(Verb::Get, Some(0), 1, Param::All, ""),
            Ask::Get(channel, param) => Line::frame(Verb::Get, *channel, self.digits, *param, ""),
            Ask::Check(order) => Line::frame(Verb::Get, order.channel, self.digits, order.param, ""),
            Ask::Set(order) => Line::frame(Verb::Set, order.channel, self.digits, order.param, &order.value),
        };
        (frame.into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let parts = self.framer.feed(bytes);
        let heard = |part: &Part| match part {
            Part::Frame(frame) => self.line(frame),
            Part::Dropped(count) => vec![Heard::Noise(*count)],
        };
        parts.iter().flat_map(heard).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let line = std::str::from_utf8(payload).ok().and_then(Line::read);
        let Some(Line::Known { verb: Verb::Rep, channel: of, param: what, value }) = line else { return Read::NotMine };
        let is_of = |order: &Order| order.channel == of && order.param == what;
        match ask {
            Ask::Everything => Read::Facts(Vec::new()),
            Ask::Get(channel, param) if *channel == of && *param == what => Read::Facts(Vec::new()),
            Ask::Set(order) if is_of(order) && same(&order.value, &value) => Read::Facts(Vec::new()),
            Ask::Check(order) if is_of(order) && same(&order.value, &value) => Read::Facts(Vec::new()),
            Ask::Check(order) if is_of(order) => Read::No(No::NotNow),
            Ask::Get(..) | Ask::Set(_) | Ask::Check(_) => Read::NotMine,
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let Ask::Get(channel, param) = ask else { return Vec::new() };
        let fact = |property: String| Fact { property: property.into(), value: None };
        property(*channel, *param).map(fact).into_iter().collect()
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        match ask {
            Ask::Set(order) => Some(Ask::Check(order.clone())),
            Ask::Everything | Ask::Get(..) | Ask::Check(_) => None,
        }
    }
}

//! A Shure device that takes command strings.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::shure::{Framer, Line, Param, Part, Verb};
use serde_json::{Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Time to an answer.
const ANSWER: Duration = Duration::from_millis(10);
/// Lights stop flashing by themselves (MXA910 manual).
const FLASH: Duration = Duration::from_secs(30);
/// Presets kept in the device.
const PRESETS: u16 = 10;

/// How a device is.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Channels.
    pub channels: u16,
    /// Digits of a channel's number in its reports.
    pub digits: u8,
    /// It has transmitters with batteries.
    pub wireless: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { channels: 8, digits: 1, wireless: false }
    }
}

#[derive(Debug, Clone)]
struct Channel {
    mute: bool,
    gain: u16,
    name: String,
    bars: u8,
}

/// See the module.
#[derive(Debug)]
pub struct Shure {
    settings: Settings,
    framer: Framer,
    channels: BTreeMap<u16, Channel>,
    mute: bool,
    preset: u16,
    flash_until: Duration,
    misbehave: Misbehave,
}

const fn on_off(on: bool) -> &'static str {
    if on { "ON" } else { "OFF" }
}

fn switch(value: &str, was: bool) -> Option<bool> {
    match value {
        "ON" => Some(true),
        "OFF" => Some(false),
        "TOGGLE" => Some(!was),
        _ => None,
    }
}

impl Shure {
    /// A device at 0 dB, nothing muted.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let channel = |number| (number, Channel { mute: false, gain: 1100, name: format!("Channel {number}"), bars: 4 });
        Self {
            channels: (1..=settings.channels).map(channel).collect(),
            settings,
            framer: Framer::default(),
            mute: false,
            preset: 1,
            flash_until: Duration::ZERO,
            misbehave: Misbehave::None,
        }
    }

    fn report(&self, now: Duration, channel: Option<u16>, param: Param) -> Option<String> {
        let value = match (channel, param) {
            (None, Param::DeviceMute) => on_off(self.mute).to_owned(),
            (None, Param::Preset) => format!("{:02}", self.preset),
            (None, Param::Flash) => on_off(now < self.flash_until).to_owned(),
            (Some(number), _) => {
                let channel = self.channels.get(&number)?;
                match param {
                    Param::AudioMute => on_off(channel.mute).to_owned(),
                    Param::Gain => format!("{:04}", channel.gain),
                    Param::ChanName => format!("{:31}", channel.name),
                    Param::BattBars if self.settings.wireless => format!("{:03}", channel.bars),
                    Param::BattBars | Param::DeviceMute | Param::Preset | Param::Flash | Param::All => return None,
                }
            }
            (None, _) => return None,
        };
        Some(Line::frame(Verb::Rep, channel, self.settings.digits, param, &value))
    }

    fn numbers(&self, channel: Option<u16>) -> Vec<u16> {
        match channel {
            Some(0) => self.channels.keys().copied().collect(),
            Some(number) => vec![number],
            None => Vec::new(),
        }
    }

    fn get(&self, now: Duration, channel: Option<u16>, param: Param) -> Vec<String> {
        let each = [Param::AudioMute, Param::Gain, Param::ChanName, Param::BattBars];
        match (channel, param) {
            (_, Param::All) => {
                let device = [Param::DeviceMute, Param::Preset, Param::Flash].into_iter().filter_map(|param| self.report(now, None, param));
                let numbers = self.numbers(channel);
                let channels = numbers.into_iter().flat_map(|number| each.map(|param| self.report(now, Some(number), param)));
                device.chain(channels.flatten()).collect()
            }
            (Some(_), _) => self.numbers(channel).into_iter().filter_map(|number| self.report(now, Some(number), param)).collect(),
            (None, _) => self.report(now, None, param).into_iter().collect(),
        }
    }

    /// Does an order; `None` when it is none.
    fn set(&mut self, now: Duration, channel: Option<u16>, param: Param, value: &str) -> Option<()> {
        match (channel, param) {
            (None, Param::DeviceMute) => self.mute = switch(value, self.mute)?,
            (None, Param::Preset) => {
                self.preset = value.parse().ok().filter(|preset| (1..=PRESETS).contains(preset))?;
            }
            (None, Param::Flash) => {
                let on = switch(value, now < self.flash_until)?;
                self.flash_until = match on {
                    true if now < self.flash_until => self.flash_until,
                    true => now + FLASH,
                    false => Duration::ZERO,
                };
            }
            (Some(_), _) => {
                for number in self.numbers(channel) {
                    let channel = self.channels.get_mut(&number)?;
                    match param {
                        Param::AudioMute => channel.mute = switch(value, channel.mute)?,
                        Param::Gain => channel.gain = value.parse().ok().filter(|gain| *gain <= 1400)?,
                        Param::ChanName => channel.name = value.chars().take(31).collect(),
                        Param::BattBars | Param::DeviceMute | Param::Preset | Param::Flash | Param::All => return None,
                    }
                }
            }
            (None, _) => return None,
        }
        Some(())
    }

    fn frame(&mut self, now: Duration, frame: &str) -> Vec<String> {
        let error = || vec!["< REP ERR >".to_owned()];
        let Some(Line::Known { verb, channel, param, value }) = Line::read(frame) else { return error() };
        let said = match verb {
            Verb::Get if self.misbehave == Misbehave::WrongSequence && param == Param::DeviceMute => self.get(now, None, Param::Preset),
            Verb::Get => self.get(now, channel, param),
            Verb::Set if self.misbehave == Misbehave::Refuse => return error(),
            Verb::Set if self.set(now, channel, param, &value).is_some() => self.get(now, channel, param),
            Verb::Set | Verb::Rep => return error(),
        };
        if said.is_empty() { error() } else { said }
    }
}

impl SimDevice for Shure {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Vec::new();
        for part in self.framer.feed(bytes) {
            if let Part::Frame(frame) = part {
                let was = self.flash_until;
                answers.extend(self.frame(now, &frame).into_iter().map(|said| (now + ANSWER, format!("{said}\r\n").into_bytes())));
                if self.flash_until > was {
                    // It stops by itself and says so.
                    answers.push((self.flash_until, b"< REP FLASH OFF >\r\n".to_vec()));
                }
            }
        }
        answers
    }

    fn hidden(&mut self, now: Duration) -> Value {
        let mut properties = BTreeMap::new();
        for (number, channel) in &self.channels {
            properties.insert(format!("mute.{number}"), json!(channel.mute));
            properties.insert(format!("level.{number}"), json!(i32::from(channel.gain) - 1100));
            properties.insert(format!("name.{number}"), json!(channel.name));
            if self.settings.wireless {
                properties.insert(format!("battery.{number}"), json!(channel.bars));
            }
        }
        properties.insert("mute".to_owned(), json!(self.mute));
        properties.insert("preset".to_owned(), json!(self.preset));
        properties.insert("flash".to_owned(), json!(now < self.flash_until));
        json!({ "properties": properties, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// `mute` (value 1 or 0) and `gain` (value 0 to 1400) of a channel, `device_mute`.
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let (channel, param, value) = match act.act.as_str() {
            "mute" => (Some(act.number), Param::AudioMute, on_off(act.value != 0).to_owned()),
            "gain" => (Some(act.number), Param::Gain, act.value.to_string()),
            "device_mute" => (None, Param::DeviceMute, on_off(act.value != 0).to_owned()),
            _ => return None,
        };
        self.set(now, channel, param, &value)?;
        Some(self.get(now, channel, param).into_iter().map(|said| (now, format!("{said}\r\n").into_bytes())).collect())
    }

    fn reboot(&mut self, _now: Duration) {
        self.framer.clear();
        self.flash_until = Duration::ZERO;
    }
}

//! A display that speaks LG's RS-232C lines.

use std::time::Duration;

use room_drivers::lg_rs232::{Reply, Request, word_of_input};
use serde_json::json;

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Time to an answer.
const THINKS: Duration = Duration::from_millis(50);
/// Longest line held.
const MAX_LINE: usize = 32;
/// Least time between two orders; sooner ones are lost.
const PAUSE: Duration = Duration::from_millis(90);

/// How a display is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its number.
    pub id: u8,
    /// Codes of its inputs.
    pub inputs: Vec<u8>,
    /// From power-on until it says so.
    pub wakes: Duration,
    /// Says nothing in standby but to power; others say `NG`.
    pub mute_in_standby: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { id: 1, inputs: vec![0x90, 0x91, 0x92, 0xC0, 0x80], wakes: Duration::from_secs(6), mute_in_standby: false }
    }
}

/// See the module.
#[derive(Debug)]
pub struct LgDisplay {
    settings: Settings,
    held: Vec<u8>,
    power: bool,
    on_at: Duration,
    volume: u8,
    mute: bool,
    picture_off: bool,
    input: u8,
    heard_at: Option<Duration>,
    misbehave: Misbehave,
    power_ons: u64,
}

impl LgDisplay {
    /// In standby.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let input = settings.inputs.first().copied().unwrap_or(0x90);
        Self {
            settings,
            held: Vec::new(),
            power: false,
            on_at: Duration::ZERO,
            volume: 15,
            mute: false,
            picture_off: false,
            input,
            heard_at: None,
            misbehave: Misbehave::None,
            power_ons: 0,
        }
    }

    fn is_on(&self, now: Duration) -> bool {
        self.power && self.on_at <= now
    }

    /// The value after the order; `Err` says `NG`, `None` nothing.
    fn obey(&mut self, now: Duration, request: Request) -> Option<Result<u8, ()>> {
        let is_question = request.value == 0xFF;
        if self.misbehave == Misbehave::Refuse && !is_question {
            return Some(Err(()));
        }
        let is_on = self.is_on(now);
        if request.letters != ['k', 'a'] && !is_on {
            return (!self.settings.mute_in_standby).then_some(Err(()));
        }
        Some(match (request.letters, request.value) {
            (['k', 'a'], 0xFF) => Ok(u8::from(is_on)),
            (['k', 'a'], on @ (0 | 1)) => {
                if on == 1 && !self.power {
                    self.on_at = now + self.settings.wakes;
                    self.power_ons += 1;
                    self.picture_off = false;
                }
                self.power = on == 1;
                Ok(on)
            }
            (['k', 'd'], 0xFF) => Ok(u8::from(self.picture_off)),
            (['k', 'd'], off @ (0 | 1)) => {
                self.picture_off = off == 1;
                Ok(off)
            }
            (['k', 'e'], 0xFF) => Ok(u8::from(!self.mute)),
            (['k', 'e'], sound @ (0 | 1)) => {
                self.mute = sound == 0;
                Ok(sound)
            }
            (['k', 'f'], 0xFF) => Ok(self.volume),
            (['k', 'f'], volume @ 0..=100) => {
                self.volume = volume;
                Ok(volume)
            }
            (['x', 'b'], 0xFF) => Ok(self.input),
            (['x', 'b'], input) if self.settings.inputs.contains(&input) => {
                self.input = input;
                Ok(input)
            }
            _ => Err(()),
        })
    }

    fn line(&mut self, now: Duration, line: &str) -> Option<Vec<u8>> {
        let request = Request::decode(line)?;
        let is_early = self.heard_at.replace(now).is_some_and(|at| now.saturating_sub(at) < PAUSE);
        if is_early || (request.id != self.settings.id && request.id != 0) {
            return None;
        }
        let done = self.obey(now, request)?;
        let [_, own] = request.letters;
        // An answer to a question nobody asked: temperature.
        let letter = if self.misbehave == Misbehave::WrongSequence { 'n' } else { own };
        let reply = match done {
            Ok(value) => Reply { letter, id: self.settings.id, yes: true, data: vec![value] },
            Err(()) => Reply { letter, id: self.settings.id, yes: false, data: vec![request.value] },
        };
        (request.id != 0).then(|| reply.encode())
    }
}

impl SimDevice for LgDisplay {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.held.clear();
        self.heard_at = None;
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Vec::new();
        for byte in bytes {
            if *byte == b'\r' {
                let line = String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned();
                answers.extend(self.line(now, &line).map(|answer| (now + THINKS, answer)));
            } else if self.held.len() < MAX_LINE {
                self.held.push(*byte);
            }
        }
        answers
    }

    fn hidden(&mut self, now: Duration) -> serde_json::Value {
        let is_on = self.is_on(now);
        let mut properties = json!({ "power": if is_on { "on" } else { "standby" } });
        // What it does not tell in standby is not compared.
        if is_on {
            properties = json!({
                "power": "on", "input": word_of_input(self.input), "volume": self.volume, "mute": self.mute, "picture_mute": self.picture_off,
            });
        }
        json!({ "properties": properties, "power_ons": self.power_ons, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// The remote control: `power`, `volume`, `mute`, `input` (its code). The display tells nobody.
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let value = u8::try_from(act.value).ok()?;
        match act.act.as_str() {
            "power" => (self.power, self.on_at) = (value == 1, now),
            "volume" => self.volume = value.min(100),
            "mute" => self.mute = value == 1,
            "input" if self.settings.inputs.contains(&value) => self.input = value,
            _ => return None,
        }
        Some(Vec::new())
    }

    fn reboot(&mut self, _now: Duration) {
        self.held.clear();
        (self.power, self.picture_off) = (false, false);
    }
}

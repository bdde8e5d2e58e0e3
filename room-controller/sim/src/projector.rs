//! A projector that speaks PJLink class 1.

use std::time::Duration;

use room_drivers::pjlink::{Lines, digest, parse_request};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// How a projector is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `None` lets everybody in.
    pub password: Option<String>,
    /// From power-on to picture; real ones take 20 to 120 s.
    pub warm_up: Duration,
    /// From power-off to standby.
    pub cool_down: Duration,
    /// Inputs there are, two characters each.
    pub inputs: Vec<String>,
    /// Wants the digest once and refuses it afterwards; otherwise it takes it once or always.
    pub digest_once: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            password: None,
            warm_up: Duration::from_secs(4),
            cool_down: Duration::from_secs(3),
            inputs: ["11", "31", "32"].map(str::to_owned).to_vec(),
            digest_once: false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    Standby,
    On,
    Cooling(Duration),
    Warming(Duration),
}

/// See the module.
#[derive(Debug)]
pub struct Projector {
    settings: Settings,
    lines: Lines,
    power: Power,
    input: String,
    mute: String,
    random: u64,
    challenge: String,
    let_in: bool,
    misbehave: Misbehave,
    power_ons: u64,
    lamp_hours: u32,
}

impl Projector {
    /// In standby. `seed` makes its challenges.
    #[must_use]
    pub fn new(settings: Settings, seed: u64) -> Self {
        Self {
            settings,
            lines: Lines::default(),
            power: Power::Standby,
            input: "11".to_owned(),
            mute: "30".to_owned(),
            random: seed | 1,
            challenge: String::new(),
            let_in: false,
            misbehave: Misbehave::None,
            power_ons: 0,
            lamp_hours: 1234,
        }
    }

    fn settle(&mut self, now: Duration) {
        self.power = match self.power {
            Power::Cooling(until) if until <= now => Power::Standby,
            Power::Warming(until) if until <= now => Power::On,
            as_it_is @ (Power::Standby | Power::On | Power::Cooling(_) | Power::Warming(_)) => as_it_is,
        };
    }

    /// Whether the digest is as it must be; lets in at the first good one.
    fn admits(&mut self, given: Option<&str>) -> bool {
        let Some(password) = &self.settings.password else { return true };
        let right = digest(&self.challenge, password);
        match given {
            Some(_) if self.let_in && self.settings.digest_once => false,
            Some(given) if given.eq_ignore_ascii_case(&right) => {
                self.let_in = true;
                true
            }
            Some(_) => false,
            None => self.let_in,
        }
    }

    fn act(&mut self, now: Duration, name: &str, value: &str) -> String {
        let on = self.power == Power::On;
        let text = match (name, value) {
            ("POWR", "?") => match self.power {
                Power::Standby => "0",
                Power::On => "1",
                Power::Cooling(_) => "2",
                Power::Warming(_) => "3",
            },
            _ if self.misbehave == Misbehave::Refuse => "ERR3",
            ("POWR", "1") => match self.power {
                Power::Standby => {
                    self.power_ons += 1;
                    self.power = Power::Warming(now + self.settings.warm_up);
                    "OK"
                }
                Power::On | Power::Warming(_) => "OK",
                Power::Cooling(_) => "ERR3",
            },
            ("POWR", "0") => match self.power {
                Power::On => {
                    self.power = Power::Cooling(now + self.settings.cool_down);
                    "OK"
                }
                Power::Standby | Power::Cooling(_) => "OK",
                Power::Warming(_) => "ERR3",
            },
            ("POWR", _) => "ERR2",
            ("INPT" | "AVMT", _) if !on => "ERR3",
            ("INPT", "?") => &self.input,
            ("INPT", input) if self.settings.inputs.iter().any(|known| known == input) => {
                self.input = input.to_owned();
                "OK"
            }
            ("INPT", _) => "ERR2",
            ("AVMT", "?") => &self.mute,
            ("AVMT", "10" | "11" | "20" | "21" | "30" | "31") => {
                self.mute = value.to_owned();
                "OK"
            }
            ("AVMT", _) => "ERR2",
            ("ERST", "?") => "000000",
            ("LAMP", "?") => return format!("{} {}", self.lamp_hours, u8::from(on)),
            ("INST", "?") => return self.settings.inputs.join(" "),
            ("NAME", "?") => "Rehearsal projector",
            ("INF1", "?") => "Simulated",
            ("INF2", "?") => "PJ-1",
            ("INFO", "?") => "rehearsal",
            ("CLSS", "?") => "1",
            _ => "ERR1",
        };
        text.to_owned()
    }

    fn line(&mut self, now: Duration, line: &str) -> Option<String> {
        let Some(request) = parse_request(line) else { return Some("%1ERR1=ERR1\r".to_owned()) };
        if !self.admits(request.digest.as_deref()) {
            return Some("PJLINK ERRA\r".to_owned());
        }
        let answer = self.act(now, &request.name, &request.value);
        let name = if self.misbehave == Misbehave::WrongSequence { "QQQQ" } else { &request.name };
        Some(format!("%1{name}={answer}\r"))
    }
}

impl SimDevice for Projector {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.lines.clear();
        self.let_in = false;
        if self.settings.password.is_none() {
            return b"PJLINK 0\r".to_vec();
        }
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.challenge = format!("{:08x}", self.random >> 32);
        format!("PJLINK 1 {}\r", self.challenge).into_bytes()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        self.settle(now);
        let lines = self.lines.feed(bytes);
        lines.into_iter().flatten().filter_map(|line| self.line(now, &line)).map(|answer| (now, answer.into_bytes())).collect()
    }

    fn hidden(&mut self, now: Duration) -> serde_json::Value {
        self.settle(now);
        let power = match self.power {
            Power::Standby => "standby",
            Power::On => "on",
            Power::Cooling(_) => "cooling",
            Power::Warming(_) => "warming",
        };
        json!({ "power": power, "input": self.input, "av_mute": self.mute == "31", "power_ons": self.power_ons, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, _now: Duration) {
        self.power = Power::Standby;
        self.let_in = false;
    }
}

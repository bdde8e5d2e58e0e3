//! A projector that speaks Sony ADCP.

use std::time::Duration;

use room_drivers::sony_adcp::{Lines, Piece, answer_to, quoted};
use serde_json::json;

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Time to an answer.
const THINKS: Duration = Duration::from_millis(30);

/// How a projector is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `None` lets everybody in.
    pub password: Option<String>,
    /// From power-on to picture.
    pub warm_up: Duration,
    /// From power-off to standby.
    pub cool_down: Duration,
    /// Words of its inputs.
    pub inputs: Vec<String>,
    /// Knows `timer ?` and `serialnum ?`.
    pub tells_all: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            password: None,
            warm_up: Duration::from_secs(4),
            cool_down: Duration::from_secs(3),
            inputs: ["hdmi1", "hdmi2", "hdbaset1", "dvi1"].map(str::to_owned).to_vec(),
            tells_all: true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    Standby,
    Startup(Duration),
    On,
    Cooling(Duration),
}

/// See the module.
#[derive(Debug)]
pub struct SonyProjector {
    settings: Settings,
    lines: Lines,
    power: Power,
    input: String,
    blank: bool,
    random: u64,
    challenge: String,
    let_in: bool,
    misbehave: Misbehave,
    power_ons: u64,
}

impl SonyProjector {
    /// In standby. `seed` makes its challenges.
    #[must_use]
    pub fn new(settings: Settings, seed: u64) -> Self {
        let input = settings.inputs.first().cloned().unwrap_or_default();
        Self {
            settings,
            lines: Lines::default(),
            power: Power::Standby,
            input,
            blank: false,
            random: seed | 1,
            challenge: String::new(),
            let_in: false,
            misbehave: Misbehave::None,
            power_ons: 0,
        }
    }

    fn settle(&mut self, now: Duration) {
        self.power = match self.power {
            Power::Startup(until) if until <= now => Power::On,
            Power::Cooling(until) if until <= now => Power::Standby,
            as_it_is @ (Power::Standby | Power::On | Power::Startup(_) | Power::Cooling(_)) => as_it_is,
        };
    }

    fn ask(&self, word: &str) -> String {
        let on = self.power == Power::On;
        let say = |word: &str| format!("\"{word}\"");
        match word {
            "power_status" => say(match self.power {
                Power::Standby => "standby",
                Power::Startup(_) => "startup",
                Power::On => "on",
                Power::Cooling(_) => "cooling1",
            }),
            "input" | "blank" if !on => "err_inactive".to_owned(),
            "input" => say(&self.input),
            "blank" => say(if self.blank { "on" } else { "off" }),
            "error" => "[\"no_err\"]".to_owned(),
            "modelname" => say("VPL-REHEARSAL"),
            "serialnum" if self.settings.tells_all => say("7000001"),
            "timer" if self.settings.tells_all => "[{\"light_src\":1234},{\"operation\":2345}]".to_owned(),
            _ => "err_cmd".to_owned(),
        }
    }

    fn set_power(&mut self, now: Duration, on: bool) -> &'static str {
        match (self.power, on) {
            (Power::Standby, true) => {
                self.power_ons += 1;
                self.power = Power::Startup(now + self.settings.warm_up);
                "ok"
            }
            (Power::On, false) => {
                self.power = Power::Cooling(now + self.settings.cool_down);
                "ok"
            }
            (Power::On | Power::Startup(_), true) | (Power::Standby | Power::Cooling(_), false) => "ok",
            (Power::Cooling(_), true) | (Power::Startup(_), false) => "err_inactive",
        }
    }

    fn set(&mut self, now: Duration, word: &str, value: &str) -> &'static str {
        match (word, value) {
            _ if self.misbehave == Misbehave::Refuse => "err_inactive",
            ("power", "on" | "off") => self.set_power(now, value == "on"),
            ("input" | "blank", _) if self.power != Power::On => "err_inactive",
            ("input", input) if self.settings.inputs.iter().any(|known| known == input) => {
                self.input = input.to_owned();
                "ok"
            }
            ("blank", "on" | "off") => {
                self.blank = value == "on";
                "ok"
            }
            ("power" | "input" | "blank", _) => "err_val",
            _ => "err_cmd",
        }
    }

    fn line(&mut self, now: Duration, line: &str) -> String {
        if let Some(password) = self.settings.password.as_ref().filter(|_| !self.let_in) {
            self.let_in = line.eq_ignore_ascii_case(&answer_to(&self.challenge, password));
            return if self.let_in { "ok" } else { "err_auth" }.to_owned();
        }
        let Some((word, value)) = line.split_once(' ') else { return "err_cmd".to_owned() };
        let answer = match quoted(value) {
            None if value == "?" => self.ask(word),
            None => "err_option".to_owned(),
            Some(value) => self.set(now, word, value).to_owned(),
        };
        // An answer to a question nobody asked.
        if self.misbehave == Misbehave::WrongSequence { "{\"version\":1}".to_owned() } else { answer }
    }
}

impl SimDevice for SonyProjector {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.lines.clear();
        self.let_in = false;
        if self.settings.password.is_none() {
            return b"NOKEY\r\n".to_vec();
        }
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.challenge = format!("{:08x}", self.random >> 32);
        format!("{}\r\n", self.challenge).into_bytes()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        self.settle(now);
        let mut answers = Vec::new();
        for piece in self.lines.feed(bytes) {
            match piece {
                Piece::Line(line) => answers.push((now + THINKS, format!("{}\r\n", self.line(now, &line)).into_bytes())),
                Piece::Noise(_) => {}
            }
        }
        answers
    }

    fn hidden(&mut self, now: Duration) -> serde_json::Value {
        self.settle(now);
        let power = match self.power {
            Power::Standby => "standby",
            Power::Startup(_) => "warming",
            Power::On => "on",
            Power::Cooling(_) => "cooling",
        };
        let mut properties = json!({ "power": power, "errors": "ok", "model": "VPL-REHEARSAL" });
        // What it does not tell in standby is not compared.
        if self.power == Power::On {
            properties =
                json!({ "power": power, "input": self.input, "picture_mute": self.blank, "errors": "ok", "model": "VPL-REHEARSAL" });
        }
        json!({ "properties": properties, "power_ons": self.power_ons, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// The remote control: `blank`, and `input` by its place in the list. The projector tells nobody.
    fn panel(&mut self, _now: Duration, act: &PanelAct) -> Option<Answers> {
        match act.act.as_str() {
            "blank" => self.blank = act.value == 1,
            "input" => self.input = self.settings.inputs.get(usize::from(act.number))?.clone(),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn reboot(&mut self, _now: Duration) {
        self.lines.clear();
        self.power = Power::Standby;
        self.let_in = false;
        self.blank = false;
    }
}

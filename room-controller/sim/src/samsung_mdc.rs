//! A display that speaks Samsung MDC.

use std::time::Duration;

use room_drivers::samsung_mdc::{Framer, Piece, Reply, Request, Side, word_of_input};
use serde_json::json;

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Everybody's address: obeyed, not answered.
const EVERYBODY: u8 = 0xFE;
/// Time to an answer.
const THINKS: Duration = Duration::from_millis(40);
/// A refusal's byte.
const REFUSED: u8 = 0x01;

/// How a display is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its address.
    pub id: u8,
    /// Codes of its inputs.
    pub inputs: Vec<u8>,
    /// From the acknowledged power-on until it hears again; real ones take about 5 s.
    pub deaf: Duration,
    /// Acknowledges power-on only when it hears again.
    pub late_power_ack: bool,
    /// Network standby is off: in standby it says nothing.
    pub sleeps: bool,
    /// Its panel can be switched by itself.
    pub has_panel: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let inputs = vec![0x21, 0x23, 0x25, 0x18, 0x14, 0x55];
        Self { id: 1, inputs, deaf: Duration::from_secs(5), late_power_ack: false, sleeps: false, has_panel: true }
    }
}

/// See the module.
#[derive(Debug)]
pub struct SamsungDisplay {
    settings: Settings,
    framer: Framer,
    power: bool,
    volume: u8,
    mute: bool,
    input: u8,
    panel: bool,
    /// Hears nothing until then.
    deaf_until: Duration,
    misbehave: Misbehave,
    power_ons: u64,
}

impl SamsungDisplay {
    /// In standby.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let input = settings.inputs.first().copied().unwrap_or(0x21);
        Self {
            settings,
            framer: Framer::new(Side::Controller),
            power: false,
            volume: 20,
            mute: false,
            input,
            panel: true,
            deaf_until: Duration::ZERO,
            misbehave: Misbehave::None,
            power_ons: 0,
        }
    }

    fn wake(&mut self, now: Duration) -> Duration {
        self.deaf_until = now + self.settings.deaf;
        self.framer.clear();
        self.panel = true;
        if self.settings.late_power_ack { self.deaf_until } else { now + THINKS }
    }

    /// What it says to a question; `None` refuses.
    fn tell(&self, command: u8) -> Option<Vec<u8>> {
        Some(match command {
            // Aspect 16:9 and two timers nobody has set.
            0x00 => vec![u8::from(self.power), self.volume, u8::from(self.mute), self.input, 0x10, 0, 0],
            0x0B => b"0AAB3CDE12345".to_vec(),
            // Lamp, temperature, brightness sensor (none), signal, degrees, fan.
            0x0D => vec![0, 0, 0, u8::from(!self.power), if self.power { 41 } else { 26 }, 0],
            0x0E => b"S-REHEARSAL-1001.2".to_vec(),
            0x10 => vec![0x02, 0x5A, 0x01],
            0x11 => vec![u8::from(self.power)],
            0x12 => vec![self.volume],
            0x13 => vec![u8::from(self.mute)],
            0x14 => vec![self.input],
            0xF9 if self.settings.has_panel => vec![u8::from(!self.panel)],
            _ => return None,
        })
    }

    /// Does an order; when it is acknowledged.
    fn obey(&mut self, now: Duration, command: u8, value: u8) -> Option<Duration> {
        match (command, value) {
            _ if self.misbehave == Misbehave::Refuse => return None,
            (0x11, 0) => self.power = false,
            (0x11, 1) if self.power => {}
            (0x11, 1) => {
                self.power = true;
                self.power_ons += 1;
                return Some(self.wake(now));
            }
            (0x11, 2) if self.power => return Some(self.wake(now)),
            _ if !self.power => return None,
            (0x12, 0..=100) => self.volume = value,
            (0x13, 0 | 1) => self.mute = value == 1,
            (0x14, _) if self.settings.inputs.contains(&value) => self.input = value,
            (0xF9, 0 | 1) if self.settings.has_panel => self.panel = value == 0,
            _ => return None,
        }
        Some(now + THINKS)
    }

    fn request(&mut self, now: Duration, request: &Request) -> Option<(Duration, Vec<u8>)> {
        if request.id != self.settings.id && request.id != EVERYBODY {
            return None;
        }
        let is_asleep = self.settings.sleeps && !self.power && request.command != 0x11;
        if now < self.deaf_until || is_asleep {
            return None;
        }
        let answer = match request.data.as_slice() {
            [] => self.tell(request.command).map(|data| (now + THINKS, data)),
            [value] => self.obey(now, request.command, *value).map(|at| (at, vec![*value])),
            _ => None,
        };
        // The wrong question: that of the clock.
        let command = if self.misbehave == Misbehave::WrongSequence { 0xA7 } else { request.command };
        let (at, reply) = match answer {
            Some((at, data)) => (at, Reply { id: self.settings.id, yes: true, command, data }),
            None => (now + THINKS, Reply { id: self.settings.id, yes: false, command, data: vec![REFUSED] }),
        };
        (request.id != EVERYBODY).then(|| (at, reply.encode()))
    }
}

impl SimDevice for SamsungDisplay {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.framer.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        if now < self.deaf_until {
            return Vec::new();
        }
        let mut answers = Vec::new();
        for piece in self.framer.feed(bytes) {
            match piece {
                Piece::Request(request) => answers.extend(self.request(now, &request)),
                Piece::Reply(_) | Piece::Noise(_) => {}
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> serde_json::Value {
        json!({
            "properties": {
                "power": if self.power { "on" } else { "standby" }, "input": word_of_input(self.input), "volume": self.volume,
                "mute": self.mute, "panel": self.panel, "signal": self.power, "errors": "ok", "model": "025a01",
            },
            "power_ons": self.power_ons, "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// The remote control: `power`, `volume`, `mute`, `input` (its code). The display tells nobody.
    fn panel(&mut self, _now: Duration, act: &PanelAct) -> Option<Answers> {
        let value = u8::try_from(act.value).ok()?;
        match act.act.as_str() {
            "power" => self.power = value == 1,
            "volume" => self.volume = value.min(100),
            "mute" => self.mute = value == 1,
            "input" if self.settings.inputs.contains(&value) => self.input = value,
            _ => return None,
        }
        Some(Vec::new())
    }

    fn reboot(&mut self, _now: Duration) {
        self.power = false;
        self.panel = true;
        self.deaf_until = Duration::ZERO;
        self.framer.clear();
    }
}

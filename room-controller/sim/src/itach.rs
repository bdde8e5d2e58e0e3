//! A Global Caché iTach with a display in front of its infrared eye, and a machine that sleeps.

use std::time::Duration;

use room_drivers::itach::{Code, Lines};
use room_drivers::wake_on_lan::{Mac, woken};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// From a line to its answer.
const ANSWER: Duration = Duration::from_millis(10);
/// Transmissions kept for a look.
const MAX_SEEN: usize = 64;
/// From the packet to a running system.
const BOOT: Duration = Duration::from_secs(20);

/// See the module.
#[derive(Debug)]
pub struct Itach {
    lines: Lines,
    relays: Vec<bool>,
    /// The eye sends until then.
    sending_until: Duration,
    /// What went out: connector and code.
    seen: Vec<(String, String)>,
    misbehave: Misbehave,
}

impl Itach {
    /// With that many contacts, all open.
    #[must_use]
    pub fn new(relays: u8) -> Self {
        let relays = vec![false; usize::from(relays)];
        Self { lines: Lines::default(), relays, sending_until: Duration::ZERO, seen: Vec::new(), misbehave: Misbehave::None }
    }

    /// What went out: connector and code.
    #[must_use]
    pub fn seen(&self) -> &[(String, String)] {
        &self.seen
    }

    /// Somebody else closes or opens a contact, from 1.
    pub fn set_relay(&mut self, relay: usize, on: bool) {
        if let Some(state) = relay.checked_sub(1).and_then(|index| self.relays.get_mut(index)) {
            *state = on;
        }
    }

    fn infrared(&mut self, now: Duration, place: &str, number: &str, code: &str) -> (Duration, String) {
        let error = |number: u16| (now + ANSWER, format!("ERR_{place},{number:03}"));
        if !matches!(place, "1:1" | "1:2" | "1:3") {
            return error(3);
        }
        let Ok(id) = number.parse::<u16>() else { return error(4) };
        let Ok(code) = code.parse::<Code>() else { return error(9) };
        if self.misbehave == Misbehave::Refuse {
            return error(27);
        }
        if now < self.sending_until {
            return (now + ANSWER, format!("busyIR,{place},{id}"));
        }
        let numbers: Vec<u64> = code.words().split(',').filter_map(|number| number.parse().ok()).collect();
        let [frequency, repeat, _, pulses @ ..] = numbers.as_slice() else { return error(9) };
        let micros = pulses.iter().sum::<u64>() * repeat * 1_000_000 / (*frequency).max(1);
        self.sending_until = now + Duration::from_micros(micros);
        if self.seen.len() < MAX_SEEN {
            self.seen.push((place.to_owned(), code.words().to_owned()));
        }
        (self.sending_until + ANSWER, format!("completeir,{place},{id}"))
    }

    fn relay(&mut self, place: &str, state: Option<bool>) -> String {
        let index = place.strip_prefix("1:").and_then(|number| number.parse::<usize>().ok()).and_then(|number| number.checked_sub(1));
        let Some(relay) = index.and_then(|index| self.relays.get_mut(index)) else { return format!("ERR_{place},003") };
        if self.misbehave == Misbehave::Refuse && state.is_some() {
            return format!("ERR_{place},027");
        }
        *relay = state.unwrap_or(*relay);
        format!("state,{place},{}", u8::from(*relay))
    }

    fn line(&mut self, now: Duration, line: &str) -> (Duration, String) {
        let words: Vec<&str> = line.splitn(4, ',').collect();
        let plain = |text: String| (now + ANSWER, text);
        let (at, answer) = match words.as_slice() {
            ["getdevices"] => plain("device,0,0 ETHERNET\rdevice,1,3 IR\rendlistdevices".to_owned()),
            ["getversion"] => plain("710-1005-05".to_owned()),
            ["sendir", place, number, code] => self.infrared(now, place, number, code),
            ["getstate", place] => plain(self.relay(place, None)),
            ["setstate", place, state @ ("0" | "1")] => plain(self.relay(place, Some(*state == "1"))),
            _ => plain("ERR_0:0,001".to_owned()),
        };
        if self.misbehave == Misbehave::WrongSequence {
            return (at, "completeir,1:3,65000\r".to_owned());
        }
        (at, format!("{answer}\r"))
    }
}

impl SimDevice for Itach {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.lines.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let (lines, _) = self.lines.feed(bytes);
        let answers: Vec<(Duration, String)> = lines.iter().map(|line| self.line(now, line)).collect();
        answers.into_iter().map(|(at, answer)| (at, answer.into_bytes())).collect()
    }

    fn hidden(&mut self, _now: Duration) -> serde_json::Value {
        let seen: Vec<_> = self.seen.iter().map(|(place, code)| json!({ "connector": place, "code": code })).collect();
        json!({ "relays": self.relays, "seen": seen, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, _now: Duration) {
        self.relays.fill(false);
        self.sending_until = Duration::ZERO;
    }
}

/// A machine that sleeps until its network card hears its packet.
#[derive(Debug)]
pub struct Sleeper {
    mac: Option<Mac>,
    packets: u64,
    woken_at: Option<Duration>,
    misbehave: Misbehave,
}

impl Sleeper {
    /// Asleep.
    #[must_use]
    pub const fn new(mac: Option<Mac>) -> Self {
        Self { mac, packets: 0, woken_at: None, misbehave: Misbehave::None }
    }
}

impl SimDevice for Sleeper {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        if woken(bytes).is_some_and(|mac| Some(mac) == self.mac) {
            self.packets += 1;
            // A refusing machine has it switched off in its firmware.
            if self.misbehave != Misbehave::Refuse {
                self.woken_at.get_or_insert(now);
            }
        }
        Vec::new()
    }

    fn hidden(&mut self, now: Duration) -> serde_json::Value {
        let is_up = self.woken_at.is_some_and(|at| now >= at + BOOT);
        json!({ "packets": self.packets, "woken": self.woken_at.is_some(), "up": is_up, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, _now: Duration) {
        self.woken_at = None;
    }
}

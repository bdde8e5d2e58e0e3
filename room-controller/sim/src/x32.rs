//! A mixing desk that speaks the X32's OSC.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::x32::{Argument, Message, STEPS, Strip, StripKind, Target, tenths_of};
use serde_json::{Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// A client hears of changes for this long after `/xremote`.
const REMOTE: Duration = Duration::from_secs(10);
/// Time to an answer.
const ANSWER: Duration = Duration::from_millis(2);
/// Characters of a name.
const NAME: usize = 12;

/// How a desk is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Of that many datagrams one is lost on its way in; 0: none.
    pub loses: u32,
    /// An older desk that does not tell which scene it recalled.
    pub no_scene: bool,
}

/// See the module.
#[derive(Debug)]
pub struct X32 {
    settings: Settings,
    values: BTreeMap<String, Argument>,
    scenes: BTreeMap<i32, BTreeMap<String, Argument>>,
    remote_until: Duration,
    misbehave: Misbehave,
    received: u32,
    orders: u64,
}

fn strips() -> impl Iterator<Item = Strip> {
    let kinds = [("ch", 32), ("aux", 8), ("bus", 16), ("mtx", 6), ("dca", 8)];
    let words = kinds.into_iter().flat_map(|(kind, most)| (1..=most).map(move |number| format!("{kind}{number}")));
    words.chain(["main".to_owned()]).filter_map(|word| Strip::read(&word))
}

fn step(fader: f32) -> f32 {
    (fader.clamp(0.0, 1.0) * STEPS).round() / STEPS
}

impl X32 {
    /// A desk after power-on: everything down and on, scenes 1 to 3 kept.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let mut values = BTreeMap::new();
        for strip in strips() {
            values.insert(Target::Fader(strip).address(), Argument::Float(0.0));
            values.insert(Target::On(strip).address(), Argument::Int(1));
            values.insert(Target::Name(strip).address(), Argument::Text(String::new()));
        }
        let scene = |fader: f32| -> BTreeMap<String, Argument> {
            let channels = strips().filter(|strip| strip.kind == StripKind::Channel);
            channels.map(|strip| (Target::Fader(strip).address(), Argument::Float(step(fader)))).collect()
        };
        let scenes = BTreeMap::from([(1, scene(0.75)), (2, scene(0.5)), (3, scene(0.0))]);
        if !settings.no_scene {
            values.insert(Target::Scene.address(), Argument::Int(0));
        }
        Self { settings, values, scenes, remote_until: Duration::ZERO, misbehave: Misbehave::None, received: 0, orders: 0 }
    }

    fn store(&mut self, address: &str, argument: &Argument) -> bool {
        let Some(held) = self.values.get_mut(address) else { return false };
        let kept = match (&*held, argument) {
            (Argument::Float(_), Argument::Float(fader)) => Argument::Float(step(*fader)),
            (Argument::Int(_), Argument::Int(on)) => Argument::Int(i32::from(*on != 0)),
            (Argument::Text(_), Argument::Text(name)) => Argument::Text(name.chars().take(NAME).collect()),
            (Argument::Float(_) | Argument::Int(_) | Argument::Text(_), _) => return false,
        };
        *held = kept;
        true
    }

    fn recall(&mut self, scene: i32) -> bool {
        let Some(kept) = self.scenes.get(&scene).cloned() else { return false };
        self.values.extend(kept);
        if !self.settings.no_scene {
            self.values.insert(Target::Scene.address(), Argument::Int(scene));
        }
        true
    }

    fn ask(&self, address: &str) -> Option<Message> {
        let texts = |texts: &[&str]| texts.iter().map(|text| Argument::Text((*text).to_owned())).collect();
        let arguments = match address {
            "/xinfo" => texts(&["127.0.0.1", "Rehearsal desk", "X32", "4.06"]),
            "/info" => texts(&["V2.05", "osc-server", "X32", "4.06"]),
            "/status" => texts(&["active", "127.0.0.1", "osc-server"]),
            _ => vec![self.values.get(address)?.clone()],
        };
        Some(Message { address: address.to_owned(), arguments })
    }

    fn message(&mut self, now: Duration, message: &Message) -> Option<Message> {
        match (message.address.as_str(), message.arguments.first()) {
            ("/xremote", None) => {
                self.remote_until = now + REMOTE;
                None
            }
            (address, None) if self.misbehave == Misbehave::WrongSequence => {
                // The answer to another question than the one asked.
                let next = self.values.range(address.to_owned()..).nth(1).map(|(address, _)| address.clone());
                self.ask(&next?)
            }
            (address, None) => self.ask(address),
            (_, Some(_)) if self.misbehave == Misbehave::Refuse => None,
            ("/-action/goscene", Some(Argument::Int(scene))) => {
                self.orders += u64::from(self.recall(*scene));
                None
            }
            // What a client changes is not told to that client.
            (address, Some(argument)) => {
                let address = address.to_owned();
                let is_told_only = address == Target::Scene.address();
                self.orders += u64::from(!is_told_only && self.store(&address, argument));
                None
            }
        }
    }
}

impl SimDevice for X32 {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        self.received = self.received.wrapping_add(1);
        if self.settings.loses != 0 && self.received.is_multiple_of(self.settings.loses) {
            return Vec::new();
        }
        let messages = Message::decode(bytes).unwrap_or_default();
        messages.iter().filter_map(|message| self.message(now, message)).map(|answer| (now + ANSWER, answer.encode())).collect()
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let mut properties = BTreeMap::new();
        for strip in strips().filter(|strip| matches!(strip.kind, StripKind::Channel | StripKind::Main)) {
            let targets = [Target::Fader(strip), Target::On(strip), Target::Name(strip)];
            for target in targets {
                let value = match self.values.get(&target.address()) {
                    Some(Argument::Float(fader)) => json!(tenths_of(*fader)),
                    Some(Argument::Int(on)) => json!(*on == 0),
                    Some(Argument::Text(name)) => json!(name),
                    None => continue,
                };
                properties.insert(target.property(), value);
            }
        }
        if let Some(Argument::Int(scene)) = self.values.get(&Target::Scene.address()) {
            properties.insert("preset".to_owned(), json!(scene));
        }
        json!({ "properties": properties, "orders": self.orders, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// `fader` (value in thousandths of the way), `mute` (1 or 0) of a channel; `scene`.
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let strip = Strip::read(&format!("ch{}", act.number));
        let changed = match (act.act.as_str(), strip) {
            ("fader", Some(strip)) => {
                let place = u16::try_from(act.value.clamp(0, 1000)).map_or(0.0, |value| f32::from(value) / 1000.0);
                self.store(&Target::Fader(strip).address(), &Argument::Float(place));
                vec![Target::Fader(strip)]
            }
            ("mute", Some(strip)) => {
                self.store(&Target::On(strip).address(), &Argument::Int(i32::from(act.value == 0)));
                vec![Target::On(strip)]
            }
            ("scene", _) => {
                self.recall(act.number.into());
                strips().filter(|strip| strip.kind == StripKind::Channel).map(Target::Fader).chain([Target::Scene]).collect()
            }
            _ => return None,
        };
        if now > self.remote_until {
            return Some(Vec::new());
        }
        Some(changed.into_iter().filter_map(|target| Some((now, self.ask(&target.address())?.encode()))).collect())
    }

    fn reboot(&mut self, _now: Duration) {
        // The desk keeps its state; clients have to ask for pushes again.
        self.remote_until = Duration::ZERO;
    }
}

//! A Yamaha mixer that speaks RCP.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::yamaha_rcp::{MINUS_INFINITY, Strip, Target, lines, tenths_of, words};
use room_drivers::{Delimited, Piece};
use serde_json::{Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Time to an answer.
const ANSWER: Duration = Duration::from_millis(5);
/// Levels of a fader, hundredths of dB.
const LEAST: i64 = -13_800;
const MOST: i64 = 1000;
/// Below this a fader has coarse steps.
const COARSE_BELOW: i64 = -6000;
const COARSE: i64 = 100;
/// Characters of a name.
const NAME: usize = 8;

/// How a desk is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Input channels.
    pub inputs: u16,
    /// Library of scenes.
    pub library: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { inputs: 32, library: "MIXER:Lib/Scene".to_owned() }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Yamaha {
    settings: Settings,
    lines: Delimited,
    levels: BTreeMap<Strip, i64>,
    on: BTreeMap<Strip, bool>,
    names: BTreeMap<Strip, String>,
    scene: u16,
    keepalive_ms: u64,
    misbehave: Misbehave,
}

/// What a fader makes of a level.
fn kept(level: i64) -> i64 {
    match level {
        MOST.. => MOST,
        COARSE_BELOW.. => level,
        LEAST.. => (level - COARSE / 2) / COARSE * COARSE,
        _ => MINUS_INFINITY,
    }
}

impl Yamaha {
    /// A desk with all faders down and on.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let inputs = (1..=settings.inputs).map(|number| format!("in{number}"));
        let mixes = (1..=16).map(|number| format!("mix{number}"));
        let words = inputs.chain(mixes).chain(["st1".to_owned(), "st2".to_owned()]);
        let strips: Vec<Strip> = words.filter_map(|word| Strip::read(&word)).collect();
        Self {
            settings,
            lines: lines(),
            levels: strips.iter().map(|strip| (*strip, MINUS_INFINITY)).collect(),
            on: strips.iter().map(|strip| (*strip, true)).collect(),
            names: strips.iter().map(|strip| (*strip, strip.to_string())).collect(),
            scene: 0,
            keepalive_ms: 0,
            misbehave: Misbehave::None,
        }
    }

    fn target(&self, address: &str, x: &str) -> Option<Target> {
        let index: u16 = x.parse().ok()?;
        let targets = self.levels.keys().flat_map(|strip| [Target::Level(*strip), Target::On(*strip), Target::Name(*strip)]);
        targets.into_iter().find(|target| target.address() == (address.to_owned(), index))
    }

    /// Address, indices, value and its text, as they stand in answers.
    fn value(&self, target: Target) -> Option<String> {
        let (address, index) = target.address();
        let value = match target {
            Target::Level(strip) => {
                let level = *self.levels.get(&strip)?;
                let text = if level == MINUS_INFINITY {
                    "-∞".to_owned()
                } else {
                    format!("{}{}.{:02}", if level < 0 { "-" } else { "" }, level.abs() / 100, level.abs() % 100)
                };
                format!("{level} \"{text}\"")
            }
            Target::On(strip) => {
                let on = *self.on.get(&strip)?;
                format!("{} \"{}\"", u8::from(on), if on { "ON" } else { "OFF" })
            }
            Target::Name(strip) => {
                let name = self.names.get(&strip)?;
                format!("\"{name}\" \"{name}\"")
            }
        };
        Some(format!("{address} {index} 0 {value}"))
    }

    /// Whether the value was kept as it is.
    fn set(&mut self, target: Target, word: &str) -> Option<bool> {
        Some(match target {
            Target::Level(strip) => {
                let level: i64 = word.parse().ok()?;
                let kept = kept(level);
                self.levels.insert(strip, kept);
                kept == level
            }
            Target::On(strip) => {
                self.on.insert(
                    strip,
                    match word {
                        "0" => false,
                        "1" => true,
                        _ => return None,
                    },
                );
                true
            }
            Target::Name(strip) => {
                let name: String = word.chars().take(NAME).collect();
                let is_whole = name == word;
                self.names.insert(strip, name);
                is_whole
            }
        })
    }

    fn recall(&mut self, scene: &str) -> Option<()> {
        self.scene = scene.parse().ok().filter(|scene| *scene <= 300)?;
        let level = kept(i64::from(self.scene % 10) * -500);
        for held in self.levels.values_mut() {
            *held = level;
        }
        Some(())
    }

    fn line(&mut self, line: &[u8]) -> Option<String> {
        let Some(words) = words(line) else { return Some("ERROR unknown WrongFormat".to_owned()) };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let verb = words.first()?;
        let refuses = self.misbehave == Misbehave::Refuse;
        let wrong = self.misbehave == Misbehave::WrongSequence;
        Some(match words.as_slice() {
            ["devinfo", "productname"] => "OK devinfo productname \"CL5\"".to_owned(),
            ["devstatus", "runmode"] if wrong => "OK devinfo productname \"CL5\"".to_owned(),
            ["devstatus", "runmode"] => "OK devstatus runmode \"normal\"".to_owned(),
            ["scpmode", "keepalive", ms] => {
                self.keepalive_ms = ms.parse().unwrap_or(0);
                format!("OK scpmode keepalive {ms}")
            }
            ["set" | "ssrecall_ex", ..] if refuses => format!("ERROR {verb} AccessDenied"),
            ["get", address, x, "0"] => match self.target(address, x).and_then(|target| self.value(target)) {
                Some(value) => format!("OK get {value}"),
                None => "ERROR get UnknownAddress".to_owned(),
            },
            ["set", address, x, "0", word] => {
                let Some(target) = self.target(address, x) else { return Some("ERROR set UnknownAddress".to_owned()) };
                match self.set(target, word) {
                    Some(is_whole) => format!("{} set {}", if is_whole { "OK" } else { "OKm" }, self.value(target)?),
                    None => "ERROR set InvalidArgument".to_owned(),
                }
            }
            ["sscurrent_ex", library] if *library == self.settings.library => format!("OK sscurrent_ex {library} {}", self.scene),
            ["ssrecall_ex", library, scene] if *library == self.settings.library => match self.recall(scene) {
                Some(()) => format!("OK ssrecall_ex {library} {scene}"),
                None => "ERROR ssrecall_ex InvalidArgument".to_owned(),
            },
            ["sscurrent_ex" | "ssrecall_ex", ..] => format!("ERROR {verb} UnknownAddress"),
            _ => "ERROR unknown UnknownCommand".to_owned(),
        })
    }
}

impl SimDevice for Yamaha {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.lines.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Vec::new();
        for piece in self.lines.feed(bytes) {
            if let Piece::Frame(line) = piece {
                answers.extend(self.line(&line).map(|answer| (now + ANSWER, format!("{answer}\n").into_bytes())));
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let watched = |strip: &Strip| strip.to_string().starts_with("in") || strip.to_string() == "st1";
        let mut properties: BTreeMap<String, Value> = BTreeMap::from([("preset".to_owned(), json!(self.scene))]);
        for (strip, level) in self.levels.iter().filter(|(strip, _)| watched(strip)) {
            properties.insert(format!("level.{strip}"), json!(tenths_of(*level)));
            properties.insert(format!("mute.{strip}"), json!(!self.on.get(strip).copied().unwrap_or(true)));
            properties.insert(format!("name.{strip}"), json!(self.names.get(strip)));
        }
        json!({ "properties": properties, "keepalive_ms": self.keepalive_ms, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// `fader` (value in hundredths of dB) and `mute` (1 or 0) of an input, `scene`.
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let strip = Strip::read(&format!("in{}", act.number));
        let said = match (act.act.as_str(), strip) {
            ("fader", Some(strip)) => {
                self.set(Target::Level(strip), &act.value.to_string())?;
                format!("NOTIFY set {}\n", self.value(Target::Level(strip))?)
            }
            ("mute", Some(strip)) => {
                self.set(Target::On(strip), if act.value == 0 { "1" } else { "0" })?;
                format!("NOTIFY set {}\n", self.value(Target::On(strip))?)
            }
            ("scene", _) => {
                self.recall(&act.number.to_string())?;
                format!("NOTIFY sscurrent_ex {} {}\n", self.settings.library, self.scene)
            }
            _ => return None,
        };
        Some(vec![(now, said.into_bytes())])
    }

    fn reboot(&mut self, _now: Duration) {
        self.lines.clear();
        self.keepalive_ms = 0;
    }
}

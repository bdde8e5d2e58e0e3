//! A matrix that speaks Extron SIS.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Time to an answer.
const THINKS: Duration = Duration::from_millis(30);
/// Longest order held.
const MAX_ORDER: usize = 64;

/// How a device is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Password; `None` lets everybody in.
    pub password: Option<String>,
    /// Says who it is when a connection is made; not so on a serial line.
    pub greets: bool,
    /// Inputs it has.
    pub inputs: u16,
    /// Outputs it has.
    pub outputs: u16,
    /// Presets it has.
    pub presets: u16,
    /// Knows `W3CV`.
    pub verbose: bool,
    /// Says nothing to what it does not know; others say E10.
    pub mute_to_unknown: bool,
    /// Has a volume.
    pub volume: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { password: None, greets: true, inputs: 8, outputs: 8, presets: 32, verbose: true, mute_to_unknown: false, volume: true }
    }
}

/// Ties of each output: picture and sound.
type Ties = Vec<(u16, u16)>;

/// See the module.
#[derive(Debug)]
pub struct Matrix {
    settings: Settings,
    held: String,
    let_in: bool,
    verbose: u8,
    ties: Ties,
    black: Vec<bool>,
    presets: BTreeMap<u16, Ties>,
    volume: u8,
    mute: bool,
    misbehave: Misbehave,
    orders: u64,
}

impl Matrix {
    /// Each output shows the input of its number.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let ties = (1..=settings.outputs).map(|output| output.min(settings.inputs)).map(|input| (input, input)).collect();
        let black = vec![false; usize::from(settings.outputs)];
        Self {
            settings,
            held: String::new(),
            let_in: false,
            verbose: 0,
            ties,
            black,
            presets: BTreeMap::new(),
            volume: 40,
            mute: false,
            misbehave: Misbehave::None,
            orders: 0,
        }
    }

    fn prompt(&self) -> &'static str {
        if self.settings.password.is_some() { "\r\nPassword:" } else { "" }
    }

    fn login(&mut self, given: &str) -> String {
        if self.settings.password.as_deref() == Some(given) {
            self.let_in = true;
            "\r\nLogin Administrator\r\n".to_owned()
        } else {
            self.prompt().to_owned()
        }
    }

    fn index(&self, output: &str) -> Result<usize, u8> {
        let output: u16 = output.parse().map_err(|_| 10_u8)?;
        if (1..=self.settings.outputs).contains(&output) { Ok(usize::from(output) - 1) } else { Err(12) }
    }

    fn tie_line(&self, index: usize, layer: char) -> String {
        let (picture, sound) = self.ties.get(index).copied().unwrap_or_default();
        let (input, word) = match layer {
            '$' => (sound, "Aud"),
            '!' if picture == sound => (picture, "All"),
            _ => (picture, "Vid"),
        };
        if self.verbose >= 2 { format!("Out{:02} In{input:02} {word}", index + 1) } else { format!("{input:02}") }
    }

    fn tie(&mut self, index: usize, input: u16, layer: char) {
        if let Some((picture, sound)) = self.ties.get_mut(index) {
            *picture = if layer == '$' { *picture } else { input };
            *sound = if layer == '%' { *sound } else { input };
        }
    }

    /// Ties, or asks about one.
    fn ties(&mut self, body: &str, layer: char) -> Result<String, u8> {
        let Some((input, output)) = body.split_once('*') else { return Ok(self.tie_line(self.index(body)?, layer)) };
        let input: u16 = input.parse().map_err(|_| 10_u8)?;
        if input > self.settings.inputs {
            return Err(1);
        }
        let word = match layer {
            '%' => "Vid",
            '$' => "Aud",
            _ => "All",
        };
        if output.is_empty() {
            (0..self.ties.len()).for_each(|index| self.tie(index, input, layer));
            return Ok(format!("In{input:02} {word}"));
        }
        let index = self.index(output)?;
        self.tie(index, input, layer);
        Ok(format!("Out{:02} In{input:02} {word}", index + 1))
    }

    fn black(&mut self, body: &str) -> Result<String, u8> {
        let (output, state) = body.split_once('*').ok_or(10_u8)?;
        let index = self.index(output)?;
        let black = self.black.get_mut(index).ok_or(12_u8)?;
        match state {
            "" if self.verbose < 2 => return Ok(u8::from(*black).to_string()),
            "" => {}
            "0" | "1" => *black = state == "1",
            _ => return Err(13),
        }
        Ok(format!("Vmt{}*{}", index + 1, u8::from(*black)))
    }

    fn preset(&mut self, body: &str, keep: bool) -> Result<String, u8> {
        let number: u16 = body.parse().map_err(|_| 10_u8)?;
        if !(1..=self.settings.presets).contains(&number) {
            return Err(11);
        }
        if keep {
            self.presets.insert(number, self.ties.clone());
            return Ok(format!("Spr{number:02}"));
        }
        if let Some(ties) = self.presets.get(&number) {
            self.ties.clone_from(ties);
        }
        Ok(format!("Rpr{number:02}"))
    }

    fn sound(&mut self, body: &str, letter: char) -> Result<String, u8> {
        if !self.settings.volume {
            return Err(10);
        }
        let plain = self.verbose < 2 && body.is_empty();
        if letter == 'Z' {
            match body {
                "" => {}
                "0" | "1" => self.mute = body == "1",
                _ => return Err(13),
            }
            return Ok(if plain { u8::from(self.mute).to_string() } else { format!("Amt{}", u8::from(self.mute)) });
        }
        if !body.is_empty() {
            self.volume = body.parse().ok().filter(|volume| *volume <= 100).ok_or(13_u8)?;
        }
        Ok(if plain { self.volume.to_string() } else { format!("Vol{}", self.volume) })
    }

    /// Does an order that ended with that letter; `None` says nothing.
    fn order(&mut self, body: &str, letter: char) -> Option<String> {
        let is_set = match letter {
            '!' | '%' | '$' => body.contains('*'),
            'B' => !body.ends_with('*'),
            'Z' | 'V' => !body.is_empty(),
            _ => matches!(letter, '.' | ','),
        };
        self.orders += u64::from(is_set);
        let done = match letter {
            _ if is_set && self.misbehave == Misbehave::Refuse => Err(14),
            '!' | '%' | '$' => self.ties(body, letter),
            'B' => self.black(body),
            '.' | ',' => self.preset(body, letter == ','),
            'Z' | 'V' => self.sound(body, letter),
            'N' => Ok("60-1080-01".to_owned()),
            'Q' => Ok("1.07".to_owned()),
            'I' => Ok(format!("V{}X{} A{}X{}", self.settings.inputs, self.settings.outputs, self.settings.inputs, self.settings.outputs)),
            _ => Err(10),
        };
        match done {
            // True, but an answer to something else.
            Ok(_) if self.misbehave == Misbehave::WrongSequence => Some("Tim00*1".to_owned()),
            Ok(line) => Some(line),
            Err(10) if self.settings.mute_to_unknown => None,
            Err(code) => Some(format!("E{code:02}")),
        }
    }

    fn letter(&mut self, letter: char) -> Option<String> {
        if self.settings.password.is_some() && !self.let_in {
            if letter != '\r' {
                self.held.push(letter);
                return None;
            }
            let given = std::mem::take(&mut self.held);
            return Some(self.login(given.trim()));
        }
        let line = |line: String| format!("{line}\r\n");
        if self.held.starts_with(['W', '\u{1b}']) && letter != '\r' {
            self.held.push(letter);
            return None;
        }
        match letter {
            '\r' if self.held.is_empty() => None,
            '\r' => {
                let held = std::mem::take(&mut self.held);
                match held.get(1..).and_then(|order| order.strip_suffix("CV")).and_then(|mode| mode.parse::<u8>().ok()) {
                    Some(mode @ 0..=3) if self.settings.verbose => {
                        self.verbose = mode;
                        Some(line(format!("Vrb{mode}")))
                    }
                    Some(_) | None => Some(line("E10".to_owned())),
                }
            }
            '\n' | ' ' => None,
            '0'..='9' | '*' | 'W' | '\u{1b}' => {
                self.held.push(letter);
                if self.held.len() > MAX_ORDER {
                    self.held.clear();
                }
                None
            }
            _ => {
                let body = std::mem::take(&mut self.held);
                self.order(&body, letter).map(line)
            }
        }
    }
}

impl SimDevice for Matrix {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.held.clear();
        self.let_in = false;
        if !self.settings.greets {
            return Vec::new();
        }
        // Each connection chooses its own mode.
        self.verbose = 0;
        let banner = "(c) Copyright 2018, Extron Electronics, Rehearsal Matrix, V1.07, 60-1080-01\r\nMon, 01 Jan 2018 00:00:00\r\n";
        format!("{banner}{}", self.prompt()).into_bytes()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let letters = bytes.iter().map(|byte| char::from(*byte));
        letters.filter_map(|letter| self.letter(letter)).map(|answer| (now + THINKS, answer.into_bytes())).collect()
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let mut properties = Map::new();
        for (output, ((picture, sound), black)) in (1_u16..).zip(self.ties.iter().zip(&self.black)) {
            properties.insert(format!("route.{output}"), json!(picture));
            properties.insert(format!("audio_route.{output}"), json!(sound));
            properties.insert(format!("video_mute.{output}"), json!(black));
        }
        properties.insert("volume".to_owned(), json!(self.volume));
        properties.insert("mute".to_owned(), json!(self.mute));
        json!({ "properties": properties, "orders": self.orders, "verbose": self.verbose, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// The front panel: `route` of output `number` to input `value`; `volume`. Told in verbose modes 1 and 3.
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let line = match act.act.as_str() {
            "route" => {
                let (index, input) = (self.index(&act.number.to_string()).ok()?, u16::try_from(act.value).ok()?);
                if input > self.settings.inputs {
                    return None;
                }
                self.tie(index, input, '!');
                format!("Out{:02} In{input:02} All", index + 1)
            }
            "volume" => {
                self.volume = u8::try_from(act.value).ok().filter(|volume| *volume <= 100)?;
                format!("Vol{}", self.volume)
            }
            _ => return None,
        };
        let is_told = matches!(self.verbose, 1 | 3);
        Some(if is_told { vec![(now, format!("{line}\r\n").into_bytes())] } else { Vec::new() })
    }

    /// Ties, volume and presets survive.
    fn reboot(&mut self, _now: Duration) {
        self.held.clear();
        self.let_in = false;
        self.verbose = 0;
    }
}

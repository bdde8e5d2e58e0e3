//! A matrix that speaks Kramer Protocol 3000.

use std::collections::BTreeMap;
use std::time::Duration;

use room_drivers::kramer_p3000::{Lines, Piece};
use serde_json::{Map, Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Time to an answer.
const THINKS: Duration = Duration::from_millis(25);

/// How a matrix is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its number.
    pub machine: u8,
    /// Inputs it has.
    pub inputs: u16,
    /// Outputs it has.
    pub outputs: u16,
    /// Presets it has.
    pub presets: u16,
    /// Numbers of the layers: picture and, where it is routed by itself, sound.
    pub layers: (u8, Option<u8>),
    /// Knows `VID` and `AUD` and no `ROUTE`.
    pub old_words: bool,
    /// Input number that means nothing.
    pub disconnect: u16,
    /// `VMUTE` number that means black.
    pub black: u8,
    /// Says which command an error is of.
    pub inline_errors: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            machine: 1,
            inputs: 8,
            outputs: 8,
            presets: 8,
            layers: (1, Some(2)),
            old_words: false,
            disconnect: 0,
            black: 1,
            inline_errors: false,
        }
    }
}

/// An output: inputs of picture and sound, black, silent.
#[derive(Debug, Clone, Copy)]
struct Port {
    picture: u16,
    sound: u16,
    is_black: bool,
    is_silent: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Matrix {
    settings: Settings,
    lines: Lines,
    ports: Vec<Port>,
    presets: BTreeMap<u16, Vec<Port>>,
    locked: bool,
    misbehave: Misbehave,
    orders: u64,
}

/// What is wrong with a command.
struct Code(u8);

impl Matrix {
    /// Each output shows the input of its number.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let port = |input| Port { picture: input, sound: input, is_black: false, is_silent: false };
        let ports = (1..=settings.outputs).map(|output| port(output.min(settings.inputs))).collect();
        Self { settings, lines: Lines::default(), ports, presets: BTreeMap::new(), locked: false, misbehave: Misbehave::None, orders: 0 }
    }

    fn port(&mut self, output: &str) -> Result<&mut Port, Code> {
        let index = output.parse::<usize>().ok().and_then(|output| output.checked_sub(1)).ok_or(Code(3))?;
        self.ports.get_mut(index).ok_or(Code(3))
    }

    fn is_sound(&self, layer: &str) -> Result<bool, Code> {
        let layer = layer.parse::<u8>().map_err(|_| Code(1))?;
        match self.settings.layers {
            (picture, _) if picture == layer => Ok(false),
            (_, sound) if sound == Some(layer) => Ok(true),
            _ => Err(Code(3)),
        }
    }

    fn shown(&self, input: u16) -> u16 {
        if input == 0 { self.settings.disconnect } else { input }
    }

    fn input(&self, word: &str) -> Result<u16, Code> {
        let input: u16 = word.parse().map_err(|_| Code(1))?;
        if input == self.settings.disconnect {
            return Ok(0);
        }
        if (1..=self.settings.inputs).contains(&input) { Ok(input) } else { Err(Code(3)) }
    }

    fn set_route(&mut self, is_sound: bool, output: &str, input: &str) -> Result<(), Code> {
        let input = self.input(input)?;
        let follows = self.settings.layers.1.is_none();
        let port = self.port(output)?;
        if is_sound || follows {
            port.sound = input;
        }
        if !is_sound {
            port.picture = input;
        }
        Ok(())
    }

    fn route_of(&mut self, is_sound: bool, output: &str) -> Result<u16, Code> {
        let port = *self.port(output)?;
        Ok(self.shown(if is_sound { port.sound } else { port.picture }))
    }

    fn route(&mut self, command: &str, args: &[&str]) -> Result<String, Code> {
        match (command, args) {
            ("ROUTE" | "ROUTE?", _) if self.settings.old_words => Err(Code(2)),
            ("ROUTE", [layer, output, input]) => {
                self.set_route(self.is_sound(layer)?, output, input)?;
                Ok(format!("ROUTE {layer},{output},{input}"))
            }
            ("ROUTE?", [layer, output]) => {
                let input = self.route_of(self.is_sound(layer)?, output)?;
                Ok(format!("ROUTE {layer},{output},{input}"))
            }
            ("VID" | "AUD", [pair]) => {
                let (input, output) = pair.split_once('>').ok_or(Code(1))?;
                self.set_route(command == "AUD", output, input)?;
                Ok(format!("{command} {pair}"))
            }
            ("VID?" | "AUD?", [output]) => {
                let input = self.route_of(command == "AUD?", output)?;
                Ok(format!("{} {input}>{output}", command.trim_end_matches('?')))
            }
            _ => Err(Code(1)),
        }
    }

    fn preset(&mut self, command: &str, word: &str) -> Result<String, Code> {
        let number = word.parse::<u16>().ok().filter(|number| (1..=self.settings.presets).contains(number)).ok_or(Code(3))?;
        if command == "PRST-STO" {
            self.presets.insert(number, self.ports.clone());
        } else if let Some(ports) = self.presets.get(&number) {
            self.ports.clone_from(ports);
        }
        Ok(format!("{command} {number}"))
    }

    fn obey(&mut self, command: &str, args: &[&str]) -> Result<String, Code> {
        let black = self.settings.black;
        let flag = |is_on: bool, on: u8| if is_on { on } else { u8::from(on == 0) };
        match (command, args) {
            (_, _) if self.misbehave == Misbehave::Refuse && !command.ends_with('?') => Err(Code(4)),
            ("ROUTE" | "ROUTE?" | "VID" | "VID?" | "AUD" | "AUD?", args) => self.route(command, args),
            ("VMUTE", [output, "0" | "1"]) => {
                self.port(output)?.is_black = args.get(1).is_some_and(|word| word.parse() == Ok(black));
                Ok(format!("VMUTE {}", args.join(",")))
            }
            ("VMUTE?", [output]) => Ok(format!("VMUTE {output},{}", flag(self.port(output)?.is_black, black))),
            ("MUTE", [output, state @ ("0" | "1")]) => {
                self.port(output)?.is_silent = *state == "1";
                Ok(format!("MUTE {output},{state}"))
            }
            ("MUTE?", [output]) => Ok(format!("MUTE {output},{}", u8::from(self.port(output)?.is_silent))),
            // Odd inputs have a signal.
            ("SIGNAL?", [input]) => {
                let number = input.parse::<u16>().ok().filter(|number| (1..=self.settings.inputs).contains(number)).ok_or(Code(3))?;
                Ok(format!("SIGNAL {input},{}", number % 2))
            }
            ("PRST-RCL" | "PRST-STO", [number]) => self.preset(command, number),
            ("LOCK-FP", [state @ ("0" | "1")]) => {
                self.locked = *state == "1";
                Ok(format!("LOCK-FP {state}"))
            }
            ("LOCK-FP?", []) => Ok(format!("LOCK-FP {}", u8::from(self.locked))),
            ("MODEL?", []) => Ok("MODEL VS-REHEARSAL".to_owned()),
            ("VERSION?", []) => Ok("VERSION 1.23.4567".to_owned()),
            ("VMUTE" | "MUTE" | "LOCK-FP", _) => Err(Code(3)),
            _ => Err(Code(2)),
        }
    }

    fn line(&mut self, line: &str) -> Option<String> {
        let say = |text: &str| format!("~{:02}@{text}\r\n", self.settings.machine);
        let order = line.strip_prefix('#')?;
        if order.is_empty() {
            return Some(say(" OK"));
        }
        let (command, rest) = order.split_once(' ').unwrap_or((order, ""));
        let args: Vec<&str> = rest.split(',').filter(|arg| !arg.is_empty()).collect();
        let word = command.trim_end_matches('?');
        let number = self.settings.machine;
        let inline = self.settings.inline_errors;
        self.orders += u64::from(!command.ends_with('?'));
        Some(match self.obey(command, &args) {
            // True, but an answer to something else.
            Ok(_) if self.misbehave == Misbehave::WrongSequence => format!("~{number:02}@HDCP-STAT 0,1,0\r\n"),
            Ok(text) => format!("~{number:02}@{text}\r\n"),
            Err(Code(code)) if inline => format!("~{number:02}@{word} ERR{code:03}\r\n"),
            Err(Code(code)) => format!("~{number:02}@ERR {code:03}\r\n"),
        })
    }
}

impl SimDevice for Matrix {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.lines.clear();
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Vec::new();
        for piece in self.lines.feed(bytes) {
            match piece {
                Piece::Line(line) => answers.extend(self.line(&line).map(|answer| (now + THINKS, answer.into_bytes()))),
                Piece::Noise(_) => {}
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let mut properties = Map::new();
        for (output, port) in (1_u16..).zip(&self.ports) {
            properties.insert(format!("route.{output}"), json!(port.picture));
            properties.insert(format!("audio_route.{output}"), json!(port.sound));
            properties.insert(format!("video_mute.{output}"), json!(port.is_black));
            properties.insert(format!("mute.{output}"), json!(port.is_silent));
        }
        properties.insert("panel_lock".to_owned(), json!(self.locked));
        properties.insert("model".to_owned(), json!("VS-REHEARSAL"));
        json!({ "properties": properties, "orders": self.orders, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// The front panel, unless it is locked: `route` of output `number` to input `value`.
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        if act.act != "route" {
            return None;
        }
        if self.locked {
            return Some(Vec::new());
        }
        let (output, input) = (act.number.to_string(), self.shown(u16::try_from(act.value).ok()?).to_string());
        self.set_route(false, &output, &input).ok()?;
        let text = if self.settings.old_words {
            format!("VID {input}>{output}")
        } else {
            format!("ROUTE {},{output},{input}", self.settings.layers.0)
        };
        Some(vec![(now, format!("~{:02}@{text}\r\n", self.settings.machine).into_bytes())])
    }

    /// Everything survives.
    fn reboot(&mut self, _now: Duration) {
        self.lines.clear();
    }
}

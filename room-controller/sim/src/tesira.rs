//! A Biamp Tesira that speaks TTP.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use room_drivers::tesira::{Channel, WELCOME, decibels, lines, tenths_of};
use room_drivers::{Delimited, Piece};
use serde_json::{Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// Time to an answer.
const ANSWER: Duration = Duration::from_millis(8);
/// Options it wants: terminal type, speed, X display, environment, and that it would echo.
const OPTIONS: [(u8, u8); 5] = [(0xFD, 0x18), (0xFD, 0x20), (0xFD, 0x23), (0xFD, 0x27), (0xFB, 0x03)];
/// Limits of a level, tenths of dB.
const LEAST: i64 = -1000;
const MOST: i64 = 120;

type Place = (String, String, u16);

/// See the module.
#[derive(Debug)]
pub struct Tesira {
    is_telnet: bool,
    channels: Vec<Channel>,
    /// By block, attribute and index: tenths of dB, or 1 and 0.
    values: BTreeMap<Place, i64>,
    subscribed: BTreeMap<String, Place>,
    /// Options not refused yet.
    open_options: BTreeSet<u8>,
    negotiation: Vec<u8>,
    welcomed: bool,
    lines: Delimited,
    misbehave: Misbehave,
    fault: Option<String>,
    recalls: u64,
}

impl Tesira {
    /// A unit whose design has these channels, behind telnet or on a serial line.
    #[must_use]
    pub fn new(channels: Vec<Channel>, is_telnet: bool) -> Self {
        let mut values = BTreeMap::new();
        for channel in &channels {
            if let Some(level) = &channel.level {
                values.insert((level.clone(), "level".to_owned(), channel.index), -200);
            }
            values.insert((channel.mute.clone(), "mute".to_owned(), channel.index), 0);
        }
        Self {
            is_telnet,
            channels,
            values,
            subscribed: BTreeMap::new(),
            open_options: BTreeSet::new(),
            negotiation: Vec::new(),
            welcomed: !is_telnet,
            lines: lines(),
            misbehave: Misbehave::None,
            fault: None,
            recalls: 0,
        }
    }

    fn word(place: &Place, value: i64) -> String {
        if place.1 == "level" { format!("{}00000", decibels(value)) } else { (value != 0).to_string() }
    }

    fn set(&mut self, place: &Place, word: &str) -> Result<(), &'static str> {
        let value = if place.1 == "level" {
            tenths_of(word).filter(|level| (LEAST..=MOST).contains(level)).ok_or("ERR VALUE_OUT_OF_RANGE minimum:-100 maximum:12")?
        } else {
            match word {
                "true" => 1,
                "false" => 0,
                "toggle" => i64::from(self.values.get(place) == Some(&0)),
                _ => return Err("ERR PARSE_ERROR"),
            }
        };
        let held = self.values.get_mut(place).ok_or("ERR address not found: {\"deviceId\":0 \"classCode\":0 \"instanceNum\":0}")?;
        *held = value;
        Ok(())
    }

    fn publish(&self, place: &Place) -> Vec<String> {
        let Some(value) = self.values.get(place) else { return Vec::new() };
        let told = self.subscribed.iter().filter(|(_, of)| *of == place);
        told.map(|(token, _)| format!("! \"publishToken\":\"{token}\" \"value\":{}", Self::word(place, *value))).collect()
    }

    fn faults(&self) -> String {
        match &self.fault {
            None => {
                "+OK \"value\":[{\"id\":INDICATOR_NONE_IN_DEVICE \"name\":\"No fault in device\" \"faults\":[] \"serialNumber\":\"1\"}]"
                    .to_owned()
            }
            Some(fault) => format!(
                "+OK \"value\":[{{\"id\":INDICATOR_MAJOR_IN_DEVICE \"name\":\"Major Fault in Device\" \"faults\":[{{\"id\":FAULT \"name\":\"{fault}\"}}] \"serialNumber\":\"1\"}}]"
            ),
        }
    }

    fn recall(&mut self, preset: &str) -> Result<Vec<String>, &'static str> {
        let preset: i64 = preset.parse().ok().filter(|preset| (1001..=1003).contains(preset)).ok_or("ERR PRESET not found")?;
        self.recalls += 1;
        let places: Vec<Place> = self.values.keys().cloned().collect();
        for place in places.iter().filter(|place| place.1 == "level") {
            self.values.insert(place.clone(), (preset - 1001) * -100);
        }
        Ok(places.iter().flat_map(|place| self.publish(place)).collect())
    }

    fn line(&mut self, line: &str) -> Vec<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let place = |tag: &str, attribute: &str, index: &str| Some((tag.to_owned(), attribute.to_owned(), index.parse().ok()?));
        let no = |why: &str| vec![format!("-{why}")];
        let not_found = || no("ERR address not found: {\"deviceId\":0 \"classCode\":0 \"instanceNum\":0}");
        let refuses = self.misbehave == Misbehave::Refuse;
        match words.as_slice() {
            ["SESSION", "set", "verbose" | "detailedResponse", "true" | "false"] => vec!["+OK".to_owned()],
            ["SESSION", "get", "aliases"] => {
                let tags: BTreeSet<&str> = self.values.keys().map(|place| place.0.as_str()).collect();
                let list: Vec<String> = tags.into_iter().map(|tag| format!("\"{tag}\"")).collect();
                vec![format!("+OK \"list\":[{}]", list.join(" "))]
            }
            ["DEVICE", "get", "activeFaultList"] => vec![self.faults()],
            [_, "set", ..] | ["DEVICE", "recallPreset", _] if refuses => no("GENERAL_FAILURE"),
            ["DEVICE", "recallPreset", preset] => match self.recall(preset) {
                Ok(told) => [vec!["+OK".to_owned()], told].concat(),
                Err(why) => no(why),
            },
            [tag, "get", attribute, index] => match place(tag, attribute, index) {
                Some(place) => match self.values.get(&place) {
                    Some(value) => vec![format!("+OK \"value\":{}", Self::word(&place, *value))],
                    None => not_found(),
                },
                None => no("ERR PARSE_ERROR"),
            },
            [tag, "set", attribute, index, word] => {
                let Some(place) = place(tag, attribute, index) else { return no("ERR PARSE_ERROR") };
                match self.set(&place, word) {
                    Ok(()) => [vec!["+OK".to_owned()], self.publish(&place)].concat(),
                    Err(why) => no(why),
                }
            }
            [tag, "subscribe", attribute, index, token, _] => {
                let Some(place) = place(tag, attribute, index).filter(|place| self.values.contains_key(place)) else { return not_found() };
                self.subscribed.insert((*token).to_owned(), place.clone());
                // The present value comes at once, and may come before the answer.
                [self.publish(&place), vec!["+OK".to_owned()]].concat()
            }
            _ => no("ERR PARSE_ERROR"),
        }
    }

    fn answer(&mut self, line: &str) -> Vec<u8> {
        let asked = match self.misbehave {
            // The answer to another request than the one sent.
            Misbehave::WrongSequence => "SESSION get aliases",
            Misbehave::None
            | Misbehave::Silent
            | Misbehave::Slow { .. }
            | Misbehave::Garbage
            | Misbehave::DropConnection
            | Misbehave::Refuse => line,
        };
        let echo = if self.is_telnet { format!("{asked}\r\n") } else { String::new() };
        let said: String = self.line(asked).iter().map(|said| format!("{said}\r\n")).collect();
        format!("{echo}{said}").into_bytes()
    }

    /// Takes the client's refusals out of the stream.
    fn negotiate(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        for byte in bytes {
            match (self.negotiation.as_slice(), *byte) {
                ([], 0xFF) => self.negotiation.push(0xFF),
                ([], byte) => text.push(byte),
                ([_], byte) => self.negotiation.push(byte),
                ([_, _, ..], option) => {
                    self.open_options.remove(&option);
                    self.negotiation.clear();
                }
            }
        }
        text
    }
}

impl SimDevice for Tesira {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.lines.clear();
        self.subscribed.clear();
        self.negotiation.clear();
        self.welcomed = !self.is_telnet;
        if !self.is_telnet {
            return Vec::new();
        }
        self.open_options = OPTIONS.iter().map(|(_, option)| *option).collect();
        OPTIONS.iter().flat_map(|(verb, option)| [0xFF, *verb, *option]).collect()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let text = if self.is_telnet { self.negotiate(bytes) } else { bytes.to_vec() };
        let mut answers = Vec::new();
        if !self.welcomed && self.open_options.is_empty() {
            self.welcomed = true;
            answers.push((now + ANSWER, format!("\r\n{WELCOME}...\r\n\r\n").into_bytes()));
        }
        for piece in self.lines.feed(&text) {
            if let Piece::Frame(line) = piece
                && self.welcomed
            {
                answers.push((now + ANSWER, self.answer(String::from_utf8_lossy(&line).trim())));
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let mut properties = BTreeMap::from([("errors".to_owned(), json!(self.fault.clone().unwrap_or_else(|| "ok".to_owned())))]);
        for channel in &self.channels {
            if let Some(level) = &channel.level {
                let value = self.values.get(&(level.clone(), "level".to_owned(), channel.index));
                properties.insert(format!("level.{}", channel.channel), json!(value));
            }
            let mute = self.values.get(&(channel.mute.clone(), "mute".to_owned(), channel.index)).is_some_and(|mute| *mute != 0);
            properties.insert(format!("mute.{}", channel.channel), json!(mute));
        }
        json!({ "properties": properties, "recalls": self.recalls, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// `level` (value in tenths of dB) and `mute` (1 or 0) of the channel with that place in the settings, from 1; `fault` (value 1 or 0).
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        if act.act == "fault" {
            self.fault = (act.value != 0).then(|| "fan stopped".to_owned());
            return Some(Vec::new());
        }
        let channel = self.channels.get(usize::from(act.number).checked_sub(1)?)?;
        let (place, word) = match act.act.as_str() {
            "level" => ((channel.level.clone()?, "level".to_owned(), channel.index), decibels(act.value)),
            "mute" => ((channel.mute.clone(), "mute".to_owned(), channel.index), (act.value != 0).to_string()),
            _ => return None,
        };
        self.set(&place, &word).ok()?;
        Some(self.publish(&place).into_iter().map(|said| (now, format!("{said}\r\n").into_bytes())).collect())
    }

    fn reboot(&mut self, _now: Duration) {
        self.subscribed.clear();
        self.lines.clear();
    }
}

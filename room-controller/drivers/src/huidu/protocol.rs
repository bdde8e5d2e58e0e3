//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read};
use serde::Deserialize;

use super::codec::{CHUNK, Framer, Packet, Pieces, command, pieces};
use super::xml::{Tag, escape, tags};

/// Any answer; a program is written to flash first.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Poll of the brightness.
const POLL: Duration = Duration::from_secs(10);
/// Heartbeat: the card closes after 30 s.
const BEAT: Duration = Duration::from_secs(20);
/// The guid before there is one.
const NO_GUID: &str = "##GUID";
/// Name of our program on the card.
const PROGRAM: &str = "room-controller-text";

/// Which heartbeat a card wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Heartbeat {
    /// 005F, as the makers of the SDK do.
    #[default]
    #[serde(rename = "5f")]
    Sdk,
    /// 2005
    #[serde(rename = "2005")]
    Other,
}

impl Heartbeat {
    const fn question(self) -> u16 {
        match self {
            Self::Sdk => command::BEAT,
            Self::Other => command::BEAT_2005,
        }
    }
}

/// How texts look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Font on the card.
    pub font: String,
    /// Height of letters, pixels.
    pub size: u16,
    /// `#RRGGBB`
    pub color: String,
    /// Runs to the left for ever instead of standing.
    pub runs: bool,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Model, versions, size.
    Info,
    /// Brightness and what governs it.
    Luminance,
    /// Heartbeat.
    Beat,
    /// Brightness, 1 to 100.
    SetBrightness(u8),
    /// Screen off, or on.
    SetBlack(bool),
    /// Another text.
    SetText(String),
    /// The text that is there already: only the line is tried.
    SameText(String),
}

/// One card.
#[derive(Debug)]
pub struct Huidu {
    heartbeat: Heartbeat,
    style: Style,
    framer: Framer,
    pieces: Pieces,
    guid: Option<String>,
    size: (u16, u16),
    /// The text that the card confirmed in this session.
    pub(crate) shown: Option<String>,
    changes: u32,
}

fn fact(property: &'static str, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

fn text_fact(property: &'static str, value: Option<&str>) -> Fact {
    fact(property, value.map(|word| Value::Text(word.to_owned())))
}

fn why(result: &str) -> No {
    match result {
        "kDeviceOccupa" => No::Busy,
        "kInvalidParam" | "kParseXmlFailed" | "kXmlCmdTooLong" => No::BadParameter,
        "kVersionTooLow" => No::Unsupported,
        _ => No::Fault,
    }
}

impl Huidu {
    /// A card of that heartbeat; its size until it reports its own.
    #[must_use]
    pub fn new(heartbeat: Heartbeat, style: Style, size: (u16, u16)) -> Self {
        let (framer, pieces) = (Framer::default(), Pieces::default());
        Self { heartbeat, style, framer, pieces, guid: None, size, shown: None, changes: 0 }
    }

    fn call(&self, method: &str, inside: &str) -> Vec<u8> {
        let guid = escape(self.guid.as_deref().unwrap_or(NO_GUID));
        let xml = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><sdk guid=\"{guid}\"><in method=\"{method}\">{inside}</in></sdk>");
        pieces(command::XML, &xml, CHUNK).iter().flat_map(Packet::encode).collect()
    }

    fn program(&self, words: &str) -> String {
        let (width, height) = self.size;
        let Style { font, size, color, runs } = &self.style;
        let (font, words) = (escape(font), escape(words));
        let effect = if *runs { 26 } else { 0 };
        format!(
            "<screen timeStamps=\"{count}\"><program guid=\"{PROGRAM}\" type=\"normal\"><area guid=\"{PROGRAM}-area\" alpha=\"255\">\
             <rectangle x=\"0\" y=\"0\" width=\"{width}\" height=\"{height}\"/><resources><text guid=\"{PROGRAM}-words\" singleLine=\"{runs}\">\
             <style valign=\"middle\" align=\"center\"/><string>{words}</string><font name=\"{font}\" size=\"{size}\" color=\"{color}\" bold=\"false\"/>\
             <effect in=\"{effect}\" out=\"20\" inSpeed=\"4\" duration=\"50\"/></text></resources></area></program></screen>",
            count = self.changes
        )
    }

    const fn method(ask: &Ask) -> Option<&'static str> {
        match ask {
            Ask::Info => Some("GetDeviceInfo"),
            Ask::Luminance => Some("GetLuminancePloy"),
            Ask::SetBrightness(_) => Some("SetLuminancePloy"),
            Ask::SetBlack(true) => Some("CloseScreen"),
            Ask::SetBlack(false) => Some("OpenScreen"),
            Ask::SetText(_) => Some("AddProgram"),
            Ask::Beat | Ask::SameText(_) => None,
        }
    }

    fn packet(&mut self, packet: &Packet) -> Option<Heard> {
        match packet.command {
            command::VERSION_IS if self.guid.is_none() => match packet.data.as_slice() {
                [_, _, _, _, 0, 0] => Some(Heard::Say(self.call("GetIFVersion", "<version value=\"1000000\"/>"))),
                _ => Some(Heard::Reconnect),
            },
            command::XML_IS => {
                let xml = self.pieces.take(&packet.data)?;
                if self.guid.is_some() {
                    return Some(Heard::Answer { seq: None, payload: xml.into_bytes() });
                }
                let found = tags(&xml);
                let guid = found.iter().find(|tag| tag.name == "sdk").and_then(|tag| tag.get("guid")).filter(|guid| *guid != NO_GUID)?;
                let is_good = found.iter().any(|tag| tag.get("method") == Some("GetIFVersion") && tag.get("result") == Some("kSuccess"));
                if !is_good {
                    return None;
                }
                self.guid = Some(guid.to_owned());
                Some(Heard::Ready)
            }
            command::BEAT_IS | command::BEAT_2006 => Some(Heard::Answer { seq: None, payload: Vec::new() }),
            command::ERROR => Some(Heard::No { slot: 0, seq: None, why: No::Fault }),
            _ => None,
        }
    }

    fn facts(&mut self, ask: &Ask, found: &[Tag]) -> Vec<Fact> {
        let value = |tag: &str, attribute: &str| found.iter().find(|known| known.name == tag).and_then(|known| known.get(attribute));
        match ask {
            Ask::Info => {
                let size = |name: &str| value("screen", name).and_then(|pixels| pixels.parse::<u16>().ok()).filter(|pixels| *pixels > 0);
                let known = size("width").zip(size("height"));
                self.size = known.unwrap_or(self.size);
                vec![
                    text_fact("model", value("device", "model")),
                    text_fact("card", value("device", "id")),
                    text_fact("firmware", value("version", "app")),
                    fact("size", known.map(|(width, height)| Value::Text(format!("{width}x{height}")))),
                ]
            }
            Ask::Luminance => {
                let mode = value("mode", "value");
                let percent =
                    value("default", "value").and_then(|percent| percent.parse().ok()).filter(|percent| (0..=100).contains(percent));
                // A timetable or a sensor governs it then, and does not say with what result.
                let brightness = percent.filter(|_| mode == Some("default")).map(Value::Int);
                vec![fact("brightness", brightness), text_fact("brightness_mode", mode)]
            }
            Ask::Beat | Ask::SetBrightness(_) | Ask::SetBlack(_) | Ask::SetText(_) | Ask::SameText(_) => Vec::new(),
        }
    }
}

impl Protocol for Huidu {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        self.pieces.clear();
        (self.guid, self.shown) = (None, None);
        Packet::version().encode()
    }

    fn is_ready(&self) -> bool {
        self.guid.is_some()
    }

    fn at_open(&self) -> Vec<Fact> {
        vec![fact("black", None), fact("text", None)]
    }

    fn polls(&self) -> Vec<Ask> {
        vec![Ask::Info, Ask::Luminance, Ask::Beat]
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Luminance => Some(POLL),
            Ask::Beat => Some(BEAT),
            Ask::Info | Ask::SetBrightness(_) | Ask::SetBlack(_) | Ask::SetText(_) | Ask::SameText(_) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let plain = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::SetBrightness(_) => plain.keyed("brightness"),
            Ask::SetBlack(_) => plain.keyed("black"),
            Ask::SetText(_) | Ask::SameText(_) => plain.keyed("text"),
            Ask::Info | Ask::Luminance | Ask::Beat => plain,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let inside = match ask {
            Ask::SetBrightness(percent) => format!("<mode value=\"default\"/><default value=\"{percent}\"/>"),
            Ask::SetText(words) => {
                self.changes = self.changes.wrapping_add(1);
                // Whatever was shown is being replaced.
                self.shown = None;
                self.program(words)
            }
            Ask::Info | Ask::Luminance | Ask::Beat | Ask::SetBlack(_) | Ask::SameText(_) => String::new(),
        };
        let bytes = match Self::method(ask) {
            Some(method) => self.call(method, &inside),
            None => Packet { command: self.heartbeat.question(), data: Vec::new() }.encode(),
        };
        (bytes, None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let (packets, dropped) = self.framer.feed(bytes);
        let noise = (dropped > 0).then_some(Heard::Noise(dropped));
        let heard: Vec<Heard> = packets.iter().filter_map(|packet| self.packet(packet)).collect();
        noise.into_iter().chain(heard).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some(method) = Self::method(ask) else {
            return if payload.is_empty() { Read::Facts(Vec::new()) } else { Read::NotMine };
        };
        let found = tags(&String::from_utf8_lossy(payload));
        let is_ours = found.iter().any(|tag| tag.name == "sdk" && tag.get("guid") == self.guid.as_deref());
        let Some(out) = found.iter().find(|tag| tag.name == "out" && tag.get("method") == Some(method)).filter(|_| is_ours) else {
            return Read::NotMine;
        };
        match out.get("result") {
            Some("kSuccess") => Read::Facts(self.facts(ask, &found)),
            Some(result) => Read::No(why(result)),
            None => Read::NotMine,
        }
    }

    fn done(&mut self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::SetBlack(black) => vec![fact("black", Some(Value::Bool(*black)))],
            Ask::SetText(words) | Ask::SameText(words) => {
                self.shown = Some(words.clone());
                vec![text_fact("text", Some(words))]
            }
            Ask::Info | Ask::Luminance | Ask::Beat | Ask::SetBrightness(_) => Vec::new(),
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Info => ["model", "card", "firmware", "size"].map(|property| fact(property, None)).to_vec(),
            Ask::Luminance => vec![fact("brightness", None), fact("brightness_mode", None)],
            Ask::Beat | Ask::SetBrightness(_) | Ask::SetBlack(_) | Ask::SetText(_) | Ask::SameText(_) => Vec::new(),
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::SetBrightness(_) => vec![Ask::Luminance],
            Ask::Info | Ask::Luminance | Ask::Beat | Ask::SetBlack(_) | Ask::SetText(_) | Ask::SameText(_) => Vec::new(),
        }
    }
}

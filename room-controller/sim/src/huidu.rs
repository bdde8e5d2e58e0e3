//! A Huidu card with its screen.

use std::time::Duration;

use room_drivers::huidu::{Framer, Packet, Pieces, Tag, command, escape, pieces, tags};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// From request to answer.
const ANSWER: Duration = Duration::from_millis(30);
/// A program is written to flash.
const FLASH: Duration = Duration::from_millis(600);
/// The card closes a silent session.
const SILENCE: Duration = Duration::from_secs(30);
/// Number of "not logged in".
const NOT_OPEN: u16 = 0x0007;

/// See the module.
#[derive(Debug)]
pub struct HuiduCard {
    framer: Framer,
    pieces: Pieces,
    /// XML in one packet of answers.
    chunk: usize,
    /// The heartbeat it wants.
    beat: u16,
    session: u64,
    versioned: bool,
    guid: Option<String>,
    last_heard: Duration,
    brightness: u8,
    mode: String,
    open: bool,
    text: Option<String>,
    /// Times a program was written.
    writes: u64,
    misbehave: Misbehave,
}

impl HuiduCard {
    /// At rest, 60 %; answers go in pieces of that many bytes.
    #[must_use]
    pub fn new(chunk: usize, beat: u16) -> Self {
        Self {
            framer: Framer::default(),
            pieces: Pieces::default(),
            chunk,
            beat,
            session: 0,
            versioned: false,
            guid: None,
            last_heard: Duration::ZERO,
            brightness: 60,
            mode: "default".to_owned(),
            open: true,
            text: None,
            writes: 0,
            misbehave: Misbehave::None,
        }
    }

    /// Somebody sets the brightness with the maker's software, or gives it to a timetable.
    pub fn set_brightness(&mut self, mode: &str, percent: u8) {
        mode.clone_into(&mut self.mode);
        self.brightness = percent;
    }

    fn error(number: u16) -> Vec<Packet> {
        vec![Packet { command: command::ERROR, data: number.to_le_bytes().to_vec() }]
    }

    /// What a method does: its result and what its answer contains.
    fn act(&mut self, method: &str, found: &[Tag]) -> (&'static str, String) {
        let value = |tag: &str| found.iter().find(|known| known.name == tag).and_then(|known| known.get("value"));
        let changes = matches!(method, "SetLuminancePloy" | "OpenScreen" | "CloseScreen" | "AddProgram");
        if changes && self.misbehave == Misbehave::Refuse {
            return ("kInvalidParam", String::new());
        }
        match method {
            "GetIFVersion" => ("kSuccess", "<version value=\"1000000\"/>".to_owned()),
            "GetDeviceInfo" => (
                "kSuccess",
                "<device cpu=\"x\" model=\"C16L\" id=\"C16-D00-A000F\" name=\"hall\"/><version fpga=\"1.4\" app=\"7.5.61\" kernel=\"x\"/>\
                 <screen width=\"256\" height=\"64\" rotation=\"0\"/>"
                    .to_owned(),
            ),
            "GetLuminancePloy" => {
                let inside = format!(
                    "<mode value=\"{}\"/><default value=\"{}\"/><ploy><item enable=\"false\" start=\"08:00:00\" percent=\"100\"/></ploy><sensor min=\"1\" max=\"100\" time=\"10\"/>",
                    self.mode, self.brightness
                );
                ("kSuccess", inside)
            }
            "SetLuminancePloy" => {
                let percent = value("default").and_then(|percent| percent.parse().ok()).filter(|percent| (1..=100).contains(percent));
                let (Some(mode @ ("default" | "ploys" | "sensor")), Some(percent)) = (value("mode"), percent) else {
                    return ("kInvalidParam", String::new());
                };
                mode.clone_into(&mut self.mode);
                self.brightness = percent;
                ("kSuccess", String::new())
            }
            "OpenScreen" | "CloseScreen" => {
                self.open = method == "OpenScreen";
                ("kSuccess", String::new())
            }
            "AddProgram" => {
                let fits =
                    found.iter().any(|tag| tag.name == "rectangle" && tag.get("width") == Some("256") && tag.get("height") == Some("64"));
                let Some(string) = found.iter().find(|tag| tag.name == "string").filter(|_| fits) else {
                    return ("kInvalidParam", String::new());
                };
                self.text = Some(string.text.clone());
                self.writes += 1;
                ("kSuccess", String::new())
            }
            _ => ("kUnknownMethod", String::new()),
        }
    }

    fn xml(&mut self, xml: &str) -> Vec<Packet> {
        let found = tags(xml);
        let of = |tag: &str, attribute: &str| found.iter().find(|known| known.name == tag).and_then(|known| known.get(attribute));
        let (Some(guid), Some(method)) = (of("sdk", "guid"), of("in", "method")) else {
            return Self::error(NOT_OPEN);
        };
        let is_first = method == "GetIFVersion" && guid == "##GUID" && self.versioned;
        if is_first {
            self.guid = Some(format!("{:08x}-huidu-session-{:04}", self.session * 2_654_435_761 % 0xFFFF_FFFF, self.session));
        } else if self.guid.as_deref() != Some(guid) {
            return Self::error(NOT_OPEN);
        }
        let (result, inside) = self.act(method, &found);
        let method = if self.misbehave == Misbehave::WrongSequence { "GetTimeInfo" } else { method };
        let guid = escape(self.guid.as_deref().unwrap_or_default());
        let answer = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<sdk guid=\"{guid}\"><out method=\"{method}\" result=\"{result}\">{inside}</out></sdk>"
        );
        pieces(command::XML_IS, &answer, self.chunk)
    }

    fn packet(&mut self, now: Duration, packet: &Packet) -> Vec<Packet> {
        if now > self.last_heard + SILENCE {
            // The session has ended; the driver hears it from the error.
            (self.versioned, self.guid) = (false, None);
        }
        self.last_heard = now;
        match packet.command {
            command::VERSION => {
                self.versioned = true;
                self.guid = None;
                let version = packet.data.get(..4).unwrap_or_default();
                vec![Packet { command: command::VERSION_IS, data: [version, &[0, 0]].concat() }]
            }
            command::XML => match self.pieces.take(&packet.data) {
                Some(xml) => self.xml(&xml),
                None => Vec::new(),
            },
            beat if beat == self.beat && self.guid.is_some() => vec![Packet { command: beat + 1, data: Vec::new() }],
            _ => Vec::new(),
        }
    }
}

impl SimDevice for HuiduCard {
    fn greet(&mut self, now: Duration) -> Vec<u8> {
        self.framer.clear();
        self.pieces.clear();
        self.session += 1;
        (self.versioned, self.guid, self.last_heard) = (false, None, now);
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let (packets, _) = self.framer.feed(bytes);
        let mut answers = Vec::new();
        for packet in &packets {
            let before = self.writes;
            let said = self.packet(now, packet);
            let wait = if self.writes > before { FLASH } else { ANSWER };
            // As one stream: pieces must not overtake each other.
            let bytes: Vec<u8> = said.iter().flat_map(Packet::encode).collect();
            if !bytes.is_empty() {
                answers.push((now + wait, bytes));
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> serde_json::Value {
        json!({
            "brightness": self.brightness, "mode": self.mode, "black": !self.open, "text": self.text, "writes": self.writes,
            "session": self.session, "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, _now: Duration) {
        // Programs and brightness are in flash; a screen that was closed is open again.
        self.open = true;
        (self.versioned, self.guid) = (false, None);
    }
}

//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Lines, Message, Piece, line, message_of};
use crate::matrix::{Ports, Recalled};
use crate::registry::Numbered;

/// Answer to anything: machines answer within some 100 ms.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Poll of a matrix of up to eight outputs.
const POLL: Duration = Duration::from_secs(10);
/// Outputs that are asked within [`POLL`].
const OUTPUTS_A_POLL: u16 = 8;

/// Picture or sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plane {
    /// Picture; sound follows it where it has no layer.
    Video,
    /// Sound.
    Audio,
}

/// How routes are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routing {
    /// `ROUTE layer,out,in` with these numbers.
    Layers {
        /// Picture.
        video: u8,
        /// Sound.
        audio: Option<u8>,
    },
    /// `VID in>out` and, when sound is routed by itself, `AUD in>out`.
    Words {
        /// Sound is routed by itself.
        audio: bool,
    },
}

impl Routing {
    pub(crate) const fn has_audio(self) -> bool {
        matches!(self, Self::Layers { audio: Some(_), .. } | Self::Words { audio: true })
    }

    const fn layer(self, plane: Plane) -> u8 {
        match (self, plane) {
            (Self::Layers { audio: Some(audio), .. }, Plane::Audio) => audio,
            (Self::Layers { video, .. }, Plane::Video | Plane::Audio) => video,
            (Self::Words { .. }, Plane::Video | Plane::Audio) => 0,
        }
    }
}

/// What a matrix has.
#[derive(Debug, Clone)]
pub struct Features {
    /// How routes are ordered.
    pub routing: Routing,
    /// Input number that means nothing.
    pub disconnect: u16,
    /// Presets it has.
    pub presets: u16,
    /// Names of presets.
    pub preset_names: Vec<Numbered>,
    /// Outputs can be made black, by that number.
    pub video_mute: Option<u8>,
    /// Outputs' sound can be switched off.
    pub audio_mute: bool,
    /// It tells whether inputs have a signal.
    pub signal: bool,
    /// Its front panel can be locked.
    pub panel_lock: bool,
}

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// An output's input.
    Route(Plane, u16),
    /// An output is black.
    VideoMute(u16),
    /// An output is silent.
    AudioMute(u16),
    /// An input has a signal.
    Signal(u16),
    /// The front panel is locked.
    PanelLock,
    /// Model.
    Model,
    /// Firmware.
    Version,
}

/// What can be asked of a matrix; input 0 is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Output and input.
    Route(Plane, u16, u16),
    /// Makes an output black.
    VideoMute(u16, bool),
    /// Makes an output silent.
    AudioMute(u16, bool),
    /// Recalls a preset.
    Recall(u16),
    /// Keeps the routes as a preset.
    Save(u16),
    /// Locks the front panel.
    PanelLock(bool),
    /// Read something.
    Get(Query),
}

/// Protocol 3000 towards one machine.
#[derive(Debug)]
pub struct Kramer {
    pub(crate) ports: Ports,
    pub(crate) features: Features,
    lines: Lines,
    ready: bool,
    recalled: Recalled,
}

impl Kramer {
    /// A machine with these ports.
    #[must_use]
    pub fn new(ports: Ports, features: Features) -> Self {
        Self { ports, features, lines: Lines::default(), ready: false, recalled: Recalled::default() }
    }

    fn text(&self, ask: &Ask) -> String {
        let features = &self.features;
        let words = |plane| if plane == Plane::Video { "VID" } else { "AUD" };
        let black = |on: bool| {
            let flag = features.video_mute.unwrap_or(1);
            if on { flag } else { u8::from(flag == 0) }
        };
        match *ask {
            Ask::Route(plane, output, input) => {
                let input = if input == 0 { features.disconnect } else { input };
                match features.routing {
                    Routing::Layers { .. } => format!("ROUTE {},{output},{input}", features.routing.layer(plane)),
                    Routing::Words { .. } => format!("{} {input}>{output}", words(plane)),
                }
            }
            Ask::Get(Query::Route(plane, output)) => match features.routing {
                Routing::Layers { .. } => format!("ROUTE? {},{output}", features.routing.layer(plane)),
                Routing::Words { .. } => format!("{}? {output}", words(plane)),
            },
            Ask::VideoMute(output, on) => format!("VMUTE {output},{}", black(on)),
            Ask::Get(Query::VideoMute(output)) => format!("VMUTE? {output}"),
            Ask::AudioMute(output, on) => format!("MUTE {output},{}", u8::from(on)),
            Ask::Get(Query::AudioMute(output)) => format!("MUTE? {output}"),
            Ask::Get(Query::Signal(input)) => format!("SIGNAL? {input}"),
            Ask::Recall(preset) => format!("PRST-RCL {preset}"),
            Ask::Save(preset) => format!("PRST-STO {preset}"),
            Ask::PanelLock(on) => format!("LOCK-FP {}", u8::from(on)),
            Ask::Get(Query::PanelLock) => "LOCK-FP?".to_owned(),
            Ask::Get(Query::Model) => "MODEL?".to_owned(),
            Ask::Get(Query::Version) => "VERSION?".to_owned(),
        }
    }

    fn plane_of(&self, layer: u8) -> Option<Plane> {
        match self.features.routing {
            Routing::Layers { video, .. } if video == layer => Some(Plane::Video),
            Routing::Layers { audio, .. } if audio == Some(layer) => Some(Plane::Audio),
            Routing::Layers { .. } | Routing::Words { .. } => None,
        }
    }

    /// Routes a line tells: output and input.
    fn routes(&self, command: &str, args: &[String]) -> Vec<(Plane, u16, u16)> {
        let outputs = |word: &str| match word {
            "*" => Some(1..=self.ports.outputs),
            word => word.parse().ok().map(|output: u16| output..=output),
        };
        let input_of = |word: &str| Some(if word.parse::<u16>().ok()? == self.features.disconnect { 0 } else { word.parse().ok()? });
        let spread = |plane, output: &str, input: u16| -> Vec<(Plane, u16, u16)> {
            outputs(output).into_iter().flatten().map(|output| (plane, output, input)).collect()
        };
        match (command, args) {
            ("ROUTE", [layer, output, input]) => {
                let found = layer.parse().ok().and_then(|layer| self.plane_of(layer)).zip(input_of(input));
                found.map(|(plane, input)| spread(plane, output, input)).unwrap_or_default()
            }
            ("VID" | "AUD", pairs) => {
                let plane = if command == "VID" { Plane::Video } else { Plane::Audio };
                let pairs = pairs.iter().filter_map(|pair| pair.split_once('>'));
                pairs.filter_map(|(input, output)| Some(spread(plane, output, input_of(input)?))).flatten().collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a line says by itself.
    fn facts(&mut self, command: &str, args: &[String]) -> Vec<Fact> {
        let mut facts = Vec::new();
        for (plane, output, input) in self.routes(command, args) {
            let family = if plane == Plane::Video { "route" } else { "audio_route" };
            facts.push(fact(format!("{family}.{output}"), Some(Value::Int(input.into()))));
            if plane == Plane::Video && self.recalled.is_left(output, input) {
                facts.push(fact("preset".to_owned(), None));
            }
        }
        let features = &self.features;
        let state =
            |family: &str, at: &str, on: bool| at.parse::<u16>().ok().map(|at| fact(format!("{family}.{at}"), Some(Value::Bool(on))));
        match (command, args) {
            ("VMUTE", [output, flag]) => {
                let on = features.video_mute.zip(flag.parse::<u8>().ok()).map(|(black, flag)| black == flag);
                facts.extend(on.and_then(|on| state("video_mute", output, on)));
            }
            ("MUTE", [output, flag]) if features.audio_mute => facts.extend(state("mute", output, flag == "1")),
            ("SIGNAL", [input, flag]) if features.signal => facts.extend(state("signal", input, flag == "1")),
            ("LOCK-FP", [flag]) if features.panel_lock => facts.push(fact("panel_lock".to_owned(), Some(Value::Bool(flag == "1")))),
            ("MODEL", [_, ..]) => facts.push(fact("model".to_owned(), Some(Value::Text(args.join(","))))),
            ("VERSION", [_, ..]) => facts.push(fact("version".to_owned(), Some(Value::Text(args.join(","))))),
            ("PRST-RCL" | "PRST-STO", [preset]) => {
                if let Ok(number) = preset.parse() {
                    self.recalled.set(if command == "PRST-RCL" { self.ports.outputs } else { 0 });
                    facts.push(fact("preset".to_owned(), Some(Value::Int(number))));
                }
            }
            _ => {}
        }
        facts
    }

    fn line(&mut self, line: String) -> Vec<Heard> {
        match message_of(&line) {
            None => vec![Heard::Noise(line.len())],
            Some(Message::Hello) if self.ready => Vec::new(),
            Some(Message::Hello) => {
                self.ready = true;
                vec![Heard::Ready]
            }
            Some(_) if !self.ready => Vec::new(),
            Some(Message::Error { command, code }) if command.is_empty() => vec![Heard::No { slot: 0, seq: None, why: why(code) }],
            Some(Message::Error { .. }) => vec![Heard::Answer { seq: None, payload: line.into_bytes() }],
            Some(Message::Says { command, args }) => {
                let facts = self.facts(&command, &args);
                vec![Heard::Report(facts), Heard::Answer { seq: None, payload: line.into_bytes() }]
            }
        }
    }

    /// Whether the line is the answer to the request.
    fn fits(&self, ask: &Ask, command: &str, args: &[String]) -> bool {
        let first = |number: u16| args.first().is_some_and(|arg| arg.parse() == Ok(number));
        match *ask {
            Ask::Route(plane, output, input) => self.routes(command, args).contains(&(plane, output, input)),
            Ask::Get(Query::Route(plane, output)) => self.routes(command, args).iter().any(|(of, at, _)| (*of, *at) == (plane, output)),
            Ask::VideoMute(output, _) => {
                let text = self.text(ask);
                command == "VMUTE" && first(output) && text.ends_with(&format!(",{}", args.get(1).map_or("", String::as_str)))
            }
            Ask::AudioMute(output, on) => command == "MUTE" && first(output) && args.get(1).is_some_and(|flag| (flag == "1") == on),
            Ask::Get(Query::VideoMute(output)) => command == "VMUTE" && first(output),
            Ask::Get(Query::AudioMute(output)) => command == "MUTE" && first(output),
            Ask::Get(Query::Signal(input)) => command == "SIGNAL" && first(input),
            Ask::Recall(preset) => command == "PRST-RCL" && first(preset),
            Ask::Save(preset) => command == "PRST-STO" && first(preset),
            Ask::PanelLock(on) => command == "LOCK-FP" && first(u16::from(on)),
            Ask::Get(Query::PanelLock) => command == "LOCK-FP",
            Ask::Get(Query::Model) => command == "MODEL",
            Ask::Get(Query::Version) => command == "VERSION",
        }
    }
}

fn fact(property: String, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

fn why(code: u16) -> No {
    match code {
        1 | 2 => No::Unsupported,
        3 => No::BadParameter,
        4 => No::NotNow,
        _ => No::Fault,
    }
}

impl Protocol for Kramer {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.lines.clear();
        self.ready = false;
        self.recalled = Recalled::default();
        line("")
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn at_open(&self) -> Vec<Fact> {
        vec![fact("preset".to_owned(), None)]
    }

    fn polls(&self) -> Vec<Ask> {
        let features = &self.features;
        let mut polls = vec![Query::Model, Query::Version];
        for output in 1..=self.ports.outputs {
            polls.push(Query::Route(Plane::Video, output));
            polls.extend(features.routing.has_audio().then_some(Query::Route(Plane::Audio, output)));
            polls.extend(features.video_mute.map(|_| Query::VideoMute(output)));
            polls.extend(features.audio_mute.then_some(Query::AudioMute(output)));
        }
        if features.signal {
            polls.extend((1..=self.ports.inputs).map(Query::Signal));
        }
        polls.extend(features.panel_lock.then_some(Query::PanelLock));
        polls.into_iter().map(Ask::Get).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        let Ask::Get(query) = ask else { return None };
        match query {
            Query::Route(..) | Query::VideoMute(_) | Query::AudioMute(_) | Query::Signal(_) | Query::PanelLock => {
                Some(POLL * u32::from(self.ports.outputs.div_ceil(OUTPUTS_A_POLL)))
            }
            Query::Model | Query::Version => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::Route(plane, output, _) => manner.keyed(format!("route.{output}.{plane:?}")),
            Ask::VideoMute(output, _) => manner.keyed(format!("black.{output}")),
            Ask::AudioMute(output, _) => manner.keyed(format!("mute.{output}")),
            Ask::Recall(_) => manner.keyed("preset"),
            Ask::PanelLock(_) => manner.keyed("lock"),
            Ask::Save(_) => Manner { retry: Retry::Once, ..manner },
            Ask::Get(_) => manner,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        (line(&self.text(ask)), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for piece in self.lines.feed(bytes) {
            match piece {
                Piece::Line(line) => heard.extend(self.line(line)),
                Piece::Noise(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let own = self.text(ask);
        let own = own.split([' ', '?']).next().unwrap_or_default();
        match message_of(&String::from_utf8_lossy(payload)) {
            Some(Message::Error { command, code }) if command == own => Read::No(why(code)),
            // Its facts were reported when the line came.
            Some(Message::Says { command, args }) if self.fits(ask, &command, &args) => Read::Facts(Vec::new()),
            Some(Message::Hello | Message::Error { .. } | Message::Says { .. }) | None => Read::NotMine,
        }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let Ask::Get(query) = ask else { return Vec::new() };
        let property = match query {
            Query::Route(Plane::Video, output) => format!("route.{output}"),
            Query::Route(Plane::Audio, output) => format!("audio_route.{output}"),
            Query::VideoMute(output) => format!("video_mute.{output}"),
            Query::AudioMute(output) => format!("mute.{output}"),
            Query::Signal(input) => format!("signal.{input}"),
            Query::PanelLock => "panel_lock".to_owned(),
            Query::Model => "model".to_owned(),
            Query::Version => "version".to_owned(),
        };
        vec![fact(property, None)]
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        let query = match ask {
            Ask::Route(plane, output, _) => Query::Route(*plane, *output),
            Ask::VideoMute(output, _) => Query::VideoMute(*output),
            Ask::AudioMute(output, _) => Query::AudioMute(*output),
            Ask::PanelLock(_) => Query::PanelLock,
            Ask::Recall(_) => return self.polls().into_iter().filter(|poll| self.period(poll).is_some()).collect(),
            Ask::Save(_) | Ask::Get(_) => return Vec::new(),
        };
        vec![Ask::Get(query)]
    }
}

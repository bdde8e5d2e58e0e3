//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Lines, Piece};
use super::messages::{Layer, Message, message_of};
use crate::matrix::{Ports, Recalled};
use crate::registry::Numbered;

/// Answer to anything: devices answer within some 100 ms, presets within half a second.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Poll of a matrix of up to eight outputs; the device drops silent connections after 5 min.
const POLL: Duration = Duration::from_secs(10);
/// Poll of what the device said nothing to.
const POLL_UNKNOWN: Duration = Duration::from_secs(60);
/// Outputs that are asked within [`POLL`].
const OUTPUTS_A_POLL: u16 = 8;
/// Verbose mode 3: changes are told, answers are tagged.
const VERBOSE: &[u8] = b"W3CV\r";

/// What a device has.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// Presets it has.
    pub presets: u16,
    /// Names of presets.
    pub preset_names: Vec<Numbered>,
    /// Sound has ties of its own.
    pub breakaway: bool,
    /// Outputs can be made black.
    pub video_mute: bool,
    /// It has a volume and a mute.
    pub volume: bool,
}

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// An output's tie of that layer.
    Tie(Layer, u16),
    /// An output is black.
    VideoMute(u16),
    /// Sound is off.
    AudioMute,
    /// Volume.
    Volume,
    /// Model or part number.
    Model,
    /// Firmware.
    Version,
    /// What it is made of.
    Info,
}

/// What can be asked of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Layer, output, input; 0 is none.
    Tie(Layer, u16, u16),
    /// This input to every output.
    TieAll(u16),
    /// Makes an output black.
    VideoMute(u16, bool),
    /// Switches sound off.
    AudioMute(bool),
    /// 0 to 100.
    Volume(u8),
    /// Recalls a preset.
    Recall(u16),
    /// Keeps the ties as a preset.
    Save(u16),
    /// Read something.
    Get(Query),
    /// Nothing came to this request: is anybody there? Asks the firmware.
    IsAnybody(Box<Self>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    /// Waits for the banner.
    Greeting,
    /// The password was sent.
    Password,
    /// Verbose mode was asked for.
    Verbose,
    Open,
}

/// SIS towards one device.
#[derive(Debug)]
pub struct Extron {
    pub(crate) ports: Ports,
    pub(crate) features: Features,
    greets: bool,
    password: Option<String>,
    lines: Lines,
    session: Session,
    /// The last request and how often it was sent in a row.
    last: Option<(Ask, u8)>,
    /// The password was sent.
    asked: bool,
    /// Messages sent before the password was asked for.
    hasty: u8,
    recalled: Recalled,
}

impl Extron {
    /// A device with these ports; `greets` on TCP.
    #[must_use]
    pub fn new(ports: Ports, features: Features, greets: bool, password: Option<String>) -> Self {
        Self {
            ports,
            features,
            greets,
            password,
            lines: Lines::default(),
            session: Session::Greeting,
            last: None,
            asked: false,
            hasty: 0,
            recalled: Recalled::default(),
        }
    }

    const fn picture(&self) -> Layer {
        if self.features.breakaway { Layer::Video } else { Layer::All }
    }

    fn text(&self, ask: &Ask) -> String {
        match ask {
            Ask::Tie(layer, output, input) => format!("{input}*{output}{}", layer.letter()),
            Ask::TieAll(input) => format!("{input}*!"),
            Ask::VideoMute(output, on) => format!("{output}*{}B", u8::from(*on)),
            Ask::AudioMute(on) => format!("{}Z", u8::from(*on)),
            Ask::Volume(volume) => format!("{volume}V"),
            Ask::Recall(preset) => format!("{preset}."),
            Ask::Save(preset) => format!("{preset},"),
            Ask::Get(Query::Tie(layer, output)) => format!("{output}{}", layer.letter()),
            Ask::Get(Query::VideoMute(output)) => format!("{output}*B"),
            Ask::Get(Query::AudioMute) => "Z".to_owned(),
            Ask::Get(Query::Volume) => "V".to_owned(),
            Ask::Get(Query::Model) => "N".to_owned(),
            Ask::Get(Query::Info) => "I".to_owned(),
            Ask::Get(Query::Version) | Ask::IsAnybody(_) => "Q".to_owned(),
        }
    }

    fn go_verbose(&mut self) -> Vec<Heard> {
        self.session = Session::Verbose;
        vec![Heard::Say(VERBOSE.to_vec())]
    }

    fn prompted(&mut self) -> Vec<Heard> {
        match (&self.password, self.session) {
            // The device forgot who is here.
            (_, Session::Open) => vec![Heard::Reconnect],
            (Some(password), Session::Greeting | Session::Verbose) if !self.asked => {
                self.session = Session::Password;
                self.asked = true;
                vec![Heard::Say(format!("{password}\r").into_bytes())]
            }
            // It took for a password what was said before it asked.
            (Some(_), _) if self.hasty > 0 => {
                self.hasty -= 1;
                Vec::new()
            }
            // Asked again, or for one nobody configured.
            (Some(_) | None, _) => vec![Heard::LoginRefused],
        }
    }

    /// A line before the session is open.
    fn opening(&mut self, message: &Message) -> Vec<Heard> {
        match (self.session, message) {
            (Session::Greeting, Message::Copyright) if self.password.is_none() => self.go_verbose(),
            (Session::Greeting | Session::Password, Message::Login) => self.go_verbose(),
            // Without verbose mode it is polled.
            (Session::Verbose, Message::Verbose(_) | Message::Error(_)) => {
                self.session = Session::Open;
                vec![Heard::Ready]
            }
            _ => Vec::new(),
        }
    }

    fn line(&mut self, line: String) -> Vec<Heard> {
        let message = message_of(&line);
        if self.session != Session::Open {
            return self.opening(&message);
        }
        if let Message::Error(code) = message {
            return vec![Heard::No { slot: 0, seq: None, why: why(code) }];
        }
        let facts = self.facts(&message);
        let answer = Heard::Answer { seq: None, payload: line.into_bytes() };
        if facts.is_empty() { vec![answer] } else { vec![Heard::Report(facts), answer] }
    }

    /// What a tagged line says by itself.
    fn facts(&mut self, message: &Message) -> Vec<Fact> {
        match message {
            Message::Tie { output, input, layer } => {
                let outputs = output.map_or(1..=self.ports.outputs, |output| output..=output);
                outputs.flat_map(|output| self.tied(output, *input, *layer)).collect()
            }
            Message::VideoMute(output, on) if self.features.video_mute => {
                let outputs = output.map_or(1..=self.ports.outputs, |output| output..=output);
                outputs.map(|output| fact(format!("video_mute.{output}"), Some(Value::Bool(*on)))).collect()
            }
            Message::AudioMute(on) if self.features.volume => vec![fact("mute".to_owned(), Some(Value::Bool(*on)))],
            Message::Volume(volume) if self.features.volume => vec![fact("volume".to_owned(), Some(Value::Int((*volume).into())))],
            Message::Recalled(preset) => {
                self.recalled.set(self.ports.outputs);
                vec![fact("preset".to_owned(), Some(Value::Int((*preset).into())))]
            }
            Message::Saved(preset) => {
                self.recalled.set(0);
                vec![fact("preset".to_owned(), Some(Value::Int((*preset).into())))]
            }
            Message::VideoMute(..)
            | Message::AudioMute(_)
            | Message::Volume(_)
            | Message::Verbose(_)
            | Message::Login
            | Message::Copyright
            | Message::Error(_)
            | Message::Number(_)
            | Message::Text(_) => Vec::new(),
        }
    }

    fn tied(&mut self, output: u16, input: u16, layer: Layer) -> Vec<Fact> {
        let value = || Some(Value::Int(input.into()));
        let mut facts = Vec::new();
        if self.features.breakaway && layer != Layer::Video {
            facts.push(fact(format!("audio_route.{output}"), value()));
        }
        if self.features.breakaway && layer == Layer::Audio {
            return facts;
        }
        facts.push(fact(format!("route.{output}"), value()));
        if self.recalled.is_left(output, input) {
            facts.push(fact("preset".to_owned(), None));
        }
        facts
    }

    fn answers(&mut self, query: Query, message: &Message) -> Option<Vec<Fact>> {
        let text = |property: &str, line: &str| Some(vec![fact(property.to_owned(), Some(Value::Text(line.to_owned())))]);
        match (query, message) {
            // Tagged lines were reported when they came.
            (Query::Tie(_, asked), Message::Tie { output: Some(output), .. }) if asked == *output => Some(Vec::new()),
            (Query::Tie(layer, output), Message::Number(input)) => Some(self.tied(output, *input, layer)),
            (Query::VideoMute(asked), Message::VideoMute(Some(output), _)) if asked == *output => Some(Vec::new()),
            (Query::VideoMute(output), Message::VideoMute(None, on)) => {
                Some(vec![fact(format!("video_mute.{output}"), Some(Value::Bool(*on)))])
            }
            (Query::VideoMute(output), Message::Number(state)) => {
                Some(vec![fact(format!("video_mute.{output}"), Some(Value::Bool(*state != 0)))])
            }
            (Query::AudioMute, Message::AudioMute(_)) | (Query::Volume, Message::Volume(_)) => Some(Vec::new()),
            (Query::AudioMute, Message::Number(state)) => Some(vec![fact("mute".to_owned(), Some(Value::Bool(*state != 0)))]),
            (Query::Volume, Message::Number(volume)) => Some(vec![fact("volume".to_owned(), Some(Value::Int((*volume).into())))]),
            (Query::Model, Message::Text(line)) if !is_version(line) => text("model", line.strip_prefix("Pno").unwrap_or(line)),
            (Query::Version, Message::Text(line)) if is_version(line) => text("version", version(line)),
            (Query::Info, Message::Text(line)) if !is_version(line) => text("info", line),
            _ => None,
        }
    }
}

/// `1.02`, `Ver01*1.02`
fn version(line: &str) -> &str {
    let rest = line.strip_prefix("Ver").unwrap_or(line);
    rest.split_once('*').map_or(rest, |(_, version)| version)
}

fn is_version(line: &str) -> bool {
    let version = version(line);
    version.contains('.') && version.starts_with(|letter: char| letter.is_ascii_digit()) && !version.contains([' ', ':', '-'])
}

fn fact(property: String, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

fn why(code: u8) -> No {
    match code {
        1 | 11 | 12 | 13 | 21 | 28 => No::BadParameter,
        10 | 24 => No::Unsupported,
        14 | 17 => No::NotNow,
        22 => No::Busy,
        _ => No::Fault,
    }
}

impl Protocol for Extron {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.lines.clear();
        self.last = None;
        self.recalled = Recalled::default();
        (self.asked, self.hasty) = (false, 0);
        self.session = if self.greets { Session::Greeting } else { Session::Verbose };
        if self.greets { Vec::new() } else { VERBOSE.to_vec() }
    }

    fn open_again(&mut self) -> Vec<u8> {
        match self.session {
            // Nobody asked for the password, or nothing was said at all.
            Session::Greeting | Session::Verbose => {
                self.session = Session::Verbose;
                self.hasty = self.hasty.saturating_add(u8::from(!self.asked));
                VERBOSE.to_vec()
            }
            Session::Password | Session::Open => Vec::new(),
        }
    }

    fn is_ready(&self) -> bool {
        self.session == Session::Open
    }

    fn at_open(&self) -> Vec<Fact> {
        vec![fact("preset".to_owned(), None)]
    }

    fn polls(&self) -> Vec<Ask> {
        let mut polls = vec![Query::Version, Query::Model, Query::Info];
        for output in 1..=self.ports.outputs {
            polls.push(Query::Tie(self.picture(), output));
            polls.extend(self.features.breakaway.then_some(Query::Tie(Layer::Audio, output)));
            polls.extend(self.features.video_mute.then_some(Query::VideoMute(output)));
        }
        if self.features.volume {
            polls.extend([Query::Volume, Query::AudioMute]);
        }
        polls.into_iter().map(Ask::Get).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        let query = match ask {
            Ask::Get(query) => query,
            Ask::IsAnybody(_) => return Some(POLL_UNKNOWN),
            Ask::Tie(..) | Ask::TieAll(_) | Ask::VideoMute(..) | Ask::AudioMute(_) | Ask::Volume(_) | Ask::Recall(_) | Ask::Save(_) => {
                return None;
            }
        };
        match query {
            Query::Tie(..) | Query::VideoMute(_) | Query::AudioMute | Query::Volume => {
                Some(POLL * u32::from(self.ports.outputs.div_ceil(OUTPUTS_A_POLL)))
            }
            Query::Model | Query::Version | Query::Info => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        let manner = Manner::answered(ANSWER_WITHIN);
        match ask {
            Ask::Tie(layer, output, _) => manner.keyed(format!("tie.{output}.{}", layer.word())),
            Ask::VideoMute(output, _) => manner.keyed(format!("mute.{output}")),
            Ask::AudioMute(_) => manner.keyed("mute"),
            Ask::Volume(_) => manner.keyed("volume"),
            Ask::Recall(_) => manner.keyed("preset"),
            Ask::Save(_) => Manner { retry: Retry::Once, ..manner },
            Ask::TieAll(_) | Ask::Get(_) | Ask::IsAnybody(_) => manner,
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let times = match &self.last {
            Some((last, times)) if last == ask => times.saturating_add(1),
            Some(_) | None => 1,
        };
        self.last = Some((ask.clone(), times));
        (self.text(ask).into_bytes(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for piece in self.lines.feed(bytes) {
            match piece {
                Piece::Line(line) => heard.extend(self.line(line)),
                Piece::Prompt => heard.extend(self.prompted()),
                Piece::Noise(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let message = message_of(&String::from_utf8_lossy(payload));
        let is_done = match (ask, &message) {
            (Ask::Get(query), _) => return self.answers(*query, &message).map_or(Read::NotMine, Read::Facts),
            (Ask::IsAnybody(_), Message::Text(line)) if is_version(line) => return Read::No(No::Unsupported),
            (Ask::Tie(asked, to, from), Message::Tie { output: Some(output), input, layer }) => (asked, to, from) == (layer, output, input),
            (Ask::TieAll(from), Message::Tie { output: None, input, .. }) => from == input,
            (Ask::VideoMute(to, wanted), Message::VideoMute(output, on)) => wanted == on && output.is_none_or(|output| output == *to),
            (Ask::AudioMute(wanted), Message::AudioMute(on)) => wanted == on,
            (Ask::Volume(wanted), Message::Volume(volume)) => wanted == volume,
            (Ask::Recall(wanted), Message::Recalled(preset)) | (Ask::Save(wanted), Message::Saved(preset)) => wanted == preset,
            _ => false,
        };
        if is_done { Read::Facts(Vec::new()) } else { Read::NotMine }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let property = match ask {
            Ask::IsAnybody(about) => return self.unknown(about),
            Ask::Get(Query::Tie(Layer::Audio, output)) => format!("audio_route.{output}"),
            Ask::Get(Query::Tie(Layer::All | Layer::Video, output)) => format!("route.{output}"),
            Ask::Get(Query::VideoMute(output)) => format!("video_mute.{output}"),
            Ask::Get(Query::AudioMute) => "mute".to_owned(),
            Ask::Get(Query::Volume) => "volume".to_owned(),
            Ask::Get(Query::Model) => "model".to_owned(),
            Ask::Get(Query::Version) => "version".to_owned(),
            Ask::Get(Query::Info) => "info".to_owned(),
            Ask::Tie(..) | Ask::TieAll(_) | Ask::VideoMute(..) | Ask::AudioMute(_) | Ask::Volume(_) | Ask::Recall(_) | Ask::Save(_) => {
                return Vec::new();
            }
        };
        vec![fact(property, None)]
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        let all = || self.polls().into_iter().filter(|poll| self.period(poll).is_some()).collect();
        match ask {
            Ask::Tie(_, output, _) => {
                let audio = self.features.breakaway.then_some(Query::Tie(Layer::Audio, *output));
                [Query::Tie(self.picture(), *output)].into_iter().chain(audio).map(Ask::Get).collect()
            }
            Ask::VideoMute(output, _) => vec![Ask::Get(Query::VideoMute(*output))],
            Ask::AudioMute(_) => vec![Ask::Get(Query::AudioMute)],
            Ask::Volume(_) => vec![Ask::Get(Query::Volume)],
            Ask::TieAll(_) | Ask::Recall(_) => all(),
            Ask::Save(_) | Ask::Get(_) | Ask::IsAnybody(_) => Vec::new(),
        }
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        let is_repeated = matches!(&self.last, Some((last, times)) if last == ask && *times >= 2);
        let is_due = match ask {
            Ask::IsAnybody(_) | Ask::Get(Query::Version) => false,
            Ask::Get(_) => true,
            Ask::Tie(..) | Ask::TieAll(_) | Ask::VideoMute(..) | Ask::AudioMute(_) | Ask::Volume(_) | Ask::Recall(_) | Ask::Save(_) => {
                is_repeated
            }
        };
        is_due.then(|| Ask::IsAnybody(Box::new(ask.clone())))
    }
}

//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read, Retry};

use super::codec::{Framer, Piece, Reply, Request, Side};
use super::inputs::word_of_input;
use crate::panel::InputName;

/// Answer to anything but power: displays take up to half a second.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// After power-on the display hears nothing for about 5 s (fact sheet §6).
const WAKING: Duration = Duration::from_secs(5);
/// Answer to power: some acknowledge only when they hear again.
const POWER_WITHIN: Duration = Duration::from_secs(6);
/// Questions for power, one a second, until it is as ordered.
const HURRY: u8 = 60;
const POLL: Duration = Duration::from_secs(5);
const POLL_HURRY: Duration = Duration::from_secs(1);
const POLL_PANEL: Duration = Duration::from_secs(10);
const POLL_ERRORS: Duration = Duration::from_secs(15);
/// Longest noise in which the demand for TLS is looked for.
const MAX_DEMAND: usize = 64;
/// What a display that wants TLS and a PIN says first.
const DEMAND: &[u8] = b"MDCSTART<<TLS>>";

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// Power, volume, mute and input in one answer.
    Status,
    /// Panel on or off.
    Panel,
    /// Faults, signal, temperature.
    Errors,
    /// Serial number.
    Serial,
    /// Firmware.
    Version,
    /// Kind of panel and model number.
    Model,
}

impl Query {
    const ALL: [Self; 6] = [Self::Status, Self::Panel, Self::Errors, Self::Serial, Self::Version, Self::Model];

    const fn code(self) -> u8 {
        match self {
            Self::Status => 0x00,
            Self::Panel => 0xF9,
            Self::Errors => 0x0D,
            Self::Serial => 0x0B,
            Self::Version => 0x0E,
            Self::Model => 0x10,
        }
    }

    const fn properties(self) -> &'static [&'static str] {
        match self {
            Self::Status => &["power", "volume", "mute", "input"],
            Self::Panel => &["panel"],
            Self::Errors => &["errors", "signal", "temperature"],
            Self::Serial => &["serial"],
            Self::Version => &["version"],
            Self::Model => &["model"],
        }
    }
}

/// What can be asked of a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// On or standby.
    SetPower(bool),
    /// Off and on again.
    Restart,
    /// Input by its code.
    SetInput(u8),
    /// 0 to 100.
    SetVolume(u8),
    /// Sound off.
    SetMute(bool),
    /// Picture on; the rest goes on working.
    SetPanel(bool),
    /// Read something.
    Get(Query),
}

/// MDC towards one display.
#[derive(Debug)]
pub struct SamsungMdc {
    id: u8,
    pub(crate) inputs: Vec<InputName>,
    framer: Framer,
    power: Option<bool>,
    wanted_power: Option<bool>,
    hurry: u8,
    /// The last message switched a sleeping display on.
    waking: bool,
    demand: Vec<u8>,
}

impl SamsungMdc {
    /// The display of that address.
    #[must_use]
    pub const fn new(id: u8, inputs: Vec<InputName>) -> Self {
        let framer = Framer::new(Side::Display);
        Self { id, inputs, framer, power: None, wanted_power: None, hurry: 0, waking: false, demand: Vec::new() }
    }

    fn status(&mut self, data: &[u8]) -> Option<Vec<Fact>> {
        let [power, volume, mute, input, ..] = data else { return None };
        self.power = match power {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        };
        self.hurry = if self.power.is_some() && self.power == self.wanted_power { 0 } else { self.hurry.saturating_sub(1) };
        let mute = match mute {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        };
        Some(vec![
            fact("power", self.power.map(|on| Value::Text(if on { "on" } else { "standby" }.to_owned()))),
            fact("volume", (*volume <= 100).then(|| Value::Int((*volume).into()))),
            fact("mute", mute.map(Value::Bool)),
            fact("input", Some(Value::Text(word_of_input(*input)))),
        ])
    }

    fn heard(&mut self, reply: Reply) -> Option<Heard> {
        self.demand.clear();
        if reply.id != self.id {
            return None;
        }
        let mut payload = vec![u8::from(reply.yes), reply.command];
        payload.extend(reply.data);
        Some(Heard::Answer { seq: None, payload })
    }

    fn noise(&mut self, bytes: &[u8]) -> Heard {
        self.demand.extend_from_slice(bytes);
        if self.demand.windows(DEMAND.len()).any(|part| part == DEMAND) {
            return Heard::LoginRefused;
        }
        let old = self.demand.len().saturating_sub(MAX_DEMAND);
        self.demand.drain(..old);
        Heard::Noise(bytes.len())
    }

    /// A refusal's byte is not documented; the display's state is what is known.
    fn why(&self) -> No {
        if self.power == Some(true) { No::Unsupported } else { No::NotNow }
    }
}

fn fact(property: &'static str, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

fn errors(data: &[u8]) -> Option<Vec<Fact>> {
    let [lamp, heat, sensor, sync, degrees, fan, ..] = data else { return None };
    let parts = [("lamp error", *lamp), ("temperature error", *heat), ("brightness sensor error", *sensor), ("fan error", *fan)];
    let wrong: Vec<&str> = parts.iter().filter(|(_, state)| *state == 1).map(|(part, _)| *part).collect();
    let signal = match sync {
        0 => Some(Value::Bool(true)),
        1 => Some(Value::Bool(false)),
        // A built-in source has no synchronisation.
        _ => None,
    };
    let words = if wrong.is_empty() { "ok".to_owned() } else { wrong.join(", ") };
    Some(vec![fact("errors", Some(Value::Text(words))), fact("signal", signal), fact("temperature", Some(Value::Int((*degrees).into())))])
}

fn printable(property: &'static str, data: &[u8]) -> Vec<Fact> {
    let words: String = String::from_utf8_lossy(data).chars().filter(|letter| !letter.is_control()).collect();
    let words = words.trim().to_owned();
    vec![fact(property, (!words.is_empty()).then_some(Value::Text(words)))]
}

impl Protocol for SamsungMdc {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.framer.clear();
        self.power = None;
        self.waking = false;
        self.demand.clear();
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        Query::ALL.map(Ask::Get).to_vec()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        let Ask::Get(query) = ask else { return None };
        match query {
            Query::Status if self.hurry > 0 => Some(POLL_HURRY),
            Query::Status => Some(POLL),
            Query::Panel => Some(POLL_PANEL),
            Query::Errors => Some(POLL_ERRORS),
            Query::Serial | Query::Version | Query::Model => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        match ask {
            Ask::SetPower(_) => Manner::answered(POWER_WITHIN).keyed("power"),
            Ask::Restart => Manner { retry: Retry::Once, ..Manner::answered(POWER_WITHIN) },
            Ask::SetInput(_) => Manner::answered(ANSWER_WITHIN).keyed("input"),
            Ask::SetVolume(_) => Manner::answered(ANSWER_WITHIN).keyed("volume"),
            Ask::SetMute(_) => Manner::answered(ANSWER_WITHIN).keyed("mute"),
            Ask::SetPanel(_) => Manner::answered(ANSWER_WITHIN).keyed("panel"),
            Ask::Get(_) => Manner::answered(ANSWER_WITHIN),
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let wakes = matches!(ask, Ask::Restart) || matches!(ask, Ask::SetPower(true)) && self.power != Some(true);
        self.waking = wakes;
        if let Ask::SetPower(on) = ask {
            (self.wanted_power, self.hurry) = (Some(*on), HURRY);
        }
        let (command, data) = match ask {
            Ask::SetPower(on) => (0x11, vec![u8::from(*on)]),
            Ask::Restart => (0x11, vec![2]),
            Ask::SetVolume(volume) => (0x12, vec![*volume]),
            Ask::SetMute(on) => (0x13, vec![u8::from(*on)]),
            Ask::SetInput(input) => (0x14, vec![*input]),
            // Zero is on.
            Ask::SetPanel(on) => (0xF9, vec![u8::from(!*on)]),
            Ask::Get(query) => (query.code(), Vec::new()),
        };
        (Request { command, id: self.id, data }.encode(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let pieces = self.framer.feed(bytes);
        let judge = |piece| match piece {
            Piece::Reply(reply) => self.heard(reply),
            Piece::Noise(bytes) => Some(self.noise(&bytes)),
            Piece::Request(_) => None,
        };
        pieces.into_iter().filter_map(judge).collect()
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let [yes, command, data @ ..] = payload else { return Read::NotMine };
        let (wanted, query) = match ask {
            Ask::SetPower(_) | Ask::Restart => (0x11, None),
            Ask::SetVolume(_) => (0x12, None),
            Ask::SetMute(_) => (0x13, None),
            Ask::SetInput(_) => (0x14, None),
            Ask::SetPanel(_) => (0xF9, None),
            Ask::Get(query) => (query.code(), Some(*query)),
        };
        if *command != wanted {
            return Read::NotMine;
        }
        if *yes == 0 {
            return Read::No(self.why());
        }
        let facts = match query {
            None => Some(Vec::new()),
            Some(Query::Status) => self.status(data),
            Some(Query::Errors) => errors(data),
            Some(Query::Panel) => match data {
                [0] => Some(vec![fact("panel", Some(Value::Bool(true)))]),
                [1] => Some(vec![fact("panel", Some(Value::Bool(false)))]),
                _ => None,
            },
            Some(Query::Serial) => Some(printable("serial", data)),
            Some(Query::Version) => Some(printable("version", data)),
            Some(Query::Model) => Some(vec![fact("model", Some(Value::Text(data.iter().map(|byte| format!("{byte:02x}")).collect())))]),
        };
        facts.map_or(Read::NotMine, Read::Facts)
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        let Ask::Get(query) = ask else { return Vec::new() };
        query.properties().iter().map(|property| fact(property, None)).collect()
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::SetPanel(_) => vec![Ask::Get(Query::Panel)],
            Ask::SetPower(_) | Ask::Restart | Ask::SetInput(_) => {
                vec![Ask::Get(Query::Status), Ask::Get(Query::Panel), Ask::Get(Query::Errors)]
            }
            Ask::SetVolume(_) | Ask::SetMute(_) => vec![Ask::Get(Query::Status)],
            Ask::Get(_) => Vec::new(),
        }
    }

    fn gap(&self) -> Duration {
        if self.waking { WAKING } else { Duration::ZERO }
    }
}

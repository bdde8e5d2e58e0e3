//! The protocol as the driver machine sees it.

use std::time::Duration;

use room_api::Value;
use room_driver::{Fact, Heard, Manner, No, Protocol, Read};

use super::codec::{Block, Blocks, Piece, pair};
use crate::matrix::Ports;

/// `ACK` or a block: hubs answer in a few milliseconds, a server behind USB in some hundreds.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
const POLL_ROUTING: Duration = Duration::from_secs(10);
const POLL_LOCKS: Duration = Duration::from_secs(30);
const POLL_LABELS: Duration = Duration::from_secs(60);

/// Blocks that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// Which input each output shows.
    Routing,
    /// Locks of outputs.
    Locks,
    /// Names of inputs.
    InputLabels,
    /// Names of outputs.
    OutputLabels,
    /// Model and size.
    Device,
}

impl Query {
    const ALL: [Self; 5] = [Self::Device, Self::Routing, Self::Locks, Self::InputLabels, Self::OutputLabels];

    /// The block's header.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::Routing => "VIDEO OUTPUT ROUTING",
            Self::Locks => "VIDEO OUTPUT LOCKS",
            Self::InputLabels => "INPUT LABELS",
            Self::OutputLabels => "OUTPUT LABELS",
            Self::Device => "VIDEOHUB DEVICE",
        }
    }
}

/// What an output's lock can be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// `U`
    Unlocked,
    /// `O`
    Own,
}

/// What can be asked of a hub; numbers from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Output and input.
    Route(u16, u16),
    /// Output and lock.
    Lock(u16, Lock),
    /// Read a block.
    Get(Query),
}

/// The protocol towards one hub.
#[derive(Debug)]
pub struct Videohub {
    pub(crate) ports: Ports,
    blocks: Blocks,
    present: bool,
    /// Inputs and outputs as the hub told.
    pub(crate) size: Option<(u16, u16)>,
}

impl Videohub {
    /// A hub with these ports.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, blocks: Blocks::default(), present: false, size: None }
    }

    /// What the device block says; whether the hub comes or goes by it.
    fn device(&mut self, lines: &[String]) -> Vec<Heard> {
        let mut facts = Vec::new();
        let (mut inputs, mut outputs) = self.size.unwrap_or((self.ports.inputs, self.ports.outputs));
        let mut present = self.present;
        for (key, value) in lines.iter().filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match key {
                "Device present" => present = value == "true",
                "Model name" => facts.push(fact("model".to_owned(), Some(Value::Text(value.to_owned())))),
                "Friendly name" => facts.push(fact("name".to_owned(), Some(Value::Text(value.to_owned())))),
                "Video inputs" => inputs = value.parse().unwrap_or(inputs),
                "Video outputs" => outputs = value.parse().unwrap_or(outputs),
                _ => {}
            }
        }
        self.size = Some((inputs, outputs));
        let was_present = std::mem::replace(&mut self.present, present);
        match (was_present, present) {
            (false, true) => vec![Heard::Ready, Heard::Report(facts)],
            (true, true) => vec![Heard::Report(facts)],
            // The hub behind the server is gone; the server tells when it is back.
            (true, false) => vec![Heard::Restart],
            (false, false) => Vec::new(),
        }
    }

    fn block(&mut self, block: &Block) -> Vec<Heard> {
        let answer = Heard::Answer { seq: None, payload: block.header.clone().into_bytes() };
        let family: fn(u16, &str) -> Option<Fact> = match block.header.as_str() {
            "NAK" => return vec![Heard::No { slot: 0, seq: None, why: No::BadParameter }],
            "ACK" => return vec![answer],
            "VIDEOHUB DEVICE" => {
                let mut heard = self.device(&block.lines);
                heard.push(answer);
                return heard;
            }
            "VIDEO OUTPUT ROUTING" => |output, rest| {
                let input: i64 = rest.trim().parse().ok()?;
                Some(fact(format!("route.{output}"), Some(Value::Int(input.max(-1) + 1))))
            },
            "VIDEO OUTPUT LOCKS" => |output, rest| {
                let word = match rest.trim() {
                    "U" => Some("unlocked"),
                    "O" => Some("own"),
                    "L" => Some("other"),
                    _ => None,
                };
                Some(fact(format!("lock.{output}"), word.map(|word| Value::Text(word.to_owned()))))
            },
            "INPUT LABELS" => |input, rest| Some(fact(format!("input_name.{input}"), Some(Value::Text(rest.to_owned())))),
            "OUTPUT LABELS" => |output, rest| Some(fact(format!("output_name.{output}"), Some(Value::Text(rest.to_owned())))),
            // Preamble, end of it, and blocks of parts this driver does not serve.
            _ => return Vec::new(),
        };
        let pairs = block.lines.iter().filter_map(|line| pair(line));
        let facts = pairs.filter_map(|(index, rest)| family(index.checked_add(1)?, rest)).collect();
        vec![Heard::Report(facts), answer]
    }
}

fn fact(property: String, value: Option<Value>) -> Fact {
    Fact { property: property.into(), value }
}

impl Protocol for Videohub {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.blocks.clear();
        self.present = false;
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        self.present
    }

    fn polls(&self) -> Vec<Ask> {
        Query::ALL.map(Ask::Get).to_vec()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        let Ask::Get(query) = ask else { return None };
        match query {
            Query::Routing => Some(POLL_ROUTING),
            Query::Locks => Some(POLL_LOCKS),
            Query::InputLabels | Query::OutputLabels => Some(POLL_LABELS),
            Query::Device => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        match ask {
            Ask::Route(output, _) => Manner::answered(ANSWER_WITHIN).keyed(format!("route.{output}")),
            Ask::Lock(output, _) => Manner::answered(ANSWER_WITHIN).keyed(format!("lock.{output}")),
            Ask::Get(_) => Manner::answered(ANSWER_WITHIN),
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let block = match ask {
            Ask::Route(output, input) => {
                Block::new(Query::Routing.header(), vec![format!("{} {}", output.saturating_sub(1), input.saturating_sub(1))])
            }
            Ask::Lock(output, lock) => {
                let letter = if *lock == Lock::Own { 'O' } else { 'U' };
                Block::new(Query::Locks.header(), vec![format!("{} {letter}", output.saturating_sub(1))])
            }
            Ask::Get(query) => Block::new(query.header(), Vec::new()),
        };
        (block.encode(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for piece in self.blocks.feed(bytes) {
            match piece {
                Piece::Block(block) => heard.extend(self.block(&block)),
                Piece::Noise(count) => heard.push(Heard::Noise(count)),
            }
        }
        heard
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        // Its facts were reported when the block came, whoever asked for it.
        let is_mine = match ask {
            Ask::Route(..) | Ask::Lock(..) => payload == b"ACK",
            Ask::Get(query) => payload == query.header().as_bytes(),
        };
        if is_mine { Read::Facts(Vec::new()) } else { Read::NotMine }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Route(..) => vec![Ask::Get(Query::Routing)],
            Ask::Lock(..) => vec![Ask::Get(Query::Locks)],
            Ask::Get(_) => Vec::new(),
        }
    }
}

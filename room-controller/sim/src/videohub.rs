//! A matrix that speaks the Videohub protocol.

use std::time::Duration;

use room_drivers::videohub::{Block, Blocks, Piece, pair};
use serde_json::{Map, Value, json};

use crate::device::{Answers, Misbehave, PanelAct, SimDevice};

/// From an acknowledgement to the update block.
const SWITCHES: Duration = Duration::from_millis(20);

/// How a hub is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Inputs it has.
    pub inputs: u16,
    /// Outputs it has.
    pub outputs: u16,
    /// Says `END PRELUDE:`, as newer ones do.
    pub ends_prelude: bool,
    /// Acknowledges a question before it answers.
    pub acks_questions: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { inputs: 12, outputs: 12, ends_prelude: true, acks_questions: true }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Hub {
    settings: Settings,
    blocks: Blocks,
    routes: Vec<u16>,
    locks: Vec<char>,
    misbehave: Misbehave,
    orders: u64,
}

impl Hub {
    /// Each output shows the input of its number.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let outputs = usize::from(settings.outputs);
        let last = settings.inputs.saturating_sub(1);
        let routes = (0..settings.outputs).map(|output| output.min(last)).collect();
        Self { settings, blocks: Blocks::default(), routes, locks: vec!['U'; outputs], misbehave: Misbehave::None, orders: 0 }
    }

    fn routing(&self) -> Vec<String> {
        self.routes.iter().enumerate().map(|(output, input)| format!("{output} {input}")).collect()
    }

    fn labels(word: &str, count: u16) -> Vec<String> {
        (0..count).map(|index| format!("{index} {word} {}", index + 1)).collect()
    }

    /// The whole block of that header.
    fn whole(&self, header: &str) -> Option<Block> {
        let lines = match header {
            "VIDEOHUB DEVICE" => vec![
                "Device present: true".to_owned(),
                "Model name: Rehearsal Videohub".to_owned(),
                format!("Video inputs: {}", self.settings.inputs),
                "Video processing units: 0".to_owned(),
                format!("Video outputs: {}", self.settings.outputs),
            ],
            "INPUT LABELS" => Self::labels("Input", self.settings.inputs),
            "OUTPUT LABELS" => Self::labels("Output", self.settings.outputs),
            "VIDEO OUTPUT LOCKS" => self.locks.iter().enumerate().map(|(output, lock)| format!("{output} {lock}")).collect(),
            "VIDEO OUTPUT ROUTING" => self.routing(),
            _ => return None,
        };
        Some(Block::new(header, lines))
    }

    /// Every line is good, or none is done.
    fn set_routes(&mut self, lines: &[String]) -> bool {
        let wanted: Option<Vec<(u16, u16)>> =
            lines.iter().map(|line| pair(line).and_then(|(to, from)| Some((to, from.parse().ok()?)))).collect();
        let may = |(output, input): &(u16, u16)| {
            let is_free = self.locks.get(usize::from(*output)).is_some_and(|lock| *lock != 'L');
            is_free && *input < self.settings.inputs
        };
        let Some(wanted) = wanted.filter(|wanted| wanted.iter().all(may)) else { return false };
        for (output, input) in wanted {
            if let Some(route) = self.routes.get_mut(usize::from(output)) {
                *route = input;
            }
        }
        true
    }

    fn set_locks(&mut self, lines: &[String]) -> bool {
        let wanted: Option<Vec<(u16, char)>> =
            lines.iter().map(|line| pair(line).and_then(|(to, lock)| Some((to, lock.parse().ok()?)))).collect();
        let may = |(output, lock): &(u16, char)| {
            let is_other = self.locks.get(usize::from(*output)).is_none_or(|lock| *lock == 'L');
            matches!(lock, 'U' | 'O') && !is_other || *lock == 'F' && usize::from(*output) < self.locks.len()
        };
        let Some(wanted) = wanted.filter(|wanted| wanted.iter().all(may)) else { return false };
        for (output, lock) in wanted {
            if let Some(state) = self.locks.get_mut(usize::from(output)) {
                *state = if lock == 'O' { 'O' } else { 'U' };
            }
        }
        true
    }

    fn order(&mut self, now: Duration, block: &Block) -> Answers {
        let say = |header: &str, lines: Vec<String>| Block::new(header, lines).encode();
        let is_done = match block.header.as_str() {
            _ if self.misbehave == Misbehave::Refuse => false,
            "VIDEO OUTPUT ROUTING" => self.set_routes(&block.lines),
            "VIDEO OUTPUT LOCKS" => self.set_locks(&block.lines),
            _ => false,
        };
        if !is_done {
            return vec![(now, say("NAK", Vec::new()))];
        }
        self.orders += 1;
        if self.misbehave == Misbehave::WrongSequence {
            return vec![(now, say("OUTPUT LABELS", Self::labels("Output", self.settings.outputs)))];
        }
        let done = Block::new(&block.header, block.lines.iter().map(|line| line.replace(" F", " U")).collect());
        vec![(now, say("ACK", Vec::new())), (now + SWITCHES, done.encode())]
    }

    fn question(&self, now: Duration, block: &Block) -> Answers {
        let ack = Block::new("ACK", Vec::new()).encode();
        if block.header == "PING" {
            return vec![(now, ack)];
        }
        let header = if self.misbehave == Misbehave::WrongSequence { "OUTPUT LABELS" } else { &block.header };
        match self.whole(header) {
            Some(block) if self.settings.acks_questions => vec![(now, [ack, block.encode()].concat())],
            Some(block) => vec![(now, block.encode())],
            None => vec![(now, Block::new("NAK", Vec::new()).encode())],
        }
    }
}

impl SimDevice for Hub {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        self.blocks.clear();
        let mut said = Block::new("PROTOCOL PREAMBLE", vec!["Version: 2.3".to_owned()]).encode();
        for header in ["VIDEOHUB DEVICE", "INPUT LABELS", "OUTPUT LABELS", "VIDEO OUTPUT LOCKS", "VIDEO OUTPUT ROUTING"] {
            said.extend(self.whole(header).map(|block| block.encode()).unwrap_or_default());
        }
        if self.settings.ends_prelude {
            said.extend(Block::new("END PRELUDE", Vec::new()).encode());
        }
        said
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = Vec::new();
        for piece in self.blocks.feed(bytes) {
            match piece {
                Piece::Block(block) if block.lines.is_empty() => answers.extend(self.question(now, &block)),
                Piece::Block(block) => answers.extend(self.order(now, &block)),
                Piece::Noise(_) => {}
            }
        }
        answers
    }

    fn hidden(&mut self, _now: Duration) -> Value {
        let mut properties = Map::new();
        properties.insert("model".to_owned(), json!("Rehearsal Videohub"));
        for (output, (input, lock)) in (1_u16..).zip(self.routes.iter().zip(&self.locks)) {
            let lock = match lock {
                'U' => "unlocked",
                'O' => "own",
                _ => "other",
            };
            properties.insert(format!("route.{output}"), json!(input + 1));
            properties.insert(format!("lock.{output}"), json!(lock));
            properties.insert(format!("output_name.{output}"), json!(format!("Output {output}")));
        }
        json!({ "properties": properties, "orders": self.orders, "misbehave": self.misbehave })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    /// Another controller: `route` of output `number` to input `value`, both from 1; `lock` of output `number`, 1 or 0.
    fn panel(&mut self, now: Duration, act: &PanelAct) -> Option<Answers> {
        let output = act.number.checked_sub(1)?;
        let (header, said) = match act.act.as_str() {
            "route" => {
                let input = u16::try_from(act.value - 1).ok().filter(|input| *input < self.settings.inputs)?;
                *self.routes.get_mut(usize::from(output))? = input;
                ("VIDEO OUTPUT ROUTING", format!("{output} {input}"))
            }
            "lock" => {
                let lock = if act.value == 1 { 'L' } else { 'U' };
                *self.locks.get_mut(usize::from(output))? = lock;
                ("VIDEO OUTPUT LOCKS", format!("{output} {lock}"))
            }
            _ => return None,
        };
        Some(vec![(now, Block::new(header, vec![said]).encode())])
    }

    /// Routes survive, locks do not.
    fn reboot(&mut self, _now: Duration) {
        self.blocks.clear();
        self.locks.fill('U');
    }
}

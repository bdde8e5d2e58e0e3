//! Receivers of DMX: an Art-Net 4 node, an sACN receiver and an Enttec widget. They check what arrives and keep its rhythm.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use room_drivers::dmx::Universes;
use room_drivers::enttec_pro::{DMX, Framer, Message, PARAMETERS, SERIAL};
use room_drivers::{artnet, sacn};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// From a poll to its answer; real nodes wait up to a second at random.
const ANSWER: Duration = Duration::from_millis(30);
/// A receiver lets go of a silent sACN sender (E1.31 §6.7.1).
const SACN_LOSS: Duration = Duration::from_millis(2_500);
/// An Art-Net node says "transmitting" so long after the last frame (fact sheet §18: a frame comes at least each 4 s).
const ARTNET_LOSS: Duration = Duration::from_secs(4);
/// Times of frames kept for a look: five seconds of a fade.
const MAX_TIMES: usize = 200;

/// What arrived in one universe.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// Levels.
    pub levels: Vec<u8>,
    /// Frames in all.
    pub frames: u64,
    /// Sequence number of the last one, where there is one.
    pub sequence: Option<u8>,
    /// Frames whose number did not follow the one before.
    pub out_of_order: u64,
    /// When the last frames came.
    pub times: VecDeque<Duration>,
}

impl Heard {
    fn take(&mut self, now: Duration, levels: &[u8], sequence: Option<u8>, next: impl Fn(u8) -> u8) {
        if let (Some(last), Some(sequence)) = (self.sequence, sequence)
            && next(last) != sequence
        {
            self.out_of_order += 1;
        }
        self.sequence = sequence;
        self.levels = levels.to_vec();
        self.frames += 1;
        if self.times.len() >= MAX_TIMES {
            self.times.pop_front();
        }
        self.times.push_back(now);
    }

    fn is_live(&self, now: Duration, loss: Duration) -> bool {
        self.times.back().is_some_and(|last| now < *last + loss)
    }

    fn json(&self, now: Duration, loss: Duration) -> serde_json::Value {
        let gaps: Vec<u128> = self.times.iter().zip(self.times.iter().skip(1)).map(|(a, b)| b.saturating_sub(*a).as_millis()).collect();
        json!({
            "levels": self.levels, "frames": self.frames, "sequence": self.sequence, "out_of_order": self.out_of_order,
            "shortest_gap_ms": gaps.iter().min(), "longest_gap_ms": gaps.iter().max(), "last_ms": self.times.back().map(Duration::as_millis),
            "live": self.is_live(now, loss),
        })
    }
}

/// What a receiver speaks.
#[derive(Debug)]
enum Speech {
    ArtNet { ports: Vec<u16> },
    Sacn { universes: Vec<u16>, name: String, priority: u8 },
    Enttec { framer: Framer },
}

/// See the module.
#[derive(Debug)]
pub struct Lights {
    speech: Speech,
    universes: BTreeMap<u16, Heard>,
    /// Another sender is on the line as well.
    foreign: bool,
    /// Datagrams and messages that were none.
    strange: u64,
    polls: u64,
    misbehave: Misbehave,
}

impl Lights {
    const fn of(speech: Speech) -> Self {
        Self { speech, universes: BTreeMap::new(), foreign: false, strange: 0, polls: 0, misbehave: Misbehave::None }
    }

    /// An Art-Net node with outputs for those port-addresses; at most four a page.
    #[must_use]
    pub const fn artnet(ports: Vec<u16>) -> Self {
        Self::of(Speech::ArtNet { ports })
    }

    /// An sACN receiver of those universes.
    #[must_use]
    pub const fn sacn(universes: Vec<u16>) -> Self {
        Self::of(Speech::Sacn { universes, name: String::new(), priority: 0 })
    }

    /// A widget.
    #[must_use]
    pub fn enttec() -> Self {
        Self::of(Speech::Enttec { framer: Framer::default() })
    }

    /// What arrived in a universe.
    #[must_use]
    pub fn heard(&self, universe: u16) -> Option<&Heard> {
        self.universes.get(&universe)
    }

    /// Levels by universe.
    #[must_use]
    pub fn levels(&self) -> Universes {
        self.universes.iter().map(|(universe, heard)| (*universe, heard.levels.clone())).collect()
    }

    /// Another desk begins or ends to send to the same ports.
    pub const fn set_foreign(&mut self, foreign: bool) {
        self.foreign = foreign;
    }

    fn loss(&self) -> Duration {
        match self.speech {
            Speech::ArtNet { .. } => ARTNET_LOSS,
            Speech::Sacn { .. } => SACN_LOSS,
            // The widget repeats the last frame for ever.
            Speech::Enttec { .. } => Duration::MAX / 2,
        }
    }

    /// Answers to a poll: a page of four ports each.
    fn poll_replies(&self, now: Duration, ports: &[u16]) -> Vec<Vec<u8>> {
        let port = |universe: &u16| artnet::Port {
            universe: *universe,
            transmits: self.universes.get(universe).is_some_and(|heard| heard.is_live(now, ARTNET_LOSS)),
            merges: self.foreign,
        };
        let page = |(index, page): (usize, &[u16])| {
            let report = format!("#0001 [{:04}] rehearsal", self.polls);
            let bind = u8::try_from(index + 1).unwrap_or(u8::MAX);
            artnet::poll_reply(&artnet::PollReply { name: "Rehearsal".to_owned(), report, bind, ports: page.iter().map(port).collect() })
        };
        ports.chunks(4).enumerate().map(page).collect()
    }

    fn artnet_datagram(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let Speech::ArtNet { ports } = &self.speech else { return Vec::new() };
        let ports = ports.clone();
        match artnet::decode(bytes) {
            Some(artnet::Packet::Poll) => {
                self.polls += 1;
                let mut replies = self.poll_replies(now, &ports);
                if self.misbehave == Misbehave::WrongSequence {
                    // The answer to a question that nobody asked: ArtTodData.
                    replies = vec![[&b"Art-Net\0\x00\x81\x00\x0E"[..], &[0; 40]].concat()];
                }
                replies.into_iter().map(|reply| (now + ANSWER, reply)).collect()
            }
            Some(artnet::Packet::Dmx(sequence, universe, levels)) if ports.contains(&universe) => {
                // A refusing node is locked to another desk.
                if self.misbehave != Misbehave::Refuse {
                    let next = |last: u8| if last == u8::MAX { 1 } else { last + 1 };
                    self.universes.entry(universe).or_default().take(now, &levels, Some(sequence), next);
                }
                Vec::new()
            }
            Some(artnet::Packet::Dmx(..) | artnet::Packet::PollReply(_) | artnet::Packet::Other(_)) => Vec::new(),
            None => {
                self.strange += 1;
                Vec::new()
            }
        }
    }

    fn sacn_datagram(&mut self, now: Duration, bytes: &[u8]) {
        let Some(data) = sacn::decode(bytes) else {
            self.strange += 1;
            return;
        };
        let Speech::Sacn { universes, name, priority } = &mut self.speech else { return };
        if !universes.contains(&data.universe) || self.misbehave == Misbehave::Refuse {
            return;
        }
        (*name, *priority) = (data.name, data.priority);
        self.universes.entry(data.universe).or_default().take(now, &data.levels, Some(data.sequence), |last| last.wrapping_add(1));
    }

    fn enttec_bytes(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let Speech::Enttec { framer } = &mut self.speech else { return Vec::new() };
        let (messages, dropped) = framer.feed(bytes);
        self.strange += u64::try_from(dropped).unwrap_or_default();
        let mut answers = Vec::new();
        for message in messages {
            let answer = |label, data: &[u8]| vec![(now + ANSWER, Message { label, data: data.to_vec() }.encode())];
            match (message.label, message.data.as_slice()) {
                (SERIAL | PARAMETERS, _) if self.misbehave == Misbehave::WrongSequence => answers.extend(answer(5, &[0, 0])),
                (SERIAL, []) => {
                    self.polls += 1;
                    answers.extend(answer(SERIAL, &[0x78, 0x56, 0x34, 0x12]));
                }
                (PARAMETERS, [_, _]) => answers.extend(answer(PARAMETERS, &[44, 1, 9, 1, 40])),
                (DMX, [0, levels @ ..]) if (24..=512).contains(&levels.len()) => {
                    if self.misbehave != Misbehave::Refuse {
                        self.universes.entry(0).or_default().take(now, levels, None, |last| last);
                    }
                }
                _ => self.strange += 1,
            }
        }
        answers
    }
}

impl SimDevice for Lights {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        if let Speech::Enttec { framer } = &mut self.speech {
            framer.clear();
        }
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        match self.speech {
            Speech::ArtNet { .. } => self.artnet_datagram(now, bytes),
            Speech::Sacn { .. } => {
                self.sacn_datagram(now, bytes);
                Vec::new()
            }
            Speech::Enttec { .. } => self.enttec_bytes(now, bytes),
        }
    }

    fn hidden(&mut self, now: Duration) -> serde_json::Value {
        let loss = self.loss();
        let universes: BTreeMap<String, serde_json::Value> =
            self.universes.iter().map(|(universe, heard)| (universe.to_string(), heard.json(now, loss))).collect();
        let sender = match &self.speech {
            Speech::Sacn { name, priority, .. } => json!({ "name": name, "priority": priority }),
            Speech::ArtNet { .. } | Speech::Enttec { .. } => serde_json::Value::Null,
        };
        json!({
            "universes": universes, "sender": sender, "foreign": self.foreign, "strange": self.strange, "polls": self.polls,
            "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, _now: Duration) {
        self.universes.clear();
    }
}

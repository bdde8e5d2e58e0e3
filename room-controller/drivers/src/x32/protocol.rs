//! The protocol as the driver machine sees it.

use std::collections::BTreeMap;
use std::time::Duration;

use room_api::{Text, Value};
use room_driver::{Fact, Heard, Manner, No, Protocol, Read};

use super::codec::{Argument, Message, STEPS, Strip, Target, tenths_of};

/// Each question's own deadline: unknown addresses get silence (fact sheet §14).
const ANSWER_WITHIN: Duration = Duration::from_millis(300);
/// Times a question is asked, and an order that shows no effect is sent.
const TRIES: u8 = 3;
/// `/xremote` lasts 10 s.
const REMOTE: Duration = Duration::from_secs(8);
/// Whether the desk lives.
const ALIVE: Duration = Duration::from_secs(5);
/// Pushes get lost.
const POLL: Duration = Duration::from_secs(30);
/// Names change seldom.
const POLL_NAME: Duration = Duration::from_secs(300);

/// A value on its way to the desk.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Of what.
    pub target: Target,
    /// The value.
    pub argument: Argument,
    /// The level ordered, tenths of dB, when it is one.
    pub tenths: Option<i64>,
}

/// What can be asked of a desk.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Push changes for 10 s.
    Remote,
    /// Who it is.
    Info,
    /// A value; which try.
    Get(Target, u8),
    /// Whether it lives though it does not tell that value.
    AliveWithout(Target),
    /// An order; the question after it is the proof.
    Set(Wanted),
    /// Whether an order had effect; which try.
    Check(Wanted, u8),
    /// Whether it lives though it does not tell what was ordered.
    AliveUnproved,
}

/// OSC towards one desk.
#[derive(Debug)]
pub struct X32 {
    pub(crate) strips: Vec<(Strip, Text)>,
    pub(crate) scenes: Vec<(u16, Text)>,
    /// Levels ordered: tenths of dB and the place they became.
    ordered: BTreeMap<Strip, (i64, f32)>,
    /// The order showed no effect and goes out again in place of its question.
    again: bool,
}

impl X32 {
    /// A desk of which these strips are watched.
    #[must_use]
    pub fn new(strips: Vec<(Strip, Text)>, scenes: Vec<(u16, Text)>) -> Self {
        Self { strips, scenes, ordered: BTreeMap::new(), again: false }
    }

    fn targets(&self) -> impl Iterator<Item = Target> {
        let of = |(strip, _): &(Strip, Text)| [Target::Fader(*strip), Target::On(*strip), Target::Name(*strip)];
        self.strips.iter().flat_map(of).chain([Target::Scene])
    }

    fn level(&self, strip: Strip, fader: f32) -> i64 {
        match self.ordered.get(&strip) {
            Some((tenths, place)) if same_place(*place, fader) => *tenths,
            Some(_) | None => tenths_of(fader),
        }
    }

    fn facts(&self, message: &Message) -> Vec<Fact> {
        let Some(argument) = message.arguments.first() else { return Vec::new() };
        let Some(target) = self.targets().find(|target| target.address() == message.address) else { return Vec::new() };
        let value = match (target, argument) {
            (Target::Fader(strip), Argument::Float(fader)) => Value::Int(self.level(strip, *fader)),
            (Target::On(_), Argument::Int(on)) => Value::Bool(*on == 0),
            (Target::Name(_), Argument::Text(name)) => Value::Text(name.clone()),
            (Target::Scene, Argument::Int(scene)) => Value::Int((*scene).into()),
            (Target::Fader(_) | Target::On(_) | Target::Name(_) | Target::Scene, _) => return Vec::new(),
        };
        vec![Fact { property: target.property().into(), value: Some(value) }]
    }

    fn message(&self, message: &Message) -> Vec<Heard> {
        if !message.address.starts_with('/') {
            return vec![Heard::Noise(message.address.len())];
        }
        let facts = if message.address == "/xinfo" { info(message) } else { self.facts(message) };
        vec![Heard::Report(facts), Heard::Answer { seq: None, payload: message.encode() }]
    }
}

/// Within half a step.
fn same_place(a: f32, b: f32) -> bool {
    (a - b).abs() <= 0.505 / STEPS
}

fn same(wanted: &Argument, reported: &Argument) -> bool {
    match (wanted, reported) {
        (Argument::Float(a), Argument::Float(b)) => same_place(*a, *b),
        (Argument::Int(_) | Argument::Float(_) | Argument::Text(_), _) => wanted == reported,
    }
}

/// `/xinfo ip name model firmware`
fn info(message: &Message) -> Vec<Fact> {
    let names = [("desk", 1), ("model", 2), ("firmware", 3)];
    let fact = |(property, index): (&'static str, usize)| match message.arguments.get(index) {
        Some(Argument::Text(text)) => Some(Fact { property: property.into(), value: Some(Value::Text(text.clone())) }),
        Some(Argument::Int(_) | Argument::Float(_)) | None => None,
    };
    names.into_iter().filter_map(fact).collect()
}

impl Protocol for X32 {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        self.again = false;
        Vec::new()
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn polls(&self) -> Vec<Ask> {
        [Ask::Info, Ask::Remote].into_iter().chain(self.targets().map(|target| Ask::Get(target, 1))).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::Remote => Some(REMOTE),
            Ask::Info => Some(ALIVE),
            Ask::Get(Target::Name(_), _) | Ask::AliveWithout(_) => Some(POLL_NAME),
            Ask::Get(Target::Fader(_) | Target::On(_) | Target::Scene, _) => Some(POLL),
            Ask::Set(_) | Ask::Check(..) | Ask::AliveUnproved => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        match ask {
            Ask::Remote => Manner::unanswered(),
            Ask::Set(wanted) => Manner::unanswered().keyed(format!("set {}", wanted.target.property())),
            Ask::Check(wanted, _) => Manner::answered(ANSWER_WITHIN).keyed(wanted.target.property()),
            Ask::Info | Ask::Get(..) | Ask::AliveWithout(_) | Ask::AliveUnproved => Manner::answered(ANSWER_WITHIN),
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let again = std::mem::take(&mut self.again);
        let message = match ask {
            Ask::Remote => Message::ask("/xremote"),
            Ask::Info | Ask::AliveWithout(_) | Ask::AliveUnproved => Message::ask("/xinfo"),
            Ask::Get(target, _) => Message::ask(target.address()),
            Ask::Check(wanted, _) if !again => Message::ask(wanted.target.address()),
            Ask::Set(wanted) | Ask::Check(wanted, _) => {
                if let (Target::Fader(strip), Some(tenths), Argument::Float(place)) = (wanted.target, wanted.tenths, &wanted.argument) {
                    self.ordered.insert(strip, (tenths, *place));
                }
                let address = if wanted.target == Target::Scene { "/-action/goscene".to_owned() } else { wanted.target.address() };
                Message::tell(address, wanted.argument.clone())
            }
        };
        (message.encode(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        match Message::decode(bytes) {
            Some(messages) => messages.iter().flat_map(|message| self.message(message)).collect(),
            None => vec![Heard::Noise(bytes.len())],
        }
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some(message) = Message::decode(payload).and_then(|messages| messages.into_iter().next()) else { return Read::NotMine };
        let is_info = message.address == "/xinfo";
        match ask {
            Ask::Info if is_info => Read::Facts(Vec::new()),
            Ask::AliveWithout(target) if is_info => Read::Facts(vec![Fact { property: target.property().into(), value: None }]),
            Ask::AliveUnproved if is_info => Read::No(No::Unsupported),
            Ask::Get(target, _) if message.address == target.address() => Read::Facts(Vec::new()),
            Ask::Check(wanted, tries) if message.address == wanted.target.address() => {
                if message.arguments.first().is_some_and(|reported| same(&wanted.argument, reported)) {
                    return Read::Facts(Vec::new());
                }
                if *tries >= TRIES {
                    return Read::No(No::NotNow);
                }
                // A scene takes a moment, and is never recalled twice.
                self.again = wanted.target != Target::Scene;
                Read::No(No::Busy)
            }
            Ask::Remote | Ask::Info | Ask::Get(..) | Ask::AliveWithout(_) | Ask::Set(_) | Ask::Check(..) | Ask::AliveUnproved => {
                Read::NotMine
            }
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            // A scene moves everything, and what we moved is not pushed to us.
            Ask::Check(wanted, _) if wanted.target == Target::Scene => self.targets().map(|target| Ask::Get(target, 1)).collect(),
            Ask::Remote | Ask::Info | Ask::Get(..) | Ask::AliveWithout(_) | Ask::Set(_) | Ask::Check(..) | Ask::AliveUnproved => Vec::new(),
        }
    }

    fn instead(&self, ask: &Ask) -> Option<Ask> {
        match ask {
            Ask::Get(target, tries) if *tries < TRIES => Some(Ask::Get(*target, tries + 1)),
            Ask::Get(target, _) => Some(Ask::AliveWithout(*target)),
            Ask::Check(wanted, tries) if *tries < TRIES => Some(Ask::Check(wanted.clone(), tries + 1)),
            Ask::Check(..) => Some(Ask::AliveUnproved),
            Ask::Remote | Ask::Info | Ask::AliveWithout(_) | Ask::Set(_) | Ask::AliveUnproved => None,
        }
    }
}

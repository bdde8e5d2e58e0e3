//! The protocol as the driver machine sees it.

use std::collections::BTreeSet;
use std::time::Duration;

use room_api::{Text, Value};
use room_driver::{Fact, Heard, Manner, No, Protocol, Read};

use super::codec::{Apci, Cemi, Group, MessageCode, Packet, Telegram};

/// Confirmation of a telegram; then it is repeated.
const CONFIRM_WITHIN: Duration = Duration::from_secs(1);
/// Answer to CONNECTIONSTATE.
const STATE_WITHIN: Duration = Duration::from_secs(10);
/// CONNECTIONSTATE and the reading of status addresses.
const POLL: Duration = Duration::from_secs(60);
/// 20 telegrams a second.
const GAP: Duration = Duration::from_millis(50);

/// What a fixture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// DPT 1.001.
    Switch,
    /// DPT 5.001.
    Dimmer,
}

/// A fixture as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixture {
    /// Number for people.
    pub number: u16,
    /// Its names.
    pub name: Text,
    /// What it is.
    pub what: What,
    /// Where values are written.
    pub write: Group,
    /// Where its status comes.
    pub status: Group,
}

impl Fixture {
    fn property(&self) -> String {
        match self.what {
            What::Switch => format!("on.{}", self.number),
            What::Dimmer => format!("level.{}", self.number),
        }
    }

    /// What a value on the status address says.
    fn value(&self, data: &[u8], small: bool) -> Option<Value> {
        match (self.what, data, small) {
            (What::Switch, [bit], true) => Some(Value::Bool(bit & 1 == 1)),
            (What::Dimmer, [raw], false) => Some(Value::Int((i64::from(*raw) * 100 + 127) / 255)),
            _ => None,
        }
    }
}

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Whether the channel stands.
    State,
    /// Read a status address.
    Read(Group),
    /// Switch: group and state.
    Switch(Group, bool),
    /// Dim: group and 0 to 255.
    Dim(Group, u8),
    /// Recall a scene, 0 to 63.
    Scene(Group, u8),
}

/// Tunnelling towards one interface.
#[derive(Debug)]
pub struct Knx {
    pub(crate) fixtures: Vec<Fixture>,
    /// Group of scenes, with the scenes' numbers and names.
    pub(crate) scenes: Option<(Group, Vec<(u16, Text)>)>,
    channel: Option<u8>,
    /// Number of the next telegram to the interface: it advances when the interface acknowledges it, so that a lost one is made good by the same
    /// number again (KNX 03_08_04 §2.6).
    sent: u8,
    expected: u8,
    /// Status addresses read and not answered.
    unanswered: BTreeSet<Group>,
}

impl Knx {
    /// An interface with those fixtures behind it.
    #[must_use]
    pub const fn new(fixtures: Vec<Fixture>, scenes: Option<(Group, Vec<(u16, Text)>)>) -> Self {
        Self { fixtures, scenes, channel: None, sent: 0, expected: 0, unanswered: BTreeSet::new() }
    }

    fn telegram(ask: &Ask) -> Option<Telegram> {
        match *ask {
            Ask::State => None,
            Ask::Read(group) => Some(Telegram { group, apci: Apci::Read, small: true }),
            Ask::Switch(group, on) => Some(Telegram { group, apci: Apci::Write(vec![u8::from(on)]), small: true }),
            Ask::Dim(group, raw) => Some(Telegram { group, apci: Apci::Write(vec![raw]), small: false }),
            Ask::Scene(group, scene) => Some(Telegram { group, apci: Apci::Write(vec![scene]), small: false }),
        }
    }

    /// What a telegram from the bus says.
    fn indicated(&mut self, telegram: &Telegram) -> Vec<Fact> {
        let (Apci::Response(data) | Apci::Write(data)) = &telegram.apci else { return Vec::new() };
        self.unanswered.remove(&telegram.group);
        let of = self.fixtures.iter().filter(|fixture| fixture.status == telegram.group);
        of.map(|fixture| Fact { property: fixture.property().into(), value: fixture.value(data, telegram.small) }).collect()
    }

    fn tunnelled(&mut self, number: u8, cemi: &[u8]) -> Vec<Heard> {
        let Some(channel) = self.channel else { return Vec::new() };
        let acknowledge = Heard::Reply(Packet::TunnelAck(channel, number, 0).encode());
        if number == self.expected.wrapping_sub(1) {
            // A repetition: our acknowledgement was lost.
            return vec![acknowledge];
        }
        if number != self.expected {
            return Vec::new();
        }
        self.expected = self.expected.wrapping_add(1);
        let mut heard = vec![acknowledge];
        let Some(frame) = Cemi::decode(cemi) else { return heard };
        match frame.code {
            MessageCode::Confirm => heard.push(Heard::Answer { seq: None, payload: cemi.to_vec() }),
            MessageCode::Indicate => {
                let facts = self.indicated(&frame.telegram);
                if !facts.is_empty() {
                    heard.push(Heard::Report(facts));
                }
            }
            MessageCode::Request => {}
        }
        heard
    }

    fn status_fact(&self, group: Group) -> Vec<Fact> {
        let of = self.fixtures.iter().filter(|fixture| fixture.status == group);
        of.map(|fixture| Fact { property: fixture.property().into(), value: None }).collect()
    }
}

impl Protocol for Knx {
    type Ask = Ask;

    fn open(&mut self) -> Vec<u8> {
        (self.channel, self.sent, self.expected) = (None, 0, 0);
        self.unanswered.clear();
        Packet::Connect.encode()
    }

    fn is_ready(&self) -> bool {
        self.channel.is_some()
    }

    fn polls(&self) -> Vec<Ask> {
        let mut groups: Vec<Group> = self.fixtures.iter().map(|fixture| fixture.status).collect();
        groups.sort_unstable();
        groups.dedup();
        [Ask::State].into_iter().chain(groups.into_iter().map(Ask::Read)).collect()
    }

    fn period(&self, ask: &Ask) -> Option<Duration> {
        match ask {
            Ask::State | Ask::Read(_) => Some(POLL),
            Ask::Switch(..) | Ask::Dim(..) | Ask::Scene(..) => None,
        }
    }

    fn manner(&self, ask: &Ask) -> Manner {
        match ask {
            Ask::State => Manner::answered(STATE_WITHIN),
            Ask::Read(_) => Manner::answered(CONFIRM_WITHIN),
            Ask::Switch(group, _) | Ask::Dim(group, _) | Ask::Scene(group, _) => {
                Manner::answered(CONFIRM_WITHIN).keyed(format!("group {}", group.0))
            }
        }
    }

    fn encode(&mut self, ask: &Ask) -> (Vec<u8>, Option<u32>) {
        let channel = self.channel.unwrap_or_default();
        let Some(telegram) = Self::telegram(ask) else { return (Packet::State(channel).encode(), None) };
        (Packet::Tunnel(channel, self.sent, Cemi::request(telegram).encode()).encode(), None)
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let Some(packet) = Packet::decode(bytes) else { return vec![Heard::Noise(bytes.len())] };
        let is_ours = |channel: u8| self.channel == Some(channel);
        match packet {
            Packet::Connected(channel, 0) if self.channel.is_none() => {
                self.channel = Some(channel);
                vec![Heard::Ready]
            }
            // No more connections, or a tunnel it does not make.
            Packet::Connected(_, status) if self.channel.is_none() && status != 0 => vec![Heard::Reconnect],
            Packet::StateIs(channel, 0) if is_ours(channel) => vec![Heard::Answer { seq: None, payload: Vec::new() }],
            Packet::StateIs(channel, _) if is_ours(channel) => vec![Heard::Restart],
            Packet::Disconnect(channel) if is_ours(channel) => {
                vec![Heard::Reply(Packet::Disconnected(channel, 0).encode()), Heard::Restart]
            }
            Packet::Tunnel(channel, number, cemi) if is_ours(channel) => self.tunnelled(number, &cemi),
            Packet::TunnelAck(channel, number, 0) if is_ours(channel) => {
                if number == self.sent {
                    self.sent = self.sent.wrapping_add(1);
                }
                Vec::new()
            }
            // The number is wrong or the channel is gone.
            Packet::TunnelAck(channel, _, status) if is_ours(channel) && status != 0 => vec![Heard::Restart],
            Packet::Connect
            | Packet::Connected(..)
            | Packet::State(_)
            | Packet::StateIs(..)
            | Packet::Disconnect(_)
            | Packet::Disconnected(..)
            | Packet::Tunnel(..)
            | Packet::TunnelAck(..)
            | Packet::Other(_) => Vec::new(),
        }
    }

    fn read(&mut self, ask: &Ask, payload: &[u8]) -> Read {
        let Some(wanted) = Self::telegram(ask) else {
            return if payload.is_empty() { Read::Facts(Vec::new()) } else { Read::NotMine };
        };
        let Some(confirmed) = Cemi::decode(payload).filter(|confirmed| confirmed.telegram == wanted) else { return Read::NotMine };
        if confirmed.error {
            return Read::No(No::Fault);
        }
        let Ask::Read(group) = ask else { return Read::Facts(Vec::new()) };
        // The answer comes as a telegram of its own; whoever did not answer the last reading is not known any more.
        if self.unanswered.insert(*group) { Read::Facts(Vec::new()) } else { Read::Facts(self.status_fact(*group)) }
    }

    fn unknown(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Read(group) => self.status_fact(*group),
            Ask::State | Ask::Switch(..) | Ask::Dim(..) | Ask::Scene(..) => Vec::new(),
        }
    }

    fn after(&self, ask: &Ask) -> Vec<Ask> {
        match ask {
            Ask::Switch(group, _) | Ask::Dim(group, _) => {
                self.fixtures.iter().filter(|fixture| fixture.write == *group).map(|fixture| Ask::Read(fixture.status)).collect()
            }
            // A scene may move everything.
            Ask::Scene(..) => self.fixtures.iter().map(|fixture| Ask::Read(fixture.status)).collect(),
            Ask::State | Ask::Read(_) => Vec::new(),
        }
    }

    fn dedups(&self) -> bool {
        true
    }

    fn gap(&self) -> Duration {
        GAP
    }
}

#[cfg(test)]
mod tests {
    use super::{Ask, Group, Knx};
    use crate::knx::Packet;
    use room_driver::Protocol as _;

    #[test]
    fn a_telegram_keeps_its_number_until_it_is_acknowledged() {
        let mut knx = Knx::new(Vec::new(), None);
        knx.open();
        knx.feed(&Packet::Connected(7, 0).encode());
        let group: Group = "1/2/3".parse().unwrap();
        let numbers = |knx: &mut Knx| match Packet::decode(&knx.encode(&Ask::Switch(group, true)).0) {
            Some(Packet::Tunnel(7, number, _)) => number,
            other => panic!("{other:?}"),
        };
        assert_eq!([numbers(&mut knx), numbers(&mut knx)], [0, 0], "lost, so said again with the same number");
        knx.feed(&Packet::TunnelAck(7, 0, 0).encode());
        assert_eq!(numbers(&mut knx), 1);
        knx.feed(&Packet::TunnelAck(7, 0, 0).encode());
        assert_eq!(numbers(&mut knx), 1, "a late acknowledgement counts once");
    }
}

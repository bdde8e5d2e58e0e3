//! A KNXnet/IP interface with switch and dimmer actuators on its bus.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use room_drivers::knx::{Apci, Cemi, Fixture, Group, MessageCode, Packet, Telegram, What};
use serde_json::json;

use crate::device::{Answers, Misbehave, SimDevice};

/// An interface answers at once.
const QUICK: Duration = Duration::from_millis(5);
/// A telegram on the twisted pair takes 20 ms and more.
const BUS: Duration = Duration::from_millis(25);
/// An actuator switches and tells.
const ACTUATOR: Duration = Duration::from_millis(80);
/// Our telegrams must be acknowledged within this.
const ACK_WITHIN: Duration = Duration::from_secs(1);
/// "No such connection".
const NO_CONNECTION: u8 = 0x21;
/// "No more connections".
const FULL: u8 = 0x24;
/// Address of the actuator on the bus: 1.1.10.
const SOURCE: u16 = 0x110A;
/// Written groups kept for a look.
const MAX_LOG: usize = 256;

#[derive(Debug)]
struct Actuator {
    fixture: Fixture,
    value: u8,
    /// Answers readings of its status.
    readable: bool,
}

impl Actuator {
    fn data(&self) -> (Vec<u8>, bool) {
        (vec![self.value], self.fixture.what == What::Switch)
    }

    fn status(&self, apci: fn(Vec<u8>) -> Apci) -> Telegram {
        let (data, small) = self.data();
        Telegram { group: self.fixture.status, apci: apci(data), small }
    }
}

/// One of our telegrams that is not acknowledged yet.
#[derive(Debug)]
struct InFlight {
    number: u8,
    bytes: Vec<u8>,
    at: Duration,
    is_repeated: bool,
}

/// See the module.
#[derive(Debug)]
pub struct KnxInterface {
    actuators: Vec<Actuator>,
    scene_group: Option<Group>,
    channel: Option<u8>,
    /// Numbers of the next telegram from and to the controller.
    expected: u8,
    sent: u8,
    /// Our telegrams that wait for their turn, and when each is ready: the next goes out when the one before is acknowledged.
    waiting: VecDeque<(Duration, Cemi)>,
    in_flight: Option<InFlight>,
    unacknowledged: u64,
    /// Telegrams from the bus that go out with the next answer.
    pending: VecDeque<Telegram>,
    /// All connections are taken.
    full: bool,
    /// Nobody on the bus acknowledges.
    bus_dead: bool,
    last_scene: Option<u8>,
    log: Vec<(u16, Vec<u8>)>,
    repeats: u64,
    misbehave: Misbehave,
}

impl KnxInterface {
    /// With an actuator for each fixture, everything off.
    #[must_use]
    pub fn new(fixtures: Vec<Fixture>, scene_group: Option<Group>) -> Self {
        let actuators = fixtures.into_iter().map(|fixture| Actuator { fixture, value: 0, readable: true }).collect();
        Self {
            actuators,
            scene_group,
            channel: None,
            expected: 0,
            sent: 0,
            waiting: VecDeque::new(),
            in_flight: None,
            unacknowledged: 0,
            pending: VecDeque::new(),
            full: false,
            bus_dead: false,
            last_scene: None,
            log: Vec::new(),
            repeats: 0,
            misbehave: Misbehave::None,
        }
    }

    /// A hand on a wall switch; the actuator tells it with the interface's next words.
    pub fn press(&mut self, number: u16, value: u8) {
        for actuator in self.actuators.iter_mut().filter(|actuator| actuator.fixture.number == number) {
            actuator.value = value;
            self.pending.push_back(actuator.status(Apci::Write));
        }
    }

    /// Whether an actuator answers readings of its status.
    pub fn set_readable(&mut self, number: u16, readable: bool) {
        for actuator in self.actuators.iter_mut().filter(|actuator| actuator.fixture.number == number) {
            actuator.readable = readable;
        }
    }

    /// All connections are taken by others.
    pub const fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    /// The bus cable is cut behind the interface.
    pub const fn set_bus_dead(&mut self, dead: bool) {
        self.bus_dead = dead;
    }

    /// One of our telegrams for the controller, in its turn.
    fn tell(&mut self, at: Duration, cemi: Cemi) {
        self.waiting.push_back((at, cemi));
    }

    /// The next telegram when the one before is acknowledged; an unacknowledged one is said once more, then the connection is given up.
    fn pump(&mut self, now: Duration) -> Answers {
        let Some(channel) = self.channel else { return Vec::new() };
        if let Some(late) = self.in_flight.as_mut().filter(|flying| flying.at + ACK_WITHIN < now) {
            self.unacknowledged += 1;
            if late.is_repeated {
                self.hang_up();
                return vec![(now + QUICK, Packet::Disconnect(channel).encode())];
            }
            (late.at, late.is_repeated) = (now + QUICK, true);
            return vec![(late.at, late.bytes.clone())];
        }
        if self.in_flight.is_some() {
            return Vec::new();
        }
        let Some((ready, cemi)) = self.waiting.pop_front() else { return Vec::new() };
        let (at, number) = (ready.max(now), self.sent);
        self.sent = self.sent.wrapping_add(1);
        let wrong = u8::from(self.misbehave == Misbehave::WrongSequence) * 9;
        let bytes = Packet::Tunnel(channel, number.wrapping_add(wrong), cemi.encode()).encode();
        self.in_flight = Some(InFlight { number, bytes: bytes.clone(), at, is_repeated: false });
        vec![(at, bytes)]
    }

    fn hang_up(&mut self) {
        self.channel = None;
        self.waiting.clear();
        self.in_flight = None;
    }

    /// What the actuators do and say to a telegram.
    fn on_bus(&mut self, telegram: &Telegram) -> Vec<Telegram> {
        let mut said = Vec::new();
        match &telegram.apci {
            Apci::Read => {
                let asked = self.actuators.iter().filter(|actuator| actuator.readable && actuator.fixture.status == telegram.group);
                said.extend(asked.map(|actuator| actuator.status(Apci::Response)));
            }
            Apci::Write(data) => {
                if self.log.len() < MAX_LOG {
                    self.log.push((telegram.group.0, data.clone()));
                }
                if self.scene_group == Some(telegram.group) {
                    self.last_scene = data.first().map(|scene| scene & 0x3F);
                }
                for actuator in self.actuators.iter_mut().filter(|actuator| actuator.fixture.write == telegram.group) {
                    if let ([value], true) = (data.as_slice(), telegram.small == (actuator.fixture.what == What::Switch)) {
                        actuator.value = *value;
                        said.push(actuator.status(Apci::Write));
                    }
                }
            }
            Apci::Response(_) => {}
        }
        said
    }

    fn tunnelled(&mut self, now: Duration, channel: u8, number: u8, cemi: &[u8]) -> Answers {
        if self.channel != Some(channel) {
            return Vec::new();
        }
        let wrong = u8::from(self.misbehave == Misbehave::WrongSequence) * 9;
        let acknowledge = (now + QUICK, Packet::TunnelAck(channel, number.wrapping_add(wrong), 0).encode());
        if number == self.expected.wrapping_sub(1) {
            // The same again: acknowledged, not done again.
            self.repeats += 1;
            return vec![acknowledge];
        }
        if number != self.expected {
            return Vec::new();
        }
        self.expected = self.expected.wrapping_add(1);
        let answers = vec![acknowledge];
        let Some(frame) = Cemi::decode(cemi).filter(|frame| frame.code == MessageCode::Request) else { return answers };
        let fails = self.bus_dead || self.misbehave == Misbehave::Refuse;
        let confirm = Cemi { code: MessageCode::Confirm, error: fails, ..frame.clone() };
        self.tell(now + BUS, confirm);
        if !fails {
            for telegram in self.on_bus(&frame.telegram) {
                self.tell(now + BUS + ACTUATOR, Cemi { code: MessageCode::Indicate, error: false, source: SOURCE, telegram });
            }
        }
        answers
    }

    fn connect(&mut self, now: Duration) -> Answers {
        if self.full {
            return vec![(now + QUICK, Packet::Connected(0, FULL).encode())];
        }
        // The same controller again: its old channel is given up.
        let channel = self.channel.map_or(1, |channel| if channel == u8::MAX { 1 } else { channel + 1 });
        self.hang_up();
        self.channel = Some(channel);
        (self.expected, self.sent) = (0, 0);
        vec![(now + QUICK, Packet::Connected(channel, 0).encode())]
    }
}

impl SimDevice for KnxInterface {
    fn greet(&mut self, _now: Duration) -> Vec<u8> {
        Vec::new()
    }

    fn take(&mut self, now: Duration, bytes: &[u8]) -> Answers {
        let mut answers = match Packet::decode(bytes) {
            Some(Packet::Connect) => self.connect(now),
            Some(Packet::State(channel)) => {
                let status = if self.channel == Some(channel) { 0 } else { NO_CONNECTION };
                vec![(now + QUICK, Packet::StateIs(channel, status).encode())]
            }
            Some(Packet::Disconnect(channel)) => {
                if self.channel == Some(channel) {
                    self.hang_up();
                }
                vec![(now + QUICK, Packet::Disconnected(channel, 0).encode())]
            }
            Some(Packet::Tunnel(channel, number, cemi)) => self.tunnelled(now, channel, number, &cemi),
            Some(Packet::TunnelAck(channel, number, 0)) if self.channel == Some(channel) => {
                self.in_flight.take_if(|flying| flying.number == number);
                Vec::new()
            }
            Some(Packet::Connected(..) | Packet::StateIs(..) | Packet::Disconnected(..) | Packet::TunnelAck(..) | Packet::Other(_))
            | None => Vec::new(),
        };
        if self.channel.is_some() && !answers.is_empty() {
            while let Some(telegram) = self.pending.pop_front() {
                self.tell(now + BUS + ACTUATOR, Cemi { code: MessageCode::Indicate, error: false, source: SOURCE, telegram });
            }
        }
        answers.extend(self.pump(now));
        answers
    }

    fn hidden(&mut self, _now: Duration) -> serde_json::Value {
        let value = |actuator: &Actuator| match actuator.fixture.what {
            What::Switch => json!(actuator.value & 1 == 1),
            What::Dimmer => json!(actuator.value),
        };
        let fixtures: BTreeMap<String, serde_json::Value> =
            self.actuators.iter().map(|actuator| (actuator.fixture.number.to_string(), value(actuator))).collect();
        json!({
            "fixtures": fixtures, "channel": self.channel, "scene": self.last_scene.map(|scene| scene + 1), "writes": self.log.len(),
            "repeats": self.repeats, "unacknowledged": self.unacknowledged, "misbehave": self.misbehave,
        })
    }

    fn misbehave(&mut self, how: Misbehave) {
        self.misbehave = how;
    }

    fn misbehaviour(&self) -> Misbehave {
        self.misbehave
    }

    fn reboot(&mut self, _now: Duration) {
        // The interface forgets its channels; the actuators on the bus keep their state.
        self.hang_up();
        (self.expected, self.sent) = (0, 0);
        self.pending.clear();
    }
}

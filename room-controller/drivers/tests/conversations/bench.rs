//! A machine on a bench: bytes by hand, time by hand.

use std::collections::BTreeMap;
use std::time::Duration;

use room_api::Value;
use room_driver::{Input, Lane, LinkHealth, Machine, Output, Progress};
use room_drivers::pjlink::PjLink;
use room_drivers::visca::{Carrier, Visca};
use room_drivers::{Capability, Driver as _};

pub(crate) struct Bench<P: Capability + Send> {
    pub(crate) machine: Machine<P>,
    pub(crate) now: Duration,
    pub(crate) sent: Vec<Vec<u8>>,
    pub(crate) progress: Vec<(u64, Progress)>,
    pub(crate) health: Vec<LinkHealth>,
    pub(crate) facts: BTreeMap<String, Option<Value>>,
    pub(crate) connects: usize,
    pub(crate) disconnects: usize,
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

pub(crate) fn camera(carrier: Carrier) -> Bench<Visca> {
    Bench::of(Machine::new(Visca::new(carrier), 7))
}

pub(crate) fn projector(password: &str) -> Bench<PjLink> {
    let inputs = vec![("31".to_owned(), room_drivers::text("数字", "Digital"))];
    Bench::of(Machine::new(PjLink::new(Some(password.to_owned()), inputs), 7))
}

impl<P: Capability + Send> Bench<P> {
    pub(crate) fn of(machine: Machine<P>) -> Self {
        let (sent, progress, health) = (Vec::new(), Vec::new(), Vec::new());
        let mut bench = Self { machine, now: Duration::ZERO, sent, progress, health, facts: BTreeMap::new(), connects: 0, disconnects: 0 };
        bench.drain();
        bench
    }

    pub(crate) fn drain(&mut self) {
        while let Some(output) = self.machine.poll() {
            match output {
                Output::Connect => self.connects += 1,
                Output::Disconnect => self.disconnects += 1,
                Output::Send(bytes) => self.sent.push(bytes),
                Output::Report { facts, .. } => self.facts.extend(facts.into_iter().map(|fact| (fact.property.into_owned(), fact.value))),
                Output::Progress { id, progress } => self.progress.push((id, progress)),
                Output::Health(health) => self.health.push(health),
            }
        }
    }

    pub(crate) fn connect(&mut self) {
        self.machine.handle(self.now, Input::Connected);
        self.drain();
    }

    pub(crate) fn say(&mut self, bytes: &[u8]) {
        self.machine.handle(self.now, Input::Bytes(bytes));
        self.drain();
    }

    pub(crate) fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.machine.deadline().filter(|at| *at <= until) {
            self.now = at.max(self.now);
            self.machine.handle(self.now, Input::Tick);
            self.drain();
        }
        self.now = until;
        self.machine.handle(self.now, Input::Tick);
        self.drain();
    }

    pub(crate) fn command(&mut self, id: u64, command: &str, args: &[(&str, Value)]) {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let lane = if command == "stop" { Lane::Stop } else { Lane::Operator };
        self.machine.command(self.now, id, lane, command, &args).unwrap();
        self.drain();
    }

    pub(crate) fn last_sent(&self) -> &[u8] {
        self.sent.last().unwrap()
    }

    pub(crate) fn is_online(&self) -> bool {
        *self.machine.health() == LinkHealth::Online
    }
}

impl Bench<Visca> {
    /// Answers as a healthy camera to everything sent since, until nothing more is asked at this moment.
    pub(crate) fn answer_all(&mut self) {
        let mut from = 0;
        while from < self.sent.len() {
            let frame = self.sent[from].clone();
            from += 1;
            let inquiry = frame.get(1) == Some(&0x09);
            match (inquiry, frame.get(2), frame.get(3)) {
                (true, Some(0x06), _) => self.say(&hex("90 50 00000000 00000000 FF")),
                (true, _, Some(0x47)) => self.say(&hex("90 50 00000000 FF")),
                (true, _, _) => self.say(&hex("90 50 02 FF")),
                _ => {
                    self.say(&hex("90 41 FF"));
                    self.say(&hex("90 51 FF"));
                }
            }
        }
        self.sent.clear();
    }

    /// A camera on TCP that has been read back.
    pub(crate) fn ready() -> Self {
        let mut bench = camera(Carrier::Tcp);
        bench.connect();
        bench.answer_all();
        bench.wait(Duration::from_millis(60));
        bench.answer_all();
        assert!(bench.is_online(), "{:?}", bench.health);
        bench
    }
}

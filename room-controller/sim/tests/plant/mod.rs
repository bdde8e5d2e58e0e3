//! A driver and a simulated device on one wire, in virtual time.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use room_api::Value;
use room_driver::{Input, Lane, LinkHealth, Output, Progress};
use room_drivers::{Driver, Line, driver_of};
use room_sim::{Misbehave, PanelAct, SimDevice, under};

/// Time on the wire.
const WIRE: Duration = Duration::from_millis(1);

pub(crate) type Args = Vec<(&'static str, Value)>;

pub(crate) struct Plant<S: SimDevice> {
    driver: Box<dyn Driver>,
    pub(crate) sim: S,
    pub(crate) now: Duration,
    wire: Vec<(Duration, Vec<u8>)>,
    stands: bool,
    /// Last value and when it was said.
    pub(crate) facts: BTreeMap<String, (Option<Value>, Duration)>,
    pub(crate) progress: Vec<(u64, Progress)>,
    last_id: u64,
}

/// How a command ended, as the room sees it: with a proof it counts only when the device reported the value after the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Confirmed,
    Refused,
    NotProved,
}

impl<S: SimDevice> Plant<S> {
    pub(crate) fn new(name: &str, settings: &str, line: Line, sim: S) -> Self {
        let driver = driver_of(name, &settings.parse().unwrap(), line, 3).unwrap();
        let (wire, progress) = (Vec::new(), Vec::new());
        Self { driver, sim, now: Duration::ZERO, wire, stands: false, facts: BTreeMap::new(), progress, last_id: 0 }
    }

    fn send(&mut self, answers: Vec<(Duration, Vec<u8>)>) {
        let answers = under(self.sim.misbehaviour(), answers);
        for (at, answer) in answers {
            self.wire.push((at.max(self.now) + WIRE, answer));
        }
    }

    fn do_outputs(&mut self) {
        while let Some(output) = self.driver.poll() {
            match output {
                Output::Connect if self.sim.misbehaviour() == Misbehave::DropConnection => {
                    self.driver.handle(self.now, Input::Failed("refused".to_owned()));
                }
                Output::Connect => {
                    self.stands = true;
                    let greeting = self.sim.greet(self.now);
                    self.driver.handle(self.now, Input::Connected);
                    if !greeting.is_empty() {
                        self.send(vec![(self.now, greeting)]);
                    }
                }
                Output::Disconnect => {
                    self.stands = false;
                    self.wire.clear();
                }
                Output::Send(bytes) if self.stands => {
                    let answers = self.sim.take(self.now, &bytes);
                    self.send(answers);
                }
                Output::Send(_) | Output::Health(_) => {}
                Output::Report { facts, .. } => {
                    for fact in facts {
                        self.facts.insert(fact.property.into_owned(), (fact.value, self.now));
                    }
                }
                Output::Progress { id, progress } => self.progress.push((id, progress)),
            }
        }
    }

    pub(crate) fn run(&mut self, time: Duration) {
        let until = self.now + time;
        self.do_outputs();
        loop {
            let arrives = self.wire.iter().map(|(at, _)| *at).min();
            let Some(next) = arrives.into_iter().chain(self.driver.deadline()).min().filter(|next| *next <= until) else { break };
            self.now = next.max(self.now);
            // Bytes of one moment in the order they were said.
            let due: Vec<Vec<u8>> = self.wire.extract_if(.., |(at, _)| *at <= self.now).map(|(_, bytes)| bytes).collect();
            for bytes in due {
                if self.stands {
                    self.driver.handle(self.now, Input::Bytes(&bytes));
                }
            }
            self.driver.handle(self.now, Input::Tick);
            self.do_outputs();
        }
        self.now = until;
    }

    pub(crate) fn online(&mut self, within: Duration) {
        let until = self.now + within;
        while *self.driver.health() != LinkHealth::Online && self.now < until {
            self.run(Duration::from_millis(100));
        }
        assert_eq!(*self.driver.health(), LinkHealth::Online);
    }

    pub(crate) fn misbehave(&mut self, how: Misbehave) {
        self.sim.misbehave(how);
        if how == Misbehave::DropConnection && self.stands {
            self.stands = false;
            self.wire.clear();
            self.driver.handle(self.now, Input::Closed("dropped".to_owned()));
        }
    }

    pub(crate) fn panel(&mut self, act: &str, number: u16, value: i64) {
        let act = PanelAct { act: act.to_owned(), number, value };
        let answers = self.sim.panel(self.now, &act).unwrap();
        self.send(answers);
        self.run(Duration::from_millis(100));
    }

    /// Gives a command and waits as the room does.
    pub(crate) fn command(&mut self, command: &str, args: &[(&'static str, Value)]) -> End {
        self.last_id += 1;
        let (id, began) = (self.last_id, self.now);
        let args: BTreeMap<String, Value> = args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.driver.command(self.now, id, Lane::Operator, command, &args).unwrap();
        let proof = self.proof(command, &args);
        let until = self.now + Duration::from_secs(15);
        while self.now < until {
            self.run(Duration::from_millis(50));
            if let Some((property, value)) = &proof
                && self.facts.get(property).is_some_and(|(reported, at)| reported.as_ref() == Some(value) && *at > began)
            {
                return End::Confirmed;
            }
            for (of, progress) in &self.progress {
                match progress {
                    Progress::Done if *of == id && proof.is_none() => return End::Confirmed,
                    Progress::Refused(_) if *of == id => return End::Refused,
                    Progress::TimedOut if *of == id && proof.is_none() => return End::NotProved,
                    Progress::Sent
                    | Progress::Acked
                    | Progress::Done
                    | Progress::Refused(_)
                    | Progress::TimedOut
                    | Progress::Superseded => {}
                }
            }
        }
        End::NotProved
    }

    pub(crate) fn proof(&self, command: &str, args: &BTreeMap<String, Value>) -> Option<(String, Value)> {
        let declared = self.driver.declaration();
        let command = declared.commands.iter().find(|declared| declared.name == command).unwrap();
        let mut property = command.proof.clone()?;
        let mut value = None;
        for param in &command.params {
            let given = args.get(&param.name).unwrap();
            let place = format!("{{{}}}", param.name);
            let said = match given {
                Value::Bool(value) => value.to_string(),
                Value::Int(value) => value.to_string(),
                Value::Text(value) => value.clone(),
            };
            if property.contains(&place) { property = property.replace(&place, &said) } else { value = Some(given.clone()) }
        }
        Some((property, value.unwrap()))
    }

    /// The hidden state by the names of properties.
    pub(crate) fn hidden(&mut self) -> BTreeMap<String, Value> {
        let hidden = self.sim.hidden(self.now);
        serde_json::from_value(hidden["properties"].clone()).unwrap()
    }

    /// What the device is and what the driver says agree, property by property.
    pub(crate) fn agree(&mut self) {
        let hidden = self.hidden();
        assert!(!hidden.is_empty());
        for (property, value) in &hidden {
            let reported = self.facts.get(property).and_then(|(value, _)| value.clone());
            assert_eq!(reported.as_ref(), Some(value), "{property} at {:?}", self.now);
        }
    }
}

/// Every declared command with a proof or an end is in the list, is confirmed by a healthy device and is then so.
pub(crate) fn healthy<S: SimDevice>(make: &dyn Fn() -> Plant<S>, commands: &[(&str, Args)]) {
    let mut plant = make();
    plant.online(Duration::from_secs(20));
    plant.run(Duration::from_secs(2));
    plant.agree();
    let declared: BTreeSet<String> = plant.driver.declaration().commands.into_iter().map(|command| command.name).collect();
    let tried: BTreeSet<String> = commands.iter().map(|(command, _)| (*command).to_owned()).collect();
    assert_eq!(declared, tried, "each declared command is tried");
    for (command, args) in commands {
        assert_eq!(plant.command(command, args), End::Confirmed, "{command} {args:?}\n{:?}", plant.progress);
        plant.run(Duration::from_secs(2));
        plant.agree();
        plant.is_so(command, args);
    }
    plant.sim.reboot(plant.now);
    plant.stands = false;
    plant.driver.handle(plant.now, Input::Closed("power".to_owned()));
    plant.run(Duration::from_secs(5));
    plant.online(Duration::from_secs(60));
    plant.run(Duration::from_secs(2));
    plant.agree();
}

impl<S: SimDevice> Plant<S> {
    fn is_so(&mut self, command: &str, args: &[(&'static str, Value)]) {
        let args: BTreeMap<String, Value> = args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        if let Some((property, value)) = self.proof(command, &args) {
            assert_eq!(self.hidden().get(&property), Some(&value), "{command}: confirmed and not so");
        }
    }
}

/// Under every fault nothing is confirmed that is not so, and the driver recovers when the fault ends.
pub(crate) fn faulty<S: SimDevice>(make: &dyn Fn() -> Plant<S>, commands: &[(&str, Args)]) {
    let faults = [
        Misbehave::Silent,
        Misbehave::Slow { ms: 120 },
        Misbehave::Slow { ms: 1_700 },
        Misbehave::Slow { ms: 9_000 },
        Misbehave::Garbage,
        Misbehave::DropConnection,
        Misbehave::WrongSequence,
        Misbehave::Refuse,
    ];
    for fault in faults {
        let mut plant = make();
        plant.online(Duration::from_secs(20));
        plant.misbehave(fault);
        for (command, args) in commands {
            if plant.command(command, args) == End::Confirmed {
                assert_ne!(fault, Misbehave::Silent, "{command}: a silent device confirmed");
                plant.is_so(command, args);
            }
        }
        plant.misbehave(Misbehave::None);
        plant.run(Duration::from_secs(90));
        plant.online(Duration::from_secs(60));
        plant.run(Duration::from_secs(20));
        plant.agree();
    }
}

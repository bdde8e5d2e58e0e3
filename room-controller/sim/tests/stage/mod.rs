//! A driver and a simulated device in virtual time, with the faults that the simulator's shell puts on its answers.

#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;
use std::time::Duration;

use room_api::{ReportSource, Value};
use room_driver::{Input, Lane, LinkHealth, Output, Progress};
use room_drivers::{Driver, Line, driver_of};
use room_sim::{Misbehave, SimDevice};

/// On the wire, each way.
const WAY: Duration = Duration::from_millis(2);

/// All faults, for tests that go through them.
pub(crate) const FAULTS: [Misbehave; 6] = [
    Misbehave::Silent,
    Misbehave::Slow { ms: 1_800 },
    Misbehave::Garbage,
    Misbehave::DropConnection,
    Misbehave::WrongSequence,
    Misbehave::Refuse,
];

/// See the module.
pub(crate) struct Stage<D> {
    pub(crate) driver: Box<dyn Driver>,
    pub(crate) device: D,
    pub(crate) now: Duration,
    /// What is on its way to the device and from it.
    to_device: Vec<(Duration, Vec<u8>)>,
    to_driver: Vec<(Duration, Vec<u8>)>,
    linked: bool,
    pub(crate) facts: BTreeMap<String, Option<Value>>,
    pub(crate) sources: BTreeMap<String, ReportSource>,
    pub(crate) progress: Vec<(u64, Progress)>,
    last_id: u64,
    /// The device is cut into single bytes.
    pub(crate) in_bytes: bool,
}

impl<D: SimDevice> Stage<D> {
    pub(crate) fn new(name: &str, line: Line, settings: &str, device: D) -> Self {
        let driver = driver_of(name, &settings.parse().unwrap(), line, 7).unwrap();
        let (to_device, to_driver, progress) = (Vec::new(), Vec::new(), Vec::new());
        let (facts, sources) = (BTreeMap::new(), BTreeMap::new());
        let (now, linked, last_id, in_bytes) = (Duration::ZERO, false, 0, false);
        let mut stage = Self { driver, device, now, to_device, to_driver, linked, facts, sources, progress, last_id, in_bytes };
        stage.obey();
        stage
    }

    fn input(&mut self, input: Input<'_>) {
        self.driver.handle(self.now, input);
        self.obey();
    }

    fn cut(&mut self) {
        self.to_device.clear();
        self.to_driver.clear();
        self.linked = false;
    }

    fn obey(&mut self) {
        while let Some(output) = self.driver.poll() {
            match output {
                Output::Connect => {
                    self.cut();
                    if self.device.misbehaviour() == Misbehave::DropConnection {
                        self.driver.handle(self.now, Input::Failed("refused".to_owned()));
                        continue;
                    }
                    self.linked = true;
                    let greeting = self.device.greet(self.now);
                    if !greeting.is_empty() {
                        self.to_driver.push((self.now + WAY, greeting));
                    }
                    self.driver.handle(self.now, Input::Connected);
                }
                Output::Disconnect => self.cut(),
                Output::Send(bytes) if self.linked => self.to_device.push((self.now + WAY, bytes)),
                Output::Send(_) => self.driver.handle(self.now, Input::Closed("the device takes no bytes".to_owned())),
                Output::Report { facts, source, .. } => {
                    for fact in facts {
                        self.sources.insert(fact.property.to_string(), source);
                        self.facts.insert(fact.property.into_owned(), fact.value);
                    }
                }
                Output::Progress { id, progress } => self.progress.push((id, progress)),
                Output::Health(_) => {}
            }
        }
    }

    fn deliver_to_device(&mut self, bytes: &[u8]) {
        let answers = self.device.take(self.now, bytes);
        for (at, answer) in answers {
            let at = at.max(self.now) + WAY;
            match self.device.misbehaviour() {
                Misbehave::Silent | Misbehave::DropConnection => {}
                Misbehave::Slow { ms } => self.to_driver.push((at + Duration::from_millis(ms), answer)),
                Misbehave::Garbage => self.to_driver.push((at, answer.iter().map(|byte| (byte ^ 0x5A) & 0x7F).collect())),
                Misbehave::None | Misbehave::WrongSequence | Misbehave::Refuse => self.to_driver.push((at, answer)),
            }
        }
    }

    /// The earliest of what is on its way.
    fn next_of(pending: &[(Duration, Vec<u8>)]) -> Option<(Duration, usize)> {
        pending.iter().enumerate().map(|(index, (at, _))| (*at, index)).min()
    }

    pub(crate) fn run(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let (down, up) = (Self::next_of(&self.to_device), Self::next_of(&self.to_driver));
            let moments = [down.map(|(at, _)| at), up.map(|(at, _)| at), self.driver.deadline()];
            let Some(at) = moments.into_iter().flatten().min().filter(|at| *at <= until) else { break };
            self.now = at.max(self.now);
            if let Some((_, index)) = down.filter(|(due, _)| *due <= at) {
                let (_, bytes) = self.to_device.remove(index);
                self.deliver_to_device(&bytes);
            } else if let Some((_, index)) = up.filter(|(due, _)| *due <= at) {
                let (_, bytes) = self.to_driver.remove(index);
                if self.in_bytes {
                    for byte in bytes {
                        self.input(Input::Bytes(&[byte]));
                    }
                } else {
                    self.input(Input::Bytes(&bytes));
                }
            } else {
                self.input(Input::Tick);
            }
        }
        self.now = until;
        self.input(Input::Tick);
    }

    pub(crate) fn run_ms(&mut self, ms: u64) {
        self.run(Duration::from_millis(ms));
    }

    pub(crate) fn misbehave(&mut self, how: Misbehave) {
        self.device.misbehave(how);
        if how == Misbehave::DropConnection && self.linked {
            self.cut();
            self.input(Input::Closed("the device closed the connection".to_owned()));
        }
    }

    /// Power was cut and came back.
    pub(crate) fn reboot(&mut self) {
        self.device.reboot(self.now);
        if self.linked {
            self.cut();
            self.input(Input::Closed("the device closed the connection".to_owned()));
        }
    }

    /// Gives a command; its number.
    pub(crate) fn command(&mut self, command: &str, args: &[(&str, Value)]) -> u64 {
        self.last_id += 1;
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let lane = if command == "stop" { Lane::Stop } else { Lane::Operator };
        self.driver.command(self.now, self.last_id, lane, command, &args).unwrap();
        self.obey();
        self.last_id
    }

    /// How a command ended so far.
    pub(crate) fn last_of(&self, id: u64) -> Option<Progress> {
        self.progress.iter().rev().find(|(known, _)| *known == id).map(|(_, progress)| *progress)
    }

    pub(crate) fn is_online(&self) -> bool {
        *self.driver.health() == LinkHealth::Online
    }

    /// Runs until it is online; how long that took.
    pub(crate) fn until_online(&mut self) -> Duration {
        let began = self.now;
        for _ in 0..1_200 {
            if self.is_online() {
                return self.now - began;
            }
            self.run_ms(100);
        }
        panic!("not online after two minutes: {:?}", self.driver.health());
    }

    pub(crate) fn fact(&self, property: &str) -> Option<&Value> {
        self.facts.get(property).and_then(Option::as_ref)
    }

    /// Forgets what was reported: only what comes from here on counts.
    pub(crate) fn forget(&mut self) {
        self.facts.clear();
    }
}

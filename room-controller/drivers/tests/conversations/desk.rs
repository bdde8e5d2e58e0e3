//! Any driver of the registry on a desk: bytes by hand, time by hand.

use std::collections::BTreeMap;
use std::time::Duration;

use room_api::{ReportSource, Value};
use room_driver::{Input, Lane, LinkHealth, Output, Progress};
use room_drivers::{Driver, Line, driver_of};

pub(crate) struct Desk {
    pub(crate) driver: Box<dyn Driver>,
    pub(crate) now: Duration,
    pub(crate) sent: Vec<(Duration, Vec<u8>)>,
    pub(crate) progress: Vec<(u64, Progress)>,
    pub(crate) facts: BTreeMap<String, Option<Value>>,
    pub(crate) sources: BTreeMap<String, ReportSource>,
    pub(crate) connects: usize,
    pub(crate) disconnects: usize,
}

impl Desk {
    pub(crate) fn new(name: &str, line: Line, settings: &str) -> Self {
        let driver = driver_of(name, &settings.parse().unwrap(), line, 7).unwrap();
        let (facts, sources) = (BTreeMap::new(), BTreeMap::new());
        let (sent, progress) = (Vec::new(), Vec::new());
        let mut desk = Self { driver, now: Duration::ZERO, sent, progress, facts, sources, connects: 0, disconnects: 0 };
        desk.drain();
        desk
    }

    fn drain(&mut self) {
        while let Some(output) = self.driver.poll() {
            match output {
                Output::Connect => self.connects += 1,
                Output::Disconnect => self.disconnects += 1,
                Output::Send(bytes) => self.sent.push((self.now, bytes)),
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

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.driver.handle(self.now, input);
        self.drain();
    }

    pub(crate) fn connect(&mut self) {
        self.input(Input::Connected);
    }

    pub(crate) fn say(&mut self, bytes: &[u8]) {
        self.input(Input::Bytes(bytes));
    }

    pub(crate) fn say_hex(&mut self, text: &str) {
        self.say(&hex::decode(text.replace(' ', "")).unwrap());
    }

    pub(crate) fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.driver.deadline().filter(|at| *at <= until) {
            self.now = at.max(self.now);
            self.input(Input::Tick);
        }
        self.now = until;
        self.input(Input::Tick);
    }

    pub(crate) fn wait_ms(&mut self, ms: u64) {
        self.wait(Duration::from_millis(ms));
    }

    pub(crate) fn command(&mut self, id: u64, command: &str, args: &[(&str, Value)]) {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let lane = if command == "stop" { Lane::Stop } else { Lane::Operator };
        self.driver.command(self.now, id, lane, command, &args).unwrap();
        self.drain();
    }

    /// What was sent since the last look, as hex.
    pub(crate) fn heard(&mut self) -> Vec<String> {
        self.sent.drain(..).map(|(_, bytes)| hex::encode_upper(bytes)).collect()
    }

    pub(crate) fn is_online(&self) -> bool {
        *self.driver.health() == LinkHealth::Online
    }

    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.driver.health(), LinkHealth::Lost { .. })
    }

    /// How a command ended.
    pub(crate) fn last_of(&self, id: u64) -> Option<Progress> {
        self.progress.iter().rev().find(|(known, _)| *known == id).map(|(_, progress)| *progress)
    }

    pub(crate) fn fact(&self, property: &str) -> Option<&Value> {
        self.facts.get(property).and_then(Option::as_ref)
    }
}

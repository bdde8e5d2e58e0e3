//! A driver on a real link, without room.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Output as ProcessOutput;
use std::time::{Duration, Instant};

use room_api::Value;
use room_driver::{Input, Lane, LinkHealth, Machine, Output, Progress};
use room_drivers::pjlink::PjLink;
use room_drivers::visca::{Carrier, Visca};
use room_drivers::{Driver, Line, driver_of};
use room_link::{Address, Connector, Event, Link};

/// Long enough for a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) struct Wire {
    pub(crate) driver: Box<dyn Driver>,
    connector: Connector,
    address: Address,
    link: Option<Link>,
    began: Instant,
    pub(crate) facts: BTreeMap<String, Option<Value>>,
    pub(crate) progress: Vec<(u64, Progress)>,
    pub(crate) health: Vec<LinkHealth>,
}

impl Wire {
    pub(crate) fn camera(carrier: Carrier, address: Address) -> Self {
        Self::of(Box::new(Machine::new(Visca::new(carrier), 3)), address)
    }

    pub(crate) fn projector(password: Option<&str>, address: Address) -> Self {
        let inputs = ["11", "31", "32"].map(|input| (input.to_owned(), room_drivers::text(input, input))).to_vec();
        Self::of(Box::new(Machine::new(PjLink::new(password.map(str::to_owned), inputs), 3)), address)
    }

    /// A driver by its name, with its settings as they stand in a configuration.
    pub(crate) fn named(driver: &str, settings: &str, address: Address) -> Self {
        let line = match address {
            Address::Tcp(_) => Line::Tcp,
            Address::Udp(_) => Line::Udp,
            Address::Serial { .. } => Line::Serial,
        };
        Self::of(driver_of(driver, &settings.parse().unwrap(), line, 3).unwrap(), address)
    }

    fn of(driver: Box<dyn Driver>, address: Address) -> Self {
        Self {
            driver,
            connector: Connector::new(([127, 0, 0, 1], 0).into()),
            address,
            link: None,
            began: Instant::now(),
            facts: BTreeMap::new(),
            progress: Vec::new(),
            health: Vec::new(),
        }
    }

    async fn turn(&mut self) {
        while let Some(output) = self.driver.poll() {
            match output {
                Output::Connect => match self.connector.connect(&self.address).await {
                    Ok(link) => {
                        self.link = Some(link);
                        self.driver.handle(self.began.elapsed(), Input::Connected);
                    }
                    Err(error) => self.driver.handle(self.began.elapsed(), Input::Failed(error.to_string())),
                },
                Output::Disconnect => self.link = None,
                Output::Send(bytes) => assert!(self.link.as_ref().is_none_or(|link| link.send(bytes))),
                Output::Report { facts, .. } => self.facts.extend(facts.into_iter().map(|fact| (fact.property.into_owned(), fact.value))),
                Output::Progress { id, progress } => self.progress.push((id, progress)),
                Output::Health(health) => self.health.push(health),
            }
        }
        let wait = self.driver.deadline().unwrap_or(SOON).saturating_sub(self.began.elapsed()).min(Duration::from_millis(200));
        let link = &mut self.link;
        let event = async {
            match link {
                Some(link) => link.next().await,
                None => std::future::pending().await,
            }
        };
        match tokio::time::timeout(wait, event).await {
            Ok(Event::Bytes(bytes)) => self.driver.handle(self.began.elapsed(), Input::Bytes(&bytes)),
            Ok(Event::Closed(why)) => {
                self.link = None;
                self.driver.handle(self.began.elapsed(), Input::Closed(why));
            }
            Err(_) => self.driver.handle(self.began.elapsed(), Input::Tick),
        }
    }

    /// Goes on until the condition holds; fails with everything known when it does not in time.
    pub(crate) async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let late = Instant::now() + SOON;
        while !holds(self) {
            assert!(Instant::now() < late, "not in time: {what}; {:?} {:?} {:?}", self.health, self.progress, self.facts);
            self.turn().await;
        }
    }

    pub(crate) async fn online(&mut self) {
        self.until("online", |wire| wire.health.last() == Some(&LinkHealth::Online)).await;
    }

    /// Gives a command.
    pub(crate) fn give(&mut self, id: u64, command: &str, args: &[(&str, Value)]) {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.driver.command(self.began.elapsed(), id, Lane::Operator, command, &args).unwrap();
    }

    /// Gives a command and waits for its completion.
    pub(crate) async fn done(&mut self, id: u64, command: &str, args: &[(&str, Value)]) {
        self.give(id, command, args);
        self.until(command, |wire| wire.progress.contains(&(id, Progress::Done))).await;
    }

    pub(crate) fn int(&self, property: &str) -> Option<i64> {
        match self.facts.get(property) {
            Some(Some(Value::Int(value))) => Some(*value),
            Some(Some(Value::Bool(_) | Value::Text(_)) | None) | None => None,
        }
    }

    pub(crate) fn is(&self, property: &str, value: &Value) -> bool {
        self.facts.get(property).is_some_and(|fact| fact.as_ref() == Some(value))
    }
}

/// The project's Python, with its peers.
pub(crate) fn python_path() -> PathBuf {
    let python = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    assert!(python.exists(), "{} is missing: run make setup-test", python.display());
    python
}

/// Runs a script with the project's Python.
pub(crate) async fn python(script: &str, args: &[String]) -> ProcessOutput {
    let running = tokio::process::Command::new(python_path()).arg("-c").arg(script).args(args).kill_on_drop(true).output();
    let output = tokio::time::timeout(SOON, running).await.expect("the script did not end").unwrap();
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    assert!(output.status.success(), "{said}\n(a module that is missing comes with make setup-test)");
    output
}

//! `room-probe visca tcp://127.0.0.1:5678 power`, `room-probe pjlink 'tcp://127.0.0.1:4352?password=x' status`: speaks to one device, shows every
//! byte and what it means.

mod meaning;

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use room_api::Value;
use room_driver::{Input, Lane, LinkHealth, Machine, Output, Progress};
use room_drivers::Driver;
use room_drivers::pjlink::PjLink;
use room_drivers::visca::{Carrier, Visca};
use room_link::{Address, Connector, Event, Link};

/// Speaks to one device and shows every byte.
#[derive(Parser)]
struct Arguments {
    /// What it speaks.
    protocol: Protocol,
    /// `tcp://host:port`, `udp://ip:port` (VISCA over IP), `serial:/dev/ttyS0?baud=9600`; PJLink: `tcp://host:port?password=…`
    address: String,
    /// `status` reads everything, a property's name (`power`) reads one, anything else is a command such as `recall_preset`.
    what: String,
    /// Parameters of a command: `preset=1`, `power=on`, `pan=-5`.
    args: Vec<String>,
    /// Seconds to wait for the device.
    #[arg(long, default_value_t = 20)]
    within_s: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Protocol {
    Visca,
    Pjlink,
}

struct Probe {
    protocol: Protocol,
    driver: Box<dyn Driver>,
    link: Option<Link>,
    began: Instant,
    facts: std::collections::BTreeMap<&'static str, Option<Value>>,
}

fn argument(text: &str) -> anyhow::Result<(String, Value)> {
    let (name, value) = text.split_once('=').with_context(|| format!("`{text}` is no parameter; write name=value"))?;
    let value = match (value, value.parse::<i64>()) {
        ("true", _) => Value::Bool(true),
        ("false", _) => Value::Bool(false),
        // Inputs look like numbers but are words.
        (_, Ok(number)) if name != "input" => Value::Int(number),
        _ => Value::Text(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let (place, password) = match arguments.address.split_once("?password=") {
        Some((place, password)) => (place, Some(password.to_owned())),
        None => (arguments.address.as_str(), None),
    };
    let address: Address = place.parse()?;
    let driver: Box<dyn Driver> = match arguments.protocol {
        Protocol::Visca => {
            let carrier = match address {
                Address::Tcp(_) => Carrier::Tcp,
                Address::Udp(_) => Carrier::OverIp,
                Address::Serial { .. } => Carrier::Serial { address: 1 },
            };
            Box::new(Machine::new(Visca::new(carrier), 1))
        }
        Protocol::Pjlink => {
            let inputs = (1..=5).flat_map(|kind| (1..=9).map(move |number| format!("{kind}{number}")));
            let inputs = inputs.map(|input| (input.clone(), room_drivers::text(&input, &input))).collect();
            Box::new(Machine::new(PjLink::new(password, inputs), 1))
        }
    };
    let connector = Connector::new(([0, 0, 0, 0], 0).into());
    let link = connector.connect(&address).await?;
    let mut probe =
        Probe { protocol: arguments.protocol, driver, link: Some(link), began: Instant::now(), facts: std::collections::BTreeMap::new() };
    let within = Duration::from_secs(arguments.within_s);
    let asking = probe.ask(&arguments.what, &arguments.args);
    tokio::time::timeout(within, asking).await.with_context(|| format!("the device did not finish within {} s", within.as_secs()))?
}

impl Probe {
    async fn ask(&mut self, what: &str, args: &[String]) -> anyhow::Result<()> {
        self.driver.handle(Duration::ZERO, Input::Connected);
        while !matches!(self.driver.health(), LinkHealth::Online) {
            self.turn().await?;
        }
        if what == "status" {
            for (property, value) in &self.facts {
                say(&format!("{property} = {}", shown(value.as_ref())))?;
            }
            return Ok(());
        }
        if let Some(value) = self.facts.get(what) {
            return say(&format!("{what} = {}", shown(value.as_ref())));
        }
        let args = args.iter().map(|arg| argument(arg)).collect::<anyhow::Result<_>>()?;
        self.driver.command(self.began.elapsed(), 1, Lane::Operator, what, &args)?;
        loop {
            match self.turn().await? {
                Some(Progress::Done) => return say("done"),
                Some(Progress::Refused(why)) => anyhow::bail!("the device refused {what}: {why:?}"),
                Some(Progress::TimedOut) => anyhow::bail!("the device did not answer {what} in time; check power, line and address"),
                Some(Progress::Sent | Progress::Acked | Progress::Superseded) | None => {}
            }
        }
    }

    /// Does what the driver wants, then waits for one event.
    async fn turn(&mut self) -> anyhow::Result<Option<Progress>> {
        while let Some(output) = self.driver.poll() {
            match output {
                Output::Connect => {}
                Output::Disconnect => self.link = None,
                Output::Send(bytes) => {
                    say(&format!("→ {}  {}", hex(&bytes), meaning::sent(self.protocol == Protocol::Pjlink, &bytes)))?;
                    anyhow::ensure!(self.link.as_ref().is_some_and(|link| link.send(bytes)), "the device takes no bytes");
                }
                Output::Report { facts, .. } => self.facts.extend(facts.into_iter().map(|fact| (fact.property, fact.value))),
                Output::Progress { progress, .. } => return Ok(Some(progress)),
                Output::Health(LinkHealth::Lost { reason, .. }) => {
                    anyhow::bail!("the device is lost: {reason:?}; check power, line, address and password");
                }
                Output::Health(_) => {}
            }
        }
        let wait = self.driver.deadline().unwrap_or(Duration::MAX).saturating_sub(self.began.elapsed()).min(Duration::from_secs(60));
        let Some(link) = &mut self.link else { anyhow::bail!("the connection has ended") };
        tokio::select! {
            event = link.next() => match event {
                Event::Bytes(bytes) => {
                    say(&format!("← {}  {}", hex(&bytes), meaning::received(self.protocol == Protocol::Pjlink, &bytes)))?;
                    self.driver.handle(self.began.elapsed(), Input::Bytes(&bytes));
                }
                Event::Closed(why) => anyhow::bail!("the connection ended: {why}"),
            },
            () = tokio::time::sleep(wait) => self.driver.handle(self.began.elapsed(), Input::Tick),
        }
        Ok(None)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Int(value)) => value.to_string(),
        Some(Value::Text(value)) => value.clone(),
        None => "unknown".to_owned(),
    }
}

//! `room-probe visca tcp://127.0.0.1:5678 power`, `room-probe pjlink 'tcp://127.0.0.1:4352?password=x' status`: speaks to one device, shows every
//! byte and what it means.

mod meaning;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Parser;
use room_api::{ParamDecl, ParamKind, Value};
use room_driver::{Input, Lane, LinkHealth, Output, Progress};
use room_drivers::{Driver, Line, driver_of};
use room_link::{Address, Connector, Event, Link};

/// Speaks to one device and shows every byte.
#[derive(Parser)]
struct Arguments {
    /// Its driver, e.g. `visca`.
    driver: String,
    /// `tcp://host:port`, `udp://ip:port` (VISCA over IP), `serial:/dev/ttyS0?baud=9600`; PJLink: `tcp://host:port?password=…`
    address: String,
    /// `status` reads everything, a property's name (`power`) reads one, anything else is a command such as `recall_preset`.
    what: String,
    /// Parameters of a command: `preset=1`, `power=on`, `pan=-5`.
    args: Vec<String>,
    /// A key of the driver's own settings as in rooms.toml: `visca_address=2`.
    #[arg(long)]
    set: Vec<String>,
    /// Seconds to wait for the device.
    #[arg(long, default_value_t = 20)]
    within_s: u64,
}

struct Probe {
    is_visca: bool,
    driver: Box<dyn Driver>,
    link: Option<Link>,
    began: Instant,
    facts: BTreeMap<String, Option<Value>>,
}

/// A value of a declared parameter as typed.
fn value_of(param: &ParamDecl, word: &str) -> anyhow::Result<Value> {
    Ok(match &param.kind {
        ParamKind::Bool {} => Value::Bool(word.parse().with_context(|| format!("{} is true or false", param.name))?),
        ParamKind::Int { min, max, .. } => Value::Int(word.parse().with_context(|| format!("{} is {min} to {max}", param.name))?),
        ParamKind::Choice { .. } | ParamKind::Text { .. } => Value::Text(word.to_owned()),
    })
}

fn pair(text: &str) -> anyhow::Result<(&str, &str)> {
    text.split_once('=').with_context(|| format!("`{text}` is no pair; write name=value"))
}

/// A key of the driver's own settings as typed: what reads as TOML is that, anything else is a text.
fn setting(text: &str) -> anyhow::Result<(String, toml::Value)> {
    let (name, word) = pair(text)?;
    let read: Option<toml::Value> = format!("x = {word}").parse::<toml::Table>().ok().and_then(|mut table| table.remove("x"));
    Ok((name.to_owned(), read.unwrap_or_else(|| toml::Value::String(word.to_owned()))))
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let (place, more) =
        arguments.address.split_once("?password=").map_or((arguments.address.as_str(), None), |(at, word)| (at, Some(word)));
    let address: Address = place.parse()?;
    let line = match address {
        Address::Tcp(_) => Line::Tcp,
        Address::Udp(_) => Line::Udp,
        Address::Serial { .. } => Line::Serial,
    };
    let mut settings: toml::Table = arguments.set.iter().map(|text| setting(text)).collect::<anyhow::Result<_>>()?;
    settings.extend(more.map(|word| ("password".to_owned(), toml::Value::String(word.to_owned()))));
    let driver = driver_of(&arguments.driver, &settings, line, 1)?;
    let connector = Connector::new(([0, 0, 0, 0], 0).into());
    let link = connector.connect(&address).await?;
    let is_visca = arguments.driver == "visca";
    let mut probe = Probe { is_visca, driver, link: Some(link), began: Instant::now(), facts: BTreeMap::new() };
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
        let declared = self.driver.declaration();
        let names = || declared.commands.iter().map(|command| command.name.as_str()).collect::<Vec<_>>().join(", ");
        let command = declared.commands.iter().find(|command| command.name == what);
        let command = command.with_context(|| format!("there is neither a property nor a command `{what}`; commands: {}", names()))?;
        let argument = |text: &String| {
            let (name, word) = pair(text)?;
            let param = command.params.iter().find(|param| param.name == name);
            let param = param.with_context(|| format!("{what} has no parameter `{name}`"))?;
            Ok((name.to_owned(), value_of(param, word)?))
        };
        let args = args.iter().map(argument).collect::<anyhow::Result<_>>()?;
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
                    say(&format!("→ {}  {}", hex(&bytes), meaning::sent(self.is_visca, &bytes)))?;
                    anyhow::ensure!(self.link.as_ref().is_some_and(|link| link.send(bytes)), "the device takes no bytes");
                }
                Output::Report { facts, .. } => self.facts.extend(facts.into_iter().map(|fact| (fact.property.into_owned(), fact.value))),
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
                    say(&format!("← {}  {}", hex(&bytes), meaning::received(self.is_visca, &bytes)))?;
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

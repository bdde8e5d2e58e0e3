//! One face for all devices.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use room_api::{CommandDecl, DeviceKind, Text, Value};
use room_driver::{Input, Lane, LinkHealth, Machine, Output, Protocol, QueueFull};

/// Labels of values, by property.
pub type Labels = BTreeMap<String, Vec<(Value, Text)>>;

/// What a kind of device can do, as data.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// Capability class.
    pub kind: DeviceKind,
    /// Protocol name.
    pub driver: &'static str,
    /// Commands in the order of a panel.
    pub commands: Vec<CommandDecl>,
    /// Names of properties; a family is written `level.{channel}`.
    pub properties: Vec<Cow<'static, str>>,
    /// Presets, inputs and the like: value and label, by property.
    pub labels: Labels,
}

/// Why a command cannot be queued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAct {
    /// No such command.
    #[error("the device has no command {0}")]
    UnknownCommand(String),
    /// A parameter is missing or out of range.
    #[error("parameter {0} is missing or out of range")]
    BadArgument(String),
    /// Too much waits.
    #[error(transparent)]
    Full(#[from] QueueFull),
}

/// The part of a protocol that knows commands by their declared names.
pub trait Capability: Protocol {
    /// What the device can do.
    fn declaration(&self) -> Declaration;
    /// The requests a declared command becomes; the last one is the command's proof.
    ///
    /// # Errors
    /// When the name or a parameter is not as declared.
    fn asks(&self, command: &str, args: &BTreeMap<String, Value>) -> Result<Vec<Self::Ask>, BadAct>;
}

/// A device's machine whatever it speaks.
pub trait Driver: Send {
    /// See [`Machine::handle`].
    fn handle(&mut self, now: Duration, input: Input<'_>);
    /// Queues a declared command.
    ///
    /// # Errors
    /// When it is not as declared or too much waits.
    fn command(&mut self, now: Duration, id: u64, lane: Lane, command: &str, args: &BTreeMap<String, Value>) -> Result<(), BadAct>;
    /// See [`Machine::poll`].
    fn poll(&mut self) -> Option<Output>;
    /// See [`Machine::deadline`].
    fn deadline(&self) -> Option<Duration>;
    /// See [`Machine::health`].
    fn health(&self) -> &LinkHealth;
    /// What the device can do.
    fn declaration(&self) -> Declaration;
}

impl<P: Capability + Send> Driver for Machine<P> {
    fn handle(&mut self, now: Duration, input: Input<'_>) {
        Self::handle(self, now, input);
    }

    fn command(&mut self, now: Duration, id: u64, lane: Lane, command: &str, args: &BTreeMap<String, Value>) -> Result<(), BadAct> {
        let mut asks = self.protocol().asks(command, args)?;
        let Some(last) = asks.pop() else { return Err(BadAct::UnknownCommand(command.to_owned())) };
        for ask in asks {
            self.ask(now, 0, lane, ask)?;
        }
        Ok(self.ask(now, id, lane, last)?)
    }

    fn poll(&mut self) -> Option<Output> {
        Self::poll(self)
    }

    fn deadline(&self) -> Option<Duration> {
        Self::deadline(self)
    }

    fn health(&self) -> &LinkHealth {
        Self::health(self)
    }

    fn declaration(&self) -> Declaration {
        self.protocol().declaration()
    }
}

pub(crate) fn int(args: &BTreeMap<String, Value>, name: &str) -> Result<i64, BadAct> {
    match args.get(name) {
        Some(Value::Int(value)) => Ok(*value),
        Some(Value::Bool(_) | Value::Text(_)) | None => Err(BadAct::BadArgument(name.to_owned())),
    }
}

pub(crate) fn boolean(args: &BTreeMap<String, Value>, name: &str) -> Result<bool, BadAct> {
    match args.get(name) {
        Some(Value::Bool(value)) => Ok(*value),
        Some(Value::Int(_) | Value::Text(_)) | None => Err(BadAct::BadArgument(name.to_owned())),
    }
}

pub(crate) fn word<'a>(args: &'a BTreeMap<String, Value>, name: &str) -> Result<&'a str, BadAct> {
    match args.get(name) {
        Some(Value::Text(value)) => Ok(value),
        Some(Value::Int(_) | Value::Bool(_)) | None => Err(BadAct::BadArgument(name.to_owned())),
    }
}

/// A word a device says, with what it means.
pub(crate) fn label(word: &str, zh: &str, en: &str) -> (Value, Text) {
    (Value::Text(word.to_owned()), crate::text(zh, en))
}

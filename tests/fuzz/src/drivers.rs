//! Every driver and every simulator there is, made from the driver's own example: the first two bytes say which.

use std::collections::BTreeMap;
use std::time::Duration;

use room_api::{CommandDecl, ParamKind, Value};
use room_drivers::{DRIVERS, Entry, Line, driver_of};
use room_sim::{Handle, Options, simulator_of};

use crate::devices::{Command, live};

/// More answers to one message than any device gives.
const MAX_ANSWERS: usize = 4_096;

/// Bytes that say which driver: they stay the same when others are added.
#[must_use]
pub fn mark_of(name: &str, line: usize) -> [u8; 2] {
    let sum = name.bytes().fold(7_u8, |sum, byte| sum.wrapping_mul(33).wrapping_add(byte));
    [sum, u8::try_from(line).unwrap_or(0)]
}

fn chosen(data: &[u8]) -> Option<(&'static Entry, Line, &[u8])> {
    let [sum, line, rest @ ..] = data else { return None };
    let named = DRIVERS.iter().find(|entry| mark_of(entry.name, 0).first() == Some(sum));
    let entry = named.or_else(|| DRIVERS.get(usize::from(*sum) % DRIVERS.len()))?;
    let line = entry.lines.get(usize::from(*line) % entry.lines.len())?;
    Some((entry, *line, rest))
}

/// A value that the declaration takes.
fn value_of(kind: &ParamKind, turn: usize) -> Value {
    match kind {
        ParamKind::Bool {} => Value::Bool(turn.is_multiple_of(2)),
        ParamKind::Int { min, max, .. } => Value::Int(if turn.is_multiple_of(3) { *min } else { (*min + 1).min(*max) }),
        ParamKind::Text { .. } => Value::Text("会议 1".to_owned()),
        ParamKind::Choice { options } => {
            Value::Text(options.get(turn % options.len().max(1)).map(|(word, _)| word.clone()).unwrap_or_default())
        }
    }
}

/// Each declared command, with one set of arguments.
#[must_use]
pub fn commands_of(declared: &[CommandDecl]) -> Vec<Command> {
    let command = |(turn, command): (usize, &CommandDecl)| {
        let args: BTreeMap<String, Value> = command.params.iter().map(|param| (param.name.clone(), value_of(&param.kind, turn))).collect();
        (command.name.clone(), args)
    };
    declared.iter().enumerate().map(command).collect()
}

/// Any driver against a device that says anything at any time.
pub(crate) fn device(data: &[u8]) {
    let Some((entry, line, rest)) = chosen(data) else { return };
    let Ok(driver) = driver_of(entry.name, &(entry.example)(), line, 1) else { return };
    let commands = commands_of(&driver.declaration().commands);
    if !commands.is_empty() {
        live(driver, &commands, rest);
    }
}

/// The simulator that answers that driver.
#[must_use]
pub fn simulator(name: &str, line: Line) -> Option<Handle> {
    let entry = DRIVERS.iter().find(|entry| entry.name == name)?;
    let options = Options { warm_up: Duration::ZERO, cool_down: Duration::ZERO, seed: 1 };
    simulator_of(name, &(entry.example)(), line, &options).ok()
}

/// Any simulator told anything, in portions as the steps of [`device`] have them.
pub(crate) fn told(data: &[u8]) {
    let Some((entry, line, rest)) = chosen(data) else { return };
    let Some(handle) = simulator(entry.name, line) else { return };
    let mut rest = rest;
    while let [_, size, tail @ ..] = rest {
        let (bytes, after) = tail.split_at(tail.len().min(usize::from(*size)));
        assert!(handle.answers_to(bytes).len() <= MAX_ANSWERS, "answers without end");
        rest = after;
    }
}

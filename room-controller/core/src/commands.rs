//! Life of commands, and moves held by a finger.

use std::collections::BTreeMap;

use room_api::{Act, CommandState, DeviceId, Refusal, RefusalCode, ReportSource, Text, Value};

use crate::check::{declared, proof};
use crate::room::{Lane, Output, Room, Step};
use crate::text;

/// A held move ends by itself after this without renewal (fact sheet §1).
const DEAD_MAN_MS: u64 = 10_000;
/// Least time for a proof: three tries of one second and a poll.
const LEAST_PROOF_MS: u64 = 8_000;
/// Commands under way in one room at once.
const MAX_COMMANDS: usize = 256;

#[derive(Debug)]
pub(crate) struct Command {
    pub act: Act,
    pub proof: Option<(String, Value)>,
    pub at_ms: u64,
    pub until_ms: u64,
}

#[derive(Debug)]
pub(crate) struct Hold {
    pub device: DeviceId,
    pub command: String,
    pub args: BTreeMap<String, Value>,
    pub actor: String,
    pub until_ms: u64,
    pub id: u64,
}

/// Whether the act ends a movement rather than beginning one: every number is zero.
fn is_rest(act: &Act) -> bool {
    act.args.values().all(|value| *value == Value::Int(0))
}

impl Room {
    /// A person's command.
    pub(crate) fn command(&mut self, now_ms: u64, actor: &str, act: &Act) -> Result<u64, Refusal> {
        let is_held = self.admit(act)?;
        if !is_held {
            if act.command == "stop" {
                self.holds.retain(|hold| hold.device != act.device);
                return self.order(now_ms, Lane::Stop, act);
            }
            return self.order(now_ms, Lane::Operator, act);
        }
        if is_rest(act) {
            self.holds.retain(|hold| hold.device != act.device || hold.command != act.command);
            return self.order(now_ms, Lane::Stop, act);
        }
        let same =
            |hold: &&mut Hold| hold.device == act.device && hold.command == act.command && hold.args == act.args && hold.actor == actor;
        if let Some(hold) = self.holds.iter_mut().find(same) {
            hold.until_ms = now_ms + DEAD_MAN_MS;
            return Ok(hold.id);
        }
        let id = self.order(now_ms, Lane::Operator, act)?;
        self.holds.retain(|hold| hold.device != act.device || hold.command != act.command);
        let (device, command, args) = (act.device.clone(), act.command.clone(), act.args.clone());
        self.holds.push(Hold { device, command, args, actor: actor.to_owned(), until_ms: now_ms + DEAD_MAN_MS, id });
        Ok(id)
    }

    /// Whether the command may be given; and whether it is a held one.
    fn admit(&self, act: &Act) -> Result<bool, Refusal> {
        let device = self.device(&act.device)?;
        let command = declared(&device.spec, act)?;
        if device.is_linked() {
            return Ok(command.held);
        }
        let text = text(format!("{} 未连接", device.spec.name.zh), format!("{} is not connected", device.spec.name.en));
        Err(Refusal { code: RefusalCode::Offline, text })
    }

    /// Gives a command to its device.
    pub(crate) fn order(&mut self, now_ms: u64, lane: Lane, act: &Act) -> Result<u64, Refusal> {
        let device = self.device(&act.device)?;
        let command = declared(&device.spec, act)?;
        if self.commands.len() >= MAX_COMMANDS && lane != Lane::Stop {
            let text = text("等待中的命令过多，请稍候", "too many commands wait; try again in a moment");
            return Err(Refusal { code: RefusalCode::Busy, text });
        }
        let within = (u64::from(command.expected_ms) * 3 / 2).max(LEAST_PROOF_MS);
        let proof = proof(command, act);
        self.last_id += 1;
        let id = self.last_id;
        if let Some((property, value)) = &proof
            && let Some(property) = self.property_mut(&act.device, property)
        {
            property.wanted = Some(value.clone());
            property.pending = Some(id);
            property.difference = None;
            property.external = false;
        }
        self.commands.insert(id, Command { act: act.clone(), proof, at_ms: now_ms, until_ms: now_ms + within });
        self.outputs.push_back(Output::Order { id, lane, act: act.clone() });
        self.outputs.push_back(Output::Command { id, state: CommandState::Queued {} });
        self.changed();
        Ok(id)
    }

    /// The device's driver tells how an order is doing.
    pub fn progress(&mut self, now_ms: u64, id: u64, step: Step) {
        let Some(command) = self.commands.get(&id) else { return };
        match step {
            Step::Sent => self.outputs.push_back(Output::Command { id, state: CommandState::Sent {} }),
            Step::Acked => self.outputs.push_back(Output::Command { id, state: CommandState::Acked {} }),
            Step::Done if command.proof.is_some() => {
                self.prove(now_ms);
                self.accept_unproved(now_ms, id);
            }
            Step::Done => {
                let after_ms = now_ms.saturating_sub(command.at_ms);
                self.finish(now_ms, id, CommandState::Confirmed { after_ms }, None);
            }
            Step::Refused(reason) => self.finish(now_ms, id, CommandState::Rejected { reason: reason.clone() }, Some(reason)),
            Step::TimedOut => {
                let reason = text("设备没有应答，请检查电源与线路", "the device did not answer; check power and line");
                self.finish(now_ms, id, CommandState::TimedOut { reason: reason.clone() }, Some(reason));
            }
            Step::Superseded => self.finish(now_ms, id, CommandState::Superseded {}, None),
        }
        self.advance(now_ms);
    }

    /// Commands whose proof is reported are confirmed.
    pub(crate) fn prove(&mut self, now_ms: u64) {
        let is_proved = |command: &Command| {
            let Some((property, value)) = &command.proof else { return false };
            let device = self.devices.iter().find(|device| device.spec.device == command.act.device);
            let property = device.and_then(|device| device.properties.get(property));
            // Only a report made after the command counts.
            property.is_some_and(|p| {
                let is_told = p.source != ReportSource::Assumed && p.reported_at_ms.is_some_and(|at| at >= command.at_ms);
                is_told && p.reported.as_ref() == Some(value)
            })
        };
        let proved: Vec<(u64, u64)> =
            self.commands.iter().filter(|(_, command)| is_proved(command)).map(|(id, command)| (*id, command.at_ms)).collect();
        for (id, at_ms) in proved {
            self.finish(now_ms, id, CommandState::Confirmed { after_ms: now_ms.saturating_sub(at_ms) }, None);
        }
    }

    /// A device that reports nothing was told: that is all there will ever be.
    fn accept_unproved(&mut self, now_ms: u64, id: u64) {
        let Some(command) = self.commands.get(&id) else { return };
        let Some((property, value)) = &command.proof else { return };
        let device = self.devices.iter().find(|device| device.spec.device == command.act.device);
        let is_assumed = device.and_then(|device| device.properties.get(property)).is_some_and(|property| {
            property.source == ReportSource::Assumed && property.reported.as_ref() == Some(value) && property.reported_at_ms.is_some()
        });
        if is_assumed {
            let after_ms = now_ms.saturating_sub(command.at_ms);
            self.finish(now_ms, id, CommandState::Unproved { after_ms }, None);
        }
    }

    fn finish(&mut self, now_ms: u64, id: u64, state: CommandState, difference: Option<Text>) {
        let Some(command) = self.commands.remove(&id) else { return };
        if let Some((property, _)) = &command.proof
            && let Some(property) = self.property_mut(&command.act.device, property)
            && property.pending == Some(id)
        {
            property.pending = None;
            property.difference = difference;
        }
        self.step_over(now_ms, id, &state);
        self.outputs.push_back(Output::Command { id, state });
        self.changed();
    }

    pub(crate) fn expire(&mut self, now_ms: u64) {
        let late: Vec<u64> = self.commands.iter().filter(|(_, command)| command.until_ms <= now_ms).map(|(id, _)| *id).collect();
        for id in late {
            let reason = text("限时内设备没有报告到位", "the device did not report the wanted state in time");
            self.finish(now_ms, id, CommandState::TimedOut { reason: reason.clone() }, Some(reason));
        }
    }

    pub(crate) fn end_holds(&mut self, now_ms: u64, which: impl Fn(&Hold) -> bool) {
        let (ended, kept): (Vec<Hold>, Vec<Hold>) = self.holds.drain(..).partition(|hold| which(hold));
        self.holds = kept;
        let mut stopped: Vec<DeviceId> = Vec::new();
        for hold in ended {
            if !stopped.contains(&hold.device) {
                stopped.push(hold.device.clone());
                let stop = Act { device: hold.device, command: "stop".to_owned(), args: BTreeMap::new() };
                // A device with held moves declares `stop`; tests hold the drivers to it.
                let _ = self.order(now_ms, Lane::Stop, &stop);
            }
        }
    }
}

#[cfg(test)]
#[path = "commands_tests.rs"]
mod tests;

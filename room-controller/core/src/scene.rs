//! Preview and run of scenes.

use room_api::{
    Act, CommandState, DeviceId, Refusal, RefusalCode, RunState, SceneDiff, SceneRun, StepDiff, StepPolicy, StepResult, StepState, Text,
    Value,
};

use crate::check::{setter, setting_command};
use crate::restore::Before;
use crate::room::{Device, Lane, Room};
use crate::spec::{DeviceSpec, SceneSpec, StepSpec};
use crate::text;

#[derive(Debug, Clone)]
pub(crate) struct RunStep {
    pub act: Act,
    /// Property and value that make the step unnecessary and prove it; `None` when the command's own end is the proof.
    pub goal: Option<(String, Value)>,
    pub policy: StepPolicy,
    pub after: Vec<u16>,
    pub within_ms: u64,
    pub text: Text,
    pub state: StepState,
    pub note: Option<Text>,
    pub began_ms: Option<u64>,
    pub took_ms: Option<u64>,
    pub command: Option<u64>,
    /// Left out because the device was away: done when it returns, as long as this is the scene that counts.
    pub is_late: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub scene: String,
    pub actor: String,
    pub started_at_ms: u64,
    pub state: RunState,
    pub is_cancelled: bool,
    pub steps: Vec<RunStep>,
}

impl Run {
    pub(crate) fn deadline(&self) -> Option<u64> {
        let running = self.steps.iter().filter(|step| step.state == StepState::Running);
        running.filter_map(|step| Some(step.began_ms? + step.within_ms)).min()
    }

    pub(crate) fn snapshot(&self, can_restore: bool) -> SceneRun {
        let result = |(index, step): (usize, &RunStep)| StepResult {
            step: u16::try_from(index + 1).unwrap_or(u16::MAX),
            text: step.text.clone(),
            state: step.state,
            note: step.note.clone(),
            took_ms: step.took_ms,
        };
        SceneRun {
            scene: self.scene.clone(),
            actor: self.actor.clone(),
            started_at_ms: self.started_at_ms,
            state: self.state,
            steps: self.steps.iter().enumerate().map(result).collect(),
            can_restore: can_restore && self.state != RunState::Running,
        }
    }

    fn has_failed(&self) -> bool {
        self.steps.iter().any(|step| step.state == StepState::Failed && step.policy == StepPolicy::Must)
    }

    fn is_ready(&self, step: &RunStep) -> bool {
        let is_over = |number: &u16| {
            let before = self.steps.get(usize::from(*number).saturating_sub(1));
            before.is_none_or(|before| !matches!(before.state, StepState::Waiting | StepState::Running))
        };
        step.state == StepState::Waiting && step.after.iter().all(is_over)
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Bool(yes) => yes.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(word) => word.clone(),
    }
}

/// `投影机: 电源 → 开`
pub(crate) fn describe(device: &DeviceSpec, property: &str, value: &Value) -> Text {
    let label = match setting_command(device, property) {
        None => text(property, property),
        Some((command, parts)) if parts.is_empty() => command.label.clone(),
        Some((command, parts)) => {
            let which: Vec<String> = parts.values().map(plain).collect();
            let which = which.join(" ");
            text(format!("{} {which}", command.label.zh), format!("{} {which}", command.label.en))
        }
    };
    let known =
        device.labels.get(property).and_then(|labels| labels.iter().find(|(known, _)| known == value)).map(|(_, label)| label.clone());
    let value = known.unwrap_or_else(|| match value {
        Value::Bool(true) => text("开", "on"),
        Value::Bool(false) => text("关", "off"),
        Value::Int(number) => text(number.to_string(), number.to_string()),
        Value::Text(word) => text(word, word),
    });
    text(format!("{}：{} → {}", device.name.zh, label.zh, value.zh), format!("{}: {} → {}", device.name.en, label.en, value.en))
}

fn unknown_scene(scene: &str) -> Refusal {
    Refusal { code: RefusalCode::UnknownScene, text: text(format!("没有场景 {scene}"), format!("there is no scene {scene}")) }
}

impl Device {
    fn known(&self, now_ms: u64, property: &str) -> Option<Value> {
        let property = self.properties.get(property)?;
        let is_known = property.quality(now_ms, self.is_linked()) == room_api::Quality::Known;
        property.reported.clone().filter(|_| is_known)
    }
}

impl Room {
    fn scene(&self, scene: &str) -> Result<&SceneSpec, Refusal> {
        self.spec.scenes.iter().find(|found| found.scene == scene).ok_or_else(|| unknown_scene(scene))
    }

    pub(crate) fn known(&self, now_ms: u64, device: &DeviceId, property: &str) -> Option<Value> {
        self.device(device).ok()?.known(now_ms, property)
    }

    pub(crate) fn preview(&self, now_ms: u64, scene: &str) -> Result<SceneDiff, Refusal> {
        let scene = self.scene(scene)?;
        let diff = |(index, step): (usize, &StepSpec)| {
            let is_linked = self.device(&step.device).is_ok_and(Device::is_linked);
            let before = self.known(now_ms, &step.device, &step.property);
            StepDiff {
                step: u16::try_from(index + 1).unwrap_or(u16::MAX),
                device: step.device.clone(),
                property: step.property.clone(),
                already: before.as_ref() == Some(&step.value),
                before,
                after: step.value.clone(),
                cannot: (!is_linked).then(|| text("设备未连接", "the device is not connected")),
            }
        };
        Ok(SceneDiff { scene: scene.scene.clone(), steps: scene.steps.iter().enumerate().map(diff).collect() })
    }

    pub(crate) fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.state == RunState::Running)
    }

    pub(crate) fn refuse_running(&self) -> Result<(), Refusal> {
        if self.is_running() {
            let text = text("已有场景在执行", "a scene is running");
            return Err(Refusal { code: RefusalCode::SceneRunning, text });
        }
        Ok(())
    }

    pub(crate) fn start(&mut self, now_ms: u64, actor: &str, scene: &str) -> Result<(), Refusal> {
        self.refuse_running()?;
        let scene = self.scene(scene)?.clone();
        let mut steps = Vec::new();
        for step in &scene.steps {
            let device = &self.device(&step.device)?.spec;
            let act = setter(device, &step.property, &step.value).ok_or_else(|| unknown_scene(&scene.scene))?;
            steps.push(RunStep {
                act,
                goal: Some((step.property.clone(), step.value.clone())),
                policy: step.policy,
                after: step.after.clone(),
                within_ms: step.within_ms,
                text: describe(device, &step.property, &step.value),
                state: StepState::Waiting,
                note: None,
                began_ms: None,
                took_ms: None,
                command: None,
                is_late: false,
            });
        }
        self.before = scene.steps.iter().map(|step| Before::take(self, now_ms, &step.device, &step.property)).collect();
        self.begin(now_ms, actor, scene.scene, steps);
        Ok(())
    }

    pub(crate) fn begin(&mut self, now_ms: u64, actor: &str, scene: String, steps: Vec<RunStep>) {
        let actor = actor.to_owned();
        self.run = Some(Run { scene, actor, started_at_ms: now_ms, state: RunState::Running, is_cancelled: false, steps });
        self.changed();
        self.advance(now_ms);
    }

    pub(crate) fn cancel(&mut self, now_ms: u64) -> Result<(), Refusal> {
        let Some(run) = self.run.as_mut().filter(|run| run.state == RunState::Running) else {
            return Err(unknown_scene("running"));
        };
        run.is_cancelled = true;
        self.changed();
        self.advance(now_ms);
        Ok(())
    }

    /// A step's command came to its end.
    pub(crate) fn step_over(&mut self, now_ms: u64, id: u64, state: &CommandState) {
        let Some(step) = self.run.as_mut().and_then(|run| run.steps.iter_mut().find(|step| step.command == Some(id))) else { return };
        if step.state != StepState::Running {
            return;
        }
        step.took_ms = step.began_ms.map(|began| now_ms.saturating_sub(began));
        (step.state, step.note) = match state {
            CommandState::Confirmed { .. } => (StepState::Done, None),
            CommandState::Unproved { .. } => (StepState::Done, Some(text("已发出,设备不回报状态", "sent; the device reports nothing"))),
            CommandState::Rejected { reason } | CommandState::TimedOut { reason } => (StepState::Failed, Some(reason.clone())),
            CommandState::Superseded {} => (StepState::Failed, Some(text("被其他命令取代", "another command took its place"))),
            CommandState::Queued {} | CommandState::Sent {} | CommandState::Acked {} => (StepState::Running, None),
        };
    }

    /// Starts what may start, notes what is waited for, and ends the run when nothing is left.
    pub(crate) fn advance(&mut self, now_ms: u64) {
        if !self.is_running() {
            return;
        }
        self.expire_steps(now_ms);
        self.note_waits();
        while let Some((index, step)) = self.next_step() {
            let outcome = self.start_step(now_ms, &step);
            if let Some(step) = self.run.as_mut().and_then(|run| run.steps.get_mut(index)) {
                *step = outcome;
            }
            self.changed();
        }
        self.end_run();
    }

    fn next_step(&self) -> Option<(usize, RunStep)> {
        let run = self.run.as_ref().filter(|run| !run.is_cancelled && !run.has_failed())?;
        run.steps.iter().enumerate().find(|(_, step)| run.is_ready(step)).map(|(index, step)| (index, step.clone()))
    }

    fn start_step(&mut self, now_ms: u64, step: &RunStep) -> RunStep {
        let mut step = step.clone();
        step.began_ms = Some(now_ms);
        let is_linked = self.device(&step.act.device).is_ok_and(Device::is_linked);
        let is_so =
            step.goal.as_ref().is_some_and(|(property, value)| self.known(now_ms, &step.act.device, property).as_ref() == Some(value));
        if !is_linked {
            let skip = step.policy == StepPolicy::SkipIfOffline;
            step.state = if skip { StepState::Skipped } else { StepState::Failed };
            step.is_late = true;
            step.note = Some(text("设备未连接，上线后补做", "the device is not connected; done when it returns"));
        } else if is_so {
            step.state = StepState::Already;
            step.took_ms = Some(0);
        } else {
            match self.order(now_ms, Lane::Scene, &step.act) {
                Ok(id) => {
                    step.state = StepState::Running;
                    step.command = Some(id);
                }
                Err(refusal) => {
                    step.state = StepState::Failed;
                    step.note = Some(refusal.text);
                }
            }
        }
        step
    }

    /// A device is back: what a scene left out for its absence is done now. Not after a failure or a stop: then the rest is for people to say.
    pub(crate) fn catch_up(&mut self, device: &DeviceId) {
        let Some(run) = self.run.as_mut().filter(|run| matches!(run.state, RunState::Running | RunState::DoneWithFaults)) else { return };
        for step in run.steps.iter_mut().filter(|step| step.is_late && &step.act.device == device) {
            (step.is_late, step.state, step.note) = (false, StepState::Waiting, None);
            run.state = RunState::Running;
        }
    }

    fn expire_steps(&mut self, now_ms: u64) {
        let Some(run) = &mut self.run else { return };
        for step in &mut run.steps {
            let is_late = step.began_ms.is_some_and(|began| began + step.within_ms <= now_ms);
            if step.state == StepState::Running && is_late {
                step.state = StepState::Failed;
                step.took_ms = Some(step.within_ms);
                step.note = Some(text("超过本步时限", "the step took longer than allowed"));
            }
        }
    }

    /// Tells what a running step waits for when the device is on its way (warming up).
    fn note_waits(&mut self) {
        let Some(mut run) = self.run.take() else { return };
        let mut is_changed = false;
        for step in run.steps.iter_mut().filter(|step| step.state == StepState::Running) {
            let reported = step.goal.as_ref().and_then(|(property, _)| {
                let device = self.device(&step.act.device).ok()?;
                device.properties.get(property)?.reported.clone()
            });
            let note = match reported {
                Some(Value::Text(word)) if word == "warming" => Some(text("正在预热", "warming up")),
                Some(Value::Text(word)) if word == "cooling" => Some(text("正在冷却", "cooling down")),
                Some(Value::Text(_) | Value::Int(_) | Value::Bool(_)) | None => None,
            };
            is_changed |= step.note != note;
            step.note = note;
        }
        self.run = Some(run);
        if is_changed {
            self.changed();
        }
    }

    fn end_run(&mut self) {
        let Some(run) = &mut self.run else { return };
        let stops = run.is_cancelled || run.has_failed();
        if stops {
            for step in run.steps.iter_mut().filter(|step| step.state == StepState::Waiting) {
                step.state = StepState::Skipped;
            }
        }
        if run.steps.iter().any(|step| matches!(step.state, StepState::Waiting | StepState::Running)) {
            return;
        }
        let any = |state| run.steps.iter().any(|step| step.state == state);
        run.state = if run.is_cancelled {
            RunState::Cancelled
        } else if run.has_failed() {
            RunState::Failed
        } else if any(StepState::Failed) || any(StepState::Skipped) {
            RunState::DoneWithFaults
        } else {
            RunState::Done
        };
        self.changed();
    }
}

#[cfg(test)]
#[path = "scene_tests.rs"]
mod tests;

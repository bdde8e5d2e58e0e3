//! Putting back what was before a scene.

use std::collections::BTreeMap;

use room_api::{Act, DeviceId, Refusal, RefusalCode, StepPolicy, StepState, Value};

use crate::check::{declared, setter};
use crate::room::Room;
use crate::scene::{RunStep, describe};
use crate::text;

/// Name of the run that puts things back.
const RESTORE: &str = "restore";
/// Time for one step back: longer than any projector cools down.
const WITHIN_MS: u64 = 240_000;

/// What one step's property was.
#[derive(Debug, Clone)]
pub(crate) struct Before {
    device: DeviceId,
    property: String,
    value: Option<Value>,
    /// A camera's place: a preset that is not known can still be put back as a place.
    place: BTreeMap<String, Value>,
}

impl Before {
    pub(crate) fn take(room: &Room, now_ms: u64, device: &DeviceId, property: &str) -> Self {
        let known = |name: &str| Some((name.to_owned(), room.known(now_ms, device, name)?));
        Self {
            device: device.clone(),
            property: property.to_owned(),
            value: room.known(now_ms, device, property),
            place: ["pan", "tilt", "zoom"].into_iter().filter_map(known).collect(),
        }
    }
}

fn step_back(act: Act, goal: Option<(String, Value)>, text: room_api::Text) -> RunStep {
    RunStep {
        act,
        goal,
        policy: StepPolicy::Should,
        after: Vec::new(),
        within_ms: WITHIN_MS,
        text,
        state: StepState::Waiting,
        note: None,
        began_ms: None,
        took_ms: None,
        command: None,
        is_late: false,
    }
}

impl Room {
    pub(crate) fn restore(&mut self, now_ms: u64, actor: &str) -> Result<(), Refusal> {
        self.refuse_running()?;
        if self.before.is_empty() {
            let text = text("没有可恢复的状态", "there is nothing to restore");
            return Err(Refusal { code: RefusalCode::UnknownScene, text });
        }
        let before = std::mem::take(&mut self.before);
        let mut steps: Vec<RunStep> = Vec::new();
        // Backwards: what was switched on first is switched off last. Steps of one device follow each other.
        for was in before.iter().rev() {
            for mut step in self.steps_back(was) {
                let number = |index: usize| u16::try_from(index + 1).ok();
                step.after = steps.iter().rposition(|earlier| earlier.act.device == was.device).and_then(number).into_iter().collect();
                steps.push(step);
            }
        }
        self.begin(now_ms, actor, RESTORE.to_owned(), steps);
        Ok(())
    }

    fn steps_back(&self, was: &Before) -> Vec<RunStep> {
        let Ok(device) = self.device(&was.device) else { return Vec::new() };
        let spec = &device.spec;
        if let Some(value) = &was.value {
            // A projector caught while cooling down goes back to standby.
            let value = if *value == Value::Text("cooling".to_owned()) { Value::Text("standby".to_owned()) } else { value.clone() };
            let act = setter(spec, &was.property, &value);
            return act
                .map(|act| step_back(act, Some((was.property.clone(), value.clone())), describe(spec, &was.property, &value)))
                .into_iter()
                .collect();
        }
        if was.property != "preset" {
            return Vec::new();
        }
        let act = |command: &str, names: &[&str]| {
            let args = names.iter().filter_map(|name| Some(((*name).to_owned(), was.place.get(*name)?.clone()))).collect();
            let act = Act { device: was.device.clone(), command: command.to_owned(), args };
            declared(spec, &act).is_ok().then_some(act)
        };
        let label = text(format!("{}：回到原来的位置", spec.name.zh), format!("{}: back to where it was", spec.name.en));
        let acts = [act("move_to", &["pan", "tilt"]), act("zoom_to", &["zoom"])];
        acts.into_iter().flatten().map(|act| step_back(act, None, label.clone())).collect()
    }
}

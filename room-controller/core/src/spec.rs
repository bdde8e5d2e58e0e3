//! What a room consists of.

use std::collections::BTreeMap;

use room_api::{CommandDecl, DeviceId, DeviceKind, RoomId, StepPolicy, Text, Value};

use crate::check::setter;
use crate::delegates::DiscussionSpec;

/// Most steps of a scene; the largest real one has 22.
const MAX_STEPS: usize = 64;

/// A device as configured and declared.
#[derive(Debug, Clone)]
pub struct DeviceSpec {
    /// Its id.
    pub device: DeviceId,
    /// Its name.
    pub name: Text,
    /// Capability class.
    pub kind: DeviceKind,
    /// Protocol driver.
    pub driver: String,
    /// A simulator.
    pub simulated: bool,
    /// What it can do.
    pub commands: Vec<CommandDecl>,
    /// What it reports.
    pub properties: Vec<String>,
    /// Presets, inputs and the like by property.
    pub labels: BTreeMap<String, Vec<(Value, Text)>>,
}

/// One step: a property of a device shall have a value.
#[derive(Debug, Clone)]
pub struct StepSpec {
    /// The device.
    pub device: DeviceId,
    /// The property.
    pub property: String,
    /// The value.
    pub value: Value,
    /// Numbers (from 1) of earlier steps that must be over first.
    pub after: Vec<u16>,
    /// When it cannot be done.
    pub policy: StepPolicy,
    /// Time for it, ms.
    pub within_ms: u64,
}

/// A scene.
#[derive(Debug, Clone)]
pub struct SceneSpec {
    /// Its id.
    pub scene: String,
    /// Its name.
    pub name: Text,
    /// In order; a step may only wait for earlier ones, so there are no circles.
    pub steps: Vec<StepSpec>,
}

/// A room.
#[derive(Debug, Clone)]
pub struct RoomSpec {
    /// Its id.
    pub room: RoomId,
    /// Its name.
    pub name: Text,
    /// Simulators instead of devices.
    pub rehearsal: bool,
    /// The terminal's picture and sound are made, not taken from a camera and a microphone.
    pub simulated_source: bool,
    /// In configured order.
    pub devices: Vec<DeviceSpec>,
    /// Scenes.
    pub scenes: Vec<SceneSpec>,
    /// The discussion, if there is one.
    pub discussion: Option<DiscussionSpec>,
}

/// Why a specification cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Two devices of one name.
    #[error("device {0} is listed twice")]
    Twice(String),
    /// A step names a device that is not there.
    #[error("scene {0} step {1}: there is no device {2}")]
    NoDevice(String, usize, String),
    /// A step's property cannot be set to that value.
    #[error("scene {0} step {1}: {2} cannot be set to that value")]
    NotSettable(String, usize, String),
    /// A step waits for itself or a later one.
    #[error("scene {0} step {1}: `after` may only name earlier steps")]
    BadAfter(String, usize),
    /// The discussion cannot be so.
    #[error("discussion: {0}")]
    Discussion(String),
    /// Too many steps.
    #[error("scene {0} has more than {MAX_STEPS} steps")]
    TooLong(String),
}

impl RoomSpec {
    pub(crate) fn check(&self) -> Result<(), SpecError> {
        for (index, device) in self.devices.iter().enumerate() {
            if self.devices.iter().take(index).any(|other| other.device == device.device) {
                return Err(SpecError::Twice(device.device.0.clone()));
            }
        }
        self.scenes.iter().try_for_each(|scene| self.check_scene(scene))?;
        self.discussion.iter().try_for_each(|discussion| discussion.check(self))
    }

    fn check_scene(&self, scene: &SceneSpec) -> Result<(), SpecError> {
        if scene.steps.len() > MAX_STEPS {
            return Err(SpecError::TooLong(scene.scene.clone()));
        }
        for (index, step) in scene.steps.iter().enumerate() {
            let number = index + 1;
            let name = || scene.scene.clone();
            let device = self.devices.iter().find(|device| device.device == step.device);
            let device = device.ok_or_else(|| SpecError::NoDevice(name(), number, step.device.0.clone()))?;
            if setter(device, &step.property, &step.value).is_none() {
                return Err(SpecError::NotSettable(name(), number, step.property.clone()));
            }
            if step.after.iter().any(|after| *after == 0 || usize::from(*after) >= number) {
                return Err(SpecError::BadAfter(name(), number));
            }
        }
        Ok(())
    }
}

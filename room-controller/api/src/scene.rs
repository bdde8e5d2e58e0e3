//! Scenes: wanted-state documents with an order, not button macros.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DeviceId, Text, Value};

/// A scene as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SceneInfo {
    /// Its id, e.g. `meeting`.
    pub scene: String,
    /// Its name, e.g. 会议模式.
    pub name: Text,
    /// Number of steps.
    pub steps: u16,
}

/// What happens when a step cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepPolicy {
    /// The scene fails.
    Must,
    /// The scene goes on and says so.
    Should,
    /// Left out when the device is offline.
    SkipIfOffline,
}

/// What a scene would change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SceneDiff {
    /// Its id.
    pub scene: String,
    /// One per step.
    pub steps: Vec<StepDiff>,
}

/// One step's difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepDiff {
    /// Step number from 1.
    pub step: u16,
    /// The device.
    pub device: DeviceId,
    /// The property.
    pub property: String,
    /// What it is.
    pub before: Option<Value>,
    /// What it shall be.
    pub after: Value,
    /// Already so.
    pub already: bool,
    /// Why it cannot be done, for instance the device is offline.
    pub cannot: Option<Text>,
}

/// A run, under way or the last one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SceneRun {
    /// Its id.
    pub scene: String,
    /// Who started it.
    pub actor: String,
    /// When, ms since 1970.
    pub started_at_ms: u64,
    /// How far.
    pub state: RunState,
    /// Result per step.
    pub steps: Vec<StepResult>,
    /// Whether the state before it is kept for `scene_restore`.
    pub can_restore: bool,
}

/// State of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Under way.
    Running,
    /// Every step is done or was already so.
    Done,
    /// Done but for steps that may fail.
    DoneWithFaults,
    /// A must-step failed.
    Failed,
    /// Stopped by somebody.
    Cancelled,
}

/// One step's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepResult {
    /// Step number from 1.
    pub step: u16,
    /// What it does.
    pub text: Text,
    /// How far.
    pub state: StepState,
    /// Why it failed or was skipped, or what it waits for (projector warming up).
    pub note: Option<Text>,
    /// From its start to its proof, ms.
    pub took_ms: Option<u64>,
}

/// State of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Waits for steps before it.
    Waiting,
    /// Under way.
    Running,
    /// Proved by the device's report.
    Done,
    /// Nothing had to be done.
    Already,
    /// Not done.
    Failed,
    /// Left out.
    Skipped,
}

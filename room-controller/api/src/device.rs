//! Devices as seen from outside.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A device's name inside its room, e.g. `camera-front`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct DeviceId(pub String);

/// A word in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Text {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

/// Capability class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// PTZ camera.
    Camera,
    /// Projector.
    Projector,
    /// Display, panel or television.
    Display,
    /// Signal matrix or switcher.
    Matrix,
    /// Sound mixer or DSP.
    Mixer,
    /// Lights.
    Lights,
    /// Discussion microphones.
    Discussion,
    /// LED board.
    LedBoard,
    /// Power sequencer or relays.
    Power,
}

/// A property's or parameter's value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// Whole number; the unit stands in the declaration.
    Int(i64),
    /// Word from a list, or text.
    Text(String),
}

/// How much a reported value is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// The device said so and the report is fresh.
    Known,
    /// Sent, never reported back (blind devices).
    Assumed,
    /// The device said so, but too long ago.
    Stale,
    /// Nothing is known.
    Unknown,
}

/// Where a report came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportSource {
    /// The device told by itself.
    Push,
    /// It answered a question.
    Poll,
    /// It confirmed a command.
    Echo,
    /// Nobody told.
    Assumed,
}

/// One property, wanted and reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PropertySnapshot {
    /// What somebody asked for; `null` when nobody did.
    pub wanted: Option<Value>,
    /// What the device last said.
    pub reported: Option<Value>,
    /// What that is worth.
    pub quality: Quality,
    /// When it was said, ms since 1970.
    pub reported_at_ms: Option<u64>,
    /// How it came.
    pub source: ReportSource,
    /// A command whose confirmation is awaited.
    pub pending: Option<u64>,
    /// The device did not reach the wanted value after all retries: a sentence.
    pub difference: Option<Text>,
    /// Changed at the device itself (panel, remote control).
    pub external: bool,
}

/// Life of a device's link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Health {
    /// Switched off in the configuration.
    Disabled {},
    /// Link being made.
    Connecting {},
    /// Logging in.
    Authenticating {},
    /// Reading everything back.
    Syncing {},
    /// 正常: it answered an application-level question.
    Online {},
    /// 注意: it works with faults.
    Degraded {
        /// What is wrong.
        reason: Text,
    },
    /// 离线
    Lost {
        /// Why, and what to do.
        reason: Text,
        /// Stable code, e.g. `room.link.timeout`.
        code: String,
        /// Since when, ms since 1970.
        since_ms: u64,
        /// Next attempt, ms since 1970.
        next_try_ms: u64,
    },
}

/// How careful one has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// At once.
    None,
    /// Ask first.
    Confirm,
}

/// Type and range of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ParamKind {
    /// Yes or no.
    Bool {},
    /// Whole number.
    Int {
        /// Least.
        min: i64,
        /// Most.
        max: i64,
        /// Unit as written on screen; may be empty.
        unit: String,
        /// Digits after the point: the value counts in tenths of the unit for 1.
        #[serde(default)]
        decimals: u8,
    },
    /// Any text.
    Text {
        /// Most characters.
        max: u32,
    },
    /// One of these words.
    Choice {
        /// Words with their labels.
        options: Vec<(String, Text)>,
    },
}

/// One parameter of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParamDecl {
    /// Name in the request.
    pub name: String,
    /// Label.
    pub label: Text,
    /// Type and range.
    pub kind: ParamKind,
}

/// A command as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandDecl {
    /// Name in the request, e.g. `recall_preset`.
    pub name: String,
    /// Label.
    pub label: Text,
    /// Parameters in order.
    pub params: Vec<ParamDecl>,
    /// Care.
    pub danger: Danger,
    /// Ends by itself after 10 s unless renewed (a move held by a finger).
    pub held: bool,
    /// The property whose report proves it; `null` when the device's completion is the proof. A part `{name}` stands for the parameter of that
    /// name: `level.{channel}`. The one parameter that is no part of it is the property's value.
    pub proof: Option<String>,
    /// How long it usually takes, ms.
    pub expected_ms: u32,
}

/// A device with everything a screen needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeviceSnapshot {
    /// Its id.
    pub device: DeviceId,
    /// Its name.
    pub name: Text,
    /// Capability class.
    pub kind: DeviceKind,
    /// Protocol driver, e.g. `visca`.
    pub driver: String,
    /// A simulator, not a device.
    pub simulated: bool,
    /// Link and supervision.
    pub health: Health,
    /// By name, e.g. `power`, `preset`, `level.3`.
    pub properties: BTreeMap<String, PropertySnapshot>,
    /// What it can do.
    pub commands: Vec<CommandDecl>,
    /// Presets, inputs and the like: value → label, by property name.
    pub labels: BTreeMap<String, Vec<(Value, Text)>>,
}

//! What a room may be asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ActiveFault, DeviceId, DiscussionAct, Fault, SceneDiff, Text, Value};

/// A request to a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum RoomRequest {
    /// Run a device's command. For held commands (pan/tilt, zoom) the same request again renews the dead-man; `stop` commands end it.
    Command(Act),
    /// What a scene would change.
    ScenePreview {
        /// Its id.
        scene: String,
    },
    /// Run a scene; progress is in the snapshot.
    SceneRun {
        /// Its id.
        scene: String,
    },
    /// Stop a running scene after the steps under way.
    SceneCancel {},
    /// Put back what was before the last scene.
    SceneRestore {},
    /// 讨论: who speaks, who waits, votes.
    Discuss {
        /// What.
        what: DiscussionAct,
    },
    /// Ask a device everything again.
    Resync {
        /// Which.
        device: DeviceId,
    },
    /// 彩排: begin a fault in a simulated room, in place of one of its kind.
    FaultStart {
        /// What.
        fault: Fault,
        /// For how long, 1 to 1800 s.
        for_s: u32,
        /// Of its chance: equal seeds lose equal packets.
        #[serde(default)]
        seed: u32,
    },
    /// 解除: end one fault.
    FaultLift {
        /// Its number.
        id: u64,
    },
    /// 全部解除
    FaultsClear {},
}

/// One command to one device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Act {
    /// Which.
    pub device: DeviceId,
    /// Name of the command in its declaration.
    pub command: String,
    /// Parameters by name.
    #[serde(default)]
    pub args: BTreeMap<String, Value>,
}

/// Life of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CommandState {
    /// In the device's queue.
    Queued {},
    /// On the wire.
    Sent {},
    /// The device took it.
    Acked {},
    /// The device's own report shows it.
    Confirmed {
        /// From request to proof.
        after_ms: u64,
    },
    /// Sent to a device that reports nothing: nobody can say whether it did it.
    Unproved {
        /// From request to sending.
        after_ms: u64,
    },
    /// The device said no.
    Rejected {
        /// Why.
        reason: Text,
    },
    /// No proof in time.
    TimedOut {
        /// What to do.
        reason: Text,
    },
    /// A later one of the same kind took its place.
    Superseded {},
}

/// Answer to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum RoomResponse {
    /// Taken; `id` names the command in later [`crate::FromRoom::Command`] messages.
    Accepted {
        /// Command id.
        id: u64,
    },
    /// The difference a scene would make.
    Diff(SceneDiff),
    /// The fault is at work.
    FaultStarted(ActiveFault),
    /// Done.
    Done {},
    /// Not taken; nothing was changed.
    Refused(Refusal),
}

/// Why a request was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// Stable code.
    pub code: RefusalCode,
    /// What is wrong and what to do.
    pub text: Text,
}

/// Codes of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum RefusalCode {
    /// No device of that id.
    #[serde(rename = "room.device.unknown")]
    UnknownDevice,
    /// The device has no such command.
    #[serde(rename = "room.command.unknown")]
    UnknownCommand,
    /// A parameter is missing or out of range.
    #[serde(rename = "room.command.bad_args")]
    BadArgs,
    /// The device is not connected.
    #[serde(rename = "room.device.offline")]
    Offline,
    /// Too much waits already.
    #[serde(rename = "room.device.busy")]
    Busy,
    /// The room has no discussion.
    #[serde(rename = "room.discussion.none")]
    NoDiscussion,
    /// The discussion's rules do not let it: full, nobody waits, no such seat, no vote.
    #[serde(rename = "room.discussion.refused")]
    DiscussionRefused,
    /// No scene of that id, or none to restore.
    #[serde(rename = "room.scene.unknown")]
    UnknownScene,
    /// A scene is running.
    #[serde(rename = "room.scene.running")]
    SceneRunning,
    /// The line to the room is cut (said by the console).
    #[serde(rename = "room.uplink.down")]
    UplinkDown,
    /// 彩排 faults are for simulated rooms; this one has real devices or a real source.
    #[serde(rename = "room.rehearsal.real")]
    RealRoom,
    /// No fault of that number.
    #[serde(rename = "room.fault.unknown")]
    UnknownFault,
    /// The request is not understood.
    #[serde(rename = "room.request.malformed")]
    Malformed,
}

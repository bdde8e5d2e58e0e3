//! The uplink: each room keeps one WebSocket to the console (`GET /uplink`, bearer token signed with the room's own key) and speaks JSON text.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ActiveFault, CommandState, DeviceSnapshot, DiscussionSnapshot, RoomRequest, RoomResponse, SceneInfo, SceneRun, SeatReport, SeatWord,
    Text,
};

/// Version of these words.
pub const UPLINK_VERSION: u16 = 2;

/// A room's name, e.g. `guiyang`; in the default deployment equal to the site it seats.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct RoomId(pub String);

/// A room with everything a screen needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoomSnapshot {
    /// Its id.
    pub room: RoomId,
    /// Its name.
    pub name: Text,
    /// 彩排: simulators and clips instead of devices and cameras.
    pub rehearsal: bool,
    /// In configured order.
    pub devices: Vec<DeviceSnapshot>,
    /// Scenes that can be run.
    pub scenes: Vec<SceneInfo>,
    /// The running or last scene.
    pub run: Option<SceneRun>,
    /// The discussion; `null` in a room without one.
    #[serde(default)]
    pub discussion: Option<DiscussionSnapshot>,
    /// Whether the room's terminal process runs and what it says of itself.
    pub terminal: Option<Text>,
    /// Which conference its terminal sits in; `null` for a room without a terminal.
    #[serde(default)]
    pub seat: Option<SeatReport>,
    /// 彩排: faults at work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ActiveFault>,
    /// The room's clock, ms since 1970.
    pub at_ms: u64,
}

/// From the room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum FromRoom {
    /// First message.
    Hello {
        /// Must equal [`UPLINK_VERSION`].
        version: u16,
        /// Which room; must be the token's.
        room: RoomId,
    },
    /// The whole state: after hello, after each change (at most 10 a second), and every 5 s.
    Snapshot(Box<RoomSnapshot>),
    /// Reply to [`FromConsole::Ask`].
    Response {
        /// Of the ask.
        request: u64,
        /// The answer.
        response: RoomResponse,
    },
    /// How an accepted command is doing.
    Command {
        /// From [`RoomResponse::Accepted`].
        id: u64,
        /// How far.
        state: CommandState,
    },
    /// A [`FromConsole::Seat`] was not taken.
    SeatRefused {
        /// Of that word.
        revision: u64,
        /// What is wrong in it.
        reason: Text,
    },
}

/// From the console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum FromConsole {
    /// A person asks; rights were checked by the console.
    Ask {
        /// Number for the answer.
        request: u64,
        /// Who, for the room's audit.
        actor: String,
        /// What.
        what: RoomRequest,
    },
    /// Where the terminal shall sit. Answered by the snapshot's `seat`, or by [`FromRoom::SeatRefused`].
    Seat(SeatWord),
    /// The person holding a move is gone (socket closed): stop every held command of that actor.
    Release {
        /// Who.
        actor: String,
    },
}

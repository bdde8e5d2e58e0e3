//! Facts and what is told over the WebSocket.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ConferenceId, ConferenceSnapshot, Forced, Layout, Mic, OpenConference, Picture, Rev, Setting, SiteId, ViewSource};

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The control desk.
    Desk,
    /// A room's tablet.
    Tablet,
    /// A program through the API.
    Api,
    /// A rule of the conference itself.
    Rule,
}

/// A microphone before and after.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct MicChange {
    /// Whose.
    pub site: SiteId,
    /// Before.
    pub before: Mic,
    /// After.
    pub after: Mic,
}

/// What happened. Events are past facts and carry what is needed to take them back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "facts come one by one at the pace of people; boxes would stand in every match")]
pub enum Event {
    /// The conference runs.
    Opened {
        /// As asked.
        open: OpenConference,
    },
    /// A site was seated.
    SiteCalled {
        /// Which.
        site: SiteId,
    },
    /// A site was unseated.
    SiteHungUp {
        /// Which.
        site: SiteId,
    },
    /// The forced picture changed.
    ForcedChanged {
        /// Before.
        before: Option<Forced>,
        /// After.
        after: Option<Forced>,
    },
    /// Microphones changed.
    MicsChanged {
        /// All that really changed.
        changes: Vec<MicChange>,
    },
    /// One viewer's own picture changed.
    ViewChanged {
        /// Who watches.
        viewer: SiteId,
        /// Before.
        before: ViewSource,
        /// Locked before.
        before_locked: bool,
        /// After.
        after: ViewSource,
        /// Locked after.
        after_locked: bool,
    },
    /// The operator's preview changed.
    PreviewChanged {
        /// Before.
        before: Option<Picture>,
        /// After.
        after: Option<Picture>,
    },
    /// Any other field changed.
    Changed {
        /// Before.
        before: Setting,
        /// After; the same field.
        after: Setting,
    },
    /// A change that had been taken back was made again.
    Redone {
        /// Which.
        rev: Rev,
        /// What that did.
        #[schema(no_recursion)]
        effect: Vec<Self>,
    },
    /// A change was taken back.
    Undone {
        /// Which.
        rev: Rev,
        /// What that did.
        #[schema(no_recursion)]
        effect: Vec<Self>,
    },
    /// It is over.
    Ended {},
}

/// An event with its circumstances, as journalled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Envelope {
    /// Of which conference.
    pub conference: ConferenceId,
    /// Its revision after the event.
    pub rev: Rev,
    /// Milliseconds since 1970.
    pub at_ms: u64,
    /// Account or room.
    pub author: String,
    /// Right used.
    pub right: String,
    /// Where from.
    pub origin: Origin,
    /// The client's key, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idem_key: Option<String>,
    /// What.
    pub event: Event,
}

/// Messages of `GET /api/conferences/{id}/events` (WebSocket, text). Binary messages are meters: byte 0 = version 1, byte 1 = count n, then n × (RMS dBFS as
/// i8, peak dBFS as i8) in the snapshot's site order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The whole state: first message, and again after each change of wanted or reported state.
    Snapshot(Box<ConferenceSnapshot>),
    /// What happened; precedes the snapshot that contains it.
    Event(Box<Envelope>),
    /// Once a second: the MCU is alive and this is its time (ms since 1970).
    Heartbeat {
        /// The MCU's clock.
        at_ms: u64,
    },
}

/// Layouts shipped with the MCU: `GET /api/layouts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Layouts {
    /// By name.
    pub layouts: Vec<Layout>,
}

//! Commands and their answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ConferenceId, Picture, Rev, SiteId, SiteKind, Transition, ViewSource};

/// Body of `POST /api/conferences`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenConference {
    /// Its name in URLs.
    pub conference: ConferenceId,
    /// Title as shown on screen.
    pub title: String,
    /// The seats in fixed site order, 1 to 104.
    pub sites: Vec<SiteSeat>,
    /// One of the seats.
    pub main_site: SiteId,
    /// Which state a joiner's microphone gets. Default closed.
    #[serde(default)]
    pub mute_on_join: Option<Mic>,
    /// Seat all sites at once. Default true.
    #[serde(default)]
    pub call_all: Option<bool>,
}

/// One seat as opened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct SiteSeat {
    /// Its id.
    pub site: SiteId,
    /// Chinese name as drawn into pictures.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// What it is.
    pub kind: SiteKind,
}

/// State of a site's microphone: closed is 闭音(关麦).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mic {
    /// Heard by the others.
    Open,
    /// 闭音
    Closed,
}

/// Everything that can be asked of a running conference. Commands set, they never toggle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "cmd", content = "args", rename_all = "snake_case")]
pub enum Command {
    /// Seat a site (right `conference.affairs`).
    Call {
        /// Which.
        site: SiteId,
    },
    /// Seat every site that is not (right `conference.affairs`).
    CallAllAbsent {},
    /// Unseat a site; its terminal keeps its sessions (right `conference.affairs`).
    HangUp {
        /// Which.
        site: SiteId,
    },
    /// Force one site's picture on all (right `conference.picture`).
    BroadcastSite {
        /// Whose.
        site: SiteId,
    },
    /// Force a multi-picture on all (right `conference.picture`).
    BroadcastLayout {
        /// By value.
        layout: crate::Layout,
    },
    /// End whatever picture is forced (right `conference.picture`).
    CancelBroadcast {},
    /// Open or close a site's microphone (right `conference.sound`).
    SetMic {
        /// Whose.
        site: SiteId,
        /// To what.
        mic: Mic,
    },
    /// Close every microphone but the chair's and the main site's (right `conference.sound`).
    MuteAll {},
    /// Choose one viewer's picture (right `conference.picture`).
    SelectView {
        /// Who watches.
        viewer: SiteId,
        /// What.
        source: ViewSource,
        /// The site may not change it itself.
        #[serde(default)]
        locked: bool,
    },
    /// Put a picture into the operator's preview; `null` empties it (right `conference.picture`).
    SetPreview {
        /// What.
        picture: Option<Picture>,
    },
    /// Preview becomes the forced picture (right `conference.picture`).
    Take {
        /// How.
        #[serde(default)]
        transition: Transition,
    },
    /// Take back a change: the latest reversible one, or that of a revision. Needs the right of the change it reverts.
    Undo {
        /// Which; `null` is the latest.
        #[serde(default)]
        rev: Option<Rev>,
    },
    /// End the conference (right `conference.affairs`; asks for confirmation).
    End {},
}

/// Body of `POST /api/conferences/{id}/commands`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandRequest {
    /// What.
    #[serde(flatten)]
    pub command: Command,
    /// Refuse as `stale` unless the conference is at this revision.
    #[serde(default)]
    pub expect_rev: Option<Rev>,
    /// Same key, same answer, applied once. At most 64 bytes.
    #[serde(default)]
    pub idem_key: Option<String>,
    /// Token from a `needs_confirmation` answer.
    #[serde(default)]
    pub confirm: Option<String>,
}

/// Answer to an accepted command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CommandAnswer {
    /// Journalled and in force.
    Accepted {
        /// The conference's revision after it.
        rev: Rev,
    },
    /// Already so; nothing changed.
    Unchanged {
        /// The conference's revision.
        rev: Rev,
    },
    /// Dangerous: send it again with this token within its time.
    NeedsConfirmation {
        /// For `confirm`.
        token: String,
    },
}

//! Openings, and commands with their answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Command, ConferenceId, Rev, SiteId, SiteKind};

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
    /// 彩排: simulated sites, into which faults may be put. Default no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rehearsal: bool,
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

//! Answers of the doors that are not a conference's own state.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Channel, ConferenceId, ConferencePhase, Envelope, LanguageId, Mic, Rev, SiteId, Speaker, Tally, WorkerHealth};

/// Body of `GET /api/conferences`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Conferences {
    /// Running ones and those that ended lately, by id.
    pub conferences: Vec<ConferenceSummary>,
}

/// One conference in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConferenceSummary {
    /// Its id.
    pub conference: ConferenceId,
    /// Title.
    pub title: String,
    /// Running or ended.
    pub phase: ConferencePhase,
    /// Revision.
    pub rev: Rev,
    /// Milliseconds since 1970.
    pub opened_at_ms: u64,
    /// Number of sites seated.
    pub seated: u16,
}

/// Body of `GET /api/conferences/{id}/journal`: what happened after a revision, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JournalPage {
    /// Of which conference.
    pub conference: ConferenceId,
    /// When it was opened, ms since 1970. One of the same id that is opened later has another.
    pub opened_at_ms: u64,
    /// Its revision.
    pub rev: Rev,
    /// All facts of each revision on this page; a revision never stands on two pages.
    pub envelopes: Vec<Envelope>,
    /// Whether more follow: ask again after the last revision here.
    pub more: bool,
}

/// Messages of `GET /api/conferences/{id}/sites/{site}/tally` (WebSocket, text): first at once, then after each change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SiteFeed {
    /// Which site.
    pub site: SiteId,
    /// Whether the conference runs.
    pub phase: ConferencePhase,
    /// Whether the site has its seat.
    pub seated: bool,
    /// Its wanted microphone; enforced in relay and mixer whatever the terminal does.
    pub mic: Mic,
    /// Who sees it, and what it sees.
    pub tally: Tally,
    /// Wanted loudspeaker; the MCU sends no sound while it is muted.
    pub speaker: Speaker,
    /// It cannot open its microphone itself.
    pub mute_locked: bool,
    /// What its people shall be told at the moment.
    pub prompts: Vec<Prompt>,
    /// Tries made to call it again; a change asks the room to join afresh.
    pub redials: u16,
    /// 同传频道 it may choose from.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// 收听语种: the one it hears; `null` is the floor.
    #[serde(default)]
    pub listens_to: Option<LanguageId>,
    /// 同传译员: the one into which it interprets; its people are not heard on the floor then.
    #[serde(default)]
    pub interprets: Option<LanguageId>,
}

/// What a site's people shall be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "prompt", rename_all = "snake_case")]
pub enum Prompt {
    /// 点名: say that you are there.
    RollCall {},
    /// 点名发言: you have the floor.
    Speak {
        /// When the time is over, ms since 1970.
        ends_at_ms: Option<u64>,
    },
    /// Your time is over.
    SpeechOver {},
    /// 主席: you preside.
    Chair {},
    /// Show your content, please.
    ShowContent {},
}

/// Body of `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Nothing is wrong.
    pub ok: bool,
    /// What is wrong, in words; empty when nothing is.
    pub problems: Vec<HealthProblem>,
    /// The workers.
    pub workers: Vec<WorkerHealth>,
    /// Number of conferences running.
    pub running: u16,
    /// The MCU's version.
    pub version: String,
    /// The MCU's clock, ms since 1970.
    pub at_ms: u64,
}

/// One thing that is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthProblem {
    /// English.
    pub detail: String,
    /// 中文
    pub detail_zh: String,
}

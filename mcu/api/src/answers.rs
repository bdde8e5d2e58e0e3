//! Answers of the doors that are not a conference's own state.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ConferenceId, ConferencePhase, Mic, Rev, SiteId, Tally, WorkerHealth};

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

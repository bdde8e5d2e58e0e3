//! Errors as problem documents (RFC 9457) with stable codes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Rev;

/// Stable codes. The console owns the Chinese texts too; they are here so that every other client shows the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum Code {
    /// Body or parameters are not understood.
    #[serde(rename = "mcu.request.malformed")]
    Malformed,
    /// No token, or one that is not accepted.
    #[serde(rename = "mcu.token.refused")]
    TokenRefused,
    /// The token lacks the right.
    #[serde(rename = "mcu.right.missing")]
    RightMissing,
    /// No conference of that id.
    #[serde(rename = "mcu.conference.unknown")]
    UnknownConference,
    /// One of that id runs already.
    #[serde(rename = "mcu.conference.exists")]
    ConferenceExists,
    /// It has ended.
    #[serde(rename = "mcu.conference.ended")]
    ConferenceEnded,
    /// No such site in this conference.
    #[serde(rename = "mcu.site.unknown")]
    UnknownSite,
    /// The site is not seated.
    #[serde(rename = "mcu.site.not_seated")]
    NotSeated,
    /// The caller's revision, or what undo would revert, is not current.
    #[serde(rename = "mcu.command.stale")]
    Stale,
    /// Nothing to undo, nothing in preview and the like.
    #[serde(rename = "mcu.command.nothing_to_do")]
    NothingToDo,
    /// A layout with no cell, too many, or cells outside the canvas.
    #[serde(rename = "mcu.layout.invalid")]
    InvalidLayout,
    /// The conference is locked; nobody more is called in.
    #[serde(rename = "mcu.conference.locked")]
    ConferenceLocked,
    /// Somebody else holds the area's lease.
    #[serde(rename = "mcu.lease.held")]
    LeaseHeld,
    /// The program is locked.
    #[serde(rename = "mcu.program.locked")]
    ProgramLocked,
    /// The operator has locked this for the site.
    #[serde(rename = "mcu.site.locked")]
    SiteLocked,
    /// Another site shows its content, or content is locked to one.
    #[serde(rename = "mcu.content.held")]
    ContentHeld,
    /// The site's microphone is open: what is said into the room would go on air.
    #[serde(rename = "mcu.mic.open")]
    MicOpen,
    /// No run sheet, step, plan or roll call of that name.
    #[serde(rename = "mcu.item.unknown")]
    UnknownItem,
    /// The confirmation token is unknown or its time is over.
    #[serde(rename = "mcu.confirm.invalid")]
    InvalidConfirmation,
    /// The SDP offer was refused.
    #[serde(rename = "mcu.media.refused")]
    MediaRefused,
    /// The relay is not there.
    #[serde(rename = "mcu.media.unavailable")]
    MediaUnavailable,
    /// The journal could not be written; nothing was changed.
    #[serde(rename = "mcu.journal.failed")]
    JournalFailed,
    /// No WHIP or WHEP session of that name.
    #[serde(rename = "mcu.session.unknown")]
    UnknownSession,
    /// Too much at once.
    #[serde(rename = "mcu.limit.reached")]
    LimitReached,
}

/// RFC 9457 problem document (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    /// Stable code; also the problem's type.
    pub code: Code,
    /// HTTP status.
    pub status: u16,
    /// English: what is wrong and what to do.
    pub detail: String,
    /// 中文: what is wrong and what to do.
    pub detail_zh: String,
    /// With [`Code::Stale`]: the current revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<Rev>,
}

impl Code {
    /// The HTTP status that goes with the code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::MediaRefused => 400,
            Self::TokenRefused => 401,
            Self::RightMissing => 403,
            Self::UnknownConference | Self::UnknownSite | Self::UnknownSession | Self::UnknownItem => 404,
            Self::ConferenceExists
            | Self::ConferenceEnded
            | Self::NotSeated
            | Self::Stale
            | Self::NothingToDo
            | Self::ConferenceLocked
            | Self::LeaseHeld
            | Self::ProgramLocked
            | Self::SiteLocked
            | Self::ContentHeld
            | Self::MicOpen
            | Self::InvalidConfirmation => 409,
            Self::InvalidLayout => 422,
            Self::LimitReached => 429,
            Self::MediaUnavailable | Self::JournalFailed => 503,
        }
    }
}

impl Problem {
    /// A problem with its code's status and both texts.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self { code, status: code.status(), detail: detail.into(), detail_zh: detail_zh.into(), rev: None }
    }
}

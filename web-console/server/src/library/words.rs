//! The words of the library.

use mcu_api::{EmergencyPlan, RunSheet};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LibraryKind {
    /// A multi-picture; the value is the MCU's `Layout`.
    Layout,
    /// 预案: a [`PlanDocument`].
    Plan,
    /// 导播单: a [`RunSheetDocument`].
    RunSheet,
    /// Keys of one account, under its name: an object of action → chord.
    KeyMap,
    /// A meeting's template; the booking doors keep it here.
    Template,
}

impl LibraryKind {
    /// Those with doors of their own under `/api/library`.
    pub(crate) const AT_THE_DOOR: [Self; 4] = [Self::Layout, Self::Plan, Self::RunSheet, Self::KeyMap];

    /// Its name in addresses and in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Layout => "layout",
            Self::Plan => "plan",
            Self::RunSheet => "run_sheet",
            Self::KeyMap => "key_map",
            Self::Template => "template",
        }
    }

    /// The kind of that name at the door.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::AT_THE_DOOR.into_iter().find(|kind| kind.name() == name)
    }
}

/// A document as told.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct LibraryDocument {
    /// Its name within its kind.
    pub(crate) name: String,
    /// Counts its changes, from 1.
    pub(crate) rev: i64,
    /// Account that changed it last.
    pub(crate) author: String,
    /// When, ms since 1970.
    pub(crate) changed_at_ms: i64,
    /// Its content; left out for people who may name documents but not see the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) value: Option<Value>,
}

/// Answer to `GET /api/library/{kind}`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct LibraryDocuments {
    /// By name.
    pub(crate) documents: Vec<LibraryDocument>,
}

/// Body of `PUT /api/library/{kind}/{name}`.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutDocument {
    /// The new content.
    #[schema(value_type = Object)]
    pub(crate) value: Value,
    /// The revision it was made from; left out or 0 for a document that must not be there yet.
    #[serde(default)]
    pub(crate) expect_rev: i64,
}

/// 预案 as kept: what the MCU is given, and what people need beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanDocument {
    /// As armed; its name is the document's.
    #[schema(value_type = Object)]
    pub(crate) plan: EmergencyPlan,
    /// When it is run, in words.
    #[serde(default)]
    pub(crate) when: String,
    /// Whom to call, in order.
    #[serde(default)]
    pub(crate) people: Vec<PersonToCall>,
    /// What is expected afterwards.
    #[serde(default)]
    pub(crate) expect: String,
    /// Day of the last rehearsal, `YYYY-MM-DD`; `null` is never.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) rehearsed: Option<jiff::civil::Date>,
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonToCall {
    /// Who.
    pub(crate) name: String,
    /// Telephone number; may be empty.
    #[serde(default)]
    pub(crate) telephone: String,
}

/// 导播单 as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunSheetDocument {
    /// As loaded.
    #[schema(value_type = Object)]
    pub(crate) sheet: RunSheet,
    /// Seconds each step usually takes, in the order of the steps; `null` where nobody knows, and may be shorter than the sheet.
    #[serde(default)]
    pub(crate) usual_s: Vec<Option<u32>>,
}

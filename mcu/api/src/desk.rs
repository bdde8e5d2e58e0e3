//! What several people at the desk share: leases, run sheet, emergency plans.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Command, Rev};

/// 操作权 over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// 画面
    Picture,
    /// 声音
    Sound,
    /// 会务
    Affairs,
}

impl Area {
    /// Name of the right that belongs to the area.
    #[must_use]
    pub const fn right(self) -> &'static str {
        match self {
            Self::Picture => crate::rights::PICTURE,
            Self::Sound => crate::rights::SOUND,
            Self::Affairs => crate::rights::AFFAIRS,
        }
    }
}

/// Who alone may give an area's commands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lease {
    /// Account.
    pub holder: String,
    /// Since when, ms since 1970.
    pub since_ms: u64,
    /// Account that asks for it.
    pub wanted_by: Option<String>,
}

/// 操作权
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Leases {
    /// 画面; `null` is free for all.
    pub picture: Option<Lease>,
    /// 声音
    pub sound: Option<Lease>,
    /// 会务
    pub affairs: Option<Lease>,
}

/// 导播单
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunSheet {
    /// Its name.
    pub title: String,
    /// In order, 1 to 200.
    pub steps: Vec<RunStep>,
}

/// One step: what is done at once when it is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunStep {
    /// Its name.
    pub title: String,
    /// For the director.
    #[serde(default)]
    pub text: String,
    /// When it is planned, ms since 1970.
    #[serde(default)]
    pub planned_at_ms: Option<u64>,
    /// Done in order as one change, or not at all; at most 32.
    #[serde(default)]
    #[schema(no_recursion)]
    pub commands: Vec<Command>,
}

/// 应急预案
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmergencyPlan {
    /// Names it in commands, 1 to 64 bytes.
    pub name: String,
    /// As shown.
    pub title: String,
    /// Done in order as one change, or not at all; at most 32.
    #[schema(no_recursion)]
    pub commands: Vec<Command>,
}

/// A plan that stands ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArmedPlan {
    /// By value.
    pub plan: EmergencyPlan,
    /// The revision in which it was run; `null` while it waits.
    pub ran: Option<Rev>,
}

/// What people at the desk share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Desk {
    /// Who alone may do what.
    pub leases: Leases,
    /// Account that locked the program; `null` is not locked.
    pub program_locked_by: Option<String>,
    /// 导播单
    pub run_sheet: Option<RunSheet>,
    /// The step that comes next, from 0.
    pub next_step: u16,
    /// 应急预案, by name.
    pub plans: Vec<ArmedPlan>,
}

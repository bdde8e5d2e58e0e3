//! What several people at the desk share: leases, run sheet, emergency plans.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Command, Rev, SiteId};

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
    /// When it runs by itself; `null` is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<PlanTrigger>,
}

/// 自动触发: when a plan runs by itself, once; it is armed again by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanTrigger {
    /// What has to be so.
    pub when: TriggerCause,
    /// For how many seconds without a break, 1 to 600.
    pub for_s: u16,
    /// Ask instead of running: a person answers with `answer_plan`.
    #[serde(default)]
    pub ask: bool,
    /// Run although somebody has locked the program; otherwise it waits for the lock to go.
    #[serde(default)]
    pub even_locked: bool,
}

/// What a trigger waits for, as reported by relay and mixer. A site that is `null` is the main site, whichever that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum TriggerCause {
    /// 主会场断线: its terminal was there and is gone.
    MainSiteLost {},
    /// 主会场无图像: its terminal was there and its picture does not arrive, for whatever reason.
    MainPictureLost {},
    /// 画面黑屏
    PictureBlack {
        /// Whose.
        #[serde(default)]
        site: Option<SiteId>,
    },
    /// 画面静止
    PictureFrozen {
        /// Whose.
        #[serde(default)]
        site: Option<SiteId>,
    },
    /// 啸叫
    SoundHowling {
        /// Whose.
        #[serde(default)]
        site: Option<SiteId>,
    },
    /// 丢包: more packets from the site are lost than this.
    Loss {
        /// Whose.
        #[serde(default)]
        site: Option<SiteId>,
        /// In ‰, 0 to 999.
        above_permille: u16,
    },
}

/// What became of a plan's trigger, or of its plan when a person ran it first; times in ms since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "fired", rename_all = "snake_case")]
pub enum Fired {
    /// 请确认: it has held long enough; a person is asked whether the plan shall run.
    Asks {
        /// When.
        at_ms: u64,
    },
    /// The plan ran.
    Ran {
        /// When.
        at_ms: u64,
    },
    /// A person said no.
    Dismissed {
        /// When.
        at_ms: u64,
    },
    /// The plan could not run; nothing was changed.
    Refused {
        /// When.
        at_ms: u64,
        /// Which command and why, English.
        detail: String,
        /// 中文
        detail_zh: String,
    },
}

/// A plan that stands ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArmedPlan {
    /// By value.
    pub plan: EmergencyPlan,
    /// The revision in which it was run; `null` while it waits.
    pub ran: Option<Rev>,
    /// What became of its trigger; left out while it watches, and where there is none. Only arming anew lets it watch again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fired: Option<Fired>,
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

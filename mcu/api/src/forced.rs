//! The forced picture, and what takes turns.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Layout, MicChange, Picture, Rev, SiteId};

/// The one picture that all are forced to see; starting one ends the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Forced {
    /// 广播会场
    Site {
        /// Whose.
        site: SiteId,
    },
    /// 广播多画面
    Layout {
        /// By value.
        layout: Layout,
    },
    /// 对话: main site and this branch see each other, everybody else sees both.
    Dialogue {
        /// The branch.
        site: SiteId,
        /// Microphones it changed.
        speech: SpeechMics,
    },
    /// 点名发言
    CallToSpeak {
        /// Who speaks.
        site: SiteId,
        /// Microphones it changed.
        speech: SpeechMics,
    },
    /// 循环广播: who is on air at the moment stands in [`Rotation::broadcast_step`].
    Polling {
        /// Whose turns.
        polling: Polling,
    },
}

impl From<Picture> for Forced {
    fn from(picture: Picture) -> Self {
        match picture {
            Picture::Site { site } => Self::Site { site },
            Picture::Layout { layout } => Self::Layout { layout },
        }
    }
}

/// What a dialogue or a call to speak did to microphones; ending it restores those that nobody has set since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpeechMics {
    /// The revision that did it.
    pub rev: Rev,
    /// All that really changed.
    pub mics: Vec<MicChange>,
}

/// Who watches a polling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PollingKind {
    /// 循环观看: its viewers only, where nothing is forced or chosen.
    Watch,
    /// 循环广播: everybody.
    Broadcast,
}

/// 轮询: sites shown in turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Polling {
    /// Whose turns, in order.
    pub sites: Vec<SiteId>,
    /// Seconds for each, 5 to 120.
    pub dwell_s: u16,
    /// Skip sites that are not connected.
    pub skip_absent: bool,
    /// Skip sites whose picture does not arrive.
    pub skip_no_picture: bool,
    /// With [`PollingKind::Watch`]: who watches; empty is the main site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub viewers: Vec<SiteId>,
}

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollingStep {
    /// Place in the list, from 0.
    pub index: u16,
    /// The site there.
    pub site: SiteId,
    /// When its turn ends, ms since 1970.
    pub next_at_ms: u64,
}

/// 声控切换
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoiceSwitch {
    /// Quieter than this is nobody, in dB below full scale.
    pub gate_dbfs: i8,
    /// How long one has to be the loudest, in ms.
    pub attack_ms: u32,
    /// How long one is left on screen at least, in ms.
    pub hold_ms: u32,
}

/// Who is the loudest, as the rule has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Loudest {
    /// Who.
    pub site: SiteId,
    /// Who was before; the loudest itself sees this one.
    pub before: Option<SiteId>,
    /// Since when, ms since 1970.
    pub since_ms: u64,
}

/// Whose turn it is in cells that poll this list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellTurn {
    /// The list.
    pub sites: Vec<SiteId>,
    /// Seconds for each.
    pub dwell_s: u16,
    /// Place in the list, from 0.
    pub index: u16,
    /// When its turn ends, ms since 1970.
    pub next_at_ms: u64,
}

/// Everything that takes turns by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rotation {
    /// 循环观看; `null` when there is none. 循环广播 stands in the conference's forced picture.
    pub watch: Option<Polling>,
    /// It stands still.
    pub watch_paused: bool,
    /// Whose turn it is.
    pub watch_step: Option<PollingStep>,
    /// The broadcast polling stands still.
    pub broadcast_paused: bool,
    /// Whose turn it is; means something only while a polling is forced.
    pub broadcast_step: Option<PollingStep>,
    /// 声控切换; `null` is off.
    pub voice_switch: Option<VoiceSwitch>,
    /// Who is the loudest; `null` before anybody was.
    pub loudest: Option<Loudest>,
    /// Cells that poll, each list once.
    pub cells: Vec<CellTurn>,
}

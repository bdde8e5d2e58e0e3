//! One wanted field with its value, as it stands in events before and after a change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Area, ArmedPlan, Audience, CellTurn, Channel, FloorRequest, Forced, LanguageId, Layout, Lease, Loudest, Mic, Overlay, Picture, Polling,
    PollingKind, PollingStep, RecordState, Redial, RedialPolicy, RollCall, RunSheet, SiteId, Speaker, SpeechTimer, VoiceSwitch,
};

/// A field and its value. The names are those of the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum Setting {
    /// 主会场
    MainSite { site: SiteId },
    /// 锁定会议
    Locked { locked: bool },
    /// 延长会议
    EndTime { ends_at_ms: Option<u64>, auto_end: bool },
    /// 入会闭音
    MuteOnJoin { mic: Mic },
    /// 自由选看
    FreeView { free_view: bool },
    /// 自动重呼
    RedialPolicy { policy: Option<RedialPolicy> },
    /// A lost terminal being called again.
    Redial { site: SiteId, redial: Option<Redial> },
    /// 多画面
    MultiPicture { layout: Option<Layout> },
    /// 垫片
    Slate { text: Option<String> },
    /// One site's 垫片
    SiteSlate { site: SiteId, text: Option<String> },
    /// 淡变
    Fade { fade_ms: u16 },
    /// Overlays.
    Overlays { overlays: Vec<Overlay> },
    /// What was forced before.
    Previous { forced: Option<Forced> },
    /// Whether a seat was taken out of the conference.
    Removed { site: SiteId, removed: bool },
    /// Whether a view was chosen by the site itself.
    OwnView { site: SiteId, own: bool },
    /// 闭音锁定
    MuteLock { site: SiteId, locked: bool },
    /// 静音
    Speaker { site: SiteId, speaker: Speaker },
    /// Gain of a site's sound.
    Gain { site: SiteId, gain_db: i8 },
    /// Whom a site hears.
    MixMembers { site: SiteId, members: Option<Vec<SiteId>> },
    /// 同传频道
    Channels { channels: Vec<Channel> },
    /// 同传译员
    Interpreter { site: SiteId, language: Option<LanguageId> },
    /// 收听语种
    Language { site: SiteId, language: Option<LanguageId> },
    /// 主席
    Chair { site: Option<SiteId> },
    /// 申请主席
    ChairRequest { site: SiteId, requested: bool },
    /// 申请发言
    Floor { site: SiteId, request: Option<FloorRequest> },
    /// 发言计时
    SpeechTimer { timer: Option<SpeechTimer> },
    /// The speaker's time has run out.
    SpeechOver { over: bool },
    /// 点名
    RollCall { roll_call: Option<RollCall> },
    /// 循环观看
    WatchPolling { polling: Option<Polling> },
    /// A polling stands still.
    PollingPaused { kind: PollingKind, paused: bool },
    /// Whose turn it is.
    PollingStep { kind: PollingKind, step: Option<PollingStep> },
    /// 声控切换
    VoiceSwitch { voice_switch: Option<VoiceSwitch> },
    /// Who is the loudest.
    Loudest { loudest: Option<Loudest> },
    /// Whose turn it is in cells.
    CellTurns { cells: Vec<CellTurn> },
    /// 演示
    ContentSite { site: Option<SiteId> },
    /// 锁定会议演示
    ContentLock { site: Option<SiteId> },
    /// Asked to show.
    ContentInvite { site: Option<SiteId> },
    /// 操作权
    Lease { area: Area, lease: Option<Lease> },
    /// The program is locked.
    ProgramLock { by: Option<String> },
    /// 导播单
    RunSheet { sheet: Option<RunSheet> },
    /// The step that comes next.
    NextStep { next: u16 },
    /// 应急预案
    Plan { name: String, armed: Option<ArmedPlan> },
    /// An audience's picture.
    OutputPicture { audience: Audience, picture: Option<Picture> },
    /// 录制
    Record { record: RecordState },
    /// 直播
    Live { live: bool },
    /// The live stream is held back.
    LiveDelay { delay_s: u16 },
}

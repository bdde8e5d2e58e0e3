//! Everything that can be asked of a running conference.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Area, Audience, Channel, EmergencyPlan, LanguageId, Layout, Mic, Overlay, Picture, PollingKind, RecordState, RedialPolicy, Rev,
    RollCallScore, RunSheet, SiteId, Speaker, Transition, ViewSource,
};

/// Everything that can be asked of a running conference. Commands set, they never toggle. [`Command::right`] names the right each needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "cmd", content = "args", rename_all = "snake_case")]
pub enum Command {
    /// Seat a site.
    Call {
        /// Which.
        site: SiteId,
    },
    /// Seat every site that is not.
    CallAllAbsent {},
    /// Unseat a site; its terminal keeps its sessions.
    HangUp {
        /// Which.
        site: SiteId,
    },
    /// Take a seat out of the conference for good; asks for confirmation.
    Remove {
        /// Which.
        site: SiteId,
    },
    /// 切换主会场; everybody is told old and new.
    SetMainSite {
        /// Which.
        site: SiteId,
    },
    /// 锁定会议: nobody more is called in.
    Lock {},
    /// Calling is possible again.
    Unlock {},
    /// 延长会议: set the planned end.
    Extend {
        /// Milliseconds since 1970, in the future; `null` is open.
        ends_at_ms: Option<u64>,
        /// The conference ends by itself then.
        #[serde(default)]
        auto_end: bool,
    },
    /// What a later joiner's microphone gets.
    SetMuteOnJoin {
        /// Which state.
        mic: Mic,
    },
    /// Whether sites may choose their own view; taking it away ends what they chose.
    SetFreeView {
        /// Whether.
        free_view: bool,
    },
    /// 自动重呼 of lost terminals.
    SetRedial {
        /// `null` is not.
        policy: Option<RedialPolicy>,
    },
    /// 申请主席; the site itself may.
    RequestChair {
        /// Which.
        site: SiteId,
    },
    /// Give a site the chair's token; it may broadcast, select views, mute and grant the floor.
    GrantChair {
        /// Which.
        site: SiteId,
    },
    /// 释放主席; the chair itself may.
    ReleaseChair {},
    /// 剥夺主席
    RevokeChair {},
    /// Force one site's picture on all.
    BroadcastSite {
        /// Whose.
        site: SiteId,
    },
    /// Force a multi-picture on all.
    BroadcastLayout {
        /// By value.
        layout: Layout,
    },
    /// End whatever picture is forced.
    CancelBroadcast {},
    /// 对话: main site and this branch see and hear each other, everybody else sees both.
    Dialogue {
        /// The branch.
        site: SiteId,
    },
    /// 点名发言: its microphone is opened and its picture forced, all others but the chair are muted. Needs `conference.sound` too.
    CallToSpeak {
        /// Who.
        site: SiteId,
        /// Speaking time, 5 to 7200 s; `null` is unlimited.
        #[serde(default)]
        seconds: Option<u32>,
        /// End the speech when the time is over.
        #[serde(default)]
        auto_end: bool,
    },
    /// 发言计时 for whoever speaks.
    SetSpeechTimer {
        /// From now, 5 to 7200 s; `null` takes it away.
        seconds: Option<u32>,
        /// End the forced speech when the time is over.
        #[serde(default)]
        auto_end: bool,
    },
    /// 申请发言; the site itself may.
    RequestFloor {
        /// Which.
        site: SiteId,
    },
    /// 放行: the site leaves the queue and is called to speak. Needs `conference.sound` too.
    GrantFloor {
        /// Which; `null` is the first of the queue.
        #[serde(default)]
        site: Option<SiteId>,
        /// As in `call_to_speak`.
        #[serde(default)]
        seconds: Option<u32>,
        /// As in `call_to_speak`.
        #[serde(default)]
        auto_end: bool,
    },
    /// Put a site's request at the end of the queue.
    Defer {
        /// Which.
        site: SiteId,
    },
    /// Take a site's request back; the site itself may.
    Withdraw {
        /// Which.
        site: SiteId,
    },
    /// Empty the queue.
    ClearQueue {},
    /// 点名: ask one site after the other, score them, mute them.
    StartRollCall {
        /// In order; empty is all branches.
        #[serde(default)]
        sites: Vec<SiteId>,
    },
    /// Score the site being asked by what was seen and heard so far, and go on.
    NextRollCall {},
    /// Set a site's score by hand; if it is being asked, go on.
    ScoreRollCall {
        /// Whose.
        site: SiteId,
        /// Which.
        score: RollCallScore,
    },
    /// End the roll call; what was scored is kept.
    StopRollCall {},
    /// Open or close a site's microphone; the site itself may, unless it is locked.
    SetMic {
        /// Whose.
        site: SiteId,
        /// To what.
        mic: Mic,
    },
    /// Close every microphone but the chair's and the main site's.
    MuteAll {},
    /// 闭音锁定: the site cannot open its microphone itself.
    MuteLock {
        /// Whose.
        site: SiteId,
        /// Whether.
        locked: bool,
    },
    /// 静音(关扬声器): whether the site hears the others; the site itself may.
    SetSpeaker {
        /// Whose.
        site: SiteId,
        /// To what.
        speaker: Speaker,
    },
    /// How much louder a site is made.
    SetGain {
        /// Whose.
        site: SiteId,
        /// −60 to 24 dB.
        gain_db: i8,
    },
    /// Whom a site hears, of those whose microphones are open.
    SetMixMembers {
        /// Who hears.
        site: SiteId,
        /// `null` is everybody.
        members: Option<Vec<SiteId>>,
    },
    /// 同传频道 by value, at most 8; empty closes all. Whoever interprets into a language that is closed is closed too, and its listeners hear the floor.
    OpenChannels {
        /// In the order they are shown; no language twice.
        languages: Vec<Channel>,
    },
    /// 同传译员: a site's sound goes to a language's channel and is not heard on the floor.
    SetInterpreter {
        /// Whose.
        site: SiteId,
        /// One that is open; `null` is the floor again.
        language: Option<LanguageId>,
    },
    /// 收听语种: which channel a site hears; the site itself may.
    SetLanguage {
        /// Who hears.
        site: SiteId,
        /// One that is open; `null` is the floor.
        language: Option<LanguageId>,
    },
    /// Choose one viewer's picture; the site itself may where views are free and its own is not locked.
    SelectView {
        /// Who watches.
        viewer: SiteId,
        /// What.
        source: ViewSource,
        /// The site may not change it itself.
        #[serde(default)]
        locked: bool,
    },
    /// The multi-picture shown where nothing else is.
    SetLayout {
        /// By value; `null` is the automatic one.
        layout: Option<Layout>,
    },
    /// Put a picture into the operator's preview; `null` empties it.
    SetPreview {
        /// What.
        picture: Option<Picture>,
    },
    /// Preview becomes the forced picture.
    Take {
        /// How.
        #[serde(default)]
        transition: Transition,
    },
    /// Force again what was forced before.
    PreviousPicture {},
    /// 垫片 in place of the picture, for one site or for all.
    Slate {
        /// Whose; `null` is everybody.
        #[serde(default)]
        site: Option<SiteId>,
        /// Its words; `null` takes it away.
        text: Option<String>,
    },
    /// 轮询
    StartPolling {
        /// Who sees it.
        kind: PollingKind,
        /// Whose turns, in order; empty is all branches.
        #[serde(default)]
        sites: Vec<SiteId>,
        /// Seconds for each, 5 to 120; `null` is 10.
        #[serde(default)]
        dwell_s: Option<u16>,
        /// Show sites that are not connected too.
        #[serde(default)]
        keep_absent: bool,
        /// Show sites whose picture does not arrive too.
        #[serde(default)]
        keep_no_picture: bool,
        /// With kind `watch`: who watches; empty is the main site.
        #[serde(default)]
        viewers: Vec<SiteId>,
    },
    /// It stands still.
    PausePolling {
        /// Which.
        kind: PollingKind,
    },
    /// It goes on.
    ResumePolling {
        /// Which.
        kind: PollingKind,
    },
    /// It ends.
    StopPolling {
        /// Which.
        kind: PollingKind,
    },
    /// 声控切换: sites without another picture see whoever speaks.
    SetVoiceSwitch {
        /// Whether.
        on: bool,
        /// Quieter than this is nobody: −90 to 0; `null` is −45.
        #[serde(default)]
        gate_dbfs: Option<i8>,
        /// 40 to 5000; `null` is 300.
        #[serde(default)]
        attack_ms: Option<u32>,
        /// 200 to 60000; `null` is 2000.
        #[serde(default)]
        hold_ms: Option<u32>,
    },
    /// 演示: the site's second stream is shown to all; the site itself may.
    StartContent {
        /// Which.
        site: SiteId,
    },
    /// It ends; the site that shows may.
    StopContent {},
    /// Ask a site to show; `null` takes it back.
    InviteContent {
        /// Which.
        site: Option<SiteId>,
    },
    /// 锁定会议演示: only this site may show; `null` is anybody.
    LockContent {
        /// Which.
        site: Option<SiteId>,
    },
    /// All that is drawn over program and multi-pictures, by value, at most 16.
    SetOverlays {
        /// In drawing order.
        overlays: Vec<Overlay>,
    },
    /// A picture for one audience.
    SetOutput {
        /// Whose.
        audience: Audience,
        /// `null` is the program.
        picture: Option<Picture>,
    },
    /// 录制
    SetRecord {
        /// To what.
        record: RecordState,
    },
    /// 直播
    SetLive {
        /// Whether.
        live: bool,
        /// Held back by so many seconds, 0 to 120; `null` leaves it.
        #[serde(default)]
        delay_s: Option<u16>,
    },
    /// Take an area's lease while it is free.
    TakeLease {
        /// Which.
        area: Area,
    },
    /// Ask its holder for it.
    RequestLease {
        /// Which.
        area: Area,
    },
    /// Give it back.
    ReleaseLease {
        /// Which.
        area: Area,
    },
    /// Take it from its holder; asks for confirmation.
    TakeOverLease {
        /// Which.
        area: Area,
    },
    /// Nobody changes the forced picture until it is unlocked.
    LockProgram {},
    /// By whoever locked it; anybody else is asked for confirmation.
    UnlockProgram {},
    /// 导播单 by value; `null` takes it away.
    LoadRunSheet {
        /// What.
        #[schema(no_recursion)]
        sheet: Option<RunSheet>,
    },
    /// Which step comes next; nothing is done.
    SetRunStep {
        /// From 0.
        next: u16,
    },
    /// Do the next step: all of its commands as one change, or none. Needs the rights of all of them.
    NextStep {},
    /// Make an emergency plan ready, by value, in place of one of that name; its trigger begins to watch. Needs the rights of all of its commands
    /// where it has a trigger.
    ArmPlan {
        /// What.
        #[schema(no_recursion)]
        plan: EmergencyPlan,
    },
    /// Take it away.
    DisarmPlan {
        /// Which.
        name: String,
    },
    /// Run it: all of its commands as one change, or none. Needs the rights of all of them; asks for confirmation.
    RunPlan {
        /// Which.
        name: String,
    },
    /// Answer a plan whose trigger asks: run it, as `run_plan` does but without asking again, or leave it. Needs the rights of `run_plan`.
    AnswerPlan {
        /// Which.
        name: String,
        /// Whether it shall run.
        run: bool,
    },
    /// Take back what running it did.
    RollBackPlan {
        /// Which.
        name: String,
    },
    /// Take back a change: the latest reversible one, or that of a revision. Another person's asks for confirmation.
    Undo {
        /// Which; `null` is the latest.
        #[serde(default)]
        rev: Option<Rev>,
    },
    /// Do again what was taken back last. Another person's asks for confirmation.
    Redo {},
    /// End the conference; asks for confirmation.
    End {},
}

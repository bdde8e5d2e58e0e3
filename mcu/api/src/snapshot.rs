//! The conference as seen from outside.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Channel, ConferenceId, Content, Desk, FloorRequest, Forced, LanguageId, Mic, Output, Picture, Redial, Rev, Rotation, Settings, SiteId,
    Speaker, Speech, ViewSource,
};

/// What a site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// 主会场
    MainHall,
    /// 分会场
    Branch,
    /// 行政会议室
    Executive,
    /// 上级会场: the MCU above, which joins as one site.
    Upper,
}

/// Whether the conference runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConferencePhase {
    /// 进行中
    Running,
    /// 已结束
    Ended,
}

/// A conference, wanted and reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConferenceSnapshot {
    /// Its id.
    pub conference: ConferenceId,
    /// Title.
    pub title: String,
    /// Revision of the wanted state.
    pub rev: Rev,
    /// Running or ended.
    pub phase: ConferencePhase,
    /// 彩排: simulated sites, into which faults may be put.
    #[serde(default)]
    pub rehearsal: bool,
    /// Milliseconds since 1970.
    pub opened_at_ms: u64,
    /// The main site.
    pub main_site: SiteId,
    /// All seats in fixed site order.
    pub sites: Vec<SiteSnapshot>,
    /// The forced picture; `null` when each site sees by its own rules.
    pub forced: Option<Forced>,
    /// What the program monitor shows: the forced picture, else whoever speaks (声控切换), else the main site.
    pub program: Picture,
    /// The operator's preview.
    pub preview: Option<Picture>,
    /// What `previous_picture` would force; `null` is nothing.
    pub previous: Option<Forced>,
    /// Which cells the wall is made of.
    pub wall: CellList,
    /// Settings of the whole conference.
    pub settings: Settings,
    /// Pollings and voice switch.
    pub rotation: Rotation,
    /// Chair, timer, roll call.
    pub speech: Speech,
    /// 发言队列, first come first.
    pub floor_queue: Vec<SiteId>,
    /// 双流
    pub content: Content,
    /// 同传频道 that are open.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Leases, run sheet, plans.
    pub desk: Desk,
    /// Recording and live stream, as wanted.
    pub output: Output,
    /// What undo would take back.
    pub undo: Option<UndoInfo>,
    /// What redo would do again.
    pub redo: Option<UndoInfo>,
    /// The workers.
    pub workers: Vec<WorkerHealth>,
    /// MCU's clock when this was made, ms since 1970.
    pub at_ms: u64,
}

/// One seat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SiteSnapshot {
    /// Its id.
    pub site: SiteId,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// What it is.
    pub kind: SiteKind,
    /// Seated by call, unseated by hang_up.
    pub seated: bool,
    /// Reported: how its terminal is connected.
    pub connection: Connection,
    /// Since when the connection is so, ms since 1970.
    pub connection_since_ms: u64,
    /// Wanted microphone; enforced in relay and mixer.
    pub mic: Mic,
    /// 闭音锁定: it cannot open its microphone itself.
    pub mute_locked: bool,
    /// Wanted loudspeaker.
    pub speaker: Speaker,
    /// 对讲: somebody at the desk speaks into this room alone. Nobody is heard there while its microphone is open.
    #[serde(default)]
    pub talkback: bool,
    /// How much louder it is made.
    pub gain_db: i8,
    /// Whom it hears; `null` is everybody.
    pub mix_members: Option<Vec<SiteId>>,
    /// 同传译员: the language into which it interprets; its sound is not on the floor then.
    #[serde(default)]
    pub interprets: Option<LanguageId>,
    /// 收听语种: whose channel it hears; `null` is the floor.
    #[serde(default)]
    pub listens_to: Option<LanguageId>,
    /// Its own slate's words; `null` is none.
    pub slate: Option<String>,
    /// Its request for the floor.
    pub floor: Option<FloorRequest>,
    /// 申请主席
    pub wants_chair: bool,
    /// Its terminal is lost and being called again.
    pub redial: Option<Redial>,
    /// Wanted view of its own.
    pub view: ViewSnapshot,
    /// Computed from what is really sent.
    pub tally: Tally,
    /// Packets lost from the site in the last second, ‰.
    pub loss_permille: u16,
    /// Round trip in ms; `null` when not known.
    pub rtt_ms: Option<u32>,
    /// Main picture's bit rate as received, all layers.
    pub bit_rate_bps: u32,
    /// Whether a picture is arriving.
    pub picture: bool,
    /// Whether sound is arriving.
    pub sound: bool,
    /// Bits per second the line to the site is known to carry; `null` when its terminal does not tell.
    pub line_bps: Option<u32>,
    /// What keeps pictures from or to this site smaller than they may be; `null` when nothing does.
    pub trouble: Option<SiteTrouble>,
    /// What is wrong with its picture and sound although they arrive; left out when nothing is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<crate::SiteFault>,
}

/// What keeps pictures from or to a site smaller than they may be, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteTrouble {
    /// 线路只够声音: the line to the site carries no picture beside its sound.
    LineSoundOnly,
    /// 终端不支持该编码: the site's terminal cannot decode what it shall see.
    CannotDecode,
    /// 线路窄，看小图: the line to the site carries only a smaller picture than its screen is worth.
    LineThin,
    /// 上行窄，送小图: the site sends only small layers of its picture.
    SendsSmall,
}

/// How a terminal is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// 未入会: never connected, or not seated.
    Absent,
    /// 入会中: one way only.
    Joining,
    /// 已入会: media both ways.
    Joined,
    /// 离线: was connected and is gone.
    Offline,
}

/// A site's own view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ViewSnapshot {
    /// What was chosen for it.
    pub source: ViewSource,
    /// Whether the site may not change it.
    pub locked: bool,
    /// Whether it chose it itself.
    pub own: bool,
}

/// 被看指示
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tally {
    /// Seen by all (in the program, alone or in a cell), as sent.
    pub on_air: bool,
    /// Cell number from 1 when on air in a multi-picture.
    pub cell: Option<u8>,
    /// Seen by at least one other site, as sent.
    pub seen: bool,
    /// What the site itself is being sent, in words (`site:guiyang`, `layout:2x2`); `null` when nothing.
    pub sees: Option<String>,
}

/// The wall's cells; its revision is drawn into the wall picture as a block code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellList {
    /// 16 bits.
    pub revision: u16,
    /// In order.
    pub cells: Vec<CellListEntry>,
    /// Where the revision's block code stands.
    pub code: Option<WallRect>,
}

/// One cell of the wall, per-mille.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellListEntry {
    /// Whose.
    pub site: SiteId,
    /// Where.
    pub rect: WallRect,
}

/// Per-mille of the wall picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WallRect {
    /// Left.
    pub x: u16,
    /// Top.
    pub y: u16,
    /// Width.
    pub w: u16,
    /// Height.
    pub h: u16,
}

/// What undo would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UndoInfo {
    /// The change it would take back.
    pub rev: Rev,
    /// Who made it.
    pub author: String,
    /// The event, so that the screen can say it in words.
    pub event: crate::Event,
}

/// A worker program as control sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkerHealth {
    /// `relay`, `mixer`.
    pub worker: String,
    /// Whether it is connected to control.
    pub up: bool,
    /// Whether it has applied the latest wanted state.
    pub current: bool,
    /// Names of the picture encoders at work in it, such as `x264enc`; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encoders: Vec<String>,
}

/// Monitors that may be watched at `/whep/{conference}/monitors/{name}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MonitorName {
    /// The 4×4 wall.
    Wall,
    /// What is on air, with the full mix as sound.
    Program,
    /// The operator's preview, without sound.
    Preview,
}

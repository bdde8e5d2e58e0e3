//! What the conference's rules keep: settings, speech, roll call, content, outputs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Layout, Mic, Overlay, Picture, SiteId};

/// State of a site's loudspeaker: muted is 静音(关扬声器).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The site hears the others.
    On,
    /// 静音
    Muted,
}

/// Settings of the whole conference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settings {
    /// 锁定会议: nobody more is called in.
    pub locked: bool,
    /// Planned end, ms since 1970; `null` is open.
    pub ends_at_ms: Option<u64>,
    /// The conference ends by itself at that time.
    pub auto_end: bool,
    /// What a joiner's microphone gets.
    pub mute_on_join: Mic,
    /// Sites may choose their own view.
    pub free_view: bool,
    /// Whether and how lost terminals are called again; `null` is not.
    pub redial: Option<RedialPolicy>,
    /// The multi-picture shown where nothing else is; `null` is the automatic one.
    pub multi_picture: Option<Layout>,
    /// 垫片 for everybody: its words; `null` is none.
    pub slate: Option<String>,
    /// Length of the cross-fade of the picture on air in ms; 0 is a cut.
    pub fade_ms: u16,
    /// Drawn over program and multi-pictures.
    pub overlays: Vec<Overlay>,
}

/// 自动重呼
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RedialPolicy {
    /// Seconds between tries, 5 to 600.
    pub every_s: u16,
    /// Tries before it is given up, 1 to 100.
    pub tries: u16,
}

/// How far calling a lost terminal again is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Redial {
    /// Tries made.
    pub tries: u16,
    /// When the next is due, ms since 1970.
    pub next_at_ms: u64,
}

/// A site's request for the floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FloorRequest {
    /// Place in the queue: lower is earlier.
    pub order: u64,
    /// Since when, ms since 1970.
    pub at_ms: u64,
}

/// 发言计时
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpeechTimer {
    /// When the time is over, ms since 1970.
    pub ends_at_ms: u64,
    /// Whether the speech is ended then; otherwise it is only told.
    pub auto_end: bool,
}

/// Who may speak.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Speech {
    /// Site that holds the chair's token; `null` is nobody.
    pub chair: Option<SiteId>,
    /// The speaker's time.
    pub timer: Option<SpeechTimer>,
    /// It has run out.
    pub over: bool,
    /// The roll call going on or made last.
    pub roll_call: Option<RollCall>,
}

/// 点名 and its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RollCall {
    /// Milliseconds since 1970.
    pub started_at_ms: u64,
    /// `null` while it goes on.
    pub finished_at_ms: Option<u64>,
    /// Sites in the order they are asked.
    pub rows: Vec<RollCallRow>,
    /// Who is asked at the moment.
    pub turn: Option<RollCallTurn>,
}

/// One site's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RollCallRow {
    /// Whose.
    pub site: SiteId,
    /// `null` before it was asked.
    pub score: Option<RollCallScore>,
    /// From the question to the first word, in ms; `null` when there was none.
    pub answer_ms: Option<u32>,
    /// Given by a person, not measured.
    pub by_hand: bool,
}

/// A site being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RollCallTurn {
    /// Who.
    pub site: SiteId,
    /// When the microphone was opened, ms since 1970.
    pub asked_at_ms: u64,
    /// When waiting ends, ms since 1970.
    pub until_ms: u64,
    /// When anything at all came from its microphone, be it the noise of its room, ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound_at_ms: Option<u64>,
    /// When it was heard, ms since 1970.
    pub heard_at_ms: Option<u64>,
}

/// Result of a roll call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RollCallScore {
    /// 正常
    Normal,
    /// 有图无声: the picture lives and nothing comes from the microphone.
    PictureWithoutSound,
    /// 有声无图: it answers, and its picture does not arrive, is black or stands still.
    SoundWithoutPicture,
    /// 无应答: it is not there, or its microphone works and nobody speaks.
    NoAnswer,
    /// 应答迟
    Late,
}

/// 双流: the second stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Content {
    /// Whose content everybody sees; `null` is none.
    pub site: Option<SiteId>,
    /// 锁定会议演示: only this site may show; `null` is anybody.
    pub locked_to: Option<SiteId>,
    /// Asked to show.
    pub invited: Option<SiteId>,
}

/// Those who see a picture without being a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// 大屏
    HallScreen,
    /// 录制
    Record,
    /// 直播
    Live,
}

/// 录制
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// Not recording.
    #[default]
    Stopped,
    /// 录制中
    Running,
    /// 暂停
    Paused,
}

/// What leaves the conference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Output {
    /// Picture of the hall's screen; `null` is the program.
    pub hall_screen: Option<Picture>,
    /// Picture recorded; `null` is the program.
    pub record_picture: Option<Picture>,
    /// Picture sent live; `null` is the program.
    pub live_picture: Option<Picture>,
    /// Wanted recording.
    pub record: RecordState,
    /// Wanted live stream.
    pub live: bool,
    /// Seconds by which the live stream is held back, 0 to 120.
    pub live_delay_s: u16,
}

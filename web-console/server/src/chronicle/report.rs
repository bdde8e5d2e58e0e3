//! What is made of a meeting's entries: figures, attendance, timeline, roll calls, faults, plans, run sheet, advice. Pure.

mod advice;
mod affairs;
mod attendance;
mod course;
mod faults;
mod timeline;

use mcu_api::{RollCallScore, SiteId, SiteKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::entry::{Entry, Fault};
use super::phrases::Zone;
pub(crate) use advice::{percent, score_name};
use course::Course;

/// A stretch of time, ms since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TimeSpan)]
pub(crate) struct Span {
    /// From here.
    pub from_ms: u64,
    /// To here, not before.
    pub to_ms: u64,
}

impl Span {
    /// Its length in ms.
    #[must_use]
    pub(crate) const fn length_ms(self) -> u64 {
        self.to_ms.saturating_sub(self.from_ms)
    }
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MeetingText)]
pub(crate) struct Text {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

/// How far the meeting is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PastMeetingState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MeetingState {
    /// 进行中
    Running,
    /// 已结束
    Ended,
    /// 结束情况不明: nobody saw its end.
    Lost,
}

/// A meeting in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PastMeeting)]
pub(crate) struct Meeting {
    /// Names it in paths.
    pub id: String,
    /// The conference's id on the MCU.
    pub conference: String,
    /// Title.
    pub title: String,
    /// How far it is.
    pub state: MeetingState,
    /// Milliseconds since 1970.
    pub opened_at_ms: u64,
    /// Milliseconds since 1970; `null` while it runs, or when nobody saw it.
    pub ended_at_ms: Option<u64>,
    /// When it was last heard of, ms since 1970.
    pub seen_ms: u64,
}

/// Body of `GET /api/meetings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PastMeetings)]
pub(crate) struct MeetingList {
    /// The latest first.
    pub meetings: Vec<Meeting>,
    /// How many there are on all pages.
    pub total: u64,
    /// This page, from 0.
    pub page: u64,
    /// Meetings on a page.
    pub page_size: u64,
}

/// Figures of the head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MeetingFigures)]
pub(crate) struct Figures {
    /// The first planned time of the run sheet, ms since 1970; `null` without one.
    pub planned_begin_ms: Option<u64>,
    /// The planned end as set last.
    pub planned_end_ms: Option<u64>,
    /// When it was opened.
    pub began_ms: u64,
    /// When it ended; while it runs, up to when this report goes.
    pub until_ms: u64,
    /// Sites that had a seat.
    pub invited: u32,
    /// Of these, who were there at all.
    pub attended: u32,
    /// Mean of the sites' availability in ‰; `null` when none is known.
    pub availability_permille: Option<u16>,
    /// The longest time that a site's line was lost.
    pub longest_outage: Option<Outage>,
    /// Faults begun.
    pub faults: u32,
    /// Changes made by people at the desk.
    pub acts: u32,
}

/// A site's line was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SiteOutage)]
pub(crate) struct Outage {
    /// Whose.
    pub site: SiteId,
    /// When.
    pub span: Span,
}

/// 参会情况 of one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SiteAttendance)]
pub(crate) struct Attendance {
    /// Which.
    pub site: SiteId,
    /// Its names.
    pub name: Text,
    /// What it is.
    pub kind: Option<SiteKind>,
    /// First time there; `null` is never.
    pub joined_at_ms: Option<u64>,
    /// Last time gone; `null` when it never came or stayed to the end.
    pub left_at_ms: Option<u64>,
    /// When it was there.
    pub present: Vec<Span>,
    /// All of these together, in seconds.
    pub present_s: u64,
    /// When its line was lost.
    pub outages: Vec<Span>,
    /// When nobody saw whether it was there.
    pub unknown: Vec<Span>,
    /// There for so many ‰ of the meeting, what is not known left out; `null` when nothing is known.
    pub availability_permille: Option<u16>,
    /// Worst loss in ‰ of any minute told.
    pub worst_loss_permille: u16,
    /// Longest round trip in ms of any minute told.
    pub worst_rtt_ms: Option<u32>,
}

/// Where a line of the timeline belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(as = TimelineLane)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lane {
    /// Beginning and end.
    Meeting,
    /// 主送
    Program,
    /// 发言
    Speech,
    /// 双流
    Content,
    /// 轮询
    Polling,
    /// 点名
    RollCall,
    /// 预案
    Plan,
    /// 导播单
    RunSheet,
    /// 录制 and 直播
    Output,
    /// 入会 and 离会
    Site,
    /// 故障
    Fault,
    /// Anything else done at the desk.
    Desk,
    /// The chronicle itself: gaps, workers.
    Chronicle,
}

impl Lane {
    /// Its name in JSON and among the words.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Program => "program",
            Self::Speech => "speech",
            Self::Content => "content",
            Self::Polling => "polling",
            Self::RollCall => "roll_call",
            Self::Plan => "plan",
            Self::RunSheet => "run_sheet",
            Self::Output => "output",
            Self::Site => "site",
            Self::Fault => "fault",
            Self::Desk => "desk",
            Self::Chronicle => "chronicle",
        }
    }
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TimelineLine)]
pub(crate) struct Line {
    /// When, ms since 1970.
    pub at_ms: u64,
    /// How long it held, in ms; `null` for what does not last.
    pub lasted_ms: Option<u64>,
    /// How long it was planned, in seconds.
    pub planned_s: Option<u64>,
    /// Where it belongs.
    pub lane: Lane,
    /// Which site it is about.
    pub site: Option<SiteId>,
    /// Who did it; `null` is the MCU itself.
    pub author: Option<String>,
    /// In words.
    pub text: Text,
}

/// What was on air, or whose content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ShownStretch)]
pub(crate) struct Shown {
    /// When.
    pub span: Span,
    /// In words.
    pub text: Text,
    /// Whether anything was forced; otherwise each site saw by its own rules.
    pub forced: bool,
}

/// 发言
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SpeechRow {
    /// Who.
    pub site: SiteId,
    /// When.
    pub span: Span,
    /// Seconds that were given; `null` is any.
    pub planned_s: Option<u64>,
    /// A dialogue with the main site.
    pub dialogue: bool,
}

/// 点名记录
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RollCallRecord {
    /// Milliseconds since 1970.
    pub started_at_ms: u64,
    /// `null` when it was not brought to its end.
    pub finished_at_ms: Option<u64>,
    /// In the order of asking.
    pub rows: Vec<RollCallLine>,
}

/// One site's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RollCallLine {
    /// Whose.
    pub site: SiteId,
    /// `null` when it was not asked.
    pub score: Option<RollCallScore>,
    /// From the question to the first word, in ms.
    pub answer_ms: Option<u32>,
    /// Whether its picture was there; `null` when that is not known.
    pub picture: Option<bool>,
    /// Whether it was heard; `null` when it was not asked.
    pub sound: Option<bool>,
    /// Given by a person.
    pub by_hand: bool,
}

/// 故障
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FaultRow {
    /// Where.
    pub site: SiteId,
    /// What.
    pub fault: Fault,
    /// When it was reported, ms since 1970.
    pub from_ms: u64,
    /// When it was over; `null` when it lasted to the end.
    pub to_ms: Option<u64>,
    /// What people at the desk did next.
    pub response: Option<Response>,
}

/// What was done after a fault began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FaultResponse)]
pub(crate) struct Response {
    /// Seconds after.
    pub after_s: u64,
    /// By whom.
    pub author: String,
    /// In words.
    pub text: Text,
}

/// What became of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PlanRunOutcome)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanOutcome {
    /// It ran.
    Ran,
    /// It asked whether it shall.
    Asked,
    /// A person said no.
    Dismissed,
    /// Its commands were refused.
    Refused,
}

/// 应急预案
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PlanRow {
    /// When, ms since 1970.
    pub at_ms: u64,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub outcome: PlanOutcome,
    /// Who did that; `null` is its trigger.
    pub author: Option<String>,
    /// When it was rolled back.
    pub rolled_back_ms: Option<u64>,
}

/// 导播单, one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct StepRow {
    /// From 1.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// Milliseconds since 1970.
    pub planned_at_ms: Option<u64>,
    /// When it was done; `null` is not.
    pub actual_at_ms: Option<u64>,
}

/// 录制 or 直播
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct OutputRow {
    /// The live stream, else the recording.
    pub live: bool,
    /// The recording stood still.
    pub paused: bool,
    /// When.
    pub span: Span,
}

/// 会议纪要, what is known for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MinutesDraft)]
pub(crate) struct Minutes {
    /// The main hall.
    pub place: Text,
    /// Who presided, else the main hall.
    pub host: Text,
    /// Sites that were there.
    pub present: Vec<SiteId>,
    /// Sites that were not.
    pub absent: Vec<SiteId>,
    /// Items that were gone through.
    pub agenda: Vec<String>,
}

/// A time for which something is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MeetingGap)]
pub(crate) struct Gap {
    /// When; empty for facts of which not even the time is known.
    pub span: Span,
    /// What, in words.
    pub text: Text,
}

/// Body of `GET /api/meetings/{id}/report`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MeetingReport)]
pub(crate) struct Report {
    /// Which meeting.
    pub meeting: Meeting,
    /// Figures.
    pub figures: Figures,
    /// Sites in their fixed order.
    pub attendance: Vec<Attendance>,
    /// What happened.
    pub timeline: Vec<Line>,
    /// What was on air.
    pub program: Vec<Shown>,
    /// Who spoke.
    pub speeches: Vec<SpeechRow>,
    /// Whose content was shown.
    pub content: Vec<Shown>,
    /// Roll calls.
    pub roll_calls: Vec<RollCallRecord>,
    /// Faults.
    pub faults: Vec<FaultRow>,
    /// Plans.
    pub plans: Vec<PlanRow>,
    /// Run sheet.
    pub run_sheet: Vec<StepRow>,
    /// Recordings and live streams, as they were wanted.
    pub outputs: Vec<OutputRow>,
    /// What to do before the next meeting.
    pub advice: Vec<Text>,
    /// For the minutes.
    pub minutes: Minutes,
    /// What is not known.
    pub gaps: Vec<Gap>,
}

impl Report {
    /// The report of a meeting. Its entries may come in any order; words name times by that zone.
    #[must_use]
    pub(crate) fn of(meeting: Meeting, entries: Vec<Entry>, zone: Zone) -> Self {
        let course = Course::new(meeting, entries, zone);
        let attendance = attendance::attendance(&course);
        let shown = timeline::program(&course);
        let speeches = timeline::speeches(&course);
        let content = timeline::content(&course);
        let faults = faults::faults(&course);
        let plans = affairs::plans(&course);
        let run_sheet = affairs::run_sheet(&course);
        let roll_calls = affairs::roll_calls(&course);
        let gaps = faults::gaps(&course);
        let figures = affairs::figures(&course, &attendance, &faults, &run_sheet);
        let advice = advice::advice(
            &course,
            &advice::Grounds {
                figures: &figures,
                attendance: &attendance,
                faults: &faults,
                roll_calls: &roll_calls,
                plans: &plans,
                gaps: &gaps,
            },
        );
        Self {
            timeline: timeline::timeline(&course, &shown, &speeches, &content),
            minutes: advice::minutes(&course, &attendance, &run_sheet),
            outputs: affairs::outputs(&course),
            program: shown,
            figures,
            attendance,
            speeches,
            content,
            roll_calls,
            faults,
            plans,
            run_sheet,
            advice,
            gaps,
            meeting: course.meeting,
        }
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;

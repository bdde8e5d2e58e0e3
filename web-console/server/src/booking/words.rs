//! The words of booking.

use jiff::civil::{Date, DateTime};
use mcu_api::{Mic, SiteId, SiteKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::seating::words::SitePlace;

/// What is held, in a booking as in a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meeting {
    /// Title as shown on screen.
    pub(crate) title: String,
    /// Its sites; kept in the fixed site order whatever the order given.
    #[schema(value_type = Vec<String>)]
    pub(crate) sites: Vec<SiteId>,
    /// One of them.
    #[schema(value_type = String)]
    pub(crate) main_site: SiteId,
    /// Which state a joiner's microphone gets: `open` or `closed`.
    #[serde(default = "closed")]
    #[schema(value_type = String)]
    pub(crate) mute_on_join: Mic,
    /// Layout of the library that is shown where nothing else is; `null` is the automatic one.
    #[serde(default)]
    pub(crate) layout: Option<String>,
    /// Emergency plans of the library that are armed at the start.
    #[serde(default)]
    pub(crate) plans: Vec<String>,
    /// Run sheet of the library that is loaded at the start.
    #[serde(default)]
    pub(crate) run_sheet: Option<String>,
    /// Planned length in minutes.
    pub(crate) planned_min: u32,
    /// The conference ends by itself at its planned end.
    #[serde(default)]
    pub(crate) auto_end: bool,
    /// 录制 is wished; the operator starts it.
    #[serde(default)]
    pub(crate) record: bool,
    /// 直播 is wished; the operator starts it.
    #[serde(default)]
    pub(crate) live: bool,
    /// 密级标识 drawn into pictures; `null` is none.
    #[serde(default)]
    pub(crate) classification: Option<String>,
    /// Minutes before the start at which the sites are called; `null` is the configured number.
    #[serde(default)]
    pub(crate) call_before_min: Option<u16>,
}

const fn closed() -> Mic {
    Mic::Closed
}

/// When a meeting comes again. Weekdays are 1 (Monday) to 7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "every", rename_all = "snake_case")]
pub(crate) enum Pattern {
    /// 每天
    Day {},
    /// 工作日: Monday to Friday; public holidays are not known here.
    Workday {},
    /// 每周
    Week {
        /// On these, at least one.
        weekdays: Vec<i8>,
    },
    /// 每月几日; in a month that lacks the day, its last one.
    MonthDay {
        /// 1 to 31.
        day: i8,
    },
    /// 每月第几个星期几
    MonthWeekday {
        /// 1 to 4, or −1 for the last.
        nth: i8,
        /// Which.
        weekday: i8,
    },
}

/// When a series is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "ends", rename_all = "snake_case")]
pub(crate) enum SeriesEnd {
    /// With the last one on or before this day.
    Until {
        /// `YYYY-MM-DD`.
        #[schema(value_type = String)]
        date: Date,
    },
    /// After so many, cancelled ones among them.
    Count {
        /// How many.
        count: u16,
    },
}

/// 周期
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Recurrence {
    /// When it comes again.
    pub(crate) pattern: Pattern,
    /// When it is over.
    pub(crate) end: SeriesEnd,
}

/// One of a series that is not as the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Exception {
    /// The day on which it would be, `YYYY-MM-DD`; names it for good.
    #[schema(value_type = String)]
    pub(crate) slot: Date,
    /// Its own start, `YYYY-MM-DDTHH:MM`; `null` is cancelled.
    #[schema(value_type = Option<String>)]
    pub(crate) moved_to: Option<DateTime>,
}

/// What is booked; body of `POST /api/bookings` and `/api/bookings/check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookingBody {
    /// What.
    pub(crate) meeting: Meeting,
    /// Start of the first, in the configured time zone, `YYYY-MM-DDTHH:MM`.
    #[schema(value_type = String)]
    pub(crate) start: DateTime,
    /// `null` is once.
    #[serde(default)]
    pub(crate) recurrence: Option<Recurrence>,
    /// Those that are not as the others.
    #[serde(default)]
    pub(crate) exceptions: Vec<Exception>,
}

/// Body of `PUT /api/bookings/{id}`; it also brings a cancelled booking back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutBooking {
    /// The whole booking.
    pub(crate) booking: BookingBody,
    /// The revision it was made from.
    pub(crate) expect_rev: i64,
}

/// Body of `POST /api/bookings/check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckBooking {
    /// What shall be booked.
    pub(crate) booking: BookingBody,
    /// A booking that does not count, because this takes its place.
    #[serde(default)]
    pub(crate) instead_of: Option<String>,
}

/// Body of `POST /api/bookings/now`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetNow {
    /// Name of the template.
    pub(crate) template: String,
    /// In place of the template's title.
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// Chosen by the page, so that a repeated request books once: 8 to 32 lower-case letters and digits.
    pub(crate) request_id: String,
}

/// A booking as told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Booking {
    /// Its id.
    pub(crate) id: String,
    /// Counts its changes, from 1.
    pub(crate) rev: i64,
    /// Account that changed it last.
    pub(crate) author: String,
    /// When, ms since 1970.
    pub(crate) changed_at_ms: i64,
    /// Nothing of it will be opened.
    pub(crate) cancelled: bool,
    /// What.
    pub(crate) booking: BookingBody,
    /// Its occurrences that lie in the span asked for.
    pub(crate) occurrences: Vec<Occurrence>,
}

/// One run of a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Occurrence {
    /// The day on which it would be; names it within its booking.
    #[schema(value_type = String)]
    pub(crate) slot: Date,
    /// Id of its conference at the MCU.
    pub(crate) conference: String,
    /// When its sites are called, ms since 1970.
    pub(crate) calls_at_ms: i64,
    /// Planned start.
    pub(crate) starts_at_ms: i64,
    /// Planned end.
    pub(crate) ends_at_ms: i64,
    /// How it stands.
    pub(crate) state: OccurrenceState,
    /// While it is held: where the room of each of its sites is. Left out otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) places: Vec<SitePlace>,
}

/// How an occurrence stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum OccurrenceState {
    /// 已预约
    Planned {},
    /// 已取消
    Cancelled {},
    /// 正在开会
    Opening {
        /// What it waits for; `null` while it goes on.
        waits_for: Option<Reason>,
        /// Tries that failed.
        tries: u32,
        /// When the next try is, ms since 1970.
        next_try_at_ms: i64,
    },
    /// 进行中
    Running {
        /// What of its preparations the MCU refused; the conference runs without.
        warnings: Vec<Reason>,
        /// What keeps its state from being known; `null` when it is.
        waits_for: Option<Reason>,
    },
    /// 已结束
    Ended {},
    /// 未能开会
    Failed {
        /// Why.
        reason: Reason,
    },
    /// 错过: its time went by while the console did not run.
    Missed {},
}

impl OccurrenceState {
    /// Its conference is there or about to be.
    pub(crate) const fn is_live(&self) -> bool {
        matches!(self, Self::Opening { .. } | Self::Running { .. })
    }
}

/// Why, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Reason {
    /// English: what is wrong and what to do.
    pub(crate) detail: String,
    /// 中文
    pub(crate) detail_zh: String,
}

impl Reason {
    /// In both languages.
    pub(crate) fn new(detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self { detail: detail.into(), detail_zh: detail_zh.into() }
    }
}

/// Answer to `GET /api/bookings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct BookingList {
    /// Those with an occurrence in the span asked for, by their first there.
    pub(crate) bookings: Vec<Booking>,
    /// Name of the time zone in which starts are written.
    pub(crate) time_zone: String,
    /// Minutes before the start at which sites are called unless a meeting says otherwise.
    pub(crate) call_before_min: u16,
    /// The sites that can be booked, in fixed order.
    pub(crate) sites: Vec<BookableSite>,
    /// The console's clock, ms since 1970.
    pub(crate) now_ms: i64,
}

/// A site that can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct BookableSite {
    /// Its id.
    pub(crate) site: String,
    /// Chinese name.
    pub(crate) name: String,
    /// English name.
    pub(crate) name_en: String,
    /// `main_hall`, `branch`, `executive` or `upper`.
    #[schema(value_type = String)]
    pub(crate) kind: SiteKind,
}

/// Answer to `POST /api/bookings/check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CheckAnswer {
    /// Occurrences there would be.
    pub(crate) occurrences: u32,
    /// Start of the first and of the last, ms since 1970.
    pub(crate) first_at_ms: i64,
    /// See `first_at_ms`.
    pub(crate) last_at_ms: i64,
    /// What is in the way, by time; at most 50. Empty when it can be booked.
    pub(crate) clashes: Vec<Clash>,
    /// Who holds which site of the city, wanted or not, the first of each; so that a list of sites can be marked.
    pub(crate) marks: Vec<Clash>,
    /// Start at which the first occurrence that clashes would be free, ms since 1970; `null` when nothing clashes or no time would do.
    pub(crate) free_at_ms: Option<i64>,
}

/// One thing in the way of one occurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Clash {
    /// Of which occurrence.
    #[schema(value_type = String)]
    pub(crate) slot: Date,
    /// Its start, ms since 1970.
    pub(crate) starts_at_ms: i64,
    /// What is not free.
    pub(crate) over: ClashOver,
    /// Who holds it; for the MCU's limits, whoever of them is over first.
    pub(crate) held_by: Holder,
}

/// What is not free.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(tag = "over", rename_all = "snake_case")]
pub(crate) enum ClashOver {
    /// 会场
    Site {
        /// Which.
        site: String,
    },
    /// 终端: another site sits at the same terminal.
    Terminal {
        /// Which site of this meeting.
        site: String,
        /// Which terminal.
        terminal: String,
    },
    /// MCU 席位
    Seats {
        /// Seats wanted by this meeting.
        wanted: u32,
        /// Seats left beside the others.
        left: u32,
    },
    /// MCU 会议数
    Conferences {
        /// How many may run at once.
        limit: u32,
    },
}

/// Who holds something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Holder {
    /// Id of the booking.
    pub(crate) booking: String,
    /// Its title.
    pub(crate) title: String,
    /// Account that booked it.
    pub(crate) author: String,
    /// Until when, ms since 1970.
    pub(crate) until_ms: i64,
}

/// A template as told; body of its `PUT` is `PutDocument` with a [`Meeting`] as value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Template {
    /// Its name.
    pub(crate) name: String,
    /// Counts its changes, from 1.
    pub(crate) rev: i64,
    /// Account that changed it last.
    pub(crate) author: String,
    /// When, ms since 1970.
    pub(crate) changed_at_ms: i64,
    /// What.
    pub(crate) meeting: Meeting,
}

/// Answer to `GET /api/templates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Templates {
    /// By name.
    pub(crate) templates: Vec<Template>,
}

/// Body of `POST /api/templates`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTemplate {
    /// Its name.
    pub(crate) name: String,
    /// What.
    pub(crate) meeting: Meeting,
}

//! Bookings as people and the busy check see them. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::busy::{Held, Span};
use super::calendar::Calendar;
use super::entity::{booking, run};
use super::opening::{Phase, Progress};
use super::recurrence::slots;
use super::words::{Booking, BookingBody, Occurrence, OccurrenceState};

/// A running conference past its planned end holds its sites so much longer each time one looks: a minute, the booking's unit.
const OVERTIME_MS: i64 = 60_000;

/// One occurrence in ms since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timed {
    /// The day that names it.
    pub(crate) slot: Date,
    /// When its sites are called.
    pub(crate) calls_ms: i64,
    /// Planned start.
    pub(crate) starts_ms: i64,
    /// Planned end.
    pub(crate) ends_ms: i64,
    /// It is not held.
    pub(crate) is_cancelled: bool,
}

/// All occurrences of a booking, cancelled ones where they would have been.
pub(crate) fn timed(body: &BookingBody, calendar: &Calendar) -> Vec<Timed> {
    let before_ms = i64::from(body.meeting.call_before_min.unwrap_or(calendar.call_before_min)) * 60_000;
    let length_ms = i64::from(body.meeting.planned_min) * 60_000;
    let one = |slot: super::recurrence::Slot| {
        let starts_ms = calendar.at_ms(slot.start.unwrap_or_else(|| slot.day.to_datetime(body.start.time())))?;
        let (calls_ms, ends_ms) = (starts_ms - before_ms, starts_ms + length_ms);
        Some(Timed { slot: slot.day, calls_ms, starts_ms, ends_ms, is_cancelled: slot.start.is_none() })
    };
    slots(body).into_iter().filter_map(one).collect()
}

/// Id of an occurrence's conference at the MCU: the same however often it is asked for.
pub(crate) fn conference_id(booking: &str, slot: Date) -> String {
    format!("m-{booking}-{}", slot.strftime("%Y%m%d"))
}

/// What a booking holds, of its runs those that are over left out; `now_ms` is ms since 1970.
pub(crate) fn held(model: &booking::Model, body: &BookingBody, occurrences: &[Timed], runs: &Runs, now_ms: i64) -> Vec<Held> {
    let sites = Arc::new(body.meeting.sites.iter().cloned().collect());
    let one = |timed: &Timed| {
        let run = runs.get(&conference_id(&model.id, timed.slot));
        let begun = match run.map(|progress| &progress.phase) {
            Some(Phase::Ended {} | Phase::Failed { .. } | Phase::Cancelled {}) => return None,
            Some(Phase::Opening {} | Phase::Running {}) => true,
            None if model.cancelled || timed.is_cancelled => return None,
            None => false,
        };
        let until_ms = if begun { timed.ends_ms.max(now_ms + OVERTIME_MS) } else { timed.ends_ms };
        Some(Held {
            span: Span { from_ms: timed.calls_ms, until_ms },
            slot: timed.slot,
            starts_ms: timed.starts_ms,
            booking: model.id.clone(),
            title: body.meeting.title.clone(),
            author: model.author.clone(),
            sites: Arc::clone(&sites),
        })
    };
    occurrences.iter().filter_map(one).collect()
}

/// Progress of runs by conference.
pub(crate) type Runs = BTreeMap<String, Progress>;

/// Progress of those runs; one that cannot be read is left out, and its occurrence shown as missed or planned.
pub(crate) fn runs(models: Vec<run::Model>) -> Runs {
    let read = |model: run::Model| Some((model.conference, serde_json::from_str(&model.progress).ok()?));
    models.into_iter().filter_map(read).collect()
}

/// A booking with its occurrences that meet the span.
pub(crate) fn told(model: booking::Model, body: BookingBody, calendar: &Calendar, runs: &Runs, span: Span, now_ms: i64) -> Booking {
    let occurrence = |timed: Timed| {
        let conference = conference_id(&model.id, timed.slot);
        let state = state(runs.get(&conference), timed.is_cancelled || model.cancelled, timed.ends_ms, now_ms);
        Occurrence {
            slot: timed.slot,
            conference,
            calls_at_ms: timed.calls_ms,
            starts_at_ms: timed.starts_ms,
            ends_at_ms: timed.ends_ms,
            state,
            places: Vec::new(),
        }
    };
    let is_in = |one: &Occurrence| one.state.is_live() || span.meets(Span { from_ms: one.calls_at_ms, until_ms: one.ends_at_ms });
    let mut occurrences: Vec<Occurrence> = timed(&body, calendar).into_iter().map(occurrence).filter(is_in).collect();
    occurrences.sort_by_key(|one| one.starts_at_ms);
    Booking {
        id: model.id,
        rev: model.rev,
        author: model.author,
        changed_at_ms: model.changed_ms,
        cancelled: model.cancelled,
        booking: body,
        occurrences,
    }
}

fn state(progress: Option<&Progress>, is_cancelled: bool, ends_ms: i64, now_ms: i64) -> OccurrenceState {
    let Some(progress) = progress else {
        return match (is_cancelled, ends_ms <= now_ms) {
            (true, _) => OccurrenceState::Cancelled {},
            (false, true) => OccurrenceState::Missed {},
            (false, false) => OccurrenceState::Planned {},
        };
    };
    match &progress.phase {
        Phase::Opening {} => {
            OccurrenceState::Opening { waits_for: progress.waits_for.clone(), tries: progress.tries, next_try_at_ms: progress.next_try_ms }
        }
        Phase::Running {} => OccurrenceState::Running { warnings: progress.warnings.clone(), waits_for: progress.waits_for.clone() },
        Phase::Ended {} => OccurrenceState::Ended {},
        Phase::Failed { reason } => OccurrenceState::Failed { reason: reason.clone() },
        Phase::Cancelled {} => OccurrenceState::Cancelled {},
    }
}

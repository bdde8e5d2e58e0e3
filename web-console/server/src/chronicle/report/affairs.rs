//! 点名, 预案, 导播单, 录制 and the figures of the head.

use std::collections::BTreeMap;

use mcu_api::{Event, Fired, RecordState, RollCall, RollCallRow, RollCallScore, RunSheet, Setting};

use super::course::{Change, Course};
use super::{Attendance, FaultRow, Figures, Outage, OutputRow, PlanOutcome, PlanRow, RollCallLine, RollCallRecord, Span, StepRow};
use crate::chronicle::entry::What;

/// Roll calls with their results as they stood last.
pub(super) fn roll_calls(course: &Course) -> Vec<RollCallRecord> {
    let mut calls: BTreeMap<u64, &RollCall> = BTreeMap::new();
    for change in &course.changes() {
        for event in change.effects() {
            if let Event::Changed { after: Setting::RollCall { roll_call: Some(call) }, .. } = event {
                calls.insert(call.started_at_ms, call);
            }
        }
    }
    let record = |call: &RollCall| RollCallRecord {
        started_at_ms: call.started_at_ms,
        finished_at_ms: call.finished_at_ms,
        rows: call.rows.iter().map(roll_call_line).collect(),
    };
    calls.into_values().map(record).collect()
}

fn roll_call_line(row: &RollCallRow) -> RollCallLine {
    let (picture, sound) = match row.score {
        None => (None, None),
        Some(RollCallScore::Normal | RollCallScore::Late) => (Some(true), Some(true)),
        Some(RollCallScore::PictureWithoutSound) => (Some(true), Some(false)),
        Some(RollCallScore::SoundWithoutPicture) => (Some(false), Some(true)),
        Some(RollCallScore::NoAnswer) => (None, Some(false)),
    };
    RollCallLine { site: row.site.clone(), score: row.score, answer_ms: row.answer_ms, picture, sound, by_hand: row.by_hand }
}

/// What became of emergency plans.
pub(super) fn plans(course: &Course) -> Vec<PlanRow> {
    let mut rows: Vec<(String, PlanRow)> = Vec::new();
    for change in &course.changes() {
        for event in &change.events {
            let Event::Changed { before: Setting::Plan { armed: before, .. }, after: Setting::Plan { name, armed: Some(armed) } } = event
            else {
                continue;
            };
            if let Some(outcome) = outcome(change, armed, before.as_ref().and_then(|before| before.fired.as_ref())) {
                let (title, author) = (armed.plan.title.clone(), change.author());
                rows.push((name.clone(), PlanRow { at_ms: change.at_ms, title, outcome, author, rolled_back_ms: None }));
            }
            let had_run = before.as_ref().is_some_and(|before| before.ran.is_some());
            let taken_back = change.events.iter().any(|event| matches!(event, Event::Undone { .. }));
            if had_run && armed.ran.is_none() && taken_back {
                let run = rows.iter_mut().rev().find(|(of, row)| of == name && row.outcome == PlanOutcome::Ran);
                if let Some((_, row)) = run {
                    row.rolled_back_ms = Some(change.at_ms);
                }
            }
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn outcome(change: &Change<'_>, armed: &mcu_api::ArmedPlan, fired_before: Option<&Fired>) -> Option<PlanOutcome> {
    if armed.ran.is_some_and(|ran| ran.0 == change.rev) {
        return Some(PlanOutcome::Ran);
    }
    match armed.fired.as_ref().filter(|fired| Some(*fired) != fired_before)? {
        Fired::Asks { .. } => Some(PlanOutcome::Asked),
        Fired::Dismissed { .. } => Some(PlanOutcome::Dismissed),
        Fired::Refused { .. } => Some(PlanOutcome::Refused),
        Fired::Ran { .. } => None,
    }
}

/// The run sheet, planned and actual. One that was replaced before any step of it was done is not told.
pub(super) fn run_sheet(course: &Course) -> Vec<StepRow> {
    let mut done: Vec<StepRow> = Vec::new();
    let mut rows: Vec<StepRow> = Vec::new();
    for change in &course.changes() {
        for event in change.effects() {
            match event {
                Event::Changed { after: Setting::RunSheet { sheet }, .. } => {
                    let old = std::mem::replace(&mut rows, sheet.as_ref().map(steps).unwrap_or_default());
                    done.extend(old.into_iter().filter(|row| row.actual_at_ms.is_some()));
                }
                Event::Changed { before: Setting::NextStep { next: before }, after: Setting::NextStep { next: after } }
                    if before.checked_add(1) == Some(*after) =>
                {
                    if let Some(row) = rows.get_mut(usize::from(*before)) {
                        row.actual_at_ms = row.actual_at_ms.or(Some(change.at_ms));
                    }
                }
                Event::Changed { .. }
                | Event::Opened { .. }
                | Event::SiteCalled { .. }
                | Event::SiteHungUp { .. }
                | Event::ForcedChanged { .. }
                | Event::MicsChanged { .. }
                | Event::ViewChanged { .. }
                | Event::PreviewChanged { .. }
                | Event::Redone { .. }
                | Event::Undone { .. }
                | Event::Ended {} => {}
            }
        }
    }
    done.extend(rows);
    done
}

fn steps(sheet: &RunSheet) -> Vec<StepRow> {
    let row = |(number, step): (u32, &mcu_api::RunStep)| StepRow {
        number,
        title: step.title.clone(),
        planned_at_ms: step.planned_at_ms,
        actual_at_ms: None,
    };
    (1..).zip(&sheet.steps).map(row).collect()
}

/// Recordings and live streams as they were wanted.
pub(super) fn outputs(course: &Course) -> Vec<OutputRow> {
    let (mut record, mut live) = (vec![], vec![]);
    for entry in &course.entries {
        let at_ms = course.clip(entry.at_ms);
        match &entry.what {
            What::Recording { state } => record.push((at_ms, *state)),
            What::Live { on } => live.push((at_ms, *on)),
            What::Fact { envelope } => {
                for event in crate::chronicle::phrases::effects(&envelope.event) {
                    if let Event::Changed { after: Setting::Record { record: state }, .. } = event {
                        record.push((at_ms, *state));
                    } else if let Event::Changed { after: Setting::Live { live: on }, .. } = event {
                        live.push((at_ms, *on));
                    }
                }
            }
            What::Joined {}
            | What::Left { .. }
            | What::FaultBegan { .. }
            | What::FaultEnded { .. }
            | What::Line { .. }
            | What::Worker { .. }
            | What::Unwatched { .. }
            | What::FactsMissing { .. }
            | What::Full {} => {}
        }
    }
    let record = stretches(course, record).into_iter().filter(|(_, state)| *state != RecordState::Stopped);
    let live = stretches(course, live).into_iter().filter(|(_, on)| *on);
    let recorded = record.map(|(span, state)| OutputRow { live: false, paused: state == RecordState::Paused, span });
    recorded.chain(live.map(|(span, _)| OutputRow { live: true, paused: false, span })).collect()
}

/// Times of each state; the same state said again changes nothing.
fn stretches<T: Copy + PartialEq>(course: &Course, mut changes: Vec<(u64, T)>) -> Vec<(Span, T)> {
    changes.dedup_by(|later, earlier| later.1 == earlier.1);
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([course.span.to_ms]).collect::<Vec<_>>();
    let all = changes.into_iter().zip(ends).map(|((from_ms, state), to_ms)| (Span { from_ms, to_ms }, state));
    all.filter(|(span, _)| span.to_ms > span.from_ms).collect()
}

/// Figures of the head.
pub(super) fn figures(course: &Course, attendance: &[Attendance], faults: &[FaultRow], run_sheet: &[StepRow]) -> Figures {
    let mut planned_end_ms = None;
    for change in &course.changes() {
        for event in change.effects() {
            if let Event::Changed { after: Setting::EndTime { ends_at_ms, .. }, .. } = event {
                planned_end_ms = *ends_at_ms;
            }
        }
    }
    let known: Vec<u64> = attendance.iter().filter_map(|row| row.availability_permille).map(u64::from).collect();
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    let outages = attendance.iter().flat_map(|row| row.outages.iter().map(|span| Outage { site: row.site.clone(), span: *span }));
    Figures {
        planned_begin_ms: run_sheet.iter().find_map(|row| row.planned_at_ms),
        planned_end_ms,
        began_ms: course.span.from_ms,
        until_ms: course.span.to_ms,
        invited: count(attendance.len()),
        attended: count(attendance.iter().filter(|row| row.joined_at_ms.is_some()).count()),
        availability_permille: known.iter().sum::<u64>().checked_div(known.len() as u64).and_then(|mean| u16::try_from(mean).ok()),
        longest_outage: outages.max_by_key(|outage| (outage.span.length_ms(), std::cmp::Reverse(outage.span.from_ms))),
        faults: count(faults.len()),
        acts: count(course.changes().iter().filter(|change| change.is_act()).count()),
    }
}

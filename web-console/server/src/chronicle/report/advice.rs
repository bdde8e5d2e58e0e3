//! What to do before the next meeting, by rule; and what is known for the minutes.

use mcu_api::{RollCallScore, SiteId};

use super::course::Course;
use super::{Attendance, FaultRow, Figures, Gap, Minutes, PlanOutcome, PlanRow, RollCallRecord, Span, StepRow, Text};
use crate::chronicle::entry::Fault;
use crate::chronicle::phrases::Saying;

/// Availability in ‰ below which a site's line is looked at: half a minute in an hour's meeting.
const GOOD_PERMILLE: u16 = 990;
/// Coming later than this is told: 会议通知 ask for ten minutes before, so five after is late.
const LATE_MS: u64 = 5 * 60_000;
/// A fault that lasted less in all is no ground for a test, in seconds; howling always is.
const TOLD_FAULT_S: u64 = 30;
/// Running longer than planned by more than this is told.
const OVERRUN_MS: u64 = 10 * 60_000;

/// On what advice rests.
pub(super) struct Grounds<'a> {
    pub(super) figures: &'a Figures,
    pub(super) attendance: &'a [Attendance],
    pub(super) faults: &'a [FaultRow],
    pub(super) roll_calls: &'a [RollCallRecord],
    pub(super) plans: &'a [PlanRow],
    pub(super) gaps: &'a [Gap],
}

/// 建议, site by site, then of the whole.
pub(super) fn advice(course: &Course, grounds: &Grounds<'_>) -> Vec<Text> {
    let mut told: Vec<Text> = Vec::new();
    for row in grounds.attendance {
        told.extend(of_presence(course, row));
        told.extend(of_faults(course, grounds.faults, &row.site));
        // Who never came could not answer either.
        if row.joined_at_ms.is_some() {
            told.extend(of_roll_call(course, grounds.roll_calls, &row.site));
        }
    }
    for plan in grounds.plans.iter().filter(|plan| plan.outcome == PlanOutcome::Refused) {
        told.push(course.say(|saying| saying.words.with("afterMeeting.advice.plan_refused", &[("plan", &plan.title)])));
    }
    let over_ms = grounds.figures.planned_end_ms.map_or(0, |end| grounds.figures.until_ms.saturating_sub(end));
    if over_ms > OVERRUN_MS {
        let minutes = (over_ms / 60_000).to_string();
        told.push(course.say(|saying| saying.words.with("afterMeeting.advice.overrun", &[("minutes", &minutes)])));
    }
    if !grounds.gaps.is_empty() {
        told.push(course.say(|saying| saying.words.get("afterMeeting.advice.gaps")));
    }
    told
}

fn of_presence(course: &Course, row: &Attendance) -> Vec<Text> {
    let Some(joined_at_ms) = row.joined_at_ms else {
        return vec![course.about("afterMeeting.advice.absent", &row.site)];
    };
    let mut told = Vec::new();
    if let Some(share) = row.availability_permille.filter(|share| *share < GOOD_PERMILLE && !row.outages.is_empty()) {
        let (times, share) = (row.outages.len().to_string(), percent(share));
        told.push(course.say(|saying| {
            let values = [("site", saying.name(&row.site)), ("percent", share.as_str()), ("times", times.as_str())];
            saying.words.with("afterMeeting.advice.line", &values)
        }));
    }
    let late_ms = joined_at_ms.saturating_sub(course.span.from_ms);
    if late_ms > LATE_MS {
        let minutes = (late_ms / 60_000).to_string();
        let words =
            |saying: &Saying| saying.words.with("afterMeeting.advice.late", &[("site", saying.name(&row.site)), ("minutes", &minutes)]);
        told.push(course.say(words));
    }
    told
}

/// `97.5`
pub(crate) fn percent(permille: u16) -> String {
    format!("{}.{}", permille / 10, permille % 10)
}

fn of_faults(course: &Course, faults: &[FaultRow], site: &SiteId) -> Vec<Text> {
    let mut kinds: Vec<Fault> = faults.iter().filter(|row| row.site == *site).map(|row| row.fault).collect();
    kinds.sort();
    kinds.dedup();
    let lasted = |kind: Fault| {
        let rows = faults.iter().filter(|row| row.site == *site && row.fault == kind);
        rows.map(|row| Span { from_ms: row.from_ms, to_ms: row.to_ms.unwrap_or(course.span.to_ms) }.length_ms()).sum::<u64>() / 1000
    };
    let worth = kinds.into_iter().map(|kind| (kind, lasted(kind)));
    let worth = worth.filter(|(kind, seconds)| *kind == Fault::SoundHowling || *seconds >= TOLD_FAULT_S);
    worth
        .map(|(kind, seconds)| {
            let (path, seconds) = (format!("afterMeeting.advice.{}", kind.name()), seconds.to_string());
            course.say(|saying| saying.words.with(&path, &[("site", saying.name(site)), ("seconds", &seconds)]))
        })
        .collect()
}

fn of_roll_call(course: &Course, roll_calls: &[RollCallRecord], site: &SiteId) -> Option<Text> {
    let row = roll_calls.last()?.rows.iter().find(|row| row.site == *site)?;
    let score = row.score.filter(|score| *score != RollCallScore::Normal)?;
    let path = format!("rollCall.{}", score_name(score));
    Some(course.say(|saying| {
        let result = saying.words.get(&path);
        saying.words.with("afterMeeting.advice.roll_call", &[("site", saying.name(site)), ("result", &result)])
    }))
}

/// Its name among the words.
pub(crate) const fn score_name(score: RollCallScore) -> &'static str {
    match score {
        RollCallScore::Normal => "normal",
        RollCallScore::PictureWithoutSound => "picture_without_sound",
        RollCallScore::SoundWithoutPicture => "sound_without_picture",
        RollCallScore::NoAnswer => "no_answer",
        RollCallScore::Late => "late",
    }
}

/// What is known for the minutes.
pub(super) fn minutes(course: &Course, attendance: &[Attendance], run_sheet: &[StepRow]) -> Minutes {
    let nobody = Text { zh: String::new(), en: String::new() };
    let place = course.main_site.as_ref().map_or(nobody, |site| course.name(site));
    let (present, absent): (Vec<&Attendance>, Vec<&Attendance>) = attendance.iter().partition(|row| row.joined_at_ms.is_some());
    let sites = |rows: Vec<&Attendance>| rows.into_iter().map(|row| row.site.clone()).collect();
    Minutes {
        host: chair(course).map_or_else(|| place.clone(), |site| course.name(&site)),
        place,
        present: sites(present),
        absent: sites(absent),
        agenda: run_sheet.iter().filter(|row| row.actual_at_ms.is_some()).map(|row| row.title.clone()).collect(),
    }
}

/// Who held the chair last.
fn chair(course: &Course) -> Option<SiteId> {
    let mut chair = None;
    for change in &course.changes() {
        for event in change.effects() {
            if let mcu_api::Event::Changed { after: mcu_api::Setting::Chair { site: Some(site) }, .. } = event {
                chair = Some(site.clone());
            }
        }
    }
    chair
}

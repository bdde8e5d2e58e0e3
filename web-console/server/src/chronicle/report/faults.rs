//! 故障: what was wrong, how long, and what was done about it; and what is not known.

use std::collections::BTreeMap;

use mcu_api::SiteId;

use super::course::{Change, Course};
use super::{FaultRow, Gap, Response, Span};
use crate::chronicle::entry::{Fault, What};

/// An act later than this after a fault began is not taken as its answer.
const RESPONSE_WITHIN_MS: u64 = 5 * 60_000;

/// All faults in order of their beginning.
pub(super) fn faults(course: &Course) -> Vec<FaultRow> {
    let mut rows: Vec<FaultRow> = Vec::new();
    let mut open: BTreeMap<(SiteId, Fault), usize> = BTreeMap::new();
    let changes = course.changes();
    for entry in &course.entries {
        let Some(site) = &entry.site else { continue };
        let at_ms = course.clip(entry.at_ms);
        if let What::FaultBegan { fault } = entry.what {
            open.entry((site.clone(), fault)).or_insert_with(|| {
                rows.push(FaultRow { site: site.clone(), fault, from_ms: at_ms, to_ms: None, response: response(course, &changes, at_ms) });
                rows.len() - 1
            });
        } else if let What::FaultEnded { fault } = entry.what
            && let Some(row) = open.remove(&(site.clone(), fault)).and_then(|index| rows.get_mut(index))
        {
            row.to_ms = Some(at_ms);
        }
    }
    rows
}

fn response(course: &Course, changes: &[Change<'_>], from_ms: u64) -> Option<Response> {
    let within = |at_ms: u64| at_ms >= from_ms && at_ms - from_ms <= RESPONSE_WITHIN_MS;
    let act = changes.iter().find(|change| change.is_act() && within(change.at_ms))?;
    Some(Response {
        after_s: act.at_ms.saturating_sub(from_ms) / 1000,
        author: act.first.author.clone(),
        text: course.say(|saying| saying.change(&act.events)),
    })
}

/// What is not known.
pub(super) fn gaps(course: &Course) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for entry in &course.entries {
        let to_ms = course.clip(entry.at_ms);
        let (from_ms, text) = match &entry.what {
            What::Unwatched { from_ms } => (course.clip(*from_ms), course.say(|saying| saying.words.get("afterMeeting.unwatched"))),
            What::FactsMissing { from_rev, to_rev } => {
                let last = to_rev.map_or_else(|| "…".to_owned(), |rev| rev.to_string());
                let first = from_rev.to_string();
                (to_ms, course.say(|saying| saying.words.with("afterMeeting.factsMissing", &[("first", &first), ("last", &last)])))
            }
            What::Full {} => (to_ms, course.say(|saying| saying.words.get("afterMeeting.full"))),
            What::Fact { .. }
            | What::Joined {}
            | What::Left { .. }
            | What::FaultBegan { .. }
            | What::FaultEnded { .. }
            | What::Line { .. }
            | What::Recording { .. }
            | What::Live { .. }
            | What::Worker { .. } => continue,
        };
        gaps.push(Gap { span: Span { from_ms, to_ms }, text });
    }
    gaps
}

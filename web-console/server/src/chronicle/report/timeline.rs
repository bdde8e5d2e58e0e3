//! 时间线: what was on air, who spoke, and every line of the event strip worth reading afterwards.

use mcu_api::{Event, Forced, PollingKind, Setting, SiteId};

use super::course::{Change, Course};
use super::{Lane, Line, Shown, Span, SpeechRow, Text};
use crate::chronicle::entry::{Entry, What};

/// What was on air from opening to end, without a hole.
pub(super) fn program(course: &Course) -> Vec<Shown> {
    let mut changes: Vec<(u64, Option<&Forced>)> = vec![(course.span.from_ms, None)];
    for change in &course.changes() {
        for event in change.effects() {
            if let Event::ForcedChanged { after, .. } = event {
                changes.push((course.clip(change.at_ms), after.as_ref()));
            }
        }
    }
    stretches(course, &changes, |forced| {
        let text = match forced {
            Some(forced) => course.say(|saying| saying.forced(forced)),
            None => course.say(|saying| saying.words.get("afterMeeting.notForced")),
        };
        Some((text, forced.is_some()))
    })
}

/// Whose content was shown.
pub(super) fn content(course: &Course) -> Vec<Shown> {
    let mut changes: Vec<(u64, Option<&SiteId>)> = Vec::new();
    for change in &course.changes() {
        for event in change.effects() {
            if let Event::Changed { after: Setting::ContentSite { site }, .. } = event {
                changes.push((course.clip(change.at_ms), site.as_ref()));
            }
        }
    }
    stretches(course, &changes, |site| Some((course.name(site?), true)))
}

fn stretches<T: Copy>(course: &Course, changes: &[(u64, T)], words: impl Fn(T) -> Option<(Text, bool)>) -> Vec<Shown> {
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([course.span.to_ms]);
    let all = changes.iter().zip(ends).filter(|((from_ms, _), to_ms)| to_ms > from_ms);
    all.filter_map(|((from_ms, what), to_ms)| {
        let (text, forced) = words(*what)?;
        Some(Shown { span: Span { from_ms: *from_ms, to_ms }, text, forced })
    })
    .collect()
}

/// A speech that goes on.
struct Open {
    site: SiteId,
    from_ms: u64,
    planned_s: Option<u64>,
    dialogue: bool,
}

/// 点名发言 and 对话
pub(super) fn speeches(course: &Course) -> Vec<SpeechRow> {
    let mut rows = Vec::new();
    let mut open: Option<Open> = None;
    let close = |rows: &mut Vec<SpeechRow>, open: Option<Open>, to_ms: u64| {
        if let Some(Open { site, from_ms, planned_s, dialogue }) = open.filter(|open| to_ms > open.from_ms) {
            rows.push(SpeechRow { site, span: Span { from_ms, to_ms }, planned_s, dialogue });
        }
    };
    for change in &course.changes() {
        let at_ms = course.clip(change.at_ms);
        for event in change.effects() {
            if let Event::ForcedChanged { after, .. } = event {
                close(&mut rows, open.take(), at_ms);
                open = speaker(after.as_ref()).map(|(site, dialogue)| Open { site, from_ms: at_ms, planned_s: None, dialogue });
            }
        }
        // A timer set in the same change belongs to the speech that begins with it, wherever it stands there.
        for event in change.effects() {
            if let (Event::Changed { after: Setting::SpeechTimer { timer: Some(timer) }, .. }, Some(open)) = (event, &mut open) {
                open.planned_s = Some(timer.ends_at_ms.saturating_sub(open.from_ms) / 1000);
            }
        }
    }
    close(&mut rows, open, course.span.to_ms);
    rows
}

fn speaker(forced: Option<&Forced>) -> Option<(SiteId, bool)> {
    match forced? {
        Forced::CallToSpeak { site, .. } => Some((site.clone(), false)),
        Forced::Dialogue { site, .. } => Some((site.clone(), true)),
        Forced::Site { .. } | Forced::Layout { .. } | Forced::Polling { .. } => None,
    }
}

/// All lines in order of time.
pub(super) fn timeline(course: &Course, program: &[Shown], speeches: &[SpeechRow], content: &[Shown]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for change in course.changes().iter().filter(|change| !change.is_routine()) {
        let at_ms = course.clip(change.at_ms);
        let (lane, site) = place(change);
        let shown = |rows: &[Shown]| rows.iter().find(|row| row.forced && row.span.from_ms == at_ms).map(|row| row.span.length_ms());
        let speech = speeches.iter().find(|row| row.span.from_ms == at_ms);
        let (lasted_ms, planned_s) = match lane {
            Lane::Program | Lane::Polling => (shown(program), None),
            Lane::Speech => (speech.map(|row| row.span.length_ms()), speech.and_then(|row| row.planned_s)),
            Lane::Content => (shown(content), None),
            Lane::Meeting
            | Lane::RollCall
            | Lane::Plan
            | Lane::RunSheet
            | Lane::Output
            | Lane::Site
            | Lane::Fault
            | Lane::Desk
            | Lane::Chronicle => (None, None),
        };
        let text = course.say(|saying| saying.change(&change.events));
        lines.push(Line { at_ms, lasted_ms, planned_s, lane, site, author: change.author(), text });
    }
    lines.extend(course.entries.iter().filter_map(|entry| seen(course, entry)));
    lines.sort_by_key(|line| line.at_ms);
    lines
}

/// Where a change belongs, and which site it is about.
fn place(change: &Change<'_>) -> (Lane, Option<SiteId>) {
    let mut best = (Lane::Desk, None);
    for (lane, site) in change.effects().map(|event| place_of(event, change.rev)) {
        if rank(lane) < rank(best.0) {
            best = (lane, site);
        } else if lane == best.0 && best.1.is_none() {
            best.1 = site;
        }
    }
    best
}

/// What a change of several facts is told as: the lowest.
const fn rank(lane: Lane) -> u8 {
    match lane {
        Lane::Plan => 0,
        Lane::RunSheet => 1,
        Lane::RollCall => 2,
        Lane::Meeting => 3,
        Lane::Speech => 4,
        Lane::Polling => 5,
        Lane::Program => 6,
        Lane::Content => 7,
        Lane::Output => 8,
        Lane::Site => 9,
        Lane::Fault => 10,
        Lane::Chronicle => 11,
        Lane::Desk => 12,
    }
}

fn place_of(event: &Event, rev: u64) -> (Lane, Option<SiteId>) {
    match event {
        Event::Opened { .. } | Event::Ended {} => (Lane::Meeting, None),
        Event::SiteCalled { site } | Event::SiteHungUp { site } => (Lane::Site, Some(site.clone())),
        Event::ForcedChanged { before, after } => match after.as_ref().or(before.as_ref()) {
            Some(Forced::CallToSpeak { site, .. } | Forced::Dialogue { site, .. }) => (Lane::Speech, Some(site.clone())),
            Some(Forced::Polling { .. }) => (Lane::Polling, None),
            Some(Forced::Site { site }) => (Lane::Program, Some(site.clone())),
            Some(Forced::Layout { .. }) | None => (Lane::Program, None),
        },
        Event::MicsChanged { changes } => match changes.as_slice() {
            [one] => (Lane::Desk, Some(one.site.clone())),
            _ => (Lane::Desk, None),
        },
        Event::ViewChanged { viewer, .. } => (Lane::Desk, Some(viewer.clone())),
        Event::PreviewChanged { .. } | Event::Redone { .. } | Event::Undone { .. } => (Lane::Desk, None),
        Event::Changed { after, .. } => setting_place(after, rev),
    }
}

#[rustfmt::skip] // A table reads better with several names a line.
fn setting_place(setting: &Setting, rev: u64) -> (Lane, Option<SiteId>) {
    match setting {
        Setting::ContentSite { site } | Setting::ContentLock { site } | Setting::ContentInvite { site } => (Lane::Content, site.clone()),
        Setting::WatchPolling { .. } => (Lane::Polling, None),
        Setting::PollingPaused { kind: PollingKind::Watch | PollingKind::Broadcast, .. } => (Lane::Polling, None),
        Setting::RollCall { .. } => (Lane::RollCall, None),
        Setting::Plan { armed: Some(armed), .. } if armed.ran.is_some_and(|ran| ran.0 == rev) => (Lane::Plan, None),
        Setting::Plan { armed: Some(armed), .. } if armed.fired.is_some() => (Lane::Plan, None),
        Setting::RunSheet { .. } | Setting::NextStep { .. } => (Lane::RunSheet, None),
        Setting::Record { .. } | Setting::Live { .. } | Setting::LiveDelay { .. } => (Lane::Output, None),
        Setting::SpeechTimer { .. } | Setting::SpeechOver { .. } => (Lane::Speech, None),
        Setting::MainSite { site } | Setting::Redial { site, .. } | Setting::SiteSlate { site, .. } | Setting::Removed { site, .. }
        | Setting::OwnView { site, .. } | Setting::MuteLock { site, .. } | Setting::Speaker { site, .. } | Setting::Gain { site, .. }
        | Setting::MixMembers { site, .. } | Setting::Interpreter { site, .. } | Setting::Language { site, .. }
        | Setting::ChairRequest { site, .. } | Setting::Floor { site, .. } => (Lane::Desk, Some(site.clone())),
        Setting::Chair { site } => (Lane::Desk, site.clone()),
        Setting::Locked { .. } | Setting::EndTime { .. } | Setting::MuteOnJoin { .. } | Setting::FreeView { .. } | Setting::RedialPolicy { .. }
        | Setting::MultiPicture { .. } | Setting::Slate { .. } | Setting::Fade { .. } | Setting::Overlays { .. } | Setting::Previous { .. }
        | Setting::Channels { .. } | Setting::PollingStep { .. } | Setting::VoiceSwitch { .. } | Setting::Loudest { .. }
        | Setting::CellTurns { .. } | Setting::Lease { .. } | Setting::ProgramLock { .. } | Setting::Plan { .. }
        | Setting::OutputPicture { .. } => (Lane::Desk, None),
    }
}

/// What was seen, as a line.
fn seen(course: &Course, entry: &Entry) -> Option<Line> {
    let site = entry.site.clone();
    let about = |path: &str| site.as_ref().map(|site| course.about(path, site));
    let faulty = |path: &str, fault: &str| {
        site.as_ref().map(|site| {
            course.say(|saying| {
                let what = saying.words.get(&format!("afterMeeting.fault.{fault}"));
                saying.words.with(path, &[("site", saying.name(site)), ("fault", &what)])
            })
        })
    };
    let (lane, text) = match &entry.what {
        What::Joined {} => (Lane::Site, about("afterMeeting.joined")?),
        What::Left { exact: false, .. } => (Lane::Chronicle, about("afterMeeting.unseen")?),
        What::Left { lost: true, .. } => (Lane::Site, about("afterMeeting.lost")?),
        What::Left { .. } => (Lane::Site, about("afterMeeting.left")?),
        What::FaultBegan { fault } => (Lane::Fault, faulty("afterMeeting.faultBegan", fault.name())?),
        What::FaultEnded { fault } => (Lane::Fault, faulty("afterMeeting.faultEnded", fault.name())?),
        What::Worker { worker, up } => {
            let path = if *up { "afterMeeting.workerUp" } else { "afterMeeting.workerDown" };
            (Lane::Chronicle, course.say(|saying| saying.words.with(path, &[("worker", worker)])))
        }
        // Told in a table of their own, or by the journal.
        What::Fact { .. }
        | What::Line { .. }
        | What::Recording { .. }
        | What::Live { .. }
        | What::Unwatched { .. }
        | What::FactsMissing { .. }
        | What::Full {} => return None,
    };
    Some(Line { at_ms: course.clip(entry.at_ms), lasted_ms: None, planned_s: None, lane, site, author: None, text })
}

use super::{Ask, Documents, Heard, Opening, Phase, Progress, Times, moved_to_start, prepare};
use crate::booking::busy::tests::body;
use crate::booking::words::Meeting;
use crate::library::words::PlanDocument;
use mcu_api::{Code, Command, ConferenceId, ConferenceSnapshot, EmergencyPlan, Problem, RunSheet, RunStep, SiteId, SiteKind, SiteSeat};

const NOW: i64 = 1_800_000_000_000;
const END: i64 = NOW + 3_600_000;

fn seat(site: &str) -> SiteSeat {
    SiteSeat { site: SiteId::new(site).unwrap(), name: site.into(), name_en: site.into(), kind: SiteKind::Branch }
}

fn opening() -> Opening {
    let meeting = Meeting { classification: Some("内部".into()), auto_end: true, ..body().meeting };
    let plan = EmergencyPlan { name: "howling".into(), title: "啸叫".into(), commands: vec![Command::MuteAll {}], trigger: None };
    let plan = PlanDocument { plan, when: String::new(), people: Vec::new(), expect: String::new(), rehearsed: None };
    let documents = Documents { plans: vec![plan], ..Documents::default() };
    let conference = ConferenceId::new("m-b1-20261130").unwrap();
    prepare(
        conference,
        &meeting,
        &[seat("z"), seat("a")],
        documents,
        "secretary",
        Times { now_ms: NOW, starts_ms: NOW + 600_000, ends_ms: END },
    )
}

fn snapshot(title: &str, opened_at_ms: i64, phase: &str) -> Box<ConferenceSnapshot> {
    let site = serde_json::json!({"kind": "site", "site": "a"});
    let value = serde_json::json!({
        "conference": "m-b1-20261130", "title": title, "rev": 3, "phase": phase, "opened_at_ms": opened_at_ms, "main_site": "a", "sites": [],
        "forced": null, "program": site, "preview": null, "previous": null, "wall": {"revision": 0, "cells": [], "code": null},
        "settings": {"locked": false, "ends_at_ms": null, "auto_end": false, "mute_on_join": "closed", "free_view": true, "redial": null,
                     "multi_picture": null, "slate": null, "fade_ms": 0, "overlays": []}, "rotation": mcu_api::Rotation::default(), "speech": mcu_api::Speech::default(),
        "floor_queue": [], "content": mcu_api::Content::default(), "desk": mcu_api::Desk::default(), "output": mcu_api::Output::default(),
        "undo": null, "redo": null, "workers": [], "at_ms": opened_at_ms
    });
    Box::new(serde_json::from_value(value).unwrap())
}

fn refused(code: Code) -> Heard {
    Heard::Refused(Problem::new(code, "detail", "原因"))
}

/// Asks and hears until the answers are used up.
fn drive(progress: &mut Progress, opening: &Opening, answers: Vec<Heard>) -> Vec<Ask> {
    let mut asked = Vec::new();
    for answer in answers {
        let ask = progress.next(opening).expect("something to ask");
        progress.asked |= ask == Ask::Open;
        progress.heard(opening, &ask, answer, NOW);
        asked.push(ask);
    }
    asked
}

#[test]
fn what_is_sent_is_fixed_by_value() {
    let opening = opening();
    assert_eq!(opening.open.sites, [seat("a")]);
    assert_eq!(opening.open.call_all, Some(true));
    let names: Vec<_> = opening.commands.iter().map(|one| serde_json::to_value(one).unwrap()["cmd"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["set_overlays", "arm_plan", "extend"]);
    assert_eq!(opening.commands.last(), Some(&Command::Extend { ends_at_ms: Some(END.unsigned_abs()), auto_end: true }));
}

#[test]
fn it_is_opened_then_prepared_then_watched_until_it_ends() {
    let opening = opening();
    let mut progress = Progress::begin(NOW, Vec::new());
    let asked = drive(&mut progress, &opening, vec![Heard::Done, Heard::Done, Heard::Done, Heard::Done]);
    assert_eq!(asked[0], Ask::Open);
    let keys: Vec<_> = asked
        .iter()
        .filter_map(|ask| match ask {
            Ask::Command(request) => request.idem_key.clone(),
            Ask::Look | Ask::Open => None,
        })
        .collect();
    assert_eq!(keys, ["m-b1-20261130-0", "m-b1-20261130-1", "m-b1-20261130-2"]);
    assert_eq!(progress.phase, Phase::Running {});
    drive(&mut progress, &opening, vec![Heard::There(snapshot("例会", NOW, "running")), Heard::There(snapshot("例会", NOW, "ended"))]);
    assert_eq!(progress.phase, Phase::Ended {});
    assert_eq!(progress.next(&opening), None);
}

#[test]
fn an_opening_without_an_answer_is_looked_for_before_it_is_repeated() {
    let opening = opening();
    let mut progress = Progress::begin(NOW, Vec::new());
    let asked = drive(&mut progress, &opening, vec![Heard::Nothing, Heard::There(snapshot("例会", NOW + 5, "running")), Heard::Done]);
    assert_eq!(asked[..2], [Ask::Open, Ask::Look]);
    assert!(matches!(asked[2], Ask::Command(_)));
    // Not there: only then it is asked for again.
    let mut progress = Progress::begin(NOW, Vec::new());
    let asked = drive(&mut progress, &opening, vec![Heard::Nothing, refused(Code::UnknownConference), Heard::Done]);
    assert_eq!(asked, [Ask::Open, Ask::Look, Ask::Open]);
    assert!(progress.opened);
}

#[test]
fn one_that_was_ended_meanwhile_is_not_opened_again() {
    let opening = opening();
    let mut progress = Progress::begin(NOW, Vec::new());
    drive(&mut progress, &opening, vec![Heard::Nothing, Heard::There(snapshot("例会", NOW, "ended"))]);
    assert_eq!(progress.phase, Phase::Ended {});
}

#[test]
fn an_id_in_use_and_refused_seats_are_told() {
    let opening = opening();
    for code in [Code::ConferenceExists, Code::LimitReached, Code::Malformed] {
        let mut progress = Progress::begin(NOW, Vec::new());
        drive(&mut progress, &opening, vec![refused(code)]);
        assert!(matches!(&progress.phase, Phase::Failed { reason } if reason.detail_zh == "原因"), "{code:?}");
    }
    // A stranger's conference found by looking.
    for stranger in [snapshot("别的会", NOW, "running"), snapshot("例会", NOW - 120_000, "running")] {
        let mut progress = Progress::begin(NOW, Vec::new());
        drive(&mut progress, &opening, vec![Heard::Nothing, Heard::There(stranger)]);
        assert!(matches!(&progress.phase, Phase::Failed { reason } if reason.detail.contains("is used by another")));
    }
}

#[test]
fn pauses_grow_to_a_bound_and_it_gives_up_at_the_planned_end_only() {
    let opening = opening();
    let mut progress = Progress::begin(NOW, Vec::new());
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let ask = progress.next(&opening).unwrap();
        progress.asked |= ask == Ask::Open;
        progress.heard(&opening, &ask, Heard::Nothing, NOW);
        pauses.push((progress.next_try_ms - NOW) / 1000);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
    assert!(progress.waits_for.is_some());
    progress.heard(&opening, &Ask::Look, Heard::Nothing, END - 1);
    assert_eq!(progress.phase, Phase::Opening {});
    progress.heard(&opening, &Ask::Look, Heard::Nothing, END);
    assert!(matches!(progress.phase, Phase::Failed { .. }));
}

#[test]
fn a_refused_preparation_is_a_warning_and_the_rest_goes_on() {
    let opening = opening();
    let mut progress = Progress::begin(NOW, Vec::new());
    drive(&mut progress, &opening, vec![Heard::Done, refused(Code::UnknownSite), refused(Code::JournalFailed), Heard::Done, Heard::Done]);
    assert_eq!(progress.phase, Phase::Running {});
    assert_eq!(progress.warnings.len(), 1);
    // Ended by a person while it was being prepared.
    let mut progress = Progress::begin(NOW, Vec::new());
    drive(&mut progress, &opening, vec![Heard::Done, refused(Code::ConferenceEnded)]);
    assert_eq!(progress.phase, Phase::Ended {});
}

#[test]
fn a_kept_run_sheet_begins_with_the_meeting() {
    let step = |at: Option<u64>| RunStep { title: "t".into(), text: String::new(), planned_at_ms: at, commands: Vec::new() };
    let sheet = RunSheet { title: "t".into(), steps: vec![step(None), step(Some(1_000)), step(Some(61_000))] };
    let times: Vec<_> = moved_to_start(sheet, NOW).steps.iter().map(|step| step.planned_at_ms).collect();
    assert_eq!(times, [None, Some(NOW.unsigned_abs()), Some(NOW.unsigned_abs() + 60_000)]);
}

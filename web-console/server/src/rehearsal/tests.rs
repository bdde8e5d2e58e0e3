//! The debrief, judged by small rehearsals written down by hand, and by laws.

use mcu_api::{ConferenceId, Envelope, Event, Forced, Mic, MicChange, Origin, Rev, RollCall, RollCallRow, RollCallScore, Setting, SiteId};
use proptest::prelude::*;
use room_api::Fault;
use serde_json::json;

use super::csv::csv;
use super::debrief::{Debrief, Injection, SiteFact, Trouble, Verdict, WrongCutReason, debrief};

fn site(name: &str) -> SiteId {
    SiteId::new(name).unwrap()
}

/// The opening, of which all journals have one, before what is told of it.
fn after_opening(at_ms: u64, envelopes: &[Envelope]) -> Vec<Envelope> {
    let seat =
        |name: &str| json!({ "site": name, "name": name, "name_en": name, "kind": if name == "main" { "main_hall" } else { "branch" } });
    let open = json!({ "conference": "c", "title": "t", "main_site": "main", "sites": [seat("main"), seat("a"), seat("b")] });
    let opened = said(at_ms, Origin::Desk, Event::Opened { open: serde_json::from_value(open).unwrap() });
    [&[opened], envelopes].concat()
}

fn said(at_ms: u64, origin: Origin, event: Event) -> Envelope {
    let author = if origin == Origin::Rule { "rule" } else { "zhang" };
    Envelope {
        conference: ConferenceId::new("c").unwrap(),
        rev: Rev(at_ms),
        at_ms,
        author: author.to_owned(),
        right: "conference.picture".to_owned(),
        origin,
        idem_key: None,
        event,
    }
}

fn on_air(at_ms: u64, name: &str) -> Envelope {
    said(at_ms, Origin::Desk, Event::ForcedChanged { before: None, after: Some(Forced::Site { site: site(name) }) })
}

fn mic(at_ms: u64, origin: Origin, name: &str, after: Mic) -> Envelope {
    let before = if after == Mic::Open { Mic::Closed } else { Mic::Open };
    said(at_ms, origin, Event::MicsChanged { changes: vec![MicChange { site: site(name), before, after }] })
}

fn injection(id: i32, name: &str, fault: Fault, began_ms: u64, ended_ms: u64) -> Injection {
    Injection { id, site: site(name), fault, began_ms, ended_ms, hidden: false }
}

fn fact(at_ms: u64, name: &str, trouble: Trouble, began: bool) -> SiteFact {
    SiteFact { at_ms, site: site(name), trouble, began }
}

fn judge(injections: &[Injection], envelopes: &[Envelope], facts: &[SiteFact]) -> Debrief {
    debrief(injections, &after_opening(0, envelopes), facts, 100_000)
}

#[test]
fn a_black_picture_on_air_is_cut_away_in_time_or_missed() {
    let black = [injection(1, "a", Fault::PictureBlack {}, 10_000, 40_000)];
    let facts = [fact(12_300, "a", Trouble::PictureBlack, true), fact(41_000, "a", Trouble::PictureBlack, false)];
    let cut_away = judge(&black, &[on_air(5_000, "a"), on_air(16_000, "b")], &facts);
    let row = &cut_away.rows[0];
    assert_eq!((row.seen_after_ms, row.act_after_ms, row.act.as_deref()), (Some(2_300), Some(6_000), Some("left_air")));
    assert_eq!((row.verdict, row.on_air_ms, cut_away.no_picture_ms), (Verdict::Prompt, 6_000, 6_000));
    assert_eq!((cut_away.wrong_cuts.len(), cut_away.score.points), (0, Some(100)));
    let slate = said(
        25_000,
        Origin::Desk,
        Event::Changed { before: Setting::Slate { text: None }, after: Setting::Slate { text: Some("稍候".to_owned()) } },
    );
    let slow = judge(&black, &[on_air(5_000, "a"), slate], &facts);
    assert_eq!((slow.rows[0].verdict, slow.score.points, slow.no_picture_ms), (Verdict::Slow, Some(50), 15_000));
    let missed = judge(&black, &[on_air(5_000, "a")], &facts);
    assert_eq!((missed.rows[0].verdict, missed.score.points), (Verdict::Missed, Some(0)));
    // A rule that cuts away is no merit of the operator.
    let rule = said(16_000, Origin::Rule, Event::ForcedChanged { before: None, after: None });
    assert_eq!(judge(&black, &[on_air(5_000, "a"), rule], &facts).rows[0].verdict, Verdict::Missed);
    // Nobody saw it: nothing had to be done.
    let off_air = judge(&black, &[on_air(5_000, "b")], &facts);
    assert_eq!((off_air.rows[0].verdict, off_air.score.points), (Verdict::NotNeeded, None));
}

#[test]
fn howling_is_answered_by_closing_the_microphone() {
    let howling = [injection(1, "a", Fault::SoundHowling { frequency_hz: 2_000 }, 10_000, 60_000)];
    let opened = mic(5_000, Origin::Desk, "a", Mic::Open);
    let closed = judge(&howling, &[opened.clone(), mic(14_000, Origin::Desk, "a", Mic::Closed)], &[]);
    assert_eq!((closed.rows[0].act.as_deref(), closed.rows[0].act_after_ms), (Some("mic_closed"), Some(4_000)));
    let other = judge(&howling, &[opened, mic(14_000, Origin::Desk, "b", Mic::Closed)], &[]);
    assert_eq!(other.rows[0].verdict, Verdict::Missed);
    assert_eq!(judge(&howling, &[], &[]).rows[0].verdict, Verdict::NotNeeded, "its microphone is closed");
}

#[test]
fn an_absent_site_is_called_again_and_not_put_on_air() {
    let cut = [injection(1, "a", Fault::LineCut {}, 10_000, 40_000)];
    let facts = [fact(11_000, "a", Trouble::Offline, true), fact(41_500, "a", Trouble::Offline, false)];
    let called = said(30_000, Origin::Desk, Event::SiteCalled { site: site("a") });
    let judged = judge(&cut, &[on_air(20_000, "a"), on_air(23_000, "b"), called], &facts);
    assert_eq!((judged.rows[0].act.as_deref(), judged.rows[0].act_after_ms), (Some("left_air"), Some(13_000)));
    let [wrong] = judged.wrong_cuts.as_slice() else { panic!("{:?}", judged.wrong_cuts) };
    assert_eq!((wrong.why, wrong.at_ms, wrong.for_ms, wrong.by.as_str()), (WrongCutReason::Absent, 20_000, 3_000, "zhang"));
    assert_eq!((judged.no_picture_ms, judged.score.points), (3_000, Some(45)));
}

#[test]
fn a_cut_taken_back_at_once_was_one_too_many() {
    let judged = judge(&[], &[on_air(5_000, "a"), on_air(20_000, "b"), on_air(22_000, "a")], &[]);
    let [wrong] = judged.wrong_cuts.as_slice() else { panic!("{:?}", judged.wrong_cuts) };
    assert_eq!((wrong.why, wrong.site.as_str(), wrong.for_ms), (WrongCutReason::TakenBack, "b", 2_000));
    assert_eq!(judge(&[], &[on_air(5_000, "a"), on_air(20_000, "b"), on_air(40_000, "a")], &[]).wrong_cuts, []);
}

#[test]
fn a_roll_call_sees_by_its_score_and_a_person_by_correcting_it() {
    let row = |score, by_hand| RollCallRow { site: site("a"), score: Some(score), answer_ms: None, by_hand };
    let roll_call = |score, by_hand| RollCall { started_at_ms: 1, finished_at_ms: None, rows: vec![row(score, by_hand)], turn: None };
    let changed = |at_ms, origin, score, by_hand| {
        let before = Setting::RollCall { roll_call: None };
        said(at_ms, origin, Event::Changed { before, after: Setting::RollCall { roll_call: Some(roll_call(score, by_hand)) } })
    };
    let dead = [injection(1, "a", Fault::MicDead {}, 10_000, 60_000)];
    let by_rule = changed(19_000, Origin::Rule, RollCallScore::PictureWithoutSound, false);
    let judged = judge(&dead, std::slice::from_ref(&by_rule), &[]);
    assert_eq!((judged.rows[0].seen_after_ms, judged.rows[0].act.as_deref()), (Some(9_000), None));
    let by_hand = changed(15_000, Origin::Desk, RollCallScore::PictureWithoutSound, true);
    assert_eq!(judge(&dead, &[by_hand], &[]).rows[0].act.as_deref(), Some("scored_by_hand"));
    assert_eq!(judge(&[injection(1, "a", Fault::AnswerNone {}, 10_000, 60_000)], &[by_rule], &[]).rows[0].seen_after_ms, None);
}

#[test]
fn a_microphone_opened_by_a_rule_that_asks_nobody_is_a_lost_mute() {
    let judged = judge(&[], &[mic(5_000, Origin::Rule, "a", Mic::Open), mic(6_000, Origin::Desk, "b", Mic::Open)], &[]);
    assert_eq!(judged.mutes_lost, 1);
}

#[test]
fn the_table_opens_in_a_spreadsheet() {
    let black = [injection(1, "a", Fault::PictureBlack {}, 1_795_000_010_000, 1_795_000_040_000)];
    let envelopes = [on_air(1_795_000_005_000, "a"), on_air(1_795_000_016_000, "b")];
    let judged = debrief(&black, &after_opening(1_795_000_000_000, &envelopes), &[], 1_795_000_100_000);
    let text = csv(&judged, |site| format!("会场\"{site}\",=1"));
    let mut lines = text.split("\r\n");
    assert_eq!(lines.next(), Some("\u{feff}序号,会场,故障,开始,持续(秒),预告,系统发现(秒),首次处置(秒),处置,处置人,播出(秒),结论"));
    assert_eq!(lines.next(), Some("1,\"会场\"\"a\"\",=1\",画面黑屏,2026-11-18 19:06:50,30.0,是,,6.0,切走,zhang,6.0,及时"));
    assert!(text.contains("得分,100\r\n") && text.contains("播出无图像(秒),6.0\r\n"));
}

fn any_injections() -> impl Strategy<Value = Vec<Injection>> {
    let one = (0_usize..14, 0_usize..3, 0_u64..50_000, 1_u64..40_000)
        .prop_map(|(fault, place, began, length)| injection(0, ["main", "a", "b"][place], Fault::EXAMPLES[fault], began, began + length));
    proptest::collection::vec(one, 0..6)
}

fn any_envelopes() -> impl Strategy<Value = Vec<Envelope>> {
    let one = (1_u64..5_000, 0_usize..3, 0_usize..4);
    proptest::collection::vec(one, 0..12).prop_map(|steps| {
        let mut at_ms = 0;
        let act = |(after, place, what): (u64, usize, usize)| {
            at_ms += after;
            let name = ["main", "a", "b"][place];
            match what {
                0 => mic(at_ms, Origin::Desk, name, Mic::Open),
                1 => mic(at_ms, Origin::Desk, name, Mic::Closed),
                2 => said(at_ms, Origin::Rule, Event::ForcedChanged { before: None, after: None }),
                _ => on_air(at_ms, name),
            }
        };
        steps.into_iter().map(act).collect()
    })
}

proptest! {
    #[test]
    fn the_debrief_adds_up(injections in any_injections(), envelopes in any_envelopes()) {
        let judged = judge(&injections, &envelopes, &[]);
        prop_assert_eq!(judged.rows.len(), injections.len());
        let score = &judged.score;
        prop_assert_eq!(score.needed, score.prompt + score.slow + score.missed);
        prop_assert!(score.needed <= score.injected && score.points.unwrap_or(0) <= 100);
        for row in &judged.rows {
            prop_assert!(row.on_air_ms <= row.for_ms);
            prop_assert!(row.act_after_ms.is_none_or(|after| after <= row.for_ms));
            prop_assert_eq!(row.act_after_ms.is_some(), matches!(row.verdict, Verdict::Prompt | Verdict::Slow));
        }
        prop_assert!(judged.no_picture_ms <= 100_000);
        // Facts of nobody change nothing, and neither does the order in which injections are listed.
        let mut turned = injections;
        turned.reverse();
        let again = judge(&turned, &envelopes, &[]);
        prop_assert_eq!(again.score, judged.score);
        prop_assert_eq!(again.no_picture_ms, judged.no_picture_ms);
    }
}

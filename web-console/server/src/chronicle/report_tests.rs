use mcu_api::{
    ArmedPlan, Command, EmergencyPlan, Event, Fired, Forced, Mic, MicChange, Origin, PlanTrigger, RecordState, Rev, RollCall, RollCallRow,
    RollCallScore, RunSheet, RunStep, Setting, SpeechMics, SpeechTimer, TriggerCause,
};
use proptest::prelude::*;

use super::{Lane, Meeting, MeetingState, PlanOutcome, Report, Span};
use crate::chronicle::entry::{Entry, Fault, What};
use crate::chronicle::phrases::Zone;
use crate::chronicle::testing::{OPENED_MS, fact, opened, site};

fn at(after_s: u64) -> u64 {
    OPENED_MS + after_s * 1000
}

fn span(from_s: u64, to_s: u64) -> Span {
    Span { from_ms: at(from_s), to_ms: at(to_s) }
}

/// An hour's meeting that has ended.
fn meeting() -> Meeting {
    Meeting {
        id: "city-12-1".to_owned(),
        conference: "city-12".to_owned(),
        title: "第12号".to_owned(),
        state: MeetingState::Ended,
        opened_at_ms: OPENED_MS,
        ended_at_ms: Some(at(3600)),
        seen_ms: at(3600),
    }
}

fn seen(after_s: u64, name: &str, what: What) -> Entry {
    Entry { at_ms: at(after_s), site: (!name.is_empty()).then(|| site(name)), what }
}

fn told(envelope: mcu_api::Envelope) -> Entry {
    Entry { at_ms: envelope.at_ms, site: None, what: What::Fact { envelope: Box::new(envelope) } }
}

fn change(rev: u64, after_s: u64, before: Setting, after: Setting) -> Entry {
    told(fact(rev, after_s, Event::Changed { before, after }))
}

fn forced(rev: u64, after_s: u64, before: Option<Forced>, after: Option<Forced>) -> Entry {
    told(fact(rev, after_s, Event::ForcedChanged { before, after }))
}

fn speech(name: &str) -> Forced {
    Forced::CallToSpeak { site: site(name), speech: SpeechMics { rev: Rev(1), mics: Vec::new() } }
}

fn report(entries: Vec<Entry>) -> Report {
    let mut all = vec![told(opened())];
    all.extend(entries);
    Report::of(meeting(), all, Zone::default())
}

#[test]
fn attendance_by_a_table() {
    let lost = |exact| What::Left { lost: exact, exact };
    let report = report(vec![
        seen(0, "main", What::Joined {}),
        // Lost for a minute, unseen for another.
        seen(60, "guiyang", What::Joined {}),
        seen(660, "guiyang", lost(true)),
        seen(720, "guiyang", What::Joined {}),
        seen(1320, "guiyang", lost(false)),
        seen(1380, "guiyang", What::Joined {}),
        seen(1380, "guiyang", What::Line { loss_permille: 31, rtt_ms: Some(140) }),
        seen(3300, "guiyang", What::Left { lost: false, exact: true }),
    ]);
    let rows: Vec<_> = report
        .attendance
        .iter()
        .map(|row| (row.name.zh.as_str(), row.present_s, row.outages.len(), row.availability_permille, row.left_at_ms.is_some()))
        .collect();
    // 60–660, 720–1320, 1380–3300 are 3120 of the 3540 s that are known.
    assert_eq!(rows, [("主会场", 3600, 0, Some(1000), false), ("桂阳县", 3120, 1, Some(881), true), ("临武县", 0, 0, Some(0), false)]);
    let county = &report.attendance[1];
    assert_eq!(
        (county.present.clone(), county.outages.clone()),
        (vec![span(60, 660), span(720, 1320), span(1380, 3300)], vec![span(660, 720)])
    );
    assert_eq!(county.unknown, [span(1320, 1380)]);
    assert_eq!((county.worst_loss_permille, county.worst_rtt_ms), (31, Some(140)));
    assert_eq!((report.figures.invited, report.figures.attended), (3, 2));
    assert_eq!(report.figures.longest_outage.as_ref().unwrap().span, span(660, 720));
    assert_eq!((report.minutes.present.len(), report.minutes.absent.clone()), (2, vec![site("linwu")]));
    let advice: Vec<&str> = report.advice.iter().map(|text| text.zh.as_str()).collect();
    assert_eq!(advice, ["桂阳县 可用率 88.1%,断线 1 次:会前检查线路与终端供电。", "临武县 未入会:核对会议通知、终端与线路。"]);
}

#[test]
fn program_speeches_and_lines_have_their_lengths() {
    let county = Forced::Site { site: site("linwu") };
    let timer = Setting::SpeechTimer { timer: Some(SpeechTimer { ends_at_ms: at(900), auto_end: false }) };
    let report = report(vec![
        forced(2, 120, None, Some(county.clone())),
        forced(3, 600, Some(county), Some(speech("guiyang"))),
        change(3, 600, Setting::SpeechTimer { timer: None }, timer),
        forced(4, 1000, Some(speech("guiyang")), None),
        // Taken back: the speech goes on.
        told(fact(
            5,
            1010,
            Event::Undone { rev: Rev(4), effect: vec![Event::ForcedChanged { before: None, after: Some(speech("guiyang")) }] },
        )),
    ]);
    let program: Vec<_> = report.program.iter().map(|row| (row.span, row.text.zh.as_str(), row.forced)).collect();
    let expected = [
        (span(0, 120), "未广播(各会场按规则观看)", false),
        (span(120, 600), "临武县", true),
        (span(600, 1000), "点名发言 桂阳县", true),
        (span(1000, 1010), "未广播(各会场按规则观看)", false),
        (span(1010, 3600), "点名发言 桂阳县", true),
    ];
    assert_eq!(program, expected);
    let speeches: Vec<_> = report.speeches.iter().map(|row| (row.span, row.planned_s)).collect();
    assert_eq!(speeches, [(span(600, 1000), Some(300)), (span(1010, 3600), None)]);
    let lines: Vec<_> = report.timeline.iter().map(|line| (line.lane, line.lasted_ms, line.text.zh.as_str())).collect();
    let expected = [
        (Lane::Meeting, None, "会议开始"),
        (Lane::Program, Some(480_000), "广播 临武县"),
        (Lane::Speech, Some(400_000), "广播 点名发言 桂阳县 · 发言计时至 09:15"),
        (Lane::Speech, None, "取消广播"),
        (Lane::Speech, Some(2_590_000), "撤销,恢复为:广播 点名发言 桂阳县"),
    ];
    assert_eq!(lines, expected);
    assert_eq!(report.timeline[1].text.en, "Broadcast Linwu");
}

#[test]
fn what_rules_do_by_themselves_does_not_fill_the_timeline() {
    let mut turn = fact(2, 10, Event::Changed { before: Setting::Loudest { loudest: None }, after: Setting::Loudest { loudest: None } });
    turn.origin = Origin::Rule;
    let report = report(vec![told(turn)]);
    assert_eq!(report.timeline.len(), 1);
    assert_eq!(report.figures.acts, 1);
}

#[test]
fn faults_with_what_was_done_about_them() {
    let mic = Event::MicsChanged { changes: vec![MicChange { site: site("linwu"), before: Mic::Open, after: Mic::Closed }] };
    let report = report(vec![
        seen(0, "linwu", What::Joined {}),
        seen(100, "linwu", What::FaultBegan { fault: Fault::SoundHowling }),
        told(fact(2, 107, mic)),
        seen(109, "linwu", What::FaultEnded { fault: Fault::SoundHowling }),
        seen(3000, "linwu", What::FaultBegan { fault: Fault::PictureBlack }),
        // Ended twice and begun twice say nothing.
        seen(110, "linwu", What::FaultEnded { fault: Fault::SoundHowling }),
        seen(3100, "linwu", What::FaultBegan { fault: Fault::PictureBlack }),
    ]);
    let rows: Vec<_> = report.faults.iter().map(|row| (row.fault, row.from_ms, row.to_ms, row.response.is_some())).collect();
    assert_eq!(rows, [(Fault::SoundHowling, at(100), Some(at(109)), true), (Fault::PictureBlack, at(3000), None, false)]);
    let response = report.faults[0].response.as_ref().unwrap();
    assert_eq!((response.after_s, response.author.as_str(), response.text.zh.as_str()), (7, "operator", "闭音 临武县"));
    let advice: Vec<&str> = report.advice.iter().map(|text| text.zh.as_str()).filter(|text| text.contains("临武县")).collect();
    assert_eq!(advice, ["临武县 黑屏共 600 秒:检查摄像机、矩阵与信号线。", "临武县 出现啸叫:降低扬声器音量,调整话筒位置。"]);
}

#[test]
fn the_last_word_of_a_roll_call_counts() {
    let row = |name: &str, score, answer_ms, by_hand| RollCallRow { site: site(name), score, answer_ms, by_hand };
    let call =
        |finished_at_ms, rows| Setting::RollCall { roll_call: Some(RollCall { started_at_ms: at(60), finished_at_ms, rows, turn: None }) };
    let asked = vec![row("guiyang", None, None, false), row("linwu", None, None, false)];
    let scored =
        vec![row("guiyang", Some(RollCallScore::Normal), Some(1_340), false), row("linwu", Some(RollCallScore::NoAnswer), None, false)];
    let mut corrected = scored.clone();
    corrected[1] = row("linwu", Some(RollCallScore::SoundWithoutPicture), None, true);
    let none = Setting::RollCall { roll_call: None };
    let report = report(vec![
        change(2, 60, none, call(None, asked.clone())),
        change(3, 80, call(None, asked), call(Some(at(80)), scored.clone())),
        change(4, 95, call(Some(at(80)), scored), call(Some(at(80)), corrected)),
    ]);
    let [record] = report.roll_calls.as_slice() else { panic!("{:?}", report.roll_calls) };
    assert_eq!(record.finished_at_ms, Some(at(80)));
    let rows: Vec<_> = record.rows.iter().map(|row| (row.answer_ms, row.picture, row.sound, row.by_hand)).collect();
    assert_eq!(rows, [(Some(1_340), Some(true), Some(true), false), (None, Some(false), Some(true), true)]);
}

#[test]
fn plans_run_sheet_and_outputs() {
    let trigger = PlanTrigger { when: TriggerCause::MainSiteLost {}, for_s: 5, ask: true, even_locked: false };
    let plan = EmergencyPlan {
        name: "p".to_owned(),
        title: "主会场断线".to_owned(),
        commands: vec![Command::Slate { site: None, text: Some("稍候".to_owned()) }],
        trigger: Some(trigger),
    };
    let armed = |ran: Option<u64>, fired| Setting::Plan {
        name: "p".to_owned(),
        armed: Some(ArmedPlan { plan: plan.clone(), ran: ran.map(Rev), fired }),
    };
    let step = |title: &str, planned_s: u64| RunStep {
        title: title.to_owned(),
        text: String::new(),
        planned_at_ms: Some(at(planned_s)),
        commands: vec![],
    };
    let sheet = RunSheet { title: "导播单".to_owned(), steps: vec![step("开场", 0), step("领导讲话", 600), step("结束", 3600)] };
    let (asks, ran) = (Some(Fired::Asks { at_ms: at(50) }), Some(Fired::Ran { at_ms: at(55) }));
    let mut asked = fact(3, 50, Event::Changed { before: armed(None, None), after: armed(None, asks.clone()) });
    asked.origin = Origin::Rule;
    let record = |state| Setting::Record { record: state };
    let mut entries = vec![
        change(2, 10, Setting::RunSheet { sheet: None }, Setting::RunSheet { sheet: Some(sheet) }),
        told(asked),
        change(4, 55, armed(None, asks), armed(Some(4), ran.clone())),
        told(fact(5, 70, Event::Undone { rev: Rev(4), effect: Vec::new() })),
        change(5, 70, armed(Some(4), ran.clone()), armed(None, ran)),
        change(6, 610, Setting::NextStep { next: 0 }, Setting::NextStep { next: 1 }),
        // Going back and forth by hand does nothing.
        change(7, 620, Setting::NextStep { next: 1 }, Setting::NextStep { next: 0 }),
        change(8, 700, record(RecordState::Stopped), record(RecordState::Running)),
        change(9, 800, record(RecordState::Running), record(RecordState::Paused)),
        change(
            10,
            900,
            Setting::EndTime { ends_at_ms: None, auto_end: false },
            Setting::EndTime { ends_at_ms: Some(at(2700)), auto_end: false },
        ),
    ];
    entries.push(seen(701, "", What::Recording { state: RecordState::Running }));
    let report = report(entries);
    let plans: Vec<_> = report.plans.iter().map(|row| (row.outcome, row.author.as_deref(), row.rolled_back_ms)).collect();
    assert_eq!(plans, [(PlanOutcome::Asked, None, None), (PlanOutcome::Ran, Some("operator"), Some(at(70)))]);
    let steps: Vec<_> = report.run_sheet.iter().map(|row| (row.title.as_str(), row.actual_at_ms)).collect();
    assert_eq!(steps, [("开场", Some(at(610))), ("领导讲话", None), ("结束", None)]);
    let outputs: Vec<_> = report.outputs.iter().map(|row| (row.paused, row.span)).collect();
    assert_eq!(outputs, [(false, span(700, 800)), (true, span(800, 3600))]);
    assert_eq!((report.figures.planned_begin_ms, report.figures.planned_end_ms), (Some(at(0)), Some(at(2700))));
    assert!(report.advice.iter().any(|text| text.en == "The meeting ran 15 minutes over: plan more time."));
    assert_eq!(report.minutes.agenda, ["开场"]);
}

#[test]
fn gaps_are_told() {
    let report =
        report(vec![seen(300, "", What::Unwatched { from_ms: at(100) }), seen(400, "", What::FactsMissing { from_rev: 5, to_rev: None })]);
    let gaps: Vec<_> = report.gaps.iter().map(|gap| (gap.span, gap.text.zh.as_str())).collect();
    let expected = [(span(100, 300), "控制台未在跟踪,会场与故障情况不明(操作记录完整)"), (span(400, 400), "操作记录缺失:第 5 至 … 号")];
    assert_eq!(gaps, expected);
    assert!(report.advice.iter().any(|text| text.en.contains("did not follow")));
}

#[test]
fn every_fault_has_its_words() {
    for fault in Fault::ALL {
        let report = report(vec![
            seen(10, "linwu", What::Joined {}),
            seen(20, "linwu", What::FaultBegan { fault }),
            seen(1000, "linwu", What::FaultEnded { fault }),
        ]);
        assert_eq!(report.timeline.iter().filter(|line| line.lane == Lane::Fault).count(), 2, "{fault:?}");
        assert!(report.advice.iter().any(|text| text.zh.starts_with("临武县 ")), "{fault:?}");
    }
}

/// Anything a follower might have written, in any order of time.
fn anything() -> impl Strategy<Value = Vec<Entry>> {
    let what = prop_oneof![
        Just(What::Joined {}),
        (any::<bool>(), any::<bool>()).prop_map(|(lost, exact)| What::Left { lost, exact }),
        Just(What::FaultBegan { fault: Fault::SoundSilent }),
        Just(What::FaultEnded { fault: Fault::SoundSilent }),
        (0_u16..1000).prop_map(|loss_permille| What::Line { loss_permille, rtt_ms: None }),
    ];
    let name = prop_oneof![Just("main"), Just("guiyang"), Just("linwu"), Just("nobody-knows")];
    let entry = (0_u64..5000, name, what).prop_map(|(after_s, name, what)| seen(after_s, name, what));
    let pictures = proptest::collection::vec((0_u64..5000, 0_u8..3), 0..6);
    (proptest::collection::vec(entry, 0..40), pictures).prop_map(|(mut entries, mut pictures)| {
        pictures.sort_unstable();
        for (rev, (after_s, which)) in (2..).zip(pictures) {
            let after = [None, Some(speech("linwu")), Some(Forced::Site { site: site("main") })][usize::from(which)].clone();
            entries.push(forced(rev, after_s, None, after));
        }
        entries
    })
}

fn in_order(spans: &[Span], course: Span) -> bool {
    let apart = spans.windows(2).all(|pair| pair[0].to_ms <= pair[1].from_ms);
    apart && spans.iter().all(|span| span.from_ms < span.to_ms && span.from_ms >= course.from_ms && span.to_ms <= course.to_ms)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn times_never_overlap_and_shares_are_shares(entries in anything()) {
        let report = report(entries);
        let course = span(0, 3600);
        for row in &report.attendance {
            prop_assert!(row.availability_permille.is_none_or(|share| share <= 1000));
            let mut all: Vec<Span> = [row.present.clone(), row.outages.clone(), row.unknown.clone()].concat();
            prop_assert!(in_order(&row.present, course) && in_order(&row.outages, course) && in_order(&row.unknown, course));
            all.sort_by_key(|span| (span.from_ms, span.to_ms));
            prop_assert!(in_order(&all, course), "{:?}", all);
            prop_assert!(row.present_s <= 3600);
        }
        for rows in [&report.program, &report.content] {
            prop_assert!(in_order(&rows.iter().map(|row| row.span).collect::<Vec<_>>(), course));
        }
        prop_assert_eq!(report.program.iter().map(|row| row.span.length_ms()).sum::<u64>(), 3_600_000);
        prop_assert!(in_order(&report.speeches.iter().map(|row| row.span).collect::<Vec<_>>(), course));
        prop_assert!(report.timeline.is_sorted_by_key(|line| line.at_ms));
        prop_assert!(report.faults.iter().all(|row| row.to_ms.is_none_or(|to_ms| to_ms >= row.from_ms)));
        prop_assert!(report.figures.availability_permille.is_none_or(|share| share <= 1000));
    }

    #[test]
    fn the_same_entries_however_they_come_give_the_same_report(
        (entries, shuffled) in anything().prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle()))
    ) {
        prop_assert_eq!(report(entries), report(shuffled));
    }
}

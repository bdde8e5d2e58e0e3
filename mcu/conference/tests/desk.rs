//! What people at the desk share: leases, locks, run sheet, plans, undo of each other; and what is drawn, faded, put out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{
    Area, Audience, Code, Command, CommandAnswer, Edge, EmergencyPlan, Forced, Layout, Mic, Overlay, Picture, RecordState, Rev, RunSheet,
    RunStep, SiteId, Transition, ViewSource,
};
use mcu_conference::{CellShow, CompositeKind, Seen, plan, shipped_layouts};
use world::{World, site};

fn sees(world: &World, number: usize) -> Seen {
    plan(world.conference.state(), &world.presence).sites[number].sees.clone()
}

fn open(number: usize) -> Command {
    Command::SetMic { site: site(number), mic: Mic::Open }
}

fn broadcast(number: usize) -> Command {
    Command::BroadcastSite { site: site(number) }
}

fn quad() -> Layout {
    let mut layout = shipped_layouts().layouts.remove(1);
    for (number, cell) in layout.cells.iter_mut().enumerate() {
        cell.source = mcu_api::CellSource::Site { site: site(number) };
    }
    layout
}

#[test]
fn a_lease_is_one_persons_until_it_is_given_or_taken() {
    let mut world = World::thirteen();
    world.ask_as("li", Command::TakeLease { area: Area::Sound }).unwrap();
    let refused = world.ask_as("wang", open(2)).unwrap_err();
    assert!(refused.code == Code::LeaseHeld && refused.detail.contains("li") && refused.detail_zh.contains("li"));
    world.ask_as("li", open(2)).unwrap();
    world.ask_as("wang", broadcast(2)).unwrap();
    assert_eq!(
        world.ask_as("wang", Command::CallToSpeak { site: site(2), seconds: None, auto_end: false }).unwrap_err().code,
        Code::LeaseHeld
    );
    world.ask_own(3, open(3)).unwrap();
    world.ask_as("wang", Command::RequestLease { area: Area::Sound }).unwrap();
    assert_eq!(world.ask_as("wang", Command::ReleaseLease { area: Area::Sound }).unwrap_err().code, Code::LeaseHeld);
    world.ask_as("li", Command::ReleaseLease { area: Area::Sound }).unwrap();
    world.ask_as("wang", open(4)).unwrap();
    world.confirmed("li", Command::TakeOverLease { area: Area::Sound }).unwrap();
    assert_eq!(world.ask_as("wang", open(5)).unwrap_err().code, Code::LeaseHeld);
    assert_eq!(world.ask_as("wang", Command::TakeLease { area: Area::Sound }).unwrap_err().code, Code::LeaseHeld);
}

#[test]
fn a_locked_program_stays_as_it_is() {
    let mut world = World::thirteen();
    world.ask(broadcast(1)).unwrap();
    world.ask_as("li", Command::LockProgram {}).unwrap();
    for command in [broadcast(2), Command::CancelBroadcast {}, Command::HangUp { site: site(1) }, Command::Undo { rev: None }] {
        assert_eq!(world.ask(command).unwrap_err().code, Code::ProgramLocked);
    }
    world.ask(open(2)).unwrap();
    world.confirmed("operator", Command::UnlockProgram {}).unwrap();
    world.ask(broadcast(2)).unwrap();
}

#[test]
fn another_persons_change_is_taken_back_only_when_confirmed() {
    let mut world = World::thirteen();
    world.ask_as("li", open(2)).unwrap();
    assert!(matches!(world.ask_as("wang", Command::Undo { rev: None }).unwrap().answer, CommandAnswer::NeedsConfirmation { .. }));
    world.confirmed("wang", Command::Undo { rev: None }).unwrap();
    assert_eq!(world.conference.state().sites[2].mic, Mic::Closed);
    assert!(matches!(world.ask_as("wang", Command::Redo {}).unwrap().answer, CommandAnswer::NeedsConfirmation { .. }));
    assert_eq!(world.ask_as("li", Command::Redo {}).unwrap().envelopes.len(), 1);
    assert_eq!(world.conference.state().sites[2].mic, Mic::Open);
    assert_eq!(world.ask_as("li", Command::Redo {}).unwrap_err().code, Code::NothingToDo);
}

#[test]
fn redo_makes_changes_again_in_the_order_they_were_made() {
    let mut world = World::thirteen();
    for command in [broadcast(1), broadcast(2), open(3)] {
        world.ask(command).unwrap();
    }
    for _ in 0..3 {
        world.ask(Command::Undo { rev: None }).unwrap();
    }
    for _ in 0..2 {
        world.ask(Command::Redo {}).unwrap();
    }
    assert_eq!(world.conference.state().forced, Some(Forced::Site { site: site(2) }));
    world.ask(open(3)).unwrap();
    let stale = world.ask(Command::Redo {}).unwrap_err();
    assert!(stale.code == Code::Stale && stale.detail.contains("s3"));
}

#[test]
fn a_seat_taken_out_is_gone_and_can_be_taken_back() {
    let mut world = World::thirteen();
    world.ask(broadcast(3)).unwrap();
    world.ask(Command::SelectView { viewer: site(4), source: ViewSource::Site { site: site(3) }, locked: false }).unwrap();
    world.confirmed("operator", Command::Remove { site: site(3) }).unwrap();
    assert_eq!((world.conference.state().forced.clone(), sees(&world, 3)), (None, Seen::Site(site(0))));
    let media = plan(world.conference.state(), &world.presence);
    assert!(media.sites.len() == 12 && media.sites.iter().all(|row| row.site != site(3)));
    assert_eq!(world.ask(broadcast(3)).unwrap_err().code, Code::UnknownSite);
    assert_eq!(world.ask(Command::Remove { site: site(0) }).unwrap_err().code, Code::Malformed);
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!(world.conference.state().forced, Some(Forced::Site { site: site(3) }));
    assert_eq!(plan(world.conference.state(), &world.presence).sites.len(), 13);
}

#[test]
fn a_locked_conference_calls_nobody_in() {
    let mut world = World::thirteen();
    world.ask(Command::HangUp { site: site(3) }).unwrap();
    world.ask(Command::Lock {}).unwrap();
    assert_eq!(world.ask(Command::Call { site: site(3) }).unwrap_err().code, Code::ConferenceLocked);
    world.ask(Command::Call { site: site(4) }).unwrap();
    assert!(world.conference.state().is_seated(&site(4)), "it has its seat, and is only called again");
    world.ask(Command::Unlock {}).unwrap();
    world.ask(Command::CallAllAbsent {}).unwrap();
    assert!(world.conference.state().is_seated(&site(3)));
}

#[test]
fn a_step_of_the_run_sheet_is_done_whole_or_not_at_all() {
    let mut world = World::thirteen();
    let step = |title: &str, commands| RunStep { title: title.to_owned(), text: String::new(), planned_at_ms: None, commands };
    let steps = vec![step("开场", vec![broadcast(0), Command::MuteAll {}, open(3)]), step("发言", vec![broadcast(3), open(99)])];
    let sheet = RunSheet { title: "例会".to_owned(), steps };
    world.ask(Command::LoadRunSheet { sheet: Some(sheet) }).unwrap();
    let missing = world.ask_with(&["conference.affairs"], Command::NextStep {}).unwrap_err();
    assert_eq!(missing.code, Code::RightMissing);
    let done = world.ask(Command::NextStep {}).unwrap();
    assert!(done.envelopes.iter().all(|envelope| envelope.rev == done.envelopes[0].rev));
    assert_eq!(world.conference.state().forced, Some(Forced::Site { site: site(0) }));
    let before = world.conference.state().clone();
    let refused = world.ask(Command::NextStep {}).unwrap_err();
    assert!(refused.code == Code::UnknownSite && refused.detail.starts_with("step 2, command 2: "));
    assert_eq!(*world.conference.state(), before);
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!((world.conference.state().forced.clone(), world.conference.state().desk.next_step), (None, 0));
    assert_eq!(world.ask(Command::SetRunStep { next: 2 }).unwrap_err().code, Code::UnknownItem);
    let ends = RunSheet { title: "例会".to_owned(), steps: vec![step("结束", vec![Command::End {}])] };
    assert_eq!(world.ask(Command::LoadRunSheet { sheet: Some(ends) }).unwrap_err().code, Code::Malformed);
}

#[test]
fn an_emergency_plan_is_run_and_rolled_back_as_one() {
    let mut world = World::thirteen();
    world.ask(broadcast(2)).unwrap();
    let commands = vec![Command::Slate { site: None, text: Some("请稍候".to_owned()) }, Command::MuteAll {}, broadcast(0)];
    let plan = EmergencyPlan { name: "fire".to_owned(), title: "消防".to_owned(), commands, trigger: None };
    world.ask(Command::ArmPlan { plan }).unwrap();
    world.confirmed("operator", Command::RunPlan { name: "fire".to_owned() }).unwrap();
    let ran = world.conference.state().desk.plans[0].ran;
    assert!(ran.is_some() && world.conference.state().settings.slate.is_some());
    world.ask(Command::RollBackPlan { name: "fire".to_owned() }).unwrap();
    let state = world.conference.state();
    assert_eq!((state.settings.slate.clone(), state.forced.clone()), (None, Some(Forced::Site { site: site(2) })));
    assert_eq!(state.desk.plans[0].ran, None);
    assert_eq!(world.ask(Command::RollBackPlan { name: "fire".to_owned() }).unwrap_err().code, Code::UnknownItem);
    world.ask(Command::DisarmPlan { name: "fire".to_owned() }).unwrap();
    assert_eq!(world.ask(Command::RunPlan { name: "fire".to_owned() }).unwrap_err().code, Code::UnknownItem);
}

#[test]
fn a_slate_is_before_everything_else() {
    let mut world = World::thirteen();
    world.ask(broadcast(2)).unwrap();
    world.ask(Command::Slate { site: Some(site(5)), text: Some("维护".to_owned()) }).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    let Seen::Composite(name) = &media.sites[5].sees else { panic!("a slate") };
    let slate = media.composites.iter().find(|composite| composite.name == *name).unwrap();
    assert!(slate.kind == CompositeKind::Slate && slate.cells[0].show == CellShow::Notice { text: "维护".to_owned() });
    assert_eq!(sees(&world, 6), Seen::Site(site(2)));
    world.ask(Command::Slate { site: None, text: Some("会议休息".to_owned()) }).unwrap();
    assert_eq!(sees(&world, 6), plan(world.conference.state(), &world.presence).monitors.program);
    assert_eq!(world.ask(Command::Slate { site: None, text: Some(String::new()) }).unwrap_err().code, Code::Malformed);
}

#[test]
fn the_picture_before_comes_back() {
    let mut world = World::thirteen();
    world.ask(broadcast(1)).unwrap();
    world.ask(broadcast(2)).unwrap();
    for expected in [1, 2] {
        world.ask(Command::PreviousPicture {}).unwrap();
        assert_eq!(world.conference.state().forced, Some(Forced::Site { site: site(expected) }));
    }
    world.ask(Command::HangUp { site: site(1) }).unwrap();
    assert_eq!(world.ask(Command::PreviousPicture {}).unwrap_err().code, Code::NotSeated);
}

#[test]
fn a_faded_picture_keeps_one_name_and_a_cut_ends_that() {
    let mut world = World::thirteen();
    let program = Seen::Composite("program".to_owned());
    for number in [1, 2] {
        world.ask(Command::SetPreview { picture: Some(Picture::Site { site: site(number) }) }).unwrap();
        world.ask(Command::Take { transition: Transition::Fade { ms: 800 } }).unwrap();
        assert_eq!((sees(&world, 7), sees(&world, number)), (program.clone(), Seen::Site(site(0))));
    }
    let media = plan(world.conference.state(), &world.presence);
    let made = media.composites.iter().find(|composite| composite.name == "program").unwrap();
    assert_eq!((made.fade_ms, made.cells.len()), (800, 1));
    world.ask(Command::SetPreview { picture: Some(Picture::Layout { layout: quad() }) }).unwrap();
    world.ask(Command::Take { transition: Transition::Fade { ms: 800 } }).unwrap();
    assert_eq!(sees(&world, 7), program);
    world.ask(Command::SetPreview { picture: Some(Picture::Site { site: site(3) }) }).unwrap();
    assert_eq!(world.ask(Command::Take { transition: Transition::Fade { ms: 50 } }).unwrap_err().code, Code::Malformed);
    world.ask(Command::Take { transition: Transition::Cut }).unwrap();
    assert_eq!(sees(&world, 7), Seen::Site(site(3)));
}

#[test]
fn overlays_are_on_program_and_multi_pictures_and_not_on_the_wall() {
    let mut world = World::thirteen();
    let overlays = vec![Overlay::Banner { text: "全市工作会议".to_owned(), at: Edge::Top }];
    let json = serde_json::to_string(&overlays).unwrap();
    assert_eq!(json, r#"[{"overlay":"banner","of":{"text":"全市工作会议","at":"top"}}]"#);
    world.ask(Command::SetOverlays { overlays: overlays.clone() }).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    let Seen::Composite(program) = &media.monitors.program else { panic!("the main site is composed, to be drawn upon") };
    assert_eq!(media.sites[7].sees, media.monitors.program);
    for composite in &media.composites {
        let drawn = composite.kind == CompositeKind::Picture;
        assert_eq!(composite.overlays, if drawn { overlays.clone() } else { Vec::new() }, "{}", composite.name);
    }
    assert!(media.composites.iter().any(|composite| composite.name == *program));
    world.ask(Command::SetOverlays { overlays: Vec::new() }).unwrap();
    assert_eq!(sees(&world, 7), Seen::Site(site(0)));
    let slow = Overlay::Ticker { text: "通知".to_owned(), at: Edge::Bottom, speed_px_s: 1 };
    assert_eq!(world.ask(Command::SetOverlays { overlays: vec![slow] }).unwrap_err().code, Code::Malformed);
}

#[test]
fn audiences_have_pictures_of_their_own_while_they_are_there() {
    let mut world = World::thirteen();
    world.ask(Command::SetOutput { audience: Audience::Record, picture: Some(Picture::Layout { layout: quad() }) }).unwrap();
    assert!(plan(world.conference.state(), &world.presence).outputs.is_empty(), "nobody records");
    world.ask(Command::SetRecord { record: RecordState::Running }).unwrap();
    world.ask(Command::SetLive { live: true, delay_s: Some(10) }).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    let audiences: Vec<Audience> = media.outputs.iter().map(|output| output.audience).collect();
    assert_eq!(audiences, [Audience::Record, Audience::Live]);
    assert!(matches!(media.outputs[0].sees, Seen::Composite(_)));
    assert_eq!((media.outputs[1].sees.clone(), media.outputs[1].hears.as_deref()), (Seen::Site(site(0)), Some("all")));
}

#[test]
fn chosen_mixes_and_gains_are_of_those_who_are_open() {
    let mut world = World::thirteen();
    for number in [1, 2, 3] {
        world.ask(open(number)).unwrap();
    }
    world.ask(Command::SetGain { site: site(1), gain_db: 6 }).unwrap();
    world.ask(Command::SetGain { site: site(9), gain_db: -6 }).unwrap();
    let chosen: Vec<SiteId> = vec![site(2), site(1), site(9)];
    for number in [7, 8] {
        world.ask(Command::SetMixMembers { site: site(number), members: Some(chosen.clone()) }).unwrap();
    }
    let media = plan(world.conference.state(), &world.presence);
    assert_eq!(media.gains, [(site(1), 6)]);
    assert_eq!(media.sites[7].hears, media.sites[8].hears);
    let mix = media.mixes.iter().find(|mix| Some(&mix.name) == media.sites[7].hears.as_ref()).unwrap();
    assert_eq!(mix.members, [site(1), site(2)]);
    world.ask(Command::SetMixMembers { site: site(7), members: Some(vec![site(7)]) }).unwrap();
    assert_eq!(plan(world.conference.state(), &world.presence).sites[7].hears, None);
    assert_eq!(world.ask(Command::SetGain { site: site(1), gain_db: 25 }).unwrap_err().code, Code::Malformed);
    assert_eq!(world.ask(Command::Undo { rev: Some(Rev(99)) }).unwrap_err().code, Code::NothingToDo);
}

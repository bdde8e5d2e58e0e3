//! What takes turns: pollings, cells, the voice switch; and content, lost terminals, the planned end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{Cell, CellSource, Code, Command, ConferencePhase, Event, Layout, Mic, PollingKind, RedialPolicy, SiteId, SiteKind};
use mcu_conference::{CellShow, Seen, plan};
use world::{World, presence_of, site};

fn sees(world: &World, number: usize) -> Seen {
    plan(world.conference.state(), &world.presence).sites[number].sees.clone()
}

fn polling(kind: PollingKind, numbers: &[usize]) -> Command {
    let sites = numbers.iter().map(|number| site(*number)).collect();
    Command::StartPolling { kind, sites, dwell_s: Some(10), keep_absent: false, keep_no_picture: false, viewers: Vec::new() }
}

fn on_air(world: &World) -> Option<SiteId> {
    world.conference.state().rotation.broadcast_step.as_ref().map(|step| step.site.clone())
}

#[test]
fn a_broadcast_polling_goes_round_and_skips_whom_nobody_could_see() {
    let mut world = World::thirteen();
    world.presence.set(site(2), presence_of(3));
    world.tick();
    world.ask(polling(PollingKind::Broadcast, &[1, 2, 3])).unwrap();
    assert_eq!((sees(&world, 7), sees(&world, 1)), (Seen::Site(site(1)), Seen::Site(site(0))));
    world.wait(9_000);
    assert_eq!(on_air(&world), Some(site(1)));
    world.wait(1_000);
    assert_eq!(sees(&world, 7), Seen::Site(site(3)));
    assert_eq!(world.journal.last().unwrap().right, "rule");
    world.presence.set(site(3), presence_of(3));
    world.tick();
    assert_eq!(on_air(&world), Some(site(1)), "a site that is lost does not keep its turn");
    world.ask(Command::PausePolling { kind: PollingKind::Broadcast }).unwrap();
    world.presence.set(site(2), presence_of(2));
    world.wait(60_000);
    assert_eq!(on_air(&world), Some(site(1)));
    world.ask(Command::ResumePolling { kind: PollingKind::Broadcast }).unwrap();
    world.wait(10_000);
    assert_eq!(on_air(&world), Some(site(2)));
    world.ask(Command::BroadcastSite { site: site(9) }).unwrap();
    assert_eq!((sees(&world, 7), world.conference.deadline()), (Seen::Site(site(9)), None));
    assert_eq!(world.ask(Command::StopPolling { kind: PollingKind::Broadcast }).unwrap_err().code, Code::NothingToDo);
}

#[test]
fn undo_of_a_polling_is_possible_after_it_has_gone_on() {
    let mut world = World::thirteen();
    world.ask(polling(PollingKind::Broadcast, &[1, 2])).unwrap();
    world.wait(25_000);
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!(world.conference.state().forced, None);
}

#[test]
fn a_watch_polling_is_for_its_viewers_where_nothing_else_is_wanted() {
    let mut world = World::thirteen();
    world.tick();
    world.ask(polling(PollingKind::Watch, &[1, 2])).unwrap();
    assert_eq!((sees(&world, 0), sees(&world, 7)), (Seen::Site(site(1)), Seen::Site(site(0))));
    world.ask(Command::BroadcastSite { site: site(9) }).unwrap();
    assert_eq!(sees(&world, 0), Seen::Site(site(9)));
    world.ask(Command::CancelBroadcast {}).unwrap();
    world.wait(10_000);
    assert_eq!(sees(&world, 0), Seen::Site(site(2)));
    let mut short = polling(PollingKind::Watch, &[1]);
    if let Command::StartPolling { dwell_s, .. } = &mut short {
        *dwell_s = Some(4);
    }
    assert_eq!(world.ask(short).unwrap_err().code, Code::Malformed);
}

#[test]
fn the_voice_switch_follows_who_speaks_and_not_who_coughs() {
    let mut world = World::thirteen();
    for number in [1, 2, 3] {
        world.ask(Command::SetMic { site: site(number), mic: Mic::Open }).unwrap();
    }
    world.speak(1, -30, 2_000);
    assert_eq!(world.conference.state().rotation.loudest, None, "it is off");
    world.ask(Command::SetVoiceSwitch { on: true, gate_dbfs: None, attack_ms: None, hold_ms: None }).unwrap();
    world.speak(1, -30, 200);
    assert_eq!(sees(&world, 7), Seen::Site(site(0)), "a cough");
    world.speak(1, -50, 1_000);
    assert_eq!(sees(&world, 7), Seen::Site(site(0)), "below the gate");
    world.speak(1, -30, 400);
    assert_eq!((sees(&world, 7), sees(&world, 1)), (Seen::Site(site(1)), Seen::Site(site(0))));
    world.speak(2, -30, 1_000);
    assert_eq!(sees(&world, 7), Seen::Site(site(1)), "held for two seconds");
    world.speak(2, -30, 1_000);
    assert_eq!((sees(&world, 7), sees(&world, 2)), (Seen::Site(site(2)), Seen::Site(site(1))), "the speaker sees who spoke before");
    world.speak(5, -10, 5_000);
    assert_eq!(sees(&world, 7), Seen::Site(site(2)), "a closed microphone is nobody's");
    assert_eq!(plan(world.conference.state(), &world.presence).monitors.program, Seen::Site(site(2)));
}

#[test]
fn cells_of_one_list_change_together_and_their_picture_keeps_its_name() {
    let mut world = World::thirteen();
    let cell = |x, source| Cell { x, y: 0, w: 500, h: 500, source };
    let list = CellSource::List { sites: vec![site(1), site(2)], dwell_s: 5 };
    let layout = Layout { name: "2x2".to_owned(), cells: vec![cell(0, list), cell(500, CellSource::Loudest)] };
    world.ask(Command::BroadcastLayout { layout }).unwrap();
    world.wait(1);
    let composite = |world: &World| plan(world.conference.state(), &world.presence).composites[1].clone();
    let before = composite(&world);
    let shows = |show: &CellShow, number: usize| matches!(show, CellShow::Site { site: shown, .. } if *shown == site(number));
    assert!(shows(&before.cells[0].show, 1) && shows(&before.cells[1].show, 0));
    world.wait(5_000);
    let after = composite(&world);
    assert!(shows(&after.cells[0].show, 2));
    assert_eq!(before.name, after.name);
    world.ask(Command::CancelBroadcast {}).unwrap();
    world.tick();
    assert_eq!((world.conference.state().rotation.cells.len(), world.conference.deadline()), (0, None));
}

#[test]
fn content_has_one_holder_and_all_others_see_it() {
    let mut world = World::thirteen();
    world.ask_own(3, Command::StartContent { site: site(3) }).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    assert_eq!((media.sites[3].content.clone(), media.sites[4].content.clone()), (None, Some(site(3))));
    assert_eq!(media.monitors.content, Some(site(3)));
    assert_eq!(world.ask_own(4, Command::StartContent { site: site(4) }).unwrap_err().code, Code::ContentHeld);
    assert_eq!(world.ask_own(4, Command::StopContent {}).unwrap_err().code, Code::RightMissing);
    world.ask(Command::InviteContent { site: Some(site(4)) }).unwrap();
    world.ask(Command::LockContent { site: Some(site(4)) }).unwrap();
    assert_eq!(world.conference.state().content.site, None);
    assert_eq!(world.ask(Command::StartContent { site: site(3) }).unwrap_err().code, Code::ContentHeld);
    world.ask_own(4, Command::StartContent { site: site(4) }).unwrap();
    assert_eq!(world.conference.state().content.invited, None);
    world.ask(Command::HangUp { site: site(4) }).unwrap();
    assert_eq!(world.conference.state().content.site, None);
}

#[test]
fn lost_terminals_are_called_again_until_they_are_there() {
    let mut world = World::thirteen();
    world.ask(Command::SetRedial { policy: Some(RedialPolicy { every_s: 30, tries: 3 }) }).unwrap();
    world.wait(1);
    world.presence.set(site(2), presence_of(3));
    world.tick();
    let tries = |world: &World| world.conference.state().sites[2].redial.as_ref().map(|redial| redial.tries);
    assert_eq!(tries(&world), Some(1));
    world.wait(30_000);
    assert_eq!(tries(&world), Some(2));
    world.wait(600_000);
    assert_eq!((tries(&world), world.conference.deadline()), (Some(3), None), "people are left to it");
    world.presence.set(site(2), presence_of(2));
    world.tick();
    assert_eq!(tries(&world), None);
}

#[test]
fn a_site_in_its_seat_is_called_again_by_hand_and_keeps_everything() {
    let mut world = World::thirteen();
    world.ask(Command::SetMic { site: site(2), mic: Mic::Open }).unwrap();
    let tries = |world: &World| world.conference.state().sites[2].redial.as_ref().map(|redial| redial.tries);
    let call = || Command::Call { site: site(2) };
    world.ask(call()).unwrap();
    assert_eq!((tries(&world), world.conference.deadline().is_some()), (Some(1), true));
    world.ask(call()).unwrap();
    assert_eq!(tries(&world), Some(2), "each call is another");
    let state = world.conference.state();
    assert!(state.sites[2].seated && state.sites[2].mic == Mic::Open, "only the terminal joins afresh");
    world.wait(2_999);
    assert_eq!(tries(&world), Some(2));
    world.wait(1);
    assert_eq!((tries(&world), world.conference.deadline()), (None, None), "everybody was told");
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!(world.conference.state().sites[2].mic, Mic::Closed, "a call again is nothing to take back; what was before it is");
    world.ask(Command::Lock {}).unwrap();
    world.ask(call()).unwrap();
    assert_eq!(tries(&world), Some(1), "it has its seat, so a locked conference does not hold it back");
}

#[test]
fn a_call_by_hand_does_not_end_the_calls_of_the_rule() {
    let mut world = World::thirteen();
    world.ask(Command::SetRedial { policy: Some(RedialPolicy { every_s: 30, tries: 3 }) }).unwrap();
    world.presence.set(site(2), presence_of(3));
    world.wait(1);
    let tries = |world: &World| world.conference.state().sites[2].redial.as_ref().map(|redial| redial.tries);
    world.ask(Command::Call { site: site(2) }).unwrap();
    assert_eq!(tries(&world), Some(2));
    world.wait(3_000);
    assert_eq!(tries(&world), Some(3), "the rule goes on from there");
    world.wait(600_000);
    assert_eq!((tries(&world), world.conference.deadline()), (Some(3), None));
}

#[test]
fn the_planned_end_ends_only_when_it_shall() {
    let mut world = World::thirteen();
    let end = |world: &World, auto_end| Command::Extend { ends_at_ms: Some(world.now_ms + 60_000), auto_end };
    let planned = end(&world, false);
    world.ask(planned).unwrap();
    world.wait(120_000);
    assert_eq!(world.conference.state().phase, ConferencePhase::Running);
    assert_eq!(world.ask(Command::Extend { ends_at_ms: Some(5), auto_end: true }).unwrap_err().code, Code::Malformed);
    let planned = end(&world, true);
    world.ask(planned).unwrap();
    world.wait(60_000);
    assert_eq!(world.conference.state().phase, ConferencePhase::Ended);
    assert!(matches!(world.journal.last().unwrap().event, Event::Ended {}));
    assert_eq!(world.conference.deadline(), None);
}

#[test]
fn without_the_main_site_the_mcu_above_is_seen() {
    let mut open = world::open_with(5, 0, None, None);
    open.sites[4].kind = SiteKind::Upper;
    let mut world = World::new(open);
    for number in 0..5 {
        world.presence.set(site(number), presence_of(2));
    }
    assert_eq!((sees(&world, 0), sees(&world, 1)), (Seen::Site(site(4)), Seen::Site(site(0))));
    world.ask(Command::HangUp { site: site(0) }).unwrap();
    assert_eq!(sees(&world, 1), Seen::Site(site(4)));
}

/// Found by the laws: a multi-picture that was set, in a conference whose main site has left.
#[test]
fn a_set_multi_picture_shows_nobody_only_himself() {
    let mut world = World::thirteen();
    let cell = |x, source| Cell { x, y: 0, w: 500, h: 500, source };
    let cells = vec![cell(0, CellSource::Site { site: site(1) }), cell(500, CellSource::Blank)];
    world.ask(Command::SetLayout { layout: Some(Layout { name: "1".to_owned(), cells }) }).unwrap();
    world.ask(Command::HangUp { site: site(0) }).unwrap();
    assert_eq!(sees(&world, 1), Seen::Composite("auto".to_owned()));
    assert!(matches!(sees(&world, 2), Seen::Composite(name) if name.starts_with("p-")));
}

//! The meanings people rely on, one by one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{Code, Command, CommandAnswer, Event, Forced, Mic, Picture, Rev, Transition, ViewSource};
use mcu_conference::{CellShow, CompositeKind, Seen, plan, shipped_layouts, wall_list};
use world::{ALL_RIGHTS, World, open_with, plain, presence_of, site};

fn sees(world: &World, number: usize) -> Seen {
    plan(world.conference.state(), &world.presence).sites[number].sees.clone()
}

fn mic(world: &World, number: usize) -> Mic {
    world.conference.state().sites[number].mic
}

#[test]
fn branches_see_the_main_site_and_the_main_site_sees_them_all() {
    let world = World::thirteen();
    assert_eq!(sees(&world, 5), Seen::Site(site(0)));
    assert_eq!(sees(&world, 0), Seen::Composite("auto-s0".to_owned()));
    let media = plan(world.conference.state(), &world.presence);
    let auto = media.composites.iter().find(|composite| composite.name == "auto-s0").unwrap();
    let shown = auto.cells.iter().filter(|cell| matches!(cell.show, CellShow::Site { .. })).count();
    assert_eq!((shown, auto.cells.len()), (12, 16));
}

#[test]
fn a_broadcast_site_sees_the_main_site_and_the_others_see_it() {
    let mut world = World::thirteen();
    world.ask(Command::BroadcastSite { site: site(3) }).unwrap();
    assert_eq!(sees(&world, 3), Seen::Site(site(0)));
    assert_eq!(sees(&world, 0), Seen::Site(site(3)));
    assert_eq!(sees(&world, 9), Seen::Site(site(3)));
    world.ask(Command::BroadcastSite { site: site(0) }).unwrap();
    assert_eq!(sees(&world, 0), Seen::Composite("auto-s0".to_owned()));
    world.ask(Command::CancelBroadcast {}).unwrap();
    assert_eq!(world.conference.state().forced, None);
}

#[test]
fn a_chosen_view_gives_way_to_a_forced_picture_and_comes_back() {
    let mut world = World::thirteen();
    world.ask(Command::SelectView { viewer: site(4), source: ViewSource::Site { site: site(5) }, locked: false }).unwrap();
    assert_eq!(sees(&world, 4), Seen::Site(site(5)));
    assert_eq!(sees(&world, 6), Seen::Site(site(0)));
    world.ask(Command::BroadcastSite { site: site(7) }).unwrap();
    assert_eq!(sees(&world, 4), Seen::Site(site(7)));
    world.ask(Command::CancelBroadcast {}).unwrap();
    assert_eq!(sees(&world, 4), Seen::Site(site(5)));
    let own = world.ask(Command::SelectView { viewer: site(4), source: ViewSource::Site { site: site(4) }, locked: false });
    assert_eq!(own.unwrap_err().code, Code::Malformed);
}

#[test]
fn an_absent_site_is_a_slate_and_keeps_its_cell() {
    let mut world = World::thirteen();
    world.presence.set(site(2), presence_of(3));
    world.ask(Command::HangUp { site: site(1) }).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    let wall = media.composites.iter().find(|composite| composite.kind == CompositeKind::Wall).unwrap();
    assert_eq!(wall.cells.len(), 14);
    assert!(matches!(&wall.cells[1].show, CellShow::Slate { why: mcu_api::Connection::Absent, .. }));
    assert!(matches!(&wall.cells[2].show, CellShow::Slate { why: mcu_api::Connection::Offline, .. }));
    let list = wall_list(world.conference.state());
    assert!(matches!(wall.cells[13].show, CellShow::Revision(revision) if revision == list.revision));
    assert_eq!((list.cells.len(), list.code.map(|rect| (rect.x, rect.y))), (13, Some((750, 750))));
    world.ask(Command::BroadcastSite { site: site(2) }).unwrap();
    assert_eq!(sees(&world, 6), Seen::Composite("slate-s2".to_owned()));
}

#[test]
fn the_wall_revision_tells_lists_apart() {
    let one = World::new(open_with(13, 0, None, None));
    let two = World::new(open_with(12, 0, None, None));
    assert_eq!(wall_list(one.conference.state()), wall_list(World::thirteen().conference.state()));
    assert_ne!(wall_list(one.conference.state()).revision, wall_list(two.conference.state()).revision);
}

#[test]
fn a_layout_on_air_is_one_composite_with_a_stable_name() {
    let mut world = World::thirteen();
    let mut layout = shipped_layouts().layouts.remove(1);
    for (number, cell) in layout.cells.iter_mut().enumerate() {
        cell.source = mcu_api::CellSource::Site { site: site(number) };
    }
    world.ask(Command::SetPreview { picture: Some(Picture::Layout { layout: layout.clone() }) }).unwrap();
    let preview = plan(world.conference.state(), &world.presence).monitors.preview;
    world.ask(Command::Take { transition: Transition::Cut }).unwrap();
    world.presence.set(site(2), presence_of(3));
    let media = plan(world.conference.state(), &world.presence);
    assert!(media.sites.iter().all(|row| row.sees == preview));
    assert_eq!(media.monitors.program, preview);
    assert_eq!(media.composites.len(), 2, "the wall and the layout");
    assert_eq!(media.composites[1].words, "layout:2x2");
}

#[test]
fn sound_is_everybody_open_but_oneself() {
    let mut world = World::thirteen();
    world.ask(Command::SetMic { site: site(4), mic: Mic::Open }).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    assert_eq!(media.open_mics, [site(0), site(4)]);
    assert_eq!(media.sites[0].hears.as_deref(), Some("minus-s0"));
    assert_eq!(media.sites[7].hears.as_deref(), Some("all"));
    assert_eq!(media.monitors.sound.as_deref(), Some("all"));
    assert_eq!(media.mixes.len(), 3);
    world.ask(Command::SetMic { site: site(4), mic: Mic::Closed }).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    assert_eq!((media.sites[0].hears.as_deref(), media.sites[4].hears.as_deref()), (None, Some("all")));
}

#[test]
fn muting_all_spares_the_main_site_and_is_taken_back_exactly() {
    let mut world = World::thirteen();
    world.ask(Command::SetMic { site: site(2), mic: Mic::Open }).unwrap();
    world.ask(Command::MuteAll {}).unwrap();
    assert_eq!((mic(&world, 0), mic(&world, 2)), (Mic::Open, Mic::Closed));
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!((mic(&world, 2), mic(&world, 3)), (Mic::Open, Mic::Closed));
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!(mic(&world, 2), Mic::Closed);
    assert_eq!(world.ask(Command::Undo { rev: None }).unwrap_err().code, Code::NothingToDo);
}

#[test]
fn undo_is_stale_when_the_field_was_set_again_even_to_the_same() {
    let mut world = World::thirteen();
    for wanted in [Mic::Open, Mic::Closed, Mic::Open] {
        world.ask(Command::SetMic { site: site(2), mic: wanted }).unwrap();
    }
    let stale = world.ask(Command::Undo { rev: Some(Rev(2)) }).unwrap_err();
    assert_eq!((stale.code, stale.rev), (Code::Stale, Some(Rev(4))));
    assert!(stale.detail.contains("s2") && stale.detail_zh.contains("会场2"));
}

#[test]
fn undo_needs_the_right_of_what_it_reverts() {
    let mut world = World::thirteen();
    world.ask(Command::BroadcastSite { site: site(1) }).unwrap();
    let refused = world.ask_with(&["conference.sound"], Command::Undo { rev: None }).unwrap_err();
    assert_eq!(refused.code, Code::RightMissing);
    assert!(world.ask_with(&["conference.picture"], Command::Undo { rev: None }).is_ok());
}

#[test]
fn a_late_joiner_is_muted_and_a_caller_of_all_is_one_change() {
    let mut world = World::new(open_with(4, 0, Some(Mic::Closed), Some(false)));
    let called = world.ask(Command::CallAllAbsent {}).unwrap();
    assert_eq!(called.envelopes.len(), 4);
    assert!(called.envelopes.iter().all(|envelope| envelope.rev == Rev(2)));
    assert_eq!((mic(&world, 0), mic(&world, 1)), (Mic::Open, Mic::Closed));
    world.ask(Command::SetMic { site: site(1), mic: Mic::Open }).unwrap();
    world.ask(Command::HangUp { site: site(1) }).unwrap();
    world.ask(Command::Call { site: site(1) }).unwrap();
    assert_eq!(mic(&world, 1), Mic::Closed);
    let unseated = world.ask(Command::HangUp { site: site(2) }).and_then(|_| world.ask(Command::SetMic { site: site(2), mic: Mic::Open }));
    assert_eq!(unseated.unwrap_err().code, Code::NotSeated);
}

#[test]
fn a_key_is_answered_once_and_for_its_author_only() {
    let mut world = World::thirteen();
    let mut request = plain(Command::SetMic { site: site(2), mic: Mic::Open });
    request.idem_key = Some("k".to_owned());
    let first = world.send(&ALL_RIGHTS, request.clone()).unwrap();
    world.ask(Command::SetMic { site: site(2), mic: Mic::Closed }).unwrap();
    let again = world.send(&ALL_RIGHTS, request.clone()).unwrap();
    assert_eq!((again.answer, again.envelopes.len()), (first.answer, 0));
    assert_eq!(mic(&world, 2), Mic::Closed);
    let mut twin = world.twin();
    assert_eq!(twin.send(&ALL_RIGHTS, request).unwrap().answer, CommandAnswer::Accepted { rev: Rev(2) });
    let mut same = plain(Command::MuteAll {});
    same.idem_key = Some("m".to_owned());
    assert_eq!(world.send(&ALL_RIGHTS, same.clone()).unwrap().answer, CommandAnswer::Unchanged { rev: Rev(3) });
    world.ask(Command::SetMic { site: site(2), mic: Mic::Open }).unwrap();
    assert_eq!(world.send(&ALL_RIGHTS, same).unwrap().answer, CommandAnswer::Unchanged { rev: Rev(3) });
    assert_eq!(mic(&world, 2), Mic::Open);
}

#[test]
fn a_stale_revision_is_told_the_current_one() {
    let mut world = World::thirteen();
    let mut request = plain(Command::SetMic { site: site(2), mic: Mic::Open });
    request.expect_rev = Some(Rev(7));
    let refused = world.send(&ALL_RIGHTS, request).unwrap_err();
    assert_eq!((refused.code, refused.status, refused.rev), (Code::Stale, 409, Some(Rev(1))));
}

#[test]
fn ending_asks_once_and_the_answer_runs_out() {
    let mut world = World::thirteen();
    let CommandAnswer::NeedsConfirmation { token } = world.ask(Command::End {}).unwrap().answer else { panic!("it asks") };
    let mut request = plain(Command::End {});
    request.confirm = Some("other".to_owned());
    assert_eq!(world.send(&ALL_RIGHTS, request.clone()).unwrap_err().code, Code::InvalidConfirmation);
    request.confirm = Some(token);
    world.now_ms += 31_000;
    assert_eq!(world.send(&ALL_RIGHTS, request).unwrap_err().code, Code::InvalidConfirmation);
    world.end();
    assert!(matches!(world.journal.last().unwrap().event, Event::Ended {}));
}

#[test]
fn hanging_up_the_broadcast_site_ends_the_broadcast_and_undo_brings_both_back() {
    let mut world = World::thirteen();
    world.ask(Command::BroadcastSite { site: site(1) }).unwrap();
    world.ask(Command::HangUp { site: site(1) }).unwrap();
    assert_eq!(world.conference.state().forced, None);
    world.ask(Command::Undo { rev: None }).unwrap();
    assert!(world.conference.state().sites[1].seated);
    assert_eq!(world.conference.state().forced, Some(Forced::Site { site: site(1) }));
}

#[test]
fn a_journal_with_a_line_missing_is_refused() {
    let mut world = World::thirteen();
    for wanted in [Mic::Open, Mic::Closed] {
        world.ask(Command::SetMic { site: site(2), mic: wanted }).unwrap();
    }
    world.journal.remove(1);
    assert!(mcu_conference::Conference::replay(&world.journal).is_err());
    world.journal.remove(0);
    assert!(mcu_conference::Conference::replay(&world.journal).is_err());
}

//! Who speaks: call to speak, dialogue, the queue, the chair, the roll call.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{Code, Command, Forced, Mic, Picture, PollingKind, RollCallScore, Speaker, ViewSource};
use mcu_conference::{Seen, plan};
use world::{World, presence_of, site};

fn mics(world: &World) -> Vec<usize> {
    let open = world.conference.state().sites.iter().enumerate().filter(|(_, site)| site.mic == Mic::Open);
    open.map(|(number, _)| number).collect()
}

fn sees(world: &World, number: usize) -> Seen {
    plan(world.conference.state(), &world.presence).sites[number].sees.clone()
}

fn call(number: usize, seconds: Option<u32>, auto_end: bool) -> Command {
    Command::CallToSpeak { site: site(number), seconds, auto_end }
}

#[test]
fn a_call_to_speak_is_one_step_and_ending_it_restores_what_nobody_set_since() {
    let mut world = World::thirteen();
    for number in [2, 3] {
        world.ask(Command::SetMic { site: site(number), mic: Mic::Open }).unwrap();
    }
    let called = world.ask(call(5, None, false)).unwrap();
    assert!(called.envelopes.iter().all(|envelope| envelope.rev == called.envelopes[0].rev));
    assert_eq!(mics(&world), [0, 5], "the main site presides while nobody has the chair");
    assert_eq!((sees(&world, 7), sees(&world, 5)), (Seen::Site(site(5)), Seen::Site(site(0))));
    world.ask(Command::SetMic { site: site(3), mic: Mic::Closed }).unwrap();
    world.ask(Command::SetMic { site: site(4), mic: Mic::Open }).unwrap();
    world.ask(Command::SetMic { site: site(3), mic: Mic::Open }).unwrap();
    world.ask(Command::SetMic { site: site(3), mic: Mic::Closed }).unwrap();
    world.ask(Command::CancelBroadcast {}).unwrap();
    assert_eq!(mics(&world), [0, 2, 4], "2 comes back, 3 and 4 were set since, 5 is closed as it was");
}

#[test]
fn one_speaker_follows_another_and_undo_goes_back_to_the_first() {
    let mut world = World::thirteen();
    world.ask(Command::SetMic { site: site(2), mic: Mic::Open }).unwrap();
    world.ask(call(5, None, false)).unwrap();
    world.ask(call(6, None, false)).unwrap();
    assert_eq!(mics(&world), [0, 6]);
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!(mics(&world), [0, 5]);
    world.ask(Command::Redo {}).unwrap();
    assert_eq!(mics(&world), [0, 6]);
    world.ask(Command::BroadcastSite { site: site(1) }).unwrap();
    assert_eq!(mics(&world), [0, 2]);
    assert_eq!(world.conference.state().forced, Some(Forced::Site { site: site(1) }));
}

#[test]
fn with_a_chair_only_the_chair_is_spared() {
    let mut world = World::thirteen();
    world.ask_own(4, Command::RequestChair { site: site(4) }).unwrap();
    assert!(world.conference.state().sites[4].wants_chair);
    world.ask(Command::GrantChair { site: site(4) }).unwrap();
    assert!(!world.conference.state().sites[4].wants_chair);
    world.ask(Command::SetMic { site: site(4), mic: Mic::Open }).unwrap();
    world.ask(call(5, None, false)).unwrap();
    assert_eq!(mics(&world), [4, 5]);
    world.ask(Command::CancelBroadcast {}).unwrap();
    world.ask(Command::MuteAll {}).unwrap();
    assert_eq!(mics(&world), [0, 4]);
}

#[test]
fn the_chair_may_preside_and_nothing_more() {
    let mut world = World::thirteen();
    let broadcast = Command::BroadcastSite { site: site(3) };
    assert_eq!(world.ask_own(4, broadcast.clone()).unwrap_err().code, Code::RightMissing);
    world.ask(Command::GrantChair { site: site(4) }).unwrap();
    let done = world.ask_own(4, broadcast.clone()).unwrap();
    assert_eq!(done.envelopes[0].right, "chair:conference.picture");
    assert_eq!(world.ask_own(4, Command::SetMic { site: site(3), mic: Mic::Open }).unwrap_err().code, Code::RightMissing);
    assert_eq!(world.ask_own(3, broadcast).unwrap_err().code, Code::RightMissing);
    world.ask_own(3, Command::RequestFloor { site: site(3) }).unwrap();
    world.ask_own(4, Command::GrantFloor { site: None, seconds: None, auto_end: false }).unwrap();
    assert!(matches!(&world.conference.state().forced, Some(Forced::CallToSpeak { site: speaker, .. }) if *speaker == site(3)));
    // The desk takes back what the chair did, with the right it takes, when it confirms to.
    world.confirmed("operator", Command::Undo { rev: None }).unwrap();
    world.ask_own(4, Command::ReleaseChair {}).unwrap();
    assert_eq!(world.conference.state().speech.chair, None);
}

#[test]
fn a_dialogue_is_between_two_and_all_see_both() {
    let mut world = World::thirteen();
    world.ask(Command::SetMic { site: site(0), mic: Mic::Closed }).unwrap();
    world.ask(Command::Dialogue { site: site(5) }).unwrap();
    assert_eq!((sees(&world, 0), sees(&world, 5)), (Seen::Site(site(5)), Seen::Site(site(0))));
    let media = plan(world.conference.state(), &world.presence);
    let both = media.composites.iter().find(|composite| composite.words == "layout:dialogue").unwrap();
    assert_eq!(media.sites[7].sees, Seen::Composite(both.name.clone()));
    assert_eq!(both.cells.len(), 2);
    assert_eq!(mics(&world), [0, 5]);
    assert_eq!(world.ask(Command::Dialogue { site: site(0) }).unwrap_err().code, Code::Malformed);
    world.ask(Command::SetMainSite { site: site(5) }).unwrap();
    assert_eq!((world.conference.state().forced.clone(), mics(&world)), (None, vec![]));
}

#[test]
fn the_queue_is_first_come_first_served() {
    let mut world = World::thirteen();
    for number in [3, 1, 2] {
        world.ask_own(number, Command::RequestFloor { site: site(number) }).unwrap();
    }
    assert_eq!(world.ask_own(1, Command::RequestFloor { site: site(9) }).unwrap_err().code, Code::RightMissing);
    assert_eq!(world.conference.state().floor_queue(), [site(3), site(1), site(2)]);
    world.ask(Command::Defer { site: site(3) }).unwrap();
    assert_eq!(world.conference.state().floor_queue(), [site(1), site(2), site(3)]);
    world.ask(Command::GrantFloor { site: None, seconds: Some(60), auto_end: false }).unwrap();
    assert_eq!(world.conference.state().floor_queue(), [site(2), site(3)]);
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!(world.conference.state().floor_queue(), [site(1), site(2), site(3)]);
    world.ask_own(1, Command::Withdraw { site: site(1) }).unwrap();
    world.ask(Command::HangUp { site: site(2) }).unwrap();
    assert_eq!(world.conference.state().floor_queue(), [site(3)]);
    world.ask(Command::ClearQueue {}).unwrap();
    let nobody = world.ask(Command::GrantFloor { site: None, seconds: None, auto_end: false });
    assert_eq!(nobody.unwrap_err().code, Code::NothingToDo);
}

#[test]
fn the_speakers_time_runs_out() {
    let mut world = World::thirteen();
    world.ask(call(5, Some(60), false)).unwrap();
    assert_eq!(world.conference.deadline(), Some(world.now_ms + 60_000));
    world.wait(59_000);
    assert!(!world.conference.state().speech.over);
    world.wait(1_000);
    assert!(world.conference.state().speech.over && world.conference.state().forced.is_some());
    world.ask(call(5, Some(30), true)).unwrap();
    assert!(!world.conference.state().speech.over);
    world.wait(30_000);
    assert_eq!((world.conference.state().forced.clone(), mics(&world)), (None, vec![0]));
    assert_eq!(world.journal.last().unwrap().author, "rule");
    assert_eq!(world.conference.deadline(), None);
}

#[test]
fn a_site_may_do_for_itself_what_the_operator_left_it() {
    let mut world = World::thirteen();
    let open = Command::SetMic { site: site(3), mic: Mic::Open };
    world.ask_own(3, open.clone()).unwrap();
    world.ask(Command::MuteLock { site: site(3), locked: true }).unwrap();
    world.ask_own(3, Command::SetMic { site: site(3), mic: Mic::Closed }).unwrap();
    assert_eq!(world.ask_own(3, open.clone()).unwrap_err().code, Code::SiteLocked);
    world.ask(Command::MuteLock { site: site(3), locked: false }).unwrap();
    world.ask(call(5, None, false)).unwrap();
    assert_eq!(world.ask_own(3, open).unwrap_err().code, Code::SiteLocked);
    world.ask(Command::CancelBroadcast {}).unwrap();
    world.ask_own(3, Command::SetSpeaker { site: site(3), speaker: Speaker::Muted }).unwrap();
    assert_eq!(plan(world.conference.state(), &world.presence).sites[3].hears, None);
    let look = Command::SelectView { viewer: site(3), source: ViewSource::Site { site: site(4) }, locked: false };
    assert_eq!(world.ask_own(3, look.clone()).unwrap_err().code, Code::SiteLocked);
    world.ask(Command::SetFreeView { free_view: true }).unwrap();
    world.ask_own(3, look).unwrap();
    assert_eq!(sees(&world, 3), Seen::Site(site(4)));
    // What a site did is not the desk's to take back; taking the freedom away ends what it chose.
    assert_eq!(world.conference.state().last_change().unwrap().rev.0, world.conference.state().rev.0 - 1);
    world.ask(Command::SetFreeView { free_view: false }).unwrap();
    assert_eq!(sees(&world, 3), Seen::Site(site(0)));
}

#[test]
fn a_roll_call_scores_by_what_is_seen_and_heard() {
    let mut world = World::thirteen();
    world.presence.set(site(4), presence_of(3));
    world.presence.set(site(3), presence_of(1));
    let started_ms = world.now_ms;
    world.ask(Command::StartRollCall { sites: Vec::new() }).unwrap();
    world.tick();
    assert_eq!((mics(&world), world.conference.state().preview.clone()), (vec![0, 1], Some(Picture::Site { site: site(1) })));
    world.speak(1, -30, 520);
    world.tick();
    assert_eq!(mics(&world), [0, 2], "as soon as 1 is clear, 2 is asked");
    world.wait(8_000);
    assert_eq!(mics(&world), [0, 3]);
    world.speak(3, -30, 400);
    world.wait(8_000);
    assert_eq!(mics(&world), [0, 5], "4 is not there and costs no time");
    world.wait(6_000);
    world.speak(5, -30, 520);
    world.ask(Command::NextRollCall {}).unwrap();
    world.ask(Command::ScoreRollCall { site: site(6), score: RollCallScore::Normal }).unwrap();
    world.wait(60_000);
    let roll_call = world.conference.state().speech.roll_call.clone().unwrap();
    let scores: Vec<RollCallScore> = roll_call.rows.iter().map(|row| row.score.unwrap()).collect();
    let silent = RollCallScore::PictureWithoutSound;
    let first = [RollCallScore::Normal, silent, RollCallScore::SoundWithoutPicture, RollCallScore::NoAnswer, RollCallScore::Late];
    assert_eq!(scores[..5], first);
    assert_eq!((scores[5], roll_call.rows[5].by_hand), (RollCallScore::Normal, true));
    assert!(scores[6..].iter().all(|score| *score == silent));
    assert!(roll_call.turn.is_none() && mics(&world) == [0] && world.conference.state().preview.is_none());
    assert!(roll_call.finished_at_ms.unwrap() - started_ms < 180_000, "three minutes for twelve branches");
    assert_eq!(roll_call.rows[0].answer_ms.map(|ms| ms < 100), Some(true));
}

#[test]
fn a_roll_call_tells_a_dead_microphone_from_people_who_keep_silent_and_takes_no_black_picture_for_one() {
    let mut world = World::thirteen();
    let mut black = presence_of(2);
    black.faults.black = true;
    world.presence.set(site(2), black);
    let mut frozen = presence_of(2);
    frozen.faults.frozen = true;
    world.presence.set(site(3), frozen);
    world.ask(Command::StartRollCall { sites: (1..6).map(site).collect() }).unwrap();
    world.tick();
    // The noise of a room in which nobody speaks.
    world.speak(1, -58, 2_000);
    world.wait(8_000);
    assert_eq!(mics(&world), [0, 2]);
    for number in [2, 3] {
        world.speak(number, -27, 600);
        assert_eq!(mics(&world), [0, number], "it is watched to the end of its time, for its picture may come");
        world.wait(8_000);
    }
    assert_eq!(mics(&world), [0, 4]);
    let twin = world.twin();
    assert_eq!(twin.conference.state().speech.roll_call, world.conference.state().speech.roll_call);
    world.speak(4, -80, 2_000);
    // A moment of something is not a microphone that works.
    world.speak(4, -40, 120);
    world.speak(4, -80, 400);
    while mics(&world) != [0, 5] {
        world.wait(100);
    }
    world.speak(5, -58, 1_000);
    world.speak(5, -27, 600);
    world.tick();
    let rows = world.conference.state().speech.roll_call.clone().unwrap().rows;
    let scores: Vec<RollCallScore> = rows.iter().map(|row| row.score.unwrap()).collect();
    let no_picture = RollCallScore::SoundWithoutPicture;
    assert_eq!(scores, [RollCallScore::NoAnswer, no_picture, no_picture, RollCallScore::PictureWithoutSound, RollCallScore::Normal]);
}

#[test]
fn a_roll_call_interrupted_by_a_restart_opens_no_more_microphones() {
    let mut world = World::thirteen();
    world.ask(Command::StartRollCall { sites: Vec::new() }).unwrap();
    let mut twin = world.twin();
    twin.now_ms += 60_000;
    twin.tick();
    assert_eq!(mics(&twin), [0]);
    assert!(twin.conference.state().speech.roll_call.as_ref().unwrap().finished_at_ms.is_some());
    world.ask(Command::StopRollCall {}).unwrap();
    assert_eq!(mics(&world), [0]);
    assert_eq!(world.ask(Command::NextRollCall {}).unwrap_err().code, Code::UnknownItem);
}

#[test]
fn speech_rights_are_of_picture_and_sound() {
    let mut world = World::thirteen();
    let refused = world.ask_with(&["conference.picture"], call(5, None, false)).unwrap_err();
    assert!(refused.code == Code::RightMissing && refused.detail.contains("conference.sound"));
    assert!(world.ask_with(&["conference.picture"], Command::StopPolling { kind: PollingKind::Watch }).is_err());
}

#[test]
fn a_site_named_twice_is_asked_once() {
    let mut world = World::thirteen();
    world.presence.set(site(4), presence_of(3));
    world.ask(Command::StartRollCall { sites: vec![site(4), site(4), site(1)] }).unwrap();
    world.tick();
    assert_eq!(mics(&world), [0, 1]);
    assert_eq!(world.conference.state().speech.roll_call.as_ref().unwrap().rows.len(), 2);
}

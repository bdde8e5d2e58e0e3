//! 同声传译: who is heard where.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{Code, Command, LanguageId, Mic, Picture, Rev, SiteId, Speaker};
use mcu_conference::{MixPlan, plan};
use world::{World, channels, presence_of, site};

fn english() -> Option<LanguageId> {
    Some(LanguageId::new("en").unwrap())
}

fn uyghur() -> Option<LanguageId> {
    Some(LanguageId::new("ug").unwrap())
}

fn open(number: usize) -> Command {
    Command::SetMic { site: site(number), mic: Mic::Open }
}

fn interprets(number: usize, language: Option<LanguageId>) -> Command {
    Command::SetInterpreter { site: site(number), language }
}

fn listens(number: usize, language: Option<LanguageId>) -> Command {
    Command::SetLanguage { site: site(number), language }
}

/// Site 0 speaks on the floor, 3 and 4 interpret into English and Uyghur.
fn booths() -> World {
    let mut world = World::thirteen();
    world.ask(Command::OpenChannels { languages: channels() }).unwrap();
    world.ask(interprets(3, english())).unwrap();
    world.ask(interprets(4, uyghur())).unwrap();
    for number in [3, 4] {
        world.ask(open(number)).unwrap();
    }
    world
}

fn hears(world: &World, number: usize) -> Option<MixPlan> {
    let media = plan(world.conference.state(), &world.presence);
    let name = media.sites[number].hears.clone()?;
    media.mixes.into_iter().find(|mix| mix.name == name)
}

fn floor() -> (String, Vec<SiteId>, Vec<(SiteId, i8)>) {
    ("all".to_owned(), vec![site(0)], Vec::new())
}

fn as_heard(world: &World, number: usize) -> (String, Vec<SiteId>, Vec<(SiteId, i8)>) {
    let mix = hears(world, number).unwrap();
    (mix.name, mix.members, mix.gains)
}

#[test]
fn listeners_hear_their_interpreter_over_the_floor_and_nobody_else_does() {
    let mut world = booths();
    for number in [7, 8] {
        world.ask(listens(number, english())).unwrap();
    }
    world.ask(listens(9, uyghur())).unwrap();
    let over_floor = |name: &str, interpreter| (name.to_owned(), vec![site(0), site(interpreter)], vec![(site(0), -12)]);
    assert_eq!(as_heard(&world, 7), over_floor("channel~en", 3));
    assert_eq!(as_heard(&world, 8), over_floor("channel~en", 3), "one mix for all listeners");
    assert_eq!(as_heard(&world, 9), over_floor("channel~ug", 4));
    assert_eq!(as_heard(&world, 6), floor());
    assert_eq!(as_heard(&world, 3), floor(), "interpreters hear the floor");
    let media = plan(world.conference.state(), &world.presence);
    assert_eq!(media.monitors.sound.as_deref(), Some("all"));
    assert_eq!(media.open_mics, [site(0), site(3), site(4)]);
}

#[test]
fn an_interpreter_may_take_its_speech_from_another_channel() {
    let mut world = booths();
    world.ask(listens(4, english())).unwrap();
    assert_eq!(as_heard(&world, 4), ("channel~en".to_owned(), vec![site(0), site(3)], vec![(site(0), -12)]));
    world.ask(listens(3, english())).unwrap();
    assert_eq!(as_heard(&world, 3), floor(), "alone in its own channel it hears the floor");
}

#[test]
fn without_an_interpreter_at_work_the_floor_is_heard_at_its_full_level() {
    let mut world = booths();
    world.ask(listens(7, english())).unwrap();
    world.ask(Command::SetMic { site: site(3), mic: Mic::Closed }).unwrap();
    assert_eq!(as_heard(&world, 7), floor());
    world.ask(open(3)).unwrap();
    assert_eq!(as_heard(&world, 7).0, "channel~en");
    world.presence.set(site(3), presence_of(3));
    assert_eq!(as_heard(&world, 7), floor(), "a terminal that is lost interprets nothing");
    world.presence.set(site(3), presence_of(2));
    world.ask(Command::HangUp { site: site(3) }).unwrap();
    assert_eq!(as_heard(&world, 7), floor());
}

#[test]
fn a_listener_does_not_hear_itself_and_silence_stays_silence() {
    let mut world = booths();
    world.ask(listens(0, english())).unwrap();
    assert_eq!(as_heard(&world, 0), ("channel~en~s0".to_owned(), vec![site(3)], Vec::new()));
    world.ask(open(1)).unwrap();
    world.ask(listens(2, english())).unwrap();
    world.ask(Command::SetMixMembers { site: site(2), members: Some(vec![site(1)]) }).unwrap();
    let chosen = hears(&world, 2).unwrap();
    assert_eq!((chosen.members, chosen.gains), (vec![site(1), site(3)], vec![(site(1), -12)]));
    world.ask(Command::SetSpeaker { site: site(2), speaker: Speaker::Muted }).unwrap();
    assert_eq!(hears(&world, 2), None);
}

#[test]
fn becoming_an_interpreter_opens_nothing() {
    let mut world = World::thirteen();
    world.ask(Command::OpenChannels { languages: channels() }).unwrap();
    let set = world.ask(interprets(5, english())).unwrap();
    assert_eq!(set.envelopes.len(), 1);
    assert_eq!(world.conference.state().sites[5].mic, Mic::Closed);
    world.ask(listens(7, english())).unwrap();
    assert_eq!(as_heard(&world, 7), floor());
}

#[test]
fn what_mutes_the_floor_leaves_interpreters_at_work() {
    let mut world = booths();
    world.ask(open(1)).unwrap();
    world.ask(Command::MuteAll {}).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    assert_eq!(media.open_mics, [site(0), site(3), site(4)]);
    world.ask(Command::CallToSpeak { site: site(2), seconds: None, auto_end: false }).unwrap();
    let media = plan(world.conference.state(), &world.presence);
    assert_eq!(media.open_mics, [site(0), site(2), site(3), site(4)]);
    world.ask(Command::StartRollCall { sites: Vec::new() }).unwrap();
    let rows = world.conference.state().speech.roll_call.clone().unwrap().rows;
    assert!(rows.len() == 10 && rows.iter().all(|row| row.site != site(3) && row.site != site(4)));
}

#[test]
fn pictures_do_not_follow_an_interpreters_voice() {
    let mut world = booths();
    world.ask(Command::SetVoiceSwitch { on: true, gate_dbfs: None, attack_ms: None, hold_ms: None }).unwrap();
    world.speak(3, -20, 2_000);
    assert_eq!(world.conference.state().program(), Picture::Site { site: site(0) });
    world.ask(open(1)).unwrap();
    world.speak(1, -20, 2_000);
    assert_eq!(world.conference.state().program(), Picture::Site { site: site(1) });
    world.ask(interprets(1, english())).unwrap();
    assert_eq!(world.conference.state().program(), Picture::Site { site: site(0) }, "whoever spoke interprets now");
}

#[test]
fn a_closed_channel_takes_its_interpreters_off_the_air_and_brings_listeners_back() {
    let mut world = booths();
    world.ask(listens(7, english())).unwrap();
    world.ask(listens(8, uyghur())).unwrap();
    let uyghur_only = channels().split_off(1);
    world.ask(Command::OpenChannels { languages: uyghur_only }).unwrap();
    let state = world.conference.state();
    assert_eq!((state.sites[3].interprets.clone(), state.sites[3].mic), (None, Mic::Closed));
    assert_eq!((state.sites[7].listens_to.clone(), state.sites[8].listens_to.clone()), (None, uyghur()));
    assert_eq!(as_heard(&world, 7), floor());
    assert_eq!(world.ask(interprets(3, english())).unwrap_err().code, Code::UnknownItem);
    assert_eq!(world.ask(listens(7, english())).unwrap_err().code, Code::UnknownItem);
    world.ask(Command::Undo { rev: None }).unwrap();
    assert_eq!(as_heard(&world, 7).0, "channel~en", "one change, taken back as one");
    let stuck = world.ask(Command::Undo { rev: Some(Rev(2)) }).unwrap_err();
    assert_eq!(stuck.code, Code::Stale, "channels in use are not undone");
}

#[test]
fn channels_are_checked() {
    let mut world = World::thirteen();
    let mut twice = channels();
    twice.extend(channels());
    let mut nameless = channels();
    nameless[0].name.clear();
    let many = (0..9).map(|number| mcu_api::Channel { language: LanguageId::new(&format!("l{number}")).unwrap(), ..channels()[0].clone() });
    let long = vec![mcu_api::Channel { language: LanguageId::new("a-language-of-hills").unwrap(), ..channels()[0].clone() }];
    for languages in [twice, nameless, many.collect(), long] {
        assert_eq!(world.ask(Command::OpenChannels { languages }).unwrap_err().code, Code::Malformed);
    }
    assert!(world.conference.state().channels.is_empty());
}

#[test]
fn a_site_chooses_its_own_language_only() {
    let mut world = booths();
    world.ask_own(7, listens(7, english())).unwrap();
    assert_eq!(as_heard(&world, 7).0, "channel~en");
    assert_eq!(world.ask_own(7, listens(8, english())).unwrap_err().code, Code::RightMissing);
    assert_eq!(world.ask_own(7, interprets(7, english())).unwrap_err().code, Code::RightMissing);
    assert_eq!(world.ask_with(&["conference.picture"], interprets(7, None)).unwrap_err().code, Code::RightMissing);
    world.ask_own(7, listens(7, None)).unwrap();
    assert_eq!(as_heard(&world, 7), floor());
}

//! From plans to wanted states: nothing dangling, nothing twice, the same after any restart.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use mcu_api::{
    Cell, CellSource, Channel, Command, CommandRequest, ConferenceId, Connection, LanguageId, Layout, Mic, OpenConference, Origin, SiteId,
    SiteKind, SiteSeat,
};
use mcu_conference::{Conference, Input, MediaPlan, Presence, SitePresence, plan};
use mcu_control::{Circumstances, Pictures, site_seat, talkback_seat, wanted};
use mcu_media_api::{CellContent, Codec, Layer, MemberGain, MixerWanted, RelayWanted, SeatId};
use proptest::prelude::*;

const RIGHTS: [&str; 3] = ["conference.picture", "conference.sound", "conference.affairs"];

fn site(number: usize) -> SiteId {
    SiteId::new(&format!("s{number}")).unwrap()
}

struct World {
    id: ConferenceId,
    conference: Conference,
    presence: Presence,
}

impl World {
    fn new(name: &str, count: usize) -> Self {
        let id = ConferenceId::new(name).unwrap();
        let seat =
            |number| SiteSeat { site: site(number), name: format!("会场{number}"), name_en: format!("{number}"), kind: SiteKind::Branch };
        let open = OpenConference {
            conference: id.clone(),
            title: "例会".to_owned(),
            sites: (0..count).map(seat).collect(),
            main_site: site(0),
            mute_on_join: None,
            call_all: None,
            rehearsal: false,
        };
        let opened = Conference::open(1, "x", &RIGHTS.map(str::to_owned), Origin::Api, open).unwrap();
        Self { id, conference: Conference::opened(&opened).unwrap(), presence: Presence::nobody() }
    }

    fn present(mut self, sites: impl IntoIterator<Item = usize>) -> Self {
        for number in sites {
            self.presence.set(site(number), SitePresence::new(Connection::Joined, true));
        }
        self
    }

    fn ask(&mut self, command: Command) {
        let request = CommandRequest { command, expect_rev: None, idem_key: None, confirm: None };
        let rights = RIGHTS.map(str::to_owned).to_vec();
        let input = Input { author: "x".to_owned(), rights, site: None, origin: Origin::Api, request, fresh_token: String::new() };
        for envelope in self.conference.handle(2, input).unwrap().envelopes {
            self.conference.apply(&envelope).unwrap();
        }
    }

    fn plan(&self) -> MediaPlan {
        plan(self.conference.state(), &self.presence)
    }
}

fn make(worlds: &[&World], mixer: Option<u16>) -> (RelayWanted, MixerWanted) {
    make_for(worlds, mixer, &BTreeMap::new(), &BTreeMap::new())
}

fn make_for(
    worlds: &[&World],
    mixer: Option<u16>,
    codecs: &BTreeMap<SeatId, Codec>,
    watched_in: &BTreeMap<SeatId, Codec>,
) -> (RelayWanted, MixerWanted) {
    make_with(worlds, mixer, codecs, watched_in, &BTreeSet::new())
}

fn make_with(
    worlds: &[&World],
    mixer: Option<u16>,
    codecs: &BTreeMap<SeatId, Codec>,
    watched_in: &BTreeMap<SeatId, Codec>,
    speaking: &BTreeSet<SeatId>,
) -> (RelayWanted, MixerWanted) {
    let made: Vec<MediaPlan> = worlds.iter().map(|world| world.plan()).collect();
    let plans: Vec<(&ConferenceId, &MediaPlan)> = worlds.iter().map(|world| &world.id).zip(&made).collect();
    let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let pictures = Pictures::default();
    let (relay_rtp, mixer_rtp) = (address(1), mixer.map(address));
    // Second pictures are in the other codec wherever the first is known.
    let other = |codec: &Codec| if *codec == Codec::H264 { Codec::Vp8 } else { Codec::H264 };
    let content_codecs: BTreeMap<SeatId, Codec> = codecs.iter().map(|(seat, codec)| (seat.clone(), other(codec))).collect();
    let content_codecs = &content_codecs;
    wanted(&Circumstances { plans: &plans, relay_rtp, mixer_rtp, codecs, content_codecs, watched_in, speaking, pictures: &pictures })
}

/// Whatever is named on one side is there on the other.
fn nothing_dangles(relay: &RelayWanted, mixer: &MixerWanted) {
    let inputs: BTreeSet<u32> = mixer.inputs.iter().map(|input| input.ssrc).collect();
    let taps: BTreeSet<u32> = relay.taps.iter().map(|tap| tap.ssrc).collect();
    assert_eq!(inputs, taps);
    for composite in &mixer.composites {
        for cell in &composite.cells {
            if let CellContent::Picture { ssrc, .. } = cell.content {
                assert!(inputs.contains(&ssrc));
            }
        }
    }
    let used = mixer.composites.iter().flat_map(|composite| &composite.cells);
    let used = used.filter_map(|cell| if let CellContent::Picture { ssrc, .. } = cell.content { Some(ssrc) } else { None });
    let used: BTreeSet<u32> = used.chain(mixer.mixes.iter().flat_map(|mix| mix.members.iter().copied())).collect();
    assert_eq!(used, inputs, "a tap that nothing needs, or none for what needs one");
    let feeds: BTreeSet<_> = relay.feeds.iter().map(|feed| &feed.source).collect();
    for route in &relay.routes {
        let sources = [&route.main, &route.sound].into_iter().flatten();
        for source in sources.filter(|source| source.0.contains("/composite/") || source.0.contains("/mix/")) {
            assert!(feeds.contains(source), "{source}");
        }
    }
    let all: Vec<u32> = taps.iter().copied().chain(relay.feeds.iter().map(|feed| feed.ssrc)).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "an SSRC drawn twice");
    assert!(!all.contains(&0));
    let heard: BTreeSet<_> = relay.taps.iter().filter(|tap| tap.source.0.ends_with("/sound")).map(|tap| &tap.source).collect();
    assert!(heard.iter().all(|source| relay.open_sounds.contains(source)), "a closed sound is tapped");
}

#[test]
fn layers_are_chosen_by_the_size_of_the_cell() {
    let mut world = World::new("c", 13).present(0..13);
    let cell = |x, y, w, number| Cell { x, y, w, h: w, source: CellSource::Site { site: site(number) } };
    let layout = Layout { name: "三级".to_owned(), cells: vec![cell(0, 0, 600, 1), cell(600, 0, 400, 2), cell(600, 400, 250, 3)] };
    world.ask(Command::BroadcastLayout { layout });
    let (relay, mixer) = make(&[&world], Some(2));
    nothing_dangles(&relay, &mixer);
    let layers = |number: usize| -> Vec<Layer> {
        let source = format!("c/site/s{number}/main");
        relay.taps.iter().filter(|tap| tap.source.0 == source).map(|tap| tap.layer).collect()
    };
    assert_eq!(layers(1), [Layer::Low, Layer::High], "the wall and 768 pixels");
    assert_eq!(layers(2), [Layer::Low, Layer::Mid], "the wall and 512 pixels");
    assert_eq!(layers(3), [Layer::Low], "the wall and 320 pixels share one tap");
    assert!(mixer.inputs.iter().all(|input| input.codec == if input.source.0.ends_with("sound") { Codec::Opus } else { Codec::H264 }));
}

#[test]
fn two_conferences_share_nothing() {
    let (one, two) = (World::new("one", 4).present(0..4), World::new("two", 4).present(0..4));
    let (relay, mixer) = make(&[&one, &two], Some(2));
    nothing_dangles(&relay, &mixer);
    let (alone, _) = make(&[&one], Some(2));
    let own: Vec<_> = relay.routes.iter().filter(|route| route.seat.0.starts_with("one/")).cloned().collect();
    assert_eq!(own, alone.routes);
    assert_eq!(relay.taps.iter().filter(|tap| tap.source.0.starts_with("one/")).cloned().collect::<Vec<_>>(), alone.taps);
}

#[test]
fn without_a_mixer_there_are_no_taps_and_forwarding_goes_on() {
    let world = World::new("c", 4).present(0..4);
    let (relay, _) = make(&[&world], None);
    assert!(relay.taps.is_empty());
    assert_eq!(relay.routes[1].main.as_ref().unwrap().0, "c/site/s0/main");
}

#[test]
fn a_hundred_and_four_sites_fit_a_frame() {
    let mut world = World::new("c", 104).present(0..104);
    for number in 1..104 {
        world.ask(Command::SetMic { site: site(number), mic: Mic::Open });
    }
    let (relay, mixer) = make(&[&world], Some(2));
    nothing_dangles(&relay, &mixer);
    let bytes = serde_json::to_vec(&relay).unwrap().len().max(serde_json::to_vec(&mixer).unwrap().len());
    assert!(bytes < mcu_media_api::MAX_FRAME_BYTES, "{bytes}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_dangles_whoever_is_there(
        count in 2_usize..18,
        there in proptest::collection::vec(0_usize..18, 0..18),
        open in proptest::collection::vec(0_usize..18, 0..6),
        away in proptest::collection::vec(0_usize..18, 0..4),
        forced in proptest::option::of(0_usize..18),
        views in proptest::collection::vec((0_usize..18, proptest::collection::vec(0_usize..18, 1..5)), 0..4),
    ) {
        let mut world = World::new("c", count).present(there);
        for number in open.into_iter().filter(|number| *number < count) {
            world.ask(Command::SetMic { site: site(number), mic: Mic::Open });
        }
        for (viewer, shown) in views.into_iter().filter(|(viewer, _)| *viewer < count) {
            let cell = |number: usize| Cell { x: 0, y: 0, w: 500, h: 500, source: CellSource::Site { site: site(number % count) } };
            let layout = Layout { name: "多".to_owned(), cells: shown.into_iter().map(cell).collect() };
            world.ask(Command::SelectView { viewer: site(viewer), source: mcu_api::ViewSource::Layout { layout }, locked: false });
        }
        if let Some(number) = forced.filter(|number| *number < count) {
            world.ask(Command::BroadcastSite { site: site(number) });
        }
        for number in away.into_iter().filter(|number| *number < count) {
            world.ask(Command::HangUp { site: site(number) });
        }
        let (relay, mixer) = make(&[&world], Some(2));
        nothing_dangles(&relay, &mixer);
        prop_assert_eq!(make(&[&world], Some(2)), (relay, mixer));
    }
}

/// What is more than a main picture and a mix: content, gains, slates, audiences.
#[test]
fn content_gains_notices_and_outputs_reach_the_workers() {
    let mut world = World::new("c", 4).present(0..4);
    let cell = |x, source| Cell { x, y: 0, w: 500, h: 1000, source };
    let cells = vec![cell(0, CellSource::Content), cell(500, CellSource::Main)];
    world.ask(Command::BroadcastLayout { layout: Layout { name: "1+1".to_owned(), cells } });
    world.ask(Command::StartContent { site: site(1) });
    world.ask(Command::SetMic { site: site(1), mic: Mic::Open });
    world.ask(Command::SetGain { site: site(1), gain_db: -6 });
    world.ask(Command::Slate { site: Some(site(3)), text: Some("会议休息".to_owned()) });
    world.ask(Command::SetRecord { record: mcu_api::RecordState::Running });
    let (relay, mixer) = make(&[&world], Some(2));
    let route = |seat: &str| relay.routes.iter().find(|route| route.seat.0 == seat).unwrap();
    let content = mcu_media_api::SourceId::from("c/site/s1/content");
    assert_eq!((route("c/site/s1").content.clone(), route("c/site/s2").content.as_ref()), (None, Some(&content)));
    assert_eq!(route("c/monitor/program").content.as_ref(), Some(&content));
    assert_eq!(route("c/output/record").main, route("c/site/s2").main);
    let tap = relay.taps.iter().find(|tap| tap.source == content).unwrap();
    let codec = |mixer: &MixerWanted| mixer.inputs.iter().find(|input| input.source == content).unwrap().codec;
    assert_eq!(codec(&mixer), Codec::H264, "nothing is known of it");
    let vp8: BTreeMap<SeatId, Codec> = [(SeatId::from("c/site/s1"), Codec::H264)].into();
    assert_eq!(codec(&make_for(&[&world], Some(2), &vp8, &BTreeMap::new()).1), Codec::Vp8, "as its own codec is reported");
    let shown = mixer.composites.iter().flat_map(|composite| &composite.cells);
    assert!(shown.into_iter().any(|cell| matches!(cell.content, CellContent::Picture { ssrc, .. } if ssrc == tap.ssrc)));
    let sound = mixer.inputs.iter().find(|input| input.source.0 == "c/site/s1/sound").unwrap();
    assert_eq!(mixer.sounds.iter().map(|row| (row.ssrc, row.gain_db)).collect::<Vec<_>>(), [(sound.ssrc, -6)]);
    let words = |cell: &mcu_media_api::Cell| matches!(&cell.content, CellContent::Slate(slate) if slate.title == "会议休息");
    let slate = mixer.composites.iter().find(|composite| composite.cells.iter().any(words)).unwrap();
    assert_eq!(route("c/site/s3").main.as_ref(), Some(&slate.source));
}

#[test]
fn an_interpreter_is_mixed_over_the_lowered_floor_and_without_listeners_not_at_all() {
    let mut world = World::new("c", 5).present(0..5);
    let language = LanguageId::new("en").unwrap();
    let channel = Channel { language: language.clone(), name: "英语".to_owned(), name_en: "English".to_owned() };
    world.ask(Command::OpenChannels { languages: vec![channel] });
    world.ask(Command::SetInterpreter { site: site(1), language: Some(language.clone()) });
    world.ask(Command::SetMic { site: site(1), mic: Mic::Open });
    world.ask(Command::SetGain { site: site(1), gain_db: 3 });
    let (relay, mixer) = make(&[&world], Some(2));
    nothing_dangles(&relay, &mixer);
    assert!(mixer.sounds.is_empty() && mixer.inputs.iter().all(|input| input.source.0 != "c/site/s1/sound"));
    for number in [3, 4] {
        world.ask(Command::SetLanguage { site: site(number), language: Some(language.clone()) });
    }
    let (relay, mixer) = make(&[&world], Some(2));
    nothing_dangles(&relay, &mixer);
    let ssrc = |number: usize| mixer.inputs.iter().find(|input| input.source.0 == format!("c/site/s{number}/sound")).unwrap().ssrc;
    let mix = mixer.mixes.iter().find(|mix| mix.source.0 == "c/mix/channel~en").unwrap();
    assert_eq!(mix.members, [ssrc(0), ssrc(1)]);
    assert_eq!(mix.gains, [MemberGain { ssrc: ssrc(0), gain_db: -12 }]);
    assert_eq!(mixer.sounds.iter().map(|row| (row.ssrc, row.gain_db)).collect::<Vec<_>>(), [(ssrc(1), 3)]);
    let hears = |number: usize| {
        let seat = format!("c/site/s{number}");
        relay.routes.iter().find(|route| route.seat.0 == seat).unwrap().sound.clone().map(|sound| sound.0)
    };
    assert_eq!([hears(1), hears(2)], [Some("c/mix/all".to_owned()), Some("c/mix/all".to_owned())]);
    assert_eq!([hears(3), hears(4)], [Some("c/mix/channel~en".to_owned()), Some("c/mix/channel~en".to_owned())]);
}

#[test]
fn one_room_hears_who_speaks_to_it_over_the_lowered_conference_and_nobody_else_does() {
    let mut world = World::new("c", 4).present(0..4);
    let world_id = world.id.clone();
    world.ask(Command::SetMic { site: site(2), mic: Mic::Open });
    let seat = |number| site_seat(&world_id, &site(number));
    let voice = talkback_seat(&world_id, &site(1));
    let make = |world: &World, speaks: bool| {
        let speaking = if speaks { BTreeSet::from([voice.clone(), seat(3)]) } else { BTreeSet::new() };
        make_with(&[world], Some(2), &BTreeMap::new(), &BTreeMap::new(), &speaking)
    };
    let (before, _) = make(&world, false);
    let (relay, mixer) = make(&world, true);
    nothing_dangles(&relay, &mixer);
    let tap = |source: &mcu_media_api::SourceId| relay.taps.iter().find(|tap| tap.source == *source).unwrap().ssrc;
    let changed: Vec<_> = relay.routes.iter().filter(|route| !before.routes.contains(route)).collect();
    let [route] = changed[..] else { panic!("{changed:?}") };
    assert_eq!(route.seat, seat(1), "what the others hear is as before");
    let mix = mixer.mixes.iter().find(|mix| Some(&mix.source) == route.sound.as_ref()).unwrap();
    let floor = [tap(&seat(0).sound()), tap(&seat(2).sound())];
    assert_eq!(mix.members, [floor[0], floor[1], tap(&voice.sound())]);
    assert_eq!(mix.gains, floor.map(|ssrc| MemberGain { ssrc, gain_db: -12 }));
    assert!(relay.open_sounds.contains(&voice.sound()));
    let heard = mixer.mixes.iter().filter(|mix| mix.members.contains(&tap(&voice.sound()))).count();
    assert_eq!(heard, 1);
    // The room's microphone opens: from then on everybody would hear.
    world.ask(Command::SetMic { site: site(1), mic: Mic::Open });
    assert_eq!(make(&world, true), make(&world, false));
}

#[test]
fn who_cannot_decode_a_picture_gets_it_in_a_codec_of_its_own_made_once() {
    let mut world = World::new("c", 4).present(0..4);
    world.ask(Command::BroadcastSite { site: site(1) });
    let seat = |number: usize| SeatId(format!("c/site/s{number}"));
    let codecs: BTreeMap<SeatId, Codec> = (0..4).map(|number| (seat(number), Codec::H264)).collect();
    let watched_in: BTreeMap<SeatId, Codec> = [(seat(0), Codec::H264), (seat(2), Codec::Vp8), (seat(3), Codec::Vp8)].into();
    let (relay, mixer) = make_for(&[&world], Some(2), &codecs, &watched_in);
    let main = |number: usize| relay.routes.iter().find(|route| route.seat == seat(number)).unwrap().main.clone().unwrap();
    assert_eq!(main(0).0, "c/site/s1/main");
    assert_eq!((main(2).0.as_str(), main(3).0.as_str()), ("c/composite/in~vp8~site~s1", "c/composite/in~vp8~site~s1"));
    let made: Vec<_> = mixer.composites.iter().filter(|made| made.codec == Codec::Vp8).collect();
    let [own] = made[..] else { panic!("{made:?}") };
    assert_eq!((own.width_px, own.cells.len()), (1280, 1));
    let CellContent::Picture { ssrc, caption: None, .. } = &own.cells[0].content else { panic!("the plain picture") };
    assert!(relay.taps.iter().any(|tap| tap.ssrc == *ssrc && tap.layer == Layer::High && tap.source.0 == "c/site/s1/main"));
    assert!(relay.feeds.iter().any(|feed| feed.ssrc == own.ssrc && feed.codec == Codec::Vp8));
    nothing_dangles(&relay, &mixer);

    // A multi-picture too, beside the one that the others see.
    world.ask(Command::CancelBroadcast {});
    let watched_in: BTreeMap<SeatId, Codec> = [(seat(0), Codec::Vp8)].into();
    let (relay, mixer) = make_for(&[&world], Some(2), &codecs, &watched_in);
    let main = relay.routes.iter().find(|route| route.seat == seat(0)).unwrap().main.clone().unwrap();
    assert!(main.0.starts_with("c/composite/in~vp8~auto"), "{main}");
    nothing_dangles(&relay, &mixer);
}

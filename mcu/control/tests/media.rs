//! Control between people and workers: sessions, wanted states, reports.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod support;

use futures_util::StreamExt;
use mcu_api::{Command, ConferencePhase, ConferenceSnapshot, Connection, Forced, Meter, Mic, ServerMessage, SiteFault, Told};
use mcu_media_api::{
    CellContent, Codec, CompositeReport, FromMixer, InputReport, Layer, Level, MixerReported, MixerWanted, PictureFault, SlateReason,
    SourceId,
};
use reqwest::header::HeaderValue;
use support::{FakeMixer, FakeRelay, Mcu, PATIENCE, conference, opening, plain, site, until};

async fn snapshot_when(mcu: &Mcu, what: &str, so: impl Fn(&ConferenceSnapshot) -> bool) -> ConferenceSnapshot {
    let operator = mcu.operator();
    until(what, || async { operator.snapshot(&conference()).await.ok().filter(|snapshot| so(snapshot)) }).await
}

async fn mcu_with_workers() -> (Mcu, FakeRelay, FakeMixer) {
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let relay = FakeRelay::dial(&mcu.socket(), "relay-1").await;
    let mixer = FakeMixer::dial(&mcu.socket(), "mixer-1", 40_101).await;
    (mcu, relay, mixer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_joins_through_whip_and_whep() {
    let (mcu, mut relay, _mixer) = mcu_with_workers().await;
    snapshot_when(&mcu, "the relay is up", |snapshot| snapshot.workers[0].up).await;
    let token = mcu.site_token("guiyang");
    let serving = tokio::spawn(async move {
        loop {
            relay.serve_one().await;
            if !relay.closed.is_empty() {
                return relay;
            }
        }
    });
    let publish = mcu.post_sdp("/whip/weekly/sites/guiyang", &token).await;
    assert_eq!(publish.status(), 201);
    assert_eq!(publish.headers()["content-type"], "application/sdp");
    let location = publish.headers()["location"].to_str().unwrap().to_owned();
    assert!(publish.text().await.unwrap().contains("answer"));
    snapshot_when(&mcu, "one way", |snapshot| snapshot.sites[1].connection == Connection::Joining).await;
    assert_eq!(mcu.post_sdp("/whep/weekly/sites/guiyang", &token).await.status(), 201);
    let joined = snapshot_when(&mcu, "both ways", |snapshot| snapshot.sites[1].connection == Connection::Joined).await;
    assert!(joined.sites[1].picture && joined.sites[1].sound && joined.sites[1].bit_rate_bps == 1_500_000);

    let restart = |token: &str, words: &'static str| {
        let request = reqwest::Client::new().patch(format!("{}{location}", mcu.base)).bearer_auth(token);
        request.header("content-type", "application/trickle-ice-sdpfrag").header("if-match", "*").body(words).send()
    };
    let restarted = restart(&token, "a=ice-ufrag:new\r\na=ice-pwd:secret\r\n").await.unwrap();
    assert_eq!((restarted.status().as_u16(), &restarted.headers()["etag"]), (200, &HeaderValue::from_static("\"other\"")));
    assert_eq!(restarted.headers()["content-type"], "application/trickle-ice-sdpfrag");
    assert_eq!(restarted.text().await.unwrap(), "a=ice-ufrag:other\r\n");
    assert_eq!(restart(&token, "a=candidate:1\r\n").await.unwrap().status(), 400);
    assert_eq!(restart(&mcu.site_token("anren"), "a=ice-ufrag:new\r\n").await.unwrap().status(), 403);

    let delete = |token: &str| reqwest::Client::new().delete(format!("{}{location}", mcu.base)).bearer_auth(token).send();
    assert_eq!(delete(&mcu.site_token("anren")).await.unwrap().status(), 403);
    assert_eq!(delete(&token).await.unwrap().status(), 200);
    serving.await.unwrap();
    assert_eq!(delete(&token).await.unwrap().status(), 404);
    assert_eq!(restart(&token, "a=ice-ufrag:new\r\n").await.unwrap().status(), 404);
    snapshot_when(&mcu, "one way again", |snapshot| snapshot.sites[1].connection == Connection::Joining).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_which_nothing_is_heard_is_told_before_its_sessions_end() {
    let (mcu, mut relay, _mixer) = mcu_with_workers().await;
    relay.join("guiyang", Codec::H264).await;
    snapshot_when(&mcu, "joined", |snapshot| snapshot.sites[1].connection == Connection::Joined).await;
    relay.fall_silent("guiyang", 3_000).await;
    snapshot_when(&mcu, "nothing sent", |snapshot| snapshot.sites[1].connection == Connection::Joining).await;
    relay.fall_silent("guiyang", 4_000).await;
    let gone = snapshot_when(&mcu, "line lost", |snapshot| snapshot.sites[1].connection == Connection::Offline).await;
    assert!(!gone.sites[1].picture && !gone.sites[1].sound);
    relay.fall_silent("guiyang", 10).await;
    snapshot_when(&mcu, "back", |snapshot| snapshot.sites[1].connection == Connection::Joined).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_become_routes_composites_and_mixes() {
    let (mcu, mut relay, mut mixer) = mcu_with_workers().await;
    for name in ["hall", "guiyang", "anren"] {
        relay.join(name, if name == "anren" { Codec::Vp8 } else { Codec::H264 }).await;
    }
    // Low for the wall of three, a sound, mid of two for the hall's picture, and high of the hall for who cannot decode it.
    relay.until_wanted("branches see the hall", |wanted| wanted.taps.len() == 7).await;
    assert_eq!(relay.route("anren").unwrap().0.unwrap(), "weekly/composite/in~vp8~site~hall", "the hall in its own codec");
    assert_eq!(relay.route("guiyang"), Some((Some("weekly/site/hall/main".to_owned()), Some("weekly/mix/all".to_owned()))));
    assert_eq!(relay.route("hall"), Some((Some("weekly/composite/auto-hall".to_owned()), None)));
    assert_eq!(relay.wanted.open_sounds, [SourceId::from("weekly/site/hall/sound")]);

    mixer.until_wanted("the wall and the automatic picture", |wanted| wanted.composites.len() == 3 && wanted.inputs.len() == 7).await;
    let wanted = mixer.wanted.clone().unwrap();
    let wall = wanted.composites.iter().find(|composite| composite.source.0 == "weekly/composite/wall").unwrap();
    assert_eq!((wall.width_px, wall.height_px, wall.fps), (1280, 720, 15));
    assert!(matches!(&wall.cells[3].content, CellContent::Slate(slate) if slate.reason == SlateReason::Absent && slate.title == "临武县"));
    assert!(matches!(wall.cells[4].content, CellContent::Revision(_)));
    let codec = |name: &str| wanted.inputs.iter().find(|input| input.source.0 == format!("weekly/site/{name}/main")).unwrap().codec;
    assert_eq!((codec("anren"), codec("hall")), (Codec::Vp8, Codec::H264));
    for tap in &relay.wanted.taps {
        assert!(wanted.inputs.iter().any(|input| input.ssrc == tap.ssrc && input.source == tap.source), "{tap:?}");
        assert_eq!(tap.to.port(), 40_101);
    }
    for feed in &relay.wanted.feeds {
        let made = wanted.composites.iter().any(|made| made.source == feed.source && made.ssrc == feed.ssrc)
            || wanted.mixes.iter().any(|made| made.source == feed.source && made.ssrc == feed.ssrc);
        assert!(made, "{feed:?}");
    }
    assert!(relay.wanted.taps.iter().any(|tap| tap.source.0 == "weekly/site/anren/main" && tap.layer == Layer::Low));
    assert!(relay.wanted.taps.iter().any(|tap| tap.source.0 == "weekly/site/anren/main" && tap.layer == Layer::Mid));

    mcu.operator().command(&conference(), &plain(Command::BroadcastSite { site: site("anren") })).await.unwrap();
    relay
        .until_wanted("all see anren", |wanted| wanted.routes[0].main == Some(SourceId::from("weekly/composite/in~h264~site~anren")))
        .await;
    assert_eq!(relay.route("guiyang").unwrap().0.unwrap(), "weekly/composite/in~h264~site~anren");
    assert_eq!(relay.route("anren").unwrap().0.unwrap(), "weekly/composite/in~vp8~site~hall");
    mcu.operator().command(&conference(), &plain(Command::SetMic { site: site("guiyang"), mic: Mic::Open })).await.unwrap();
    relay.until_wanted("guiyang is open", |wanted| wanted.open_sounds.len() == 2).await;
    assert_eq!(relay.route("guiyang").unwrap().1.unwrap(), "weekly/mix/minus-guiyang");

    relay.leave("anren").await;
    relay.until_wanted("the slate", |wanted| wanted.routes[0].main == Some(SourceId::from("weekly/composite/slate-anren"))).await;
    let gone = snapshot_when(&mcu, "offline", |snapshot| snapshot.sites[2].connection == Connection::Offline).await;
    assert_eq!(gone.forced, Some(Forced::Site { site: site("anren") }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mixer_that_comes_back_elsewhere_is_told_and_so_is_the_relay() {
    let (mcu, mut relay, mut mixer) = mcu_with_workers().await;
    relay.join("hall", Codec::H264).await;
    relay.join("guiyang", Codec::H264).await;
    let to = |port: u16| {
        move |wanted: &mcu_media_api::RelayWanted| wanted.taps.len() == 3 && wanted.taps.iter().all(|tap| tap.to.port() == port)
    };
    relay.until_wanted("taps to the first mixer", to(40_101)).await;
    mixer.until_wanted("two pictures and a sound", |wanted| wanted.inputs.len() == 3).await;
    let before = mixer.wanted.clone().unwrap();
    drop(mixer);
    snapshot_when(&mcu, "the mixer is gone", |snapshot| !snapshot.workers[1].up).await;
    let mut mixer = FakeMixer::dial(&mcu.socket(), "mixer-2", 40_102).await;
    relay.until_wanted("taps to the second mixer", to(40_102)).await;
    mixer.until_wanted("the same work", |wanted| wanted.composites == before.composites && wanted.inputs == before.inputs).await;
    snapshot_when(&mcu, "both are current", |snapshot| snapshot.workers.iter().all(|worker| worker.up && worker.current)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_of_control_nothing_changes_for_the_workers() {
    let (mcu, mut relay, mut mixer) = mcu_with_workers().await;
    for name in ["hall", "guiyang", "anren"] {
        relay.join(name, Codec::H264).await;
    }
    mcu.operator().command(&conference(), &plain(Command::SetMic { site: site("anren"), mic: Mic::Open })).await.unwrap();
    relay.until_wanted("all is wanted", |wanted| wanted.open_sounds.len() == 2 && wanted.taps.len() >= 7).await;
    mixer.until_wanted("all is wanted", |wanted| wanted.mixes.len() == 3 && wanted.composites.len() == 2).await;
    let (relay_before, mixer_before) = (relay.wanted.clone(), mixer.wanted.clone().unwrap());

    let mcu = mcu.restart().await;
    // The relay is back first; without the mixer it must not be told to drop the mixer's taps.
    let mut relay = relay.redial(&mcu.socket(), "relay-1").await;
    snapshot_when(&mcu, "the relay's sessions are adopted", |snapshot| snapshot.sites[1].connection == Connection::Joined).await;
    let mut mixer = FakeMixer::dial(&mcu.socket(), "mixer-1", 40_101).await;
    relay.until_wanted("a wanted state of the second run", |wanted| wanted.revision > relay_before.revision).await;
    mixer.until_wanted("a wanted state of the second run", |wanted| wanted.revision > mixer_before.revision).await;
    let mut relay_after = relay.wanted.clone();
    relay_after.revision = relay_before.revision;
    assert_eq!(relay_after, relay_before);
    let mut mixer_after = mixer.wanted.clone().unwrap();
    mixer_after.revision = mixer_before.revision;
    assert_eq!(mixer_after, mixer_before);
    // A session opened before the restart still ends on its site's word.
    let delete = reqwest::Client::new().delete(format!("{}/sessions/guiyang-Publish", mcu.base)).bearer_auth(mcu.site_token("guiyang"));
    assert_eq!(delete.send().await.unwrap().status(), 200);
    relay.serve_one().await;
    assert_eq!(relay.closed.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_meters_and_tally_are_told() {
    let (mcu, mut relay, mut mixer) = mcu_with_workers().await;
    for name in ["hall", "guiyang", "anren"] {
        relay.join(name, Codec::H264).await;
    }
    let operator = mcu.operator();
    let mut events = operator.events(&conference()).await.unwrap();
    let Some(Ok(Told::Message(ServerMessage::Snapshot(first)))) = events.next().await else { panic!("the snapshot comes first") };
    assert_eq!(first.rev.0, 1);
    operator.command(&conference(), &plain(Command::SetMic { site: site("anren"), mic: Mic::Open })).await.unwrap();
    let order = tokio::time::timeout(PATIENCE, async {
        let mut seen = Vec::new();
        while let Some(Ok(told)) = events.next().await {
            match told {
                Told::Message(ServerMessage::Event(envelope)) => seen.push(("event", envelope.rev.0)),
                Told::Message(ServerMessage::Snapshot(snapshot)) if snapshot.rev.0 == 2 => {
                    seen.push(("snapshot", 2));
                    break;
                }
                Told::Message(ServerMessage::Snapshot(_) | ServerMessage::Heartbeat { .. }) | Told::Meters(_) => {}
            }
        }
        seen
    });
    assert_eq!(order.await.unwrap(), [("event", 2), ("snapshot", 2)]);

    let room = mcu_api::Client::new(&mcu.base, &mcu.site_token("hall"), None).unwrap();
    let mut feed = Box::pin(room.site_feed(&conference(), &site("hall")).await.unwrap());
    let first = feed.next().await.unwrap().unwrap();
    assert!(first.seated && first.mic == Mic::Open && first.phase == ConferencePhase::Running);
    for name in ["guiyang", "anren"] {
        relay.show(name, "weekly/site/hall/main").await;
    }
    let auto_of = |wanted: &MixerWanted| wanted.composites.iter().find(|composite| composite.source.0.ends_with("auto-hall")).cloned();
    mixer.until_wanted("the automatic picture", |wanted| auto_of(wanted).is_some()).await;
    let wanted = mixer.wanted.clone().unwrap();
    let auto = auto_of(&wanted).unwrap();
    let CellContent::Picture { ssrc, .. } = auto.cells[1].content else { panic!("a picture") };
    let report = CompositeReport { source: auto.source.clone(), fps: 30.0, encoder: "x264enc".to_owned(), showing: vec![ssrc] };
    let faulty =
        InputReport { ssrc, age_ms: Some(5), size_px: Some((640, 360)), decoded: 9, faults: vec![PictureFault::Black { for_s: 8 }] };
    let reported = MixerReported { revision: wanted.revision, composites: vec![report], inputs: vec![faulty], ..MixerReported::default() };
    mixer.say(FromMixer::Reported(reported)).await;
    relay.show("hall", "weekly/composite/auto-hall").await;
    let told = tokio::time::timeout(PATIENCE, async {
        loop {
            let feed = feed.next().await.unwrap().unwrap();
            if feed.tally.on_air && feed.tally.sees.is_some() {
                return feed;
            }
        }
    });
    assert_eq!(told.await.unwrap().tally.sees.as_deref(), Some("layout:auto"));
    let seen = snapshot_when(&mcu, "anren is seen in the hall", |snapshot| snapshot.sites[2].tally.seen).await;
    assert!(!seen.sites[2].tally.on_air && !seen.sites[1].tally.seen, "guiyang's cell shows its slate");
    assert_eq!(seen.sites[2].faults, [SiteFault::PictureBlack { for_s: 8 }]);
    assert!(seen.sites[1].faults.is_empty());
    let encoders: Vec<_> = seen.workers.iter().flat_map(|worker| &worker.encoders).collect();
    assert_eq!(encoders, ["x264enc"]);

    let level = Level { source: SourceId::from("weekly/site/anren/sound"), rms_dbfs: -20, peak_dbfs: -6, rank: None };
    mixer.say(FromMixer::Levels(vec![level])).await;
    let meters = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Told::Meters(meters) = events.next().await.unwrap().unwrap() {
                return meters;
            }
        }
    });
    let meters = meters.await.unwrap();
    assert_eq!((meters.len(), meters[2]), (4, Meter { rms_dbfs: -20, peak_dbfs: -6 }));
    assert_eq!(meters[0], Meter { rms_dbfs: -127, peak_dbfs: -127 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_signs_its_socket_by_subprotocol() {
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let token = mcu.keys.token("operator", &support::OPERATOR, None);
    let mut request = format!("ws{}/api/conferences/weekly/events", mcu.base.strip_prefix("http").unwrap()).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", format!("bearer, {token}").parse().unwrap());
    let (mut socket, response) = tokio_tungstenite::connect_async(request).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "bearer");
    assert!(socket.next().await.unwrap().unwrap().to_text().unwrap().starts_with(r#"{"type":"snapshot""#));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ends_with_its_token() {
    let mcu = Mcu::start().await;
    mcu.operator().open(&opening()).await.unwrap();
    let soon = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 1;
    let rights = vec![access_token::right::CONFERENCE_VIEW.to_owned()];
    let claims = access_token::Claims { sub: "x".to_owned(), rights, site: None, exp: soon };
    let client = mcu_api::Client::new(&mcu.base, &mcu.keys.console.sign(&claims).unwrap(), None).unwrap();
    let mut events = client.events(&conference()).await.unwrap();
    let ended = tokio::time::timeout(PATIENCE, async { while let Some(Ok(_)) = events.next().await {} });
    assert!(ended.await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_on_the_control_socket_gets_nothing() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mcu = Mcu::start().await;
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(mcu.socket()).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let mut stream = tokio::net::UnixStream::connect(mcu.socket()).await.unwrap();
    stream.write_all(&[0, 0, 0, 2, b'{', b'}']).await.unwrap();
    let mut read = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut read)).await.unwrap().unwrap();
    assert!(read.is_empty());
}

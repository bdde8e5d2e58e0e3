//! Sessions from end to end: the real program, real sockets, and strangers as clients.

mod common;

use common::{client::Client, control::Rig, route, until};
use mcu_media_api::{Layer, Role, Route, SessionId, SessionState, SourceId, ToRelay};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watcher_sees_two_publishers_in_turn_each_from_a_key_frame() {
    let mut rig = Rig::start().await;
    let (_a, sends_a) = rig.publisher("pub-a", "c/site/a", 0xA1).await;
    let (_b, _sends_b) = rig.publisher("pub-b", "c/site/b", 0xB2).await;
    rig.control.until_state("pub-a", SessionState::Connected).await;
    rig.control.want(|wanted| wanted.routes = vec![route("c/site/w", "c/site/a/main", "c/site/a/sound")]).await;
    let watching = rig.watcher("watch", "c/site/w").await;
    rig.control.until_shown("watch", "c/site/a/main").await;
    until("pictures of a", || watching.video().len() > 30).await;
    assert!(sends_a.key_requests.load(std::sync::atomic::Ordering::Relaxed) > 0, "a key frame was asked for");
    assert!(watching.audio().is_empty(), "a closed sound leaks nothing");

    rig.control
        .want(|wanted| {
            wanted.routes = vec![route("c/site/w", "c/site/b/main", "c/site/b/sound")];
            wanted.open_sounds = vec![SourceId::from("c/site/b/sound")];
        })
        .await;
    rig.control.until_shown("watch", "c/site/b/main").await;
    let before = watching.video().len();
    until("pictures and sound of b", || watching.video().len() > before + 30 && watching.audio().len() > 30).await;

    let video = watching.video();
    let change = video.iter().position(|got| got.mark() == 0xB2).unwrap();
    assert!(video.iter().take(change).all(|got| got.mark() == 0xA1), "all of a before all of b");
    assert!(video.iter().skip(change).all(|got| got.mark() == 0xB2));
    for first in [0, change] {
        assert_eq!(video[first].payload[0] & 0x1F, 7, "a source begins with its parameter sets");
        assert_eq!(video[first + 2].payload[0] & 0x1F, 5, "and its key frame");
    }
    for pair in video.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1), "no gap in the numbers");
        assert!((pair[1].timestamp.wrapping_sub(pair[0].timestamp) as i32) >= 0, "time runs on");
        assert_eq!(pair[1].ssrc, pair[0].ssrc);
    }
    assert!(watching.audio().iter().all(|got| got.mark() == 0xB2));
    let report = rig.control.session("pub-a").unwrap();
    assert!(report.sound && report.layers.len() == 1, "{report:?}");
    // The library reports transport-wide, so the watcher's line becomes known, and loopback limits nothing.
    rig.control.until_line("watch").await;
    let report = rig.control.session("watch").unwrap();
    assert!(report.line_bps.is_some_and(|bps| bps > 5_000), "{report:?}");
    assert_eq!(report.shown.and_then(|shown| shown.limited), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_fingerprint_ends_the_session() {
    let rig = Rig::start().await;
    let client = Client::new().await;
    client.watch().await;
    let offer = client.offer().await;
    let line = offer.lines().find(|line| line.starts_with("a=fingerprint:sha-256 ")).unwrap().to_owned();
    let digits = line.rsplit(' ').next().unwrap();
    let wrong: Vec<&str> = std::iter::repeat_n("5A", digits.split(':').count()).collect();
    let answer = rig.control.open("liar", "c/site/x", Role::Watch, offer.replace(digits, &wrong.join(":"))).await.unwrap();
    client.accept(&answer.sdp).await;
    rig.control.until_state("liar", SessionState::Gone { reason: "fingerprint mismatch".to_owned() }).await;
    assert_eq!(rig.control.heard.lock().unwrap().reported.handshakes, 0);
}

fn gone(reason: &str) -> SessionState {
    SessionState::Gone { reason: reason.to_owned() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_is_taken_over_by_a_connection_and_not_by_an_offer() {
    let mut rig = Rig::start().await;
    let (_first, _sends) = rig.publisher("first", "c/site/a", 1).await;
    rig.control.want(|wanted| wanted.routes = vec![route("c/site/w", "c/site/a/main", "c/site/a/sound")]).await;
    let watching = rig.watcher("watch", "c/site/w").await;
    rig.control.until_shown("watch", "c/site/a/main").await;

    let stray = Client::new().await;
    let _tracks = stray.add_tracks(9).await;
    rig.control.open("stray", "c/site/a", Role::Publish, stray.offer().await).await.unwrap();
    let before = watching.video().len();
    until("the picture to go on", || watching.video().len() > before + 30).await;
    assert_eq!(rig.control.session("first").unwrap().state, SessionState::Connected, "a stray offer changes nothing");

    let (_second, _sends) = rig.publisher("second", "c/site/a", 2).await;
    rig.control.until_state("first", gone("replaced")).await;
    rig.control.until_state("stray", gone("replaced")).await;
    until("the picture of the second", || watching.video().last().is_some_and(|got| got.mark() == 2)).await;
    let video = watching.video();
    let change = video.iter().position(|got| got.mark() == 2).unwrap();
    assert_eq!(video[change].payload[0] & 0x1F, 7, "the route healed at a key frame");
    assert!(video.windows(2).all(|pair| pair[1].sequence == pair[0].sequence.wrapping_add(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_go_on_while_control_is_away_and_it_hears_everything_when_it_is_back() {
    let mut rig = Rig::start().await;
    let (_publisher, _sends) = rig.publisher("pub", "c/site/a", 1).await;
    rig.control.want(|wanted| wanted.routes = vec![route("c/site/w", "c/site/a/main", "c/site/a/sound")]).await;
    let watching = rig.watcher("watch", "c/site/w").await;
    rig.control.until_shown("watch", "c/site/a/main").await;
    let instance = rig.control.heard.lock().unwrap().hello.clone().unwrap().instance;
    let before = watching.video().len();

    rig.control.restart();
    let heard = rig.control.heard.clone();
    until("the relay to be back at control", || heard.lock().unwrap().reports > 0).await;
    until("pictures", || watching.video().len() > before + 30).await;
    {
        let heard = heard.lock().unwrap();
        assert_eq!(heard.hello.as_ref().unwrap().instance, instance, "the same run of the program");
        assert_eq!((heard.reported.revision, heard.reported.handshakes), (1, 2), "no new handshake");
        assert!(heard.reported.sessions.iter().all(|session| session.state == SessionState::Connected));
    }
    let video = watching.video();
    assert!(video.windows(2).all(|pair| pair[1].sequence == pair[0].sequence.wrapping_add(1)), "not one packet is missing");

    rig.control.say(ToRelay::Close { session: SessionId::from("watch") });
    rig.control.until_state("watch", gone("closed by control")).await;
    let refused = rig.control.open("odd", "c/site/x", Role::Watch, "nonsense".to_owned()).await.unwrap_err();
    assert_eq!(refused.kind, mcu_media_api::RefusalKind::MalformedSdp);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_layers_by_rid_are_told_apart_and_the_route_s_limit_holds() {
    let mut rig = Rig::start().await;
    let client = Client::new().await;
    let layers = client.add_layers().await;
    let answer = rig.control.open("pub", "c/site/a", Role::Publish, client.offer().await).await.unwrap();
    assert!(answer.sdp.contains("a=simulcast:recv"), "{}", answer.sdp);
    client.accept(&answer.sdp).await;
    client.until_connected().await;
    let _sends = layers.publish(&client).await;
    let limited = |layer| Route { max_layer: layer, ..route("c/site/w", "c/site/a/main", "c/site/a/sound") };
    rig.control.want(|wanted| wanted.routes = vec![limited(Layer::Mid)]).await;
    let watching = rig.watcher("watch", "c/site/w").await;
    for (layer, mark) in [(Layer::Mid, 1), (Layer::Low, 2), (Layer::High, 0)] {
        rig.control.want(|wanted| wanted.routes = vec![limited(layer)]).await;
        until("the layer", || watching.video().last().is_some_and(|got| got.mark() == mark)).await;
        until("its report", || rig.control.session("watch").unwrap().shown.unwrap().layer == Some(layer)).await;
    }
    let listed: Vec<Layer> = rig.control.session("pub").unwrap().layers.iter().map(|report| report.layer).collect();
    assert_eq!(listed, [Layer::High, Layer::Mid, Layer::Low]);
    assert!(watching.video().windows(2).all(|pair| pair[1].sequence == pair[0].sequence.wrapping_add(1)));
}

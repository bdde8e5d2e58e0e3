//! Sessions from end to end: the real program, real sockets, and strangers as clients.

mod common;

use common::{
    client::{Client, Got, Publishing, publish},
    control::Rig,
    until,
};
use mcu_media_api::{Layer, Role, Route, SeatId, SessionState, SourceId};

fn route(seat: &str, main: &str, sound: &str) -> Route {
    Route {
        seat: SeatId::from(seat),
        main: Some(SourceId::from(main)),
        content: None,
        sound: Some(SourceId::from(sound)),
        max_layer: Layer::High,
    }
}

async fn publisher(rig: &Rig, session: &str, seat: &str, mark: u8) -> (Client, Publishing) {
    let client = Client::new().await;
    let tracks = client.add_tracks(mark).await;
    let answer = rig.control.open(session, seat, Role::Publish, client.offer().await).await.unwrap();
    client.accept(&answer.sdp).await;
    client.until_connected().await;
    (client, publish(tracks))
}

async fn watcher(rig: &Rig, session: &str, seat: &str) -> Client {
    let client = Client::new().await;
    client.watch().await;
    let answer = rig.control.open(session, seat, Role::Watch, client.offer().await).await.unwrap();
    client.accept(&answer.sdp).await;
    client.until_connected().await;
    client
}

fn mark(got: &Got) -> u8 {
    *got.payload.last().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watcher_sees_two_publishers_in_turn_each_from_a_key_frame() {
    let mut rig = Rig::start().await;
    let (_a, sends_a) = publisher(&rig, "pub-a", "c/site/a", 0xA1).await;
    let (_b, _sends_b) = publisher(&rig, "pub-b", "c/site/b", 0xB2).await;
    rig.control.until_state("pub-a", SessionState::Connected).await;
    rig.control.want(|wanted| wanted.routes = vec![route("c/site/w", "c/site/a/main", "c/site/a/sound")]).await;
    let watching = watcher(&rig, "watch", "c/site/w").await;
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
    let change = video.iter().position(|got| mark(got) == 0xB2).unwrap();
    assert!(video.iter().take(change).all(|got| mark(got) == 0xA1), "all of a before all of b");
    assert!(video.iter().skip(change).all(|got| mark(got) == 0xB2));
    for first in [0, change] {
        assert_eq!(video[first].payload[0] & 0x1F, 7, "a source begins with its parameter sets");
        assert_eq!(video[first + 2].payload[0] & 0x1F, 5, "and its key frame");
    }
    for pair in video.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1), "no gap in the numbers");
        assert!((pair[1].timestamp.wrapping_sub(pair[0].timestamp) as i32) >= 0, "time runs on");
        assert_eq!(pair[1].ssrc, pair[0].ssrc);
    }
    assert!(watching.audio().iter().all(|got| mark(got) == 0xB2));
    let report = rig.control.session("pub-a").unwrap();
    assert!(report.sound && report.layers.len() == 1, "{report:?}");
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

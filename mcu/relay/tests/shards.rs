//! One relay on two threads: what publishes at one port is watched at the other.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{PATIENCE, control::Rig, route, until};
use mcu_media_api::{Layer, SessionState, SourceId, Tap, ToRelay};

const TWO: &str = "media = \"127.0.0.1:0\"\nshards = 2\n";

/// The UDP port of an answer's candidate.
fn port_of(answer: &str) -> u16 {
    let candidate = answer.lines().find(|line| line.starts_with("a=candidate:") && line.contains(" udp ")).unwrap();
    candidate.split(' ').nth(5).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watcher_of_one_shard_sees_and_hears_a_publisher_of_the_other() {
    let mut rig = Rig::start_with(TWO).await;
    let (publisher, sends) = rig.publisher("pub", "c/site/a", 0xA1).await;
    rig.control.until_state("pub", SessionState::Connected).await;
    let sound = SourceId::from("c/site/a/sound");
    rig.control
        .want(|wanted| {
            wanted.routes = vec![route("c/site/w", "c/site/a/main", "c/site/a/sound")];
            wanted.open_sounds = vec![sound.clone()];
        })
        .await;
    let watching = rig.watcher("watch", "c/site/w").await;
    let ports = ["pub", "watch"].map(|session| port_of(&rig.control.answer_of(session)));
    assert_ne!(ports[0], ports[1], "each seat on a shard of its own");
    rig.control.until_shown("watch", "c/site/a/main").await;
    until("picture and sound", || watching.video().len() > 60 && watching.audio().len() > 30).await;
    assert!(sends.key_requests.load(std::sync::atomic::Ordering::Relaxed) > 0, "the request for a key frame came through to the camera");
    let video = watching.video();
    assert_eq!(video[0].payload[0] & 0x1F, 7, "it begins with a key frame");
    assert!(video.windows(2).all(|pair| pair[1].sequence == pair[0].sequence.wrapping_add(1)), "no gap in the numbers");
    assert!(watching.audio().iter().all(|got| got.mark() == 0xA1));

    // Closed here is closed there.
    rig.control.want(|wanted| wanted.open_sounds.clear()).await;
    let (pictures, sounds) = (watching.video().len(), watching.audio().len());
    until("pictures to go on", || watching.video().len() > pictures + 60).await;
    assert!(watching.audio().len() <= sounds + 5, "a closed microphone leaks to no shard");
    let report = rig.control.session("pub").unwrap();
    assert!(report.sound && report.layers.iter().any(|layer| layer.layer == Layer::High), "{report:?}");
    rig.control.say(ToRelay::Close { session: mcu_media_api::SessionId::from("watch") });
    rig.control.until_state("watch", SessionState::Gone { reason: "closed by control".to_owned() }).await;
    drop(publisher);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_taps_a_publisher_of_the_second_shard_and_its_key_request_arrives() {
    let mut rig = Rig::start_with(TWO).await;
    let (_first, _sends) = rig.publisher("first", "c/site/a", 1).await;
    let (_second, sends) = rig.publisher("second", "c/site/b", 2).await;
    rig.control.until_state("second", SessionState::Connected).await;
    let worker = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    worker.set_read_timeout(Some(PATIENCE)).unwrap();
    let to = worker.local_addr().unwrap();
    rig.control.want(|wanted| wanted.taps = vec![Tap { source: SourceId::from("c/site/b/main"), layer: Layer::High, to, ssrc: 77 }]).await;
    let mut datagram = [0; 2048];
    let picture = || loop {
        let (length, _) = worker.recv_from(&mut datagram).unwrap();
        if datagram[1] & 0x7F == 96 && datagram[8..12] == 77_u32.to_be_bytes() {
            return datagram[..length].last().copied();
        }
    };
    assert_eq!(tokio::task::block_in_place(picture), Some(2), "the mark of the second publisher");
    let asked = || sends.key_requests.load(std::sync::atomic::Ordering::Relaxed);
    let before = asked();
    // A PLI (RFC 4585 §6.3.1) to the one address a worker knows.
    let pli = [0x81, 206, 0, 2, 0, 0, 0, 9, 0, 0, 0, 77];
    until("the camera to be asked", || {
        worker.send_to(&pli, rig.worker_address()).unwrap();
        asked() > before
    })
    .await;
}

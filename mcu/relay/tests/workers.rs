//! Taps and feeds: plain RTP on loopback between the relay and its workers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod common;

use std::{net::UdpSocket, time::Duration};

use bytes::Bytes;
use common::{PATIENCE, control::Rig};
use mcu_media_api::{Codec, Feed, Layer, Route, SeatId, SourceId, Tap};
use mcu_relay::rtp::{OutPacket, RtpPacket, Vp8Patch, is_rtcp, rtcp};

fn worker() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn datagram(socket: &UdpSocket) -> Bytes {
    let mut bytes = vec![0; 2048];
    let (length, _) = socket.recv_from(&mut bytes).expect("a datagram within the time allowed");
    bytes.truncate(length);
    Bytes::from(bytes)
}

fn wall_clock_seconds() -> f64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tap_brings_pictures_from_a_key_frame_in_order_with_reports_of_host_time() {
    let mut rig = Rig::start().await;
    let (_client, sends) = rig.publisher("pub", "c/site/a", 7).await;
    let (pictures, sounds, closed) = (worker(), worker(), worker());
    let tap = |source: &str, socket: &UdpSocket, ssrc| Tap {
        source: SourceId::from(source),
        layer: Layer::Low,
        to: socket.local_addr().unwrap(),
        ssrc,
    };
    let picture = tap("c/site/a/main", &pictures, 5000);
    rig.control
        .want(|wanted| {
            wanted.taps = vec![picture, tap("c/site/a/sound", &sounds, 5001)];
            wanted.open_sounds = vec![SourceId::from("c/site/a/sound")];
        })
        .await;
    tokio::task::block_in_place(|| {
        let (mut packets, mut reports) = (Vec::new(), 0);
        while packets.len() < 60 {
            let bytes = datagram(&pictures);
            if is_rtcp(&bytes) {
                rtcp::read(&bytes, |part| {
                    if let rtcp::Part::SenderReport { ssrc, ntp, .. } = part {
                        assert_eq!(ssrc, 5000);
                        let seconds = ntp as f64 / 4_294_967_296.0;
                        // Monotonic time counts from the start of the machine, which was after 1971 and is never a wall clock's NTP era.
                        assert!(seconds < wall_clock_seconds() / 2.0, "host monotonic time, not wall clock");
                        reports += 1;
                    }
                });
            } else {
                assert!(reports > 0, "the first report goes ahead of the first packet");
                packets.push(RtpPacket::parse(&bytes).unwrap());
            }
        }
        assert_eq!(packets[0].payload[0] & 0x1F, 7, "begins with the parameter sets");
        assert_eq!(packets[2].payload[0] & 0x1F, 5, "of a key frame");
        for pair in packets.windows(2) {
            assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
            assert_eq!((pair[1].ssrc, *pair[1].payload.last().unwrap()), (5000, 7));
        }
        let sound = std::iter::repeat_with(|| datagram(&sounds)).find(|bytes| !is_rtcp(bytes)).unwrap();
        assert_eq!(RtpPacket::parse(&sound).unwrap().ssrc, 5001);

        // A worker that lost its picture asks by the SSRC of its tap, and the publisher hears of it.
        let before = sends.key_requests.load(std::sync::atomic::Ordering::Relaxed);
        let mut pli = Vec::new();
        rtcp::write_pli(&mut pli, 1, 5000);
        pictures.send_to(&pli, rig.worker_address()).unwrap();
        let end = std::time::Instant::now() + PATIENCE;
        while sends.key_requests.load(std::sync::atomic::Ordering::Relaxed) == before {
            assert!(std::time::Instant::now() < end, "the publisher was not asked for a key frame");
            std::thread::sleep(Duration::from_millis(5));
        }
    });

    // Closing the sound silences its tap: what is on the way ends, then nothing follows.
    rig.control.want(|wanted| wanted.taps.push(tap("c/site/a/sound", &closed, 5002))).await;
    rig.control.want(|wanted| wanted.open_sounds.clear()).await;
    tokio::task::block_in_place(|| {
        for socket in [&sounds, &closed] {
            socket.set_nonblocking(true).unwrap();
            let mut bytes = [0; 2048];
            while socket.recv(&mut bytes).is_ok() {}
            socket.set_nonblocking(false).unwrap();
        }
        // Sixty more pictures, and with them more than a second of sound, go by.
        (0..60).for_each(|_| drop(datagram(&pictures)));
        for socket in [&sounds, &closed] {
            socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
            let mut bytes = [0; 2048];
            while let Ok(length) = socket.recv(&mut bytes) {
                assert!(is_rtcp(&bytes[..length]), "a closed sound leaked");
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_reaches_a_watcher_and_is_asked_for_key_frames() {
    let mut rig = Rig::start().await;
    let mixer = worker();
    let relay = rig.worker_address();
    let feed = Feed { source: SourceId::from("c/composite/main"), ssrc: 77, codec: Codec::H264 };
    let route =
        Route { seat: SeatId::from("c/site/w"), main: Some(feed.source.clone()), content: None, sound: None, max_layer: Layer::High };
    rig.control
        .want(|wanted| {
            wanted.feeds = vec![feed];
            wanted.routes = vec![route];
        })
        .await;
    let watching = rig.watcher("watch", "c/site/w").await;

    let send = |sequence: u16, payload: &[u8]| {
        let timestamp = u32::from(sequence) * 3000;
        let packet = OutPacket {
            marker: true,
            payload_type: 96,
            sequence,
            timestamp,
            ssrc: 77,
            urgent: false,
            repeat: false,
            transport_id: None,
            original_sequence: None,
            payload,
            patch: Vp8Patch::default(),
        };
        let mut bytes = Vec::new();
        packet.write(&mut bytes);
        mixer.send_to(&bytes, relay).unwrap();
    };
    tokio::task::block_in_place(|| {
        mixer.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let (mut sequence, mut asked, end) = (0, false, std::time::Instant::now() + PATIENCE);
        while watching.video().len() < 20 {
            assert!(std::time::Instant::now() < end, "no picture of the feed came");
            send(sequence, if asked { &[0x65, 0x88, 9] } else { &[0x41, 0x9A, 9] });
            sequence += 1;
            let mut bytes = [0; 2048];
            if let Ok(length) = mixer.recv(&mut bytes) {
                rtcp::read(&bytes[..length], |part| asked |= part == rtcp::Part::KeyFrame { ssrc: 77 });
            }
        }
        assert!(asked, "the mixer was asked for a key frame");
    });
    assert_eq!(watching.video()[0].payload, [0x65, 0x88, 9], "nothing before the key frame");
    rig.control.until_shown("watch", "c/composite/main").await;
    assert_eq!(rig.control.heard.lock().unwrap().reported.live_feeds, [SourceId::from("c/composite/main")]);
}

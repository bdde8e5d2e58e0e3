//! Behaviours of the matrix.

use mcu_media_api::{Codec, Feed, Layer, Role, SeatId, SourceId};
use proptest::prelude::*;

use super::{
    PeerId,
    tests_support::{Bench, H264, H264_RTX, OPUS, VP8, WATCHER, agreement, delta_payload, key_payload},
};
use crate::{rtp::rtcp, time::Time};
use std::time::Duration;

const SIMULCAST: &str = "a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\na=rid:h send\r\na=rid:m send\r\na=rid:l send\r\na=simulcast:send h;m;l\r\n";

#[test]
fn a_picture_changes_only_at_a_key_frame_which_is_asked_for_until_it_comes() {
    let mut bench = Bench::new();
    let (a, b) = (bench.publisher(1, "h264", ""), bench.publisher(2, "h264", ""));
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.delta(a, 11, 1, 0, 0xA0);
    assert_eq!(bench.out.payloads(WATCHER), [[0_u8; 0]; 0], "nothing before the first key frame");
    assert_eq!(bench.out.key_requests(a), 1);
    bench.key(a, 11, 2, 3000, 0xA1);
    bench.delta(b, 22, 500, 0, 0xB0);
    bench.route(2, Layer::High);
    assert_eq!(bench.out.key_requests(b), 1, "asked at once");
    for step in 0..20_u16 {
        bench.pass(25);
        bench.delta(a, 11, 3 + step, 6000 + u32::from(step) * 3000, 0xA2);
        bench.delta(b, 22, 501 + step, 3000 + u32::from(step) * 3000, 0xB1);
    }
    assert_eq!(bench.out.key_requests(b), 3, "again every 200 ms of the 500");
    assert!(bench.out.payloads(WATCHER).iter().all(|payload| payload.last() != Some(&0xB1)));
    bench.key(b, 22, 521, 90_000, 0xB2);
    bench.delta(a, 11, 23, 90_000, 0xA3);
    bench.delta(b, 22, 522, 93_000, 0xB3);
    let got = bench.out.payloads(WATCHER);
    assert_eq!(&got[got.len() - 2..], [key_payload(0xB2), delta_payload(0xB3)]);
    assert_eq!(got.len(), 1 + 20 + 2);
    let numbers: Vec<u16> = bench.out.rtp.iter().map(|(_, sent)| sent.sequence).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)));
    let figures = bench.matrix.watcher_figures(WATCHER).shown.unwrap();
    assert_eq!((figures.source, figures.layer, figures.waiting_for), (Some("s2/main".into()), Some(Layer::High), None));
}

#[test]
fn a_picture_under_way_is_ended_before_the_next_begins() {
    let mut bench = Bench::new();
    let (a, b) = (bench.publisher(1, "h264", ""), bench.publisher(2, "h264", ""));
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 1, 0, 0xA0);
    bench.delta(b, 22, 1, 0, 0xB0);
    bench.route(2, Layer::High);
    bench.rtp(a, H264, 11, 2, 3000, false, &delta_payload(0xA1));
    bench.key(b, 22, 2, 3000, 0xB1);
    bench.delta(b, 22, 3, 6000, 0xB2);
    assert_eq!(bench.out.payloads(WATCHER).len(), 2, "the new picture waits for the end of the old");
    bench.rtp(a, H264, 11, 3, 3000, true, &delta_payload(0xA2));
    let expected = [key_payload(0xA0), delta_payload(0xA1), delta_payload(0xA2), key_payload(0xB1), delta_payload(0xB2)];
    assert_eq!(bench.out.payloads(WATCHER), expected);
}

#[test]
fn a_picture_that_never_ends_holds_the_change_only_briefly_and_shows_as_a_gap() {
    let mut bench = Bench::new();
    let (a, b) = (bench.publisher(1, "h264", ""), bench.publisher(2, "h264", ""));
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 1, 0, 0xA0);
    bench.delta(b, 22, 1, 0, 0xB0);
    bench.route(2, Layer::High);
    bench.rtp(a, H264, 11, 2, 3000, false, &delta_payload(0xA1));
    bench.key(b, 22, 2, 3000, 0xB1);
    bench.pass(100);
    let got: Vec<_> = bench.out.rtp.iter().map(|(_, sent)| sent.clone()).collect();
    assert_eq!(got.last().unwrap().payload, key_payload(0xB1));
    assert_eq!(got[2].sequence, got[1].sequence.wrapping_add(2), "the receiver can tell that the old picture is incomplete");
}

#[test]
fn parameter_sets_in_packets_of_their_own_come_with_the_key_frame() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "");
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.rtp(a, H264, 11, 1, 3000, false, &[0x67, 0x42]);
    bench.rtp(a, H264, 11, 2, 3000, false, &[0x68, 0xCE]);
    assert!(bench.out.rtp.is_empty(), "parameter sets alone show nothing");
    bench.rtp(a, H264, 11, 3, 3000, true, &[0x65, 0x88]);
    assert_eq!(bench.out.payloads(WATCHER), [vec![0x67, 0x42], vec![0x68, 0xCE], vec![0x65, 0x88]]);
}

#[test]
fn a_closed_sound_leaks_nothing_and_an_opened_one_counts_on() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "");
    bench.watcher("h264");
    bench.route(1, Layer::High);
    let tap = std::net::SocketAddr::from(([127, 0, 0, 1], 5000));
    bench.want(|wanted| {
        wanted.taps = vec![mcu_media_api::Tap { source: "s1/sound".into(), layer: Layer::High, to: tap, ssrc: 7 }];
    });
    let mut sequence = 0;
    let mut speak = |bench: &mut Bench, count: u16| {
        for _ in 0..count {
            bench.pass(20);
            sequence += 1;
            bench.rtp(a, OPUS, 33, sequence, u32::from(sequence) * 960, false, &[0xFC, sequence as u8]);
        }
    };
    speak(&mut bench, 10);
    assert!(bench.out.rtp.is_empty() && bench.out.tap_rtp.is_empty());
    let open = |wanted: &mut mcu_media_api::RelayWanted| wanted.open_sounds = vec![SourceId::from("s1/sound")];
    bench.want(open);
    speak(&mut bench, 10);
    assert_eq!((bench.out.rtp.len(), bench.out.tap_rtp.len()), (10, 10));
    bench.want(|wanted| wanted.open_sounds.clear());
    speak(&mut bench, 50);
    assert_eq!((bench.out.rtp.len(), bench.out.tap_rtp.len()), (10, 10));
    assert!(bench.matrix.publisher_figures(bench.now, a).sound, "the report says that sound arrives all the same");
    bench.want(open);
    speak(&mut bench, 10);
    for sent in [bench.out.rtp.iter().map(|(_, sent)| sent).collect::<Vec<_>>(), bench.out.tap_rtp.iter().map(|(_, sent)| sent).collect()] {
        assert_eq!(sent.len(), 20);
        assert!(sent.windows(2).all(|pair| pair[1].sequence == pair[0].sequence.wrapping_add(1)));
        let pause = sent[10].timestamp.wrapping_sub(sent[9].timestamp);
        assert!(pause.abs_diff(51 * 960) < 960, "time goes on while a sound is closed: {pause}");
    }
}

#[test]
fn a_source_the_sink_cannot_decode_is_refused_by_name() {
    let mut bench = Bench::new();
    let (a, b) = (bench.publisher(1, "h264", ""), bench.publisher(2, "vp8", ""));
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 1, 0, 0xA0);
    bench.route(2, Layer::High);
    bench.rtp(b, VP8, 22, 1, 0, true, &[0x10, 0x00, 0xB0]);
    bench.delta(a, 11, 2, 3000, 0xA1);
    assert_eq!(bench.out.payloads(WATCHER), [key_payload(0xA0), delta_payload(0xA1)], "the old picture stays");
    let shown = bench.matrix.watcher_figures(WATCHER).shown.unwrap();
    assert_eq!(shown.refused, Some(Codec::Vp8));
    assert_eq!((shown.source, shown.waiting_for), (Some("s1/main".into()), None));
}

#[test]
fn layers_are_told_by_rid_and_chosen_by_worth_and_life() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", SIMULCAST);
    bench.watcher("h264");
    bench.route(1, Layer::Mid);
    let mut step = 0_u16;
    let mut send = |bench: &mut Bench, rids: &[(&str, u32)], key: bool| {
        step += 1;
        bench.pass(20);
        for (rid, ssrc) in rids {
            let payload = if key { key_payload(*ssrc as u8) } else { delta_payload(*ssrc as u8) };
            // As Chromium does, the RID is sent only at the beginning.
            let rid = (step < 5).then_some(*rid);
            bench.rtp_with(a, H264, *ssrc, step, u32::from(step) * 3000, true, &payload, rid);
        }
    };
    let all = [("l", 1), ("m", 2), ("h", 3)];
    send(&mut bench, &all, false);
    (0..5).for_each(|_| send(&mut bench, &all, true));
    assert!(bench.out.payloads(WATCHER).iter().all(|payload| payload.last() == Some(&2)) && !bench.out.rtp.is_empty());
    let layer = |bench: &Bench| bench.matrix.watcher_figures(WATCHER).shown.unwrap().layer;
    assert_eq!(layer(&bench), Some(Layer::Mid));
    bench.route(1, Layer::High);
    send(&mut bench, &all, true);
    assert_eq!(layer(&bench), Some(Layer::High));
    (0..60).for_each(|_| send(&mut bench, &all[..2], true));
    assert_eq!(layer(&bench), Some(Layer::Mid), "a layer that stops is left for the next lower one");
    send(&mut bench, &all, true);
    send(&mut bench, &all, true);
    assert_eq!(layer(&bench), Some(Layer::High), "and taken again when it is back");
    let layers = bench.matrix.publisher_figures(bench.now, a).layers;
    assert_eq!(layers.iter().map(|report| report.layer).collect::<Vec<_>>(), [Layer::High, Layer::Mid, Layer::Low]);
    let numbers: Vec<u16> = bench.out.rtp.iter().map(|(_, sent)| sent.sequence).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)));
}

#[test]
fn a_tap_takes_the_nearest_layer() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", SIMULCAST);
    bench.tap(1, Layer::Low);
    bench.rtp_with(a, H264, 3, 1, 0, true, &key_payload(3), Some("h"));
    bench.rtp_with(a, H264, 3, 2, 3000, true, &key_payload(3), None);
    assert_eq!(bench.out.tap_rtp.last().unwrap().1.payload, key_payload(3), "the nearest higher one");
    bench.rtp_with(a, H264, 1, 1, 0, true, &delta_payload(1), Some("l"));
    bench.rtp_with(a, H264, 1, 2, 3000, true, &key_payload(1), Some("l"));
    bench.rtp_with(a, H264, 3, 3, 6000, true, &key_payload(3), None);
    assert_eq!(bench.out.tap_rtp.last().unwrap().1.payload, key_payload(1), "and the right one at its key frame");
    assert!(bench.out.tap_rtp.iter().all(|(_, sent)| sent.ssrc == 4242));
}

#[test]
fn lost_packets_are_asked_for_and_repaired_before_a_tap_sees_them() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "a=ssrc-group:FID 11 12\r\na=ssrc:11 cname:x\r\na=ssrc:12 cname:x\r\n");
    bench.tap(1, Layer::High);
    bench.key(a, 11, 65_534, 0, 1);
    bench.delta(a, 11, 1, 9000, 4);
    assert_eq!(bench.out.nacks(a), [65_535, 0]);
    assert_eq!(bench.out.tap_rtp.len(), 1, "what came too early waits");
    bench.pass(40);
    // RFC 4588: the original sequence number stands before the payload.
    let resend = |bench: &mut Bench, number: u16, original: u16, timestamp, mark| {
        let payload = [&original.to_be_bytes()[..], &delta_payload(mark)].concat();
        bench.rtp(a, H264_RTX, 12, number, timestamp, true, &payload);
    };
    resend(&mut bench, 900, 0, 6000, 3);
    resend(&mut bench, 901, 65_535, 3000, 2);
    let got: Vec<u8> = bench.out.tap_rtp.iter().map(|(_, sent)| *sent.payload.last().unwrap()).collect();
    assert_eq!(got, [1, 2, 3, 4]);
    bench.pass(1000);
    assert_eq!(bench.out.nacks(a).len(), 2, "repaired packets are not asked for again");
    let figures = bench.matrix.publisher_figures(bench.now, a);
    assert_eq!(figures.loss_permille, 500, "two of four were lost before repair");
}

#[test]
fn a_gap_that_is_not_repaired_is_passed_over_and_keeps_its_place() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "");
    bench.tap(1, Layer::High);
    bench.key(a, 11, 1, 0, 1);
    bench.delta(a, 11, 3, 6000, 3);
    bench.pass(60);
    assert_eq!(bench.out.tap_rtp.len(), 1);
    bench.pass(60);
    assert_eq!(bench.out.tap_rtp.len(), 2);
    assert_eq!(bench.out.tap_rtp[1].1.sequence, bench.out.tap_rtp[0].1.sequence.wrapping_add(2), "the worker can tell that one is lost");
    let asked = bench.out.nacks(a).len();
    bench.pass(2000);
    assert!(bench.out.nacks(a).len() <= 16 && asked >= 2, "asking has an end");
}

#[test]
fn a_watcher_gets_again_what_it_lacks_also_from_before_a_change() {
    let mut bench = Bench::new();
    let (a, b) = (bench.publisher(1, "h264", ""), bench.publisher(2, "h264", ""));
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 1, 0, 0xA0);
    bench.route(2, Layer::High);
    bench.key(b, 22, 700, 0, 0xB0);
    let sent: Vec<_> = bench.out.rtp.drain(..).map(|(_, sent)| sent).collect();
    assert_eq!(sent.len(), 2);
    let mut bytes = Vec::new();
    rtcp::write_nack(&mut bytes, 1, 9000, &[sent[0].sequence, sent[1].sequence, sent[1].sequence.wrapping_add(9)]);
    bench.matrix.rtcp(bench.now, WATCHER, &bytes, &mut bench.out);
    let again: Vec<_> = bench.out.rtp.iter().map(|(_, sent)| sent).collect();
    assert_eq!(again.len(), 2, "what was never sent is not sent again");
    for (first, again) in sent.iter().zip(&again) {
        assert_eq!((again.payload_type, again.ssrc, again.timestamp), (H264_RTX, 9500, first.timestamp));
        assert_eq!(again.payload[..2], first.sequence.to_be_bytes());
        assert_eq!(again.payload[2..], first.payload);
    }
    assert_eq!(again[1].sequence, again[0].sequence.wrapping_add(1), "retransmissions count for themselves");
}

#[test]
fn without_rtx_packets_are_repeated_as_they_were() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "vp8", "");
    bench.watcher("vp8");
    bench.route(1, Layer::High);
    bench.rtp(a, VP8, 11, 1, 0, true, &[0x90, 0x80, 0x81, 0x00, 0x00, 1]);
    let mut bytes = Vec::new();
    rtcp::write_nack(&mut bytes, 1, 9000, &[bench.out.rtp[0].1.sequence]);
    bench.matrix.rtcp(bench.now, WATCHER, &bytes, &mut bench.out);
    assert_eq!(bench.out.rtp.len(), 2);
    assert_eq!(bench.out.rtp[0], bench.out.rtp[1]);
}

#[test]
fn vp8_picture_ids_run_on_over_a_change() {
    let mut bench = Bench::new();
    let (a, b) = (bench.publisher(1, "vp8", ""), bench.publisher(2, "vp8", ""));
    bench.watcher("vp8");
    bench.route(1, Layer::High);
    let picture = |id: u16, tl0: u8, key: bool| {
        let [high, low] = (id | 0x8000).to_be_bytes();
        vec![0x90, 0xC0, high, low, tl0, u8::from(!key)]
    };
    (0..3).for_each(|step| {
        bench.rtp(a, VP8, 11, step, u32::from(step) * 3000, true, &picture(0x7FFE + step, 254 + step as u8 % 2, step == 0))
    });
    bench.route(2, Layer::High);
    (0..3).for_each(|step| bench.rtp(b, VP8, 22, 70 + step, u32::from(step) * 3000, true, &picture(40 + step, 9 + step as u8, step == 0)));
    let numbers: Vec<(u16, u8)> =
        bench.out.payloads(WATCHER).iter().map(|payload| (u16::from_be_bytes([payload[2], payload[3]]) & 0x7FFF, payload[4])).collect();
    assert_eq!(numbers, [(0x7FFE, 254), (0x7FFF, 255), (0, 254), (1, 255), (2, 0), (3, 1)]);
}

#[test]
fn requests_of_many_are_one_request() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "");
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 1, 0, 0xA0);
    let before = bench.out.key_requests(a);
    bench.pass(1000);
    let mut bytes = Vec::new();
    (0..50).for_each(|_| rtcp::write_pli(&mut bytes, 1, 9000));
    for _ in 0..20 {
        bench.matrix.rtcp(bench.now, WATCHER, &bytes, &mut bench.out);
        bench.pass(10);
    }
    let asked = bench.out.key_requests(a) - before;
    assert!((1..=2).contains(&asked), "200 ms of insisting make {asked} requests");
}

#[test]
fn when_a_publisher_comes_back_the_route_heals_by_itself() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "");
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 1, 0, 0xA0);
    bench.matrix.remove(a);
    bench.pass(500);
    let shown = bench.matrix.watcher_figures(WATCHER).shown.unwrap();
    assert_eq!((shown.source, shown.layer, shown.waiting_for), (Some("s1/main".into()), None, Some("s1/main".into())));
    let again = PeerId(50);
    bench.matrix.add_publisher(again, &SeatId::from("s1"), &agreement(Role::Publish, "h264", ""));
    bench.delta(again, 77, 400, 0, 0xA1);
    assert_eq!(bench.out.key_requests(again), 1);
    bench.key(again, 77, 401, 3000, 0xA2);
    assert_eq!(bench.out.payloads(WATCHER), [key_payload(0xA0), key_payload(0xA2)]);
    assert_eq!(bench.out.rtp[1].1.sequence, bench.out.rtp[0].1.sequence.wrapping_add(1));
}

#[test]
fn of_two_publishers_of_a_seat_the_later_one_is_heard() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "");
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 1, 0, 0xA0);
    let later = PeerId(50);
    bench.matrix.add_publisher(later, &SeatId::from("s1"), &agreement(Role::Publish, "h264", ""));
    bench.key(a, 11, 2, 3000, 0xA1);
    bench.key(later, 77, 1, 0, 0xB0);
    assert_eq!(bench.out.payloads(WATCHER), [key_payload(0xA0), key_payload(0xB0)]);
    bench.matrix.remove(later);
    bench.key(a, 11, 3, 6000, 0xA2);
    assert_eq!(bench.out.payloads(WATCHER).last(), Some(&key_payload(0xA2)), "and the earlier one again when it is gone");
}

#[test]
fn a_publisher_hears_a_report_and_its_bit_rate_each_second() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "");
    bench.key(a, 11, 1, 0, 0xA0);
    let mut report = Vec::new();
    rtcp::write_sender_report(&mut report, 11, 0xABCD_1234_5678_0000, 0, 1, 10);
    bench.matrix.rtcp(bench.now, a, &report, &mut bench.out);
    bench.out.rtcp.clear();
    bench.pass(1000);
    assert_eq!(bench.out.rtcp.len(), 1);
    let mut blocks = Vec::new();
    rtcp::read(&bench.out.rtcp[0].1, |part| {
        if let rtcp::Part::Report(block) = part {
            blocks.push(block);
        }
    });
    assert_eq!((blocks[0].ssrc, blocks[0].last_sr, blocks[0].highest), (11, 0x1234_5678, 1));
    assert!(bench.out.rtcp[0].1.windows(4).any(|word| word == b"REMB"));
}

#[test]
fn a_sinks_reports_follow_the_clock_of_its_source_over_a_change() {
    let mut bench = Bench::new();
    let (a, b) = (bench.publisher(1, "h264", ""), bench.publisher(2, "h264", ""));
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 1, 123_456, 0xA0);
    bench.pass(500);
    bench.route(2, Layer::High);
    bench.key(b, 22, 1, 999_999, 0xB0);
    let mut last = None;
    for (_, bytes) in bench.out.rtcp.iter().filter(|(peer, _)| *peer == WATCHER) {
        rtcp::read(bytes, |part| {
            if let rtcp::Part::SenderReport { ssrc: 9000, ntp, rtp } = part {
                last = Some((Time::from_ntp(ntp), rtp));
            }
        });
    }
    let (at, rtp) = last.unwrap();
    assert!(bench.now.since(at) < Duration::from_millis(1), "a change is reported at once");
    let shown = bench.out.rtp.last().unwrap().1.timestamp;
    assert!(rtp.wrapping_sub(shown) <= 90, "the report speaks of the new source's time in the sink's numbers");
}

#[test]
fn a_restarted_worker_is_another_stream() {
    let mut bench = Bench::new();
    bench.watcher("h264");
    let feed = Feed { source: "c/composite/x".into(), ssrc: 77, codec: Codec::H264 };
    bench.want(|wanted| {
        wanted.feeds = vec![feed];
        wanted.routes = vec![mcu_media_api::Route {
            seat: "w".into(),
            main: Some("c/composite/x".into()),
            content: None,
            sound: None,
            max_layer: Layer::Low,
        }];
    });
    let feed = |bench: &mut Bench, port: u16, sequence: u16, payload: &[u8]| {
        let mut bytes = vec![0x80, 0xE0];
        bytes.extend_from_slice(&sequence.to_be_bytes());
        bytes.extend_from_slice(&u32::from(sequence).to_be_bytes());
        bytes.extend_from_slice(&[0, 0, 0, 77]);
        bytes.extend_from_slice(payload);
        bench.matrix.worker(bench.now, ([127, 0, 0, 1], port).into(), &bytes.into(), &mut bench.out);
        bench.flush();
    };
    feed(&mut bench, 1, 40_000, &key_payload(1));
    feed(&mut bench, 2, 3, &delta_payload(2));
    assert_eq!(bench.out.tap_rtcp.last().map(|(to, _)| to.port()), Some(2), "the new one is asked for a key frame");
    feed(&mut bench, 2, 4, &key_payload(3));
    assert_eq!(bench.out.payloads(WATCHER), [key_payload(1), key_payload(3)]);
    assert_eq!(bench.matrix.live_feeds(bench.now), [SourceId::from("c/composite/x")]);
    bench.pass(1100);
    assert!(bench.matrix.live_feeds(bench.now).is_empty());
}

#[test]
fn a_sender_that_counts_anew_is_another_stream_but_not_with_every_packet() {
    let mut bench = Bench::new();
    let a = bench.publisher(1, "h264", "");
    bench.watcher("h264");
    bench.route(1, Layer::High);
    bench.key(a, 11, 60_000, 0, 1);
    bench.delta(a, 11, 100, 3000, 2);
    bench.key(a, 12, 101, 6000, 3);
    assert_eq!(bench.out.payloads(WATCHER), [key_payload(1)], "too soon");
    bench.pass(1000);
    bench.delta(a, 11, 102, 9000, 4);
    bench.key(a, 11, 103, 12_000, 5);
    bench.pass(1000);
    bench.key(a, 12, 7, 0, 6);
    assert_eq!(bench.out.payloads(WATCHER), [key_payload(1), key_payload(5), key_payload(6)]);
    assert!(bench.out.rtp.windows(2).all(|pair| pair[1].1.sequence == pair[0].1.sequence.wrapping_add(1)));
}

#[test]
fn names_that_nobody_uses_are_forgotten() {
    let mut bench = Bench::new();
    bench.watcher("h264");
    for number in 0..50 {
        bench.route(number, Layer::High);
    }
    assert!(bench.matrix.sources.len() <= 4, "{} names are kept", bench.matrix.sources.len());
}

#[derive(Debug, Clone)]
enum Step {
    Send { who: u8, key: bool, whole: bool, lost: bool },
    Route(u8),
    Pass(u8),
    Leave(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let send = (0_u8..3, any::<bool>(), any::<bool>(), proptest::bool::weighted(0.1)).prop_map(|(who, key, whole, lost)| Step::Send {
        who,
        key,
        whole,
        lost,
    });
    proptest::collection::vec(
        prop_oneof![8 => send, 1 => (0_u8..3).prop_map(Step::Route), 2 => (1_u8..60).prop_map(Step::Pass), 1 => (0_u8..3).prop_map(Step::Leave)],
        1..200,
    )
}

proptest! {
    /// Whatever happens, a watcher sees each source begin with a key frame, and numbers never repeat.
    #[test]
    fn no_sequence_of_events_shows_a_broken_beginning(steps in steps()) {
        let mut bench = Bench::new();
        bench.watcher("h264");
        let mut peers: Vec<PeerId> = (0..3).map(|number| bench.publisher(number, "h264", "")).collect();
        let (mut sequences, mut next) = ([100_u16; 3], 200);
        for step in steps {
            match step {
                Step::Send { who, key, whole, lost } => {
                    let place = usize::from(who);
                    sequences[place] = sequences[place].wrapping_add(1);
                    let (peer, sequence) = (peers[place], sequences[place]);
                    let payload = if key { key_payload(who) } else { delta_payload(who) };
                    if !lost {
                        bench.rtp(peer, H264, 1000 + peer.0 as u32, sequence, u32::from(sequence) * 3000, whole, &payload);
                    }
                }
                Step::Route(who) => bench.route(u64::from(who), Layer::High),
                Step::Pass(millis) => bench.pass(u64::from(millis)),
                Step::Leave(who) => {
                    bench.matrix.remove(peers[usize::from(who)]);
                    next += 1;
                    peers[usize::from(who)] = PeerId(next);
                    bench.matrix.add_publisher(PeerId(next), &SeatId(format!("s{who}")), &agreement(Role::Publish, "h264", ""));
                }
            }
        }
        let sent: Vec<_> = bench.out.rtp.iter().map(|(_, sent)| sent).collect();
        let mut from = None;
        for packet in &sent {
            let who = packet.payload.last();
            if who != from {
                prop_assert_eq!(packet.payload[0], 0x78, "a source begins with its key frame");
            }
            from = who;
        }
        for pair in sent.windows(2) {
            let step = pair[1].sequence.wrapping_sub(pair[0].sequence);
            prop_assert!((1..1000).contains(&step));
        }
    }
}

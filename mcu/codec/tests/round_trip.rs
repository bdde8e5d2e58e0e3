//! What the encoder makes, the decoder shows, and any terminal could.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::mpsc::channel;
use std::time::Duration;

use codec::{Codec, EncodeSettings, Encoded, RtpView, VideoDecoder, VideoEncoder};
use picture::Frame;

const SETTINGS: EncodeSettings = EncodeSettings { width_px: 320, height_px: 180, fps: 30, bit_rate_bps: 300_000, key_every: 30 };

fn grey(luma: u8) -> Frame {
    let mut frame = Frame::black(320, 180);
    let [(plane, _), ..] = frame.planes_mut();
    plane.fill(luma);
    frame
}

/// NAL units behind their start codes.
fn nals(unit: &[u8]) -> Vec<&[u8]> {
    let mut starts: Vec<usize> = unit.windows(3).enumerate().filter(|(_, three)| *three == [0, 0, 1]).map(|(at, _)| at + 3).collect();
    starts.push(unit.len() + 3);
    starts.windows(2).filter_map(|pair| unit.get(*pair.first()?..pair.last()? - 3)).collect()
}

fn encoded(keys: &[usize], step: u8) -> Vec<Encoded> {
    gstreamer::init().unwrap();
    let (deliver, units) = channel();
    let encoder = VideoEncoder::new(SETTINGS, move |unit| drop(deliver.send(unit))).unwrap();
    for number in 0..20_usize {
        let at = Duration::from_millis(number as u64 * 40);
        assert!(encoder.push(&grey(60 + step * number as u8), at, keys.contains(&number)));
    }
    drop(encoder);
    units.iter().collect()
}

#[test]
fn pictures_come_out_one_for_one_with_their_times_and_key_frames_where_asked() {
    let units = encoded(&[7], 0);
    assert_eq!(units.len(), 20);
    assert!(units.iter().enumerate().all(|(number, unit)| unit.at == Duration::from_millis(number as u64 * 40)));
    let types = |number: usize| nals(&units.get(number).unwrap().bytes).iter().map(|nal| nal.first().unwrap() & 0x1F).collect::<Vec<u8>>();
    for key in [0, 7] {
        assert!(types(key).contains(&7) && types(key).contains(&8) && types(key).contains(&5), "SPS, PPS and IDR: {:?}", types(key));
    }
    assert!(!types(6).contains(&5));
    // RFC 6184 §8.1: profile_idc 66 with constraint_set1, which every browser decodes.
    let first = nals(&units.first().unwrap().bytes);
    let sps = first.iter().find(|nal| nal.first().unwrap() & 0x1F == 7).unwrap();
    assert!(sps.get(1) == Some(&66) && sps.get(2).unwrap() & 0x40 != 0, "{sps:02x?}");
}

#[test]
fn what_was_encoded_is_seen_again() {
    let (deliver, frames) = channel();
    let units = encoded(&[], 5);
    let mut decoder = VideoDecoder::new(Codec::H264, move |frame: Frame| drop(deliver.send(frame))).unwrap();
    let mut sequence = 0;
    for (number, unit) in (0_u32..).zip(&units) {
        let all = nals(&unit.bytes);
        for (index, nal) in all.iter().enumerate() {
            let marker = index + 1 == all.len();
            assert!(decoder.push(&RtpView { sequence, timestamp: number * 3000, marker, payload: nal }));
            sequence += 1;
        }
        let frame = frames.recv_timeout(Duration::from_secs(10)).unwrap();
        let [(luma, _), ..] = frame.planes();
        let middle = luma.get(320 * 90 + 160).unwrap();
        assert!(middle.abs_diff(60 + 5 * number as u8) < 8, "picture {number} shows {middle}");
    }
}

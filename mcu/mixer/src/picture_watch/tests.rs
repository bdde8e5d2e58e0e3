//! Pictures that are black, that hang, that live; by hand and behind a real encoder.

use super::{LOOK_EVERY, Watch, grid, patches};
use codec::{Codec, EncodeSettings, Encoded, RtpView, VideoDecoder, VideoEncoder};
use mcu_media_api::PictureFault;
use picture::Frame;
use proptest::prelude::*;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_millis(40);

fn flat(luma: u8) -> Frame {
    let mut frame = Frame::black(320, 180);
    let [(plane, _), ..] = frame.planes_mut();
    plane.fill(luma);
    frame
}

/// A room: shapes and texture, not moving.
fn room() -> Frame {
    let mut frame = flat(90);
    let [(plane, stride), ..] = frame.planes_mut();
    for (index, pixel) in plane.iter_mut().enumerate() {
        let (x, y) = (index % stride, index / stride);
        let texture = ((x * 7 + y * 13) % 23 + (x * y) % 11) / 5;
        let shape = if (80..140).contains(&x) && (60..150).contains(&y) { 60 } else { 0 };
        *pixel = u8::try_from(60 + texture + shape + y / 4).unwrap();
    }
    frame
}

fn noisy(frame: &Frame, seed: &mut u32, amplitude: i32) -> Frame {
    let mut frame = frame.clone();
    let [(plane, _), ..] = frame.planes_mut();
    for pixel in plane {
        // The sum of four even steps is nearly normal.
        let mut sum = 0;
        for _ in 0..4 {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            sum += (*seed >> 24) as i32 - 128;
        }
        *pixel = u8::try_from((i32::from(*pixel) + sum * amplitude / 256).clamp(16, 235)).unwrap();
    }
    frame
}

/// A clock's seconds in the corner, small: two figures of 8 by 12 pixels.
fn clock(frame: &Frame, second: usize) -> Frame {
    let mut frame = frame.clone();
    let [(plane, stride), ..] = frame.planes_mut();
    // Seven segments: which of them a figure has.
    const SEGMENTS: [u8; 10] = [0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F];
    let places = [(1, 0, 5, 2), (6, 1, 2, 5), (6, 6, 2, 5), (1, 10, 5, 2), (0, 6, 2, 5), (0, 1, 2, 5), (1, 5, 5, 2)];
    for (place, figure) in [second / 10 % 6, second % 10].into_iter().enumerate() {
        for (segment, (x, y, w, h)) in places.into_iter().enumerate() {
            let luma = if SEGMENTS[figure] >> segment & 1 == 1 { 220 } else { 30 };
            for row in y..y + h {
                plane[(10 + row) * stride + 290 + place * 10 + x..][..w].fill(luma);
            }
        }
    }
    frame
}

/// Shows pictures from a time on and gives the time behind them.
fn show(watch: &mut Watch, from: Duration, seconds: f64, mut frame: impl FnMut(usize) -> Frame) -> Duration {
    let count = (seconds / PERIOD.as_secs_f64()).round() as usize;
    for number in 0..count {
        watch.see(&frame(number), from + PERIOD * u32::try_from(number).unwrap());
    }
    from + PERIOD * u32::try_from(count).unwrap()
}

fn faults(watch: &Watch, now: Duration) -> Vec<PictureFault> {
    watch.faults(now).collect()
}

const START: Duration = Duration::from_secs(50);

#[test]
fn black_is_told_after_two_seconds_and_ends_with_light() {
    let mut watch = Watch::default();
    let now = show(&mut watch, START, 1.8, |_| flat(16));
    assert_eq!(faults(&watch, now), []);
    let now = show(&mut watch, now, 1.4, |_| flat(18));
    assert_eq!(faults(&watch, now), [PictureFault::Black { for_s: 3 }]);
    // One light picture is a flash.
    let now = show(&mut watch, now, 0.2, |_| flat(120));
    assert_eq!(faults(&watch, now).len(), 1);
    let now = show(&mut watch, now, 0.4, |_| flat(16));
    assert_eq!(faults(&watch, now), [PictureFault::Black { for_s: 3 }]);
    let now = show(&mut watch, now, 0.5, |_| flat(120));
    assert_eq!(faults(&watch, now), []);
}

#[test]
fn at_the_limit_nothing_flickers() {
    let mut watch = Watch::default();
    let mut now = show(&mut watch, START, 3.0, |_| flat(23));
    // Between both limits what was black stays so.
    for luma in [26, 24, 27, 25, 28] {
        now = show(&mut watch, now, 1.0, |_| flat(luma));
        assert!(matches!(faults(&watch, now)[..], [PictureFault::Black { .. }]), "at {luma}");
    }
    now = show(&mut watch, now, 1.0, |_| flat(31));
    for luma in [26, 27, 25] {
        now = show(&mut watch, now, 2.5, |_| flat(luma));
        assert!(!faults(&watch, now).iter().any(|fault| matches!(fault, PictureFault::Black { .. })), "at {luma}");
    }
}

#[test]
fn a_dark_room_with_a_lamp_is_not_black() {
    let mut watch = Watch::default();
    let mut dark = flat(18);
    let [(plane, stride), ..] = dark.planes_mut();
    for row in 100..110 {
        plane[row * stride + 40..][..10].fill(200);
    }
    let mut seed = 7;
    let now = show(&mut watch, START, 4.0, |_| noisy(&dark, &mut seed, 2));
    assert_eq!(faults(&watch, now), []);
}

#[test]
fn a_picture_that_hangs_is_told_after_three_seconds_and_ends_when_it_moves() {
    let (mut watch, room) = (Watch::default(), room());
    let now = show(&mut watch, START, 2.8, |_| room.clone());
    assert_eq!(faults(&watch, now), []);
    let now = show(&mut watch, now, 1.4, |_| room.clone());
    assert_eq!(faults(&watch, now), [PictureFault::Frozen { for_s: 4 }]);
    let mut seed = 1;
    let now = show(&mut watch, now, 0.8, |number| clock(&noisy(&room, &mut seed, 3), number));
    assert_eq!(faults(&watch, now), []);
}

#[test]
fn a_moving_clock_is_not_frozen() {
    let (mut watch, room) = (Watch::default(), room());
    let mut now = START;
    for second in 0..15 {
        now = show(&mut watch, now, 1.0, |_| clock(&room, second));
        assert_eq!(faults(&watch, now), [], "second {second}");
    }
}

#[test]
fn when_pictures_stop_nothing_is_said_of_them() {
    let (mut watch, room) = (Watch::default(), room());
    let now = show(&mut watch, START, 5.0, |_| room.clone());
    assert_eq!(faults(&watch, now).len(), 1);
    let later = now + Duration::from_secs(2);
    assert_eq!(faults(&watch, later), []);
    // What comes then is looked at anew.
    let now = show(&mut watch, later, 2.0, |_| room.clone());
    assert_eq!(faults(&watch, now), []);
}

/// Pictures as a terminal sends them and the mixer decodes them.
fn coded(frames: impl Iterator<Item = Frame>) -> Vec<Frame> {
    gstreamer::init().unwrap();
    let (deliver, units) = channel();
    let settings = EncodeSettings { width_px: 320, height_px: 180, fps: 25, bit_rate_bps: 220_000, key_every: 50 };
    let encoder = VideoEncoder::new(settings, move |unit: Encoded| drop(deliver.send(unit))).unwrap();
    let (shown, seen) = channel();
    let mut decoder = VideoDecoder::new(Codec::H264, move |frame: Frame| drop(shown.send(frame))).unwrap();
    let (mut all, mut sequence) = (Vec::new(), 0);
    for (number, frame) in (0_u32..).zip(frames) {
        assert!(encoder.push(&frame, PERIOD * number, false));
        let unit = units.recv_timeout(Duration::from_secs(20)).unwrap();
        let starts: Vec<usize> = unit.bytes.windows(3).enumerate().filter(|(_, three)| *three == [0, 0, 1]).map(|(at, _)| at + 3).collect();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).map_or(unit.bytes.len(), |next| next - 3);
            let marker = index + 1 == starts.len();
            decoder.push_patiently(&RtpView { sequence, timestamp: number, marker, payload: &unit.bytes[*start..end] }, PERIOD * number);
            sequence += 1;
        }
        all.push(seen.recv_timeout(Duration::from_secs(20)).unwrap());
    }
    all
}

#[test]
fn behind_an_encoder_a_camera_that_hangs_is_frozen_and_one_that_lives_is_not() {
    let (still, mut seed) = (room(), 3);
    let hanging = coded(std::iter::repeat_n(noisy(&still, &mut seed, 2), 300));
    let mut watch = Watch::default();
    let (mut told, mut now) = (0, START);
    for (number, frame) in hanging.iter().enumerate() {
        watch.see(frame, now);
        now += PERIOD;
        // From the fifth second on, key frames every two seconds included.
        told += usize::from(number >= 125 && !faults(&watch, now).is_empty());
    }
    assert!(told * 10 >= 175 * 9, "{told} of 175 pictures of the camera that hangs");
    // Nobody moves, but the sensor's noise does, of little more than one step.
    let living = coded((0..300).map(|_| noisy(&still, &mut seed, 2)));
    let mut watch = Watch::default();
    let mut now = START;
    for (number, frame) in living.iter().enumerate() {
        watch.see(frame, now);
        now += PERIOD;
        assert_eq!(faults(&watch, now), [], "picture {number} of the living camera");
    }
}

#[test]
fn a_look_costs_little() {
    // Unoptimised as tests are: an optimised build needs a small part of this. The limit is for a look at the largest picture.
    let frame = Frame::black(1920, 1080);
    let looks = 20;
    let started = Instant::now();
    for _ in 0..looks {
        assert_eq!((grid(&frame).len(), patches(&frame).len()), (64 * 36, 64 * 36));
    }
    let each = started.elapsed() / looks;
    eprintln!("a look at 1920×1080 takes {each:?}");
    assert!(each < LOOK_EVERY / 2, "{each:?}");
}

proptest! {
    #[test]
    fn any_size_is_survived(width in 2_usize..400, height in 2_usize..300) {
        let frame = Frame::black(width, height);
        let found = grid(&frame);
        prop_assert!(found.iter().all(|mean| *mean == 256));
        let mut watch = Watch::default();
        watch.see(&frame, Duration::from_secs(1));
        watch.see(&Frame::black(64, 36), Duration::from_secs(2));
    }
}

//! Behaviour of jitter buffer and playout together, in virtual time.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;

use super::jitter::{JitterBuffer, MAX_DELAY, MAX_SPAN, MIN_DELAY};
use super::packet::SoundPacket;
use super::playout::{Heard, Playout};
use super::{BLOCK, Block, speech};

/// Samples per millisecond.
const MS: i64 = 48;
/// Transit of the quickest packet.
const TRANSIT_MS: f64 = 30.0;

/// Numbers drawn from a seed (xorshift), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    /// 0 to 1.
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What came out of a run.
struct Outcome {
    buffer: JitterBuffer,
    blocks: Vec<(Heard, Block)>,
    /// Delay after each block, in samples.
    delays: Vec<i64>,
    stretched: (u64, u64),
}

impl Outcome {
    fn concealed_percent(&self) -> f64 {
        self.buffer.counts().concealed as f64 / (self.blocks.len() * BLOCK) as f64 * 100.0
    }

    fn delay_ms(&self, blocks: std::ops::Range<usize>) -> f64 {
        let length = blocks.len().max(1) as f64;
        self.delays[blocks].iter().sum::<i64>() as f64 / MS as f64 / length
    }
}

/// Speaks for that many packets; `fate` gives each packet's additional delay in ms, or none when it is lost. The sender's clock runs `ppm` fast.
fn run(packets: usize, ppm: f64, mut fate: impl FnMut(usize) -> Option<f64>) -> Outcome {
    let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
    encoder.set_bitrate(opus::Bitrate::Bits(32_000)).unwrap();
    encoder.set_inband_fec(true).unwrap();
    encoder.set_packet_loss_perc(20).unwrap();
    let mut wire = BTreeMap::new();
    for number in 0..packets {
        let payload = Bytes::from(encoder.encode_vec(&speech::block(number), 1_275).unwrap());
        let Some(late) = fate(number) else { continue };
        let sent_ms = 1_000.0 + number as f64 * 20.0 / (1.0 + ppm / 1e6);
        let at_us = ((sent_ms + TRANSIT_MS + late) * 1_000.0) as u64;
        // Begins just before both fields wrap.
        let packet = SoundPacket {
            sequence: 65_500_u16.wrapping_add(number as u16),
            timestamp: (u32::MAX - 20_000).wrapping_add(number as u32 * 960),
            level_dbfs: None,
            payload,
        };
        wire.insert((at_us, number), packet);
    }
    play(wire, packets)
}

fn play(mut wire: BTreeMap<(u64, usize), SoundPacket>, blocks: usize) -> Outcome {
    let (buffer, mut playout) = (Mutex::new(JitterBuffer::default()), Playout::new().unwrap());
    let (mut heard, mut delays) = (Vec::new(), Vec::new());
    for block in 0..blocks {
        // The mixer's clock has its own phase.
        let now = Duration::from_micros(1_007_000 + block as u64 * 20_000);
        while let Some(entry) = wire.first_entry().filter(|entry| Duration::from_micros(entry.key().0) <= now) {
            let at = Duration::from_micros(entry.key().0);
            buffer.lock().unwrap().push(at, entry.remove());
        }
        let mut out = [0; BLOCK];
        let kind = playout.play(now, &buffer, &mut out);
        heard.push((kind, out));
        let held = buffer.lock().unwrap();
        delays.push(playout.delay());
        assert!(held.span() <= MAX_SPAN && playout.ahead() <= 2 * 5_760, "block {block}: {} held", held.span());
        assert!((MIN_DELAY..=MAX_DELAY).contains(&held.wanted_delay()));
    }
    let (_, shortened, lengthened) = playout.counts();
    Outcome { buffer: buffer.into_inner().unwrap(), blocks: heard, delays, stretched: (shortened, lengthened) }
}

#[test]
fn a_clean_line_is_played_at_the_floor_without_concealing() {
    let outcome = run(1_500, 0.0, |_| Some(0.0));
    assert_eq!((outcome.buffer.counts().concealed, outcome.buffer.counts().lost), (0, 0));
    let delay = outcome.delay_ms(500..1_500);
    assert!((15.0..45.0).contains(&delay), "{delay:.1} ms");
}

#[test]
fn the_delay_follows_the_jitter_up_and_down() {
    let mut dice = Dice(7);
    let outcome = run(4_500, 0.0, |number| Some(if (1_000..2_500).contains(&number) { dice.roll() * 100.0 } else { 0.0 }));
    let (before, during, after) = (outcome.delay_ms(500..1_000), outcome.delay_ms(1_500..2_500), outcome.delay_ms(4_000..4_500));
    assert!(before < 45.0 && (75.0..140.0).contains(&during) && after < 55.0, "{before:.0} {during:.0} {after:.0} ms");
    assert!(outcome.concealed_percent() < 2.0, "{:.2} %", outcome.concealed_percent());
}

#[test]
fn clocks_that_drift_are_followed_without_concealing() {
    for ppm in [-300.0, 300.0] {
        let outcome = run(6_000, ppm, |_| Some(0.0));
        let (early, end) = (outcome.delay_ms(500..1_000), outcome.delay_ms(5_500..6_000));
        assert!((end - early).abs() < 25.0 && end < 60.0, "{ppm} ppm: {early:.1} then {end:.1} ms, {:?}", outcome.stretched);
        assert!(outcome.concealed_percent() < 0.1, "{ppm} ppm: {:.2} %", outcome.concealed_percent());
        let (shortened, lengthened) = outcome.stretched;
        assert!(shortened + lengthened > 500, "{ppm} ppm over two minutes are 1,728 samples: {shortened} {lengthened}");
    }
}

#[test]
fn in_band_fec_recovers_single_losses() {
    let mut dice = Dice(11);
    let outcome = run(3_000, 0.0, |_| (dice.roll() > 0.10).then_some(0.0));
    let counts = outcome.buffer.counts();
    assert!(counts.recovered > 120, "{counts:?}");
    // One in ten is lost; half of this voice are pauses, which carry no FEC.
    assert!(outcome.concealed_percent() < 6.0, "{:.2} %", outcome.concealed_percent());
}

#[test]
fn what_was_recovered_sounds_like_what_was_sent() {
    let lost = |number: usize| number > 100 && number.is_multiple_of(10);
    let whole = run(600, 0.0, |_| Some(0.0));
    let repaired = run(600, 0.0, |number| (!lost(number)).then_some(0.0));
    let energy =
        |outcome: &Outcome| -> f64 { outcome.blocks[200..].iter().flat_map(|(_, block)| block).map(|s| f64::from(*s).powi(2)).sum() };
    let ratio = energy(&repaired) / energy(&whole);
    assert!((0.8..1.2).contains(&ratio), "energy changed by {ratio:.2}");
}

#[test]
fn a_line_gone_for_a_second_counts_as_concealed_and_a_pause_does_not() {
    let gone = run(500, 0.0, |number| (!(200..250).contains(&number)).then_some(0.0));
    let ms = gone.buffer.counts().concealed / MS;
    assert!((960..=1_100).contains(&ms), "{ms} ms of 1,000 ms gone");
    assert_eq!(gone.buffer.counts().lost, 50);
    // The same gap in time, but the sender numbered on.
    let mut wire = BTreeMap::new();
    let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
    for (sequence, number) in (0..200_usize).chain(250..500).enumerate() {
        let payload = Bytes::from(encoder.encode_vec(&speech::block(number), 1_275).unwrap());
        let packet = SoundPacket { sequence: sequence as u16, timestamp: number as u32 * 960, level_dbfs: None, payload };
        wire.insert((1_030_000 + number as u64 * 20_000, number), packet);
    }
    let paused = play(wire, 500);
    assert_eq!((paused.buffer.counts().concealed, paused.buffer.counts().lost), (0, 0));
    assert!(paused.blocks.iter().rev().take(100).all(|(heard, _)| *heard == Heard::Sender), "it goes on afterwards");
}

/// A microphone that was closed while somebody spoke and is dead when it is opened again: nothing of before may be heard, nor seen by meters.
#[test]
fn nothing_of_before_is_heard_when_sound_comes_back() {
    for length in 280..300 {
        let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
        encoder.set_bitrate(opus::Bitrate::Bits(32_000)).unwrap();
        let packet = |number: usize| {
            let samples = if number < 320 { speech::block(number) } else { [0; BLOCK] };
            let payload = Bytes::from(encoder.encode_vec(&samples, 1_275).unwrap());
            SoundPacket { sequence: number as u16, timestamp: number as u32 * 960, level_dbfs: None, payload }
        };
        let mut dice = Dice(length as u64);
        let wire = (0..600).map(packet).enumerate().filter(|(number, _)| !(length..400).contains(number) && dice.roll() > 0.2);
        let wire = wire.map(|(number, packet)| ((1_030_000 + number as u64 * 20_000, number), packet)).collect();
        let outcome = play(wire, 600);
        assert_eq!(outcome.blocks[350].0, Heard::Silence);
        let loudest = outcome.blocks[350..].iter().flat_map(|(_, block)| block).map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!(loudest <= 1, "{loudest} of 32768 after {length} packets");
    }
}

#[test]
fn a_burst_after_a_stall_does_not_leave_the_delay_long() {
    // 400 ms arrive at once.
    let outcome = run(2_500, 0.0, |number| Some(if (500..520).contains(&number) { (520 - number) as f64 * 20.0 } else { 0.0 }));
    let after = outcome.delay_ms(2_000..2_500);
    assert!(after < 60.0, "{after:.0} ms");
}

#[test]
fn repeated_and_late_packets_are_told_apart() {
    let mut buffer = JitterBuffer::default();
    let payload = |number: usize| {
        let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
        Bytes::from(encoder.encode_vec(&speech::block(number), 1_275).unwrap())
    };
    let packet = |n: u16| SoundPacket { sequence: n, timestamp: u32::from(n) * 960, level_dbfs: None, payload: payload(usize::from(n)) };
    let at = |ms: u64| Duration::from_millis(1_000 + ms);
    for number in [0_u16, 1, 3, 4] {
        buffer.push(at(u64::from(number) * 20), packet(number));
        buffer.push(at(u64::from(number) * 20), packet(number));
    }
    for tick in 0..6 {
        buffer.take(at(90 + tick * 20), 0);
    }
    buffer.push(at(220), packet(2));
    buffer.push(at(221), packet(2));
    let counts = buffer.counts();
    assert_eq!((counts.received, counts.repeated, counts.late, counts.lost), (5, 5, 1, 0), "{counts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_arrives_the_delay_stays_bounded(
        arrivals in proptest::collection::vec(
            (any::<u16>(), any::<u32>(), 0_u8..6, prop_oneof![Just(0_u64), 0_u64..40_000, Just(5_000_000)], 0_usize..40), 1..400)
    ) {
        let payloads: Vec<Bytes> = [&[0xFC, 0xFF, 0xFE][..], &[0x08, 1, 2, 3], &[0x0B, 0x86, 1, 2, 3, 4, 5, 6, 7, 8], &[0xFF], &[]].iter().map(|b| Bytes::copy_from_slice(b)).collect();
        let (buffer, mut playout) = (Mutex::new(JitterBuffer::default()), Playout::new().unwrap());
        let (mut now_us, mut played_us, mut sequence, mut timestamp) = (1_000_000_u64, 1_000_000_u64, 65_530_u16, u32::MAX - 5_000);
        for (jump, leap, kind, pause_us, kind_of) in arrivals {
            now_us += pause_us;
            match kind {
                0 => (sequence, timestamp) = (jump, leap),
                1 => sequence = sequence.wrapping_add(jump % 64),
                2 => (sequence, timestamp) = (sequence.wrapping_sub(jump % 8), timestamp.wrapping_sub(leap % 8 * 960)),
                3 => {}
                4 => timestamp = timestamp.wrapping_add(leap % 100_000),
                _ => (sequence, timestamp) = (sequence.wrapping_add(1), timestamp.wrapping_add(960)),
            }
            let packet = SoundPacket { sequence, timestamp, level_dbfs: None, payload: payloads[kind_of % payloads.len()].clone() };
            buffer.lock().unwrap().push(Duration::from_micros(now_us), packet);
            while played_us + 20_000 <= now_us {
                played_us = (played_us + 20_000).max(now_us.saturating_sub(400_000));
                let mut block = [0; BLOCK];
                playout.play(Duration::from_micros(played_us), &buffer, &mut block);
                prop_assert!(playout.ahead() <= 2 * 5_760);
            }
            let held = buffer.lock().unwrap();
            prop_assert!(held.held_packets() <= 104);
            prop_assert!(held.span() <= MAX_SPAN.max(5_760), "{} held", held.span());
        }
    }

    #[test]
    fn a_sender_of_ten_times_the_rate_is_cut_down(rate in 2_usize..=10, seed in 1_u64..u64::MAX) {
        let mut dice = Dice(seed);
        let mut wire = BTreeMap::new();
        let payload = Bytes::from_static(&[0xFC, 0xFF, 0xFE]);
        for number in 0..400 * rate {
            let at_us = 1_000_000 + number as u64 * 20_000 / rate as u64 + (dice.roll() * 60_000.0) as u64;
            let packet = SoundPacket { sequence: number as u16, timestamp: number as u32 * 960, level_dbfs: None, payload: payload.clone() };
            wire.insert((at_us, number), packet);
        }
        let outcome = play(wire, 400);
        prop_assert!(outcome.buffer.span() <= MAX_SPAN);
        prop_assert!(outcome.buffer.counts().overflowed > 0);
    }
}

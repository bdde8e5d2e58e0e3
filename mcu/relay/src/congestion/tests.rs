//! The downlink over a modelled line, in virtual time.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{Downlink, feedback};
use crate::time::Time;

/// A line: capacity, one-way delay, queue, loss.
struct Wire {
    bps: f64,
    delay: Duration,
    /// Bytes that may queue.
    queue: f64,
    lose_every: u64,
    free_at: f64,
    flying: VecDeque<(Duration, u16)>,
    count: u64,
}

impl Wire {
    fn new(bps: f64) -> Self {
        Self {
            bps,
            delay: Duration::from_millis(25),
            queue: 60_000.0,
            lose_every: u64::MAX,
            free_at: 0.0,
            flying: VecDeque::new(),
            count: 0,
        }
    }

    fn send(&mut self, now: Duration, number: u16, bytes: usize) {
        self.count += 1;
        let waiting = (self.free_at - now.as_secs_f64()).max(0.0) * self.bps / 8.0;
        if waiting + bytes as f64 > self.queue || self.count.is_multiple_of(self.lose_every) {
            return;
        }
        self.free_at = self.free_at.max(now.as_secs_f64()) + bytes as f64 * 8.0 / self.bps;
        self.flying.push_back((Duration::from_secs_f64(self.free_at) + self.delay, number));
    }
}

/// Sends at the target, at most `wish_bps`, for `seconds`; returns the mean target of the last fifth.
fn run(line: &mut Downlink, wire: &mut Wire, from: u64, seconds: u64, wish_bps: f64) -> f64 {
    let (mut owed, mut told, mut sum, mut count) = (0.0, Vec::<(u64, Duration)>::new(), 0.0, 0.0);
    let (mut base, mut reports) = (None, 0);
    for millis in from..from + seconds * 1000 {
        let now = Duration::from_millis(millis);
        let time = Time::new(now);
        let target = line.target_bps().map_or(wish_bps, |target| (target as f64).min(wish_bps));
        owed += target / 8000.0;
        while owed >= 1200.0 {
            owed -= 1200.0;
            wire.send(now, line.stamp(time, &[0; 1200]), 1200);
        }
        while wire.flying.front().is_some_and(|(at, _)| *at <= now) {
            let (at, number) = wire.flying.pop_front().unwrap();
            let near = told.last().map_or(1 << 16, |(number, _)| *number);
            told.push((crate::rtp::nearest(near, number), at));
        }
        if millis % 50 == 0 && !told.is_empty() {
            let first = base.unwrap_or(told[0].0);
            let mut packet = Vec::new();
            feedback::write(&mut packet, &feedback::Report { sender: 1, media: 2, count: reports, base: first, arrivals: &told });
            reports = reports.wrapping_add(1);
            base = told.last().map(|(number, _)| number + 1);
            told.clear();
            line.feedback(Time::new(now + wire.delay), &packet[4..]);
        }
        if millis >= from + seconds * 800 {
            sum += line.target_bps().unwrap_or(0) as f64;
            count += 1.0;
        }
    }
    sum / count
}

fn line() -> Downlink {
    Downlink::new((Instant::now(), Time::default()))
}

#[test]
fn a_wide_line_is_left_alone() {
    let mut line = line();
    assert_eq!(line.target_bps(), None);
    let target = run(&mut line, &mut Wire::new(50_000_000.0), 0, 10, 2_500_000.0);
    assert!(target > 2_500_000.0, "{target}");
    assert!(line.rtt().unwrap() >= Duration::from_millis(50) && line.loss_permille() == 0);
}

#[test]
fn a_thin_line_is_found_from_above() {
    let target = run(&mut line(), &mut Wire::new(1_000_000.0), 0, 30, 2_500_000.0);
    assert!((500_000.0..1_250_000.0).contains(&target), "{target}");
}

#[test]
fn a_line_that_becomes_wide_is_used_again() {
    let (mut line, mut wire) = (line(), Wire::new(600_000.0));
    let thin = run(&mut line, &mut wire, 0, 15, 2_500_000.0);
    wire.bps = 20_000_000.0;
    let wide = run(&mut line, &mut wire, 15_000, 60, 2_500_000.0);
    assert!(thin < 800_000.0 && wide > 2_000_000.0, "{thin} then {wide}");
}

#[test]
fn a_line_that_loses_a_fifth_of_everything_still_carries_a_sharp_picture() {
    let mut wire = Wire::new(20_000_000.0);
    wire.lose_every = 5;
    let target = run(&mut line(), &mut wire, 0, 20, 2_500_000.0);
    assert!(target > 2_500_000.0, "{target}");
}

#[test]
fn what_was_never_sent_is_not_believed() {
    let mut line = line();
    let mut packet = Vec::new();
    feedback::write(
        &mut packet,
        &feedback::Report { sender: 1, media: 2, count: 0, base: 500, arrivals: &[(500, Duration::from_secs(1))] },
    );
    line.feedback(Time::new(Duration::from_secs(1)), &packet[4..]);
    assert_eq!(line.target_bps(), None);
}

fn at(millis: u64) -> Time {
    Time::new(Duration::from_millis(millis))
}

#[test]
fn a_repeat_has_the_number_of_the_packet_it_repeats() {
    let mut line = Downlink::new((Instant::now(), at(0)));
    let packet = |sequence: u16, ssrc: u32| {
        let mut packet = vec![0x90, 96];
        packet.extend_from_slice(&sequence.to_be_bytes());
        packet.extend_from_slice(&[0; 4]);
        packet.extend_from_slice(&ssrc.to_be_bytes());
        packet
    };
    let first = line.stamp(at(0), &packet(7, 1));
    let second = line.stamp(at(1), &packet(7, 2));
    assert_eq!(second, first.wrapping_add(1));
    assert_eq!((line.number_of(&packet(7, 1)), line.number_of(&packet(7, 2))), (Some(first), Some(second)));
    assert_eq!(line.number_of(&packet(8, 1)), None);
    // Long ago is forgotten: better no repeat than another packet under the same nonce.
    for sequence in 0..5_000 {
        let _ = line.stamp(at(2), &packet(sequence, 3));
    }
    assert_eq!(line.number_of(&packet(7, 1)), None);
}

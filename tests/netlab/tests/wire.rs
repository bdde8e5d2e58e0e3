//! The wire in virtual time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use netlab::{Impairment, Loss, Rate, Wire};
use proptest::prelude::*;

const MS: Duration = Duration::from_millis(1);

/// Sends `count` packets of `bytes` bytes, one each `every`; gives the number and the time since the start of each that came out.
fn send(impairment: &Impairment, count: u32, bytes: usize, every: Duration) -> (Vec<(u32, Duration)>, netlab::Counts) {
    let start = Instant::now();
    let mut wire = Wire::new(start, impairment);
    let mut out = Vec::new();
    let mut drain = |wire: &mut Wire<Vec<u8>>, now| {
        while let Some((at, packet)) = wire.take(now) {
            out.push((u32::from_be_bytes(*packet.first_chunk().unwrap()), at - start));
        }
    };
    for number in 0..count {
        let mut packet = number.to_be_bytes().to_vec();
        packet.resize(bytes, 0);
        let now = start + every * number;
        drain(&mut wire, now);
        wire.put(now, packet);
    }
    while let Some(at) = wire.deadline() {
        drain(&mut wire, at);
    }
    (out, wire.counts())
}

fn numbers(out: &[(u32, Duration)]) -> Vec<u32> {
    out.iter().map(|(number, _)| *number).collect()
}

#[test]
fn a_perfect_wire_changes_nothing() {
    let (out, counts) = send(&Impairment::default(), 100, 40, MS);
    assert_eq!(out, (0..100).map(|number| (number, MS * number)).collect::<Vec<_>>());
    assert_eq!((counts.put, counts.out, counts.lost), (100, 100, 0));
}

#[test]
fn random_loss_has_its_rate_and_its_seed() {
    let lossy = |seed| send(&Impairment::new(Loss::Random(0.2), 20 * MS, seed), 50_000, 40, MS / 10).0;
    let share = 1.0 - lossy(1).len() as f64 / 50_000.0;
    assert!((share - 0.2).abs() < 0.01, "{share}");
    assert_eq!(lossy(1), lossy(1), "a seed repeats itself");
    assert_ne!(lossy(1), lossy(2), "another seed is another run");
}

#[test]
fn bursts_have_their_share_and_their_length() {
    for (share, mean) in [(0.05, 4.0), (0.2, 8.0), (0.5, 3.0)] {
        let (out, _) = send(&Impairment::new(Loss::Burst { share, mean_packets: mean }, MS, 7), 100_000, 40, MS / 10);
        let arrived = numbers(&out);
        let lost = 1.0 - arrived.len() as f64 / 100_000.0;
        assert!((lost - share).abs() < 0.1 * share + 0.005, "share {lost}, asked {share}");
        let bursts: Vec<u32> = arrived.windows(2).map(|pair| pair[1] - pair[0] - 1).filter(|gap| *gap > 0).collect();
        let length = f64::from(bursts.iter().sum::<u32>()) / bursts.len() as f64;
        assert!((length - mean).abs() < 0.1 * mean, "burst of {length}, asked {mean}");
    }
}

#[test]
fn the_delay_is_exact_and_jitter_keeps_order() {
    let (out, _) = send(&Impairment { delay: 25 * MS, ..Impairment::default() }, 100, 40, MS);
    assert!(out.iter().all(|(number, at)| *at == 25 * MS + MS * *number));
    let jittery = Impairment { delay: 25 * MS, jitter: 10 * MS, seed: 3, ..Impairment::default() };
    let (out, _) = send(&jittery, 2_000, 40, MS);
    assert_eq!(numbers(&out), (0..2_000).collect::<Vec<_>>());
    let delays: Vec<Duration> = out.iter().map(|(number, at)| *at - MS * *number).collect();
    assert!(delays.iter().all(|delay| (15 * MS..=35 * MS).contains(delay)));
    assert!(delays.iter().max().unwrap().saturating_sub(*delays.iter().min().unwrap()) > 10 * MS);
}

#[test]
fn reordering_and_duplication_are_seen() {
    let (out, _) = send(&Impairment { delay: 20 * MS, reorder_every: Some(10), ..Impairment::default() }, 1_000, 40, MS);
    let arrived = numbers(&out);
    let overtakes = arrived.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert!((90..=110).contains(&overtakes), "{overtakes}");
    let mut sorted = arrived;
    sorted.sort_unstable();
    assert_eq!(sorted, (0..1_000).collect::<Vec<_>>(), "none is lost by it");
    let (out, counts) = send(&Impairment { duplicate: 0.1, seed: 5, ..Impairment::default() }, 10_000, 40, MS);
    assert!((10_900..11_100).contains(&out.len()), "{}", out.len());
    assert_eq!(counts.out, out.len() as u64);
}

#[test]
fn a_rate_spreads_a_burst_and_its_queue_overflows() {
    // 1 Mbit/s: 1250 bytes take 10 ms.
    let narrow = |queue_bytes| Impairment { delay: 5 * MS, rate: Some(Rate { bps: 1_000_000, queue_bytes }), ..Impairment::default() };
    let (out, counts) = send(&narrow(1_000_000), 50, 1_250, Duration::ZERO);
    assert_eq!((out.len(), counts.overflowed), (50, 0));
    assert!(out.windows(2).all(|pair| (pair[1].1 - pair[0].1).abs_diff(10 * MS) < MS / 10), "{out:?}");
    let (out, counts) = send(&narrow(12_500), 50, 1_250, Duration::ZERO);
    assert!((10..=11).contains(&out.len()), "{}", out.len());
    assert_eq!(counts.overflowed + out.len() as u64, 50);
    let (out, counts) = send(&narrow(12_500), 500, 1_250, 20 * MS);
    assert_eq!((out.len(), counts.overflowed), (500, 0), "half the rate passes");
}

#[test]
fn an_outage_takes_what_enters_and_what_is_under_way() {
    let gone = Impairment { delay: 20 * MS, gone: vec![100 * MS..200 * MS], ..Impairment::default() };
    let (out, counts) = send(&gone, 300, 40, MS);
    let expected: Vec<u32> = (0..80).chain(200..300).collect();
    assert_eq!((numbers(&out), counts.cut), (expected, 120));
}

#[test]
fn a_line_is_cut_and_changed_at_run_time() {
    let start = Instant::now();
    let mut wire = Wire::new(start, &Impairment { delay: 10 * MS, ..Impairment::default() });
    wire.put(start, vec![1]);
    wire.cut(true);
    assert_eq!(wire.take(start + 10 * MS), None);
    wire.put(start + 10 * MS, vec![2]);
    wire.cut(false);
    wire.put(start + 20 * MS, vec![3]);
    wire.change(start + 20 * MS, &Impairment { delay: 50 * MS, ..Impairment::default() });
    wire.put(start + 21 * MS, vec![4]);
    assert_eq!(wire.take(start + 100 * MS), Some((start + 30 * MS, vec![3])), "what was under way keeps its delay");
    assert_eq!(wire.take(start + 100 * MS), Some((start + 71 * MS, vec![4])));
    assert_eq!((wire.counts().cut, wire.deadline()), (2, None));
}

proptest! {
    #[test]
    fn nothing_is_invented_and_nothing_is_early(
        share in 0.0_f64..0.9, mean in 1.0_f64..20.0, delay in 0_u32..100, jitter in 0_u32..50, rate in 100_000_u64..10_000_000, seed: u64,
        bursts: bool,
    ) {
        let loss = if bursts { Loss::Burst { share, mean_packets: mean } } else { Loss::Random(share) };
        let (delay, jitter) = (MS * delay, MS * jitter.min(delay));
        let rate = Some(Rate { bps: rate, queue_bytes: 20_000 });
        let impairment = Impairment { loss, delay, jitter, rate, seed, ..Impairment::default() };
        let (out, counts) = send(&impairment, 300, 500, MS);
        prop_assert!(out.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "order is kept");
        prop_assert!(out.iter().all(|(number, at)| *at + MS / 1000 >= MS * *number + delay - jitter));
        prop_assert_eq!(counts.put, counts.out + counts.lost + counts.overflowed + counts.cut);
        prop_assert_eq!(counts.out, out.len() as u64);
    }
}

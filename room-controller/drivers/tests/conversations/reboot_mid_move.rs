//! The camera loses power while it moves: whoever waits is told, and the first thing after the return is stop, twice, 50 ms apart.

use std::time::Duration;

use room_api::Value;
use room_driver::{Input, LinkHealth, Progress, Trouble};

use crate::bench::{Bench, hex};

const STOP: &str = "81 01 06 01 18 14 03 03 FF";

#[test]
fn a_move_is_not_replayed_and_stop_comes_first_after_the_return() {
    let mut bench = Bench::ready();
    bench.command(1, "pan_tilt", &[("pan", Value::Int(-5)), ("tilt", Value::Int(0))]);
    assert_eq!(bench.last_sent(), hex("81 01 06 01 05 01 01 03 FF"));
    bench.machine.handle(bench.now, Input::Closed("power cut".to_owned()));
    bench.drain();
    assert_eq!(bench.progress.last(), Some(&(1, Progress::TimedOut)));
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::Closed(_), .. }));
    bench.sent.clear();
    bench.wait(Duration::from_millis(1_300));
    assert_eq!(bench.connects, 2);
    bench.connect();
    assert_eq!(bench.last_sent(), hex(STOP));
    let began = bench.now;
    bench.answer_all();
    bench.wait(Duration::from_millis(49));
    assert!(!bench.sent.contains(&hex(STOP)));
    bench.wait(Duration::from_millis(2));
    assert!(bench.sent.contains(&hex(STOP)), "second stop {:?} after the connect", bench.now - began);
    bench.answer_all();
    assert!(bench.is_online());
    assert_eq!(bench.facts["preset"], None);
}

//! An answer comes after its question was given up: it is not taken for the answer to the next one.

use std::time::Duration;

use room_api::Value;
use room_driver::{LinkHealth, Trouble};

use crate::bench::{Bench, hex};

#[test]
fn what_comes_late_is_dropped_in_the_pause() {
    let mut bench = Bench::ready();
    bench.wait(Duration::from_millis(5_000));
    assert_eq!(bench.last_sent(), hex("81 09 06 12 FF"));
    bench.wait(Duration::from_millis(1_100));
    assert_eq!(*bench.machine.health(), LinkHealth::Degraded(Trouble::Slow));
    // The late answer says pan 0x0100; nobody waits for it at this moment.
    bench.say(&hex("90 50 00010000 00000000 FF"));
    assert_eq!(bench.facts["pan"], Some(Value::Int(0)));
    let before = bench.sent.len();
    bench.wait(Duration::from_millis(500));
    assert_eq!(bench.sent.len(), before + 1);
    bench.answer_all();
}

#[test]
fn an_answer_of_another_length_is_not_mine() {
    let mut bench = Bench::ready();
    bench.wait(Duration::from_millis(5_000));
    bench.say(&hex("90 50 03 FF"));
    assert_eq!(bench.facts["power"], Some(Value::Bool(true)));
    bench.say(&hex("90 50 00000001 0F0F0F0F FF"));
    assert_eq!((&bench.facts["pan"], &bench.facts["tilt"]), (&Some(Value::Int(1)), &Some(Value::Int(-1))));
}

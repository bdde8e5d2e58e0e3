//! Both sockets are busy: asked again after a pause, not given up.

use std::time::Duration;

use room_api::Value;
use room_driver::Progress;

use crate::bench::{Bench, hex};

#[test]
fn a_busy_camera_is_asked_again_after_a_pause() {
    let mut bench = Bench::ready();
    bench.command(5, "recall_preset", &[("preset", Value::Int(5))]);
    assert_eq!(bench.last_sent(), hex("81 01 04 3F 02 05 FF"));
    bench.say(&hex("90 60 03 FF"));
    assert_eq!(bench.sent.len(), 1);
    bench.wait(Duration::from_millis(100));
    assert_eq!(bench.sent.len(), 2);
    bench.say(&hex("90 42 FF"));
    bench.say(&hex("90 52 FF"));
    assert_eq!(bench.progress, [(5, Progress::Sent), (5, Progress::Acked), (5, Progress::Done)]);
    assert_eq!(bench.facts["preset"], Some(Value::Int(5)));
}

#[test]
fn never_a_second_command_before_the_first_ack_and_never_more_than_two_executing() {
    let mut bench = Bench::ready();
    bench.command(1, "recall_preset", &[("preset", Value::Int(1))]);
    bench.command(2, "zoom_to", &[("zoom", Value::Int(100))]);
    bench.command(3, "set_focus", &[("focus", Value::Text("manual".to_owned()))]);
    assert_eq!(bench.sent.len(), 1);
    bench.say(&hex("90 41 FF"));
    assert_eq!(bench.sent.len(), 2);
    bench.say(&hex("90 42 FF"));
    assert_eq!(bench.sent.len(), 2, "two execute: the third waits");
    bench.say(&hex("90 51 FF"));
    // The first is done: the third goes out before any poll.
    assert_eq!(bench.last_sent(), hex("81 01 04 38 03 FF"));
}

//! A stop jumps the queue and takes away the moves it makes pointless; of several waiting moves the latest wins.

use room_api::Value;
use room_driver::Progress;

use crate::bench::{Bench, hex};

fn drive(pan: i64) -> [(&'static str, Value); 2] {
    [("pan", Value::Int(pan)), ("tilt", Value::Int(0))]
}

#[test]
fn the_latest_move_wins() {
    let mut bench = Bench::ready();
    bench.command(1, "recall_preset", &[("preset", Value::Int(1))]);
    bench.command(2, "pan_tilt", &drive(3));
    bench.command(3, "pan_tilt", &drive(9));
    assert!(bench.progress.contains(&(2, Progress::Superseded)));
    bench.say(&hex("90 41 FF"));
    assert_eq!(bench.last_sent(), hex("81 01 06 01 09 01 02 03 FF"));
}

#[test]
fn a_stop_overtakes_and_clears_moves() {
    let mut bench = Bench::ready();
    bench.command(1, "recall_preset", &[("preset", Value::Int(1))]);
    bench.command(2, "set_focus", &[("focus", Value::Text("auto".to_owned()))]);
    bench.command(3, "pan_tilt", &drive(3));
    bench.command(4, "stop", &[]);
    assert!(bench.progress.contains(&(3, Progress::Superseded)));
    bench.say(&hex("90 41 FF"));
    assert_eq!(bench.last_sent(), hex("81 01 04 07 00 FF"));
    bench.say(&hex("90 42 FF"));
    assert_eq!(bench.last_sent(), hex("81 01 06 01 18 14 03 03 FF"), "even with both sockets busy");
}

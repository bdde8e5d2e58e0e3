//! Replies cut anywhere and glued together.

use room_api::Value;
use room_driver::Progress;

use crate::bench::{Bench, hex};

#[test]
fn a_reply_in_single_bytes_is_one_reply() {
    let mut bench = Bench::ready();
    bench.command(1, "recall_preset", &[("preset", Value::Int(1))]);
    for byte in hex("90 41 FF 90 51 FF") {
        bench.say(&[byte]);
    }
    assert_eq!(bench.progress, [(1, Progress::Sent), (1, Progress::Acked), (1, Progress::Done)]);
}

#[test]
fn half_a_frame_does_not_survive_a_reconnect() {
    let mut bench = Bench::ready();
    bench.say(&hex("90 50 02"));
    bench.machine.handle(bench.now, room_driver::Input::Closed("cut".to_owned()));
    bench.drain();
    bench.wait(std::time::Duration::from_secs(2));
    bench.sent.clear();
    bench.connect();
    bench.answer_all();
    bench.wait(std::time::Duration::from_millis(60));
    bench.answer_all();
    assert!(bench.is_online());
}

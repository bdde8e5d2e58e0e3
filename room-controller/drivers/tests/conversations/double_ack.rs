//! An acknowledgement comes twice, and a completion for a socket nobody uses: neither is taken for another command's.

use room_api::Value;
use room_driver::Progress;

use crate::bench::{Bench, hex};

#[test]
fn the_second_ack_acknowledges_nothing() {
    let mut bench = Bench::ready();
    bench.command(1, "recall_preset", &[("preset", Value::Int(1))]);
    bench.say(&hex("90 41 FF 90 41 FF"));
    bench.say(&hex("90 52 FF"));
    assert_eq!(bench.progress, [(1, Progress::Sent), (1, Progress::Acked)]);
    bench.say(&hex("90 51 FF 90 51 FF"));
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Done)));
    assert_eq!(bench.progress.len(), 3);
}

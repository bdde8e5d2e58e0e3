//! VISCA over IP loses datagrams: the same one is sent again with the same number; three misses lead to a reset.

use std::time::Duration;

use room_drivers::visca::Carrier;

use crate::bench::{camera, hex};

const RESET: &str = "0200 0001 00000000 01";
const RESET_DONE: &str = "0201 0001 00000000 01";

#[test]
fn a_lost_datagram_is_sent_again_with_the_same_number_and_then_the_count_is_reset() {
    let mut bench = camera(Carrier::OverIp);
    bench.connect();
    assert_eq!(bench.last_sent(), hex(RESET));
    bench.say(&hex(RESET_DONE));
    let first = hex("0100 0009 00000000 8101060118140303FF");
    assert_eq!(bench.last_sent(), first);
    bench.wait(Duration::from_millis(2_100));
    assert_eq!(&bench.sent[1..], [first.clone(), first.clone(), first]);
    bench.wait(Duration::from_secs(1));
    assert_eq!(bench.last_sent(), hex(RESET));
}

#[test]
fn a_reply_with_another_number_is_nobodys() {
    let mut bench = camera(Carrier::OverIp);
    bench.connect();
    bench.say(&hex(RESET_DONE));
    bench.say(&hex("0111 0003 00000007 9041FF"));
    assert_eq!(bench.sent.len(), 2, "still waits for its own acknowledgement");
    bench.say(&hex("0111 0003 00000000 9041FF"));
    assert_eq!(bench.sent.len(), 3);
}

#[test]
fn a_sequence_error_resets_the_count() {
    let mut bench = camera(Carrier::OverIp);
    bench.connect();
    bench.say(&hex(RESET_DONE));
    bench.say(&hex("0201 0002 00000000 0F01"));
    assert_eq!(bench.last_sent(), hex(RESET));
}

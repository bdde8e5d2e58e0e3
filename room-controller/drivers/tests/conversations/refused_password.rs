//! The projector refuses the password: said so, tried once more, then left alone (devices lock out).

use std::time::Duration;

use room_driver::{LinkHealth, Trouble};

use crate::bench::projector;

#[test]
fn a_wrong_password_is_tried_twice_and_then_left_alone() {
    let mut bench = projector("wrong");
    for _ in 0..2 {
        bench.connect();
        bench.say(b"PJLINK 1 498e4a67\r");
        bench.say(b"PJLINK ERRA\r");
        assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::LoginRefused, .. }));
        bench.wait(Duration::from_secs(3));
    }
    bench.wait(Duration::from_secs(240));
    assert_eq!(bench.connects, 2);
}

#[test]
fn the_digest_stands_in_front_of_every_command() {
    let mut bench = projector("JBMIAProjectorLink");
    bench.connect();
    bench.say(b"PJLINK 1 498e4a67\r");
    assert_eq!(bench.last_sent(), b"5d8409bc1c3fa39749434aa3a5c38682%1POWR ?\r");
    bench.say(b"%1POWR=1\r");
    assert_eq!(bench.last_sent(), b"5d8409bc1c3fa39749434aa3a5c38682%1INPT ?\r");
}

//! The projector takes the digest once and refuses its repetition: learned on the spot, kept for the device.

use std::time::Duration;

use crate::bench::projector;

#[test]
fn the_driver_falls_back_to_the_digest_once() {
    let mut bench = projector("JBMIAProjectorLink");
    bench.connect();
    bench.say(b"PJLINK 1 498e4a67\r");
    bench.say(b"%1POWR=0\r");
    bench.say(b"PJLINK ERRA\r");
    bench.wait(Duration::from_millis(1_300));
    assert_eq!(bench.connects, 2);
    bench.connect();
    bench.say(b"PJLINK 1 498e4a67\r");
    assert_eq!(bench.last_sent(), b"5d8409bc1c3fa39749434aa3a5c38682%1POWR ?\r");
    bench.say(b"%1POWR=0\r");
    assert_eq!(bench.last_sent(), b"%1INPT ?\r");
}

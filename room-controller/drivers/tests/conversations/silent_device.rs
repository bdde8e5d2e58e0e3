//! The device takes everything and says nothing.

use std::time::Duration;

use room_driver::{LinkHealth, Trouble};

use crate::bench::{Bench, projector};

#[test]
fn three_misses_lose_a_camera_and_it_is_tried_for_ever() {
    let mut bench = Bench::ready();
    bench.wait(Duration::from_secs(15));
    assert!(bench.health.iter().any(|health| matches!(health, LinkHealth::Lost { reason: Trouble::Silent, .. })));
    assert_eq!(bench.disconnects, 1);
    for _ in 0..8 {
        bench.machine.handle(bench.now, room_driver::Input::Failed("nobody".to_owned()));
        bench.wait(Duration::from_secs(40));
    }
    assert!(bench.connects >= 8, "{}", bench.connects);
}

#[test]
fn a_projector_that_does_not_greet_is_lost() {
    let mut bench = projector("x");
    bench.connect();
    bench.wait(Duration::from_millis(5_100));
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::Silent, .. }));
    assert!(bench.sent.is_empty());
}

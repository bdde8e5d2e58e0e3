//! Bytes that mean nothing.

use proptest::prelude::*;
use room_driver::{Input, LinkHealth, Trouble};
use room_drivers::visca::Carrier;

use crate::bench::{Bench, camera, projector};

#[test]
fn endless_noise_ends_the_link_with_a_reason() {
    let mut bench = Bench::ready();
    for _ in 0..40 {
        bench.say(&[0x13; 32]);
    }
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::Garbled, .. }));
    assert_eq!(bench.disconnects, 1);
}

proptest! {
    #[test]
    fn no_bytes_break_a_driver(portions in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..20), kind in 0..4) {
        let carriers = [Carrier::Tcp, Carrier::OverIp, Carrier::Serial { address: 1 }];
        match carriers.get(usize::try_from(kind).unwrap()) {
            Some(carrier) => {
                let mut bench = camera(*carrier);
                bench.connect();
                for portion in portions {
                    bench.say(&portion);
                    bench.wait(std::time::Duration::from_millis(300));
                }
            }
            None => {
                let mut bench = projector("x");
                bench.connect();
                bench.machine.handle(bench.now, Input::Bytes(b"PJLINK 1 498e4a67\r"));
                for portion in portions {
                    bench.say(&portion);
                    bench.wait(std::time::Duration::from_millis(300));
                }
            }
        }
    }
}

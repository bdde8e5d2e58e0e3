//! Our sACN driver against olad.

use std::net::UdpSocket;

use room_drivers::sacn::decode;
use room_link::Address;

use crate::olad::{Olad, Tap, fades, levels_arrive, rig};
use crate::wire::Wire;

#[tokio::test]
async fn olad_has_the_levels_and_a_fade_is_forty_frames_a_second() {
    let olad = Olad::start("e131", "ip = 127.0.0.1\n", &[1, 2]).await;
    let tap = Tap::new(UdpSocket::bind("127.0.0.1:0").unwrap(), ([127, 0, 0, 1], 5568).into());
    let mut wire = Wire::named("sacn", &rig(1), Address::Udp(tap.at));
    levels_arrive(&mut wire, &olad, 1).await;

    let frame = |bytes: &[u8]| decode(bytes).filter(|data| data.universe == 1).map(|data| (data.sequence, data.levels));
    fades(&mut wire, &tap, &olad, 1, frame).await;
}

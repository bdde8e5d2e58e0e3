//! Our Art-Net driver against olad.

use std::net::UdpSocket;

use room_api::Value;
use room_drivers::artnet::{Packet, decode};
use room_link::Address;
use socket2::{Domain, Socket, Type};

use crate::olad::{Olad, Tap, fades, levels_arrive, rig};
use crate::wire::Wire;

/// olad sends its answers to port 6454 of its one address, 127.0.0.1, as an Art-Net 3 node sends them to all. It holds that port on every address; the tap
/// takes 127.0.0.1 from it, as the controller's own port would, and finds olad at another address of the loopback.
fn tap() -> Tap {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    let at: std::net::SocketAddr = ([127, 0, 0, 1], 6454).into();
    socket.bind(&at.into()).expect("port 6454 is held by another program");
    Tap::new(UdpSocket::from(socket), ([127, 0, 0, 3], 6454).into())
}

async fn olad() -> Olad {
    Olad::start("artnet", "ip = 127.0.0.1\nuse_loopback = true\nshort_name = Stage\n", &[1, 2]).await
}

#[tokio::test]
async fn olad_answers_polls_and_has_the_levels_and_a_fade_is_forty_frames_a_second() {
    let olad = olad().await;
    let tap = tap();
    let mut wire = Wire::named("artnet", &rig(1), Address::Udp(tap.at));
    levels_arrive(&mut wire, &olad, 1).await;
    // Its ports that are not patched stand on universe 0.
    for (property, words) in [("node", "Stage"), ("outputs", "0 1 2"), ("transmitting", "1 2"), ("merging", "")] {
        wire.until(property, |wire| wire.is(property, &Value::Text(words.to_owned()))).await;
    }

    let frame = |bytes: &[u8]| match decode(bytes) {
        Some(Packet::Dmx(sequence, 1, levels)) => Some((sequence, levels)),
        Some(Packet::Dmx(..) | Packet::Poll | Packet::PollReply(_) | Packet::Other(_)) | None => None,
    };
    fades(&mut wire, &tap, &olad, 1, frame).await;
}

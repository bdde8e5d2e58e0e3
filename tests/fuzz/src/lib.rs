//! Every parser of outside bytes as one function from bytes to nothing. `make fuzz TARGET=<name>` searches, the test `replay` repeats what was found.

mod devices;
pub mod drivers;
mod media;

use bytes::{Bytes, BytesMut};
use mcu_media_api::Codec;
use tokio_util::codec::Decoder as _;

/// A parser under test: it may refuse anything and must survive everything.
pub type Target = fn(&[u8]);

/// All targets by name; each has a folder of inputs under `corpus/`.
pub const TARGETS: [(&str, Target); 22] = [
    ("offer", offer),
    ("stun", stun),
    ("datagrams", media::datagrams),
    ("tcp-framing", tcp_framing),
    ("rtp", rtp),
    ("rtcp", rtcp),
    ("h264", h264),
    ("vp8", vp8),
    ("worker-frames", worker_frames),
    ("command", command),
    ("opening", opening),
    ("uplink", uplink),
    ("audit", audit),
    ("clip", clip),
    ("visca", devices::visca),
    ("visca-over-ip", devices::visca_over_ip),
    ("pjlink", devices::pjlink),
    ("camera", devices::camera),
    ("camera-over-ip", devices::camera_over_ip),
    ("projector", devices::projector),
    ("device", drivers::device),
    ("simulator", drivers::told),
];

/// Runs the target of that name; unknown names do nothing.
pub fn run(name: &str, data: &[u8]) {
    if let Some((_, target)) = TARGETS.iter().find(|(known, _)| *known == name) {
        target(data);
    }
}

fn offer(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        drop(mcu_relay::sdp::parse_offer(text));
    }
}

fn stun(data: &[u8]) {
    drop(mcu_relay::peer::local_ufrag_of(data));
}

/// However the stream is cut, the packets and the end are the same.
fn tcp_framing(data: &[u8]) {
    let read = |piece: usize| {
        let (mut deframer, mut packets, mut end) = (mcu_relay::tcp::Deframer::default(), Vec::new(), Ok(()));
        for part in data.chunks(piece) {
            end = deframer.feed(part, |packet| packets.push(packet.to_vec()));
        }
        (packets, end)
    };
    let whole = read(data.len().max(1));
    for piece in [1, 3, 700] {
        assert_eq!(read(piece), whole);
    }
    let stream = whole.0.iter().flat_map(|packet| mcu_relay::tcp::frame_header(packet).into_iter().flatten().chain(packet.iter().copied()));
    assert!(stream.eq(data.iter().copied().take(whole.0.iter().map(|packet| packet.len() + 2).sum())));
}

fn rtp(data: &[u8]) {
    if let Some(packet) = mcu_relay::rtp::RtpPacket::parse(&Bytes::copy_from_slice(data)) {
        for id in 0..=15 {
            let _ = packet.extension(id);
        }
    }
}

fn rtcp(data: &[u8]) {
    mcu_relay::rtp::rtcp::read(data, |part| {
        std::hint::black_box(part);
    });
    assert!(mcu_relay::rtp::rtcp::nack_sequences(data).count() <= data.len() * 17);
}

fn h264(data: &[u8]) {
    let _ = mcu_relay::rtp::codec::h264_mark(data);
    let _ = codec::starts_key_frame(Codec::H264, data);
}

fn vp8(data: &[u8]) {
    let _ = mcu_relay::rtp::codec::vp8(data);
    let _ = codec::starts_key_frame(Codec::Vp8, data);
}

fn worker_frames(data: &[u8]) {
    let mut buffer = BytesMut::from(data);
    let mut frames = mcu_media_api::Frames::<mcu_media_api::FromRelay, ()>::new();
    while let Ok(Some(_)) = frames.decode(&mut buffer) {}
}

fn command(data: &[u8]) {
    if let Ok(request) = serde_json::from_slice::<mcu_api::CommandRequest>(data) {
        let again = serde_json::to_vec(&request).unwrap_or_default();
        assert_eq!(serde_json::from_slice::<mcu_api::CommandRequest>(&again).ok(), Some(request));
    }
}

fn opening(data: &[u8]) {
    drop(serde_json::from_slice::<mcu_api::OpenConference>(data));
}

fn uplink(data: &[u8]) {
    drop(serde_json::from_slice::<room_api::FromRoom>(data));
    let told = serde_json::from_slice::<room_api::FromConsole>(data);
    // What passes the check goes into an address, and nothing else may.
    if let Ok(room_api::FromConsole::Seat(word)) = told
        && word.check().is_ok()
    {
        assert!(word.revision > 0 && word.conference.is_none_or(|id| room_api::is_conference_id(&id)));
    }
}

fn audit(data: &[u8]) {
    let _ = audit_chain::verify(data);
}

fn clip(data: &[u8]) {
    drop(room_terminal::clip::Clip::parse(&Bytes::copy_from_slice(data)));
}

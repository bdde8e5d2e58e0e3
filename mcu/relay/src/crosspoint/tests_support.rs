//! Makings of tests: a matrix with scripted publishers, and an outlet that keeps what goes out.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use mcu_media_api::{Codec, Layer, RelayWanted, Role, Route, SeatId, SourceId, Tap};

use super::{
    Crosspoint, Outlet, PeerId,
    stream::{Origin, Stream},
};
use crate::{
    entropy::Entropy,
    rtp::{OutPacket, RtpPacket, rtcp},
    sdp::{self, Agreement},
    slab::Slab,
    time::Time,
};

/// A stream of no particular source.
pub(crate) fn stream() -> Stream {
    let source = Slab::default().insert(super::Source {
        id: "test".into(),
        codec: None,
        streams: [None; 3],
        open: true,
        sinks: Vec::new(),
        taps: Vec::new(),
    });
    Stream::new(Time::default(), source, Layer::High, Codec::Vp8, 1, Origin::Worker(([127, 0, 0, 1], 1).into()))
}

/// A packet that went to a watcher or worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
}

/// Keeps what goes out.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) rtp: Vec<(PeerId, Sent)>,
    pub(crate) rtcp: Vec<(PeerId, Vec<u8>)>,
    pub(crate) tap_rtp: Vec<(SocketAddr, Sent)>,
    pub(crate) tap_rtcp: Vec<(SocketAddr, Vec<u8>)>,
}

fn sent(packet: &OutPacket<'_>) -> Sent {
    let mut bytes = Vec::new();
    packet.write(&mut bytes);
    let read = RtpPacket::parse(&Bytes::from(bytes)).unwrap();
    Sent {
        payload_type: read.payload_type,
        sequence: read.sequence,
        timestamp: read.timestamp,
        ssrc: read.ssrc,
        marker: read.marker,
        payload: read.payload.to_vec(),
    }
}

impl Outlet for Kept {
    fn rtp(&mut self, to: PeerId, packet: &OutPacket<'_>) {
        self.rtp.push((to, sent(packet)));
    }

    fn give_up(&mut self, _to: PeerId) {}

    fn rtcp(&mut self, to: PeerId, bytes: &[u8]) {
        self.rtcp.push((to, bytes.to_vec()));
    }

    fn tap_rtp(&mut self, to: SocketAddr, packet: &OutPacket<'_>) {
        self.tap_rtp.push((to, sent(packet)));
    }

    fn tap_rtcp(&mut self, to: SocketAddr, bytes: &[u8]) {
        self.tap_rtcp.push((to, bytes.to_vec()));
    }
}

impl Kept {
    /// Payloads that went to a watcher.
    pub(crate) fn payloads(&self, to: PeerId) -> Vec<Vec<u8>> {
        self.rtp.iter().filter(|(peer, _)| *peer == to).map(|(_, sent)| sent.payload.clone()).collect()
    }

    /// How many key frames a peer was asked for.
    pub(crate) fn key_requests(&self, to: PeerId) -> usize {
        let mut count = 0;
        for (_, bytes) in self.rtcp.iter().filter(|(peer, _)| *peer == to) {
            rtcp::read(bytes, |part| count += usize::from(matches!(part, rtcp::Part::KeyFrame { .. })));
        }
        count
    }

    /// Sequence numbers a peer was asked to send again.
    pub(crate) fn nacks(&self, to: PeerId) -> Vec<u16> {
        let mut all = Vec::new();
        for (_, bytes) in self.rtcp.iter().filter(|(peer, _)| *peer == to) {
            rtcp::read(bytes, |part| {
                if let rtcp::Part::Nack { pairs, .. } = part {
                    all.extend(rtcp::nack_sequences(pairs));
                }
            });
        }
        all
    }
}

/// Payload types of the offers below.
pub(crate) const H264: u8 = 102;
pub(crate) const H264_RTX: u8 = 103;
pub(crate) const VP8: u8 = 96;
pub(crate) const OPUS: u8 = 111;

const HEAD: &str = "v=0\r\na=group:BUNDLE 0 1\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\na=setup:actpass\r\n";

/// What is agreed with a peer that knows one video codec and Opus; `more` is added to the video m-line.
pub(crate) fn agreement(role: Role, video: &str, more: &str) -> Agreement {
    let direction = match role {
        Role::Publish => "sendonly",
        Role::Watch => "recvonly",
    };
    let fingerprint = format!("a=fingerprint:sha-256 {}\r\n", ["AB"; 32].join(":"));
    let codec = match video {
        "vp8" => format!("m=video 9 UDP/TLS/RTP/SAVPF {VP8}\r\na=rtpmap:{VP8} VP8/90000\r\n"),
        _ => format!(
            "m=video 9 UDP/TLS/RTP/SAVPF {H264} {H264_RTX}\r\na=rtpmap:{H264} H264/90000\r\na=fmtp:{H264} packetization-mode=1\r\n\
             a=rtpmap:{H264_RTX} rtx/90000\r\na=fmtp:{H264_RTX} apt={H264}\r\n"
        ),
    };
    let text = format!(
        "{HEAD}{fingerprint}{codec}a=mid:0\r\na={direction}\r\na=rtcp-mux\r\na=rtcp-fb:* nack\r\na=rtcp-fb:* nack pli\r\na=rtcp-fb:* goog-remb\r\n{more}\
         m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\na=rtpmap:{OPUS} opus/48000/2\r\na=mid:1\r\na={direction}\r\na=rtcp-mux\r\n"
    );
    let mut agreement = sdp::agree(&sdp::parse_offer(&text).unwrap(), role).unwrap();
    for (number, stream) in (0..).zip(agreement.streams_mut()) {
        (stream.send_ssrc, stream.send_rtx_ssrc) = (9000 + number, 9500 + number);
    }
    agreement
}

/// A matrix, its clock and what came out.
pub(crate) struct Bench {
    pub(crate) matrix: Crosspoint,
    pub(crate) now: Time,
    pub(crate) out: Kept,
    pub(crate) wanted: RelayWanted,
}

pub(crate) const WATCHER: PeerId = PeerId(100);

impl Bench {
    pub(crate) fn new() -> Self {
        let now = Time::new(Duration::from_secs(1000));
        Self { matrix: Crosspoint::new(Entropy::counting()), now, out: Kept::default(), wanted: RelayWanted::default() }
    }

    pub(crate) fn publisher(&mut self, number: u64, video: &str, more: &str) -> PeerId {
        let peer = PeerId(number);
        self.matrix.add_publisher(peer, &SeatId(format!("s{number}")), &agreement(Role::Publish, video, more));
        peer
    }

    pub(crate) fn watcher(&mut self, video: &str) {
        self.matrix.add_watcher(WATCHER, &SeatId::from("w"), &agreement(Role::Watch, video, ""), "cname");
    }

    pub(crate) fn want(&mut self, change: impl FnOnce(&mut RelayWanted)) {
        change(&mut self.wanted);
        self.matrix.set_wanted(self.now, &self.wanted);
        self.flush();
    }

    pub(crate) fn route(&mut self, number: u64, max_layer: Layer) {
        let seat = SeatId(format!("s{number}"));
        self.want(|wanted| {
            wanted.routes =
                vec![Route { seat: SeatId::from("w"), main: Some(seat.main()), content: None, sound: Some(seat.sound()), max_layer }];
        });
    }

    pub(crate) fn tap(&mut self, number: u64, layer: Layer) -> SocketAddr {
        let to = SocketAddr::from(([127, 0, 0, 1], 5000));
        let source = SourceId(format!("s{number}/main"));
        self.want(|wanted| wanted.taps = vec![Tap { source, layer, to, ssrc: 4242 }]);
        to
    }

    pub(crate) fn flush(&mut self) {
        self.matrix.flush(self.now, &mut self.out);
    }

    pub(crate) fn pass(&mut self, millis: u64) {
        for _ in 0..millis / 5 {
            self.now = self.now + Duration::from_millis(5);
            self.flush();
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one packet")]
    pub(crate) fn rtp(&mut self, from: PeerId, payload_type: u8, ssrc: u32, sequence: u16, timestamp: u32, marker: bool, payload: &[u8]) {
        self.rtp_with(from, payload_type, ssrc, sequence, timestamp, marker, payload, None);
    }

    /// A packet with a RID in header extension 2.
    #[expect(clippy::too_many_arguments, reason = "the fields of one packet")]
    pub(crate) fn rtp_with(
        &mut self,
        from: PeerId,
        payload_type: u8,
        ssrc: u32,
        sequence: u16,
        timestamp: u32,
        marker: bool,
        payload: &[u8],
        rid: Option<&str>,
    ) {
        let mut bytes = vec![0x80, u8::from(marker) << 7 | payload_type];
        bytes.extend_from_slice(&sequence.to_be_bytes());
        bytes.extend_from_slice(&timestamp.to_be_bytes());
        bytes.extend_from_slice(&ssrc.to_be_bytes());
        if let Some(rid) = rid {
            bytes[0] |= 0x10;
            let mut extension = vec![0x20 | (rid.len() as u8 - 1)];
            extension.extend_from_slice(rid.as_bytes());
            extension.resize(extension.len().next_multiple_of(4), 0);
            bytes.extend_from_slice(&[0xBE, 0xDE, 0, (extension.len() / 4) as u8]);
            bytes.extend_from_slice(&extension);
        }
        bytes.extend_from_slice(payload);
        let packet = RtpPacket::parse(&Bytes::from(bytes)).unwrap();
        self.matrix.rtp(self.now, from, packet, &mut self.out);
        self.flush();
    }

    /// A whole key picture of H.264: parameter sets and slice in one STAP-A, marked with `mark`.
    pub(crate) fn key(&mut self, from: PeerId, ssrc: u32, sequence: u16, timestamp: u32, mark: u8) {
        self.rtp(from, H264, ssrc, sequence, timestamp, true, &key_payload(mark));
    }

    /// A whole dependent picture.
    pub(crate) fn delta(&mut self, from: PeerId, ssrc: u32, sequence: u16, timestamp: u32, mark: u8) {
        self.rtp(from, H264, ssrc, sequence, timestamp, true, &delta_payload(mark));
    }
}

pub(crate) fn key_payload(mark: u8) -> Vec<u8> {
    vec![0x78, 0, 2, 0x67, 0x42, 0, 3, 0x65, 0x88, mark]
}

pub(crate) fn delta_payload(mark: u8) -> Vec<u8> {
    vec![0x41, 0x9A, mark]
}

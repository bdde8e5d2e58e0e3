//! A `webrtc` client that publishes marked H.264 and counted sound, or watches and keeps what it gets.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use rtc::{
    interceptor::{Attribute, Interceptor, Packet, Slot, StreamInfo, TaggedPacket},
    media_stream::MediaStreamTrack,
    peer_connection::configuration::media_engine::{MIME_TYPE_H264, MIME_TYPE_OPUS, MediaEngine},
    rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication,
    rtp_transceiver::{
        RTCRtpTransceiverDirection, RTCRtpTransceiverInit,
        rtp_sender::{
            RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
            RTCRtpHeaderExtensionCapability, RtpCodecKind,
        },
    },
    sansio,
    shared::error::Error,
};
use webrtc::{
    media_stream::{
        track_local::{TrackLocal, TrackLocalEvent, static_rtp::TrackLocalStaticRTP},
        track_remote::{TrackRemote, TrackRemoteEvent},
    },
    peer_connection::{
        PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCPeerConnectionState, RTCSessionDescription, Registry,
        SettingEngineBuilder, register_default_interceptors,
    },
    runtime::default_runtime,
};

use super::until;

/// Passes RTCP on to the application; the library keeps it to itself otherwise.
#[derive(Default)]
struct DeliverRtcp {
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
}

impl sansio::Protocol<TaggedPacket, TaggedPacket, ()> for DeliverRtcp {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = std::time::Instant;

    fn handle_read(&mut self, mut message: TaggedPacket) -> Result<(), Error> {
        if matches!(message.message.packet, Packet::Rtcp(_)) {
            message.message.add(Attribute::DeliverToApplication);
        }
        self.reads.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        self.writes.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl Interceptor for DeliverRtcp {
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}

/// One packet as a watcher got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    pub video: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    pub payload: Vec<u8>,
}

impl Got {
    /// Who sent it.
    pub fn mark(&self) -> u8 {
        *self.payload.last().unwrap()
    }
}

#[derive(Default)]
pub struct Seen {
    pub state: Option<RTCPeerConnectionState>,
    pub packets: Vec<Got>,
}

struct Handler {
    seen: Arc<Mutex<Seen>>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.seen.lock().unwrap().state = Some(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let seen = self.seen.clone();
        let video = track.kind().await == RtpCodecKind::Video;
        tokio::spawn(async move {
            while let Some(event) = track.poll().await {
                if let TrackRemoteEvent::OnRtpPacket(packet) = event {
                    let header = &packet.header;
                    let (sequence, timestamp, ssrc) = (header.sequence_number, header.timestamp, header.ssrc);
                    seen.lock().unwrap().packets.push(Got { video, sequence, timestamp, ssrc, payload: packet.payload.to_vec() });
                }
            }
        });
    }
}

/// The client.
pub struct Client {
    pub connection: Arc<dyn PeerConnection>,
    pub seen: Arc<Mutex<Seen>>,
}

pub fn h264() -> RTCRtpCodec {
    let feedback = |typ: &str, parameter: &str| RTCPFeedback { typ: typ.to_owned(), parameter: parameter.to_owned() };
    RTCRtpCodec {
        mime_type: MIME_TYPE_H264.to_owned(),
        clock_rate: 90_000,
        channels: 0,
        sdp_fmtp_line: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f".to_owned(),
        rtcp_feedback: vec![feedback("nack", ""), feedback("nack", "pli"), feedback("ccm", "fir"), feedback("goog-remb", "")],
    }
}

pub fn opus() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.to_owned(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: vec![],
    }
}

impl Client {
    pub async fn new() -> Self {
        Self::at("127.0.0.1:0").await
    }

    /// One whose only address that is.
    pub async fn at(address: &str) -> Self {
        let mut media = MediaEngine::default();
        let video = RTCRtpCodecParameters { rtp_codec: h264(), payload_type: 102 };
        let audio = RTCRtpCodecParameters { rtp_codec: opus(), payload_type: 111 };
        media.register_codec(video, RtpCodecKind::Video).unwrap();
        media.register_codec(audio, RtpCodecKind::Audio).unwrap();
        for uri in ["urn:ietf:params:rtp-hdrext:sdes:mid", "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"] {
            media.register_header_extension(RTCRtpHeaderExtensionCapability { uri: uri.to_owned() }, RtpCodecKind::Video, None).unwrap();
        }
        let registry = register_default_interceptors(Registry::new(), &mut media).unwrap().with(Slot::from(14_000), DeliverRtcp::default());
        let settings = SettingEngineBuilder::new().with_ice_connection_attempts(Some(Duration::from_millis(20)), Some(100)).build();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let connection = PeerConnectionBuilder::new()
            .with_media_engine(media)
            .with_setting_engine(settings)
            .with_interceptor_registry(registry)
            .with_handler(Arc::new(Handler { seen: seen.clone() }))
            .with_runtime(default_runtime().unwrap())
            .with_udp_addrs(vec![address.to_owned()])
            .build()
            .await
            .unwrap();
        Self { connection: Arc::new(connection), seen }
    }

    pub async fn offer(&self) -> String {
        let offer = self.connection.create_offer(None).await.unwrap();
        self.connection.set_local_description(offer.clone()).await.unwrap();
        self.connection.local_description().await.map_or(offer.sdp, |offer| offer.sdp)
    }

    pub async fn accept(&self, answer: &str) {
        self.connection.set_remote_description(RTCSessionDescription::answer(answer.to_owned()).unwrap()).await.unwrap();
    }

    pub async fn until_connected(&self) {
        until("a client to connect", || self.seen.lock().unwrap().state == Some(RTCPeerConnectionState::Connected)).await;
    }

    pub async fn watch(&self) {
        for kind in [RtpCodecKind::Video, RtpCodecKind::Audio] {
            let init = RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Recvonly, ..Default::default() };
            self.connection.add_transceiver_from_kind(kind, Some(init)).await.unwrap();
        }
    }

    /// The video packets got so far.
    pub fn video(&self) -> Vec<Got> {
        self.seen.lock().unwrap().packets.iter().filter(|got| got.video).cloned().collect()
    }

    pub fn audio(&self) -> Vec<Got> {
        self.seen.lock().unwrap().packets.iter().filter(|got| !got.video).cloned().collect()
    }
}

/// What a publisher is sending.
pub struct Publishing {
    pub key_requests: Arc<AtomicU32>,
    stop: Arc<AtomicBool>,
}

impl Drop for Publishing {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// SSRC of a publisher's picture and sound by its mark.
pub fn ssrcs(mark: u8) -> (u32, u32) {
    (0x1000_0000 | u32::from(mark), 0x2000_0000 | u32::from(mark))
}

pub struct Tracks {
    video: Arc<TrackLocalStaticRTP>,
    audio: Arc<TrackLocalStaticRTP>,
    mark: u8,
}

impl Client {
    /// Adds a picture and a sound to the offer to come.
    pub async fn add_tracks(&self, mark: u8) -> Tracks {
        let track = |kind, codec: RTCRtpCodec, ssrc, name: &str| {
            let coding = RTCRtpEncodingParameters {
                rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
                codec,
                ..Default::default()
            };
            Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
                "site".to_owned(),
                name.to_owned(),
                name.to_owned(),
                kind,
                vec![coding],
            )))
        };
        let (video_ssrc, audio_ssrc) = ssrcs(mark);
        let video = track(RtpCodecKind::Video, h264(), video_ssrc, "video");
        let audio = track(RtpCodecKind::Audio, opus(), audio_ssrc, "audio");
        self.connection.add_track(video.clone()).await.unwrap();
        self.connection.add_track(audio.clone()).await.unwrap();
        Tracks { video, audio, mark }
    }
}

/// Sends 50 pictures a second; a key frame (SPS, PPS, IDR in packets of their own) only at the beginning and when asked for. Every payload ends in the mark.
pub fn publish(tracks: Tracks) -> Publishing {
    let (requests, stop) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
    let publishing = Publishing { key_requests: requests.clone(), stop: stop.clone() };
    let listening = (tracks.video.clone(), requests.clone());
    tokio::spawn(async move {
        while let Some(event) = listening.0.poll().await {
            let TrackLocalEvent::OnRtcpPacket(packets) = event else { continue };
            if packets.iter().any(|packet| packet.as_any().is::<PictureLossIndication>()) {
                listening.1.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    tokio::spawn(async move {
        let (mut sequence, mut frame, mut answered) = (u16::from(tracks.mark) * 100, 0_u32, u32::MAX);
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while !stop.load(Ordering::Relaxed) {
            tick.tick().await;
            let asked = requests.load(Ordering::Relaxed);
            let key = asked != answered;
            answered = asked;
            let units: &[&[u8]] = if key { &[&[0x67, 0x42], &[0x68, 0xCE], &[0x65, 0x88]] } else { &[&[0x41, 0x9A]] };
            for (place, unit) in units.iter().enumerate() {
                let marker = place + 1 == units.len();
                send(
                    &tracks.video,
                    102,
                    ssrcs(tracks.mark).0,
                    &mut sequence,
                    frame.wrapping_mul(1800),
                    marker,
                    &[unit, &[tracks.mark][..]].concat(),
                )
                .await;
            }
            let mut sound = frame as u16;
            send(&tracks.audio, 111, ssrcs(tracks.mark).1, &mut sound, frame.wrapping_mul(960), false, &[0xFC, tracks.mark]).await;
            frame += 1;
        }
    });
    publishing
}

async fn send(track: &TrackLocalStaticRTP, payload_type: u8, ssrc: u32, sequence: &mut u16, timestamp: u32, marker: bool, payload: &[u8]) {
    let header = rtc::rtp::Header { version: 2, marker, payload_type, sequence_number: *sequence, timestamp, ssrc, ..Default::default() };
    *sequence = sequence.wrapping_add(1);
    // Before the connection stands nothing can be written; the next picture tries again.
    let _ = track.write_rtp(rtc::rtp::Packet { header, payload: payload.to_vec().into() }).await;
}

/// A track of three simulcast layers.
pub struct Layers {
    track: Arc<TrackLocalStaticRTP>,
    sender: Arc<dyn webrtc::rtp_transceiver::RtpSender>,
}

/// RIDs and SSRCs of the layers; their place is their mark.
const RIDS: [(&str, u32); 3] = [("h", 0x3000_0000), ("m", 0x3000_0001), ("l", 0x3000_0002)];

impl Client {
    /// Adds a picture of three layers to the offer to come.
    pub async fn add_layers(&self) -> Layers {
        let codings = RIDS.map(|(rid, ssrc)| RTCRtpEncodingParameters {
            rtp_coding_parameters: RTCRtpCodingParameters { rid: rid.into(), ssrc: Some(ssrc), ..Default::default() },
            codec: h264(),
            ..Default::default()
        });
        let names = ["site", "video", "video"].map(str::to_owned);
        let [stream, name, label] = names;
        let track = Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(stream, name, label, RtpCodecKind::Video, codings.to_vec())));
        let sender = self.connection.add_track(track.clone()).await.unwrap();
        Layers { track, sender }
    }
}

impl Layers {
    /// Sends 50 pictures a second in each layer, every tenth a key frame, with MID and RID on every packet.
    pub async fn publish(self, client: &Client) -> Publishing {
        let parameters = self.sender.get_parameters().await.unwrap().rtp_parameters;
        let id = |uri: &str| parameters.header_extensions.iter().find(|extension| extension.uri.ends_with(uri)).unwrap().id as u8;
        let (mid_id, rid_id) = (id("sdes:mid"), id("sdes:rtp-stream-id"));
        let payload_type = parameters.codecs[0].payload_type;
        let offer = client.connection.local_description().await.unwrap().sdp;
        let mid = offer.lines().find_map(|line| line.strip_prefix("a=mid:")).unwrap().trim().to_owned();
        let stop = Arc::new(AtomicBool::new(false));
        let publishing = Publishing { key_requests: Arc::default(), stop: stop.clone() };
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_millis(20));
            let mut frame = 0_u16;
            while !stop.load(Ordering::Relaxed) {
                tick.tick().await;
                for (mark, (rid, ssrc)) in (0_u8..).zip(RIDS) {
                    let unit: &[u8] = if frame.is_multiple_of(10) { &[0x65, 0x88, mark] } else { &[0x41, 0x9A, mark] };
                    let timestamp = u32::from(frame) * 1800;
                    let mut header = rtc::rtp::Header {
                        version: 2,
                        marker: true,
                        payload_type,
                        sequence_number: frame,
                        timestamp,
                        ssrc,
                        ..Default::default()
                    };
                    header.set_extension(mid_id, mid.clone().into_bytes().into()).unwrap();
                    header.set_extension(rid_id, rid.as_bytes().to_vec().into()).unwrap();
                    let _ = self.track.write_rtp(rtc::rtp::Packet { header, payload: unit.to_vec().into() }).await;
                }
                frame += 1;
            }
        });
        publishing
    }
}

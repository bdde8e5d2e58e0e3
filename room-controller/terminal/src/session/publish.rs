//! Publishing the room's picture and sound through WHIP.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use codec::clock::to_rtp;
use rtc::media_stream::MediaStreamTrack;
use rtc::rtp::{Header, Packet};
use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodingParameters, RTCRtpEncodingParameters, RTCRtpSendParameters, RtpCodecKind};
use tokio::sync::broadcast::error::RecvError;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_local::{TrackLocal, TrackLocalEvent};

use super::SessionError;
use super::peer::{Happening, Peer, h264, opus};
use crate::line::Line;
use crate::show::LAYERS;
use crate::source::{Source, Unit, clock_rate_hz};

/// URIs of the extensions each packet of a simulcast layer must carry (RFC 8843 §16, RFC 8852).
const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

/// Publishes until the connection is gone or `left` says to leave; `joined` is called once media flows.
pub(crate) async fn publish(
    url: &str,
    token: &str,
    local: IpAddr,
    line: &Arc<Line>,
    source: &Source,
    joined: impl FnOnce(),
    left: impl Future<Output = ()>,
) -> Result<(), SessionError> {
    let mut peer = Peer::new(local, line).await?;
    let outcome = tokio::select! {
        outcome = send(&mut peer, url, token, source, joined) => outcome,
        () = left => Err(SessionError::Left { session: None }),
    };
    peer.close(outcome).await
}

/// Ends what answers the MCU with the session.
struct Answering(tokio::task::JoinHandle<()>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn send(peer: &mut Peer, url: &str, token: &str, source: &Source, joined: impl FnOnce()) -> Result<(), SessionError> {
    let ssrcs = random_ssrcs()?;
    let video = Arc::new(TrackLocalStaticRTP::new(video_track(&ssrcs)));
    let sound = Arc::new(TrackLocalStaticRTP::new(sound_track(&ssrcs)));
    let video_sender = peer.connection.add_track(Arc::clone(&video) as Arc<dyn TrackLocal>).await?;
    let sound_sender = peer.connection.add_track(Arc::clone(&sound) as Arc<dyn TrackLocal>).await?;
    peer.join(url, token).await?;
    let video_out = Outlet::new(&video_sender.get_parameters().await?, "0");
    let sound_out = Outlet::new(&sound_sender.get_parameters().await?, "1");
    joined();
    let _answering = Answering(tokio::spawn(answer_key_requests(Arc::clone(&video), source.clone())));
    let mut stream = Stream { video, sound, video_out, sound_out, lanes: ssrcs.map(|ssrc| Lane { ssrc, sequence: 0 }) };
    stream.send_until_gone(peer, source).await
}

/// SSRCs of the three layers and of the sound.
fn random_ssrcs() -> Result<[u32; 4], SessionError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| SessionError::Lost)?;
    let mut ssrcs = [0_u32; 4];
    for (ssrc, chunk) in ssrcs.iter_mut().zip(bytes.chunks_exact(4)) {
        *ssrc = chunk.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)) | 1;
    }
    Ok(ssrcs)
}

fn video_track(ssrcs: &[u32; 4]) -> MediaStreamTrack {
    let encoding = |(shape, ssrc): (&crate::show::LayerShape, &u32)| RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { rid: shape.rid.into(), ssrc: Some(*ssrc), ..Default::default() },
        codec: h264(),
        ..Default::default()
    };
    let encodings = LAYERS.iter().zip(ssrcs).map(encoding).collect();
    MediaStreamTrack::new("room".into(), "main".into(), "main".into(), RtpCodecKind::Video, encodings)
}

fn sound_track(ssrcs: &[u32; 4]) -> MediaStreamTrack {
    let [.., ssrc] = ssrcs;
    let encoding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(*ssrc), ..Default::default() },
        codec: opus(),
        ..Default::default()
    };
    MediaStreamTrack::new("room".into(), "sound".into(), "sound".into(), RtpCodecKind::Audio, vec![encoding])
}

/// What was negotiated for a track.
struct Outlet {
    payload_type: u8,
    mid: Bytes,
    mid_id: Option<u8>,
    rid_id: Option<u8>,
}

impl Outlet {
    fn new(parameters: &RTCRtpSendParameters, mid: &'static str) -> Self {
        let id = |uri: &str| {
            let found = parameters.rtp_parameters.header_extensions.iter().find(|extension| extension.uri == uri);
            found.and_then(|extension| u8::try_from(extension.id).ok())
        };
        let payload_type = parameters.rtp_parameters.codecs.first().map_or(0, |codec| codec.payload_type);
        Self { payload_type, mid: Bytes::from_static(mid.as_bytes()), mid_id: id(MID_URI), rid_id: id(RID_URI) }
    }
}

/// One SSRC.
struct Lane {
    ssrc: u32,
    sequence: u16,
}

struct Stream {
    video: Arc<TrackLocalStaticRTP>,
    sound: Arc<TrackLocalStaticRTP>,
    video_out: Outlet,
    sound_out: Outlet,
    lanes: [Lane; 4],
}

impl Stream {
    async fn send_until_gone(&mut self, peer: &mut Peer, source: &Source) -> Result<(), SessionError> {
        let mut units = source.subscribe();
        source.want_key();
        loop {
            tokio::select! {
                happening = peer.happenings.recv() => match happening {
                    Some(Happening::Gone) | None => return Err(SessionError::Lost),
                    Some(Happening::Connected | Happening::Gathered | Happening::Track(_)) => {}
                },
                unit = units.recv() => match unit {
                    Ok(unit) => self.send(&unit).await?,
                    Err(RecvError::Lagged(missed)) => tracing::debug!(missed, "sending fell behind the source"),
                    Err(RecvError::Closed) => return Err(SessionError::Lost),
                },
            }
        }
    }

    async fn send(&mut self, unit: &Unit) -> Result<(), SessionError> {
        let rate = clock_rate_hz(unit);
        match unit {
            Unit::Picture { layer, at, payloads } => {
                let rid = LAYERS.get(*layer).map(|shape| shape.rid);
                let Some(lane) = self.lanes.get_mut(*layer) else {
                    return Ok(());
                };
                for (index, payload) in payloads.iter().enumerate() {
                    let mut header = self.video_out.header(lane, to_rtp(*at, rate), rid);
                    header.marker = index + 1 == payloads.len();
                    self.video.write_rtp(Packet { header, payload: payload.clone() }).await?;
                }
            }
            Unit::Sound { at, payload } => {
                let [.., lane] = &mut self.lanes;
                let header = self.sound_out.header(lane, to_rtp(*at, rate), None);
                self.sound.write_rtp(Packet { header, payload: payload.clone() }).await?;
            }
        }
        Ok(())
    }
}

impl Outlet {
    fn header(&self, lane: &mut Lane, timestamp: u32, rid: Option<&'static str>) -> Header {
        let mut header = Header {
            version: 2,
            payload_type: self.payload_type,
            sequence_number: lane.sequence,
            timestamp,
            ssrc: lane.ssrc,
            ..Default::default()
        };
        lane.sequence = lane.sequence.wrapping_add(1);
        if let (Some(rid), Some(mid_id), Some(rid_id)) = (rid, self.mid_id, self.rid_id) {
            // Both fit a one-byte header extension; the library refuses only longer ones.
            let _ = header.set_extension(mid_id, self.mid.clone());
            let _ = header.set_extension(rid_id, Bytes::from_static(rid.as_bytes()));
        }
        header
    }
}

async fn answer_key_requests(video: Arc<TrackLocalStaticRTP>, source: Source) {
    while let Some(TrackLocalEvent::OnRtcpPacket(_)) = video.poll().await {
        tracing::trace!("a key frame is asked for");
        source.want_key();
    }
}

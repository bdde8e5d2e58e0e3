//! A peer connection as both kinds of session need it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_H264, MIME_TYPE_OPUS};
use rtc::rtp_transceiver::rtp_sender::{RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpHeaderExtensionCapability, RtpCodecKind};
use tokio::sync::mpsc;
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder, RTCIceGatheringState,
    RTCPeerConnectionState, RTCSessionDescription, Registry, SettingEngineBuilder, register_default_interceptors,
};

use super::key_requests::{KeyRequests, SLOT};
use super::{SessionError, door};
use crate::line::{Line, OnLine};

/// Pause between connectivity checks while connecting; the library's 200 ms costs two ticks at every join.
const CHECK_EVERY: Duration = Duration::from_millis(20);
/// Checks before giving a candidate pair up.
const MAX_CHECKS: u16 = 250;
/// Pause between checks of a live connection, and how long they may stay unanswered: a dead relay is noticed within a second.
const ALIVE_EVERY: Duration = Duration::from_millis(250);
const DEAD_AFTER: Duration = Duration::from_millis(900);
/// From answer to DTLS done; a lossy line needs seconds (`webrtc-peer.md` §3).
const CONNECT_WITHIN: Duration = Duration::from_secs(12);
/// Things that may wait to be handled.
const MAX_WAITING: usize = 64;

/// Payload types offered.
const H264_PAYLOAD_TYPE: u8 = 102;
const OPUS_PAYLOAD_TYPE: u8 = 111;
/// Constrained baseline 3.1, packetization-mode 1 (RFC 6184 §8.1).
pub(super) const H264_FMTP: &str = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";

/// What happens on a connection.
pub(super) enum Happening {
    Connected,
    Gone,
    Gathered,
    Track(Arc<dyn TrackRemote>),
}

struct Handler(mpsc::Sender<Happening>);

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            let _ = self.0.send(Happening::Gathered).await;
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        use RTCPeerConnectionState::{Closed, Connected, Disconnected, Failed};
        // Every other state is on the way to one of these.
        if state == Connected {
            let _ = self.0.send(Happening::Connected).await;
        } else if matches!(state, Disconnected | Failed | Closed) {
            let _ = self.0.send(Happening::Gone).await;
        }
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let _ = self.0.send(Happening::Track(track)).await;
    }
}

/// A peer connection and what happens on it.
pub(super) struct Peer {
    pub connection: Arc<dyn PeerConnection>,
    pub happenings: mpsc::Receiver<Happening>,
    /// Where the MCU keeps the session, once it has taken the offer.
    session: Option<reqwest::Url>,
}

pub(super) fn h264() -> RTCRtpCodec {
    let feedback = |kind: &str, parameter: &str| RTCPFeedback { typ: kind.to_owned(), parameter: parameter.to_owned() };
    RTCRtpCodec {
        mime_type: MIME_TYPE_H264.to_owned(),
        clock_rate: 90_000,
        channels: 0,
        sdp_fmtp_line: H264_FMTP.to_owned(),
        rtcp_feedback: vec![feedback("nack", ""), feedback("nack", "pli"), feedback("ccm", "fir")],
    }
}

pub(super) fn opus() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.to_owned(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: Vec::new(),
    }
}

impl Peer {
    /// A connection with the house codecs on a socket of its own, which stands on the room's line.
    pub(super) async fn new(local: IpAddr, line: &Arc<Line>) -> Result<Self, SessionError> {
        let mut media = MediaEngine::default();
        for (codec, payload_type, kind) in
            [(h264(), H264_PAYLOAD_TYPE, RtpCodecKind::Video), (opus(), OPUS_PAYLOAD_TYPE, RtpCodecKind::Audio)]
        {
            media.register_codec(RTCRtpCodecParameters { rtp_codec: codec, payload_type }, kind)?;
        }
        for uri in ["urn:ietf:params:rtp-hdrext:sdes:mid", "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"] {
            media.register_header_extension(RTCRtpHeaderExtensionCapability { uri: uri.to_owned() }, RtpCodecKind::Video, None)?;
        }
        let registry = register_default_interceptors(Registry::new(), &mut media)?;
        let registry = registry.with(SLOT.into(), KeyRequests::default());
        let settings = SettingEngineBuilder::new()
            .with_ice_connection_attempts(Some(CHECK_EVERY), Some(MAX_CHECKS))
            .with_ice_timeouts(Some(DEAD_AFTER), Some(DEAD_AFTER * 2), Some(ALIVE_EVERY))
            .build();
        let (tell, happenings) = mpsc::channel(MAX_WAITING);
        let connection = PeerConnectionBuilder::new()
            .with_configuration(RTCConfigurationBuilder::new().build())
            .with_media_engine(media)
            .with_setting_engine(settings)
            .with_interceptor_registry(registry)
            .with_handler(Arc::new(Handler(tell)))
            .with_runtime(Arc::new(OnLine(Arc::clone(line))))
            .with_udp_addrs(vec![format!("{local}:0")])
            .build()
            .await?;
        Ok(Self { connection: Arc::new(connection), happenings, session: None })
    }

    /// Offers at the door, takes the answer and waits for the connection. Tracks that appear meanwhile are returned.
    pub(super) async fn join(&mut self, url: &str, token: &str) -> Result<Vec<Arc<dyn TrackRemote>>, SessionError> {
        let offer = self.connection.create_offer(None).await?;
        self.connection.set_local_description(offer).await?;
        let mut tracks = Vec::new();
        self.wait_for("gathering", &mut tracks, |happening| matches!(happening, Happening::Gathered)).await?;
        let offer = self.connection.local_description().await.ok_or(SessionError::Lost)?;
        let accepted = door::post(url, token, offer.sdp).await?;
        self.session = accepted.session;
        self.connection.set_remote_description(RTCSessionDescription::answer(accepted.sdp)?).await?;
        self.wait_for("connecting", &mut tracks, |happening| matches!(happening, Happening::Connected)).await?;
        Ok(tracks)
    }

    /// Ends it here. What the room leaves by itself is given back by the address in the outcome; what is lost is lost at the MCU too.
    pub(super) async fn close(self, outcome: Result<(), SessionError>) -> Result<(), SessionError> {
        let _ = self.connection.close().await;
        match outcome {
            Err(SessionError::Left { .. }) => Err(SessionError::Left { session: self.session }),
            outcome => outcome,
        }
    }

    async fn wait_for(
        &mut self,
        step: &'static str,
        tracks: &mut Vec<Arc<dyn TrackRemote>>,
        reached: impl Fn(&Happening) -> bool,
    ) -> Result<(), SessionError> {
        let late = SessionError::NotConnected(u64::try_from(CONNECT_WITHIN.as_millis()).unwrap_or(0));
        let waiting = async {
            loop {
                match self.happenings.recv().await {
                    Some(happening) if reached(&happening) => return Ok(()),
                    Some(Happening::Track(track)) => tracks.push(track),
                    Some(Happening::Gone) | None => return Err(SessionError::Lost),
                    Some(Happening::Connected | Happening::Gathered) => {}
                }
            }
        };
        let result = tokio::time::timeout(CONNECT_WITHIN, waiting).await.unwrap_or(Err(late));
        if let Err(error) = &result {
            tracing::debug!(%error, step, "session not made");
        }
        result
    }
}

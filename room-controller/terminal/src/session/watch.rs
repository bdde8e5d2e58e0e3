//! Watching what the MCU sends, through WHEP.

use std::net::IpAddr;
use std::sync::Arc;

use codec::RtpView;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};

use super::SessionError;
use super::peer::{Happening, Peer};
use crate::line::Line;
use crate::seen::Seen;

/// Watches until the connection is gone or `left` says to leave; `joined` is called once it stands.
pub(crate) async fn watch(
    url: &str,
    token: &str,
    local: IpAddr,
    line: &Arc<Line>,
    seen: &Arc<Seen>,
    joined: impl FnOnce(),
    left: impl Future<Output = ()>,
) -> Result<(), SessionError> {
    let mut peer = Peer::new(local, line).await?;
    let outcome = tokio::select! {
        outcome = receive(&mut peer, url, token, seen, joined) => outcome,
        () = left => Err(SessionError::Left { session: None }),
    };
    peer.close(outcome).await
}

async fn receive(peer: &mut Peer, url: &str, token: &str, seen: &Arc<Seen>, joined: impl FnOnce()) -> Result<(), SessionError> {
    for kind in [RtpCodecKind::Video, RtpCodecKind::Audio] {
        let receiving = RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Recvonly, ..Default::default() };
        peer.connection.add_transceiver_from_kind(kind, Some(receiving)).await?;
    }
    let tracks = peer.join(url, token).await?;
    joined();
    for track in tracks {
        tokio::spawn(follow(track, Arc::clone(seen)));
    }
    until_gone(peer, seen).await
}

async fn until_gone(peer: &mut Peer, seen: &Arc<Seen>) -> Result<(), SessionError> {
    loop {
        match peer.happenings.recv().await {
            Some(Happening::Track(track)) => drop(tokio::spawn(follow(track, Arc::clone(seen)))),
            Some(Happening::Connected | Happening::Gathered) => {}
            Some(Happening::Gone) | None => return Err(SessionError::Lost),
        }
    }
}

async fn follow(track: Arc<dyn TrackRemote>, seen: Arc<Seen>) {
    let kind = track.kind().await;
    while let Some(event) = track.poll().await {
        if matches!(event, TrackRemoteEvent::OnEnded | TrackRemoteEvent::OnError) {
            return;
        }
        let TrackRemoteEvent::OnRtpPacket(packet) = event else {
            continue;
        };
        if kind == RtpCodecKind::Audio {
            seen.sound_packet(&packet.payload);
        } else {
            let header = &packet.header;
            let view =
                RtpView { sequence: header.sequence_number, timestamp: header.timestamp, marker: header.marker, payload: &packet.payload };
            seen.picture_packet(&view);
        }
    }
}

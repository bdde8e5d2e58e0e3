//! What an offer and this door have in common.

use mcu_media_api::{Codec, Layer, Refusal, RefusalKind, Role};

use super::{
    layers::name_layers,
    offer::{CodecOffer, Direction, Kind, Media, Offer},
    refuse,
};

/// Name of the header extension for transport-wide sequence numbers.
pub(super) const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// Meaning of an accepted m-line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// First video.
    Main,
    /// Second video.
    Content,
    /// First audio.
    Sound,
}

/// RTCP feedback both sides use (RFC 4585 §4.2, RFC 5104 §7.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Feedback {
    /// `nack`
    pub nack: bool,
    /// `nack pli`
    pub pli: bool,
    /// `ccm fir`
    pub fir: bool,
    /// `goog-remb`
    pub remb: bool,
    /// `transport-cc`
    pub transport_cc: bool,
}

/// Ids of the header extensions the relay reads or writes; 0 where not offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extensions {
    /// `urn:ietf:params:rtp-hdrext:sdes:mid` (RFC 9143)
    pub mid: u8,
    /// `urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id` (RFC 8852)
    pub rid: u8,
    /// `urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id` (RFC 8852)
    pub repaired_rid: u8,
    /// Transport-wide sequence numbers (draft-holmer-rmcat-transport-wide-cc-extensions-01); also towards watchers.
    pub transport_cc: u8,
}

/// An accepted m-line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Its meaning.
    pub slot: Slot,
    /// Its MID.
    pub mid: String,
    /// The one codec answered.
    pub codec: Codec,
    /// Payload type of the codec, by the offerer's numbers.
    pub payload_type: u8,
    /// Clock rate in Hz.
    pub clock_rate: u32,
    /// Payload type of its retransmissions (RFC 4588).
    pub rtx_payload_type: Option<u8>,
    /// Payload type of redundant sound (RFC 2198).
    pub red_payload_type: Option<u8>,
    /// Format parameters to answer; empty for none.
    pub parameters: String,
    /// Feedback in common.
    pub feedback: Feedback,
    /// Header extensions in common.
    pub extensions: Extensions,
    /// Publisher: simulcast RIDs in the offer's order, with their layers; empty without simulcast.
    pub rids: Vec<(String, Layer)>,
    /// Publisher: SSRCs announced.
    pub ssrcs: Vec<u32>,
    /// Publisher: media and retransmission SSRCs announced.
    pub retransmissions: Vec<(u32, u32)>,
    /// Watcher: SSRC of what the relay sends; drawn by the caller.
    pub send_ssrc: u32,
    /// Watcher: SSRC of the relay's retransmissions; drawn by the caller.
    pub send_rtx_ssrc: u32,
}

/// One m-line of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Accepted.
    Accepted(Box<Stream>),
    /// Answered with port 0: the words of the m-line and its MID.
    Rejected {
        /// Media, protocol and first format, as in the offer.
        words: [String; 3],
        /// MID.
        mid: String,
    },
}

/// Everything needed to answer and to run the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Publish or watch.
    pub role: Role,
    /// One per m-line of the offer, in its order.
    pub lines: Vec<Line>,
    /// The peer's ICE user fragment.
    pub remote_ufrag: String,
    /// SHA-256 of the peer's DTLS certificate.
    pub fingerprint: [u8; 32],
    /// Whether the offer bundles.
    pub bundled: bool,
}

impl Agreement {
    /// The accepted lines.
    pub fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.lines.iter().filter_map(|line| match line {
            Line::Accepted(stream) => Some(&**stream),
            Line::Rejected { .. } => None,
        })
    }

    /// The accepted lines, to fill in the SSRCs.
    pub fn streams_mut(&mut self) -> impl Iterator<Item = &mut Stream> {
        self.lines.iter_mut().filter_map(|line| match line {
            Line::Accepted(stream) => Some(&mut **stream),
            Line::Rejected { .. } => None,
        })
    }

    /// The line of a meaning.
    #[must_use]
    pub fn slot(&self, slot: Slot) -> Option<&Stream> {
        self.streams().find(|stream| stream.slot == slot)
    }
}

/// Compares an offer with what this door does.
///
/// # Errors
/// [`RefusalKind::NoCommonCodec`] when the main picture has no codec in common or nothing at all is left; [`RefusalKind::Unsupported`] without
/// BUNDLE, rtcp-mux, a SHA-256 fingerprint or a client that can be the DTLS client, or when a publisher offers more than is taken;
/// [`RefusalKind::MalformedSdp`] without ICE credentials.
pub fn agree(offer: &Offer, role: Role) -> Result<Agreement, Refusal> {
    let mut taken: Vec<Slot> = Vec::new();
    let mut lines = Vec::with_capacity(offer.media.len());
    for media in &offer.media {
        let slot = free_slot(media, role, &taken);
        let stream = match slot {
            Some(slot) => accept(media, slot, role)?,
            None => None,
        };
        if stream.is_none() && role == Role::Publish && sends(media) {
            return Err(refuse(RefusalKind::Unsupported, partial(media)));
        }
        taken.extend(stream.as_ref().map(|stream| stream.slot));
        lines.push(match stream {
            Some(stream) => Line::Accepted(Box::new(stream)),
            None => rejected(media),
        });
    }
    let accepted: Vec<&Media> =
        offer.media.iter().zip(&lines).filter(|(_, line)| matches!(line, Line::Accepted(_))).map(|(media, _)| media).collect();
    let Some(first) = tagged(offer, &accepted) else {
        let reason = match role {
            Role::Publish => "nothing in the offer can be taken; offer a sendonly m-line with H.264 packetization-mode=1, VP8 or Opus",
            Role::Watch => "nothing in the offer can be sent; offer a recvonly m-line with H.264 packetization-mode=1, VP8 or Opus",
        };
        return Err(refuse(RefusalKind::NoCommonCodec, reason));
    };
    check_transport(offer, first, &accepted)?;
    let Some(remote_ufrag) = offer.ufrag(first).map(str::to_owned) else {
        return Err(refuse(RefusalKind::MalformedSdp, "the offer has no a=ice-ufrag; send an offer with ICE credentials"));
    };
    let Some(fingerprint) = offer.fingerprint(first) else {
        return Err(refuse(RefusalKind::Unsupported, "the offer has no SHA-256 fingerprint; send a=fingerprint:sha-256"));
    };
    Ok(Agreement { role, lines, remote_ufrag, fingerprint, bundled: !offer.bundle.is_empty() })
}

/// The meaning a line would have, by its kind, direction and what was taken before it.
fn free_slot(media: &Media, role: Role, taken: &[Slot]) -> Option<Slot> {
    let wanted_direction = match role {
        Role::Publish => [Direction::SendOnly, Direction::SendRecv],
        Role::Watch => [Direction::RecvOnly, Direction::SendRecv],
    };
    if media.unused || !wanted_direction.contains(&media.direction) || !media.protocol.ends_with("RTP/SAVPF") {
        return None;
    }
    let candidates: &[Slot] = match media.kind {
        Kind::Audio => &[Slot::Sound],
        Kind::Video => &[Slot::Main, Slot::Content],
        Kind::Other(_) => &[],
    };
    candidates.iter().copied().find(|slot| !taken.contains(slot))
}

/// Whether the offerer means to send on a line.
fn sends(media: &Media) -> bool {
    !media.unused && matches!(media.direction, Direction::SendOnly | Direction::SendRecv)
}

/// Why a publisher is not answered in part (RFC 9725 §4.4.2, §4.4.3).
fn partial(media: &Media) -> String {
    format!(
        "the m-line of mid {} cannot be taken, and an ingest without it would mislead; offer one audio of Opus and at most two videos, \
         over UDP/TLS/RTP/SAVPF",
        media.mid
    )
}

fn rejected(media: &Media) -> Line {
    let kind = match &media.kind {
        Kind::Audio => "audio",
        Kind::Video => "video",
        Kind::Other(word) => word,
    };
    let format = media.formats.first().cloned().unwrap_or_else(|| "0".to_owned());
    Line::Rejected { words: [kind.to_owned(), media.protocol.clone(), format], mid: media.mid.clone() }
}

fn accept(media: &Media, slot: Slot, role: Role) -> Result<Option<Stream>, Refusal> {
    let found = match slot {
        Slot::Main | Slot::Content => video_codec(media),
        Slot::Sound => media.codecs.iter().find(|codec| codec.name == "opus").map(|codec| (Codec::Opus, codec)),
    };
    let Some((codec, offered)) = found else {
        if slot == Slot::Main {
            let reason = "the first video m-line has no codec in common; offer H.264 with packetization-mode=1 or VP8";
            return Err(refuse(RefusalKind::NoCommonCodec, reason));
        }
        return Ok(None);
    };
    let publishes = role == Role::Publish;
    let apt = offered.payload_type.to_string();
    let rtx = media.codecs.iter().find(|codec| codec.name == "rtx" && codec.parameter("apt") == Some(&apt));
    let video = slot != Slot::Sound;
    let offered_feedback = feedback(offered);
    let offered_extensions = extensions(media);
    // Numbers without feedback about them, or the reverse, are of no use.
    let transport_cc = offered_feedback.transport_cc && (1..=14).contains(&offered_extensions.transport_cc);
    let feedback = Feedback { transport_cc, ..if video { offered_feedback } else { Feedback::default() } };
    let transport_cc = if transport_cc { offered_extensions.transport_cc } else { 0 };
    let watched = Extensions { transport_cc, ..Extensions::default() };
    Ok(Some(Stream {
        slot,
        mid: media.mid.clone(),
        codec,
        payload_type: offered.payload_type,
        clock_rate: if video { 90_000 } else { 48_000 },
        rtx_payload_type: rtx.filter(|_| video && feedback.nack).map(|codec| codec.payload_type),
        red_payload_type: if video { None } else { red(media, offered.payload_type) },
        parameters: answer_parameters(codec, offered),
        feedback,
        extensions: if publishes { Extensions { transport_cc, ..offered_extensions } } else { watched },
        rids: if publishes && video { name_layers(&media.rids) } else { Vec::new() },
        ssrcs: if publishes { media.ssrcs.clone() } else { Vec::new() },
        retransmissions: if publishes { media.retransmissions.clone() } else { Vec::new() },
        send_ssrc: 0,
        send_rtx_ssrc: 0,
    }))
}

/// H.264 with packetization-mode 1 before VP8; of several H.264 the one nearest to constrained baseline, which every decoder knows.
fn video_codec(media: &Media) -> Option<(Codec, &CodecOffer)> {
    let h264 = media
        .codecs
        .iter()
        .filter(|codec| codec.name == "h264" && codec.parameter("packetization-mode") == Some("1"))
        .min_by_key(|codec| profile_rank(codec.parameter("profile-level-id").unwrap_or_default()));
    let vp8 = || media.codecs.iter().find(|codec| codec.name == "vp8");
    h264.map(|codec| (Codec::H264, codec)).or_else(|| vp8().map(|codec| (Codec::Vp8, codec)))
}

/// The payload type of redundancy whose blocks are all of that payload type.
fn red(media: &Media, of: u8) -> Option<u8> {
    let all_of = |codec: &&CodecOffer| codec.name == "red" && codec.parameters.split('/').all(|block| block.trim().parse() == Ok(of));
    media.codecs.iter().find(all_of).map(|codec| codec.payload_type)
}

fn profile_rank(profile_level_id: &str) -> u8 {
    let id = profile_level_id.to_ascii_lowercase();
    match id.as_str() {
        "42e01f" => 0,
        "42001f" => 1,
        _ if id.starts_with("42e0") => 2,
        _ if id.starts_with("42") => 3,
        _ if id.starts_with("4d") => 4,
        _ => 5,
    }
}

fn answer_parameters(codec: Codec, offered: &CodecOffer) -> String {
    match codec {
        Codec::H264 => {
            let mut text = String::new();
            if offered.parameter("level-asymmetry-allowed") == Some("1") {
                text.push_str("level-asymmetry-allowed=1;");
            }
            text.push_str("packetization-mode=1");
            let id = offered.parameter("profile-level-id").filter(|id| id.len() == 6 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
            if let Some(id) = id {
                text.push_str(";profile-level-id=");
                text.push_str(id);
            }
            text
        }
        Codec::Vp8 => String::new(),
        Codec::Opus => "minptime=10;useinbandfec=1".to_owned(),
    }
}

fn feedback(codec: &CodecOffer) -> Feedback {
    let has = |what: &str| codec.feedback.iter().any(|feedback| feedback == what);
    Feedback { nack: has("nack"), pli: has("nack pli"), fir: has("ccm fir"), remb: has("goog-remb"), transport_cc: has("transport-cc") }
}

fn extensions(media: &Media) -> Extensions {
    let id = |uri: &str| media.extensions.iter().find(|(_, known)| known == uri).map_or(0, |(id, _)| *id);
    Extensions {
        mid: id("urn:ietf:params:rtp-hdrext:sdes:mid"),
        rid: id("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
        repaired_rid: id("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
        transport_cc: id(TRANSPORT_CC),
    }
}

/// The line that carries the transport: that of the group's first MID (RFC 9143 §7.2.1), taken or not, else the first taken.
fn tagged<'a>(offer: &'a Offer, accepted: &[&'a Media]) -> Option<&'a Media> {
    let first = *accepted.first()?;
    let of_group = offer.bundle.first().and_then(|mid| offer.media.iter().find(|media| media.mid == *mid));
    Some(of_group.filter(|_| offer.bundle.contains(&first.mid)).unwrap_or(first))
}

fn check_transport(offer: &Offer, first: &Media, accepted: &[&Media]) -> Result<(), Refusal> {
    let unsupported = |reason: &str| Err(refuse(RefusalKind::Unsupported, reason));
    if accepted.len() > 1 && !accepted.iter().all(|media| offer.bundle.contains(&media.mid)) {
        return unsupported("the offer does not put all m-lines into one BUNDLE group; offer a=group:BUNDLE with every mid");
    }
    // Lines that are bundle-only have none of their own.
    if !accepted.iter().all(|media| media.rtcp_mux || media.bundle_only && first.rtcp_mux) {
        return unsupported("an m-line lacks a=rtcp-mux; offer RTP and RTCP on one port");
    }
    if accepted.iter().copied().chain([first]).any(|media| offer.setup(media) == Some("passive")) {
        return unsupported("the offer asks this side to be the DTLS client; offer a=setup:actpass or a=setup:active");
    }
    Ok(())
}

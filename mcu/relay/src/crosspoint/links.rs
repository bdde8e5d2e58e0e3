//! Streams handed from one shard of a relay to another: plain RTP on loopback as between relay and workers, one link for each layer.
//!
//! The shard that holds the publisher taps exactly that layer; the other takes it as a feed and serves its own watchers from its own history.

use std::net::SocketAddr;

use mcu_media_api::{Codec, Layer, SourceId, Tap};

/// One layer of a source on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What.
    pub source: SourceId,
    /// Which layer, and no other in its place.
    pub layer: Layer,
    /// SSRC its packets carry; names the link.
    pub ssrc: u32,
}

/// What one shard has to do with the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The others' addresses for plain RTP.
    pub shards: Vec<SocketAddr>,
    /// What goes out, and to whom.
    pub out: Vec<(Link, SocketAddr)>,
    /// What comes in.
    pub into: Vec<Link>,
}

impl Links {
    /// The links that go out as taps.
    pub(super) fn taps(&self) -> impl Iterator<Item = Tap> {
        self.out.iter().map(|(link, to)| Tap { source: link.source.clone(), layer: link.layer, to: *to, ssrc: link.ssrc })
    }
}

/// What is expected of a worker or of another shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) source: SourceId,
    pub(super) layer: Layer,
    /// `None` where the payload type will tell ([`codec_of`]).
    pub(super) codec: Option<Codec>,
}

/// Payload types on loopback: dynamic ones, one per codec, for those who look at them.
pub(super) const fn payload_type_of(codec: Codec) -> u8 {
    match codec {
        Codec::H264 => 96,
        Codec::Vp8 => 97,
        Codec::Opus => 111,
    }
}

/// The codec of a payload type of [`payload_type_of`].
pub(super) const fn codec_of(payload_type: u8) -> Option<Codec> {
    match payload_type {
        96 => Some(Codec::H264),
        97 => Some(Codec::Vp8),
        111 => Some(Codec::Opus),
        _ => None,
    }
}

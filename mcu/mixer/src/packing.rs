//! Coded pictures as RTP payloads, by codec.

use bytes::Bytes;
use codec::{Codec, EncoderKind};
use rtc_rtp::codec::h264::H264Payloader;
use rtc_rtp::codec::vp8::Vp8Payloader;
use rtc_rtp::packetizer::Payloader as _;

use crate::mouth::MAX_PAYLOAD_BYTES;

/// Cuts the pictures of one composite.
pub(crate) enum Packing {
    H264(H264Payloader),
    /// Without picture numbers: the relay changes from one source to another, and their numbers would not continue one another.
    Vp8(Vp8Payloader),
}

impl Packing {
    pub(crate) fn of(kind: EncoderKind) -> Self {
        match kind.codec() {
            Codec::Vp8 => Self::Vp8(Vp8Payloader::default()),
            Codec::H264 | Codec::Opus => Self::H264(H264Payloader::default()),
        }
    }

    /// The payloads of one picture; none when it cannot be cut.
    pub(crate) fn cut(&mut self, picture: &Bytes) -> Vec<Bytes> {
        match self {
            Self::H264(payloader) => payloader.payload(MAX_PAYLOAD_BYTES, picture),
            Self::Vp8(payloader) => payloader.payload(MAX_PAYLOAD_BYTES, picture),
        }
        .unwrap_or_default()
    }
}

#![warn(missing_docs)]
//! Codecs behind small traits; the backend is GStreamer, so that hardware codecs can be taken where a machine has them.

pub mod clock;
mod decoder;
mod encoder;
mod key_frame;
mod units;

pub use mcu_media_api::Codec;

pub use decoder::{Decoded, Decoder, FrameSlot, VideoDecoder};
pub use encoder::{EncodeSettings, Encoded, VideoEncoder};
pub use key_frame::{KeyGate, Verdict, starts_key_frame};
pub use units::{Assembler, RtpView};

/// Why a codec could not be set up.
#[derive(Debug, thiserror::Error)]
#[error(
    "the {element} pipeline could not be set up ({message}); install the GStreamer packages gstreamer1.0-libav, -plugins-good and -plugins-ugly"
)]
pub struct CodecError {
    /// Decoder or encoder element.
    pub element: &'static str,
    /// GStreamer's own words.
    pub message: String,
}

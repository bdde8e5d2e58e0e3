//! The encoders we know, and how each is set for conversation: no B frames, one picture in, one out, a constant rate.

use gstreamer::glib;
use gstreamer::prelude::*;
use mcu_media_api::Codec;

use crate::{CodecError, EncodeSettings};

/// Rate control's buffer in milliseconds of the rate: a key frame fits, and no burst is longer.
const BUFFER_MS: u32 = 400;

/// An encoder element of GStreamer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EncoderKind {
    /// NVIDIA cards.
    Nvenc,
    /// VA-API of Intel and AMD cards, the newer plugin.
    Va,
    /// VA-API, the older plugin.
    Vaapi,
    /// Kernel's stateful encoders, as ARM boards have them.
    V4l2,
    /// libx264 in this process.
    X264,
    /// OpenH264 in this process.
    OpenH264,
    /// libvpx in this process: VP8.
    Vp8,
}

impl EncoderKind {
    /// Those for H.264, the preferred first. Hardware stands before software; whether it works is known only by a trial.
    pub const H264: [Self; 6] = [Self::Nvenc, Self::Va, Self::Vaapi, Self::V4l2, Self::X264, Self::OpenH264];

    /// Name of the element.
    #[must_use]
    pub const fn element(self) -> &'static str {
        match self {
            Self::Nvenc => "nvh264enc",
            Self::Va => "vah264enc",
            Self::Vaapi => "vaapih264enc",
            Self::V4l2 => "v4l2h264enc",
            Self::X264 => "x264enc",
            Self::OpenH264 => "openh264enc",
            Self::Vp8 => "vp8enc",
        }
    }

    /// The encoder of that element; `None` for an element we do not know.
    #[must_use]
    pub fn named(element: &str) -> Option<Self> {
        Self::H264.into_iter().chain([Self::Vp8]).find(|kind| kind.element() == element)
    }

    /// What it makes.
    #[must_use]
    pub const fn codec(self) -> Codec {
        match self {
            Self::Nvenc | Self::Va | Self::Vaapi | Self::V4l2 | Self::X264 | Self::OpenH264 => Codec::H264,
            Self::Vp8 => Codec::Vp8,
        }
    }

    /// Whether it works outside the processor, through a driver that may refuse, hang or crash.
    #[must_use]
    pub const fn is_hardware(self) -> bool {
        match self {
            Self::Nvenc | Self::Va | Self::Vaapi | Self::V4l2 => true,
            Self::X264 | Self::OpenH264 | Self::Vp8 => false,
        }
    }

    /// Whether GStreamer has the element. GStreamer must be initialised.
    #[must_use]
    pub fn is_installed(self) -> bool {
        gstreamer::ElementFactory::find(self.element()).is_some()
    }

    /// What it shall put out. H.264 is constrained baseline: what every browser and hardware terminal decodes.
    pub(crate) fn output(self) -> gstreamer::Caps {
        match self.codec() {
            // Profile 0 is what every VP8 decoder has (RFC 6386 §9.1); without it the element refuses.
            Codec::Vp8 => gstreamer::Caps::builder("video/x-vp8").field("profile", "0").build(),
            Codec::H264 | Codec::Opus => gstreamer::Caps::builder("video/x-h264")
                .field("profile", "constrained-baseline")
                .field("stream-format", "byte-stream")
                .field("alignment", "au")
                .build(),
        }
    }

    /// The element, set.
    pub(crate) fn build(self, settings: EncodeSettings) -> Result<gstreamer::Element, CodecError> {
        let failed = |message: String| CodecError { element: self.element(), message };
        let element = gstreamer::ElementFactory::make(self.element()).build().map_err(|error| failed(error.to_string()))?;
        for (name, value) in self.properties(settings) {
            set(&element, name, &value).map_err(failed)?;
        }
        Ok(element)
    }

    fn properties(self, settings: EncodeSettings) -> Vec<(&'static str, String)> {
        let (bps, kbps, key) = (settings.bit_rate_bps, settings.bit_rate_bps / 1000, settings.key_every);
        let words = |pairs: &[(&'static str, &str)]| pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>();
        let figures = |pairs: &[(&'static str, u32)]| pairs.iter().map(|(name, value)| (*name, value.to_string())).collect::<Vec<_>>();
        let key = u32::from(key);
        let (fixed, rates) = match self {
            Self::X264 => (
                words(&[("tune", "zerolatency"), ("speed-preset", "superfast"), ("threads", "1"), ("byte-stream", "true")]),
                figures(&[("bitrate", kbps), ("vbv-buf-capacity", BUFFER_MS), ("key-int-max", key)]),
            ),
            Self::OpenH264 => (
                words(&[("rate-control", "bitrate"), ("complexity", "low"), ("multi-thread", "1"), ("usage-type", "camera")]),
                figures(&[("bitrate", bps), ("gop-size", key)]),
            ),
            Self::Vp8 => (
                // A deadline of one microsecond is libvpx's real-time mode; a negative speed is fixed instead of following the load.
                words(&[("deadline", "1"), ("cpu-used", "-6"), ("threads", "1"), ("end-usage", "cbr"), ("lag-in-frames", "0")]),
                figures(&[
                    ("target-bitrate", bps),
                    ("keyframe-max-dist", key),
                    ("buffer-size", BUFFER_MS),
                    ("buffer-initial-size", BUFFER_MS / 2),
                    ("buffer-optimal-size", BUFFER_MS * 3 / 4),
                    ("min-quantizer", 2),
                    ("max-quantizer", 58),
                ]),
            ),
            Self::Nvenc => (
                words(&[("preset", "low-latency-hq"), ("rc-mode", "cbr"), ("zerolatency", "true"), ("bframes", "0")]),
                figures(&[("bitrate", kbps), ("gop-size", key), ("vbv-buffer-size", kbps * BUFFER_MS / 1000)]),
            ),
            Self::Va => (
                words(&[("rate-control", "cbr"), ("b-frames", "0"), ("ref-frames", "1"), ("target-usage", "6")]),
                figures(&[("bitrate", kbps), ("key-int-max", key), ("cpb-size", kbps * BUFFER_MS / 1000)]),
            ),
            Self::Vaapi => (
                words(&[("rate-control", "cbr"), ("max-bframes", "0"), ("refs", "1")]),
                figures(&[("bitrate", kbps), ("keyframe-period", key)]),
            ),
            Self::V4l2 => {
                let controls = format!("controls,video_bitrate_mode=1,video_bitrate={bps},video_gop_size={key},h264_profile=1");
                (vec![("extra-controls", controls)], Vec::new())
            }
        };
        fixed.into_iter().chain(rates).collect()
    }
}

/// Sets a property from its words. One that this version of the element lacks stays as it is; a value it does not know is an error.
fn set(element: &gstreamer::Element, name: &str, value: &str) -> Result<(), String> {
    let Some(spec) = element.find_property(name) else {
        return Ok(());
    };
    let value = glib::Value::deserialize_with_pspec(value, &spec).map_err(|_| format!("{name} cannot be {value}"))?;
    element.set_property_from_value(name, &value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::EncoderKind;
    use crate::EncodeSettings;
    use gstreamer::prelude::*;
    use mcu_media_api::Codec;

    #[test]
    fn every_encoder_is_found_by_its_name() {
        for kind in EncoderKind::H264.into_iter().chain([EncoderKind::Vp8]) {
            assert_eq!(EncoderKind::named(kind.element()), Some(kind));
        }
        assert_eq!(EncoderKind::named("theoraenc"), None);
        assert!(EncoderKind::H264.iter().all(|kind| kind.codec() == Codec::H264));
        assert!(EncoderKind::H264.is_sorted_by_key(|kind| !kind.is_hardware()), "hardware first");
    }

    #[test]
    fn installed_encoders_take_all_their_settings() {
        gstreamer::init().unwrap();
        let settings = EncodeSettings { width_px: 320, height_px: 180, fps: 30, bit_rate_bps: 300_000, key_every: 120 };
        for kind in [EncoderKind::X264, EncoderKind::OpenH264, EncoderKind::Vp8].into_iter().filter(|kind| kind.is_installed()) {
            let element = kind.build(settings).unwrap();
            for (name, _) in kind.properties(settings) {
                assert!(element.has_property(name), "{} has no {name}", kind.element());
            }
        }
        let element = EncoderKind::X264.build(settings).unwrap();
        assert_eq!((element.property::<u32>("bitrate"), element.property::<u32>("key-int-max")), (300, 120));
    }
}

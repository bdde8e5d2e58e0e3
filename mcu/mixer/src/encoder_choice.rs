//! Which encoder makes the composites of this machine.

use std::path::Path;

use codec::{Codec, CodecError, EncodeSettings, Encoded, EncoderKind, TrialError, VideoEncoder, try_apart};

/// Configured in place of an element's name to have the best one found.
pub const AUTOMATIC: &str = "auto";
/// Environment variable that stands above the configuration, for finding out whether a fault lies in a driver.
pub const VARIABLE: &str = "MCU_MIXER_ENCODER";

/// Finds the encoder for H.264. One that is named is taken untried; `auto` takes the first of [`EncoderKind::H264`] that is installed and, when it is
/// hardware, has passed a trial in a process of its own. Without any it is x264enc, whose absence the first composite then names.
#[must_use]
pub fn choose(wanted: &str, tried: impl Fn(EncoderKind) -> Result<(), TrialError>) -> EncoderKind {
    if let Some(named) = EncoderKind::named(wanted).filter(|kind| kind.codec() == Codec::H264) {
        tracing::info!(encoder = named.element(), "this encoder is taken as configured");
        return named;
    }
    for kind in EncoderKind::H264 {
        match tried(kind) {
            Ok(()) => {
                tracing::info!(encoder = kind.element(), "this encoder is taken");
                return kind;
            }
            Err(TrialError::NotInstalled(element)) => tracing::debug!(element, "not installed"),
            Err(error) => tracing::warn!(encoder = kind.element(), %error, "this encoder is installed and does not work"),
        }
    }
    EncoderKind::X264
}

/// A trial: hardware in a process of its own, made from `program`; software is known to work where it is installed.
///
/// # Errors
/// Why the encoder is not to be taken.
pub fn trial(kind: EncoderKind, program: &Path) -> Result<(), TrialError> {
    if kind.is_hardware() {
        return try_apart(kind, program);
    }
    if kind.is_installed() { Ok(()) } else { Err(TrialError::NotInstalled(kind.element())) }
}

/// Whether a word of the configuration names an encoder for H.264, or `auto`.
#[must_use]
pub fn is_known(word: &str) -> bool {
    word == AUTOMATIC || EncoderKind::named(word).is_some_and(|kind| kind.codec() == Codec::H264)
}

/// Sets up the encoder of a composite. Where a card has no session left or its driver has failed since the trial, software steps in.
pub(crate) fn encoder_for<D: FnMut(Encoded) + Send + 'static>(
    codec: Codec,
    h264: EncoderKind,
    settings: EncodeSettings,
    deliver: impl Fn(EncoderKind) -> D,
) -> Result<VideoEncoder, CodecError> {
    let kind = match codec {
        Codec::Vp8 => EncoderKind::Vp8,
        Codec::H264 | Codec::Opus => h264,
    };
    let failed = match VideoEncoder::of(kind, settings, deliver(kind)) {
        Err(error) if kind.codec() == Codec::H264 && kind != EncoderKind::X264 => error,
        result => return result,
    };
    tracing::error!(error = %failed, "the chosen encoder does not take this composite; x264enc makes it");
    VideoEncoder::of(EncoderKind::X264, settings, deliver(EncoderKind::X264))
}

#[cfg(test)]
mod tests {
    use super::{AUTOMATIC, choose, encoder_for, is_known, trial};
    use codec::{Codec, EncodeSettings, EncoderKind, TrialError};
    use std::path::Path;

    fn choice(wanted: &str, working: &[EncoderKind]) -> EncoderKind {
        choose(wanted, |kind| if working.contains(&kind) { Ok(()) } else { Err(TrialError::NotInstalled(kind.element())) })
    }

    #[test]
    fn the_first_that_works_is_taken() {
        assert_eq!(choice(AUTOMATIC, &[EncoderKind::Va, EncoderKind::X264]), EncoderKind::Va);
        assert_eq!(choice(AUTOMATIC, &[EncoderKind::X264, EncoderKind::OpenH264]), EncoderKind::X264);
        assert_eq!(choice(AUTOMATIC, &[EncoderKind::OpenH264]), EncoderKind::OpenH264);
        assert_eq!(choice(AUTOMATIC, &[]), EncoderKind::X264);
        let hangs = |kind: EncoderKind| if kind.is_hardware() { Err(TrialError::Hangs) } else { Ok(()) };
        assert_eq!(choose(AUTOMATIC, hangs), EncoderKind::X264);
    }

    #[test]
    fn a_named_one_is_taken_untried() {
        assert_eq!(choice("openh264enc", &[EncoderKind::Nvenc]), EncoderKind::OpenH264);
        assert_eq!(choose("vah264enc", |_| panic!("nobody asked for a trial")), EncoderKind::Va);
        assert!(is_known("auto") && is_known("nvh264enc") && !is_known("vp8enc") && !is_known("h265"));
    }

    #[test]
    fn what_this_machine_has_is_found_without_hardware_getting_in_the_way() {
        gstreamer::init().unwrap();
        let kind = choose(AUTOMATIC, |kind| trial(kind, Path::new("/bin/false")));
        assert!(!kind.is_hardware() && kind.is_installed(), "{}", kind.element());
    }

    #[test]
    fn software_steps_in_for_hardware_that_does_not_take_a_composite() {
        gstreamer::init().unwrap();
        let settings = EncodeSettings { width_px: 320, height_px: 180, fps: 30, bit_rate_bps: 300_000, key_every: 120 };
        let missing = EncoderKind::H264.into_iter().find(|kind| !kind.is_installed());
        if let Some(missing) = missing {
            let encoder = encoder_for(Codec::H264, missing, settings, |_| |_| {}).unwrap();
            assert_eq!(encoder.element(), "x264enc");
        }
        assert_eq!(encoder_for(Codec::Vp8, EncoderKind::X264, settings, |_| |_| {}).unwrap().element(), "vp8enc");
    }
}

//! Whether an encoder really works: a few pictures through it, in a process of its own and for a limited time.
//!
//! A driver may be installed without its card, refuse the profile, hang or bring its process down; none of that may happen to a conference.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use mcu_media_api::Codec;

use crate::{EncodeSettings, Encoded, EncoderKind, VideoEncoder};
use picture::Frame;

/// Argument by which a program of ours is told to try an encoder and end; its value is the element's name.
pub const TRIAL_ARGUMENT: &str = "--try-encoder";
/// Longest trial of one encoder, with the start of its process: a card that sleeps takes a second or two to wake.
pub const TRIAL_LIMIT: Duration = Duration::from_secs(5);
/// Pictures of a trial.
const PICTURES: u8 = 12;
/// The picture for which a key frame is asked.
const KEY_AT: u8 = 6;
/// A picture may be inside for so long.
const PICTURE_LIMIT: Duration = Duration::from_secs(2);
/// A trial looks this often whether its process has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// As composites are set.
const SETTINGS: EncodeSettings = EncodeSettings { width_px: 1280, height_px: 720, fps: 30, bit_rate_bps: 1_500_000, key_every: 120 };
const NAL_IDR: u8 = 5;
const NAL_SPS: u8 = 7;
/// Baseline in an SPS; with `constraint_set1_flag` it is constrained baseline (H.264 Annex A.2.1.1).
const PROFILE_BASELINE: u8 = 66;

/// Why an encoder is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// GStreamer has no such element.
    #[error("{0} is not installed")]
    NotInstalled(&'static str),
    /// It could not be set up.
    #[error("it cannot be set up")]
    SetUp(#[from] crate::CodecError),
    /// It does not do what a composite needs.
    #[error("{0}")]
    Unfit(String),
    /// Its process could not be started.
    #[error("its trial could not be started")]
    Start(#[from] std::io::Error),
    /// It hangs.
    #[error("it was not done within {} s", TRIAL_LIMIT.as_secs())]
    Hangs,
    /// Its process told of a fault or crashed.
    #[error("its trial ended with {0}")]
    Ended(std::process::ExitStatus),
}

/// Tries an encoder in a process of its own: `program` is one of ours that takes [`TRIAL_ARGUMENT`].
///
/// # Errors
/// Why it is not to be taken.
pub fn try_apart(kind: EncoderKind, program: &Path) -> Result<(), TrialError> {
    if !kind.is_installed() {
        return Err(TrialError::NotInstalled(kind.element()));
    }
    wait(Command::new(program).arg(TRIAL_ARGUMENT).arg(kind.element()), TRIAL_LIMIT)
}

fn wait(command: &mut Command, limit: Duration) -> Result<(), TrialError> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let until = Instant::now() + limit;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(TrialError::Ended(status)),
            None if Instant::now() >= until => {
                // It hangs in a driver; what it does not give back, its end does.
                child.kill()?;
                child.wait()?;
                return Err(TrialError::Hangs);
            }
            None => std::thread::sleep(LOOK_EVERY),
        }
    }
}

/// Tries an encoder in this process: pictures come out one for one, the first and the one asked for are key frames, and H.264 is constrained baseline.
///
/// # Errors
/// Why it is not to be taken.
pub fn try_here(kind: EncoderKind) -> Result<(), TrialError> {
    let (deliver, units) = channel();
    let encoder = VideoEncoder::of(kind, SETTINGS, move |unit: Encoded| drop(deliver.send(unit)))?;
    let mut frame = Frame::black(usize::from(SETTINGS.width_px), usize::from(SETTINGS.height_px));
    let mut out: Vec<Encoded> = Vec::new();
    for number in 0..PICTURES {
        let [(luma, _), ..] = frame.planes_mut();
        luma.fill(40 + 10 * number);
        if !encoder.push(&frame, Duration::from_millis(u64::from(number) * 33), number == KEY_AT) {
            return Err(TrialError::Unfit(format!("picture {number} was not taken")));
        }
        // One that keeps a picture to itself delays every conference by it.
        match units.recv_timeout(PICTURE_LIMIT) {
            Ok(unit) => out.push(unit),
            Err(_) => return Err(TrialError::Unfit(format!("picture {number} did not come out"))),
        }
    }
    for key in [0, KEY_AT] {
        let unit = out.get(usize::from(key)).map(|unit| &*unit.bytes).unwrap_or_default();
        fit_key(kind.codec(), unit).map_err(|fault| TrialError::Unfit(format!("picture {key}: {fault}")))?;
    }
    Ok(())
}

/// Whether a unit is a key frame that every terminal decodes.
fn fit_key(codec: Codec, unit: &[u8]) -> Result<(), &'static str> {
    if codec == Codec::Vp8 {
        // RFC 6386 §9.1: the first bit is 0 for key frames.
        return unit.first().is_some_and(|first| first & 1 == 0).then_some(()).ok_or("no key frame");
    }
    let nals = || {
        unit.windows(6).filter_map(|six| {
            if let [0, 0, 1, nal, profile, constraints] = six { Some((nal & 0x1F, *profile, *constraints)) } else { None }
        })
    };
    if !nals().any(|(nal, ..)| nal == NAL_IDR) {
        return Err("no key frame");
    }
    let sps = nals().find(|(nal, ..)| *nal == NAL_SPS).ok_or("no SPS before the key frame")?;
    (sps.1 == PROFILE_BASELINE && sps.2 & 0x40 != 0).then_some(()).ok_or("not constrained baseline")
}

#[cfg(test)]
mod tests {
    use super::{TrialError, fit_key, try_apart, try_here, wait};
    use crate::EncoderKind;
    use mcu_media_api::Codec;
    use std::path::Path;
    use std::process::Command;
    use std::time::{Duration, Instant};

    #[test]
    fn software_encoders_pass_their_trial() {
        gstreamer::init().unwrap();
        for kind in [EncoderKind::X264, EncoderKind::OpenH264, EncoderKind::Vp8].into_iter().filter(|kind| kind.is_installed()) {
            try_here(kind).unwrap_or_else(|error| panic!("{}: {error:?}", kind.element()));
        }
    }

    #[test]
    fn a_hanging_trial_is_ended() {
        let started = Instant::now();
        let result = wait(Command::new("sleep").arg("60"), Duration::from_millis(200));
        assert!(matches!(result, Err(TrialError::Hangs)), "{result:?}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_crash_in_the_trial_stays_there() {
        let result = wait(Command::new("sh").args(["-c", "kill -SEGV $$"]), Duration::from_secs(20));
        assert!(matches!(result, Err(TrialError::Ended(_))), "{result:?}");
        gstreamer::init().unwrap();
        let gone = try_apart(EncoderKind::X264, Path::new("/no/such/program"));
        assert!(matches!(gone, Err(TrialError::Start(_))), "{gone:?}");
    }

    #[test]
    fn a_key_frame_is_judged_by_its_bytes() {
        let sps = [0, 0, 1, 0x67, 66, 0xC0, 30, 0, 0, 1, 0x65, 0x88, 0x84, 0, 0];
        assert_eq!(fit_key(Codec::H264, &sps), Ok(()));
        let mut main = sps;
        main[4] = 77;
        assert_eq!(fit_key(Codec::H264, &main), Err("not constrained baseline"));
        assert_eq!(fit_key(Codec::H264, &sps[7..]), Err("no SPS before the key frame"));
        assert_eq!(fit_key(Codec::H264, &[0, 0, 1, 0x41, 1, 2, 3]), Err("no key frame"));
        assert_eq!(fit_key(Codec::Vp8, &[0x50, 0, 0]), Ok(()));
        assert_eq!(fit_key(Codec::Vp8, &[0x51, 0, 0]), Err("no key frame"));
        assert!(fit_key(Codec::H264, &[]).is_err() && fit_key(Codec::Vp8, &[]).is_err());
    }
}

//! Flash and beep of rehearsal clips by the sender's clock: how far picture and sound are apart for whoever watches.
//!
//! Both streams' RTP times are mapped to one clock by their sender reports (RFC 3550 §6.4.1), as a player does that shows them together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use codec::{Codec, KeyGate, RtpView, Verdict, VideoDecoder, starts_key_frame};
use mcu_relay::rtp::RtpPacket;
use picture::Frame;

use super::eyes::{CellArea, read};
use super::sink::{Tap, Tapped};

/// Clock rates of picture and sound.
const PICTURE_HZ: i64 = 90_000;
const SOUND_HZ: i64 = 48_000;
/// Mean luma of the flash's place above which it is lit: 235 when lit, below 150 else.
const LIT: u64 = 195;
/// The beep, and the length over which its strength is taken: whole periods of it.
const BEEP_HZ: f64 = 3_000.0;
const WINDOW: usize = 240;
/// Steps of the window: one millisecond.
const STEP: usize = 48;
/// Strength of the beep above which it sounds: it is sent at 4,000 and begins at once, so half of that is its first window's middle.
const SOUNDS: f64 = 2_000.0;
/// Longest Opus packet in samples: 120 ms.
const MAX_BLOCK: usize = 5_760;
/// Flashes and beeps kept.
const MAX_MOMENTS: usize = 64;
/// Sender reports kept per stream.
const MAX_REPORTS: usize = 64;
/// A flash and a beep further apart than this are not of one pair; a pair comes every two seconds.
const PAIR_MS: f64 = 900.0;

/// RTP times at which something began, unwrapped.
type Moments = Vec<i64>;

#[derive(Debug, Default)]
struct Account {
    flashes: Moments,
    beeps: Moments,
    /// Sender reports by SSRC: host time in nanoseconds and RTP time.
    reports: BTreeMap<u32, Vec<(i128, u32)>>,
    picture_ssrc: u32,
    sound_ssrc: u32,
    lit: bool,
    pictures: u64,
}

/// The account, shared with the tap that fills it.
#[derive(Debug, Clone, Default)]
pub struct Lips(Arc<Mutex<Account>>);

impl Lips {
    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a [`super::Sink`] is given so that this account is kept: the flash is looked for in that cell.
    ///
    /// # Errors
    /// When a decoder is missing.
    pub fn tap(&self, cell: CellArea) -> anyhow::Result<Tap> {
        let seen = self.clone();
        let decoder = VideoDecoder::stamped(Codec::H264, move |frame, at| seen.look(&frame, cell, at))?;
        let mut eye = Eye { gate: KeyGate::default(), decoder, clock: Unwrapped::default() };
        let mut ear = Ear {
            decoder: opus::Decoder::new(48_000, opus::Channels::Mono)?,
            clock: Unwrapped::default(),
            next: 0,
            samples: Vec::new(),
            loud: true,
        };
        // A flash that is seen from its middle on has begun before.
        self.account().lit = true;
        let lips = self.clone();
        Ok(Box::new(move |tapped| match tapped {
            Tapped::Picture(packet) => {
                lips.account().picture_ssrc = packet.ssrc;
                eye.take(packet);
            }
            Tapped::Sound(packet) => {
                let begun = ear.take(packet);
                let mut account = lips.account();
                account.sound_ssrc = packet.ssrc;
                keep(&mut account.beeps, begun);
            }
            Tapped::SenderReport { ssrc, ntp, rtp } => {
                let mut account = lips.account();
                let reports = account.reports.entry(ssrc).or_default();
                reports.push(((i128::from(ntp) * 1_000_000_000) >> 32, rtp));
                let surplus = reports.len().saturating_sub(MAX_REPORTS);
                reports.drain(..surplus);
            }
        }))
    }

    fn look(&self, frame: &Frame, cell: CellArea, at: Duration) {
        let mut account = self.account();
        account.pictures += 1;
        // A picture without the site's marker is of the time before it was on air; its flash is another's.
        if read(frame, cell).is_none_or(|marker| marker.site != cell.site) {
            account.lit = true;
            return;
        }
        let lit = is_lit(frame, cell);
        if lit && !account.lit {
            let ticks = i64::try_from(at.as_nanos()).unwrap_or(0);
            keep(&mut account.flashes, Some(ticks));
        }
        account.lit = lit;
    }

    /// Forgets flashes and beeps, as after a change of picture.
    pub fn forget(&self) {
        let mut account = self.account();
        account.flashes.clear();
        account.beeps.clear();
    }

    /// How much later each beep is than its flash, in ms by the sender's clock; negative where the sound is ahead.
    #[must_use]
    pub fn offsets_ms(&self) -> Vec<f64> {
        let account = self.account();
        let times = |ssrc: u32, rate: i64, moments: &Moments| -> Vec<f64> {
            let reports = account.reports.get(&ssrc).map(Vec::as_slice).unwrap_or_default();
            moments.iter().filter_map(|moment| host_ms(reports, rate, *moment)).collect()
        };
        let flashes = times(account.picture_ssrc, PICTURE_HZ, &account.flashes);
        let beeps = times(account.sound_ssrc, SOUND_HZ, &account.beeps);
        let nearest = |flash: &f64| beeps.iter().map(|beep| beep - flash).min_by(|a, b| a.abs().total_cmp(&b.abs()));
        flashes.iter().filter_map(nearest).filter(|offset| offset.abs() < PAIR_MS).collect()
    }

    /// What there is to go by, for a test's words.
    #[must_use]
    pub fn words(&self) -> String {
        let account = self.account();
        format!(
            "{} pictures, {} flashes, {} beeps, sender reports {:?}",
            account.pictures,
            account.flashes.len(),
            account.beeps.len(),
            account.reports.iter().map(|(ssrc, reports)| (*ssrc, reports.len())).collect::<Vec<_>>()
        )
    }
}

fn keep(moments: &mut Moments, moment: Option<i64>) {
    moments.extend(moment);
    let surplus = moments.len().saturating_sub(MAX_MOMENTS);
    moments.drain(..surplus);
}

/// The host time of an RTP time by the report nearest to it; `None` before the first report.
fn host_ms(reports: &[(i128, u32)], rate: i64, moment: i64) -> Option<f64> {
    // RTP times wrap at 32 bits; the difference to a report nearby does not.
    let ticks = |rtp: u32| i64::from((moment as u32).wrapping_sub(rtp) as i32);
    let (host, rtp) = reports.iter().min_by_key(|(_, rtp)| ticks(*rtp).abs())?;
    Some(*host as f64 / 1e6 + ticks(*rtp) as f64 * 1_000.0 / rate as f64)
}

/// The place where the rehearsal picture flashes: a fifth of the cell, at three quarters of its width and an eighth of its height.
fn is_lit(frame: &Frame, cell: CellArea) -> bool {
    let [(luma, stride), ..] = frame.planes();
    let part = |permille: u16, whole: usize| usize::from(permille) * whole / 1000;
    let (x, y) = (part(cell.x, frame.width_px), part(cell.y, frame.height_px));
    let (w, h) = (part(cell.w, frame.width_px), part(cell.w, frame.height_px));
    let rows = (h * 5 / 32)..(h * 9 / 32);
    let columns = (w * 25 / 32)..(w * 29 / 32);
    let (mut sum, mut count) = (0_u64, 0_u64);
    for row in rows {
        let start = (y + row) * stride + x;
        for pixel in luma.get(start + columns.start..start + columns.end).unwrap_or_default() {
            (sum, count) = (sum + u64::from(*pixel), count + 1);
        }
    }
    count > 0 && sum / count > LIT
}

/// 32-bit RTP time as a number that does not wrap.
#[derive(Debug, Default)]
struct Unwrapped(Option<i64>);

impl Unwrapped {
    fn of(&mut self, rtp: u32) -> i64 {
        let now = match self.0 {
            Some(last) => last + i64::from(rtp.wrapping_sub(last as u32) as i32),
            None => i64::from(rtp),
        };
        self.0 = Some(now);
        now
    }
}

struct Eye {
    gate: KeyGate,
    decoder: VideoDecoder,
    clock: Unwrapped,
}

impl Eye {
    fn take(&mut self, packet: &RtpPacket) {
        let view = RtpView { sequence: packet.sequence, timestamp: packet.timestamp, marker: packet.marker, payload: &packet.payload };
        // The decoder hands the RTP time back with the picture.
        let ticks = u64::try_from(self.clock.of(packet.timestamp)).unwrap_or(0);
        if self.gate.judge(packet.sequence, starts_key_frame(Codec::H264, &packet.payload)) == Verdict::Pass {
            self.decoder.push_at(&view, Duration::from_nanos(ticks));
        }
    }
}

struct Ear {
    decoder: opus::Decoder,
    clock: Unwrapped,
    /// RTP time of the sample after the last one.
    next: i64,
    samples: Vec<i16>,
    /// The beep sounded in the last window; also at the beginning, where its beginning was not heard.
    loud: bool,
}

impl Ear {
    /// Takes a packet; gives the RTP time at which a beep began in it.
    fn take(&mut self, packet: &RtpPacket) -> Option<i64> {
        let at = self.clock.of(packet.timestamp);
        if at != self.next {
            // Something is missing: what began in it is not known.
            self.samples.clear();
            self.loud = true;
        }
        let mut block = [0_i16; MAX_BLOCK];
        let length = self.decoder.decode(&packet.payload, &mut block, false).unwrap_or(0);
        self.samples.extend(block.iter().take(length));
        self.next = at + i64::try_from(length).unwrap_or(0);
        let mut begun = None;
        let mut done = 0;
        while let Some(window) = self.samples.get(done..done + WINDOW) {
            let loud = strength(window) > SOUNDS;
            if loud && !self.loud {
                let behind = self.samples.len() - done - WINDOW / 2;
                begun = Some(self.next - i64::try_from(behind).unwrap_or(0));
            }
            self.loud = loud;
            done += STEP;
        }
        self.samples.drain(..done);
        begun
    }
}

/// Amplitude of the beep in a window, by Goertzel's algorithm.
fn strength(samples: &[i16]) -> f64 {
    let coefficient = 2.0 * (std::f64::consts::TAU * BEEP_HZ / SOUND_HZ as f64).cos();
    let (mut s1, mut s2) = (0.0, 0.0);
    for sample in samples {
        (s1, s2) = (f64::from(*sample) + coefficient * s1 - s2, s1);
    }
    2.0 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2).max(0.0).sqrt() / samples.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::{Account, Lips, Unwrapped, host_ms};

    #[test]
    fn rtp_times_become_host_times_across_the_wrap() {
        let mut clock = Unwrapped::default();
        assert_eq!(clock.of(u32::MAX - 9), i64::from(u32::MAX) - 9);
        assert_eq!(clock.of(20), i64::from(u32::MAX) + 21);
        // A report 30 ticks before: a second less 30 ticks of 90 kHz.
        let reports = [(1_000_000_000, u32::MAX - 9)];
        let found = host_ms(&reports, 90_000, i64::from(u32::MAX) + 21).unwrap();
        assert!((found - 1_000.333).abs() < 0.001, "{found}");
        assert_eq!(host_ms(&[], 90_000, 7), None);
    }

    #[test]
    fn a_beep_is_paired_with_the_flash_next_to_it() {
        let lips = Lips::default();
        *lips.account() = Account {
            flashes: vec![90_000, 270_000, 450_000],
            beeps: vec![48_960, 48_000 * 3 - 480],
            reports: [(1, vec![(0, 0)]), (2, vec![(0, 0)])].into(),
            picture_ssrc: 1,
            sound_ssrc: 2,
            ..Account::default()
        };
        let offsets = lips.offsets_ms();
        assert_eq!(offsets.len(), 2, "the last flash has no beep: {offsets:?}");
        assert!((offsets[0] - 20.0).abs() < 1e-6 && (offsets[1] + 10.0).abs() < 1e-6, "{offsets:?}");
    }
}

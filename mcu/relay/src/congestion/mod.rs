//! Congestion control of one session (RFC 8836): transport-wide sequence numbers, what the peer says of them, and the rate it may be sent.
//!
//! The delay-based half is that of `rtc-interceptor` (draft-ietf-rmcat-gcc-02); the loss-based half is `loss`, because a line that always
//! loses a fifth of everything must still carry a sharp picture. Pure: time comes in.

mod arrivals;
pub mod feedback;
mod loss;
mod pacer;

use std::time::{Duration, Instant};

use rtc_interceptor::{OveruseDetector, PacketReport, RateCalculator, RateController, SlopeEstimator, Usage};
use rtc_rtcp::transport_feedbacks::cc_feedback_report::Ecn;

pub use arrivals::Arrivals;
pub use pacer::Pacer;

use crate::{
    rtp::{be_u16, be_u32, nearest},
    time::Time,
};
use loss::Loss;

/// Rate believed in before anything is known: lines of offices carry a sharp picture, and what a thin one says is heard within a second.
pub const INITIAL_BPS: f64 = 6_000_000.0;
/// Sound alone.
const LEAST_BPS: f64 = 60_000.0;
/// More than any screen here takes: five pictures of 4K.
pub const MOST_BPS: f64 = 100_000_000.0;
/// Departures remembered; more than two seconds of the fastest sink. A power of two.
const REMEMBERED: usize = 2048;
/// A packet unheard of for so long after its departure is lost; until then it may only be late.
const JUDGE_AFTER: Duration = Duration::from_millis(250);
/// Reference times wrap after so many units of 64 ms.
const REFERENCE_WRAP: Duration = Duration::from_millis(64 << 24);

#[derive(Debug, Clone, Copy, Default)]
struct Departure {
    number: u64,
    at: Time,
    bytes: u16,
    /// SSRC and sequence number.
    packet: (u32, u16),
    /// Some report spoke of it. One whose report was lost on the way back tells nothing.
    told: bool,
    arrived: bool,
}

/// What is sent to one peer.
pub struct Downlink {
    origin: (Instant, Time),
    departures: Box<[Departure]>,
    /// Next transport-wide number.
    next: u64,
    /// Next number whose loss is to be judged.
    judged: u64,
    /// Highest number told as arrived.
    highest: u64,
    reference_base: Option<Duration>,
    slope: SlopeEstimator,
    detector: OveruseDetector,
    arriving: RateCalculator,
    control: RateController,
    loss: Loss,
    target_bps: f64,
    heard: bool,
    rtt: Option<Duration>,
    decrease_not_before: Time,
    /// Until then the line counts as overrun.
    overrun_until: Time,
    /// Memory for reading one report.
    told: Vec<(u16, Option<Duration>)>,
}

/// Least time between two decreases for delay: a round trip of a bad line and the reports behind it (libwebrtc: a round trip and 100 ms).
const DECREASE_EVERY: Duration = Duration::from_millis(300);

/// How long a sign of congestion keeps probes away.
const OVERRUN_FOR: Duration = Duration::from_millis(1000);

impl Downlink {
    /// A line nothing is known of. `origin` pairs readings of one clock at one moment: the library counts in [`Instant`]s.
    #[must_use]
    pub fn new(origin: (Instant, Time)) -> Self {
        // Numbers begin above zero so that "one before" always exists.
        let first = 1 << 16;
        Self {
            origin,
            departures: vec![Departure::default(); REMEMBERED].into_boxed_slice(),
            next: first,
            judged: first,
            highest: first - 1,
            reference_base: None,
            slope: SlopeEstimator::new(),
            detector: OveruseDetector::new(),
            arriving: RateCalculator::default(),
            control: RateController::new(INITIAL_BPS, LEAST_BPS, MOST_BPS),
            loss: Loss::new(),
            target_bps: INITIAL_BPS,
            heard: false,
            rtt: None,
            decrease_not_before: Time::default(),
            overrun_until: Time::default(),
            told: Vec::new(),
        }
    }

    fn instant(&self, at: Time) -> Instant {
        self.origin.0 + at.since(self.origin.1)
    }

    /// The number of an RTP packet that leaves now.
    pub fn stamp(&mut self, now: Time, packet: &[u8]) -> u16 {
        let number = self.next;
        self.next += 1;
        if let Some(place) = self.departures.get_mut(number as usize % REMEMBERED) {
            let bytes = u16::try_from(packet.len()).unwrap_or(u16::MAX);
            *place = Departure { number, at: now, bytes, packet: name_of(packet).unwrap_or_default(), told: false, arrived: false };
        }
        number as u16
    }

    /// The number an RTP packet left with when it was sent first; `None` when that is longer ago than is remembered.
    #[must_use]
    pub fn number_of(&self, packet: &[u8]) -> Option<u16> {
        let name = name_of(packet)?;
        let found = self.departures.iter().filter(|place| place.number != 0 && place.packet == name).max_by_key(|place| place.number);
        found.map(|place| place.number as u16)
    }

    /// Takes the body of a feedback packet.
    pub fn feedback(&mut self, now: Time, body: &[u8]) {
        let mut usage = self.detector.usage();
        let here = self.instant(now);
        let mut told = std::mem::take(&mut self.told);
        // What stands before a broken place is as good as any.
        let _ = feedback::read(body, |number, arrival| told.push((number, arrival)));
        for (sequence, arrival) in told.drain(..) {
            let number = nearest(self.next - 1, sequence);
            let Some(place) = self.departures.get_mut(number as usize % REMEMBERED).filter(|place| place.number == number) else {
                continue;
            };
            place.told = true;
            let Some(arrival) = arrival.filter(|_| !std::mem::replace(&mut place.arrived, true)) else {
                continue;
            };
            let Departure { at, bytes, .. } = *place;
            self.arriving.add(here, usize::from(bytes));
            self.rtt = Some(now.since(at));
            self.heard = true;
            if number < self.highest {
                // The filter wants packets in the order of their sending.
                continue;
            }
            self.highest = number;
            let report = self.report(sequence, at, usize::from(bytes), arrival);
            if let Some(trend) = self.slope.accumulate(&report) {
                usage = self.detector.update(trend.at, trend.estimate_ms);
            }
        }
        self.told = told;
        self.judge(now);
        self.conclude(now, usage);
    }

    fn report(&mut self, sequence: u16, at: Time, size: usize, arrival: Duration) -> PacketReport {
        // Unwraps the reference time by staying near the last one.
        let base = self.reference_base.get_or_insert(arrival);
        let arrival = if arrival + REFERENCE_WRAP / 2 < *base { arrival + REFERENCE_WRAP } else { arrival };
        self.reference_base = Some(arrival);
        PacketReport {
            ssrc: 0,
            id: u64::from(sequence),
            rtp_sequence_number: sequence,
            is_twcc: true,
            twcc_sequence_number: sequence,
            size,
            arrived: true,
            departure: self.instant(at),
            arrival: Some(arrival),
            ecn: Ecn::NotEct,
        }
    }

    /// Counts the packets that had time enough to be heard of, up to the highest that was.
    fn judge(&mut self, now: Time) {
        self.judged = self.judged.max(self.next.saturating_sub(REMEMBERED as u64));
        let (mut lost, mut total, mut sent) = (0, 0, 0);
        while self.judged <= self.highest {
            let Some(place) = self.departures.get(self.judged as usize % REMEMBERED) else {
                return;
            };
            if now.since(place.at) < JUDGE_AFTER {
                break;
            }
            sent += 1;
            total += u32::from(place.told);
            lost += u32::from(place.told && !place.arrived);
            self.judged += 1;
        }
        self.loss.count(lost, total, sent);
    }

    fn conclude(&mut self, now: Time, usage: Usage) {
        let here = self.instant(now);
        let arriving = self.arriving.rate_bits_per_second(here);
        // A decrease is given time to show: what arrives in the next moments is what was sent before it, and counting it again would end at nothing.
        let by_delay = if usage == Usage::Over && now < self.decrease_not_before {
            self.control.target()
        } else {
            if usage == Usage::Over {
                self.decrease_not_before = now + DECREASE_EVERY;
            }
            self.control.update(here, usage, arriving)
        };
        self.loss.lift_above(by_delay * 1.2);
        let by_loss = self.loss.limit(now, arriving);
        self.target_bps = by_loss.map_or(by_delay, |by_loss| by_delay.min(by_loss)).clamp(LEAST_BPS, MOST_BPS);
        if usage == Usage::Over || self.loss.is_limited() {
            self.overrun_until = now + OVERRUN_FOR;
        }
    }

    /// Bits per second that may be sent; `None` while the peer has told nothing.
    #[must_use]
    pub fn target_bps(&self) -> Option<u64> {
        self.heard.then_some(self.target_bps as u64)
    }

    /// Bits per second to spread packets over: what arrives is carried, whatever is believed.
    pub fn pace_bps(&mut self, now: Time) -> f64 {
        let here = self.instant(now);
        let arriving = self.arriving.rate_bits_per_second(here).unwrap_or(0.0);
        if self.is_overrun(now) { self.target_bps } else { self.target_bps.max(arriving) }
    }

    /// Bits per second the line is known to carry: at most half as much again as arrives (as libwebrtc holds it while little is sent).
    pub fn known_bps(&mut self, now: Time) -> Option<u64> {
        let here = self.instant(now);
        let arriving = self.arriving.rate_bits_per_second(here).unwrap_or(0.0);
        self.target_bps().map(|target| target.min((arriving * 1.5) as u64))
    }

    /// Bits per second to send besides, so that it shows whether loss belongs to the line.
    #[must_use]
    pub fn trial_bps(&mut self, now: Time) -> u32 {
        let here = self.instant(now);
        let arriving = self.arriving.rate_bits_per_second(here).unwrap_or(0.0);
        (arriving / (1.0 - self.loss.share.min(0.9)) * self.loss.trial_share()) as u32
    }

    /// Whether a line taken for a full one has since been found to be only a bad one; told once.
    pub const fn take_acquitted(&mut self) -> bool {
        self.loss.take_acquitted()
    }

    /// Whether the line showed signs of carrying too much a moment ago.
    #[must_use]
    pub fn is_overrun(&self, now: Time) -> bool {
        now < self.overrun_until
    }

    /// Round trip including the peer's wait before it reported.
    #[must_use]
    pub const fn rtt(&self) -> Option<Duration> {
        self.rtt
    }

    /// Lost of the last look in ‰.
    #[must_use]
    pub fn loss_permille(&self) -> u16 {
        (self.loss.share * 1000.0) as u16
    }

    /// What the line loses whatever is sent, in ‰.
    #[must_use]
    pub fn lasting_loss_permille(&self) -> u16 {
        (self.loss.lasting() * 1000.0) as u16
    }
}

/// SSRC and sequence number of an RTP packet.
fn name_of(packet: &[u8]) -> Option<(u32, u16)> {
    Some((be_u32(packet, 8)?, be_u16(packet, 2)?))
}

#[cfg(test)]
mod tests;

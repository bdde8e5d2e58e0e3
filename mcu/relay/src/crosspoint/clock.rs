//! From a source's RTP time to the host's monotonic time (RFC 3550 §6.4.1).

use crate::time::Time;

/// Nanoseconds of a second.
const SECOND: i128 = 1_000_000_000;

/// The difference between one sender's clock and the host's, from its sender reports.
///
/// The smallest difference seen is the one with the least delay in it; it creeps upwards by 1/64 of the distance per report, so that a
/// drifting clock is followed within a minute and one delayed report changes nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SenderClock {
    offset: Option<i128>,
}

impl SenderClock {
    /// Takes a report that carried `ntp` and came at `now`; gives the host time of the instant it speaks of.
    pub(crate) fn report(&mut self, now: Time, ntp: u64) -> Time {
        let sender = ntp_nanos(ntp);
        let sample = nanos(now) - sender;
        let offset = match self.offset {
            Some(offset) if sample >= offset => offset + (sample - offset) / 64,
            Some(_) | None => sample,
        };
        self.offset = Some(offset);
        time(sender + offset)
    }
}

/// One stream's RTP time against host time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RtpClock {
    rate: u32,
    anchor: Option<(Time, u32)>,
    reported: bool,
}

impl RtpClock {
    pub(crate) const fn new(rate: u32) -> Self {
        Self { rate, anchor: None, reported: false }
    }

    /// Takes a packet's arrival as a stand-in until the first report.
    pub(crate) fn arrived(&mut self, now: Time, rtp: u32) {
        if !self.reported && self.anchor.is_none() {
            self.anchor = Some((now, rtp));
        }
    }

    /// Takes a sender report: `rtp` was at host time `at`.
    pub(crate) fn reported(&mut self, at: Time, rtp: u32) {
        self.anchor = Some((at, rtp));
        self.reported = true;
    }

    /// RTP time of a host time; `None` before the first packet.
    pub(crate) fn rtp_at(&self, now: Time) -> Option<u32> {
        let (at, rtp) = self.anchor?;
        let ticks = (nanos(now) - nanos(at)) * i128::from(self.rate) / SECOND;
        // RTP time wraps at 32 bits.
        Some(rtp.wrapping_add(ticks as u32))
    }
}

fn nanos(time: Time) -> i128 {
    i128::try_from(time.as_duration().as_nanos()).unwrap_or(i128::MAX)
}

fn ntp_nanos(ntp: u64) -> i128 {
    (i128::from(ntp) * SECOND) >> 32
}

fn time(nanos: i128) -> Time {
    Time::new(std::time::Duration::from_nanos(u64::try_from(nanos).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::{RtpClock, SenderClock};
    use crate::time::Time;
    use std::time::Duration;

    fn at(millis: u64) -> Time {
        Time::new(Duration::from_millis(millis))
    }

    #[test]
    fn two_streams_of_one_sender_share_its_clock() {
        let mut sender = SenderClock::default();
        let (mut picture, mut sound) = (RtpClock::new(90_000), RtpClock::new(48_000));
        let ntp = |millis: u64| at(5_000_000 + millis).ntp();
        picture.reported(sender.report(at(1_010), ntp(1_000)), 90_000);
        // The second report was 30 ms late; the best difference holds.
        sound.reported(sender.report(at(1_040), ntp(1_000)), 48_000);
        let (picture, sound) = (picture.rtp_at(at(2_010)).unwrap(), sound.rtp_at(at(2_010)).unwrap());
        assert!(picture.abs_diff(180_000) <= 1, "{picture}");
        assert!(sound.abs_diff(96_000) <= 48, "{sound}: within a millisecond");
    }

    #[test]
    fn before_a_report_the_first_packet_counts_and_time_wraps() {
        let mut clock = RtpClock::new(90_000);
        assert_eq!(clock.rtp_at(at(0)), None);
        clock.arrived(at(1_000), u32::MAX);
        clock.arrived(at(9_000), 5);
        assert_eq!(clock.rtp_at(at(2_000)), Some(89_999));
        assert_eq!(clock.rtp_at(at(999)), Some(u32::MAX - 90));
    }
}

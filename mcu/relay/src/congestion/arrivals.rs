//! What a publisher is told about the arrival of its packets, so that it can find its own rate.

use std::{collections::BTreeMap, time::Duration};

use super::feedback::{self, Report};
use crate::{rtp::Unwrapper, time::Time};

/// Time between two reports (libwebrtc: 50 to 250 ms).
const INTERVAL: Duration = Duration::from_millis(50);
/// Packets may come late by this and still be told.
const KEPT: Duration = Duration::from_millis(500);
/// Numbers between the first and the last packet of one report; a sender that leaps further is believed to have begun anew.
const MAX_SPAN: u64 = 2000;

/// The arrivals of one session.
#[derive(Debug, Default)]
pub struct Arrivals {
    numbers: Unwrapper,
    kept: BTreeMap<u64, Time>,
    /// First number not told of.
    next: Option<u64>,
    /// Lowest number that came since the last report.
    lowest_new: Option<u64>,
    media: u32,
    count: u8,
    due: Time,
}

impl Arrivals {
    /// Packet `sequence` (transport-wide) of stream `media` came.
    pub fn note(&mut self, now: Time, sequence: u16, media: u32) {
        let number = self.numbers.unwrap(sequence);
        if let Some(next) = self.next
            && (number > next + MAX_SPAN || number + MAX_SPAN < next)
        {
            self.kept.clear();
            self.next = None;
            self.lowest_new = None;
        }
        self.media = media;
        self.kept.entry(number).or_insert(now);
        self.lowest_new = Some(self.lowest_new.map_or(number, |lowest| lowest.min(number)));
    }

    /// When [`Self::report`] is due; `None` when there is nothing to tell.
    #[must_use]
    pub fn deadline(&self) -> Option<Time> {
        self.lowest_new.map(|_| self.due)
    }

    /// Appends the report that is due.
    pub fn report(&mut self, now: Time, sender: u32, out: &mut Vec<u8>) {
        let Some(lowest) = self.lowest_new.filter(|_| now >= self.due) else {
            return;
        };
        self.due = now + INTERVAL;
        self.lowest_new = None;
        let base = self.next.map_or(lowest, |next| next.min(lowest));
        let arrivals: Vec<(u64, Duration)> = self.kept.range(base..).map(|(number, at)| (*number, at.as_duration())).collect();
        feedback::write(out, &Report { sender, media: self.media, count: self.count, base, arrivals: &arrivals });
        self.count = self.count.wrapping_add(1);
        self.next = arrivals.last().map(|(number, _)| number + 1).max(self.next);
        self.kept.retain(|_, at| now.since(*at) < KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::Arrivals;
    use crate::{congestion::feedback, time::Time};
    use std::time::Duration;

    fn at(millis: u64) -> Time {
        Time::new(Duration::from_millis(millis))
    }

    fn told(arrivals: &mut Arrivals, millis: u64) -> Vec<(u16, bool)> {
        let (mut out, mut seen) = (Vec::new(), Vec::new());
        arrivals.report(at(millis), 1, &mut out);
        if !out.is_empty() {
            feedback::read(&out[4..], |number, arrival| seen.push((number, arrival.is_some()))).unwrap();
        }
        seen
    }

    #[test]
    fn gaps_are_told_and_late_packets_told_again() {
        let mut arrivals = Arrivals::default();
        for number in [65_534, 65_535, 1] {
            arrivals.note(at(100), number, 9);
        }
        assert_eq!(told(&mut arrivals, 100), [(65_534, true), (65_535, true), (0, false), (1, true)]);
        assert_eq!(arrivals.deadline(), None);
        arrivals.note(at(110), 2, 9);
        assert_eq!(told(&mut arrivals, 120), [], "not before its time");
        arrivals.note(at(130), 0, 9);
        assert_eq!(told(&mut arrivals, 150), [(0, true), (1, true), (2, true)]);
    }

    #[test]
    fn a_leap_begins_anew() {
        let mut arrivals = Arrivals::default();
        arrivals.note(at(0), 5, 9);
        assert_eq!(told(&mut arrivals, 0), [(5, true)]);
        arrivals.note(at(60), 9_000, 9);
        assert_eq!(told(&mut arrivals, 60), [(9_000, true)]);
    }
}

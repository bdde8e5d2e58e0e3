//! How a watcher's picture flows: freezes, and waits for key frames.

use std::time::Duration;

use mcu_media_api::FlowReport;

use crate::time::Time;

/// A picture is frozen when the next comes later than this many usual intervals, and later than an interval and [`LEAST_FREEZE`] (`freezeCount` of W3C
/// webrtc-stats).
const INTERVALS: u32 = 3;
/// See [`INTERVALS`].
const LEAST_FREEZE: Duration = Duration::from_millis(150);
/// Share of the latest interval in the usual one: about thirty pictures (the same).
const SMOOTHING: u32 = 30;

/// The account of one output.
#[derive(Debug, Default)]
pub(super) struct Flow {
    last: Option<Time>,
    usual: Option<Duration>,
    waiting_since: Option<Time>,
    report: FlowReport,
}

impl Flow {
    /// A whole picture has left.
    pub(super) fn picture(&mut self, now: Time) {
        let Some(last) = self.last.replace(now) else {
            return;
        };
        let interval = now.since(last);
        let usual = self.usual.unwrap_or(interval);
        if interval > (usual * INTERVALS).max(usual + LEAST_FREEZE) {
            self.report.freezes += 1;
            self.report.frozen_ms += millis(interval);
        } else {
            self.usual = Some((usual * (SMOOTHING - 1) + interval) / SMOOTHING);
        }
    }

    /// No picture shall go out for now: whatever comes next is no freeze.
    pub(super) const fn stop(&mut self) {
        (self.last, self.usual) = (None, None);
    }

    /// Whether a key frame of the wanted source is waited for.
    pub(super) fn waits(&mut self, now: Time, waits: bool) {
        match (self.waiting_since, waits) {
            (None, true) => self.waiting_since = Some(now),
            (Some(since), false) => {
                self.waiting_since = None;
                self.report.key_waits += 1;
                self.report.key_waited_ms += millis(now.since(since));
            }
            (None, false) | (Some(_), true) => {}
        }
    }

    pub(super) const fn report(&self) -> FlowReport {
        self.report
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Flow;
    use crate::time::Time;
    use mcu_media_api::FlowReport;
    use std::time::Duration;

    fn at(millis: u64) -> Time {
        Time::new(Duration::from_millis(millis))
    }

    #[test]
    fn a_late_picture_is_a_freeze_and_a_slow_source_is_none() {
        let mut flow = Flow::default();
        (0..60).for_each(|frame| flow.picture(at(frame * 33)));
        flow.picture(at(59 * 33 + 150));
        assert_eq!(flow.report().freezes, 0, "an interval and 117 ms");
        flow.picture(at(59 * 33 + 150 + 300));
        assert_eq!(flow.report(), FlowReport { freezes: 1, frozen_ms: 300, ..FlowReport::default() });
        let mut slow = Flow::default();
        (0..10).for_each(|frame| slow.picture(at(frame * 500)));
        assert_eq!(slow.report().freezes, 0);
        slow.stop();
        slow.picture(at(60_000));
        assert_eq!(slow.report().freezes, 0, "it was taken away on purpose");
    }

    #[test]
    fn waits_for_key_frames_are_counted_when_they_end() {
        let mut flow = Flow::default();
        for (millis, waits) in [(0, false), (20, true), (40, true), (60, false), (80, false), (100, true), (110, false)] {
            flow.waits(at(millis), waits);
        }
        assert_eq!(flow.report(), FlowReport { key_waits: 2, key_waited_ms: 50, ..FlowReport::default() });
    }
}

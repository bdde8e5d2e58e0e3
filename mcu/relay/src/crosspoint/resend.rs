//! How often a picture's packets are sent once more on a line that loses some of everything, whatever is sent.
//!
//! A request and its answer must both get through, and few rounds fit into the time before a picture is shown. So answers are given several times on such a
//! line, and on a very bad one every packet is sent twice before anybody asks. Repeats are RFC 4588 resends, which every receiver understands; they
//! leave one tick apart, so that one burst of losses does not take them all.

use std::{collections::VecDeque, time::Duration};

use crate::time::Time;

/// Time between two repeats of one packet: a tick, and longer than most bursts.
const SPACING: Duration = Duration::from_millis(20);
/// Packets that wait for another repeat; two seconds of a picture of 2.5 Mbit/s.
const MAX_WAITING: usize = 512;
/// From this loss on, in ‰, an answer is given so often. Of a packet's four rounds in 250 ms each fails unless request and one repeat get through.
const ANSWERS: [(u16, u8); 3] = [(250, 4), (150, 3), (40, 2)];
/// From this loss on, in ‰, packets are repeated before anybody asks.
const AHEAD_FROM_PERMILLE: u16 = 240;
/// The same for packets of key frames, which are few, and without which nothing is shown.
const KEY_AHEAD_FROM_PERMILLE: u16 = 40;

/// Repeats that are still to leave.
#[derive(Debug, Default)]
pub(super) struct Resends {
    waiting: VecDeque<Again>,
    loss_permille: u16,
}

#[derive(Debug, Clone, Copy)]
struct Again {
    due: Time,
    sequence: u16,
    left: u8,
}

impl Resends {
    /// The line loses that much of everything, in ‰.
    pub(super) const fn set_loss(&mut self, permille: u16) {
        self.loss_permille = permille;
    }

    /// What repeats before anybody asks add to a picture's rate, as a share of it.
    pub(super) const fn overhead(&self) -> f64 {
        if self.loss_permille >= AHEAD_FROM_PERMILLE { 1.0 } else { 0.0 }
    }

    /// A packet has left for the first time; `key` when it belongs to a key frame.
    pub(super) fn sent(&mut self, now: Time, sequence: u16, key: bool) {
        if self.loss_permille >= if key { KEY_AHEAD_FROM_PERMILLE } else { AHEAD_FROM_PERMILLE } {
            self.wait(Again { due: now + SPACING, sequence, left: 1 });
        }
    }

    /// A packet has been sent again because it was asked for.
    pub(super) fn answered(&mut self, now: Time, sequence: u16) {
        let times = ANSWERS.iter().find(|(from, _)| self.loss_permille >= *from).map_or(1, |(_, times)| *times);
        if times > 1 {
            self.waiting.retain(|again| again.sequence != sequence);
            self.wait(Again { due: now + SPACING, sequence, left: times - 1 });
        }
    }

    /// Nothing is to be repeated any more.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    fn wait(&mut self, again: Again) {
        if self.waiting.len() == MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(again);
    }

    /// The next packet whose repeat is due.
    pub(super) fn due(&mut self, now: Time) -> Option<u16> {
        // In the order of their due times, because all wait equally long.
        let again = self.waiting.front().copied().filter(|again| again.due <= now)?;
        self.waiting.pop_front();
        if again.left > 1 {
            self.waiting.push_back(Again { due: now + SPACING, left: again.left - 1, ..again });
        }
        Some(again.sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::Resends;
    use crate::time::Time;
    use std::time::Duration;

    fn at(millis: u64) -> Time {
        Time::new(Duration::from_millis(millis))
    }

    fn all(resends: &mut Resends) -> Vec<(u64, u16)> {
        let mut seen = Vec::new();
        for step in 0..20 {
            while let Some(sequence) = resends.due(at(step * 20)) {
                seen.push((step * 20, sequence));
            }
        }
        seen
    }

    #[test]
    fn a_good_line_is_answered_once() {
        let mut resends = Resends::default();
        resends.set_loss(20);
        resends.sent(at(0), 1, true);
        resends.answered(at(0), 2);
        assert_eq!(all(&mut resends), []);
    }

    #[test]
    fn answers_repeat_one_tick_apart_and_a_new_request_begins_anew() {
        let mut resends = Resends::default();
        resends.set_loss(200);
        resends.answered(at(0), 7);
        resends.answered(at(0), 8);
        resends.answered(at(10), 7);
        assert_eq!(all(&mut resends), [(20, 8), (40, 7), (40, 8), (60, 7)]);
    }

    #[test]
    fn key_frames_are_repeated_before_anybody_asks() {
        let mut resends = Resends::default();
        resends.set_loss(50);
        resends.sent(at(0), 1, false);
        resends.sent(at(0), 2, true);
        assert_eq!(all(&mut resends), [(20, 2)]);
    }

    #[test]
    fn a_very_bad_line_gets_everything_twice_and_keeps_no_more_than_it_may() {
        let mut resends = Resends::default();
        resends.set_loss(300);
        (0..2000).for_each(|sequence| resends.sent(at(0), sequence, false));
        let repeated = all(&mut resends);
        assert_eq!((repeated.len(), repeated.first()), (512, Some(&(20, 1488))));
    }
}

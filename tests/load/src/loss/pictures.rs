//! What a watcher could show: pictures by when they were whole.

use std::collections::BTreeMap;
use std::time::Duration;

use super::frame_mark::FrameMark;

/// Frames kept: ten minutes at 30 a second, longer than any run.
const MAX_FRAMES: usize = 18_000;
/// Parts of a frame told apart.
const MAX_PARTS: u16 = 128;

#[derive(Debug, Clone, Copy)]
struct Frame {
    key: bool,
    made: Duration,
    parts: u16,
    got: u128,
    /// Since the sender began.
    whole: Option<Duration>,
}

/// Every frame of which anything came.
#[derive(Debug, Default)]
pub struct Pictures {
    frames: BTreeMap<u32, Frame>,
    first_key: Option<Duration>,
}

/// Judgement over a run of frames.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Verdict {
    /// Frames the source made.
    pub frames: u32,
    /// Not whole in time to show.
    pub damaged: u32,
    /// Not whole in time, or built upon one that was not (until the next key frame): what a strict decoder does not show.
    pub unshown: u32,
    /// Longest time from one shown frame to the next.
    pub freeze: Duration,
}

impl Verdict {
    /// Both together, as of two watchers.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            frames: self.frames + other.frames,
            damaged: self.damaged + other.damaged,
            unshown: self.unshown + other.unshown,
            freeze: self.freeze.max(other.freeze),
        }
    }

    /// Damaged frames in per cent.
    #[must_use]
    pub fn damaged_percent(&self) -> f64 {
        f64::from(self.damaged) * 100.0 / f64::from(self.frames.max(1))
    }

    /// Frames not shown in per cent.
    #[must_use]
    pub fn unshown_percent(&self) -> f64 {
        f64::from(self.unshown) * 100.0 / f64::from(self.frames.max(1))
    }
}

impl Pictures {
    /// A part of a frame came, `now` after the sender began. Returns whether the frame is whole by it.
    pub fn came(&mut self, now: Duration, mark: FrameMark) -> bool {
        if mark.parts == 0 || mark.parts > MAX_PARTS || mark.part >= mark.parts {
            return false;
        }
        let fresh = Frame { key: mark.key, made: mark.made, parts: mark.parts, got: 0, whole: None };
        let frame = self.frames.entry(mark.number).or_insert(fresh);
        frame.got |= 1 << mark.part;
        let completed = frame.whole.is_none() && frame.got.count_ones() == u32::from(frame.parts);
        if completed {
            frame.whole = Some(now);
            if frame.key && self.first_key.is_none() {
                self.first_key = Some(now);
            }
        }
        if self.frames.len() > MAX_FRAMES {
            self.frames.pop_first();
        }
        completed
    }

    /// When the first whole key frame had come, since the sender began: the first picture.
    #[must_use]
    pub const fn first_key(&self) -> Option<Duration> {
        self.first_key
    }

    /// When the first key frame after that time was whole, counting frames made later only.
    #[must_use]
    pub fn key_made_after(&self, time: Duration) -> Option<Duration> {
        self.frames.values().filter(|frame| frame.key && frame.made >= time).filter_map(|frame| frame.whole).min()
    }

    /// Judges the frames from `from` up to below `to`. A frame is shown `wait` after it was made: line, repair and jitter have to fit into that.
    #[must_use]
    pub fn judge(&self, from: u32, to: u32, wait: Duration) -> Verdict {
        let mut verdict = Verdict { frames: to.saturating_sub(from), ..Verdict::default() };
        // Until when all frames since the last key frame were whole; `None` while one is missing for good.
        let mut chain: Option<Duration> = None;
        let mut last_shown: Option<Duration> = None;
        // What the first of them is built upon lies before it.
        let begin = self.frames.range(..=from).rev().find(|(_, frame)| frame.key).map_or(from, |(number, _)| *number);
        for number in begin..to {
            let counts = u32::from(number >= from);
            let Some(frame) = self.frames.get(&number) else {
                (chain, verdict.damaged, verdict.unshown) = (None, verdict.damaged + counts, verdict.unshown + counts);
                continue;
            };
            let show_at = frame.made + wait;
            let late = frame.whole.is_none_or(|whole| whole > show_at);
            verdict.damaged += u32::from(late) * counts;
            chain = match (frame.whole, frame.key, chain) {
                (Some(whole), true, _) => Some(whole),
                (Some(whole), false, Some(before)) => Some(whole.max(before)),
                (None, _, _) | (Some(_), false, None) => None,
            };
            if chain.is_some_and(|ready| ready <= show_at) {
                if let Some(last) = last_shown {
                    verdict.freeze = verdict.freeze.max(show_at.saturating_sub(last));
                }
                last_shown = Some(show_at);
            } else {
                verdict.unshown += counts;
            }
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::{FrameMark, Pictures};
    use std::time::Duration;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn part(number: u32, part: u16) -> FrameMark {
        FrameMark { sound: false, key: number.is_multiple_of(10), number, part, parts: 2, made: ms(u64::from(number) * 100) }
    }

    /// Frames 0 to 29, whole 50 ms after they were made, but for the exceptions.
    fn run(exceptions: &[(u32, Option<u64>)]) -> Pictures {
        let mut pictures = Pictures::default();
        for number in 0..30 {
            let late = exceptions.iter().find(|(exception, _)| *exception == number).map_or(Some(50), |(_, late)| *late);
            let made = part(number, 0).made;
            assert!(!pictures.came(made + ms(20), part(number, 0)));
            assert!(!pictures.came(made + ms(21), part(number, 0)), "a repeat completes nothing");
            if let Some(late) = late {
                assert!(pictures.came(made + ms(late), part(number, 1)));
            }
        }
        pictures
    }

    #[test]
    fn a_clean_run_shows_everything() {
        let pictures = run(&[]);
        let verdict = pictures.judge(0, 30, ms(200));
        assert_eq!((verdict.frames, verdict.damaged, verdict.unshown, verdict.freeze), (30, 0, 0, ms(100)));
        assert_eq!(pictures.judge(5, 30, ms(200)).unshown, 0, "a run may begin between two key frames");
        assert_eq!(pictures.first_key(), Some(ms(50)));
        assert_eq!(pictures.key_made_after(ms(950)), Some(ms(1_050)));
    }

    #[test]
    fn a_lost_frame_spoils_those_built_upon_it() {
        let verdict = run(&[(3, None)]).judge(0, 30, ms(200));
        assert_eq!((verdict.damaged, verdict.unshown), (1, 7));
        assert_eq!(verdict.freeze, ms(800), "from frame 2 to frame 10");
    }

    #[test]
    fn a_late_frame_spoils_only_what_is_due_before_it() {
        let verdict = run(&[(3, Some(350))]).judge(0, 30, ms(200));
        assert_eq!((verdict.damaged, verdict.unshown), (1, 2), "the next but one is due when all are there");
    }

    #[test]
    fn frames_never_heard_of_count() {
        let verdict = run(&[]).judge(0, 40, ms(200));
        assert_eq!((verdict.frames, verdict.damaged), (40, 10));
    }
}

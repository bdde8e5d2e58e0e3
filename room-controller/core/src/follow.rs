//! The camera follows the open microphone (fact sheet §23): the newest open one; when it closes, after a hold, another open one, then the chair's
//! seat, then the panorama.

use std::collections::BTreeMap;

use room_api::DeviceId;

/// After a microphone closed the picture stays this long: people say one word more.
const HOLD_MS: u64 = 3_000;
/// A camera that has just been sent somewhere is left there this long: nobody watches two pans on end.
const SETTLE_MS: u64 = 1_500;

/// A camera's preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    /// The camera.
    pub device: DeviceId,
    /// Its preset.
    pub preset: u8,
}

/// Which seats are in which shot.
#[derive(Debug, Clone, Default)]
pub struct Shots {
    /// Shot by seat; a seat without one is shown in the panorama.
    pub seats: BTreeMap<u16, Shot>,
    /// Everybody.
    pub panorama: Option<Shot>,
    /// The chair's seat.
    pub chair: Option<u16>,
}

/// The rule, told of microphones and time; it says where to point.
#[derive(Debug)]
pub struct Follow {
    shots: Shots,
    is_on: bool,
    /// The one to be shown stands last.
    open: Vec<u16>,
    aimed: Option<Shot>,
    /// Where to go, and when.
    next: Option<(Option<Shot>, u64)>,
    settled_at_ms: u64,
}

impl Follow {
    /// Off until switched on.
    #[must_use]
    pub const fn new(shots: Shots) -> Self {
        Self { shots, is_on: false, open: Vec::new(), aimed: None, next: None, settled_at_ms: 0 }
    }

    /// Whether it follows.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.is_on
    }

    /// Begins or ends to follow. What is aimed at is forgotten: people moved the cameras meanwhile.
    pub fn switch(&mut self, now_ms: u64, is_on: bool) {
        self.is_on = is_on;
        self.aimed = None;
        self.next = None;
        if is_on {
            self.aim(now_ms);
        }
    }

    /// A microphone opened or closed.
    pub fn mic(&mut self, now_ms: u64, seat: u16, is_open: bool) {
        let was_open = self.open.contains(&seat);
        if was_open == is_open {
            return;
        }
        self.open.retain(|open| *open != seat);
        if is_open {
            self.open.push(seat);
            self.aim(now_ms);
        } else {
            // Among those who go on, the chair comes last.
            if let Some(index) = self.open.iter().position(|open| Some(*open) == self.shots.chair) {
                self.open.get_mut(..=index).unwrap_or_default().rotate_right(1);
            }
            self.aim(now_ms + HOLD_MS);
        }
    }

    /// The shot that the open microphones want.
    fn wanted(&self) -> Option<Shot> {
        let of_newest = self.open.last().and_then(|seat| self.shots.seats.get(seat));
        of_newest.or(self.shots.panorama.as_ref()).cloned()
    }

    fn aim(&mut self, not_before_ms: u64) {
        if !self.is_on {
            return;
        }
        let wanted = self.wanted();
        self.next = if wanted == self.aimed { None } else { Some((wanted, not_before_ms.max(self.settled_at_ms))) };
    }

    /// When [`Follow::tick`] is wanted.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        self.next.as_ref().map(|(_, at_ms)| *at_ms)
    }

    /// The shot to be called now, if any.
    pub fn tick(&mut self, now_ms: u64) -> Option<Shot> {
        let (shot, _) = self.next.take_if(|(_, at_ms)| *at_ms <= now_ms)?;
        self.aimed.clone_from(&shot);
        self.settled_at_ms = now_ms + SETTLE_MS;
        shot
    }
}

#[cfg(test)]
mod tests {
    use super::{Follow, HOLD_MS, SETTLE_MS, Shot, Shots};
    use proptest::prelude::*;
    use room_api::DeviceId;

    fn shot(preset: u8) -> Shot {
        Shot { device: DeviceId("camera".to_owned()), preset }
    }

    /// Seats 1 to 3 in presets 1 to 3, the chair is 1, the panorama preset 9.
    fn follow() -> Follow {
        let seats = (1..=3).map(|seat: u8| (u16::from(seat), shot(seat))).collect();
        let mut follow = Follow::new(Shots { seats, panorama: Some(shot(9)), chair: Some(1) });
        follow.switch(0, true);
        follow
    }

    fn at(follow: &mut Follow, now_ms: u64) -> Option<u8> {
        follow.tick(now_ms).map(|shot| shot.preset)
    }

    #[test]
    fn the_newest_open_microphone_then_another_then_the_chair_then_everybody() {
        let mut follow = follow();
        assert_eq!(at(&mut follow, 0), Some(9));
        follow.mic(10_000, 1, true);
        assert_eq!(at(&mut follow, 10_000), Some(1));
        follow.mic(20_000, 2, true);
        assert_eq!(at(&mut follow, 20_000), Some(2));
        follow.mic(30_000, 3, true);
        assert_eq!(at(&mut follow, 30_000), Some(3));
        follow.mic(40_000, 3, false);
        assert_eq!(at(&mut follow, 40_000 + HOLD_MS - 1), None, "held");
        assert_eq!(at(&mut follow, 40_000 + HOLD_MS), Some(2));
        follow.mic(50_000, 2, false);
        assert_eq!(at(&mut follow, 50_000 + HOLD_MS), Some(1), "the chair");
        follow.mic(60_000, 1, false);
        assert_eq!(at(&mut follow, 60_000 + HOLD_MS), Some(9));
    }

    #[test]
    fn a_word_more_keeps_the_picture_and_quick_changes_wait() {
        let mut follow = follow();
        at(&mut follow, 0);
        follow.mic(10_000, 2, true);
        assert_eq!(at(&mut follow, 10_000), Some(2));
        follow.mic(11_000, 2, false);
        follow.mic(12_000, 2, true);
        assert_eq!((at(&mut follow, 20_000), follow.deadline()), (None, None));
        follow.mic(20_000, 3, true);
        assert_eq!(at(&mut follow, 20_000), Some(3));
        follow.mic(20_100, 2, false);
        follow.mic(20_200, 2, true);
        assert_eq!(at(&mut follow, 20_200), None, "the camera has just been sent away");
        assert_eq!(at(&mut follow, 20_000 + SETTLE_MS), Some(2));
    }

    #[test]
    fn switched_off_it_moves_nothing() {
        let mut follow = follow();
        at(&mut follow, 0);
        follow.switch(1_000, false);
        follow.mic(2_000, 2, true);
        assert_eq!((at(&mut follow, 60_000), follow.deadline()), (None, None));
        follow.switch(60_000, true);
        assert_eq!(at(&mut follow, 61_500), Some(2));
    }

    proptest! {
        #[test]
        fn it_ends_at_what_the_microphones_want(steps in proptest::collection::vec((0_u64..5_000, 1_u16..5, any::<bool>()), 0..40)) {
            let (mut follow, mut now_ms, mut moves) = (follow(), 0, Vec::new());
            for (wait, seat, is_open) in steps {
                now_ms += wait;
                follow.mic(now_ms, seat, is_open);
                if follow.tick(now_ms).is_some() {
                    moves.push(now_ms);
                }
            }
            let last = follow.tick(now_ms + HOLD_MS + SETTLE_MS);
            prop_assert!(last.is_none() || last == follow.wanted());
            prop_assert_eq!(&follow.aimed, &follow.wanted());
            prop_assert!(moves.windows(2).all(|pair| pair[1] - pair[0] >= SETTLE_MS));
        }
    }
}

//! From one set of cells to the next: which parts of the canvas differ, and how far the change has come. Pure.

use std::time::Duration;

use picture::Region;

use crate::canvas::Window;

/// Longest fade; a longer one is taken for a mistake and shortened.
const MAX_FADE: Duration = Duration::from_secs(5);
/// The old picture's whole weight.
const WHOLE: u16 = 256;

/// Time of one fade.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    started: Duration,
    length: Duration,
}

impl Span {
    /// From `started` on; `None` for a cut.
    pub(crate) fn new(started: Duration, fade_ms: u16) -> Option<Self> {
        let length = Duration::from_millis(u64::from(fade_ms)).min(MAX_FADE);
        (fade_ms > 0).then_some(Self { started, length })
    }

    /// What the old picture weighs at `now`, of 256, going down evenly; `None` when the change is done.
    pub(crate) fn old_weight(self, now: Duration) -> Option<u16> {
        let passed = now.saturating_sub(self.started);
        let left = self.length.checked_sub(passed).filter(|left| !left.is_zero())?;
        let weight = left.as_micros() * u128::from(WHOLE) / self.length.as_micros().max(1);
        u16::try_from(weight).ok()
    }
}

/// The parts of the canvas in which two lists of cells differ, none overlapping another. `same` tells whether two cells show the same; a cell in the same
/// window that does so differs in nothing.
pub(crate) fn differing<C>(old: &[(Window, &C)], new: &[(Window, &C)], same: impl Fn(&C, &C) -> bool) -> Vec<Region> {
    let lacks =
        |list: &[(Window, &C)], (window, content): &(Window, &C)| !list.iter().any(|(at, other)| at == window && same(content, other));
    let gone = old.iter().filter(|cell| lacks(new, cell));
    let come = new.iter().filter(|cell| lacks(old, cell));
    let windows: Vec<Window> = gone.chain(come).map(|(window, _)| *window).collect();
    disjoint(&windows)
}

/// The union of windows as regions that do not overlap: bands from edge to edge, in each the stretches covered.
pub(crate) fn disjoint(windows: &[Window]) -> Vec<Region> {
    let mut edges: Vec<usize> = windows.iter().flat_map(|window| [window.y, window.y + window.h]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut regions = Vec::new();
    for (top, bottom) in edges.iter().zip(edges.iter().skip(1)) {
        let within = windows.iter().filter(|window| window.y <= *top && window.y + window.h >= *bottom);
        let mut stretches: Vec<(usize, usize)> = within.map(|window| (window.x, window.x + window.w)).collect();
        stretches.sort_unstable();
        let mut reached = 0;
        for (left, right) in stretches {
            let left = left.max(reached);
            if right > left {
                regions.push(Region { x: left, y: *top, w: right - left, h: bottom - top });
                reached = right;
            }
        }
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::{Span, differing, disjoint};
    use crate::canvas::Window;
    use picture::Region;
    use proptest::prelude::*;
    use std::time::Duration;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_fade_goes_down_evenly_and_ends() {
        let span = Span::new(ms(1_000), 500).unwrap();
        let weights = [900, 1_000, 1_125, 1_250, 1_375, 1_499, 1_500, 9_000].map(|at| span.old_weight(ms(at)));
        assert_eq!(weights, [Some(256), Some(256), Some(192), Some(128), Some(64), Some(0), None, None]);
        assert!(Span::new(ms(1_000), 0).is_none());
        let long = Span::new(ms(0), u16::MAX).unwrap();
        assert!(long.old_weight(ms(4_999)).is_some() && long.old_weight(ms(5_000)).is_none());
    }

    #[test]
    fn only_cells_that_differ_are_faded() {
        let half = |x: usize| Window { x, y: 0, w: 640, h: 720 };
        let (a, b, c) = ('a', 'b', 'c');
        let find = |old: &[(Window, &char)], new: &[(Window, &char)]| differing(old, new, |x, y| x == y);
        let old = [(half(0), &a), (half(640), &b)];
        assert_eq!(find(&old, &old), []);
        assert_eq!(find(&old, &[(half(0), &a), (half(640), &c)]), [Region { x: 640, y: 0, w: 640, h: 720 }]);
        let whole = Window { x: 0, y: 0, w: 1280, h: 720 };
        let regions = find(&old, &[(whole, &a)]);
        assert_eq!(regions.iter().map(|region| region.w * region.h).sum::<usize>(), 1280 * 720);
        assert_eq!(find(&[], &[(half(0), &a)]), [Region { x: 0, y: 0, w: 640, h: 720 }]);
    }

    proptest! {
        #[test]
        fn a_union_covers_each_pixel_once(windows in proptest::collection::vec((0_usize..20, 0_usize..20, 0_usize..20, 0_usize..20), 0..8)) {
            let windows: Vec<Window> = windows.into_iter().map(|(x, y, w, h)| Window { x: 2 * x, y: 2 * y, w: 2 * w, h: 2 * h }).collect();
            let regions = disjoint(&windows);
            for (x, y) in (0..80).flat_map(|y| (0..80).map(move |x| (x, y))) {
                let within = |left: usize, top: usize, w: usize, h: usize| (left..left + w).contains(&x) && (top..top + h).contains(&y);
                let wanted = windows.iter().any(|window| within(window.x, window.y, window.w, window.h));
                let times = regions.iter().filter(|region| within(region.x, region.y, region.w, region.h)).count();
                prop_assert_eq!(times, usize::from(wanted), "{},{}", x, y);
            }
            prop_assert!(regions.iter().all(|region| [region.x, region.y, region.w, region.h].iter().all(|figure| figure % 2 == 0)));
        }
    }
}

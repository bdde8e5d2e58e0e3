//! Summing.

use super::Block;

/// Below this a sum is passed on as it is; above it is bent, so that several loud voices do not crackle (−3 dBFS).
const KNEE: i32 = 23_198;
/// Full scale.
const FULL: i32 = 32_767;

/// The sum of the blocks, softly limited: straight up to −3 dBFS, then bent so that it never passes full scale.
#[must_use]
pub fn mix<'a>(blocks: impl Iterator<Item = &'a Block>) -> Block {
    let mut sum = [0_i32; super::BLOCK];
    for block in blocks {
        for (total, sample) in sum.iter_mut().zip(block) {
            *total += i32::from(*sample);
        }
    }
    sum.map(limit)
}

fn limit(sample: i32) -> i16 {
    let size = sample.abs();
    let bent = if size <= KNEE {
        size
    } else {
        let (over, room) = (i64::from(size - KNEE), i64::from(FULL - KNEE));
        KNEE + i32::try_from(over * room / (over + room)).unwrap_or(FULL - KNEE)
    };
    i16::try_from(if sample < 0 { -bent } else { bent }).unwrap_or(i16::MAX)
}

#[cfg(test)]
mod tests {
    use super::mix;
    use proptest::prelude::*;

    #[test]
    fn quiet_voices_are_summed_exactly() {
        let (a, b) = ([1000; 960], [-300; 960]);
        assert_eq!(mix([&a, &b].into_iter()), [700; 960]);
    }

    #[test]
    fn nobody_gives_silence() {
        assert_eq!(mix(std::iter::empty()), [0; 960]);
    }

    proptest! {
        #[test]
        fn the_limiter_keeps_sign_and_order(a: i16, b: i16, c: i16) {
            let of = |x: i16, y: i16| mix([&[x; 960], &[y; 960], &[c; 960]].into_iter())[0];
            let exact = i32::from(a) + i32::from(b) + i32::from(c);
            let got = i32::from(of(a, b));
            prop_assert!(got.signum() == exact.signum() && got.abs() <= exact.abs());
            if let Some(more) = a.checked_add(500) {
                prop_assert!(of(more, b) >= of(a, b));
            }
        }
    }
}

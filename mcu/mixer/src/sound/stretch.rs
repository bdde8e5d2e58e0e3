//! Making sound shorter or longer by one pitch period with a cross-fade, so that neither pitch nor rhythm is heard to change.

/// Shortest period looked for: 2.5 ms (400 Hz).
const MIN_PERIOD: usize = 120;
/// Longest period looked for: 15 ms (67 Hz, below any voice).
const MAX_PERIOD: usize = 720;
/// The search goes in steps of this many samples (8 kHz), fine enough for a fade of a whole period.
const STEP: usize = 6;
/// Likeness of two neighbouring periods from which the cut is not heard (NetEQ uses 0.9).
pub(super) const ALIKE: f32 = 0.9;
/// Mean square below which anything may be cut: −50 dBFS.
const QUIET: f32 = 10_700.0;

/// Takes one period out of the beginning; returns how many samples went, 0 where neighbouring periods are less alike than `needed` (−1 to 1).
pub(super) fn shorten(sound: &mut Vec<i16>, needed: f32) -> usize {
    let Some(period) = period(sound, needed) else {
        return 0;
    };
    let faded: Vec<i16> = fade(sound.get(..period).unwrap_or_default(), sound.get(period..2 * period).unwrap_or_default()).collect();
    sound.drain(..period);
    sound.iter_mut().zip(faded).for_each(|(sample, faded)| *sample = faded);
    period
}

/// Repeats one period near the beginning; returns how many samples came in addition.
pub(super) fn lengthen(sound: &mut Vec<i16>, needed: f32) -> usize {
    let Some(period) = period(sound, needed) else {
        return 0;
    };
    let faded: Vec<i16> = fade(sound.get(period..2 * period).unwrap_or_default(), sound.get(..period).unwrap_or_default()).collect();
    sound.splice(period..period, faded);
    period
}

/// From the first to the second, sample by sample.
pub(super) fn fade<'a>(from: &'a [i16], to: &'a [i16]) -> impl Iterator<Item = i16> + 'a {
    let length = from.len().min(to.len()).max(1) as f32;
    from.iter().zip(to).enumerate().map(move |(index, (from, to))| {
        let share = (index as f32 + 0.5) / length;
        (f32::from(*from) * (1.0 - share) + f32::from(*to) * share) as i16
    })
}

/// The shift at which the beginning is most like what follows.
fn period(sound: &[i16], needed: f32) -> Option<usize> {
    let longest = MAX_PERIOD.min(sound.len() / 2);
    if longest < MIN_PERIOD {
        return None;
    }
    let window = sound.get(..2 * longest)?;
    let energy: f32 = window.iter().map(|sample| f32::from(*sample).powi(2)).sum();
    if energy / (window.len() as f32) < QUIET {
        return Some(longest);
    }
    // A mean of six samples instead of one in six, so that high tones do not fold down.
    let coarse: Vec<f32> = window.chunks_exact(STEP).map(|chunk| chunk.iter().map(|sample| f32::from(*sample)).sum()).collect();
    let compared = longest / STEP;
    let likeness = |shift: usize| {
        let (a, b) = (coarse.get(..compared)?, coarse.get(shift..shift + compared)?);
        let (mut ab, mut aa, mut bb) = (0.0_f32, 1.0_f32, 1.0_f32);
        for (x, y) in a.iter().zip(b) {
            ab += x * y;
            aa += x * x;
            bb += y * y;
        }
        Some(ab / (aa * bb).sqrt())
    };
    let shifts = MIN_PERIOD / STEP..=longest / STEP;
    let best = shifts.filter_map(|shift| Some((shift, likeness(shift)?))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    (best.1 >= needed).then_some(best.0 * STEP)
}

#[cfg(test)]
mod tests {
    use super::{ALIKE, lengthen, shorten};
    use proptest::prelude::*;

    fn tone(frequency: f64, samples: usize) -> Vec<i16> {
        (0..samples).map(|i| (10_000.0 * (i as f64 / 48_000.0 * frequency * std::f64::consts::TAU).sin()) as i16).collect()
    }

    fn steepest(sound: &[i16]) -> i32 {
        sound.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs()).max().unwrap_or(0)
    }

    #[test]
    fn a_voice_is_cut_by_whole_periods_without_a_click() {
        for frequency in [90.0, 130.0, 217.0, 333.0] {
            let whole = tone(frequency, 1_920);
            let (mut short, mut long) = (whole.clone(), whole.clone());
            let (gone, come) = (shorten(&mut short, ALIKE), lengthen(&mut long, ALIKE));
            assert!(gone > 0 && come > 0, "{frequency} Hz: {gone} {come}");
            assert_eq!((short.len(), long.len()), (1_920 - gone, 1_920 + come));
            let periods = gone as f64 * frequency / 48_000.0;
            assert!((periods - periods.round()).abs() < 0.1, "{frequency} Hz cut by {periods} periods");
            let limit = steepest(&whole) * 5 / 4 + 8;
            assert!(steepest(&short) <= limit && steepest(&long) <= limit, "{frequency} Hz clicks");
            assert_eq!((short[0], long[0]), (short[0].clamp(-200, 200), whole[0]));
        }
    }

    #[test]
    fn noise_is_left_alone_unless_it_must_be() {
        let mut state = 1_u32;
        let mut noise: Vec<i16> = (0..1_920)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 18) as i16 - 8_192
            })
            .collect();
        assert_eq!(shorten(&mut noise.clone(), ALIKE), 0);
        assert_eq!(lengthen(&mut noise.clone(), ALIKE), 0);
        assert!(shorten(&mut noise.clone(), -1.0) > 0 && lengthen(&mut noise, -1.0) > 0);
    }

    #[test]
    fn silence_may_be_cut_anywhere() {
        assert_eq!(shorten(&mut vec![0; 1_920], ALIKE), 720);
        assert_eq!(shorten(&mut vec![0; 200], ALIKE), 0, "too little to look at");
    }

    proptest! {
        #[test]
        fn length_and_loudness_stay_in_bounds(sound in proptest::collection::vec(-20_000_i16..20_000, 0..2_000), needed in -1.0_f32..1.0) {
            let peak = |sound: &[i16]| sound.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
            let (mut short, mut long) = (sound.clone(), sound.clone());
            let (gone, come) = (shorten(&mut short, needed), lengthen(&mut long, needed));
            prop_assert!(short.len() + gone == sound.len() && long.len() == sound.len() + come);
            prop_assert!(peak(&short) <= peak(&sound) && peak(&long) <= peak(&sound));
        }
    }
}

//! Who is foremost among those who speak.

/// Weight of a louder block (100 ms until a new voice counts in full).
const RISE: f32 = 0.2;
/// Weight of a quieter block (one second).
const FALL: f32 = 0.02;
/// A voice must be louder than the one before it by this many dB
const CLEARLY: f32 = 3.0;
/// for this many blocks (300 ms) to take its place.
const CHALLENGE: u32 = 15;
/// Places given; the level rows of a wall show no more.
const PLACES: usize = 8;

#[derive(Debug, Clone, Copy)]
struct Speaker {
    ssrc: u32,
    loudness: f32,
    challenge: u32,
}

/// Ranking of those who speak.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    order: Vec<Speaker>,
}

impl Ranking {
    /// Takes SSRC and level (dBFS) of everybody who speaks in this block of 20 ms.
    pub fn feed(&mut self, speaking: &[(u32, f32)]) {
        self.order.retain(|speaker| speaking.iter().any(|(ssrc, _)| *ssrc == speaker.ssrc));
        for (ssrc, level) in speaking {
            match self.order.iter_mut().find(|speaker| speaker.ssrc == *ssrc) {
                Some(speaker) => speaker.loudness += (level - speaker.loudness) * if *level > speaker.loudness { RISE } else { FALL },
                None => self.order.push(Speaker { ssrc: *ssrc, loudness: *level, challenge: 0 }),
            }
        }
        for place in 1..self.order.len() {
            if self.overtakes(place) {
                self.order.swap(place - 1, place);
            }
        }
    }

    /// Place of an input, from 1; `None` when nobody speaks there or it has none of the first eight.
    #[must_use]
    pub fn place(&self, ssrc: u32) -> Option<u8> {
        let place = self.order.iter().take(PLACES).position(|speaker| speaker.ssrc == ssrc)?;
        u8::try_from(place + 1).ok()
    }

    fn overtakes(&mut self, place: usize) -> bool {
        let before = self.order.get(place - 1).map_or(f32::MAX, |speaker| speaker.loudness);
        let Some(speaker) = self.order.get_mut(place) else {
            return false;
        };
        speaker.challenge = if speaker.loudness > before + CLEARLY { speaker.challenge + 1 } else { 0 };
        let overtakes = speaker.challenge >= CHALLENGE;
        if overtakes {
            speaker.challenge = 0;
        }
        overtakes
    }
}

#[cfg(test)]
mod tests {
    use super::Ranking;

    #[test]
    fn whoever_speaks_first_stays_until_somebody_is_clearly_louder_for_a_while() {
        let mut ranking = Ranking::default();
        (0..50).for_each(|_| ranking.feed(&[(1, -25.0)]));
        (0..200).for_each(|_| ranking.feed(&[(1, -25.0), (2, -24.0)]));
        assert_eq!((ranking.place(1), ranking.place(2)), (Some(1), Some(2)), "one decibel is nothing");
        (0..10).for_each(|_| ranking.feed(&[(1, -25.0), (2, -15.0)]));
        assert_eq!(ranking.place(1), Some(1), "a cough is nothing");
        (0..20).for_each(|_| ranking.feed(&[(1, -25.0), (2, -15.0)]));
        assert_eq!((ranking.place(2), ranking.place(1)), (Some(1), Some(2)));
        ranking.feed(&[(1, -25.0)]);
        assert_eq!((ranking.place(2), ranking.place(1)), (None, Some(1)), "whoever falls silent has no place");
    }
}

//! What of its outputs a watcher's line can carry: sound first, then content, then the main picture; and when more may be tried.

use std::time::Duration;

use mcu_media_api::Layer;

use super::inbound::{LAYERS, place};
use crate::{sdp::Slot, time::Time};

/// A layer is kept while it takes no more than this share of what is left for it.
const KEEP_SHARE: f64 = 1.1;
/// A higher layer, or a picture after none, must fit into this share.
const RISE_SHARE: f64 = 0.85;
/// The line must show for so long that there is room before more is tried.
const CALM: Duration = Duration::from_millis(1000);
/// Length of a probe: several round trips and reports.
const PROBE: Duration = Duration::from_millis(800);
/// Sent during a probe as a share of what the higher layer needs.
const PROBE_SHARE: f64 = 1.1;
/// A probe begins with so many times what goes out anyway and goes on to the next such step: one that overruns a thin line must not drown its sound.
const PROBE_STEP: f64 = 2.0;
/// The first step of a probe, in bits per second; less shows nothing.
const LEAST_PROBE_BPS: f64 = 200_000.0;
/// Pause after a probe that overran the line; doubled up to the last one.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LAST_PAUSE: Duration = Duration::from_secs(120);
/// How long a picture that does not fit goes on before it is taken away.
const PATIENCE: Duration = Duration::from_millis(700);
/// An overload so soon after more went out is blamed on it.
const BLAMED: Duration = Duration::from_secs(10);
/// Believed rates of layers that have only begun: low, mid, high.
const GUESS_BPS: [u32; 3] = [250_000, 900_000, 2_500_000];

/// How much of a source may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceiling {
    /// Layers up to this one.
    Upto(Layer),
    /// Nothing: the line does not carry even the lowest.
    Nothing,
}

/// What one output would like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) slot: Slot,
    /// Highest layer allowed anyway.
    pub(crate) limit: Layer,
    /// Bits per second of the living layers; zero for one that has only begun.
    pub(crate) rates: [Option<u32>; 3],
    /// The layer that goes out.
    pub(crate) current: Option<Layer>,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) main: Ceiling,
    pub(crate) content: Ceiling,
    /// Bits per second to send besides, to find out whether the line carries more.
    pub(crate) probe_bps: u32,
}

#[derive(Debug, Clone, Copy)]
enum Trying {
    No,
    /// There has been room since.
    Room(Time),
    /// A probe runs, at this rate altogether.
    Probing(Time, f64),
    /// A probe was carried; the next decision may rise.
    Carried,
}

/// What congestion control believes of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineFigures {
    /// Bits per second it carries; `None` while nothing is known.
    pub target_bps: Option<u64>,
    /// Bits per second it is known to carry, because about as much has arrived.
    pub known_bps: u64,
    /// It showed signs of carrying too much a moment ago.
    pub overrun: bool,
    /// What it loses whatever is sent, in ‰.
    pub loss_permille: u16,
    /// Bits per second to send besides, so that it shows whether loss belongs to the line.
    pub trial_bps: u32,
    /// What looked like too much being carried has been found to be the line's own loss.
    pub acquitted: bool,
}

/// The line of one watcher as far as the crosspoint knows it.
#[derive(Debug)]
pub(crate) struct Line {
    figures: LineFigures,
    trying: Trying,
    pause: Duration,
    not_before: Time,
    /// Since when a picture does not fit at all, by slot: content, main.
    starved: [Option<Time>; 2],
    /// When more went out after a probe.
    rose_at: Option<Time>,
    /// Bits per second that went out without a probe if the line carried them before; `None` while it has never carried too much: a line begins as a
    /// good one.
    proven: Option<f64>,
}

impl Line {
    pub(crate) const fn new() -> Self {
        Self {
            figures: LineFigures { target_bps: None, known_bps: 0, overrun: false, loss_permille: 0, trial_bps: 0, acquitted: false },
            trying: Trying::No,
            pause: FIRST_PAUSE,
            not_before: Time::new(Duration::ZERO),
            starved: [None; 2],
            rose_at: None,
            proven: None,
        }
    }

    /// What congestion control believes.
    pub(crate) const fn set(&mut self, figures: LineFigures) {
        self.figures = figures;
    }

    /// Bits per second it is believed to carry.
    pub(crate) const fn target_bps(&self) -> Option<u64> {
        self.figures.target_bps
    }

    /// Bits per second it is known to carry; `None` while nothing is known.
    pub(crate) fn known_bps(&self) -> Option<u64> {
        self.figures.target_bps.map(|_| self.figures.known_bps)
    }

    /// What it loses whatever is sent, in ‰; `None` while nothing is known.
    pub(crate) fn loss_permille(&self) -> Option<u16> {
        self.figures.target_bps.map(|_| self.figures.loss_permille)
    }

    /// Decides over all outputs of the watcher.
    pub(crate) fn decide(&mut self, now: Time, wishes: &[Wish]) -> Decision {
        let limit_of = |slot| wishes.iter().find(|wish| wish.slot == slot).map_or(Layer::High, |wish| wish.limit);
        let Some(target) = self.figures.target_bps else {
            return Decision { main: Ceiling::Upto(limit_of(Slot::Main)), content: Ceiling::Upto(limit_of(Slot::Content)), probe_bps: 0 };
        };
        let sound: u32 = wishes.iter().filter(|wish| wish.slot == Slot::Sound).filter_map(current_rate).sum();
        let all = (target as f64 - f64::from(sound)).max(0.0);
        self.learn();
        if self.proven.is_none() {
            // It has never shown that it carries too little: whatever is wanted goes out.
            return Decision {
                main: Ceiling::Upto(limit_of(Slot::Main)),
                content: Ceiling::Upto(limit_of(Slot::Content)),
                probe_bps: self.figures.trial_bps,
            };
        }
        if self.rose_at.is_some_and(|at| now.since(at) >= BLAMED) {
            (self.rose_at, self.pause) = (None, FIRST_PAUSE);
        }
        let carried = matches!(self.trying, Trying::Carried);
        let mut unprobed = if carried { f64::INFINITY } else { self.proven.map_or(f64::INFINITY, |proven| proven - f64::from(sound)) };
        let mut left = all;
        let mut decision =
            Decision { main: Ceiling::Upto(limit_of(Slot::Main)), content: Ceiling::Upto(limit_of(Slot::Content)), probe_bps: 0 };
        let (mut used, mut next) = (0.0, None);
        for (place, slot) in [Slot::Content, Slot::Main].into_iter().enumerate() {
            let Some(wish) = wishes.iter().find(|wish| wish.slot == slot && wish.rates.iter().any(Option::is_some)) else {
                continue;
            };
            let (ceiling, rate) = self.patient(now, place, wish, fit(wish, left, unprobed));
            (left, unprobed) = ((left - rate).max(0.0), unprobed - rate);
            used += rate;
            if next.is_none() {
                next = above(wish, ceiling).map(|more| more - rate);
            }
            *(if slot == Slot::Main { &mut decision.main } else { &mut decision.content }) = ceiling;
        }
        let wanted = next.map(|more| used + more).filter(|wanted| *wanted <= all * RISE_SHARE);
        decision.probe_bps = self.try_more(now, wanted, used).max(self.figures.trial_bps);
        decision
    }

    /// A picture that goes out is not taken away for a moment's trouble: a busy computer looks like a thin line for a while.
    fn patient(&mut self, now: Time, place: usize, wish: &Wish, fitting: (Ceiling, f64)) -> (Ceiling, f64) {
        let Some(starved) = self.starved.get_mut(place) else {
            return fitting;
        };
        if fitting.0 != Ceiling::Nothing {
            *starved = None;
            return fitting;
        }
        let since = *starved.get_or_insert(now);
        let lowest = LAYERS.iter().copied().find_map(|layer| rate_of(wish, layer).map(|rate| (Ceiling::Upto(layer), rate)));
        match lowest.filter(|_| wish.current.is_some() && now.since(since) < PATIENCE) {
            Some(lowest) => lowest,
            None => fitting,
        }
    }

    /// What the line carried without a sign of overload it is believed to carry again.
    fn learn(&mut self) {
        let known = self.figures.known_bps as f64;
        self.proven = match self.proven {
            _ if self.figures.acquitted => None,
            _ if self.figures.overrun => Some(known),
            Some(proven) => Some(proven.max(known)),
            None => None,
        };
    }

    /// Follows the attempt to send more; returns bits per second to send besides.
    fn try_more(&mut self, now: Time, wanted: Option<f64>, used: f64) -> u32 {
        let Some(wanted) = wanted.filter(|_| !self.figures.overrun && self.figures.trial_bps == 0 && now >= self.not_before) else {
            let rose = self.rose_at.is_some_and(|at| now.since(at) < BLAMED);
            if self.figures.overrun && (rose || matches!(self.trying, Trying::Probing(..))) {
                self.not_before = now + self.pause;
                self.pause = (self.pause * 2).min(LAST_PAUSE);
                self.rose_at = None;
            }
            self.trying = Trying::No;
            return 0;
        };
        match self.trying {
            Trying::No => self.trying = Trying::Room(now),
            Trying::Room(since) if now.since(since) >= CALM => self.trying = Trying::Probing(now, (used * PROBE_STEP).max(LEAST_PROBE_BPS)),
            Trying::Room(_) => {}
            Trying::Probing(since, rate) if now.since(since) >= PROBE && rate >= wanted * PROBE_SHARE => {
                (self.trying, self.rose_at) = (Trying::Carried, Some(now));
            }
            Trying::Probing(since, rate) => {
                if now.since(since) >= PROBE {
                    self.trying = Trying::Probing(now, rate * PROBE_STEP);
                }
                return (rate.min(wanted * PROBE_SHARE) - used).max(0.0) as u32;
            }
            // It has risen, or what was above has gone.
            Trying::Carried => self.trying = Trying::Room(now),
        }
        0
    }
}

fn rate_of(wish: &Wish, layer: Layer) -> Option<f64> {
    let known = wish.rates.get(place(layer)).copied().flatten()?;
    let guess = GUESS_BPS.get(place(layer)).copied().unwrap_or(0);
    Some(f64::from(if known == 0 { guess } else { known }))
}

fn current_rate(wish: &Wish) -> Option<u32> {
    wish.current.and_then(|layer| wish.rates.get(place(layer)).copied().flatten())
}

/// The ceiling that fits into `left` bits per second, and what goes out under it; what is more than goes out now must fit into `unprobed`.
fn fit(wish: &Wish, left: f64, unprobed: f64) -> (Ceiling, f64) {
    let allowed = || LAYERS.iter().rev().copied().filter(|layer| *layer <= wish.limit);
    // A source whose lowest layer lies above the limit is sent all the same, as without any line.
    let lowest_only = || LAYERS.iter().copied().find(|layer| rate_of(wish, *layer).is_some());
    let candidates: Vec<Layer> = allowed().filter(|layer| rate_of(wish, *layer).is_some()).collect();
    let candidates = if candidates.is_empty() { lowest_only().into_iter().collect() } else { candidates };
    for layer in &candidates {
        let rate = rate_of(wish, *layer).unwrap_or(0.0);
        let rises = wish.current.is_none_or(|current| *layer > current);
        let share = if rises && unprobed.is_finite() { RISE_SHARE } else { KEEP_SHARE };
        if rate <= left * share && (!rises || rate <= unprobed) {
            return (Ceiling::Upto(*layer), rate);
        }
    }
    (Ceiling::Nothing, 0.0)
}

/// What the next better thing than `ceiling` would take.
fn above(wish: &Wish, ceiling: Ceiling) -> Option<f64> {
    let better = |layer: &Layer| match ceiling {
        Ceiling::Upto(now) => *layer > now,
        Ceiling::Nothing => true,
    };
    LAYERS
        .iter()
        .filter(|layer| **layer <= wish.limit)
        .find(|layer| better(layer) && rate_of(wish, **layer).is_some())
        .and_then(|layer| rate_of(wish, *layer))
}

#[cfg(test)]
mod tests {
    use super::{Ceiling, Decision, Line, LineFigures, Wish};
    use crate::{sdp::Slot, time::Time};
    use mcu_media_api::Layer;
    use std::time::Duration;

    const THREE: [Option<u32>; 3] = [Some(200_000), Some(700_000), Some(2_500_000)];

    fn main(current: Option<Layer>) -> Wish {
        Wish { slot: Slot::Main, limit: Layer::High, rates: THREE, current }
    }

    fn known(target_bps: Option<u64>, overrun: bool) -> LineFigures {
        LineFigures { target_bps, overrun, ..LineFigures::default() }
    }

    fn at(millis: u64) -> Time {
        Time::new(Duration::from_millis(millis))
    }

    #[test]
    fn a_line_nothing_is_known_of_carries_everything() {
        let decision = Line::new().decide(at(0), &[main(None)]);
        assert_eq!(decision, Decision { main: Ceiling::Upto(Layer::High), content: Ceiling::Upto(Layer::High), probe_bps: 0 });
    }

    #[test]
    fn sound_first_then_content_then_the_picture() {
        let mut line = Line::new();
        let sound = Wish { slot: Slot::Sound, limit: Layer::High, rates: [None, None, Some(40_000)], current: Some(Layer::High) };
        let content = Wish { slot: Slot::Content, limit: Layer::High, rates: [None, None, Some(800_000)], current: Some(Layer::High) };
        line.set(known(Some(1_100_000), true));
        let decision = line.decide(at(0), &[main(Some(Layer::High)), content, sound]);
        assert_eq!((decision.content, decision.main), (Ceiling::Upto(Layer::High), Ceiling::Upto(Layer::Low)));
        line.set(known(Some(128_000), true));
        let wishes = [main(Some(Layer::Low)), content, sound];
        let decision = line.decide(at(20), &wishes);
        assert_eq!(
            (decision.content, decision.main),
            (Ceiling::Upto(Layer::High), Ceiling::Upto(Layer::Low)),
            "not for a moment's trouble"
        );
        let decision = line.decide(at(720), &wishes);
        assert_eq!((decision.content, decision.main), (Ceiling::Nothing, Ceiling::Nothing));
    }

    #[test]
    fn a_better_picture_comes_after_a_probe_the_line_carried() {
        let mut line = Line::new();
        line.set(known(Some(1_000_000), true));
        assert_eq!(line.decide(at(0), &[main(Some(Layer::Low))]).main, Ceiling::Upto(Layer::Low), "it carried too much a moment ago");
        line.set(known(Some(1_000_000), false));
        let (mut probed, mut current) = (0, Layer::Low);
        for step in 0..200 {
            let decision = line.decide(at(step * 20), &[main(Some(current))]);
            probed += u32::from(decision.probe_bps > 0);
            if decision.main == Ceiling::Upto(Layer::Mid) {
                current = Layer::Mid;
            }
        }
        assert_eq!(current, Layer::Mid, "high does not fit");
        assert!((60..=100).contains(&probed), "two steps of 0.8 s, not {probed} ticks");
    }

    #[test]
    fn what_a_line_carried_before_it_carries_again_without_a_probe() {
        let mut line = Line::new();
        line.set(known(Some(4_000_000), true));
        assert_eq!(line.decide(at(0), &[main(Some(Layer::Mid))]).main, Ceiling::Upto(Layer::Mid));
        line.set(known(Some(4_000_000), false));
        assert_eq!(line.decide(at(20), &[main(Some(Layer::Mid))]).main, Ceiling::Upto(Layer::Mid), "not yet");
        line.set(LineFigures { known_bps: 3_900_000, ..known(Some(4_000_000), false) });
        assert_eq!(line.decide(at(40), &[main(Some(Layer::High))]).main, Ceiling::Upto(Layer::High));
        line.set(LineFigures { known_bps: 400_000, ..known(Some(4_000_000), false) });
        assert_eq!(line.decide(at(60), &[main(None)]).main, Ceiling::Upto(Layer::High), "it carried it a moment ago");
    }

    #[test]
    fn a_probe_that_overruns_the_line_is_not_repeated_soon() {
        let mut line = Line::new();
        line.set(known(Some(4_000_000), true));
        let mut probes = Vec::new();
        for step in 0..2000 {
            // The line shows congestion as soon as it is probed.
            let decision = line.decide(at(step * 20), &[main(Some(Layer::Mid))]);
            assert_ne!(decision.main, Ceiling::Upto(Layer::High));
            line.set(known(Some(4_000_000), decision.probe_bps > 0));
            probes.extend((decision.probe_bps > 0).then_some(step * 20));
        }
        assert!(probes.len() <= 4, "{probes:?}");
    }

    #[test]
    fn a_single_layer_above_the_limit_still_goes_out() {
        let mut line = Line::new();
        line.set(LineFigures { known_bps: 6_000_000, ..known(Some(6_000_000), true) });
        let wish = Wish { slot: Slot::Main, limit: Layer::Low, rates: [None, None, Some(1_500_000)], current: None };
        assert_eq!(line.decide(at(0), &[wish]).main, Ceiling::Upto(Layer::High));
    }
}

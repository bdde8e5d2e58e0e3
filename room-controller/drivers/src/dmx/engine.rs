//! Wanted levels, fades and the rhythm of frames. Time is an argument.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::fixture::{CHANNELS, Fixture, Look, Rig};

/// 40 frames a second while anything changes.
pub const FRAME: Duration = Duration::from_millis(25);
/// Between frames when nothing changes: between the 0.8 and 1 s of fact sheet §§17–19.
pub const STILL: Duration = Duration::from_millis(900);
/// Equal frames after a change before the rhythm slows down (E1.31 §6.6.1).
const SETTLED_FRAMES: u32 = 3;

/// Levels by universe, always 512 of them.
pub type Universes = BTreeMap<u16, Vec<u8>>;

/// Who wants a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Scenes.
    Scene,
    /// People.
    Operator,
}

/// Which of several wishes of one priority wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merge {
    /// The latest.
    #[default]
    Ltp,
    /// The highest.
    Htp,
}

/// A value on its way.
#[derive(Debug, Clone, Copy)]
struct Ramp {
    from: u16,
    to: u16,
    began: Duration,
    lasts: Duration,
}

impl Ramp {
    const fn at(value: u16) -> Self {
        Self { from: value, to: value, began: Duration::ZERO, lasts: Duration::ZERO }
    }

    fn is_over(&self, now: Duration) -> bool {
        now >= self.began + self.lasts
    }

    fn value(&self, now: Duration) -> u16 {
        if self.is_over(now) {
            return self.to;
        }
        let (gone, lasts) = (now.saturating_sub(self.began).as_micros(), self.lasts.as_micros().max(1));
        let way = u128::from(self.from.abs_diff(self.to)) * gone / lasts;
        let way = u16::try_from(way).unwrap_or(u16::MAX);
        if self.to >= self.from { self.from.saturating_add(way) } else { self.from.saturating_sub(way) }
    }

    fn go(&mut self, now: Duration, to: u16, lasts: Duration) {
        *self = Self { from: self.value(now), to, began: now, lasts };
    }
}

#[derive(Debug)]
struct Lamp {
    fixture: Fixture,
    /// By source: when (counted) and what.
    wishes: BTreeMap<Source, (u64, u16)>,
    intensity: Ramp,
    cct: Ramp,
    color: [Ramp; 3],
}

impl Lamp {
    fn is_over(&self, now: Duration) -> bool {
        self.intensity.is_over(now) && self.cct.is_over(now) && self.color.iter().all(|ramp| ramp.is_over(now))
    }

    fn look(&self, now: Duration, is_dark: bool) -> Look {
        let intensity = if is_dark { 0 } else { self.intensity.value(now) };
        Look { intensity, cct: self.cct.value(now), color: self.color.map(|ramp| ramp.value(now)) }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Engine {
    lamps: Vec<Lamp>,
    merge: Merge,
    priorities: BTreeMap<Source, u8>,
    blackout: bool,
    count: u64,
    /// When the next frame goes out; `None` before anything was wanted.
    next: Option<Duration>,
    last: Option<Duration>,
    settled: u32,
}

impl Engine {
    /// Dark and silent until something is wanted.
    #[must_use]
    pub fn new(rig: &Rig, merge: Merge, priorities: BTreeMap<Source, u8>) -> Self {
        let lamp = |fixture: &Fixture| Lamp {
            fixture: fixture.clone(),
            wishes: BTreeMap::new(),
            intensity: Ramp::at(0),
            cct: Ramp::at(u16::MAX / 2),
            color: [Ramp::at(u16::MAX); 3],
        };
        let lamps = rig.fixtures.iter().map(lamp).collect();
        Self { lamps, merge, priorities, blackout: false, count: 0, next: None, last: None, settled: 0 }
    }

    fn touch(&mut self, now: Duration) {
        self.settled = 0;
        let free = self.last.map_or(now, |last| now.max(last + FRAME));
        self.next = Some(self.next.map_or(free, |next| next.min(free)));
    }

    fn winner(&self, lamp: &Lamp) -> u16 {
        let priority = |source: &Source| self.priorities.get(source).copied().unwrap_or_default();
        let rank = |(source, (order, level)): &(&Source, &(u64, u16))| match self.merge {
            Merge::Ltp => (priority(source), *order),
            Merge::Htp => (priority(source), u64::from(*level)),
        };
        lamp.wishes.iter().max_by_key(rank).map_or(0, |(_, (_, level))| *level)
    }

    /// A source wants a fixture's intensity; what it will be after merging, `None` when there is no such fixture.
    pub fn set_level(&mut self, now: Duration, source: Source, fixture: u16, level: u16, fade: Duration) -> Option<u16> {
        self.count += 1;
        let order = self.count;
        let lamp = self.lamps.iter_mut().find(|lamp| lamp.fixture.number == fixture)?;
        lamp.wishes.insert(source, (order, level));
        self.follow(now, fixture, fade)
    }

    /// Brings a fixture to the level that wins.
    fn follow(&mut self, now: Duration, fixture: u16, fade: Duration) -> Option<u16> {
        let winner = self.lamps.iter().find(|lamp| lamp.fixture.number == fixture).map(|lamp| self.winner(lamp))?;
        let lamp = self.lamps.iter_mut().find(|lamp| lamp.fixture.number == fixture)?;
        // A quicker wish for the same level is followed; a repeated one does not begin the fade again.
        if lamp.intensity.to != winner || lamp.intensity.began + lamp.intensity.lasts > now + fade {
            lamp.intensity.go(now, winner, fade);
        }
        self.touch(now);
        Some(winner)
    }

    /// A fixture's place between warm and cool.
    pub fn set_cct(&mut self, now: Duration, fixture: u16, cct: u16, fade: Duration) {
        for lamp in self.lamps.iter_mut().filter(|lamp| lamp.fixture.number == fixture) {
            lamp.cct.go(now, cct, fade);
        }
        self.touch(now);
    }

    /// A fixture's colour.
    pub fn set_color(&mut self, now: Duration, fixture: u16, color: [u16; 3], fade: Duration) {
        for lamp in self.lamps.iter_mut().filter(|lamp| lamp.fixture.number == fixture) {
            for (ramp, value) in lamp.color.iter_mut().zip(color) {
                ramp.go(now, value, fade);
            }
        }
        self.touch(now);
    }

    /// Everything dark at once, or as it was.
    pub fn set_blackout(&mut self, now: Duration, on: bool) {
        self.blackout = on;
        self.touch(now);
        self.next = Some(now);
    }

    /// What a source wanted is wanted no more.
    pub fn release(&mut self, now: Duration, source: Source, fade: Duration) {
        let mut held = Vec::new();
        for lamp in &mut self.lamps {
            if lamp.wishes.remove(&source).is_some() {
                held.push(lamp.fixture.number);
            }
        }
        for fixture in held {
            self.follow(now, fixture, fade);
        }
    }

    /// The link was made afresh: a frame at once, if there is anything to say.
    pub fn resume(&mut self, now: Duration) {
        if self.next.is_some() {
            self.settled = 0;
            self.next = Some(now);
        }
    }

    /// Whether everything is dark by blackout.
    #[must_use]
    pub const fn is_blackout(&self) -> bool {
        self.blackout
    }

    /// Whether frames go out.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.next.is_some()
    }

    /// Whether a fixture has reached what is wanted.
    #[must_use]
    pub fn is_there(&self, now: Duration, fixture: u16) -> bool {
        self.lamps.iter().filter(|lamp| lamp.fixture.number == fixture).all(|lamp| lamp.is_over(now))
    }

    /// A fixture's look under the blackout; `None` when there is none of that number.
    #[must_use]
    pub fn look(&self, now: Duration, fixture: u16) -> Option<Look> {
        self.lamps.iter().find(|lamp| lamp.fixture.number == fixture).map(|lamp| lamp.look(now, false))
    }

    /// When the next frame is due.
    #[must_use]
    pub const fn deadline(&self) -> Option<Duration> {
        self.next
    }

    /// The frame that is due.
    pub fn frame(&mut self, now: Duration) -> Option<Universes> {
        let due = self.next.filter(|due| *due <= now)?;
        let is_over = self.lamps.iter().all(|lamp| lamp.is_over(now));
        self.settled = if is_over { self.settled.saturating_add(1) } else { 0 };
        let period = if self.settled >= SETTLED_FRAMES { STILL } else { FRAME };
        // On the grid when a frame is a little late, a new grid when whole frames were lost.
        self.next = Some(if due + period > now { due + period } else { now + period });
        self.last = Some(now);
        let mut universes = Universes::new();
        for lamp in &self.lamps {
            let levels = universes.entry(lamp.fixture.universe).or_insert_with(|| vec![0; CHANNELS]);
            let bytes = lamp.fixture.bytes(&lamp.look(now, self.blackout));
            if let Some(place) = levels.get_mut(lamp.fixture.place()) {
                place.copy_from_slice(&bytes);
            }
        }
        Some(universes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, FRAME, Merge, STILL, Source};
    use crate::dmx::fixture::{Fixture, Kind, Rig};
    use crate::text;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::time::Duration;

    const FULL: u16 = u16::MAX;
    const ZERO: Duration = Duration::ZERO;

    fn engine(merge: Merge, operator: u8) -> Engine {
        let fixture = |number| Fixture {
            number,
            name: text("灯", "Light"),
            kind: Kind::Dimmer,
            universe: 0,
            address: number,
            fine: false,
            warm_k: 2700,
            cool_k: 6500,
        };
        let rig = Rig { fixtures: vec![fixture(1), fixture(2)], groups: Vec::new() };
        Engine::new(&rig, merge, BTreeMap::from([(Source::Scene, 100), (Source::Operator, operator)]))
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Frames until a time: when, and the level of channel 1.
    fn frames(engine: &mut Engine, until: Duration) -> Vec<(Duration, u8)> {
        let mut frames = Vec::new();
        while let Some(at) = engine.deadline().filter(|at| *at <= until) {
            let universes = engine.frame(at).unwrap();
            frames.push((at, universes[&0][0]));
        }
        frames
    }

    #[test]
    fn forty_frames_a_second_while_it_fades_three_after_it_and_one_a_second_then() {
        let mut engine = engine(Merge::Ltp, 100);
        assert_eq!(engine.deadline(), None, "nothing before the first wish");
        engine.set_level(ms(1000), Source::Operator, 1, FULL, ms(1000));
        let seen = frames(&mut engine, ms(5000));
        let moving: Vec<_> = seen.iter().filter(|(at, _)| *at < ms(2000)).collect();
        assert_eq!(moving.len(), 40);
        assert!(moving.windows(2).all(|pair| pair[1].0 - pair[0].0 == FRAME && pair[1].1 >= pair[0].1));
        assert_eq!((moving[0].1, moving[20].1, seen[40]), (0, 127, (ms(2000), 255)));
        let still: Vec<Duration> = seen[40..].iter().map(|(at, _)| *at).collect();
        assert_eq!(still[..4], [ms(2000), ms(2025), ms(2050), ms(2050) + STILL]);
        assert!(still[3..].windows(2).all(|pair| pair[1] - pair[0] == STILL));
    }

    #[test]
    fn a_late_frame_keeps_the_grid_and_a_long_stall_begins_another() {
        let mut engine = engine(Merge::Ltp, 100);
        engine.set_level(ZERO, Source::Scene, 1, FULL, ms(10_000));
        engine.frame(ms(7)).unwrap();
        assert_eq!(engine.deadline(), Some(FRAME));
        engine.frame(ms(500)).unwrap();
        assert_eq!(engine.deadline(), Some(ms(500) + FRAME));
    }

    #[test]
    fn the_latest_or_the_highest_wins_and_priority_before_both() {
        let level = |merge, operator| {
            let mut engine = engine(merge, operator);
            engine.set_level(ZERO, Source::Operator, 1, 40, ZERO);
            engine.set_level(ZERO, Source::Scene, 1, 30, ZERO);
            engine.look(ZERO, 1).unwrap().intensity
        };
        assert_eq!((level(Merge::Ltp, 100), level(Merge::Htp, 100), level(Merge::Ltp, 150), level(Merge::Htp, 50)), (30, 40, 40, 30));
        let mut engine = engine(Merge::Ltp, 150);
        engine.set_level(ZERO, Source::Operator, 1, 40, ZERO);
        assert_eq!(engine.set_level(ZERO, Source::Scene, 1, 30, ZERO), Some(40));
        engine.release(ZERO, Source::Operator, ZERO);
        assert_eq!(engine.look(ZERO, 1).unwrap().intensity, 30);
    }

    #[test]
    fn blackout_is_in_the_next_frame_and_gives_the_levels_back() {
        let mut engine = engine(Merge::Ltp, 100);
        engine.set_level(ZERO, Source::Scene, 1, FULL, ZERO);
        frames(&mut engine, ms(3000));
        engine.set_blackout(ms(3001), true);
        assert_eq!(frames(&mut engine, ms(3001)), [(ms(3001), 0)]);
        engine.set_blackout(ms(3002), false);
        assert_eq!(frames(&mut engine, ms(3002)), [(ms(3002), 255)]);
        assert_eq!(engine.look(ms(3002), 1).unwrap().intensity, FULL);
    }

    proptest! {
        #[test]
        fn a_fade_goes_from_where_it_is_to_the_end_without_a_jump(from: u16, to: u16, turn in 0_u64..2000, at in 0_u64..4000) {
            let mut engine = engine(Merge::Ltp, 100);
            engine.set_level(ZERO, Source::Scene, 1, from, ms(1000));
            let before = engine.look(ms(turn), 1).unwrap().intensity;
            engine.set_level(ms(turn), Source::Scene, 1, to, ms(1000));
            if from != to {
                prop_assert_eq!(engine.look(ms(turn), 1).unwrap().intensity, before);
            }
            let seen = engine.look(ms(turn + at), 1).unwrap().intensity;
            prop_assert!((before.min(to).min(from)..=before.max(to).max(from)).contains(&seen));
            prop_assert_eq!(engine.look(ms(turn + 2000), 1).unwrap().intensity, to);
        }
    }
}

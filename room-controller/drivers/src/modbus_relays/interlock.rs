//! What must not be switched.

use std::collections::BTreeMap;
use std::time::Duration;

use room_api::Text;

/// One outlet as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlet {
    /// Number as printed, from 1.
    pub number: u16,
    /// Its names.
    pub name: Text,
    /// Feeds an amplifier: last on, first off.
    pub amplifier: bool,
    /// Takes part in sequences.
    pub sequenced: bool,
    /// Least time off before it may be on again.
    pub rest: Duration,
    /// Outlets that must be on while it is.
    pub needs: Vec<u16>,
    /// Outlets that must never be on together with it.
    pub excludes: Vec<u16>,
}

/// What is known of the outlets, and the rules between them.
#[derive(Debug)]
pub(crate) struct Interlock {
    outlets: Vec<Outlet>,
    reported: BTreeMap<u16, bool>,
    /// When an outlet went off or was first seen off.
    off_since: BTreeMap<u16, Duration>,
    /// Asked for and not yet reported: the command's id and the state.
    asked: BTreeMap<u16, (u64, bool)>,
}

impl Interlock {
    pub(crate) const fn new(outlets: Vec<Outlet>) -> Self {
        Self { outlets, reported: BTreeMap::new(), off_since: BTreeMap::new(), asked: BTreeMap::new() }
    }

    /// The device reported an outlet; `None`: it cannot be known.
    pub(crate) fn report(&mut self, now: Duration, outlet: u16, state: Option<bool>) {
        match state {
            Some(true) => drop(self.off_since.remove(&outlet)),
            Some(false) if self.reported.get(&outlet) != Some(&false) => drop(self.off_since.insert(outlet, now)),
            Some(false) | None => {}
        }
        match state {
            Some(on) => {
                self.reported.insert(outlet, on);
                if self.asked.get(&outlet).is_some_and(|(_, wanted)| *wanted == on) {
                    self.asked.remove(&outlet);
                }
            }
            None => drop(self.reported.remove(&outlet)),
        }
    }

    /// The link is gone: somebody may switch unseen. When an outlet was last seen going off is still known.
    pub(crate) fn lost(&mut self) {
        self.asked.clear();
        self.reported.retain(|_, on| !*on);
    }

    pub(crate) fn ask(&mut self, id: u64, outlet: u16, on: bool) {
        self.asked.insert(outlet, (id, on));
    }

    /// The command came to nothing.
    pub(crate) fn forget(&mut self, id: u64) {
        self.asked.retain(|_, (asked, _)| *asked != id);
    }

    pub(crate) fn state(&self, outlet: u16) -> Option<bool> {
        self.reported.get(&outlet).copied()
    }

    fn is_surely_on(&self, outlet: u16) -> bool {
        self.state(outlet) == Some(true) && self.asked.get(&outlet).is_none_or(|(_, on)| *on)
    }

    fn may_be_on(&self, outlet: u16) -> bool {
        self.state(outlet) != Some(false) || self.asked.get(&outlet).is_some_and(|(_, on)| *on)
    }

    fn is_resting(&self, now: Duration, outlet: &Outlet) -> bool {
        self.off_since.get(&outlet.number).is_some_and(|since| now < *since + outlet.rest)
    }

    /// Whether an outlet may be switched.
    pub(crate) fn admits(&self, now: Duration, number: u16, on: bool) -> bool {
        let Some(outlet) = self.outlets.iter().find(|outlet| outlet.number == number) else { return false };
        if !on {
            return !self.outlets.iter().any(|other| other.needs.contains(&number) && self.may_be_on(other.number));
        }
        let excluded = self.outlets.iter().filter(|other| outlet.excludes.contains(&other.number) || other.excludes.contains(&number));
        !self.is_resting(now, outlet)
            && outlet.needs.iter().all(|needed| self.is_surely_on(*needed))
            && !excluded.into_iter().any(|other| self.may_be_on(other.number))
    }

    /// Outlets that a sequence still has to switch, in its order.
    pub(crate) fn steps(&self, up: bool) -> Vec<u16> {
        let taking_part = || self.outlets.iter().filter(|outlet| outlet.sequenced);
        let mut order: Vec<(bool, u16)> = taking_part().map(|outlet| (outlet.amplifier, outlet.number)).collect();
        order.sort_unstable();
        if !up {
            order.reverse();
        }
        order.into_iter().map(|(_, number)| number).filter(|number| self.state(*number) != Some(up)).collect()
    }

    /// Whether one of them has to rest still.
    pub(crate) fn is_any_resting(&self, now: Duration, outlets: &[u16]) -> bool {
        self.outlets.iter().any(|outlet| outlets.contains(&outlet.number) && self.is_resting(now, outlet))
    }

    /// Where the outlets of sequences are: `up`, `down`, `partly`; `None` while one is unknown.
    pub(crate) fn word(&self) -> Option<&'static str> {
        let states: Vec<bool> =
            self.outlets.iter().filter(|outlet| outlet.sequenced).map(|outlet| self.state(outlet.number)).collect::<Option<_>>()?;
        Some(match (states.iter().all(|on| *on), states.iter().any(|on| *on)) {
            (true, _) => "up",
            (false, false) => "down",
            (false, true) => "partly",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Interlock, Outlet};
    use crate::text;
    use std::time::Duration;

    const NOW: Duration = Duration::from_secs(100);

    fn outlet(number: u16) -> Outlet {
        let (rest, needs, excludes) = (Duration::ZERO, Vec::new(), Vec::new());
        Outlet { number, name: text("插座", "Outlet"), amplifier: false, sequenced: true, rest, needs, excludes }
    }

    #[test]
    fn amplifiers_are_last_on_and_first_off() {
        let outlets = vec![Outlet { amplifier: true, ..outlet(1) }, outlet(2), Outlet { sequenced: false, ..outlet(3) }, outlet(4)];
        let mut interlock = Interlock::new(outlets);
        assert_eq!((interlock.steps(true), interlock.word()), (vec![2, 4, 1], None));
        for number in [1, 2, 4] {
            interlock.report(NOW, number, Some(true));
        }
        assert_eq!((interlock.steps(false), interlock.word()), (vec![1, 4, 2], Some("up")));
        interlock.report(NOW, 2, Some(false));
        assert_eq!((interlock.steps(true), interlock.word()), (vec![2], Some("partly")));
    }

    #[test]
    fn a_cooling_outlet_rests() {
        let mut interlock = Interlock::new(vec![Outlet { rest: Duration::from_secs(60), ..outlet(1) }]);
        interlock.report(NOW, 1, Some(true));
        interlock.report(NOW, 1, Some(false));
        interlock.report(NOW + Duration::from_secs(30), 1, Some(false));
        assert!(!interlock.admits(NOW + Duration::from_secs(59), 1, true));
        assert!(interlock.admits(NOW + Duration::from_secs(60), 1, true));
    }

    #[test]
    fn needs_hold_in_both_directions_and_exclusion_before_the_report() {
        let outlets = vec![outlet(1), Outlet { needs: vec![1], ..outlet(2) }, Outlet { excludes: vec![1], ..outlet(3) }];
        let mut interlock = Interlock::new(outlets);
        assert!(!interlock.admits(NOW, 3, true), "what is unknown may be on");
        for number in 1..=3 {
            interlock.report(NOW, number, Some(false));
        }
        assert!(!interlock.admits(NOW, 2, true) && interlock.admits(NOW, 3, true));
        interlock.ask(7, 1, true);
        assert!(!interlock.admits(NOW, 3, true), "asked for and not yet reported");
        assert!(!interlock.admits(NOW, 2, true), "asked for is not on");
        interlock.report(NOW, 1, Some(true));
        assert!(interlock.admits(NOW, 2, true));
        interlock.report(NOW, 2, Some(true));
        assert!(!interlock.admits(NOW, 1, false));
        interlock.lost();
        assert!(!interlock.admits(NOW, 3, true));
    }
}

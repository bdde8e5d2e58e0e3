//! Which of the conferences that call a room's site its terminal shall sit in. Pure.

use super::calls::{Call, How};

/// A running conference that calls the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate<'a> {
    /// Its id.
    pub(crate) conference: &'a str,
    /// When it was opened, ms since 1970.
    pub(crate) opened_at_ms: u64,
    /// The site's latest call in it.
    pub(crate) call: &'a Call,
}

impl Candidate<'_> {
    fn age(&self) -> (u64, u64, &str) {
        (self.call.at_ms, self.opened_at_ms, self.conference)
    }
}

/// The candidate most recently called; of those called at the same time the one where the room is already.
fn latest<'a>(candidates: &[Candidate<'a>], present: Option<&str>) -> Option<Candidate<'a>> {
    let best = candidates.iter().max_by_key(|one| one.age())?;
    let here = candidates.iter().find(|one| Some(one.conference) == present);
    Some(*here.filter(|here| here.call.at_ms >= best.call.at_ms).unwrap_or(best))
}

/// The conference in which it matters whether the room is on air: where it is now, while another calls it that did not mean it in particular.
pub(crate) fn asks_for_air<'a>(candidates: &[Candidate<'a>], present: Option<&str>) -> Option<&'a str> {
    let best = latest(candidates, present)?;
    let here = candidates.iter().find(|one| Some(one.conference) == present)?;
    (best.conference != here.conference && best.call.how == How::Opening).then_some(here.conference)
}

/// Where the room shall sit: in the conference most recently called. One that is on air is not drawn away by the opening of another conference at the
/// desk, which calls everybody; a booking and a call by hand mean this site, and do.
pub(crate) fn choose<'a>(candidates: &[Candidate<'a>], present: Option<&str>, is_on_air: bool) -> Option<Candidate<'a>> {
    let here = asks_for_air(candidates, present).filter(|_| is_on_air);
    match here {
        Some(here) => candidates.iter().find(|one| one.conference == here).copied(),
        None => latest(candidates, present),
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, asks_for_air, choose};
    use crate::seating::calls::{Call, How};
    use proptest::prelude::*;

    fn call(at_ms: u64, how: How) -> Call {
        Call { at_ms, how, by: "operator".into() }
    }

    fn chosen<'a>(calls: &'a [(&'a str, Call)], present: Option<&str>, on_air: bool) -> Option<&'a str> {
        let candidates: Vec<Candidate<'a>> =
            calls.iter().map(|(conference, call)| Candidate { conference, opened_at_ms: 1, call }).collect();
        choose(&candidates, present, on_air).map(|one| one.conference)
    }

    #[test]
    fn the_most_recently_called_wins_and_one_on_air_is_not_drawn_away_by_chance() {
        let old = || ("city", call(10, How::Opening));
        let rows = [
            ("none", vec![], None, false, None),
            ("the only one", vec![old()], None, false, Some("city")),
            ("a booking", vec![old(), ("m-1", call(20, How::Booking))], Some("city"), false, Some("m-1")),
            ("a booking, on air", vec![old(), ("m-1", call(20, How::Booking))], Some("city"), true, Some("m-1")),
            ("a call by hand, on air", vec![old(), ("drill", call(20, How::Hand))], Some("city"), true, Some("drill")),
            ("another conference is opened", vec![old(), ("drill", call(20, How::Opening))], Some("city"), false, Some("drill")),
            ("the same, on air", vec![old(), ("drill", call(20, How::Opening))], Some("city"), true, Some("city")),
            ("an earlier one is no reason", vec![old(), ("m-1", call(5, How::Booking))], Some("city"), false, Some("city")),
            ("at the same time it stays", vec![old(), ("zeta", call(10, How::Opening))], Some("city"), false, Some("city")),
            ("at the same time elsewhere", vec![old(), ("zeta", call(10, How::Opening))], None, false, Some("zeta")),
            ("hung up where it was", vec![("drill", call(5, How::Opening))], Some("city"), true, Some("drill")),
            ("over everywhere", vec![], Some("m-1"), true, None),
        ];
        for (what, calls, present, on_air, wanted) in rows {
            assert_eq!(chosen(&calls, present, on_air), wanted, "{what}");
        }
    }

    proptest! {
        #[test]
        fn asked_again_it_says_the_same(
            times in proptest::collection::vec((0_u64..6, 0_u8..3), 0..5),
            present in proptest::option::of(0_usize..5),
            on_air: bool,
        ) {
            const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
            let how = |how: u8| [How::Opening, How::Booking, How::Hand][usize::from(how)];
            let calls: Vec<(&str, Call)> = NAMES.iter().copied().zip(times.iter().map(|(at, kind)| call(*at, how(*kind)))).collect();
            let first = chosen(&calls, present.map(|place| NAMES[place]), on_air);
            prop_assert_eq!(first.is_none(), calls.is_empty());
            // Whoever has moved stays, on air or not: two conferences never pull at a room in turn.
            for again in [false, true] {
                if !on_air || again {
                    prop_assert_eq!(chosen(&calls, first, again), first);
                }
            }
            let candidates: Vec<Candidate<'_>> = calls.iter().map(|(conference, call)| Candidate { conference, opened_at_ms: 1, call }).collect();
            if let Some(here) = asks_for_air(&candidates, first) {
                prop_assert!(on_air && Some(here) == first);
            }
        }
    }
}

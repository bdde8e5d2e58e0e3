//! Whether a time is free: sites, their terminals, the MCU's seats and conferences. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use mcu_api::SiteId;

use super::words::{Clash, ClashOver, Holder};

/// Longest meeting in minutes: two days, so that a session with an adjournment fits.
pub(crate) const MAX_PLANNED_MIN: u32 = 2 * 24 * 60;
/// No held span is longer: meeting and call before it. What begins earlier than this before a span cannot reach into it.
const MAX_SPAN_MS: i64 = (MAX_PLANNED_MIN as i64 + super::calendar::MAX_CALL_BEFORE_MIN as i64) * 60_000;
/// Clashes told at most: a screen of them.
pub(crate) const MAX_CLASHES: usize = 50;

/// From when until before when, ms since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// First.
    pub(crate) from_ms: i64,
    /// First after.
    pub(crate) until_ms: i64,
}

impl Span {
    /// Whether both have a moment in common.
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.from_ms < other.until_ms && other.from_ms < self.until_ms
    }

    const fn contains(self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms < self.until_ms
    }
}

/// What the MCU carries at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capacity {
    /// Seats of all conferences.
    pub(crate) seats: u32,
    /// Conferences.
    pub(crate) conferences: u32,
}

/// One occurrence that holds its sites from the call to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// From the call to the end.
    pub(crate) span: Span,
    /// Day that names it.
    pub(crate) slot: Date,
    /// Planned start; the call is before it.
    pub(crate) starts_ms: i64,
    /// Who.
    pub(crate) booking: String,
    /// Title.
    pub(crate) title: String,
    /// Account.
    pub(crate) author: String,
    /// Its sites; shared by the occurrences of a series.
    pub(crate) sites: Arc<BTreeSet<SiteId>>,
}

impl Held {
    fn holder(&self) -> Holder {
        Holder { booking: self.booking.clone(), title: self.title.clone(), author: self.author.clone(), until_ms: self.span.until_ms }
    }

    /// The same, begun at another time.
    fn at(&self, from_ms: i64) -> Self {
        let by = from_ms - self.span.from_ms;
        let span = Span { from_ms, until_ms: self.span.until_ms + by };
        Self { span, starts_ms: self.starts_ms + by, ..self.clone() }
    }

    fn seats(&self) -> u32 {
        u32::try_from(self.sites.len()).unwrap_or(u32::MAX)
    }
}

/// What is held already, by its beginning.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    held: Vec<Held>,
}

impl Ledger {
    /// Of these, in whatever order.
    pub(crate) fn new(mut held: Vec<Held>) -> Self {
        held.sort_by_key(|one| one.span);
        Self { held }
    }

    /// One more.
    #[cfg(test)]
    pub(crate) fn add(&mut self, one: Held) {
        let at = self.held.partition_point(|other| other.span <= one.span);
        self.held.insert(at, one);
    }

    fn meeting(&self, span: Span) -> impl Iterator<Item = &Held> {
        let from = self.held.partition_point(|one| one.span.from_ms < span.from_ms.saturating_sub(MAX_SPAN_MS));
        let near = self.held.get(from..).unwrap_or_default().iter();
        near.take_while(move |one| one.span.from_ms < span.until_ms).filter(move |one| one.span.meets(span))
    }

    /// What is in the way of `wanted`; nothing when it can be held.
    pub(crate) fn clashes(&self, wanted: &Held, capacity: Capacity, terminals: &BTreeMap<SiteId, String>) -> Vec<Clash> {
        let others: Vec<&Held> = self.meeting(wanted.span).collect();
        let clash = |over, held_by| Clash { slot: wanted.slot, starts_at_ms: wanted.starts_ms, over, held_by };
        let mut found = Vec::new();
        for other in &others {
            for site in wanted.sites.intersection(&other.sites) {
                found.push(clash(ClashOver::Site { site: site.to_string() }, other.holder()));
            }
            for (site, terminal) in wanted.sites.difference(&other.sites).filter_map(|site| terminals.get_key_value(site)) {
                if other.sites.iter().any(|theirs| theirs != site && terminals.get(theirs) == Some(terminal)) {
                    found.push(clash(ClashOver::Terminal { site: site.to_string(), terminal: terminal.clone() }, other.holder()));
                }
            }
        }
        found.extend(over_capacity(wanted, &others, capacity).map(|(over, held_by)| clash(over, held_by)));
        found
    }

    /// The nearest beginning from that of `wanted` on at which nothing is in the way; `None` when there is none at all.
    pub(crate) fn nearest_free(&self, wanted: &Held, capacity: Capacity, terminals: &BTreeMap<SiteId, String>) -> Option<Held> {
        let ends = self.held.iter().map(|one| one.span.until_ms).filter(|end| *end > wanted.span.from_ms);
        let beginnings: BTreeSet<i64> = std::iter::once(wanted.span.from_ms).chain(ends).collect();
        beginnings.into_iter().map(|from_ms| wanted.at(from_ms)).find(|moved| self.clashes(moved, capacity, terminals).is_empty())
    }
}

/// The MCU's limit that is passed while `wanted` is held beside the others, if one is, and whoever is over first.
fn over_capacity(wanted: &Held, others: &[&Held], capacity: Capacity) -> Option<(ClashOver, Holder)> {
    // The load only rises where one begins, so looking there sees the highest.
    let looks = std::iter::once(wanted.span.from_ms).chain(others.iter().map(|one| one.span.from_ms));
    for at_ms in looks.filter(|at| wanted.span.contains(*at)) {
        let beside: Vec<&&Held> = others.iter().filter(|one| one.span.contains(at_ms)).collect();
        let first_over = beside.iter().min_by_key(|one| one.span.until_ms);
        let holder = first_over.map_or_else(|| wanted.holder(), |one| one.holder());
        let taken: u32 = beside.iter().map(|one| one.seats()).fold(0, u32::saturating_add);
        let left = capacity.seats.saturating_sub(taken);
        if wanted.seats() > left {
            return Some((ClashOver::Seats { wanted: wanted.seats(), left }, holder));
        }
        if u32::try_from(beside.len()).unwrap_or(u32::MAX) >= capacity.conferences {
            return Some((ClashOver::Conferences { limit: capacity.conferences }, holder));
        }
    }
    None
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Capacity, Held, Ledger, Span};
    use crate::booking::words::{BookingBody, ClashOver, Meeting};
    use jiff::civil::Date;
    use mcu_api::{Mic, SiteId};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const WIDE: Capacity = Capacity { seats: 104, conferences: 32 };

    /// A booking to be changed by tests.
    pub(crate) fn body() -> BookingBody {
        let meeting = Meeting {
            title: "例会".into(),
            sites: vec![SiteId::new("a").unwrap()],
            main_site: SiteId::new("a").unwrap(),
            mute_on_join: Mic::Closed,
            layout: None,
            plans: Vec::new(),
            run_sheet: None,
            planned_min: 60,
            auto_end: false,
            record: false,
            live: false,
            classification: None,
            call_before_min: None,
        };
        BookingBody { meeting, start: "2026-11-30T09:00".parse().unwrap(), recurrence: None, exceptions: Vec::new() }
    }

    fn held(booking: &str, from_ms: i64, until_ms: i64, sites: &[&str]) -> Held {
        Held {
            span: Span { from_ms, until_ms },
            slot: Date::new(2026, 11, 30).unwrap(),
            starts_ms: from_ms,
            booking: booking.to_owned(),
            title: booking.to_owned(),
            author: "operator".to_owned(),
            sites: std::sync::Arc::new(sites.iter().map(|site| SiteId::new(site).unwrap()).collect()),
        }
    }

    fn terminals() -> BTreeMap<SiteId, String> {
        let pair = |site: &str, terminal: &str| (SiteId::new(site).unwrap(), terminal.to_owned());
        [pair("a", "a"), pair("b", "b"), pair("b-small", "b"), pair("c", "c"), pair("d", "d")].into()
    }

    #[test]
    fn a_site_is_held_by_name_until_a_time() {
        let ledger = Ledger::new(vec![held("x", 100, 200, &["a", "b"])]);
        let clashes = ledger.clashes(&held("y", 199, 300, &["b", "c"]), WIDE, &terminals());
        assert_eq!(clashes.len(), 1);
        assert_eq!(clashes[0].over, ClashOver::Site { site: "b".into() });
        assert_eq!((clashes[0].held_by.title.as_str(), clashes[0].held_by.until_ms), ("x", 200));
        assert!(ledger.clashes(&held("y", 200, 300, &["b"]), WIDE, &terminals()).is_empty());
        assert!(ledger.clashes(&held("y", 0, 100, &["b"]), WIDE, &terminals()).is_empty());
    }

    #[test]
    fn two_sites_at_one_terminal_clash() {
        let ledger = Ledger::new(vec![held("x", 100, 200, &["b"])]);
        let clashes = ledger.clashes(&held("y", 150, 300, &["b-small"]), WIDE, &terminals());
        assert_eq!(clashes[0].over, ClashOver::Terminal { site: "b-small".into(), terminal: "b".into() });
    }

    #[test]
    fn seats_and_conferences_are_counted_where_most_run() {
        let ledger = Ledger::new(vec![held("x", 0, 100, &["a", "b"]), held("y", 100, 200, &["c"])]);
        let wanted = held("z", 50, 150, &["d"]);
        assert!(ledger.clashes(&wanted, Capacity { seats: 3, conferences: 2 }, &terminals()).is_empty());
        let clashes = ledger.clashes(&wanted, Capacity { seats: 2, conferences: 2 }, &terminals());
        assert_eq!(clashes[0].over, ClashOver::Seats { wanted: 1, left: 0 });
        assert_eq!((clashes[0].held_by.title.as_str(), clashes[0].held_by.until_ms), ("x", 100));
        let clashes = ledger.clashes(&wanted, Capacity { seats: 9, conferences: 1 }, &terminals());
        assert_eq!(clashes[0].over, ClashOver::Conferences { limit: 1 });
    }

    #[test]
    fn the_nearest_free_time_is_after_whoever_is_in_the_way() {
        let ledger = Ledger::new(vec![held("x", 100, 200, &["a"]), held("y", 250, 400, &["a"])]);
        let free = |from, until| ledger.nearest_free(&held("z", from, until, &["a"]), WIDE, &terminals()).map(|one| one.span.from_ms);
        assert_eq!(free(150, 200), Some(200));
        assert_eq!(free(150, 250), Some(400));
        assert_eq!(free(0, 100), Some(0));
        let narrow = Capacity { seats: 1, conferences: 1 };
        assert_eq!(ledger.nearest_free(&held("z", 0, 10, &["c", "d"]), narrow, &terminals()), None);
    }

    fn any_held() -> impl Strategy<Value = Held> {
        const SITES: [&str; 5] = ["a", "b", "b-small", "c", "d"];
        (0_i64..100, 1_i64..30, proptest::sample::subsequence(&SITES[..], 1..4))
            .prop_map(|(from, length, sites)| held("p", from, from + length, &sites))
    }

    proptest! {
        /// Whether two meetings exclude each other does not depend on which was booked first.
        #[test]
        fn clashing_is_symmetric(one in any_held(), other in any_held(), seats in 1_u32..8, conferences in 1_u32..3) {
            let capacity = Capacity { seats: seats.max(one.seats()).max(other.seats()), conferences };
            let forth = Ledger::new(vec![one.clone()]).clashes(&other, capacity, &terminals()).is_empty();
            let back = Ledger::new(vec![other]).clashes(&one, capacity, &terminals()).is_empty();
            prop_assert_eq!(forth, back);
        }

        /// However people book, no site and no terminal is ever held twice at a time, and the MCU is never asked for more than it carries.
        #[test]
        fn no_overlap_is_ever_accepted(wishes in proptest::collection::vec(any_held(), 1..60), seats in 1_u32..8, conferences in 1_u32..4) {
            let capacity = Capacity { seats, conferences };
            let (mut ledger, mut kept) = (Ledger::default(), Vec::<Held>::new());
            for wish in wishes {
                if ledger.clashes(&wish, capacity, &terminals()).is_empty() {
                    ledger.add(wish.clone());
                    kept.push(wish);
                }
            }
            for at_ms in 0..140 {
                let now: Vec<&Held> = kept.iter().filter(|one| one.span.contains(at_ms)).collect();
                let mut taken: Vec<String> = now.iter().flat_map(|one| one.sites.iter().map(|site| terminals()[site].clone())).collect();
                let rooms_of_one: usize = now.iter().map(|one| one.sites.iter().map(|site| terminals()[site].clone()).collect::<std::collections::BTreeSet<_>>().len()).sum();
                taken.sort();
                taken.dedup();
                prop_assert_eq!(taken.len(), rooms_of_one, "a terminal is held twice at {}", at_ms);
                prop_assert!(now.iter().map(|one| one.seats()).sum::<u32>() <= seats);
                prop_assert!(now.len() <= usize::try_from(conferences).unwrap());
            }
        }

        /// The time offered is free, not before the one wanted, and no earlier offered end would have done.
        #[test]
        fn the_time_offered_is_free(holds in proptest::collection::vec(any_held(), 0..20), wish in any_held()) {
            let ledger = Ledger::new(holds);
            let free = ledger.nearest_free(&wish, WIDE, &terminals()).unwrap();
            prop_assert!(free.span.from_ms >= wish.span.from_ms);
            prop_assert!(ledger.clashes(&free, WIDE, &terminals()).is_empty());
            for from_ms in wish.span.from_ms..free.span.from_ms {
                prop_assert!(!ledger.clashes(&wish.at(from_ms), WIDE, &terminals()).is_empty(), "free at {from_ms} already");
            }
        }
    }
}

//! The conference's laws over random sequences of commands and presence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{Code, Command, Event, Mic, Picture, ViewSource};
use mcu_conference::{CellShow, Conference, MediaPlan, Presence, Seen, State, plan};
use proptest::prelude::*;
use world::{Step, World, sequence, site};

/// Sequences per property; four properties make more than 10,000 in one run.
const SEQUENCES: u32 = 3_000;

fn live(state: &State, presence: &Presence, name: &mcu_api::SiteId) -> bool {
    state.site(name).is_some_and(|found| found.seated) && presence.of(name).publishes
}

fn pictures_in(media: &MediaPlan, seen: &Seen) -> Vec<mcu_api::SiteId> {
    match seen {
        Seen::Nothing => Vec::new(),
        Seen::Site(site) => vec![site.clone()],
        Seen::Composite(name) => {
            let composite = media.composites.iter().find(|composite| composite.name == *name).expect("every composite seen is planned");
            let shown = composite.cells.iter().filter_map(|cell| match &cell.show {
                CellShow::Site { site, .. } => Some(site.clone()),
                CellShow::Slate { .. } | CellShow::Blank | CellShow::Revision(_) => None,
            });
            shown.collect()
        }
    }
}

/// Law 1: whoever is not shown the forced picture is one whom it would show only himself.
fn forced_is_forced(state: &State, media: &MediaPlan) {
    let Some(_) = &state.forced else { return };
    let program = pictures_in(media, &media.monitors.program);
    for row in media.sites.iter().filter(|row| state.site(&row.site).is_some_and(|site| site.seated)) {
        let only_self = program.iter().all(|shown| *shown == row.site) && program.contains(&row.site);
        assert!(row.sees == media.monitors.program || only_self, "{} sees {:?}", row.site, row.sees);
    }
}

/// Laws 2 and 3.
fn nobody_meets_himself(state: &State, presence: &Presence, media: &MediaPlan) {
    for row in &media.sites {
        if let Some(mix) = &row.hears {
            let mix = media.mixes.iter().find(|planned| planned.name == *mix).expect("every mix heard is planned");
            assert!(!mix.members.contains(&row.site), "{} hears itself", row.site);
        }
        let shown = pictures_in(media, &row.sees);
        let others = state.sites.iter().any(|other| other.seat.site != row.site && live(state, presence, &other.seat.site));
        let only_self = !shown.is_empty() && shown.iter().all(|site| *site == row.site);
        assert!(!(others && only_self), "{} sees only itself", row.site);
    }
}

/// Laws 4 and 11: what leaves the relay is exactly what is wanted open and has its seat.
fn closed_is_closed(state: &State, media: &MediaPlan) {
    for open in &media.open_mics {
        let found = state.site(open).expect("only sites of the conference");
        assert!(found.seated && found.mic == Mic::Open);
    }
    let members = media.mixes.iter().flat_map(|mix| &mix.members);
    assert!(members.into_iter().all(|member| media.open_mics.contains(member)));
}

/// Law 9.
fn nothing_is_made_twice(media: &MediaPlan) {
    for (index, one) in media.composites.iter().enumerate() {
        for two in media.composites.iter().skip(index + 1) {
            assert_ne!(one.name, two.name);
            assert_ne!(one.cells, two.cells, "{} and {}", one.name, two.name);
        }
    }
    for (index, one) in media.mixes.iter().enumerate() {
        for two in media.mixes.iter().skip(index + 1) {
            assert_ne!(one.name, two.name);
            assert_ne!(one.members, two.members, "{} and {}", one.name, two.name);
        }
    }
}

/// Law 5: whether a viewer itself is there changes nothing in what it sees and hears.
fn late_is_as_early(state: &State, presence: &Presence, media: &MediaPlan) {
    for row in media.sites.iter().filter(|row| !presence.of(&row.site).publishes) {
        let mut without = presence.clone();
        without.set(row.site.clone(), world::presence_of(0));
        let mut watching = presence.clone();
        watching.set(row.site.clone(), world::presence_of(1));
        let seen = |presence: &Presence| {
            let media = plan(state, presence);
            let found = media.sites.iter().find(|other| other.site == row.site).cloned().expect("same sites");
            (pictures_in(&media, &found.sees), found.hears)
        };
        assert_eq!(seen(&without), seen(&watching));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: SEQUENCES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_keeps_the_laws(open in world::opening(), steps in sequence(20)) {
        let mut world = World::new(open);
        for step in steps {
            world.step(step);
            let media = plan(world.conference.state(), &world.presence);
            forced_is_forced(world.conference.state(), &media);
            nobody_meets_himself(world.conference.state(), &world.presence, &media);
            closed_is_closed(world.conference.state(), &media);
            nothing_is_made_twice(&media);
            late_is_as_early(world.conference.state(), &world.presence, &media);
        }
    }

    /// Laws 6 and 8.
    #[test]
    fn undo_restores_or_is_refused_and_refusals_change_nothing(open in world::opening(), steps in sequence(20)) {
        let mut world = World::new(open);
        for step in steps {
            let before = world.conference.state().clone();
            let undoing = matches!(&step, Step::Ask { command: Command::Undo { .. }, .. });
            match world.step(step) {
                Some(Ok(outcome)) if !outcome.envelopes.is_empty() && !undoing => {
                    prop_assert_ne!(&before, world.conference.state());
                    let reversible = !outcome.envelopes.iter().any(|envelope| matches!(envelope.event, Event::Ended {}));
                    if reversible {
                        let mut twin = world.twin();
                        let rev = outcome.envelopes[0].rev;
                        if let Ok(undone) = twin.ask(Command::Undo { rev: Some(rev) }) {
                            prop_assert_eq!(undone.envelopes.len(), 1);
                            prop_assert_eq!(world::wishes(twin.conference.state()), world::wishes(&before));
                        } else {
                            prop_assert!(false, "undone at once, a change is always taken back");
                        }
                    }
                }
                Some(Ok(outcome)) if outcome.envelopes.is_empty() => prop_assert_eq!(&before, world.conference.state()),
                Some(Err(refusal)) => {
                    prop_assert_eq!(&before, world.conference.state());
                    prop_assert!(!refusal.detail.is_empty() && !refusal.detail_zh.is_empty());
                }
                Some(Ok(_)) | None => {}
            }
        }
    }

    /// Law 7, with 4 and 11: a restart gives the same state and plan, so it opens nothing.
    #[test]
    fn replaying_the_journal_gives_the_same(open in world::opening(), steps in sequence(20)) {
        let mut world = World::new(open);
        for step in steps {
            world.step(step);
        }
        let again = Conference::replay(&world.journal).unwrap();
        prop_assert_eq!(again.state(), world.conference.state());
        prop_assert_eq!(plan(again.state(), &world.presence), plan(world.conference.state(), &world.presence));
        // Coming and going is not the state's business.
        let everywhere_gone = plan(again.state(), &Presence::nobody());
        prop_assert_eq!(everywhere_gone.open_mics, plan(again.state(), &world.presence).open_mics);
    }

    /// Undone one after the other, every change is taken back and the opening is left.
    #[test]
    fn undo_goes_back_to_the_opening(open in world::opening(), steps in sequence(12)) {
        let mut world = World::new(open);
        let fresh = world::wishes(world.conference.state());
        for step in steps {
            // One taken back out of turn may leave a later one stuck; that is what the property above is for.
            let out_of_turn = matches!(&step, Step::Ask { command: Command::End {} | Command::Undo { rev: Some(_) }, .. });
            if !out_of_turn {
                world.step(step);
            }
        }
        let last = loop {
            match world.ask(Command::Undo { rev: None }) {
                Ok(outcome) => prop_assert_eq!(outcome.envelopes.len(), 1),
                Err(refusal) => break refusal,
            }
        };
        prop_assert_eq!(last.code, Code::NothingToDo);
        prop_assert_eq!(world::wishes(world.conference.state()), fresh);
    }
}

#[test]
fn law_10_reasons_are_given() {
    let mut world = World::thirteen();
    let unknown = world.ask(Command::Call { site: site(77) }).unwrap_err();
    assert_eq!(unknown.code, Code::UnknownSite);
    let without = world.ask_with(&["conference.sound"], Command::CancelBroadcast {}).unwrap_err();
    assert_eq!(without.code, Code::RightMissing);
    assert!(without.detail.contains("conference.picture"));
    world.end();
    for command in [Command::MuteAll {}, Command::Undo { rev: None }, Command::End {}] {
        assert_eq!(world.ask(command).unwrap_err().code, Code::ConferenceEnded);
    }
    assert_eq!(plan(world.conference.state(), &world.presence), MediaPlan::default());
}

#[test]
fn what_is_watched_is_always_seated() {
    let mut world = World::thirteen();
    world.ask(Command::BroadcastSite { site: site(1) }).unwrap();
    world.ask(Command::SelectView { viewer: site(2), source: ViewSource::Site { site: site(1) }, locked: true }).unwrap();
    world.ask(Command::BroadcastSite { site: site(3) }).unwrap();
    let hung = world.ask(Command::HangUp { site: site(1) }).unwrap();
    assert!(hung.envelopes.len() == 2, "the seat and the view that watched it");
    let stuck = world.ask(Command::Undo { rev: Some(mcu_api::Rev(4)) }).unwrap_err();
    assert_eq!(stuck.code, Code::Stale);
    assert_eq!(world.conference.state().forced, Some(Picture::Site { site: site(3) }));
}

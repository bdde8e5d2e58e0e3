//! The conference's laws over random sequences of commands and presence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{Code, Command, Forced, Mic, Origin, ViewSource};
use mcu_conference::{CellShow, Conference, MediaPlan, Presence, Seen, State, plan};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use world::{Step, World, sequence, site};

/// Sequences per property unless `PROPTEST_CASES` says otherwise: enough to find a slip in seconds; a run of 3,000 makes 12,000 in all.
const SEQUENCES: u32 = 200;

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(SEQUENCES);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

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
                CellShow::Slate { .. } | CellShow::Content { .. } | CellShow::Notice { .. } | CellShow::Blank | CellShow::Revision(_) => {
                    None
                }
            });
            shown.collect()
        }
    }
}

/// Law 1: whoever is not shown the forced picture is one whom it would show only himself, one who talks in it, or one who is shown a slate.
fn forced_is_forced(state: &State, media: &MediaPlan) {
    if state.forced_picture().is_none() || state.settings.slate.is_some() {
        return;
    }
    let program = pictures_in(media, &media.monitors.program);
    for row in media.sites.iter().filter(|row| state.is_seated(&row.site)) {
        let found = state.site(&row.site).expect("a seated site is known");
        let talks = match &state.forced {
            Some(Forced::Dialogue { site, .. }) => *site == row.site || state.main_site == row.site,
            Some(Forced::Site { .. } | Forced::Layout { .. } | Forced::CallToSpeak { .. } | Forced::Polling { .. }) | None => false,
        };
        let only_self = program.iter().all(|shown| *shown == row.site) && program.contains(&row.site);
        let excused = only_self || talks || found.slate.is_some();
        assert!(row.sees == media.monitors.program || excused, "{} sees {:?}", row.site, row.sees);
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
        let others = state.seats().any(|other| other.seat.site != row.site && live(state, presence, &other.seat.site));
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
    for (site, _) in &media.gains {
        assert!(media.mixes.iter().any(|mix| mix.members.contains(site)), "a gain for what is in no mix");
    }
    for row in &media.sites {
        assert_ne!(row.content.as_ref(), Some(&row.site), "nobody is sent its own content");
    }
    let members = media.mixes.iter().flat_map(|mix| &mix.members);
    assert!(members.into_iter().all(|member| media.open_mics.contains(member)));
}

/// An interpreter is heard by listeners of its language only, over the floor at −12 dB; everybody else hears the floor as it is.
fn interpreters_stay_in_their_channels(state: &State, media: &MediaPlan) {
    let spoken = |site: &mcu_api::SiteId| state.site(site).and_then(|found| found.interprets.clone());
    for mix in &media.mixes {
        let languages: std::collections::BTreeSet<_> = mix.members.iter().filter_map(spoken).collect();
        assert!(languages.len() <= 1, "{} has two languages", mix.name);
        let lowered: Vec<_> = mix.gains.iter().map(|(site, gain_db)| (site.clone(), *gain_db)).collect();
        let floor = mix.members.iter().filter(|site| spoken(site).is_none() && !languages.is_empty());
        assert_eq!(lowered, floor.map(|site| (site.clone(), -12)).collect::<Vec<_>>(), "{}", mix.name);
        let heard_by = |row: &&mcu_conference::SitePlan| row.hears.as_ref() == Some(&mix.name);
        for row in media.sites.iter().filter(heard_by) {
            let listens_to = state.site(&row.site).and_then(|found| found.listens_to.clone());
            assert!(languages.iter().all(|language| Some(language) == listens_to.as_ref()), "{} hears another language", row.site);
        }
        let outside = [&media.monitors.sound].into_iter().chain(media.outputs.iter().map(|output| &output.hears));
        assert!(languages.is_empty() || outside.flatten().all(|name| *name != mix.name), "an interpreter on air");
    }
    let used = state.sites.iter().flat_map(|site| [&site.interprets, &site.listens_to]).flatten();
    used.for_each(|language| assert!(state.channels.iter().any(|channel| channel.language == *language), "{language} is closed"));
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
            assert_ne!((&one.members, &one.gains), (&two.members, &two.gains), "{} and {}", one.name, two.name);
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

/// Microphones after something that is no command and no rule of a speech or roll call: none may be opened.
fn opened(before: &State, after: &State) -> Vec<mcu_api::SiteId> {
    let was_closed = |site: &&mcu_conference::Site| before.site(&site.seat.site).is_some_and(|old| old.mic == Mic::Closed);
    after.seats().filter(|site| site.mic == Mic::Open).filter(was_closed).map(|site| site.seat.site.clone()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_plan_keeps_the_laws(open in world::opening(), steps in sequence(60)) {
        let mut world = World::new(open);
        for step in steps {
            world.step(step);
            let media = plan(world.conference.state(), &world.presence);
            forced_is_forced(world.conference.state(), &media);
            nobody_meets_himself(world.conference.state(), &world.presence, &media);
            closed_is_closed(world.conference.state(), &media);
            nothing_is_made_twice(&media);
            interpreters_stay_in_their_channels(world.conference.state(), &media);
            late_is_as_early(world.conference.state(), &world.presence, &media);
        }
    }

    /// Laws 6 and 8.
    #[test]
    fn undo_restores_or_is_refused_and_refusals_change_nothing(open in world::opening(), steps in sequence(40)) {
        let mut world = World::new(open);
        for step in steps {
            let before = world.conference.state().clone();
            let undoing = matches!(&step, Step::Ask { command: Command::Undo { .. } | Command::Redo {} | Command::RollBackPlan { .. }, .. });
            match world.step(step) {
                Some(Ok(outcome)) if !outcome.envelopes.is_empty() && !undoing => {
                    prop_assert_ne!(&before, world.conference.state());
                    let rev = outcome.envelopes[0].rev;
                    let reversible = world.conference.state().last_change().is_some_and(|change| change.rev == rev);
                    if reversible {
                        let made = world::wishes(world.conference.state());
                        let mut twin = world.twin();
                        let author = outcome.envelopes[0].author.clone();
                        if twin.conference.state().phase == mcu_api::ConferencePhase::Ended {
                            continue;
                        }
                        twin.release_leases();
                        match twin.ask_as(&author, Command::Undo { rev: Some(rev) }) {
                            Ok(undone) => prop_assert_eq!(undone.envelopes.len(), 1),
                            Err(refusal) if refusal.code == Code::ProgramLocked => continue,
                            Err(refusal) => prop_assert!(false, "undone at once, a change is always taken back: {}", refusal.detail),
                        }
                        prop_assert_eq!(world::wishes(twin.conference.state()), world::wishes(&before));
                        twin.ask_as(&author, Command::Redo {}).unwrap();
                        prop_assert_eq!(world::wishes(twin.conference.state()), made);
                    }
                }
                Some(Ok(outcome)) if outcome.envelopes.is_empty() => prop_assert_eq!(&before, world.conference.state()),
                Some(Err(refusal)) => {
                    prop_assert_eq!(&before, world.conference.state());
                    prop_assert!(!refusal.detail.is_empty() && !refusal.detail_zh.is_empty());
                    prop_assert!(!refusal.detail.contains("report it to the maker"));
                }
                Some(Ok(_)) | None => {}
            }
        }
    }

    /// Law 7, with 4 and 11: a restart gives the same state and plan, so it opens nothing.
    #[test]
    fn replaying_the_journal_gives_the_same(open in world::opening(), steps in sequence(60)) {
        let mut world = World::new(open);
        for step in steps {
            world.step(step);
        }
        // As it is on the disk: through JSON.
        let lines: Vec<String> = world.journal.iter().map(|envelope| serde_json::to_string(envelope).unwrap()).collect();
        let journal: Vec<mcu_api::Envelope> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let again = Conference::replay(&journal).unwrap();
        prop_assert_eq!(again.state(), world.conference.state());
        // What a trigger has waited already is forgotten, so that a restart never runs a plan at once.
        let waits = world.conference.counting().next().is_some();
        prop_assert!(waits || again.deadline() == world.conference.deadline());
        prop_assert_eq!(plan(again.state(), &world.presence), plan(world.conference.state(), &world.presence));
        // Coming and going is not the state's business.
        let everywhere_gone = plan(again.state(), &Presence::nobody());
        prop_assert_eq!(everywhere_gone.open_mics, plan(again.state(), &world.presence).open_mics);
    }

    /// Laws 4 and 11: whoever comes and goes, and however long the program was away, no microphone opens but by a speech or roll call that ends or
    /// goes on.
    #[test]
    fn coming_back_opens_nothing(open in world::opening(), steps in sequence(40), states in proptest::collection::vec(0_u8..4, 7)) {
        let mut world = World::new(open);
        for step in steps {
            world.step(step);
        }
        let mut twin = world.twin();
        let before = twin.conference.state().clone();
        twin.now_ms += 3_600_000;
        for (number, state) in states.into_iter().enumerate() {
            twin.presence.set(site(number), world::presence_of(state));
        }
        let decided = twin.tick();
        prop_assert!(decided.iter().all(|envelope| envelope.origin == Origin::Rule));
        let speech_ends = before.speech.timer.as_ref().is_some_and(|timer| timer.auto_end) && before.forced != twin.conference.state().forced;
        prop_assert!(speech_ends || opened(&before, twin.conference.state()).is_empty());
    }

    /// Undone one after the other, every change is taken back and the opening is left.
    #[test]
    fn undo_goes_back_to_the_opening(open in world::opening(), steps in sequence(30)) {
        let mut world = World::new(open);
        let fresh = world::wishes(world.conference.state());
        for step in steps {
            // One taken back out of turn may leave a later one stuck, and so do sites and rules; that is what the property above is for.
            let in_turn = match &step {
                Step::Ask { command, author, .. } => {
                    let other = matches!(command, Command::End {} | Command::Undo { rev: Some(_) } | Command::RollBackPlan { .. } | Command::LockProgram {});
                    *author == 0 && !other
                }
                Step::Presence { .. } => true,
                Step::Wait { .. } | Step::Speak { .. } => false,
            };
            if in_turn {
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
    assert_eq!(hung.envelopes.len(), 2, "the seat and the view that watched it");
    let stuck = world.ask(Command::Undo { rev: Some(mcu_api::Rev(4)) }).unwrap_err();
    assert_eq!(stuck.code, Code::Stale);
    assert_eq!(world.conference.state().forced, Some(Forced::Site { site: site(3) }));
}

/// The laws mean little about a command that random sequences never get accepted.
#[test]
fn random_sequences_reach_every_command_and_rule() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut asked, mut accepted) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let mut decided = std::collections::BTreeSet::new();
    let strategy = (world::opening(), sequence(60));
    for _ in 0..8_000 {
        let (open, steps) = strategy.new_tree(&mut runner).unwrap().current();
        let mut world = World::new(open);
        for step in steps {
            let name = match &step {
                Step::Ask { command, .. } => serde_json::to_value(command).unwrap()["cmd"].as_str().unwrap().to_owned(),
                Step::Presence { .. } | Step::Wait { .. } | Step::Speak { .. } => String::new(),
            };
            let outcome = world.step(step);
            if !name.is_empty() {
                asked.insert(name.clone());
            }
            if outcome.is_some_and(|outcome| outcome.is_ok_and(|outcome| outcome.envelopes.iter().any(|made| made.rev.0 > 1))) {
                accepted.insert(name);
            }
        }
        for made in world.journal.iter().filter(|made| made.origin == Origin::Rule) {
            let event = serde_json::to_value(&made.event).unwrap();
            let field = event["data"]["after"]["field"].as_str().or(event["event"].as_str()).unwrap().to_owned();
            decided.insert(field);
        }
    }
    // The end is not confirmed in these sequences.
    let never: Vec<&String> = asked.iter().filter(|name| !accepted.contains(*name) && *name != "end").collect();
    assert!(never.is_empty(), "never accepted: {never:?}");
    assert_eq!(asked.len(), 75, "every command there is");
    let rules =
        ["cell_turns", "ended", "forced_changed", "loudest", "mics_changed", "plan", "polling_step", "redial", "roll_call", "speech_over"];
    let silent: Vec<&str> = rules.into_iter().filter(|rule| !decided.contains(*rule)).collect();
    assert!(silent.is_empty(), "never decided: {silent:?}, decided were {decided:?}");
}

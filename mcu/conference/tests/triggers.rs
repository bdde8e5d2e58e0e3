//! 预案自动触发: plans that run by themselves, or ask.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use mcu_api::{Code, Command, Connection, EmergencyPlan, Fired, Forced, Origin, PlanTrigger, Rev, SiteId, TriggerCause};
use mcu_conference::{ReportedFaults, SitePresence};
use world::{ALL_RIGHTS, World, presence_of, site};

fn trigger(when: TriggerCause) -> PlanTrigger {
    PlanTrigger { when, for_s: 10, ask: false, even_locked: false }
}

/// Shows site 2 when the trigger says so.
fn armed(trigger: PlanTrigger) -> Command {
    let commands = vec![Command::BroadcastSite { site: site(2) }, Command::MuteAll {}];
    Command::ArmPlan {
        plan: EmergencyPlan { name: "lost".to_owned(), title: "主会场中断".to_owned(), commands, trigger: Some(trigger) }
    }
}

fn fired(world: &World) -> Option<Fired> {
    world.conference.state().desk.plans[0].fired.clone()
}

fn shown(world: &World) -> Option<SiteId> {
    match &world.conference.state().forced {
        Some(Forced::Site { site }) => Some(site.clone()),
        other => {
            assert_eq!(*other, None);
            None
        }
    }
}

#[test]
fn a_lost_main_site_runs_its_plan_once_and_by_itself() {
    let mut world = World::thirteen();
    world.ask(armed(trigger(TriggerCause::MainSiteLost {}))).unwrap();
    world.wait(60_000);
    assert_eq!((fired(&world), shown(&world)), (None, None), "nothing is wrong");
    world.presence.set(site(0), presence_of(3));
    world.wait(9_900);
    assert_eq!(shown(&world), None);
    let lost_ms = world.now_ms;
    world.wait(200);
    assert_eq!(shown(&world), Some(site(2)));
    assert_eq!(fired(&world), Some(Fired::Ran { at_ms: lost_ms + 100 }), "to the millisecond");
    let ran = world.journal.last().unwrap().clone();
    assert_eq!((ran.origin, ran.author.as_str(), ran.right.as_str()), (Origin::Rule, "rule", "conference.affairs"));
    // Rolled back it does not run again, whatever happens, until it is armed by hand.
    world.ask(Command::RollBackPlan { name: "lost".to_owned() }).unwrap();
    assert_eq!(shown(&world), None);
    for state in [2, 3] {
        world.presence.set(site(0), presence_of(state));
        world.wait(60_000);
    }
    assert_eq!(shown(&world), None);
    world.ask(armed(trigger(TriggerCause::MainSiteLost {}))).unwrap();
    world.wait(10_000);
    assert_eq!(shown(&world), Some(site(2)));
}

#[test]
fn a_cause_that_goes_away_begins_anew() {
    let mut world = World::thirteen();
    world.ask(armed(trigger(TriggerCause::MainPictureLost {}))).unwrap();
    for _ in 0..5 {
        world.presence.set(site(0), presence_of(1));
        world.wait(9_000);
        world.presence.set(site(0), presence_of(2));
        world.wait(1_000);
    }
    assert_eq!(fired(&world), None);
    world.presence.set(site(0), presence_of(1));
    world.wait(10_000);
    assert_eq!(shown(&world), Some(site(2)));
}

#[test]
fn a_main_site_that_never_came_is_not_lost() {
    let mut world = World::thirteen();
    world.presence.set(site(0), presence_of(0));
    for when in [TriggerCause::MainSiteLost {}, TriggerCause::MainPictureLost {}] {
        world.ask(armed(trigger(when))).unwrap();
        world.wait(60_000);
        assert_eq!(fired(&world), None);
    }
}

#[test]
fn faults_and_losses_of_a_site_are_causes() {
    let well = SitePresence::new(Connection::Joined, true);
    let with = |faults| SitePresence { faults, ..well };
    let none = ReportedFaults::default();
    let cases = [
        (TriggerCause::PictureBlack { site: Some(site(5)) }, 5, with(ReportedFaults { black: true, ..none })),
        (TriggerCause::PictureFrozen { site: None }, 0, with(ReportedFaults { frozen: true, ..none })),
        (TriggerCause::SoundHowling { site: Some(site(5)) }, 5, with(ReportedFaults { howling: true, ..none })),
        (TriggerCause::Loss { site: Some(site(5)), above_permille: 200 }, 5, SitePresence { loss_permille: 201, ..well }),
    ];
    for (when, number, presence) in cases {
        let mut world = World::thirteen();
        world.ask(armed(trigger(when.clone()))).unwrap();
        // Another site's trouble is none of this plan's, and neither is a little less.
        world.presence.set(site(7), presence);
        world.presence.set(site(5), SitePresence { loss_permille: 200, ..well });
        world.wait(30_000);
        assert_eq!(fired(&world), None, "{when:?}");
        world.presence.set(site(number), presence);
        world.wait(10_000);
        assert_eq!(shown(&world), Some(site(2)), "{when:?}");
    }
}

#[test]
fn a_plan_that_asks_waits_for_a_person() {
    let mut world = World::thirteen();
    let asks = PlanTrigger { ask: true, ..trigger(TriggerCause::MainSiteLost {}) };
    let answer = |run| Command::AnswerPlan { name: "lost".to_owned(), run };
    world.ask(armed(asks.clone())).unwrap();
    assert_eq!(world.ask(answer(true)).unwrap_err().code, Code::UnknownItem);
    world.presence.set(site(0), presence_of(3));
    world.wait(10_000);
    assert!(matches!(fired(&world), Some(Fired::Asks { .. })) && shown(&world).is_none());
    assert_eq!(world.ask_with(&["conference.affairs"], answer(true)).unwrap_err().code, Code::RightMissing);
    world.ask(answer(true)).unwrap();
    assert_eq!(shown(&world), Some(site(2)), "asked once is enough");
    assert!(matches!(fired(&world), Some(Fired::Ran { .. })));
    world.ask(Command::RollBackPlan { name: "lost".to_owned() }).unwrap();
    world.ask(armed(asks)).unwrap();
    world.wait(10_000);
    world.ask(answer(false)).unwrap();
    world.wait(60_000);
    assert!(matches!(fired(&world), Some(Fired::Dismissed { .. })) && shown(&world).is_none());
}

#[test]
fn a_locked_program_is_left_alone_unless_the_plan_says_otherwise() {
    let mut world = World::thirteen();
    world.ask(armed(trigger(TriggerCause::MainSiteLost {}))).unwrap();
    world.ask(Command::LockProgram {}).unwrap();
    world.presence.set(site(0), presence_of(3));
    world.wait(60_000);
    assert_eq!((fired(&world), shown(&world)), (None, None));
    world.ask(Command::UnlockProgram {}).unwrap();
    world.tick();
    assert_eq!(shown(&world), Some(site(2)), "it has held all the time");
    let mut world = World::thirteen();
    world.ask(armed(PlanTrigger { even_locked: true, ..trigger(TriggerCause::MainSiteLost {}) })).unwrap();
    world.ask(Command::LockProgram {}).unwrap();
    world.presence.set(site(0), presence_of(3));
    world.wait(10_000);
    assert_eq!(shown(&world), Some(site(2)));
}

#[test]
fn a_plan_that_cannot_run_says_why_and_changes_nothing() {
    let mut world = World::thirteen();
    world.ask(armed(trigger(TriggerCause::MainSiteLost {}))).unwrap();
    world.ask(Command::HangUp { site: site(2) }).unwrap();
    world.presence.set(site(0), presence_of(3));
    world.wait(30_000);
    let Some(Fired::Refused { detail, detail_zh, .. }) = fired(&world) else { panic!("{:?}", fired(&world)) };
    assert!(detail.starts_with("command 1: ") && !detail_zh.is_empty(), "{detail}");
    assert_eq!(shown(&world), None);
}

#[test]
fn run_by_hand_a_plan_does_not_run_by_itself_too() {
    let mut world = World::thirteen();
    world.ask(armed(trigger(TriggerCause::MainSiteLost {}))).unwrap();
    world.confirmed("operator", Command::RunPlan { name: "lost".to_owned() }).unwrap();
    world.ask(Command::RollBackPlan { name: "lost".to_owned() }).unwrap();
    world.presence.set(site(0), presence_of(3));
    world.wait(60_000);
    assert_eq!(shown(&world), None);
}

#[test]
fn a_restart_counts_from_the_beginning_and_does_not_run_a_plan_twice() {
    let mut world = World::thirteen();
    world.ask(armed(trigger(TriggerCause::MainSiteLost {}))).unwrap();
    world.presence.set(site(0), presence_of(3));
    world.wait(9_000);
    assert_eq!(world.conference.counting().count(), 1);
    let mut twin = world.twin();
    twin.wait(9_000);
    assert_eq!(shown(&twin), None);
    twin.wait(1_000);
    assert_eq!(shown(&twin), Some(site(2)));
    let ran: Rev = twin.conference.state().desk.plans[0].ran.unwrap();
    let mut again = twin.twin();
    again.wait(60_000);
    assert_eq!(again.conference.state().desk.plans[0].ran, Some(ran));
    again.ask(Command::RollBackPlan { name: "lost".to_owned() }).unwrap();
    assert_eq!(shown(&again), None);
}

#[test]
fn two_plans_of_one_cause_are_two_changes() {
    let mut world = World::thirteen();
    world.ask(armed(trigger(TriggerCause::MainSiteLost {}))).unwrap();
    let commands = vec![Command::Slate { site: None, text: Some("请稍候".to_owned()) }];
    let other = EmergencyPlan {
        name: "slate".to_owned(),
        title: "垫片".to_owned(),
        commands,
        trigger: Some(trigger(TriggerCause::MainPictureLost {})),
    };
    world.ask(Command::ArmPlan { plan: other }).unwrap();
    world.presence.set(site(0), presence_of(3));
    world.wait(10_000);
    let state = world.conference.state();
    let ran: Vec<Option<Rev>> = state.desk.plans.iter().map(|armed| armed.ran).collect();
    assert!(ran[0].is_some() && ran[1].is_some() && ran[0] != ran[1], "{ran:?}");
    world.ask(Command::RollBackPlan { name: "lost".to_owned() }).unwrap();
    assert!(shown(&world).is_none() && world.conference.state().settings.slate.is_some());
}

#[test]
fn arming_a_trigger_needs_the_rights_of_what_it_will_do() {
    let mut world = World::thirteen();
    let lost = || trigger(TriggerCause::MainSiteLost {});
    assert_eq!(world.ask_with(&["conference.affairs"], armed(lost())).unwrap_err().code, Code::RightMissing);
    world.ask_with(&ALL_RIGHTS, armed(lost())).unwrap();
    for for_s in [0, 601] {
        assert_eq!(world.ask(armed(PlanTrigger { for_s, ..lost() })).unwrap_err().code, Code::Malformed);
    }
    let much = trigger(TriggerCause::Loss { site: None, above_permille: 1_000 });
    assert_eq!(world.ask(armed(much)).unwrap_err().code, Code::Malformed);
    let nobody = trigger(TriggerCause::PictureBlack { site: Some(site(99)) });
    assert_eq!(world.ask(armed(nobody)).unwrap_err().code, Code::UnknownSite);
    let json = r#"{"when":{"cause":"loss","above_permille":50},"for_s":10}"#;
    let short: PlanTrigger = serde_json::from_str(json).unwrap();
    assert_eq!(short, trigger(TriggerCause::Loss { site: None, above_permille: 50 }));
}

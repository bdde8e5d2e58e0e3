//! The driver and the simulated hub, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::videohub::{Hub, Settings};

fn route(output: i64, input: i64) -> Args {
    vec![("output", Value::Int(output)), ("input", Value::Int(input))]
}

fn lock(output: i64, lock: &str) -> Args {
    vec![("output", Value::Int(output)), ("lock", Value::Text(lock.to_owned()))]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("route", route(1, 5)),
        ("route", route(12, 1)),
        ("set_lock", lock(3, "own")),
        ("set_lock", lock(3, "unlocked")),
        ("route", route(1, 2)),
    ]
}

fn of(settings: Settings) -> Plant<Hub> {
    Plant::new("videohub", "", Line::Tcp, Hub::new(settings))
}

#[test]
fn a_healthy_hub_does_what_is_declared() {
    healthy(&|| of(Settings::default()), &commands());
    healthy(&|| of(Settings { ends_prelude: false, acks_questions: false, ..Settings::default() }), &commands());
}

#[test]
fn under_no_fault_anything_is_confirmed_that_is_not_so() {
    faulty(&|| of(Settings::default()), &commands());
}

#[test]
fn what_others_switch_and_lock_arrives_and_a_foreign_lock_refuses() {
    let mut plant = of(Settings::default());
    plant.online(Duration::from_secs(5));
    plant.panel("route", 4, 9);
    assert_eq!(plant.facts["route.4"].0, Some(Value::Int(9)));
    plant.panel("lock", 4, 1);
    assert_eq!(plant.facts["lock.4"].0, Some(Value::Text("other".to_owned())));
    assert_eq!(plant.command("route", &route(4, 1)), End::Refused);
    plant.agree();
}

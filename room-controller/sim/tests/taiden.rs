//! The TAIDEN driver on the simulated unit.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::discussion::Mode;
use room_sim::taiden::{Settings, Taiden};

const OWN: &str = "seats = 8\ntracking = true\nmodes = [{ operation = 1, mode = \"fifo\" }]";

fn unit() -> Plant<Taiden> {
    Plant::new("taiden", OWN, Line::Serial, Taiden::new(Settings::default()))
}

fn mic(seat: i64, on: bool) -> Args {
    vec![("seat", Value::Int(seat)), ("on", Value::Bool(on))]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("set_mic", mic(5, true)),
        ("set_mic", mic(5, true)),
        ("set_mic", mic(1, true)),
        ("set_mic", mic(5, false)),
        ("set_mic", mic(7, true)),
        ("all_off", vec![]),
        ("all_off", vec![]),
    ]
}

#[test]
fn every_command_is_confirmed_by_the_unit() {
    healthy(&unit, &commands());
}

#[test]
fn no_fault_makes_a_false_confirmation() {
    faulty(&unit, &commands());
}

#[test]
fn a_unit_that_leaves_unused_ids_out() {
    let sim = Taiden::new(Settings { short_reports: true, ..Settings::default() });
    let mut plant = Plant::new("taiden", &format!("{OWN}\nshort_reports = true"), Line::Serial, sim);
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.command("set_mic", &mic(3, true)), End::Confirmed);
    plant.agree();
}

#[test]
fn presses_tracking_and_votes_arrive() {
    let mut plant = unit();
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.facts["mode"].0, Some(Value::Text("fifo".to_owned())));
    let tracked = |plant: &Plant<Taiden>| plant.facts["tracked"].0.clone();
    for (seat, looks) in [(5, 5), (3, 3), (3, 5), (1, 1), (5, 1), (1, 0)] {
        plant.panel("press", seat, 0);
        assert_eq!(tracked(&plant), Some(Value::Int(looks)), "after {seat}");
        plant.agree();
    }
    plant.panel("vote", 6, 0);
    assert_eq!(plant.facts["vote.yes"].0, Some(Value::Int(6)));
}

#[test]
fn the_oldest_is_closed_with_override_and_a_full_list_refuses_without() {
    let mut plant = unit();
    plant.online(Duration::from_secs(5));
    for seat in 2..=6 {
        assert_eq!(plant.command("set_mic", &mic(seat, true)), End::Confirmed);
    }
    plant.agree();
    assert_eq!(plant.facts["mic.2"].0, Some(Value::Bool(false)), "the oldest");
    let sim = Taiden::new(Settings { mode: (Mode::Open, 2), limit: 1, ..Settings::default() });
    let mut plant = Plant::new("taiden", OWN, Line::Serial, sim);
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.facts["mode"].0, None, "nobody said what 2 means");
    assert_eq!(plant.command("set_mic", &mic(2, true)), End::Confirmed);
    assert_eq!(plant.command("set_mic", &mic(3, true)), End::Refused);
    assert_eq!(plant.command("set_mic", &mic(99, true)), End::Refused);
}

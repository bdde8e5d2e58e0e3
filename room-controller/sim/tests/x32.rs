//! The X32 driver on the simulated desk.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::x32::{Settings, X32};

fn desk_with(settings: Settings) -> Plant<X32> {
    Plant::new("x32", "", Line::Udp, X32::new(settings))
}

fn desk() -> Plant<X32> {
    desk_with(Settings::default())
}

fn on(channel: &str, name: &'static str, value: Value) -> Args {
    vec![("channel", Value::Text(channel.to_owned())), (name, value)]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        // 0.75 and 1.0 are whole steps, the others are not.
        ("set_level", on("ch1", "level", Value::Int(100))),
        ("set_level", on("ch2", "level", Value::Int(-1000))),
        ("set_level", on("main", "level", Value::Int(100))),
        ("set_mute", on("ch3", "mute", Value::Bool(true))),
        ("set_mute", on("ch3", "mute", Value::Bool(false))),
        ("set_name", on("ch4", "name", Value::Text("Podium".to_owned()))),
        ("recall_preset", vec![("preset", Value::Int(3))]),
    ]
}

#[test]
fn every_command_is_confirmed_by_the_desk() {
    healthy(&desk, &commands());
}

#[test]
fn no_fault_makes_a_false_confirmation() {
    faulty(&desk, &commands());
}

#[test]
fn faders_moved_at_the_desk_arrive_for_longer_than_one_subscription() {
    let mut plant = desk();
    plant.online(Duration::from_secs(5));
    for round in 1..6 {
        plant.run(Duration::from_secs(9));
        plant.panel("fader", 7, round * 100);
        plant.agree();
    }
    plant.panel("scene", 2, 0);
    plant.agree();
}

#[test]
fn levels_between_steps_are_confirmed_and_a_scene_is_read_back_whole() {
    let mut plant = desk();
    plant.online(Duration::from_secs(5));
    for level in [-101, -205, -333, -477, -601, -777, -895] {
        assert_eq!(plant.command("set_level", &on("ch9", "level", Value::Int(level))), End::Confirmed, "{level}");
    }
    assert_eq!(plant.command("recall_preset", &[("preset", Value::Int(2))]), End::Confirmed);
    plant.run(Duration::from_secs(1));
    plant.agree();
    assert_ne!(plant.command("recall_preset", &[("preset", Value::Int(77))]), End::Confirmed, "there is no such scene");
}

#[test]
fn lost_datagrams_are_made_good() {
    let mut plant = desk_with(Settings { loses: 4, ..Settings::default() });
    plant.online(Duration::from_secs(30));
    for level in [0, -100, -1000, 100] {
        assert_eq!(plant.command("set_level", &on("ch5", "level", Value::Int(level))), End::Confirmed, "{level}");
        plant.run(Duration::from_secs(1));
    }
    plant.agree();
}

#[test]
fn an_address_the_desk_does_not_know_costs_the_property_and_not_the_link() {
    let mut plant = desk_with(Settings { no_scene: true, ..Settings::default() });
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.facts["preset"].0, None);
    assert_eq!(plant.command("recall_preset", &[("preset", Value::Int(1))]), End::Refused);
    plant.run(Duration::from_secs(60));
    plant.online(Duration::from_millis(200));
    plant.agree();
}

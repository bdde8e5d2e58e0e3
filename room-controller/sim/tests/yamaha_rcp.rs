//! The Yamaha RCP driver on the simulated desk.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::yamaha_rcp::{Settings, Yamaha};

fn desk() -> Plant<Yamaha> {
    Plant::new("yamaha_rcp", "", Line::Tcp, Yamaha::new(Settings::default()))
}

fn on(channel: &str, name: &'static str, value: Value) -> Args {
    vec![("channel", Value::Text(channel.to_owned())), (name, value)]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("set_level", on("in1", "level", Value::Int(-105))),
        ("set_level", on("in2", "level", Value::Int(-1000))),
        ("set_level", on("st1", "level", Value::Int(100))),
        ("set_mute", on("in3", "mute", Value::Bool(true))),
        ("set_name", on("in4", "name", Value::Text("Podium 1".to_owned()))),
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
fn an_adjusted_level_is_reported_as_the_desk_keeps_it() {
    let mut plant = desk();
    plant.online(Duration::from_secs(10));
    assert_eq!(plant.command("set_level", &on("in1", "level", Value::Int(-703))), End::NotProved, "it is not what was wanted");
    plant.agree();
    assert_eq!(plant.facts["level.in1"].0, Some(Value::Int(-700)));
}

#[test]
fn a_hand_at_the_desk_arrives_and_a_scene_is_read_whole() {
    let mut plant = desk();
    plant.online(Duration::from_secs(10));
    plant.panel("fader", 7, -1234);
    plant.panel("mute", 8, 1);
    plant.agree();
    plant.panel("scene", 5, 0);
    plant.run(Duration::from_secs(70));
    plant.agree();
}

#[test]
fn strips_the_desk_does_not_have_are_unknown_and_refused() {
    let sim = Yamaha::new(Settings { inputs: 16, library: "scene_a".to_owned() });
    let mut plant = Plant::new("yamaha_rcp", "library = \"scene_a\"", Line::Tcp, sim);
    plant.online(Duration::from_secs(10));
    assert_eq!(plant.facts["level.in17"].0, None);
    assert_eq!(plant.command("set_level", &on("in17", "level", Value::Int(0))), End::Refused);
    assert_eq!(plant.command("recall_preset", &[("preset", Value::Int(400))]), End::Refused);
    plant.agree();
}

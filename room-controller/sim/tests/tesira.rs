//! The Tesira driver on the simulated unit.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::tesira::Settings;
use room_drivers::{Line, read};
use room_sim::tesira::Tesira;

const OWN: &str = r#"
channels = [
    { channel = "podium", tag = "Level1", index = 1, name = "讲台", name_en = "Podium" },
    { channel = "ceiling", tag = "Level1", index = 2, mute_tag = "Mute1", name = "吊麦", name_en = "Ceiling" },
    { channel = "record", tag = "Mute2", mute_only = true, name = "录音", name_en = "Recorder" },
]
"#;

fn on(line: Line) -> Plant<Tesira> {
    let settings: Settings = read(&OWN.parse().unwrap()).unwrap();
    Plant::new("tesira", OWN, line, Tesira::new(settings.channels().unwrap(), line == Line::Tcp))
}

fn unit() -> Plant<Tesira> {
    on(Line::Tcp)
}

fn set(channel: &str, name: &'static str, value: Value) -> Args {
    vec![("channel", Value::Text(channel.to_owned())), (name, value)]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("set_level", set("podium", "level", Value::Int(-105))),
        ("set_level", set("podium", "level", Value::Int(-105))),
        ("set_level", set("ceiling", "level", Value::Int(120))),
        ("set_mute", set("ceiling", "mute", Value::Bool(true))),
        ("set_mute", set("record", "mute", Value::Bool(true))),
        ("recall_preset", vec![("preset", Value::Int(1002))]),
    ]
}

#[test]
fn every_command_is_confirmed_by_the_unit() {
    healthy(&unit, &commands());
    healthy(&|| on(Line::Serial), &commands());
}

#[test]
fn no_fault_makes_a_false_confirmation() {
    faulty(&unit, &commands());
}

#[test]
fn hands_elsewhere_and_faults_arrive() {
    let mut plant = unit();
    plant.online(Duration::from_secs(5));
    plant.panel("level", 2, -333);
    plant.panel("mute", 3, 1);
    plant.agree();
    plant.panel("fault", 0, 1);
    plant.run(Duration::from_secs(11));
    plant.agree();
    assert_eq!(plant.facts["errors"].0, Some(Value::Text("fan stopped".to_owned())));
}

#[test]
fn a_block_that_is_not_in_the_design_is_unknown_and_refused() {
    let settings: Settings = read(&OWN.parse().unwrap()).unwrap();
    let channels = settings.channels().unwrap().into_iter().take(1).collect();
    let mut plant = Plant::new("tesira", OWN, Line::Tcp, Tesira::new(channels, true));
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.facts["mute.record"].0, None);
    assert_eq!(plant.command("set_mute", &set("record", "mute", Value::Bool(true))), End::Refused);
    assert_eq!(plant.command("recall_preset", &[("preset", Value::Int(1009))]), End::Refused);
    plant.agree();
}

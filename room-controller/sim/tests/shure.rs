//! The Shure driver on the simulated device.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::shure::{Settings, Shure};

fn device() -> Plant<Shure> {
    Plant::new("shure", "", Line::Tcp, Shure::new(Settings::default()))
}

fn on(channel: i64, name: &'static str, value: Value) -> Args {
    vec![("channel", Value::Int(channel)), (name, value)]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("set_mute", on(1, "mute", Value::Bool(true))),
        ("set_mute", on(1, "mute", Value::Bool(true))),
        ("set_level", on(2, "level", Value::Int(-105))),
        ("set_level", on(8, "level", Value::Int(-1100))),
        ("set_all_mute", vec![("mute", Value::Bool(true))]),
        ("recall_preset", vec![("preset", Value::Int(3))]),
        ("set_name", on(4, "name", Value::Text("讲台 > left".to_owned()))),
        ("set_flash", vec![("flash", Value::Bool(true))]),
    ]
}

#[test]
fn every_command_is_confirmed_by_the_device() {
    healthy(&device, &commands());
}

#[test]
fn no_fault_makes_a_false_confirmation() {
    faulty(&device, &commands());
}

#[test]
fn a_device_with_two_digits_and_batteries_is_read_too() {
    let sim = Shure::new(Settings { channels: 12, digits: 2, wireless: true });
    let mut plant = Plant::new("shure", "channels = 12\ndigits = 2", Line::Tcp, sim);
    plant.online(Duration::from_secs(5));
    plant.agree();
    assert_eq!(plant.facts["battery.12"].0, Some(Value::Int(4)));
    plant.panel("mute", 12, 1);
    plant.panel("gain", 3, 900);
    plant.agree();
}

#[test]
fn a_channel_the_device_does_not_have_is_refused_and_unknown() {
    let sim = Shure::new(Settings { channels: 2, ..Settings::default() });
    let mut plant = Plant::new("shure", "channels = 4", Line::Tcp, sim);
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.facts["mute.3"].0, None);
    assert_eq!(plant.command("set_mute", &on(3, "mute", Value::Bool(true))), End::Refused);
    plant.agree();
}

//! The driver and the simulated display, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::samsung_mdc::{SamsungDisplay, Settings};

fn word(word: &str) -> Value {
    Value::Text(word.to_owned())
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("set_power", vec![("power", word("on"))]),
        ("set_input", vec![("input", word("hdmi2"))]),
        ("set_volume", vec![("volume", Value::Int(35))]),
        ("set_mute", vec![("mute", Value::Bool(true))]),
        ("restart", vec![]),
        ("set_panel", vec![("panel", Value::Bool(false))]),
        ("set_power", vec![("power", word("standby"))]),
    ]
}

fn of(settings: Settings, line: Line) -> Plant<SamsungDisplay> {
    Plant::new("samsung_mdc", "", line, SamsungDisplay::new(settings))
}

#[test]
fn a_healthy_display_does_what_is_declared() {
    for line in [Line::Tcp, Line::Serial] {
        healthy(&|| of(Settings::default(), line), &commands());
        healthy(&|| of(Settings { late_power_ack: true, ..Settings::default() }, line), &commands());
    }
}

#[test]
fn under_no_fault_anything_is_confirmed_that_is_not_so() {
    faulty(&|| of(Settings { deaf: Duration::from_secs(1), ..Settings::default() }, Line::Tcp), &commands());
}

#[test]
fn what_the_remote_control_does_is_seen() {
    let mut plant = of(Settings::default(), Line::Tcp);
    plant.online(Duration::from_secs(10));
    plant.panel("power", 0, 1);
    plant.panel("volume", 0, 77);
    plant.panel("input", 0, 0x55);
    plant.run(Duration::from_secs(6));
    assert_eq!(plant.facts["volume"].0, Some(Value::Int(77)));
    plant.run(Duration::from_secs(15));
    plant.agree();
}

#[test]
fn a_display_without_a_panel_command_has_its_panel_unknown() {
    let mut plant = of(Settings { has_panel: false, ..Settings::default() }, Line::Tcp);
    plant.online(Duration::from_secs(10));
    assert_eq!(plant.facts["panel"].0, None);
    assert_eq!(plant.facts["power"].0, Some(word("standby")));
}

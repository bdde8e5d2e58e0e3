//! The driver and the simulated display, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::lg_rs232::{LgDisplay, Settings};

fn word(word: &str) -> Value {
    Value::Text(word.to_owned())
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("set_power", vec![("power", word("on"))]),
        ("set_input", vec![("input", word("hdmi2"))]),
        ("set_volume", vec![("volume", Value::Int(35))]),
        ("set_mute", vec![("mute", Value::Bool(true))]),
        ("set_picture_mute", vec![("picture_mute", Value::Bool(true))]),
        ("set_power", vec![("power", word("standby"))]),
    ]
}

fn of(settings: Settings, line: Line) -> Plant<LgDisplay> {
    Plant::new("lg_rs232", "", line, LgDisplay::new(settings))
}

#[test]
fn a_healthy_display_does_what_is_declared() {
    for line in [Line::Tcp, Line::Serial] {
        healthy(&|| of(Settings::default(), line), &commands());
        healthy(&|| of(Settings { mute_in_standby: true, ..Settings::default() }, line), &commands());
    }
}

#[test]
fn under_no_fault_anything_is_confirmed_that_is_not_so() {
    faulty(&|| of(Settings { wakes: Duration::from_secs(1), ..Settings::default() }, Line::Tcp), &commands());
    faulty(&|| of(Settings { mute_in_standby: true, ..Settings::default() }, Line::Serial), &commands());
}

#[test]
fn in_standby_only_power_is_known_and_the_rest_is_refused() {
    for mute_in_standby in [false, true] {
        let mut plant = of(Settings { mute_in_standby, ..Settings::default() }, Line::Tcp);
        plant.online(Duration::from_secs(20));
        assert_eq!((&plant.facts["power"].0, &plant.facts["volume"].0), (&Some(word("standby")), &None));
        assert_eq!(plant.command("set_volume", &[("volume", Value::Int(9))]), End::Refused);
    }
}

#[test]
fn what_the_remote_control_does_is_seen() {
    let mut plant = of(Settings::default(), Line::Tcp);
    plant.online(Duration::from_secs(10));
    plant.panel("power", 0, 1);
    plant.panel("volume", 0, 77);
    plant.run(Duration::from_secs(12));
    assert_eq!(plant.facts["volume"].0, Some(Value::Int(77)));
    plant.agree();
}

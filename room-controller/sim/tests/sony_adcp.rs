//! The driver and the simulated projector, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::sony_adcp::{Settings, SonyProjector};

fn word(word: &str) -> Value {
    Value::Text(word.to_owned())
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("set_power", vec![("power", word("on"))]),
        ("set_input", vec![("input", word("hdmi2"))]),
        ("set_picture_mute", vec![("picture_mute", Value::Bool(true))]),
        ("set_power", vec![("power", word("standby"))]),
    ]
}

fn of(settings: Settings) -> Plant<SonyProjector> {
    Plant::new("sony_adcp", "password = \"secret\"", Line::Tcp, SonyProjector::new(settings, 5))
}

fn locked() -> Settings {
    Settings { password: Some("secret".to_owned()), ..Settings::default() }
}

#[test]
fn a_healthy_projector_does_what_is_declared() {
    healthy(&|| of(locked()), &commands());
    healthy(&|| of(Settings { tells_all: false, ..Settings::default() }), &commands());
}

#[test]
fn under_no_fault_anything_is_confirmed_that_is_not_so() {
    faulty(&|| of(locked()), &commands());
    faulty(&|| of(Settings::default()), &commands());
}

#[test]
fn what_it_does_not_tell_is_unknown_and_in_standby_it_refuses() {
    let mut plant = of(Settings { tells_all: false, ..locked() });
    plant.online(Duration::from_secs(10));
    for property in ["lamp_hours", "serial", "input", "picture_mute"] {
        assert_eq!(plant.facts[property].0, None, "{property}");
    }
    assert_eq!(plant.command("set_input", &[("input", word("hdmi1"))]), End::Refused);
}

#[test]
fn what_the_remote_control_does_is_seen() {
    let mut plant = of(locked());
    plant.online(Duration::from_secs(10));
    assert_eq!(plant.command("set_power", &commands()[0].1), End::Confirmed);
    plant.panel("blank", 0, 1);
    plant.panel("input", 2, 0);
    plant.run(Duration::from_secs(11));
    assert_eq!(plant.facts["input"].0, Some(word("hdbaset1")));
    plant.agree();
}

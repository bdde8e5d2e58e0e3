//! The driver and the simulated matrix, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::extron_sis::{Matrix, Settings};

const ALL: &str = "password = \"secret\"\nbreakaway = true\nvolume = true\n";

fn tie(output: i64, input: i64) -> Args {
    vec![("output", Value::Int(output)), ("input", Value::Int(input))]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("route", tie(1, 5)),
        ("save_preset", vec![("preset", Value::Int(3))]),
        ("route_video", tie(8, 2)),
        ("route_audio", tie(7, 0)),
        ("set_video_mute", vec![("output", Value::Int(2)), ("video_mute", Value::Bool(true))]),
        ("set_volume", vec![("volume", Value::Int(66))]),
        ("set_mute", vec![("mute", Value::Bool(true))]),
        ("route_all", vec![("input", Value::Int(4))]),
        ("recall_preset", vec![("preset", Value::Int(3))]),
        ("route", tie(1, 6)),
    ]
}

fn locked() -> Settings {
    Settings { password: Some("secret".to_owned()), ..Settings::default() }
}

fn on_tcp(settings: Settings, words: &str) -> Plant<Matrix> {
    Plant::new("extron_sis", words, Line::Tcp, Matrix::new(settings))
}

/// What is so in the matrix; which preset it recalled it cannot be asked.
fn unproved_preset(commands: Vec<(&'static str, Args)>) -> Vec<(&'static str, Args)> {
    commands.into_iter().filter(|(command, _)| *command != "recall_preset").collect()
}

#[test]
fn a_healthy_matrix_does_what_is_declared() {
    let words = format!("{ALL}preset_count = 0");
    let plain: Vec<_> = unproved_preset(commands()).into_iter().filter(|(command, _)| *command != "save_preset").collect();
    healthy(&|| on_tcp(locked(), &words), &plain);
    healthy(&|| on_tcp(Settings { verbose: false, ..locked() }, &words), &plain);
    let serial = Settings { greets: false, ..Settings::default() };
    healthy(&|| Plant::new("extron_sis", &words, Line::Serial, Matrix::new(serial.clone())), &plain);
}

#[test]
fn a_preset_brings_back_the_ties_it_kept() {
    let mut plant = on_tcp(locked(), ALL);
    plant.online(Duration::from_secs(10));
    for (command, args) in commands() {
        assert_eq!(plant.command(command, &args), End::Confirmed, "{command}");
        plant.run(Duration::from_secs(3));
        plant.agree();
        match command {
            "save_preset" | "recall_preset" => assert_eq!(plant.facts["preset"].0, Some(Value::Int(3))),
            "route_video" | "route" => assert_eq!(plant.facts["preset"].0, None, "an output changed since"),
            _ => {}
        }
    }
}

#[test]
fn under_no_fault_anything_is_confirmed_that_is_not_so() {
    faulty(&|| on_tcp(locked(), ALL), &unproved_preset(commands()));
}

#[test]
fn the_front_panel_is_heard_at_once_and_polled_without_verbose_mode() {
    let mut plant = on_tcp(locked(), ALL);
    plant.online(Duration::from_secs(10));
    plant.panel("route", 4, 7);
    assert_eq!(plant.facts["route.4"].0, Some(Value::Int(7)));
    let mut plant = on_tcp(Settings { verbose: false, ..locked() }, ALL);
    plant.online(Duration::from_secs(10));
    plant.panel("route", 4, 7);
    plant.run(Duration::from_secs(11));
    assert_eq!(plant.facts["route.4"].0, Some(Value::Int(7)));
}

#[test]
fn a_device_that_is_mute_to_what_it_does_not_know_is_used_for_the_rest() {
    let settings = Settings { volume: false, mute_to_unknown: true, ..locked() };
    let mut plant = on_tcp(settings, ALL);
    plant.online(Duration::from_secs(30));
    assert_eq!(plant.facts["volume"].0, None);
    assert_eq!(plant.command("set_volume", &[("volume", Value::Int(5))]), End::Refused);
    assert_eq!(plant.command("route", &tie(1, 5)), End::Confirmed);
}

#[test]
fn a_password_nobody_asks_for_does_no_harm() {
    let mut plant = on_tcp(Settings::default(), ALL);
    plant.online(Duration::from_secs(10));
}

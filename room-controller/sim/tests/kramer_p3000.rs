//! The driver and the simulated matrix, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::kramer_p3000::{Matrix, Settings};

const ALL: &str = "audio_layer = 2\nvideo_mute = true\naudio_mute = true\nsignal = true\npanel_lock = true\n";

fn tie(output: i64, input: i64) -> Args {
    vec![("output", Value::Int(output)), ("input", Value::Int(input))]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("route", tie(1, 5)),
        ("route_audio", tie(7, 0)),
        ("route", tie(8, 0)),
        ("set_video_mute", vec![("output", Value::Int(2)), ("video_mute", Value::Bool(true))]),
        ("set_mute", vec![("output", Value::Int(3)), ("mute", Value::Bool(true))]),
        ("set_panel_lock", vec![("panel_lock", Value::Bool(true))]),
        ("set_panel_lock", vec![("panel_lock", Value::Bool(false))]),
        ("route", tie(1, 6)),
    ]
}

fn of(settings: Settings, words: &str, line: Line) -> Plant<Matrix> {
    Plant::new("kramer_p3000", words, line, Matrix::new(settings))
}

#[test]
fn a_healthy_matrix_does_what_is_declared_whatever_its_model() {
    let plain = format!("{ALL}preset_count = 0\n");
    for line in [Line::Tcp, Line::Udp, Line::Serial] {
        healthy(&|| of(Settings::default(), &plain, line), &commands());
    }
    // Layers from 0, nothing is inputs + 1, black is 0.
    let other = Settings { layers: (0, Some(1)), disconnect: 9, black: 0, inline_errors: true, ..Settings::default() };
    let words = "video_layer = 0\naudio_layer = 1\ndisconnect = 9\nvideo_mute = true\nvideo_mute_flag = 0\naudio_mute = true\nsignal = true\n\
                 panel_lock = true\npreset_count = 0\n";
    healthy(&|| of(other.clone(), words, Line::Tcp), &commands());
    let old = Settings { old_words: true, ..Settings::default() };
    healthy(&|| of(old.clone(), &format!("{plain}routing = \"vid\"\n"), Line::Serial), &commands());
}

#[test]
fn a_preset_brings_back_the_routes_it_kept() {
    let mut plant = of(Settings::default(), ALL, Line::Tcp);
    plant.online(Duration::from_secs(10));
    let preset = || vec![("preset", Value::Int(3))];
    for (command, args) in [("route", tie(1, 7)), ("save_preset", preset()), ("route", tie(1, 2)), ("recall_preset", preset())] {
        assert_eq!(plant.command(command, &args), End::Confirmed, "{command}");
        plant.run(Duration::from_secs(3));
        plant.agree();
    }
    assert_eq!((&plant.facts["route.1"].0, &plant.facts["preset"].0), (&Some(Value::Int(7)), &Some(Value::Int(3))));
    plant.panel("route", 1, 4);
    assert_eq!(plant.facts["preset"].0, None);
}

#[test]
fn under_no_fault_anything_is_confirmed_that_is_not_so() {
    faulty(&|| of(Settings::default(), ALL, Line::Tcp), &commands());
    faulty(&|| of(Settings { inline_errors: true, ..Settings::default() }, ALL, Line::Udp), &commands());
}

#[test]
fn a_wrong_layer_is_refused_and_nothing_is_reported_of_it() {
    let mut plant = of(Settings { layers: (0, Some(1)), ..Settings::default() }, "video_layer = 2\n", Line::Tcp);
    plant.online(Duration::from_secs(10));
    assert_eq!(plant.facts["route.1"].0, None);
    assert_eq!(plant.command("route", &tie(1, 2)), End::Refused);
}

#[test]
fn the_front_panel_is_heard_at_once() {
    let mut plant = of(Settings::default(), ALL, Line::Udp);
    plant.online(Duration::from_secs(10));
    plant.panel("route", 4, 7);
    assert_eq!(plant.facts["route.4"].0, Some(Value::Int(7)));
}

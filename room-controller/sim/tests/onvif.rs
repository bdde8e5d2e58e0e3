//! The driver and the simulated ONVIF camera, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::SimDevice as _;
use room_sim::onvif::{Auth, OnvifCamera, Settings};

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("recall_preset", vec![("preset", Value::Int(2))]),
        ("move_to", vec![("pan", Value::Int(-500)), ("tilt", Value::Int(250))]),
        ("zoom_to", vec![("zoom", Value::Int(300))]),
        ("set_preset", vec![("preset", Value::Int(7))]),
        ("home", vec![]),
        ("recall_preset", vec![("preset", Value::Int(7))]),
        ("clear_preset", vec![("preset", Value::Int(3))]),
        ("pan_tilt", vec![("pan", Value::Int(50)), ("tilt", Value::Int(-20))]),
        ("zoom", vec![("speed", Value::Int(30))]),
        ("pan_tilt", vec![("pan", Value::Int(0)), ("tilt", Value::Int(0))]),
        ("stop", vec![]),
    ]
}

fn of(settings: Settings) -> Plant<OnvifCamera> {
    Plant::new("onvif", "user = \"admin\"\npassword = \"secret\"", Line::Tcp, OnvifCamera::new(settings))
}

fn locked() -> Settings {
    Settings { user: Some(("admin".to_owned(), "secret".to_owned())), ..Settings::default() }
}

/// Held moves go on by themselves, so their values are compared at rest only.
fn at_rest() -> Vec<(&'static str, Args)> {
    let mut commands = commands();
    commands.retain(|(command, _)| !["pan_tilt", "zoom"].contains(command));
    commands.insert(0, ("zoom", vec![("speed", Value::Int(0))]));
    commands.insert(0, ("pan_tilt", vec![("pan", Value::Int(0)), ("tilt", Value::Int(0))]));
    commands
}

#[test]
fn a_healthy_camera_does_what_is_declared() {
    healthy(&|| of(locked()), &at_rest());
    healthy(&|| of(Settings { auth: Auth::Http, ..locked() }), &at_rest());
    healthy(&|| of(Settings { closes: true, has_services: false, ..locked() }), &at_rest());
    healthy(&|| of(Settings { closes: true, auth: Auth::Http, ..locked() }), &at_rest());
    healthy(&|| of(Settings::default()), &at_rest());
}

#[test]
fn under_no_fault_anything_is_confirmed_that_is_not_so() {
    faulty(&|| of(locked()), &commands());
    faulty(&|| of(Settings { closes: true, auth: Auth::Http, ..locked() }), &commands());
}

#[test]
fn a_held_move_is_renewed_and_ends_within_a_second_without_the_controller() {
    let mut plant = of(locked());
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.command("pan_tilt", &[("pan", Value::Int(25)), ("tilt", Value::Int(0))]), End::Confirmed);
    plant.run(Duration::from_secs(5));
    let pan = |plant: &mut Plant<OnvifCamera>| plant.sim.hidden(plant.now)["properties"]["pan"].as_i64().unwrap();
    let after = pan(&mut plant);
    assert!((480..=560).contains(&after), "five seconds at a quarter: {after}");
    assert_eq!(plant.facts["moving"].0, Some(Value::Bool(true)));
    // The room controller is gone.
    plant.now += Duration::from_millis(1_100);
    let rested = pan(&mut plant);
    plant.now += Duration::from_secs(5);
    assert_eq!(pan(&mut plant), rested);
}

#[test]
fn letting_the_head_go_keeps_the_zoom() {
    let mut plant = of(locked());
    plant.online(Duration::from_secs(5));
    plant.command("pan_tilt", &[("pan", Value::Int(25)), ("tilt", Value::Int(0))]);
    plant.command("zoom", &[("speed", Value::Int(25))]);
    plant.command("pan_tilt", &[("pan", Value::Int(0)), ("tilt", Value::Int(0))]);
    let before = plant.hidden();
    plant.run(Duration::from_secs(2));
    let after = plant.hidden();
    assert_eq!(before["pan"], after["pan"]);
    assert_ne!(before["zoom"], after["zoom"]);
}

#[test]
fn without_places_a_preset_is_known_by_standing_still() {
    let mut plant = of(Settings { tells_places: false, ..locked() });
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.command("recall_preset", &[("preset", Value::Int(3))]), End::Confirmed);
    assert_eq!(plant.hidden()["pan"], Value::Int(-300), "there, not on the way");
    // Somebody else takes it away.
    plant.panel("preset", 1, 0);
    plant.run(Duration::from_secs(8));
    assert_eq!(plant.facts["preset"].0, None);
    plant.agree();
}

#[test]
fn a_preset_that_is_not_there_is_refused() {
    let mut plant = of(locked());
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.command("recall_preset", &[("preset", Value::Int(9))]), End::Refused);
    plant.agree();
}

#[test]
fn a_challenge_that_was_changed_is_answered_again() {
    let mut plant = of(Settings { auth: Auth::Http, ..locked() });
    plant.online(Duration::from_secs(5));
    plant.sim.forget_challenge();
    assert_eq!(plant.command("recall_preset", &[("preset", Value::Int(2))]), End::Confirmed);
    assert_eq!(plant.sim.hidden(plant.now)["refused_logins"], 2, "the first question and the first after the change");
}

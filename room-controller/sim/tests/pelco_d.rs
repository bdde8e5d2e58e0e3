//! The driver and the simulated camera, in virtual time. What a blind camera did is seen in the camera only.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{End, Plant};
use room_api::Value;
use room_drivers::Line;
use room_sim::pelco_d::{PelcoCamera, Settings};
use room_sim::{Misbehave, SimDevice as _};
use serde_json::json;

fn of(answers: bool) -> Plant<PelcoCamera> {
    let words = format!("pelco_address = 3\nanswers = {answers}\n");
    Plant::new("pelco_d", &words, Line::Serial, PelcoCamera::new(Settings { address: 3, answers }))
}

fn hidden(plant: &mut Plant<PelcoCamera>, what: &str) -> serde_json::Value {
    let now = plant.now;
    plant.sim.hidden(now)[what].clone()
}

fn preset(number: i64) -> Vec<(&'static str, Value)> {
    vec![("preset", Value::Int(number))]
}

fn drive(pan: i64, tilt: i64) -> Vec<(&'static str, Value)> {
    vec![("pan", Value::Int(pan)), ("tilt", Value::Int(tilt))]
}

fn speed(speed: i64) -> Vec<(&'static str, Value)> {
    vec![("speed", Value::Int(speed))]
}

#[test]
fn a_blind_camera_does_what_is_declared() {
    let mut plant = of(false);
    plant.online(Duration::from_secs(2));
    assert_eq!(hidden(&mut plant, "stops"), json!(3), "stopped first");
    plant.command("set_power", &[("power", Value::Bool(false))]);
    assert_eq!((hidden(&mut plant, "power"), &plant.facts["power"].0), (json!(false), &Some(Value::Bool(false))));
    plant.command("set_power", &[("power", Value::Bool(true))]);
    plant.command("recall_preset", &preset(5));
    assert_eq!((hidden(&mut plant, "preset"), &plant.facts["preset"].0), (json!(5), &Some(Value::Int(5))));
    assert_eq!(plant.command("pan_tilt", &drive(-10, 5)), End::Confirmed);
    assert_eq!((hidden(&mut plant, "moving"), &plant.facts["preset"].0), (json!(true), &None));
    for command in ["zoom", "focus", "iris"] {
        plant.command(command, &speed(1));
    }
    assert_eq!((hidden(&mut plant, "focus"), hidden(&mut plant, "iris")), (json!(1), json!(1)));
    // Letting one go keeps the others.
    plant.command("pan_tilt", &drive(0, 0));
    assert_eq!((hidden(&mut plant, "moving"), hidden(&mut plant, "iris")), (json!(true), json!(1)));
    plant.command("stop", &[]);
    plant.run(Duration::from_millis(200));
    assert_eq!(hidden(&mut plant, "moving"), json!(false));
    plant.command("set_preset", &preset(7));
    plant.command("clear_preset", &preset(1));
    plant.run(Duration::from_millis(200));
    assert_eq!(hidden(&mut plant, "presets"), json!([2, 5, 7]));
}

#[test]
fn a_camera_that_answers_tells_where_it_looks_and_is_lost_when_it_does_not() {
    let mut plant = of(true);
    plant.online(Duration::from_secs(5));
    plant.agree();
    plant.command("recall_preset", &preset(2));
    plant.run(Duration::from_secs(3));
    plant.agree();
    assert_eq!(plant.facts["pan"].0, Some(Value::Int(4_500)));
    for fault in [Misbehave::Silent, Misbehave::Garbage, Misbehave::WrongSequence, Misbehave::Slow { ms: 900 }, Misbehave::DropConnection] {
        plant.misbehave(fault);
        plant.sim.take(plant.now, &[0xFF, 3, 0, 0x07, 0, 1, 11]);
        plant.run(Duration::from_secs(30));
        assert_ne!(plant.facts["pan"].0, Some(Value::Int(0)), "{fault:?}: what was not heard is not said");
        plant.misbehave(Misbehave::None);
        plant.run(Duration::from_secs(90));
        plant.online(Duration::from_secs(60));
        plant.agree();
        plant.command("recall_preset", &preset(2));
        plant.run(Duration::from_secs(10));
        plant.agree();
    }
}

//! The D-Cerno driver on the simulated unit.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::dcerno::Settings;
use room_drivers::{Line, read};
use room_sim::dcerno::DCerno;

const OWN: &str = r#"
seats = [
    { seat = 1, uid = "110000A1" }, { seat = 12, uid = "101008d2" }, { seat = 13, uid = "101008D3" }, { seat = 14, uid = "101008D4" },
    { seat = 15, uid = "101008D5" },
]
"#;

fn unit() -> Plant<DCerno> {
    let settings: Settings = read(&OWN.parse().unwrap()).unwrap();
    Plant::new("dcerno", OWN, Line::Tcp, DCerno::new(settings.seats().unwrap()))
}

fn mic(seat: i64, on: bool) -> Args {
    vec![("seat", Value::Int(seat)), ("on", Value::Bool(on))]
}

fn commands() -> Vec<(&'static str, Args)> {
    let seat = |seat| vec![("seat", Value::Int(seat))];
    let word = |name, word: &str| vec![(name, Value::Text(word.to_owned()))];
    let number = |name, value| vec![(name, Value::Int(value))];
    vec![
        ("set_mic", mic(12, true)),
        ("set_mic", mic(1, true)),
        // Already so: no event comes, the question proves it.
        ("set_mic", mic(12, true)),
        ("set_mic", mic(12, false)),
        ("set_mic", mic(13, true)),
        ("set_mode", word("mode", "approval")),
        ("put_request", seat(14)),
        ("put_request", seat(15)),
        ("withdraw_request", seat(14)),
        ("clear_requests", vec![]),
        ("clear_requests", vec![]),
        ("all_off", vec![]),
        ("all_off", vec![]),
        ("set_mode", word("mode", "fifo")),
        ("set_mode", word("mode", "voice")),
        ("set_mode", word("mode", "ptt")),
        ("set_mode", word("mode", "limited")),
        ("set_mode", word("mode", "open")),
        ("set_max_open", number("max_open", 2)),
        ("set_volume", number("volume", 24)),
        ("set_headphone_volume", number("headphone_volume", 0)),
        ("set_recording", word("recording", "recording")),
        ("set_recording", word("recording", "paused")),
    ]
}

#[test]
fn every_command_is_confirmed_by_the_unit() {
    healthy(&unit, &commands());
}

#[test]
fn no_fault_makes_a_false_confirmation() {
    faulty(&unit, &commands());
}

#[test]
fn presses_at_the_seats_arrive_and_the_queue_moves() {
    let mut plant = unit();
    plant.online(Duration::from_secs(20));
    assert_eq!(plant.command("set_max_open", &[("max_open", Value::Int(1))]), End::Confirmed);
    for place in [1, 2, 3, 4] {
        plant.panel("press", place, 0);
        plant.agree();
    }
    assert_eq!(plant.facts["request.14"].0, Some(Value::Int(2)));
    plant.panel("press", 2, 0);
    plant.agree();
    assert_eq!(plant.facts["mic.13"].0, Some(Value::Bool(true)), "the first waiter got the place that became free");
    plant.panel("volume", 0, 3);
    plant.agree();
    assert_eq!(plant.command("all_off", &[]), End::Confirmed);
    assert_eq!(plant.facts["mic.1"].0, Some(Value::Bool(true)), "the chair stays on");
    plant.agree();
}

#[test]
fn a_full_list_without_a_queue_refuses() {
    let mut plant = unit();
    plant.online(Duration::from_secs(20));
    assert_eq!(plant.command("set_mode", &[("mode", Value::Text("limited".to_owned()))]), End::Confirmed);
    assert_eq!(plant.command("set_max_open", &[("max_open", Value::Int(1))]), End::Confirmed);
    assert_eq!(plant.command("set_mic", &mic(12, true)), End::Confirmed);
    assert_eq!(plant.command("set_mic", &mic(13, true)), End::Refused);
    assert_eq!(plant.command("put_request", &[("seat", Value::Int(13))]), End::Refused);
    plant.agree();
}

#[test]
fn a_unit_that_is_unplugged_is_unknown_and_refused_and_the_link_stands() {
    let mut plant = unit();
    plant.panel("connect", 4, 0);
    plant.online(Duration::from_secs(20));
    plant.agree();
    assert_eq!(plant.facts["mic.14"].0, None);
    assert_eq!(plant.command("set_mic", &mic(14, true)), End::Refused);
    plant.panel("connect", 4, 1);
    plant.run(Duration::from_secs(61));
    plant.agree();
    assert_eq!(plant.facts["mic.14"].0, Some(Value::Bool(false)));
}

//! The DIS-CCU driver on the simulated unit.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::Line;
use room_sim::dis_ccu::{DisCcu, Settings};

fn unit() -> Plant<DisCcu> {
    Plant::new("dis_ccu", "chairs = [1]", Line::Tcp, DisCcu::new(Settings::default()))
}

fn mic(seat: i64, on: bool) -> Args {
    vec![("seat", Value::Int(seat)), ("on", Value::Bool(on))]
}

fn mode(mode: &str) -> Args {
    vec![("mode", Value::Text(mode.to_owned()))]
}

fn commands() -> Vec<(&'static str, Args)> {
    let seat = |seat| vec![("seat", Value::Int(seat))];
    let number = |name, value| vec![(name, Value::Int(value))];
    vec![
        ("set_mic", mic(5, true)),
        ("set_mic", mic(1, true)),
        ("set_mic", mic(5, false)),
        ("set_mic", mic(6, true)),
        // Already so: no event comes, the read-back proves it.
        ("set_mic", mic(6, true)),
        ("set_mode", mode("approval")),
        ("put_request", seat(7)),
        ("put_request", seat(8)),
        ("withdraw_request", seat(7)),
        ("grant_next", vec![]),
        ("put_request", seat(9)),
        ("clear_requests", vec![]),
        ("all_off", vec![]),
        ("set_mode", mode("fifo")),
        ("set_mode", mode("voice")),
        ("set_mode", mode("limited")),
        ("set_mode", mode("open")),
        ("set_max_open", number("max_open", 2)),
        ("set_max_total", number("max_total", 5)),
        ("set_max_requests", number("max_requests", 3)),
        ("set_reply", vec![("reply", Value::Bool(true))]),
        ("set_volume", number("volume", -41)),
        ("set_line_input", number("line_input", -7)),
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
    plant.online(Duration::from_secs(5));
    plant.command("set_max_open", &[("max_open", Value::Int(2))]);
    for seat in [2, 3, 4, 5] {
        plant.panel("press", seat, 0);
    }
    let place = |plant: &Plant<DisCcu>, seat: u16| plant.facts[&format!("request.{seat}")].0.clone();
    assert_eq!((place(&plant, 4), place(&plant, 5)), (Some(Value::Int(1)), Some(Value::Int(2))));
    plant.panel("press", 2, 0);
    plant.agree();
    assert_eq!((place(&plant, 4), place(&plant, 5)), (Some(Value::Int(0)), Some(Value::Int(1))), "promoted and moved up");
    plant.panel("connect", 5, 0);
    assert_eq!(plant.facts["connected.5"].0, Some(Value::Bool(false)));
    plant.agree();
}

#[test]
fn a_full_list_and_a_lost_seat_are_refusals() {
    let mut plant = unit();
    plant.online(Duration::from_secs(5));
    plant.command("set_max_open", &[("max_open", Value::Int(1))]);
    assert_eq!(plant.command("set_mic", &mic(2, true)), End::Confirmed);
    assert_eq!(plant.command("set_mic", &mic(3, true)), End::Refused);
    assert_eq!(plant.command("set_mic", &mic(900, true)), End::Refused);
    assert_eq!(plant.command("set_mic", &mic(1, true)), End::Confirmed, "the chair always may speak");
    assert_eq!(plant.command("all_off", &[]), End::Confirmed);
    plant.agree();
}

#[test]
fn an_older_unit_that_tells_no_audio_comes_online_and_250_seats_are_learned() {
    let settings = Settings { seats: 250, older: true };
    let mut plant = Plant::new("dis_ccu", "", Line::Tcp, DisCcu::new(settings));
    plant.online(Duration::from_secs(10));
    plant.agree();
    assert_eq!(plant.facts["volume"].0, None);
    assert_eq!(plant.facts.keys().filter(|name| name.starts_with("mic.")).count(), 250);
}

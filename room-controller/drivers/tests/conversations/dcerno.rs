//! A D-Cerno's packets, by hand.

use std::time::Duration;

use room_api::Value;
use room_driver::{Machine, Progress};
use room_drivers::dcerno::{DCerno, Packet, Seat, packet};
use serde_json::{Value as Json, json};

use crate::bench::Bench;
use crate::life::{Life, Refusal};

fn rep(body: &Json) -> Vec<u8> {
    packet("rep", 1, body)
}

fn micstat(uid: &str, stat: u8) -> Vec<u8> {
    packet("evt", 1, &json!({ "nam": "micstat", "uid": uid, "stat": stat }))
}

fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    let Packet { kind, body, .. } = Packet::read(message.strip_suffix(b"\x03").unwrap()).unwrap();
    if kind == "con" {
        return vec![rep(&json!({ "inf": "", "con": { "typ": "CU", "nam": "D-Cerno", "ver": "3.1", "svr": 0 } }))];
    }
    match body["nam"].as_str().unwrap() {
        "gmmo" => vec![rep(&json!({ "nam": "mmo", "mmo": 1, "mio": 3, "mat": 1 }))],
        "gmam" => vec![rep(&json!({ "nam": "mam", "mam": 4 }))],
        "glsvol" => vec![rep(&json!({ "nam": "lsvol", "vol": 10 }))],
        "ghpvol" => vec![rep(&json!({ "nam": "hpvol", "vol": "12" }))],
        "grecstat" => vec![rep(&json!({ "nam": "recstat", "stat": 1 }))],
        "gmicstat" => vec![micstat(body["uid"].as_str().unwrap(), 0)],
        _ => Vec::new(),
    }
}

fn machine() -> Machine<DCerno> {
    let seat = |seat, uid: &str| Seat { seat, uid: uid.to_owned() };
    Machine::new(DCerno::new(vec![seat(1, "110000A1"), seat(5, "101008D2"), seat(6, "101008D3")]), 7)
}

/// Of the order: the opening takes one packet and eight questions.
const ORDER: u16 = 9;

fn life() -> Life<DCerno> {
    Life {
        machine,
        greeting: b"",
        answer,
        command: ("set_mic", vec![("seat", Value::Int(5)), ("on", Value::Bool(true))]),
        order: packet("set", ORDER, &json!({ "nam": "smicstat", "uid": "101008D2", "stat": "1" })),
        done: vec![micstat("101008d2", 1)],
        proof: ("mic.5", Value::Bool(true)),
        refusal: Refusal::Nothing(Duration::from_millis(1_500)),
        external: (micstat("101008D3", 2), "request.6", Value::Int(1)),
        garbage: b"nonsense\x03\x0202:evt\x03".to_vec(),
        datagrams: false,
    }
}

#[test]
fn a_unit_lives() {
    assert_eq!(life().online().facts["model"], Some(Value::Text("D-Cerno".to_owned())));
    life().all();
}

#[test]
fn the_opening_is_repeated_until_the_unit_names_itself() {
    let mut bench = Bench::of(machine());
    bench.connect();
    bench.wait(Duration::from_millis(2_100));
    assert_eq!(bench.sent.len(), 2);
    assert!(bench.sent.iter().all(|sent| sent.starts_with(b"\x0202:con")));
    // Events before it are no connection.
    bench.say(&micstat("101008D2", 1));
    assert_eq!(bench.sent.len(), 2);
}

#[test]
fn events_of_others_and_stale_ones_confirm_nothing() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(&micstat("101008D3", 1));
    bench.say(&micstat("101008D2", 0));
    assert_eq!(bench.progress, [(1, Progress::Sent)]);
    bench.say(&micstat("101008D2", 1));
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Done)));
}

#[test]
fn who_waits_has_a_place_by_arrival() {
    let mut bench = life().online();
    for uid in ["101008D3", "101008D2", "110000A1"] {
        bench.say(&micstat(uid, 2));
    }
    bench.say(&micstat("101008D3", 1));
    let place = |seat: &str| bench.facts[&format!("request.{seat}")].clone();
    assert_eq!([place("5"), place("1"), place("6")], [1, 2, 0].map(|place| Some(Value::Int(place))));
}

#[test]
fn a_unit_without_recorder_is_online_and_its_recorder_unknown() {
    let mut bench = Bench::of(machine());
    bench.connect();
    for _ in 0..40 {
        for message in std::mem::take(&mut bench.sent) {
            let asks_recorder = String::from_utf8_lossy(&message).contains("grecstat");
            for said in answer(&message).iter().filter(|_| !asks_recorder) {
                bench.say(said);
            }
        }
        bench.wait(Duration::from_millis(100));
    }
    assert!(bench.is_online(), "{:?}", bench.health);
    assert_eq!(bench.facts["recording"], None);
}

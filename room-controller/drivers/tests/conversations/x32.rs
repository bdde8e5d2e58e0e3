//! A desk's datagrams, by hand.

use std::time::Duration;

use room_api::Value;
use room_driver::{Machine, Progress};
use room_drivers::text;
use room_drivers::x32::{Argument, Message, Strip, X32};

use crate::life::{Life, Refusal};

fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    let asked = Message::decode(message).unwrap().remove(0);
    let texts = |texts: [&str; 4]| texts.map(|text| Argument::Text(text.to_owned())).to_vec();
    let arguments = match (asked.address.as_str(), asked.arguments.first()) {
        ("/xinfo", _) => texts(["192.168.0.64", "desk", "X32", "4.06"]),
        ("/xremote", _) | (_, Some(_)) => return Vec::new(),
        (address, None) if address.ends_with("fader") => vec![Argument::Float(0.0)],
        (address, None) if address.ends_with("name") => vec![Argument::Text("Li".to_owned())],
        (_, None) => vec![Argument::Int(1)],
    };
    vec![Message { address: asked.address, arguments }.encode()]
}

fn fader(place: f32) -> Vec<u8> {
    Message::tell("/ch/01/mix/fader", Argument::Float(place)).encode()
}

fn life() -> Life<X32> {
    Life {
        machine: || Machine::new(X32::new(vec![(Strip::read("ch1").unwrap(), text("一", "One"))], Vec::new()), 7),
        greeting: b"",
        answer,
        command: ("set_level", vec![("channel", Value::Text("ch1".to_owned())), ("level", Value::Int(0))]),
        order: fader(0.75),
        // The desk keeps 1024 steps.
        done: vec![fader(767.0 / 1023.0)],
        proof: ("level.ch1", Value::Int(0)),
        // It answers the question with what it has: sent three times, then refused.
        refusal: Refusal::Nothing(Duration::from_secs(3)),
        external: (fader(0.5), "level.ch1", Value::Int(-100)),
        garbage: b"\x01\xFE/ch".to_vec(),
        datagrams: true,
    }
}

#[test]
fn a_desk_lives() {
    life().all();
}

#[test]
fn the_subscription_is_renewed_each_eight_seconds() {
    let mut bench = life().online();
    let remote = Message::ask("/xremote").encode();
    let mut renewed = 0;
    for _ in 0..300 {
        bench.wait(Duration::from_millis(100));
        for message in std::mem::take(&mut bench.sent) {
            renewed += u32::from(message == remote);
            for reply in answer(&message) {
                bench.say(&reply);
            }
        }
    }
    assert_eq!(renewed, 3, "in 30 s after the first");
    assert!(bench.is_online());
}

#[test]
fn an_order_that_was_lost_goes_out_again() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.sent.clear();
    bench.say(&fader(0.0));
    bench.wait(Duration::from_millis(110));
    assert_eq!(bench.last_sent(), fader(0.75));
    bench.wait(Duration::from_millis(310));
    assert_eq!(bench.last_sent(), Message::ask("/ch/01/mix/fader").encode());
    assert!(!bench.progress.contains(&(1, Progress::Done)));
    bench.say(&fader(0.75));
    assert!(bench.progress.contains(&(1, Progress::Done)));
}

#[test]
fn a_burst_of_one_fader_sends_the_latest_only() {
    let mut bench = life().online();
    for (id, level) in [(1, -300), (2, -200), (3, 100)] {
        bench.command(id, "set_level", &[("channel", Value::Text("ch1".to_owned())), ("level", Value::Int(level))]);
    }
    assert!(bench.progress.contains(&(2, Progress::Superseded)));
    bench.sent.clear();
    bench.say(&fader(0.25));
    assert!(bench.sent.contains(&fader(1.0)), "{:?}", bench.sent);
}

#[test]
fn an_answer_to_another_question_is_nobodys() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(&Message::tell("/ch/02/mix/fader", Argument::Float(0.75)).encode());
    bench.say(&Message::tell("/ch/01/mix/on", Argument::Int(1)).encode());
    assert!(!bench.progress.contains(&(1, Progress::Done)));
    assert!(bench.progress.iter().all(|(_, progress)| *progress == Progress::Sent));
}

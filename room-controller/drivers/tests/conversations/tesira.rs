//! A Tesira's lines, by hand.

use std::time::Duration;

use room_api::Value;
use room_driver::{LinkHealth, Machine, Progress, Trouble};
use room_drivers::tesira::{Channel, Tesira};
use room_drivers::text;

use crate::bench::{Bench, hex};
use crate::life::{Life, Refusal};

fn unit(is_telnet: bool) -> Machine<Tesira> {
    let level = Some("Level1".to_owned());
    let channel = Channel { channel: "podium".to_owned(), name: text("讲台", "Podium"), level, mute: "Level1".to_owned(), index: 1 };
    Machine::new(Tesira::new(vec![channel], Vec::new(), is_telnet), 7)
}

fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    let answer: &[u8] = match message {
        b"DEVICE get activeFaultList\n" => {
            b"+OK \"value\":[{\"id\":X \"name\":\"No fault in device\" \"faults\":[] \"serialNumber\":\"1\"}]\r\n"
        }
        b"Level1 get level 1\n" => b"+OK \"value\":-20.000000\r\n",
        b"Level1 get mute 1\n" => b"+OK \"value\":false\r\n",
        _ => b"+OK\r\n",
    };
    vec![answer.to_vec()]
}

fn life() -> Life<Tesira> {
    Life {
        machine: || unit(false),
        greeting: b"",
        answer,
        command: ("set_level", vec![("channel", Value::Text("podium".to_owned())), ("level", Value::Int(-100))]),
        order: b"Level1 set level 1 -10.0\n".to_vec(),
        // A push may stand between a request and its answer.
        done: vec![b"+OK\r\n".to_vec(), b"! \"publishToken\":\"L0\" \"value\":-10.000000\r\n+OK \"value\":-10.000000\r\n".to_vec()],
        proof: ("level.podium", Value::Int(-100)),
        refusal: Refusal::Says(b"-ERR VALUE_OUT_OF_RANGE\r\n".to_vec()),
        external: (b"! \"publishToken\":\"M0\" \"value\":true\r\n".to_vec(), "mute.podium", Value::Bool(true)),
        garbage: b"\x01\xFEnonsense\r\n".to_vec(),
        datagrams: false,
    }
}

#[test]
fn a_unit_lives() {
    assert_eq!(life().online().facts["errors"], Some(Value::Text("ok".to_owned())));
    life().all();
}

#[test]
fn telnet_is_refused_option_by_option_and_nothing_is_asked_before_the_welcome() {
    let mut bench = Bench::of(unit(true));
    bench.connect();
    bench.say(&hex("FF FD 18 FF FB"));
    bench.say(&hex("03"));
    assert_eq!(bench.sent, [hex("FF FC 18"), hex("FF FE 03")]);
    bench.say(b"\r\nWelcome to the Tesira Text Protocol Server...\r\n\r\n");
    assert_eq!(bench.last_sent(), b"SESSION set verbose true\n");
    let mut mute = Bench::of(unit(true));
    mute.connect();
    mute.wait(Duration::from_millis(5_100));
    assert!(matches!(mute.machine.health(), LinkHealth::Lost { reason: Trouble::Silent, .. }));
}

#[test]
fn the_answer_after_another_requests_echo_is_dropped() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(b"Level1 set level 1 -10.0\r\n+OK\r\n");
    assert_eq!(bench.last_sent(), b"Level1 get level 1\n");
    bench.say(b"Level1 get mute 1\r\n+OK \"value\":-10.000000\r\n");
    assert!(!bench.progress.contains(&(1, Progress::Done)));
    bench.say(b"Level1 get level 1\r\n+OK \"value\":-10.000000\r\n");
    assert!(bench.progress.contains(&(1, Progress::Done)));
}

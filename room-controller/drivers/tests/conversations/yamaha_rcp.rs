//! A Yamaha desk's lines, by hand.

use std::time::Duration;

use room_api::Value;
use room_driver::{Machine, Progress};
use room_drivers::text;
use room_drivers::yamaha_rcp::{Strip, Yamaha};

use crate::life::{Life, Refusal};

const LEVEL: &str = "MIXER:Current/InCh/Fader/Level 0 0";

fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    let line = std::str::from_utf8(message).unwrap().trim_end();
    let answer = match line.split(' ').collect::<Vec<_>>().as_slice() {
        ["devinfo", ..] => "OK devinfo productname \"QL1\"".to_owned(),
        ["devstatus", ..] => "OK devstatus runmode \"normal\"".to_owned(),
        ["scpmode", ..] => format!("OK {line}"),
        ["get", address, ..] if address.ends_with("Level") => format!("OK {line} -32768 \"-∞\""),
        ["get", address, ..] if address.ends_with("On") => format!("OK {line} 1 \"ON\""),
        ["get", ..] => format!("OK {line} \"Li\" \"Li\""),
        ["sscurrent_ex", ..] => "ERROR sscurrent_ex UnknownAddress".to_owned(),
        _ => return Vec::new(),
    };
    vec![format!("{answer}\n").into_bytes()]
}

fn life() -> Life<Yamaha> {
    Life {
        machine: || Machine::new(Yamaha::new(vec![(Strip::read("in1").unwrap(), text("一", "One"))], "scene_a".to_owned(), Vec::new()), 7),
        greeting: b"",
        answer,
        command: ("set_level", vec![("channel", Value::Text("in1".to_owned())), ("level", Value::Int(-100))]),
        order: format!("set {LEVEL} -1000\n").into_bytes(),
        done: vec![format!("OK set {LEVEL} -1000 \"-10.00\"\n").into_bytes()],
        proof: ("level.in1", Value::Int(-100)),
        refusal: Refusal::Says(b"ERROR set AccessDenied\n".to_vec()),
        external: (b"NOTIFY set MIXER:Current/InCh/Fader/On 0 0 0 \"OFF\"\n".to_vec(), "mute.in1", Value::Bool(true)),
        garbage: b"\x01\xFEnonsense\n".to_vec(),
        datagrams: false,
    }
}

#[test]
fn a_desk_lives() {
    assert_eq!(life().online().facts["preset"], None, "refused, so unknown");
    life().all();
}

#[test]
fn an_error_of_another_verb_and_an_older_value_are_nobodys() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(b"ERROR get UnknownAddress\n");
    bench.say(format!("OK set {LEVEL} -2000 \"-20.00\"\n").as_bytes());
    bench.say(format!("OK get {LEVEL} -1000 \"-10.00\"\n").as_bytes());
    assert_eq!(bench.progress, [(1, Progress::Sent)]);
    bench.say(format!("OKm set {LEVEL} -1010 \"-10.10\"\n").as_bytes());
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Done)));
    assert_eq!(bench.facts["level.in1"], Some(Value::Int(-101)), "the value the desk kept");
}

#[test]
fn sets_keep_their_distance() {
    let mut bench = life().online();
    bench.wait(Duration::from_millis(100));
    bench.sent.clear();
    bench.command(1, "set_mute", &[("channel", Value::Text("in1".to_owned())), ("mute", Value::Bool(true))]);
    bench.command(2, "set_level", &[("channel", Value::Text("in1".to_owned())), ("level", Value::Int(0))]);
    bench.say(b"OK set MIXER:Current/InCh/Fader/On 0 0 0 \"OFF\"\n");
    assert_eq!(bench.sent.len(), 1);
    bench.wait(Duration::from_millis(25));
    assert_eq!(bench.sent.len(), 2);
}

//! A TAIDEN unit's bytes, by hand.

use std::time::Duration;

use room_api::Value;
use room_driver::{Machine, Progress};
use room_drivers::taiden::Taiden;

use crate::bench::hex;
use crate::life::{Life, Refusal};

const NOBODY: &str = "E6 14 00 0000 0000 0000 0000 0000 0000";

fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    if message == hex("E3 04 00") { vec![hex(NOBODY)] } else { Vec::new() }
}

fn life() -> Life<Taiden> {
    Life {
        machine: || Machine::new(Taiden::new(8, vec![(1, "open".to_owned())], false, false), 7),
        greeting: b"",
        answer,
        command: ("set_mic", vec![("seat", Value::Int(5)), ("on", Value::Bool(true))]),
        order: hex("E6 F1 00 05"),
        done: vec![hex("E6 14 01 0005 0000 0000 0000 0000 0000")],
        proof: ("mic.5", Value::Bool(true)),
        refusal: Refusal::Nothing(Duration::from_millis(1_500)),
        external: (hex("E6 24 02 0003 0007 0000 0000 0000 0000"), "mic.7", Value::Bool(true)),
        garbage: hex("00 12 7F E6 14 09"),
        datagrams: false,
    }
}

#[test]
fn a_unit_lives() {
    life().all();
}

#[test]
fn half_a_report_older_than_the_gap_does_not_spoil_the_next() {
    let mut bench = life().online();
    bench.say(&hex("E6 14 01 0002"));
    bench.wait(Duration::from_millis(60));
    bench.say(&hex("E6 14 01 0003 0000 0000 0000 0000 0000"));
    assert_eq!((&bench.facts["mic.2"], &bench.facts["mic.3"]), (&Some(Value::Bool(false)), &Some(Value::Bool(true))));
}

#[test]
fn a_report_without_the_microphone_confirms_nothing_and_the_question_decides() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(&hex(NOBODY));
    assert_eq!(bench.progress, [(1, Progress::Sent)]);
    bench.wait(Duration::from_millis(1_001));
    assert_eq!(bench.last_sent(), hex("E3 04 00"));
    bench.say(&hex("E6 14 02 0005 0006 0000 0000 0000 0000"));
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Done)));
}

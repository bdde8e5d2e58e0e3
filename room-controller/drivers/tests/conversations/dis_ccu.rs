//! A discussion unit's lines, by hand.

use std::time::Duration;

use room_api::Value;
use room_driver::{Machine, Progress};
use room_drivers::dis_ccu::DisCcu;

use crate::life::{Life, Refusal};

const STATUS: &[u8] =
    b"seat_state 1 active Chair\r\nseat_state 5 active Li\r\nseat_state 6 active Wang\r\nmax_speakers 4\r\nmax_requests 50\r\n\
    mic_mode auto\r\nmic_interrupt off\r\nmic_on 1\r\nmic_status_done\r\n";

fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    match message {
        b"mic_status\r" => vec![STATUS.to_vec()],
        b"audio_status\r" => vec![b"loudspeaker_volume -10\r\nline_input_level_1 -20\r\n".to_vec()],
        _ => Vec::new(),
    }
}

fn life() -> Life<DisCcu> {
    Life {
        machine: || Machine::new(DisCcu::new(vec![1]), 7),
        greeting: b"",
        answer,
        command: ("set_mic", vec![("seat", Value::Int(5)), ("on", Value::Bool(true))]),
        order: b"mic_on 5\r".to_vec(),
        done: vec![b"mic_on 5\r\n".to_vec()],
        proof: ("mic.5", Value::Bool(true)),
        refusal: Refusal::Nothing(Duration::from_millis(1_500)),
        external: (b"mic_request_on 6\r\n".to_vec(), "request.6", Value::Int(1)),
        garbage: b"\x01\xFE\x80zz\r\n".to_vec(),
        datagrams: false,
    }
}

#[test]
fn a_unit_lives() {
    life().all();
}

#[test]
fn another_seats_event_and_a_stale_event_confirm_nothing() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(b"mic_on 6\r\nmic_off 5\r\n");
    assert_eq!(bench.progress, [(1, Progress::Sent)]);
    bench.say(b"mic_on 5\r\nmic_request_off 5\r\n");
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Done)));
}

#[test]
fn an_order_that_was_never_needed_is_done_after_the_read_back() {
    let mut bench = life().online();
    bench.command(2, "set_mic", &[("seat", Value::Int(1)), ("on", Value::Bool(true))]);
    bench.sent.clear();
    bench.wait(Duration::from_millis(1_001));
    assert_eq!(bench.last_sent(), b"mic_status\r");
    bench.say(STATUS);
    assert_eq!(bench.progress.last(), Some(&(2, Progress::Done)));
}

#[test]
fn a_late_listing_is_not_the_fresh_one() {
    let mut bench = life().online();
    bench.wait(Duration::from_millis(15_001));
    assert_eq!(bench.last_sent(), b"mic_status\r");
    // Given up after 3 s, asked again after the pause; the order comes between.
    bench.wait(Duration::from_millis(3_600));
    bench.say(b"mic_on 5\r\n");
    // The old listing, made before seat 5 spoke.
    bench.say(STATUS);
    assert_eq!(bench.facts["mic.5"], Some(Value::Bool(true)), "the old listing is dropped");
    bench.say(b"mic_on 1\r\nmic_on 5\r\nmic_status_done\r\n");
    assert_eq!(bench.facts["mic.5"], Some(Value::Bool(true)));
    assert!(bench.is_online());
}

#[test]
fn a_syntax_error_is_a_refusal_at_once() {
    let mut bench = life().online();
    life().order(&mut bench, 3);
    bench.say(b"command_error syntax error\r\n");
    assert!(matches!(bench.progress.last(), Some((3, Progress::Refused(_)))));
}

#[test]
fn next_is_proved_by_the_first_waiter_and_by_nobody_else() {
    let mut bench = life().online();
    bench.say(b"mic_request_on 5\r\nmic_request_on 6\r\n");
    bench.command(4, "grant_next", &[]);
    bench.say(b"mic_off 1\r\nmic_on 6\r\n");
    assert_eq!(bench.progress, [(4, Progress::Sent)]);
    bench.say(b"mic_on 5\r\nmic_request_off 5\r\n");
    assert_eq!(bench.progress.last(), Some(&(4, Progress::Done)));
    assert_eq!(bench.facts["request.6"], Some(Value::Int(1)));
}

#[test]
fn what_a_listing_does_not_name_is_off() {
    let mut bench = life().online();
    bench.say(b"mic_on 5\r\nmic_request_on 6\r\n");
    bench.wait(Duration::from_millis(15_001));
    bench.say(STATUS);
    assert_eq!((&bench.facts["mic.5"], &bench.facts["request.6"]), (&Some(Value::Bool(false)), &Some(Value::Int(0))));
}

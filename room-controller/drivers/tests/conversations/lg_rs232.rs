//! An LG display: the acknowledgement repeats the order and proves nothing.

use std::time::Duration;

use room_api::Value;
use room_driver::{Machine, No, Progress};
use room_drivers::InputName;
use room_drivers::lg_rs232::Lg;

use crate::exchange::{Exchange, changed, lines};

fn display() -> Exchange<Lg> {
    Exchange {
        machine: || Machine::new(Lg::new(1, vec![InputName::plain("hdmi1"), InputName::plain("hdmi2")]), 7),
        greeting: Vec::new(),
        talk: lines(&[
            ("ka 01 ff\r", "a 01 OK01x"),
            ("xb 01 ff\r", "b 01 OK90x"),
            ("kf 01 ff\r", "f 01 OK0fx"),
            ("ke 01 ff\r", "e 01 OK01x"),
            ("kd 01 ff\r", "d 01 OK00x"),
        ]),
        command: ("set_volume", vec![("volume", Value::Int(30))]),
        order: b"kf 01 1e\r".to_vec(),
        taken: b"f 01 OK1ex".to_vec(),
        told: Vec::new(),
        after: lines(&[("kf 01 ff\r", "f 01 OK1ex")]),
        proof: ("volume", Value::Int(30)),
        refusal: b"f 01 NG1ex".to_vec(),
        outside: (Vec::new(), lines(&[("xb 01 ff\r", "b 01 OK91x")]), "input", Value::Text("hdmi2".to_owned())),
        garbage: b"\x80\x01 nonsense \r\nn 01 OK2ax".to_vec(),
    }
}

#[test]
fn a_displays_life() {
    display().all();
}

#[test]
fn zero_is_muted() {
    let display = display();
    let mut bench = display.online(false);
    assert_eq!(bench.facts["mute"], Some(Value::Bool(false)));
    bench.sent.clear();
    bench.command(1, "set_mute", &[("mute", Value::Bool(true))]);
    bench.wait(Duration::from_millis(150));
    assert_eq!(bench.last_sent(), b"ke 01 00\r");
    bench.say(b"e 01 OK00x");
    Exchange::answer(&mut bench, &changed(&display.talk, &lines(&[("ke 01 ff\r", "e 01 OK00x")])), false, Duration::from_secs(2));
    assert_eq!(bench.facts["mute"], Some(Value::Bool(true)));
}

#[test]
fn never_two_messages_within_a_tenth_of_a_second() {
    let mut bench = crate::bench::Bench::of((display().machine)());
    bench.connect();
    bench.say(b"a 01 OK01x");
    bench.wait(Duration::from_millis(99));
    assert_eq!(bench.sent.len(), 1);
    bench.wait(Duration::from_millis(1));
    assert_eq!(bench.sent.len(), 2);
}

#[test]
fn silence_in_standby_is_not_now() {
    let display = display();
    let mut bench = display.online(false);
    display.order(&mut bench, 1);
    // Only power is answered: it sleeps.
    Exchange::answer(&mut bench, &lines(&[("ka 01 ff\r", "a 01 OK00x")]), false, Duration::from_secs(8));
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Refused(No::NotNow))));
    assert_eq!(bench.disconnects, 0);
    bench.progress.clear();
    Exchange::answer(&mut bench, &lines(&[("ka 01 ff\r", "a 01 OK00x")]), false, Duration::from_secs(30));
    assert_eq!((bench.disconnects, &bench.facts["volume"]), (0, &None));
}

#[test]
fn another_displays_answer_is_not_ours() {
    let display = display();
    let mut bench = display.online(false);
    display.order(&mut bench, 1);
    bench.say(b"f 02 OK1exf 01 OK0fx");
    assert_eq!(bench.progress, [(1, Progress::Sent)]);
}

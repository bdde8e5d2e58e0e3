//! A Samsung display: its acknowledgement repeats the order and proves nothing.

use std::time::Duration;

use room_api::Value;
use room_driver::{LinkHealth, Machine, No, Progress, Trouble};
use room_drivers::InputName;
use room_drivers::samsung_mdc::SamsungMdc;

use crate::bench::{Bench, hex};
use crate::exchange::{Exchange, hexes};

const ON: (&str, &str) = ("AA 00 01 00 01", "AA FF 01 09 41 00 01 14 00 21 10 00 00 90");
const STANDBY: (&str, &str) = ("AA 00 01 00 01", "AA FF 01 09 41 00 00 14 00 21 10 00 00 8F");

fn machine() -> Machine<SamsungMdc> {
    Machine::new(SamsungMdc::new(1, vec![InputName::plain("hdmi1"), InputName::plain("hdmi2")]), 7)
}

fn display(status: (&str, &str)) -> Exchange<SamsungMdc> {
    let rest = [
        ("AA F9 01 00 FA", "AA FF 01 03 41 F9 00 3D"),
        // lamp, temperature, no sensor, signal, 41 degrees, fan
        ("AA 0D 01 00 0E", "AA FF 01 08 41 0D 00 00 00 00 29 00 7F"),
        ("AA 0B 01 00 0C", "AA FF 01 05 41 0B 30 41 42 04"),
        ("AA 0E 01 00 0F", "AA FF 01 04 41 0E 56 31 DA"),
        ("AA 10 01 00 11", "AA FF 01 05 41 10 02 5A 01 B3"),
    ];
    Exchange {
        machine,
        greeting: Vec::new(),
        talk: hexes(&[&[status][..], &rest].concat()),
        command: ("set_volume", vec![("volume", Value::Int(30))]),
        order: hex("AA 12 01 01 1E 32"),
        taken: hex("AA FF 01 03 41 12 1E 74"),
        told: Vec::new(),
        after: hexes(&[("AA 00 01 00 01", "AA FF 01 09 41 00 01 1E 00 21 10 00 00 9A")]),
        proof: ("volume", Value::Int(30)),
        refusal: hex("AA FF 01 03 4E 12 01 64"),
        outside: (
            Vec::new(),
            hexes(&[("AA 00 01 00 01", "AA FF 01 09 41 00 01 14 01 23 10 00 00 93")]),
            "input",
            Value::Text("hdmi2".to_owned()),
        ),
        garbage: hex("00 AA 12 34 AA FF 01 03 41 12 1E 75"),
    }
}

#[test]
fn a_displays_life() {
    display(ON).all();
}

#[test]
fn after_power_on_the_link_is_left_alone_for_five_seconds_and_then_asked_each_second() {
    let standby = display(STANDBY);
    let mut bench = standby.online(false);
    assert_eq!(bench.facts["power"], Some(Value::Text("standby".to_owned())));
    bench.sent.clear();
    bench.command(1, "set_power", &[("power", Value::Text("on".to_owned()))]);
    assert_eq!(bench.last_sent(), hex("AA 11 01 01 01 14"));
    bench.say(&hex("AA FF 01 03 41 11 01 56"));
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Done)));
    assert_eq!(bench.facts["power"], Some(Value::Text("standby".to_owned())), "taken is not on");
    bench.wait(Duration::from_millis(4_900));
    assert_eq!(bench.sent.len(), 1, "nothing is asked while it starts");
    bench.wait(Duration::from_millis(200));
    assert_eq!(bench.last_sent(), hex("AA 00 01 00 01"));
    // Not yet on: asked again a second later.
    Exchange::answer(&mut bench, &standby.talk, false, Duration::from_secs(3));
    assert_eq!(bench.facts["power"], Some(Value::Text("standby".to_owned())));
    Exchange::answer(&mut bench, &display(ON).talk, false, Duration::from_millis(1_100));
    assert_eq!(bench.facts["power"], Some(Value::Text("on".to_owned())));
    assert!(bench.is_online());
}

#[test]
fn a_refusal_in_standby_is_not_now() {
    let standby = display(STANDBY);
    let mut bench = standby.online(false);
    standby.order(&mut bench, 2);
    bench.say(&standby.refusal);
    assert_eq!(bench.progress.last(), Some(&(2, Progress::Refused(No::NotNow))));
}

#[test]
fn another_displays_answer_is_not_ours() {
    let display = display(ON);
    let mut bench = display.online(false);
    display.order(&mut bench, 3);
    bench.say(&hex("AA FF 02 03 41 12 1E 75"));
    assert_eq!(bench.progress, [(3, Progress::Sent)]);
}

#[test]
fn a_display_that_wants_tls_is_said_so() {
    let mut bench = Bench::of(machine());
    bench.connect();
    for byte in b"MDCSTART<<TLS>>" {
        bench.say(&[*byte]);
    }
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::LoginRefused, .. }));
}

//! A Videohub: `ACK` proves nothing, the update block does.

use std::time::Duration;

use room_api::Value;
use room_driver::{Input, LinkHealth, Machine, Progress, Trouble};
use room_drivers::videohub::Videohub;
use room_drivers::{BadAct, Driver as _, Ports};

use crate::bench::Bench;
use crate::exchange::{Exchange, lines};

const DEVICE: &str = "VIDEOHUB DEVICE:\nDevice present: true\nModel name: Blackmagic Smart Videohub\nVideo inputs: 4\nVideo outputs: 2\n\n";
const PRELUDE: &str = "PROTOCOL PREAMBLE:\nVersion: 2.3\n\n";
const NAMES: &str = "INPUT LABELS:\n0 Camera front\n1 Camera back\n2 Laptop\n3 Archive\n\n";
const OUTPUTS: &str = "OUTPUT LABELS:\n0 Projector\n1 Recorder\n\n";

fn machine() -> Machine<Videohub> {
    Machine::new(Videohub::new(Ports::new(12, 12, vec![], vec![]).unwrap()), 7)
}

fn hub() -> Exchange<Videohub> {
    let routing = "VIDEO OUTPUT ROUTING:\n0 0\n1 1\n\n";
    let locks = "VIDEO OUTPUT LOCKS:\n0 U\n1 L\n\n";
    let (ack, device) = ("ACK\n\n", format!("ACK\n\n{DEVICE}"));
    Exchange {
        machine,
        greeting: format!("{PRELUDE}{DEVICE}{NAMES}{OUTPUTS}{locks}{routing}END PRELUDE:\n\n").into_bytes(),
        talk: lines(&[
            ("VIDEOHUB DEVICE:\n\n", device.as_str()),
            ("VIDEO OUTPUT ROUTING:\n\n", format!("{ack}{routing}").as_str()),
            ("VIDEO OUTPUT LOCKS:\n\n", format!("{ack}{locks}").as_str()),
            ("INPUT LABELS:\n\n", format!("{ack}{NAMES}").as_str()),
            ("OUTPUT LABELS:\n\n", format!("{ack}{OUTPUTS}").as_str()),
        ]),
        command: ("route", vec![("output", Value::Int(1)), ("input", Value::Int(3))]),
        order: b"VIDEO OUTPUT ROUTING:\n0 2\n\n".to_vec(),
        taken: b"ACK\n\n".to_vec(),
        told: b"VIDEO OUTPUT ROUTING:\n0 2\n\n".to_vec(),
        after: lines(&[("VIDEO OUTPUT ROUTING:\n\n", "ACK\n\nVIDEO OUTPUT ROUTING:\n0 2\n1 1\n\n")]),
        proof: ("route.1", Value::Int(3)),
        refusal: b"NAK\n\n".to_vec(),
        outside: (
            b"VIDEO OUTPUT ROUTING:\n1 3\n\n".to_vec(),
            lines(&[("VIDEO OUTPUT ROUTING:\n\n", "ACK\n\nVIDEO OUTPUT ROUTING:\n0 0\n1 3\n\n")]),
            "route.2",
            Value::Int(4),
        ),
        garbage: b"\x01\x02 what\nis this\n\n".to_vec(),
    }
}

#[test]
fn a_hubs_life() {
    hub().all();
}

#[test]
fn an_update_block_that_never_comes_is_asked_for() {
    let hub = hub();
    let mut bench = hub.online(false);
    hub.order(&mut bench, 1);
    bench.say(b"ACK\n\n");
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Done)));
    assert_eq!(bench.facts["route.1"], Some(Value::Int(1)), "understood is not switched");
    assert_eq!(bench.last_sent(), b"VIDEO OUTPUT ROUTING:\n\n");
    // The hub did not do it.
    bench.say(b"ACK\n\nVIDEO OUTPUT ROUTING:\n0 0\n1 1\n\n");
    assert_eq!(bench.facts["route.1"], Some(Value::Int(1)));
}

#[test]
fn what_the_prelude_says_is_reported_from_one() {
    let bench = hub().online(false);
    assert_eq!(bench.facts["input_name.4"], Some(Value::Text("Archive".to_owned())));
    assert_eq!(bench.facts["lock.2"], Some(Value::Text("other".to_owned())));
    assert_eq!(bench.facts["model"], Some(Value::Text("Blackmagic Smart Videohub".to_owned())));
}

#[test]
fn a_server_without_its_hub_is_not_online() {
    let absent = b"PROTOCOL PREAMBLE:\nVersion: 2.3\n\nVIDEOHUB DEVICE:\nDevice present: false\n\n";
    let mut bench = Bench::of(machine());
    bench.connect();
    bench.say(absent);
    assert!(bench.sent.is_empty());
    bench.wait(Duration::from_secs(6));
    assert!(bench.health.iter().any(|health| matches!(health, LinkHealth::Lost { reason: Trouble::Silent, .. })));
    // It goes away later.
    let hub = hub();
    let mut bench = hub.online(false);
    bench.say(absent);
    assert_eq!(*bench.machine.health(), LinkHealth::Authenticating);
    bench.say(DEVICE.as_bytes());
    Exchange::answer(&mut bench, &hub.talk, false, Duration::from_secs(1));
    assert!(bench.is_online());
}

#[test]
fn ports_the_hub_does_not_have_are_refused_here() {
    let mut bench = hub().online(false);
    let args = [("output", 1), ("input", 9)].map(|(name, value)| (name.to_owned(), Value::Int(value)));
    let lane = room_driver::Lane::Operator;
    let refused = bench.machine.command(bench.now, 1, lane, "route", &args.into());
    assert_eq!(refused, Err(BadAct::BadArgument("input".to_owned())));
    // A server that hangs up all the same is read again.
    bench.machine.handle(bench.now, Input::Closed("hung up".to_owned()));
    bench.drain();
    bench.wait(Duration::from_secs(2));
    assert_eq!(bench.connects, 2);
}

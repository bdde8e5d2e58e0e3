//! A device that a profile describes.

use std::time::Duration;

use room_api::Value;
use room_driver::{LinkHealth, No, Progress};
use room_drivers::profile::{EXAMPLE, Mirror, Profile, Profiled};

use crate::bench::Bench;

fn profile() -> Profile {
    toml::from_str(EXAMPLE).unwrap()
}

fn ready() -> (Bench<Profiled>, Mirror) {
    let mut bench = Bench::of(room_driver::Machine::new(Profiled::new(&profile()).unwrap(), 7));
    let mut mirror = Mirror::new(&profile()).unwrap();
    bench.connect();
    answer(&mut bench, &mut mirror);
    assert!(bench.is_online(), "{:?}", bench.health);
    (bench, mirror)
}

/// Answers as the device until nothing more is asked for a while.
fn answer(bench: &mut Bench<Profiled>, mirror: &mut Mirror) {
    let mut quiet = 0;
    while quiet < 5 {
        let sent = std::mem::take(&mut bench.sent);
        quiet = if sent.is_empty() { quiet + 1 } else { 0 };
        for frame in sent {
            for answer in mirror.take(&frame) {
                bench.say(&answer);
            }
        }
        bench.wait(Duration::from_millis(20));
    }
}

fn route(output: i64, input: i64) -> [(&'static str, Value); 2] {
    [("output", Value::Int(output)), ("input", Value::Int(input))]
}

#[test]
fn every_member_is_read_and_a_command_is_proved_by_its_report() {
    let (mut bench, mut mirror) = ready();
    assert_eq!((1..=4).map(|output| bench.facts[&format!("route.{output}")].clone()).collect::<Vec<_>>(), vec![Some(Value::Int(0)); 4]);
    bench.command(1, "set_route", &route(2, 3));
    assert_eq!(bench.last_sent(), b"OUT02:03\r");
    answer(&mut bench, &mut mirror);
    assert_eq!(bench.progress, [(1, Progress::Sent), (1, Progress::Done)]);
    assert_eq!(bench.facts["route.2"], Some(Value::Int(3)));
    assert_eq!(mirror.state()["route.2"], Value::Int(3));
}

#[test]
fn a_knob_turned_by_hand_is_told_and_a_refusal_is_one() {
    let (mut bench, mut mirror) = ready();
    for frame in mirror.turn("route.4", Value::Int(1)) {
        bench.say(&frame);
    }
    assert_eq!(bench.facts["route.4"], Some(Value::Int(1)));
    bench.command(2, "set_route", &route(1, 4));
    bench.say(b"ERR\r\n");
    assert_eq!(bench.progress.last(), Some(&(2, Progress::Refused(No::BadParameter))));
    bench.wait(Duration::from_millis(100));
    bench.sent.clear();
    bench.command(3, "set_route", &route(1, 4));
    bench.say(b"BUSY\r\n");
    bench.wait(Duration::from_millis(200));
    assert_eq!(bench.sent.iter().filter(|sent| sent.starts_with(b"OUT01:04")).count(), 2, "asked again after a pause");
}

#[test]
fn garbage_split_frames_and_silence() {
    let (mut bench, mut mirror) = ready();
    bench.command(1, "set_route", &route(1, 2));
    for byte in b"#!nonsense\r\nOK\r\n" {
        bench.say(&[*byte]);
    }
    answer(&mut bench, &mut mirror);
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Done)));
    // No answer ever again: repeated, then lost, then made afresh.
    bench.wait(Duration::from_secs(60));
    assert!(bench.connects > 1);
    assert!(bench.health.iter().any(|health| matches!(health, LinkHealth::Lost { .. })));
}

#[test]
fn a_late_answer_about_another_member_proves_nothing() {
    let (mut bench, _) = ready();
    bench.wait(Duration::from_secs(10));
    bench.sent.clear();
    bench.say(b"OUT03:04\r\n");
    assert_eq!(bench.facts["route.3"], Some(Value::Int(4)), "it is told all the same");
    assert_eq!(bench.facts["route.1"], Some(Value::Int(0)));
}

#[test]
fn mistakes_in_a_profile_are_named() {
    let wrong = |from: &str, to: &str| {
        let profile: Profile = toml::from_str(&EXAMPLE.replace(from, to)).unwrap();
        Profiled::new(&profile).unwrap_err()
    };
    assert!(wrong("send = \"OUT{output}?\"", "send = \"OUT{outputs}?\"").contains("outputs"));
    assert!(wrong("proof = \"route.{output}\"", "proof = \"source.{output}\"").contains("source"));
    assert!(wrong("end = \"0D\"", "end = \"CR\"").contains("hexadecimal"));
}

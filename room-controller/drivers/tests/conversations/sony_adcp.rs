//! A Sony projector: its answers do not say what they answer.

use std::time::Duration;

use room_api::Value;
use room_driver::{LinkHealth, Machine, No, Progress, Trouble};
use room_drivers::InputName;
use room_drivers::sony_adcp::{Adcp, answer_to};

use crate::bench::Bench;
use crate::exchange::{Exchange, lines};

fn machine(password: Option<&str>) -> Machine<Adcp> {
    let inputs = vec![InputName::plain("hdmi1"), InputName::plain("hdmi2")];
    Machine::new(Adcp::new(password.map(str::to_owned), inputs), 7)
}

fn projector() -> Exchange<Adcp> {
    let login = format!("{}\r\n", answer_to("1a2b3c4d", "secret"));
    Exchange {
        machine: || machine(Some("secret")),
        greeting: b"1a2b3c4d\r\n".to_vec(),
        talk: lines(&[
            (login.as_str(), "ok\r\n"),
            ("power_status ?\r\n", "\"on\"\r\n"),
            ("input ?\r\n", "\"hdmi1\"\r\n"),
            ("blank ?\r\n", "\"off\"\r\n"),
            ("error ?\r\n", "[\"no_err\"]\r\n"),
            ("timer ?\r\n", "[{\"light_src\":1234}]\r\n"),
            ("modelname ?\r\n", "\"VPL-X\"\r\n"),
            ("serialnum ?\r\n", "\"7000001\"\r\n"),
        ]),
        command: ("set_input", vec![("input", Value::Text("hdmi2".to_owned()))]),
        order: b"input \"hdmi2\"\r\n".to_vec(),
        taken: b"ok\r\n".to_vec(),
        told: Vec::new(),
        after: lines(&[("input ?\r\n", "\"hdmi2\"\r\n")]),
        proof: ("input", Value::Text("hdmi2".to_owned())),
        refusal: b"err_val\r\n".to_vec(),
        outside: (Vec::new(), lines(&[("blank ?\r\n", "\"on\"\r\n")]), "picture_mute", Value::Bool(true)),
        garbage: b"\x80\x01nonsense\r\n".to_vec(),
    }
}

#[test]
fn a_projectors_life() {
    let mut life = projector();
    life.all();
    // The same without a password.
    life.machine = || machine(None);
    life.greeting = b"NOKEY\r\n".to_vec();
    life.all();
}

#[test]
fn a_wrong_password_is_tried_twice_and_then_left_alone() {
    let mut bench = Bench::of(machine(Some("wrong")));
    for _ in 0..2 {
        bench.connect();
        bench.say(b"1a2b3c4d\r\n");
        bench.say(b"err_auth\r\n");
        assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::LoginRefused, .. }));
        bench.wait(Duration::from_secs(3));
    }
    bench.wait(Duration::from_secs(240));
    assert_eq!(bench.connects, 2);
}

#[test]
fn a_late_answer_is_counted_off_and_not_taken_for_the_next_question() {
    let projector = projector();
    let mut bench = projector.online(false);
    bench.sent.clear();
    // Its question for power is not answered in time and asked again.
    while bench.sent.len() < 2 {
        bench.wait(Duration::from_millis(100));
    }
    assert_eq!(bench.sent, [b"power_status ?\r\n", b"power_status ?\r\n"]);
    let before = bench.facts["power"].clone();
    bench.say(b"\"standby\"\r\n");
    assert_eq!(bench.facts["power"], before, "the first question's");
    bench.say(b"\"cooling1\"\r\n");
    assert_eq!(bench.facts["power"], Some(Value::Text("cooling".to_owned())));
    assert!(bench.is_online());
}

#[test]
fn refusals_have_their_reasons() {
    let projector = projector();
    let cases = [
        (&b"err_cmd\r\n"[..], No::Unsupported),
        (b"err_option\r\n", No::BadParameter),
        (b"err_inactive\r\n", No::NotNow),
        (b"err_internal1\r\n", No::Fault),
    ];
    for (line, why) in cases {
        let mut bench = projector.online(false);
        projector.order(&mut bench, 1);
        bench.say(line);
        assert_eq!(bench.progress.last(), Some(&(1, Progress::Refused(why))));
    }
}

#[test]
fn a_projector_that_forgot_the_login_is_logged_in_again() {
    let projector = projector();
    let mut bench = projector.online(false);
    projector.order(&mut bench, 1);
    bench.say(b"err_auth\r\n");
    assert_eq!(bench.disconnects, 1);
    bench.wait(Duration::from_millis(1_300));
    assert_eq!(bench.connects, 2);
}

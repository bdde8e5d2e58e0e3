//! An Extron matrix: login, verbose mode 3, tagged answers.

use std::time::Duration;

use room_api::Value;
use room_driver::{LinkHealth, Machine, No, Progress, Trouble};
use room_drivers::Ports;
use room_drivers::extron_sis::{Extron, Features};

use crate::bench::Bench;
use crate::exchange::{Exchange, changed, lines};

const BANNER: &[u8] = b"(c) Copyright 2009, Extron Electronics, DXP 44\r\nMon, 01 Jan 2018 00:00:00\r\n";

fn with(password: Option<&str>, greets: bool) -> Machine<Extron> {
    let ports = Ports::new(4, 2, vec![], vec![]).unwrap();
    let features = Features { presets: 16, video_mute: true, ..Features::default() };
    Machine::new(Extron::new(ports, features, greets, password.map(str::to_owned)), 7)
}

fn matrix() -> Exchange<Extron> {
    Exchange {
        machine: || with(Some("secret"), true),
        greeting: [BANNER, b"\r\nPassword:"].concat(),
        talk: lines(&[
            ("secret\r", "\r\nLogin Administrator\r\n"),
            ("W3CV\r", "Vrb3\r\n"),
            ("Q", "1.07\r\n"),
            ("N", "60-1080-01\r\n"),
            ("I", "V4X2 A4X2\r\n"),
            ("1!", "Out1 In1 All\r\n"),
            ("2!", "Out2 In2 All\r\n"),
            ("1*B", "Vmt1*0\r\n"),
            ("2*B", "Vmt2*0\r\n"),
        ]),
        command: ("route", vec![("output", Value::Int(2)), ("input", Value::Int(3))]),
        order: b"3*2!".to_vec(),
        taken: Vec::new(),
        told: b"Out2 In3 All\r\n".to_vec(),
        after: lines(&[("2!", "Out2 In3 All\r\n")]),
        proof: ("route.2", Value::Int(3)),
        refusal: b"E01\r\n".to_vec(),
        outside: (b"Out1 In4 All\r\n".to_vec(), lines(&[("1!", "Out1 In4 All\r\n")]), "route.1", Value::Int(4)),
        garbage: b"\x80\x01nonsense\r\nTim00*1\r\n".to_vec(),
    }
}

#[test]
fn a_matrixs_life() {
    matrix().all();
}

#[test]
fn a_wrong_password_is_asked_for_again_and_left_alone_after_the_second_try() {
    let mut bench = Bench::of(with(Some("wrong"), true));
    for _ in 0..2 {
        bench.connect();
        bench.say(&matrix().greeting);
        assert_eq!(bench.last_sent(), b"wrong\r");
        bench.say(b"\r\nPassword:");
        assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::LoginRefused, .. }));
        bench.wait(Duration::from_secs(3));
    }
    bench.wait(Duration::from_secs(240));
    assert_eq!(bench.connects, 2);
}

#[test]
fn without_a_password_the_banner_opens_and_on_a_serial_line_nothing_is_waited_for() {
    let mut bench = Bench::of(with(None, true));
    bench.connect();
    assert!(bench.sent.is_empty());
    bench.say(BANNER);
    assert_eq!(bench.last_sent(), b"W3CV\r");
    bench.say(b"Vrb3\r\n");
    assert_eq!(bench.last_sent(), b"Q");
    let mut bench = Bench::of(with(None, false));
    bench.connect();
    assert_eq!(bench.last_sent(), b"W3CV\r");
}

#[test]
fn a_password_nobody_configured_is_a_refused_login() {
    let mut bench = Bench::of(with(None, true));
    bench.connect();
    bench.say(&matrix().greeting);
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::LoginRefused, .. }));
}

#[test]
fn a_busy_matrix_is_asked_again_and_other_errors_have_their_reasons() {
    let matrix = matrix();
    let mut bench = matrix.online(false);
    matrix.order(&mut bench, 1);
    bench.say(b"E22\r\n");
    bench.wait(Duration::from_millis(300));
    assert_eq!(bench.last_sent(), b"3*2!");
    for (line, why) in
        [(&b"E10\r\n"[..], No::Unsupported), (b"E12\r\n", No::BadParameter), (b"E14\r\n", No::NotNow), (b"E18\r\n", No::Fault)]
    {
        let mut bench = matrix.online(false);
        matrix.order(&mut bench, 2);
        bench.say(line);
        assert_eq!(bench.progress.last(), Some(&(2, Progress::Refused(why))));
    }
}

#[test]
fn an_answer_for_another_output_is_not_ours() {
    let matrix = matrix();
    let mut bench = matrix.online(false);
    matrix.order(&mut bench, 1);
    bench.say(b"Out1 In3 All\r\n");
    bench.say(b"Out2 In3 Aud\r\n");
    assert_eq!(bench.progress, [(1, Progress::Sent)]);
}

#[test]
fn what_is_answered_by_silence_is_not_supported_when_the_device_is_there() {
    let matrix = matrix();
    let mut bench = matrix.online(false);
    bench.command(1, "recall_preset", &[("preset", Value::Int(4))]);
    assert_eq!(bench.last_sent(), b"4.");
    // Only the firmware is answered from here on.
    Exchange::answer(
        &mut bench,
        &lines(&[("Q", "1.07\r\n"), ("1!", "Out1 In1 All\r\n"), ("2!", "Out2 In2 All\r\n")]),
        false,
        Duration::from_secs(4),
    );
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Refused(No::Unsupported))));
    assert_eq!(bench.disconnects, 0);
}

#[test]
fn a_recalled_preset_is_known_until_an_output_changes() {
    let matrix = matrix();
    let mut bench = matrix.online(false);
    bench.command(1, "recall_preset", &[("preset", Value::Int(4))]);
    bench.say(b"Rpr04\r\n");
    assert_eq!(bench.facts["preset"], Some(Value::Int(4)));
    // It brings other ties: they are its own.
    Exchange::answer(&mut bench, &changed(&matrix.talk, &lines(&[("1!", "Out1 In2 All\r\n")])), false, Duration::from_secs(12));
    assert_eq!(bench.facts["preset"], Some(Value::Int(4)));
    bench.say(b"Out1 In3 All\r\n");
    assert_eq!(bench.facts["preset"], None);
}

//! A Kramer matrix: handshake, tagged answers, layers by configuration.

use std::time::Duration;

use room_api::Value;
use room_driver::{Machine, No, Progress};
use room_drivers::Ports;
use room_drivers::kramer_p3000::{Features, Kramer, Routing};

use crate::bench::Bench;
use crate::exchange::{Exchange, lines};

fn with(routing: Routing, disconnect: u16) -> Machine<Kramer> {
    let ports = Ports::new(4, 2, vec![], vec![]).unwrap();
    let features = Features {
        routing,
        disconnect,
        presets: 8,
        preset_names: vec![],
        video_mute: Some(1),
        audio_mute: false,
        signal: false,
        panel_lock: false,
    };
    Machine::new(Kramer::new(ports, features), 7)
}

fn matrix() -> Exchange<Kramer> {
    Exchange {
        machine: || with(Routing::Layers { video: 1, audio: None }, 0),
        greeting: Vec::new(),
        talk: lines(&[
            ("#\r", "~01@ OK\r\n"),
            ("#MODEL?\r", "~01@MODEL VS-42\r\n"),
            ("#VERSION?\r", "~01@VERSION 1.2\r\n"),
            ("#ROUTE? 1,1\r", "~01@ROUTE 1,1,1\r\n"),
            ("#ROUTE? 1,2\r", "~01@ROUTE 1,2,2\r\n"),
            ("#VMUTE? 1\r", "~01@VMUTE 1,0\r\n"),
            ("#VMUTE? 2\r", "~01@VMUTE 2,0\r\n"),
        ]),
        command: ("route", vec![("output", Value::Int(2)), ("input", Value::Int(3))]),
        order: b"#ROUTE 1,2,3\r".to_vec(),
        taken: Vec::new(),
        told: b"~01@ROUTE 1,2,3\r\n".to_vec(),
        after: lines(&[("#ROUTE? 1,2\r", "~01@ROUTE 1,2,3\r\n")]),
        proof: ("route.2", Value::Int(3)),
        refusal: b"~01@ERR 003\r\n".to_vec(),
        outside: (b"~01@ROUTE 1,1,4\r\n".to_vec(), lines(&[("#ROUTE? 1,1\r", "~01@ROUTE 1,1,4\r\n")]), "route.1", Value::Int(4)),
        garbage: b"\x80\x01nonsense\r\n~01@HDCP-STAT 0,1,0\r\n".to_vec(),
    }
}

#[test]
fn a_matrixs_life() {
    matrix().all();
}

#[test]
fn the_handshake_is_tried_three_times() {
    let mut bench = Bench::of((matrix().machine)());
    bench.connect();
    bench.wait(Duration::from_millis(5_900));
    assert_eq!(bench.sent, [b"#\r", b"#\r", b"#\r"]);
    bench.say(b"~01@ OK\r\n");
    assert_eq!(bench.last_sent(), b"#MODEL?\r");
}

#[test]
fn inline_errors_of_another_command_are_not_ours() {
    let matrix = matrix();
    let mut bench = matrix.online(false);
    matrix.order(&mut bench, 1);
    bench.say(b"~01@VMUTE ERR002\r\n");
    assert_eq!(bench.progress, [(1, Progress::Sent)]);
    bench.say(b"~01@ROUTE ERR003\r\n");
    assert_eq!(bench.progress.last(), Some(&(1, Progress::Refused(No::BadParameter))));
    for (line, why) in [(&b"~01@ERR 002\r\n"[..], No::Unsupported), (b"~01@ERR 004\r\n", No::NotNow)] {
        let mut bench = matrix.online(false);
        matrix.order(&mut bench, 2);
        bench.say(line);
        assert_eq!(bench.progress.last(), Some(&(2, Progress::Refused(why))));
    }
}

#[test]
fn layers_words_and_the_number_for_nothing_are_the_machines_own() {
    let order = |machine, input| {
        let mut bench = Bench::of(machine);
        bench.connect();
        bench.say(b"~01@ OK\r\n");
        bench.command(1, "route", &[("output", Value::Int(2)), ("input", Value::Int(input))]);
        bench.say(b"~01@MODEL VS-42\r\n");
        String::from_utf8(bench.last_sent().to_vec()).unwrap()
    };
    assert_eq!(order(with(Routing::Layers { video: 0, audio: Some(1) }, 0), 3), "#ROUTE 0,2,3\r");
    assert_eq!(order(with(Routing::Layers { video: 1, audio: None }, 5), 0), "#ROUTE 1,2,5\r");
    assert_eq!(order(with(Routing::Words { audio: false }, 0), 3), "#VID 3>2\r");
}

#[test]
fn every_output_at_once_and_what_means_nothing() {
    let mut bench = matrix().online(false);
    bench.say(b"~01@ROUTE 1,*,0\r\n");
    assert_eq!((&bench.facts["route.1"], &bench.facts["route.2"]), (&Some(Value::Int(0)), &Some(Value::Int(0))));
    // Another layer is not the picture's.
    bench.say(b"~01@ROUTE 2,1,3\r\n");
    assert_eq!(bench.facts["route.1"], Some(Value::Int(0)));
}

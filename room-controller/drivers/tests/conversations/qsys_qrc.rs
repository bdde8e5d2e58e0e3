//! A Core's messages, by hand.

use std::time::Duration;

use room_api::Value;
use room_driver::{LinkHealth, Machine, Progress, Trouble};
use room_drivers::qsys_qrc::{Channel, Control, QsysQrc, request};
use room_drivers::text;
use serde_json::{Value as Json, json};

use crate::bench::Bench;
use crate::life::{Life, Refusal};

const STATUS: &[u8] = b"{\"jsonrpc\":\"2.0\",\"method\":\"EngineStatus\",\"params\":{\"Platform\":\"Core 110f\",\"State\":\"Active\",\"DesignName\":\"Room\",\"DesignCode\":\"q1\",\"IsRedundant\":false,\"IsEmulator\":false}}\0";

fn core(user: Option<&str>) -> Machine<QsysQrc> {
    let control = |name: &str| Some(Control { component: None, name: name.to_owned() });
    let (level, mute) = (control("Gain"), control("Mute"));
    let channel = Channel { channel: "podium".to_owned(), name: text("讲台", "Podium"), level, mute };
    let user = user.map(|user| (user.to_owned(), "1234".to_owned()));
    Machine::new(QsysQrc::new(vec![channel], user, None, Vec::new()), 7)
}

fn framed(message: &Json) -> Vec<u8> {
    [message.to_string().into_bytes(), vec![0]].concat()
}

fn result(id: &Json, result: &Json) -> Vec<u8> {
    framed(&json!({ "jsonrpc": "2.0", "result": result, "id": id }))
}

fn gain(id: u32, value: f64) -> Vec<u8> {
    result(&json!(id), &json!([{ "Name": "Gain", "Value": value, "String": format!("{value}dB"), "Position": 0.5 }]))
}

fn error(id: u32, code: i64) -> Vec<u8> {
    framed(&json!({ "jsonrpc": "2.0", "error": { "code": code, "message": "no" }, "id": id }))
}

fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    let asked: Json = serde_json::from_slice(message.strip_suffix(b"\0").unwrap()).unwrap();
    let said = match (asked["method"].as_str().unwrap(), asked["params"][0].as_str()) {
        ("StatusGet", _) => json!({ "State": "Active", "DesignCode": "q1", "Status": { "Code": 0, "String": "OK" } }),
        ("Control.Get", Some("Gain")) => json!([{ "Name": "Gain", "Value": -20.0, "String": "-20dB" }]),
        ("Control.Get", _) => json!([{ "Name": "Mute", "Value": 0.0, "String": "unmuted" }]),
        _ => json!(true),
    };
    vec![result(&asked["id"], &said)]
}

/// Of the order: the opening takes six messages.
const ORDER: u32 = 7;

fn life() -> Life<QsysQrc> {
    let push = json!({ "Id": "room", "Changes": [{ "Name": "Mute", "Value": 1.0, "String": "muted" }] });
    Life {
        machine: || core(None),
        greeting: STATUS,
        answer,
        command: ("set_level", vec![("channel", Value::Text("podium".to_owned())), ("level", Value::Int(-105))]),
        order: request(ORDER, "Control.Set", &json!({ "Name": "Gain", "Value": -10.5 })),
        done: vec![result(&json!(ORDER), &json!({ "Name": "Gain", "Value": -10.5 })), gain(ORDER + 1, -10.5)],
        proof: ("level.podium", Value::Int(-105)),
        refusal: Refusal::Says(error(ORDER, -32_602)),
        external: (framed(&json!({ "jsonrpc": "2.0", "method": "ChangeGroup.Poll", "params": push })), "mute.podium", Value::Bool(true)),
        garbage: b"nonsense\0{\"jsonrpc\":\"2.0\"}\0".to_vec(),
        datagrams: false,
    }
}

#[test]
fn a_core_lives() {
    let bench = life().online();
    assert_eq!(bench.facts["state"], Some(Value::Text("active".to_owned())));
    assert_eq!(bench.facts["design"], Some(Value::Text("Room".to_owned())));
    life().all();
}

#[test]
fn nothing_is_asked_before_the_engine_status() {
    let mut bench = Bench::of(core(None));
    bench.connect();
    assert!(bench.sent.is_empty());
    bench.wait(Duration::from_millis(5_100));
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::Silent, .. }));
}

#[test]
fn a_refused_logon_is_a_refused_password() {
    let mut bench = Bench::of(core(Some("room")));
    bench.connect();
    bench.say(STATUS);
    assert_eq!(bench.sent, [request(1, "Logon", &json!({ "User": "room", "Password": "1234" }))]);
    bench.say(&error(1, 10));
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::LoginRefused, .. }));
    // A Core that asks for a user when the settings name none.
    let mut bench = Bench::of(core(None));
    bench.connect();
    bench.say(STATUS);
    bench.say(&error(1, 10));
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::LoginRefused, .. }));
}

#[test]
fn an_answer_with_another_id_ends_nothing() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(&result(&json!(ORDER), &json!(true)));
    bench.say(&gain(ORDER - 5, -10.5));
    bench.say(&error(ORDER - 5, 8));
    assert!(bench.progress.iter().all(|(_, progress)| *progress == Progress::Sent), "{:?}", bench.progress);
    bench.say(&gain(ORDER + 1, -10.5));
    assert!(bench.progress.contains(&(1, Progress::Done)));
}

#[test]
fn another_value_than_ordered_is_a_refusal() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(&result(&json!(ORDER), &json!(true)));
    bench.say(&gain(ORDER + 1, -12.0));
    assert!(bench.progress.iter().any(|(id, progress)| *id == 1 && matches!(progress, Progress::Refused(_))), "{:?}", bench.progress);
}

#[test]
fn another_design_makes_the_session_afresh_and_the_same_one_does_not() {
    let mut bench = life().online();
    bench.say(STATUS);
    assert!(bench.is_online());
    let other = String::from_utf8(STATUS.to_vec()).unwrap().replace("q1", "q2");
    bench.say(other.as_bytes());
    assert_eq!(bench.disconnects, 1);
    bench.wait(Duration::from_secs(3));
    assert_eq!(bench.connects, 2);
}

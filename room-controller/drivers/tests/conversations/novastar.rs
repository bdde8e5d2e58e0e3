//! A sending card: writes are acknowledged by it alone, read-backs prove.

use room_api::Value;
use room_driver::{No, Progress};
use room_drivers::Line;
use room_drivers::novastar::{Ack, Frame, Framer, Kind, Side, register};

use crate::desk::Desk;

const TWO: &str = "cards = [{ port = 0, card = 0 }, { port = 1, card = 0 }]";

/// The last request.
fn asked(desk: &mut Desk) -> Frame {
    let (_, bytes) = desk.sent.pop().unwrap();
    desk.sent.clear();
    Framer::new(Side::Computer).feed(&bytes).0.remove(0)
}

fn reply(request: &Frame, ack: Ack, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    Frame { ack, source: 0, destination: 0xFE, length, data: data.to_vec(), ..request.clone() }.encode(Side::Device)
}

/// Answers to a read as a healthy device with everything at rest.
fn healthy(request: &Frame) -> Vec<u8> {
    match request.register {
        register::INPUT => vec![0x5A, 0x05],
        register::MONITOR => [&[0x80, 60, 0, 0xB2][..], &[0; 252]].concat(),
        register::BRIGHTNESS => vec![0xFF; 5],
        _ => vec![0; usize::from(request.length)],
    }
}

fn answer_all(desk: &mut Desk) {
    while !desk.sent.is_empty() {
        let request = asked(desk);
        let data = if request.write { Vec::new() } else { healthy(&request) };
        desk.say(&reply(&request, Ack::Good, &data));
    }
}

fn online(settings: &str) -> Desk {
    let mut desk = Desk::new("novastar", Line::Tcp, settings);
    desk.connect();
    assert!(!desk.is_online());
    answer_all(&mut desk);
    assert!(desk.is_online());
    desk
}

#[test]
fn the_acknowledgement_is_no_proof_all_cards_are() {
    let mut desk = online(TWO);
    assert_eq!((desk.fact("input"), desk.fact("voltage.2")), (Some(&Value::Text("hdmi".to_owned())), Some(&Value::Int(50))));
    desk.command(1, "set_brightness", &[("brightness", Value::Int(50))]);
    let write = asked(&mut desk);
    assert_eq!((write.port, write.card, write.data.clone(), write.kind), (0xFF, 0xFFFF, vec![128], Kind::Receiver));
    desk.say(&reply(&write, Ack::Good, &[]));
    assert_eq!((desk.last_of(1), desk.fact("brightness")), (Some(Progress::Done), Some(&Value::Int(100))));
    let first = asked(&mut desk);
    desk.say(&reply(&first, Ack::Good, &[128, 0, 0, 0, 0]));
    assert_eq!(desk.facts["brightness"], None, "one card has it, the other has not said so");
    let second = asked(&mut desk);
    assert_eq!((first.port, second.port), (0, 1));
    desk.say(&reply(&second, Ack::Good, &[128, 0, 0, 0, 0]));
    assert_eq!(desk.fact("brightness"), Some(&Value::Int(50)));
}

#[test]
fn refusals_and_a_card_that_does_not_answer() {
    let mut desk = online("");
    desk.command(1, "set_input", &[("input", Value::Text("sdi".to_owned()))]);
    let write = asked(&mut desk);
    assert_eq!(write.data, [0x5A, 0x01]);
    desk.say(&reply(&write, Ack::Invalid, &[]));
    assert_eq!(desk.last_of(1), Some(Progress::Refused(No::Unsupported)));
    desk.command(2, "set_black", &[("black", Value::Bool(true))]);
    let write = asked(&mut desk);
    desk.say(&reply(&write, Ack::BadRequest, &[]));
    desk.wait_ms(150);
    let again = asked(&mut desk);
    assert_eq!(again.register, register::SCREEN);
    desk.say(&reply(&again, Ack::Good, &[]));
    let read = asked(&mut desk);
    desk.say(&reply(&read, Ack::NoCard, &[]));
    assert_eq!((desk.last_of(2), desk.facts["black"].clone()), (Some(Progress::Done), None));
}

#[test]
fn what_belongs_to_another_question_is_dropped() {
    let mut desk = online("");
    desk.command(1, "set_freeze", &[("freeze", Value::Bool(true))]);
    let write = asked(&mut desk);
    let late = Frame { serial: write.serial.wrapping_sub(1), ..write.clone() };
    desk.say(&reply(&late, Ack::Good, &[]));
    desk.say(&reply(&Frame { register: register::TEST, ..write.clone() }, Ack::Good, &[]));
    desk.say_hex("00 AA 55 13 AA");
    assert_eq!(desk.last_of(1), Some(Progress::Sent));
    for byte in reply(&write, Ack::Good, &[]) {
        desk.say(&[byte]);
    }
    assert_eq!(desk.last_of(1), Some(Progress::Done));
    let read = asked(&mut desk);
    desk.say(&reply(&write, Ack::Good, &[]));
    desk.say(&reply(&read, Ack::Good, &[0, 0, 0xFF]));
    assert_eq!((desk.fact("freeze"), desk.fact("black")), (Some(&Value::Bool(true)), Some(&Value::Bool(false))));
}

#[test]
fn somebody_elses_change_and_silence() {
    let mut desk = online("");
    desk.wait_ms(5_100);
    while !desk.sent.is_empty() {
        let request = asked(&mut desk);
        let data = if request.register == register::BRIGHTNESS { vec![51; 5] } else { healthy(&request) };
        desk.say(&reply(&request, Ack::Good, &data));
    }
    assert_eq!(desk.fact("brightness"), Some(&Value::Int(20)));
    desk.command(1, "set_test", &[("test_pattern", Value::Text("red".to_owned()))]);
    desk.wait_ms(8_000);
    assert_eq!((desk.last_of(1), desk.disconnects), (Some(Progress::TimedOut), 1));
    desk.sent.clear();
    desk.connect();
    assert!(!desk.is_online());
    answer_all(&mut desk);
    assert!(desk.is_online());
}

//! A relay board: what it says, what it refuses, and when it is believed.

use room_api::Value;
use room_driver::{Input, No, Progress};
use room_drivers::Line;
use room_drivers::modbus_relays::Frame;

use crate::desk::Desk;

const TWO: &str = "count = 2";
const RULES: &str = r#"
[[outlets]]
number = 1
name = "功放"
name_en = "Amplifier"
amplifier = true
[[outlets]]
number = 2
name = "处理器"
name_en = "Processor"
"#;

/// A reply on a serial line.
fn rtu(pdu: &str) -> Vec<u8> {
    Frame { transaction: None, unit: 1, pdu: hex::decode(pdu.replace(' ', "")).unwrap() }.encode()
}

/// A board on a serial line that was read back with all off.
fn online(settings: &str) -> Desk {
    let mut desk = Desk::new("modbus_relays", Line::Serial, settings);
    desk.connect();
    assert_eq!(desk.heard(), ["010100000002BDCB"]);
    assert!(!desk.is_online(), "nothing was answered yet");
    desk.say(&rtu("01 01 00"));
    assert!(desk.is_online());
    desk
}

fn set(desk: &mut Desk, id: u64, outlet: i64, on: bool) {
    desk.command(id, "set_outlet", &[("outlet", Value::Int(outlet)), ("on", Value::Bool(on))]);
    desk.wait_ms(10);
}

#[test]
fn the_echo_is_no_proof_the_read_back_is() {
    let mut desk = online(TWO);
    set(&mut desk, 1, 1, true);
    assert_eq!(desk.heard(), ["01050000FF008C3A"]);
    desk.say(&rtu("05 0000 FF00"));
    assert_eq!((desk.last_of(1), desk.fact("outlet.1")), (Some(Progress::Done), Some(&Value::Bool(false))));
    desk.wait_ms(10);
    assert_eq!(desk.heard(), ["010100000002BDCB"], "read back at once");
    desk.say(&rtu("01 01 01"));
    assert_eq!((desk.fact("outlet.1"), desk.fact("outlet.2")), (Some(&Value::Bool(true)), Some(&Value::Bool(false))));
}

#[test]
fn exceptions_are_refusals_and_busy_is_asked_again() {
    let mut desk = online(TWO);
    set(&mut desk, 1, 2, true);
    desk.say(&rtu("85 02"));
    assert_eq!(desk.last_of(1), Some(Progress::Refused(No::BadParameter)));
    set(&mut desk, 2, 2, true);
    desk.heard();
    desk.say(&rtu("85 06"));
    desk.wait_ms(150);
    assert_eq!(desk.heard(), ["01050001FF00DDFA"]);
    desk.say(&rtu("05 0001 FF00"));
    assert_eq!(desk.last_of(2), Some(Progress::Done));
}

#[test]
fn a_hand_on_the_panel_is_seen_at_the_next_poll() {
    let mut desk = online(TWO);
    desk.wait_ms(2_100);
    desk.say(&rtu("01 01 02"));
    assert_eq!(desk.fact("outlet.2"), Some(&Value::Bool(true)));
}

#[test]
fn silence_is_asked_again_then_lost_and_everything_is_read_back() {
    let mut desk = online(TWO);
    set(&mut desk, 1, 1, true);
    desk.wait_ms(10_000);
    assert!(desk.is_lost() || desk.connects >= 2);
    assert_eq!(desk.disconnects, 1);
    assert_eq!(desk.last_of(1), Some(Progress::TimedOut));
    assert_eq!(desk.heard().iter().filter(|frame| *frame == "01050000FF008C3A").count(), 3);
    desk.connect();
    assert!(!desk.is_online());
    desk.say(&rtu("01 01 01"));
    assert!(desk.is_online() && desk.fact("outlet.1") == Some(&Value::Bool(true)));
}

#[test]
fn garbage_single_bytes_and_late_replies() {
    let mut desk = online(TWO);
    set(&mut desk, 1, 1, true);
    desk.say_hex("00 FF 13 01 05");
    for byte in rtu("05 0000 FF00") {
        desk.say(&[byte]);
    }
    assert_eq!(desk.last_of(1), Some(Progress::Done));
    desk.wait_ms(10);
    // The same echo again, and the answer to a write of another outlet: neither is the read-back.
    desk.say(&rtu("05 0000 FF00"));
    desk.say(&rtu("05 0001 FF00"));
    assert_eq!(desk.fact("outlet.1"), Some(&Value::Bool(false)));
    desk.say(&rtu("01 01 01"));
    assert_eq!(desk.fact("outlet.1"), Some(&Value::Bool(true)));
}

#[test]
fn on_tcp_a_reply_with_another_number_is_no_reply() {
    let mut desk = Desk::new("modbus_relays", Line::Tcp, TWO);
    desk.connect();
    assert_eq!(desk.heard(), ["000100000006010100000002"]);
    desk.say_hex("0063 0000 0004 01 01 01 03");
    assert!(!desk.is_online());
    desk.say_hex("0001 0000 0004 01 01 01 03");
    assert!(desk.is_online() && desk.fact("outlet.2") == Some(&Value::Bool(true)));
}

#[test]
fn a_sequence_waits_for_each_report_and_a_second_and_amplifiers_are_last() {
    let mut desk = online(RULES);
    desk.command(9, "sequence", &[("sequence", Value::Text("up".to_owned()))]);
    desk.wait_ms(10);
    assert_eq!(desk.heard(), ["01050001FF00DDFA"], "the processor first");
    assert_eq!(desk.fact("sequence"), Some(&Value::Text("going_up".to_owned())));
    desk.say(&rtu("05 0001 FF00"));
    desk.wait_ms(900);
    assert_eq!(desk.heard(), ["010100000002BDCB"], "no further step before the report");
    desk.say(&rtu("01 01 02"));
    desk.wait_ms(990);
    assert!(desk.heard().is_empty(), "a second after the report");
    desk.wait_ms(20);
    assert_eq!(desk.heard(), ["01050000FF008C3A"]);
    set(&mut desk, 10, 2, false);
    assert_eq!(desk.last_of(10), Some(Progress::Refused(No::NotNow)), "no single outlets meanwhile");
    desk.say(&rtu("05 0000 FF00"));
    desk.wait_ms(10);
    assert_eq!(desk.last_of(9), Some(Progress::Acked));
    desk.say(&rtu("01 01 03"));
    assert_eq!((desk.last_of(9), desk.fact("sequence")), (Some(Progress::Done), Some(&Value::Text("up".to_owned()))));
    // Down begins with the amplifier, a second after the last step.
    desk.heard();
    desk.command(11, "sequence", &[("sequence", Value::Text("down".to_owned()))]);
    desk.wait_ms(990);
    assert!(desk.heard().is_empty());
    desk.wait_ms(20);
    assert_eq!(desk.heard(), ["010500000000CDCA"]);
}

#[test]
fn a_welded_relay_ends_the_sequence_as_a_fault_and_a_lost_link_ends_it_for_good() {
    let mut desk = online(RULES);
    desk.command(9, "sequence", &[("sequence", Value::Text("up".to_owned()))]);
    desk.wait_ms(10);
    desk.say(&rtu("05 0001 FF00"));
    for _ in 0..6 {
        desk.wait_ms(900);
        desk.say(&rtu("01 01 00"));
    }
    assert_eq!((desk.last_of(9), desk.fact("sequence")), (Some(Progress::Refused(No::Fault)), Some(&Value::Text("down".to_owned()))));
    desk.command(10, "sequence", &[("sequence", Value::Text("up".to_owned()))]);
    desk.wait_ms(1_010);
    desk.input(Input::Closed("cut".to_owned()));
    assert_eq!(desk.last_of(10), Some(Progress::TimedOut));
    desk.wait_ms(2_000);
    desk.heard();
    desk.connect();
    desk.say(&rtu("01 01 00"));
    desk.wait_ms(1_500);
    assert!(desk.heard().iter().all(|frame| !frame.starts_with("0105")), "nothing is repeated");
}

#[test]
fn stop_ends_a_sequence_where_it_stands() {
    let mut desk = online(RULES);
    desk.command(9, "sequence", &[("sequence", Value::Text("up".to_owned()))]);
    desk.wait_ms(10);
    desk.say(&rtu("05 0001 FF00"));
    desk.wait_ms(10);
    desk.say(&rtu("01 01 02"));
    desk.command(10, "stop", &[]);
    assert_eq!((desk.last_of(9), desk.last_of(10)), (Some(Progress::Refused(No::Cancelled)), Some(Progress::Done)));
    desk.heard();
    desk.wait_ms(1_500);
    assert!(desk.heard().is_empty());
    assert_eq!(desk.fact("sequence"), Some(&Value::Text("partly".to_owned())));
}

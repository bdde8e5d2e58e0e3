//! Command strings, by hand.

use std::time::Duration;

use room_api::Value;
use room_driver::{Machine, Progress};
use room_drivers::shure::Shure;

use crate::life::{Life, Refusal};

fn answer(message: &[u8]) -> Vec<Vec<u8>> {
    let text = std::str::from_utf8(message).unwrap();
    let report = match text {
        "< GET 0 ALL >" | "< GET DEVICE_AUDIO_MUTE >" => "< REP DEVICE_AUDIO_MUTE OFF >",
        "< GET 1 AUDIO_MUTE >" => "< REP 1 AUDIO_MUTE OFF >",
        "< GET 1 AUDIO_GAIN_HI_RES >" => "< REP 1 AUDIO_GAIN_HI_RES 1100 >",
        "< GET 1 CHAN_NAME >" => "< REP 1 CHAN_NAME {Podium                         } >",
        _ if text.starts_with("< GET") => "< REP ERR >",
        _ => return Vec::new(),
    };
    vec![report.as_bytes().to_vec()]
}

fn life() -> Life<Shure> {
    Life {
        machine: || Machine::new(Shure::new(1, 1, Vec::new()), 7),
        greeting: b"",
        answer,
        command: ("set_mute", vec![("channel", Value::Int(1)), ("mute", Value::Bool(true))]),
        order: b"< SET 1 AUDIO_MUTE ON >".to_vec(),
        done: vec![b"< REP 1 AUDIO_MUTE ON >".to_vec()],
        proof: ("mute.1", Value::Bool(true)),
        refusal: Refusal::Says(b"< REP ERR >".to_vec()),
        external: (b"< REP 1 AUDIO_GAIN_HI_RES 0900 >".to_vec(), "level.1", Value::Int(-200)),
        garbage: b"\xFE\x01xyz< REP 1 AU".to_vec(),
        datagrams: false,
    }
}

#[test]
fn a_device_lives() {
    let bench = life().online();
    assert_eq!(bench.facts["name.1"], Some(Value::Text("Podium".to_owned())));
    assert_eq!(bench.facts["battery.1"], None, "it has none");
    life().all();
}

#[test]
fn the_old_value_reported_late_confirms_nothing_and_a_silent_order_is_looked_at() {
    let mut bench = life().online();
    life().order(&mut bench, 1);
    bench.say(b"< REP 1 AUDIO_MUTE OFF >< REP 2 AUDIO_MUTE ON >");
    assert_eq!(bench.progress, [(1, Progress::Sent)]);
    bench.wait(Duration::from_millis(1_001));
    assert_eq!(bench.last_sent(), b"< GET 1 AUDIO_MUTE >");
    bench.say(b"< REP 1 AUDIO_MUTE OFF >");
    assert!(matches!(bench.progress.last(), Some((1, Progress::Refused(_)))));
}

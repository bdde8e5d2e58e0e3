//! A blind camera: nothing is known but what was sent, and that is said to be assumed.

use std::time::Duration;

use room_api::{ReportSource, Value};
use room_driver::{Input, Lane, LinkHealth, Machine, Output, Progress, Trouble};
use room_drivers::Driver as _;
use room_drivers::pelco_d::{PelcoD, Settings};

use crate::bench::{Bench, hex};

const STOP: &str = "FF 01 00 00 00 00 01";

fn camera(answers: bool) -> Bench<PelcoD> {
    let settings = Settings { pelco_address: 1, preset_count: 32, presets: vec![], answers };
    let mut bench = Bench::of(Machine::new(PelcoD::new(settings), 7));
    bench.connect();
    bench
}

fn blind() -> Bench<PelcoD> {
    let mut bench = camera(false);
    bench.wait(Duration::from_millis(200));
    assert!(bench.is_online(), "{:?}", bench.health);
    bench.sent.clear();
    bench
}

fn drive(pan: i64, tilt: i64) -> [(&'static str, Value); 2] {
    [("pan", Value::Int(pan)), ("tilt", Value::Int(tilt))]
}

#[test]
fn it_is_stopped_three_times_first_forty_milliseconds_apart() {
    let mut bench = camera(false);
    assert_eq!(bench.sent, [hex(STOP)]);
    assert!(!bench.is_online());
    bench.wait(Duration::from_millis(39));
    assert_eq!(bench.sent.len(), 1);
    bench.wait(Duration::from_millis(42));
    assert_eq!(bench.sent, [hex(STOP), hex(STOP), hex(STOP)]);
    assert!(bench.is_online());
    assert_eq!((&bench.facts["preset"], &bench.facts["power"]), (&None, &None));
}

#[test]
fn what_was_sent_is_assumed_and_never_said_to_be_known() {
    let mut bench = blind();
    let args = [("preset".to_owned(), Value::Int(5))];
    bench.machine.command(bench.now, 1, Lane::Operator, "recall_preset", &args.into()).unwrap();
    let outputs: Vec<Output> = std::iter::from_fn(|| bench.machine.poll()).collect();
    assert!(outputs.contains(&Output::Send(hex("FF 01 00 07 00 05 0D"))));
    let sources: Vec<ReportSource> =
        outputs.iter().filter_map(|output| if let Output::Report { source, .. } = output { Some(*source) } else { None }).collect();
    assert_eq!(sources, [ReportSource::Assumed]);
    assert!(outputs.contains(&Output::Progress { id: 1, progress: Progress::Done }));
    bench.wait(Duration::from_millis(50));
    bench.command(2, "pan_tilt", &drive(-0x20, 0));
    assert_eq!(bench.last_sent(), hex("FF 01 00 04 20 00 25"));
    assert_eq!(bench.facts["preset"], None, "driven away");
}

#[test]
fn one_frame_says_every_movement_and_letting_go_is_repeated() {
    let mut bench = blind();
    bench.command(1, "pan_tilt", &drive(0x20, -0x10));
    bench.wait(Duration::from_millis(50));
    bench.command(2, "zoom", &[("speed", Value::Int(1))]);
    // right, down and tele
    assert_eq!(bench.last_sent(), hex("FF 01 00 32 20 10 63"));
    bench.wait(Duration::from_millis(50));
    bench.sent.clear();
    bench.command(3, "pan_tilt", &drive(0, 0));
    bench.wait(Duration::from_millis(130));
    let tele = hex("FF 01 00 20 00 00 21");
    assert_eq!(bench.sent, [tele.clone(), tele.clone(), tele]);
}

#[test]
fn a_stop_overtakes_and_takes_away_moves() {
    let mut bench = blind();
    bench.command(1, "iris", &[("speed", Value::Int(-1))]);
    bench.command(2, "pan_tilt", &drive(9, 9));
    bench.command(3, "stop", &[]);
    assert!(bench.progress.contains(&(2, Progress::Superseded)));
    bench.wait(Duration::from_millis(130));
    assert_eq!(bench.sent, [hex("FF 01 04 00 00 00 05"), hex(STOP), hex(STOP), hex(STOP)]);
}

#[test]
fn noise_on_a_blind_line_is_nobodys() {
    let mut bench = blind();
    for _ in 0..100 {
        bench.say(&[0xFF, 0x13, 0x55, 0x01]);
    }
    assert!(bench.is_online());
    bench.machine.handle(bench.now, Input::Closed("converter".to_owned()));
    bench.drain();
    assert!(matches!(bench.machine.health(), LinkHealth::Lost { reason: Trouble::Closed(_), .. }));
}

#[test]
fn a_camera_that_answers_is_online_only_then() {
    let mut bench = camera(true);
    bench.wait(Duration::from_millis(150));
    assert!(!bench.is_online());
    assert_eq!(bench.last_sent(), hex("FF 01 00 51 00 00 52"));
    // Another camera's answer, an answer to something else, noise, then ours in single bytes: 45.00°.
    bench.say(&hex("FF 02 00 59 11 94 00 FF 01 00 5B 00 10 6C 13"));
    for byte in hex("FF 01 00 59 11 94 FF") {
        bench.say(&[byte]);
    }
    assert_eq!(bench.facts["pan"], Some(Value::Int(4_500)));
    bench.wait(Duration::from_millis(40));
    bench.say(&hex("FF 01 00 5B 0B B8 1F"));
    bench.wait(Duration::from_millis(40));
    bench.say(&hex("FF 01 00 5D 00 00 5E"));
    assert!(bench.is_online());
    bench.wait(Duration::from_secs(20));
    assert!(bench.health.iter().any(|health| matches!(health, LinkHealth::Lost { reason: Trouble::Silent, .. })));
}

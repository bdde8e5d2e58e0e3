//! The relay board's driver against our relay board, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stage;

use std::time::Duration;

use room_api::Value;
use room_driver::{No, Progress};
use room_drivers::Line;
use room_sim::modbus_relays::RelayBoard;
use room_sim::{Misbehave, SimDevice};
use stage::{FAULTS, Stage};

const RULES: &str = r#"
inputs = 2
[[outlets]]
number = 1
name = "功放"
name_en = "Amplifier"
amplifier = true
[[outlets]]
number = 2
name = "处理器"
name_en = "Processor"
[[outlets]]
number = 3
name = "投影机"
name_en = "Projector"
rest_s = 60
[[outlets]]
number = 4
name = "幕布上"
name_en = "Screen up"
sequenced = false
excludes = [5]
[[outlets]]
number = 5
name = "幕布下"
name_en = "Screen down"
sequenced = false
"#;

fn stage(line: Line, settings: &str) -> Stage<RelayBoard> {
    let table: toml::Table = settings.parse().unwrap();
    let board = RelayBoard::of(&room_drivers::read(&table).unwrap(), line).unwrap();
    Stage::new("modbus_relays", line, settings, board)
}

fn set(stage: &mut Stage<RelayBoard>, outlet: i64, on: bool) -> u64 {
    stage.command("set_outlet", &[("outlet", Value::Int(outlet)), ("on", Value::Bool(on))])
}

fn sequence(stage: &mut Stage<RelayBoard>, way: &str) -> u64 {
    stage.command("sequence", &[("sequence", Value::Text(way.to_owned()))])
}

/// Every outlet the driver reports is as it is.
fn agrees(stage: &mut Stage<RelayBoard>) {
    let hidden = stage.device.hidden(stage.now);
    for (number, on) in hidden["outlets"].as_object().unwrap() {
        assert_eq!(stage.fact(&format!("outlet.{number}")), Some(&Value::Bool(on.as_bool().unwrap())), "{number}");
    }
}

#[test]
fn coils_and_registers_on_both_lines() {
    for line in [Line::Tcp, Line::Serial] {
        for more in ["", "first = 1\n", "unit = 9\nspace = \"registers\"\non_value = 256\noff_value = 512\n"] {
            let mut stage = stage(line, &format!("{more}{RULES}"));
            stage.in_bytes = line == Line::Serial;
            stage.until_online();
            let id = set(&mut stage, 2, true);
            stage.run_ms(500);
            assert_eq!(stage.last_of(id), Some(Progress::Done));
            stage.device.contact(1, true);
            let at = stage.now;
            stage.device.press(at, 4, true);
            stage.run_ms(2_500);
            agrees(&mut stage);
            assert_eq!(stage.fact("outlet.4"), Some(&Value::Bool(true)));
            assert_eq!((stage.fact("input.1"), stage.fact("input.2")), (Some(&Value::Bool(true)), Some(&Value::Bool(false))));
        }
    }
}

#[test]
fn a_sequence_goes_by_seconds_with_amplifiers_last_on_and_first_off() {
    let mut stage = stage(Line::Serial, RULES);
    stage.until_online();
    stage.run_ms(61_000);
    let up = sequence(&mut stage, "up");
    stage.run_ms(8_000);
    assert_eq!((stage.last_of(up), stage.fact("sequence")), (Some(Progress::Done), Some(&Value::Text("up".to_owned()))));
    let down = sequence(&mut stage, "down");
    stage.run_ms(8_000);
    assert_eq!((stage.last_of(down), stage.fact("sequence")), (Some(Progress::Done), Some(&Value::Text("down".to_owned()))));
    let order: Vec<(u16, bool)> = stage.device.log().iter().map(|(_, relay, on)| (*relay, *on)).collect();
    assert_eq!(order, [(2, true), (3, true), (1, true), (1, false), (3, false), (2, false)]);
    assert!(stage.device.log().windows(2).all(|pair| pair[1].0 - pair[0].0 >= Duration::from_secs(1)));
    agrees(&mut stage);
    // The projector cools: the whole way up is refused before anything is switched.
    let soon = sequence(&mut stage, "up");
    stage.run_ms(5_000);
    assert_eq!((stage.last_of(soon), stage.device.log().len()), (Some(Progress::Refused(No::NotNow)), 6));
    stage.run_ms(60_000);
    let later = sequence(&mut stage, "up");
    stage.run_ms(8_000);
    assert_eq!(stage.last_of(later), Some(Progress::Done));
}

#[test]
fn interlocked_relays_are_never_on_together() {
    let mut stage = stage(Line::Tcp, RULES);
    stage.until_online();
    let (up, down) = (set(&mut stage, 4, true), set(&mut stage, 5, true));
    stage.run_ms(1_000);
    assert_eq!((stage.last_of(up), stage.last_of(down)), (Some(Progress::Done), Some(Progress::Refused(No::NotNow))));
    let hidden = stage.device.hidden(stage.now);
    assert_eq!((hidden["outlets"]["4"].as_bool(), hidden["outlets"]["5"].as_bool()), (Some(true), Some(false)));
}

#[test]
fn a_welded_relay_is_reported_as_it_is() {
    let mut stage = stage(Line::Tcp, RULES);
    stage.device.weld(2);
    stage.until_online();
    stage.run_ms(61_000);
    let id = sequence(&mut stage, "up");
    stage.run_ms(10_000);
    assert_eq!((stage.last_of(id), stage.fact("sequence")), (Some(Progress::Refused(No::Fault)), Some(&Value::Text("down".to_owned()))));
    agrees(&mut stage);
}

#[test]
fn under_every_fault_nothing_is_confirmed_that_is_not_so_and_it_comes_back() {
    for line in [Line::Tcp, Line::Serial] {
        for fault in FAULTS {
            let mut stage = stage(line, "count = 4");
            stage.until_online();
            stage.forget();
            stage.misbehave(fault);
            let id = set(&mut stage, 3, true);
            stage.run_ms(15_000);
            let is_on = stage.device.hidden(stage.now)["outlets"]["3"] == true;
            assert!(stage.fact("outlet.3") != Some(&Value::Bool(true)) || is_on, "{line:?} {fault:?}");
            if fault == Misbehave::Refuse {
                assert!(!is_on && stage.last_of(id) != Some(Progress::Done));
            }
            stage.misbehave(Misbehave::None);
            stage.run_ms(40_000);
            stage.until_online();
            let again = set(&mut stage, 3, true);
            stage.run_ms(3_000);
            assert_eq!(stage.last_of(again), Some(Progress::Done), "{line:?} {fault:?}");
            stage.run_ms(2_500);
            agrees(&mut stage);
        }
    }
}

#[test]
fn after_a_power_cut_the_board_is_read_as_it_is() {
    let mut stage = stage(Line::Tcp, "count = 4");
    stage.until_online();
    set(&mut stage, 1, true);
    stage.run_ms(1_000);
    assert_eq!(stage.fact("outlet.1"), Some(&Value::Bool(true)));
    stage.reboot();
    stage.run_ms(3_000);
    assert_eq!(stage.fact("outlet.1"), Some(&Value::Bool(false)));
    assert!(stage.is_online());
}

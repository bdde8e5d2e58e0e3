//! The KNX driver against our interface, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stage;

use room_api::Value;
use room_driver::{No, Progress};
use room_drivers::{Line, knx};
use room_sim::knx::KnxInterface;
use room_sim::{Misbehave, SimDevice};
use stage::{FAULTS, Stage};

const RIG: &str = r#"
scene_group = "5/0/0"
[[fixtures]]
number = 1
name = "筒灯"
name_en = "Spots"
write = "1/2/3"
status = "1/2/4"
[[fixtures]]
number = 2
name = "面光"
name_en = "Front"
kind = "dimmer"
write = "1/3/3"
status = "1/3/4"
"#;

fn stage() -> Stage<KnxInterface> {
    let settings: knx::Settings = room_drivers::read(&RIG.parse().unwrap()).unwrap();
    let device = KnxInterface::new(settings.fixtures().unwrap(), settings.scene_group().unwrap());
    Stage::new("knx", Line::Udp, RIG, device)
}

fn switch(stage: &mut Stage<KnxInterface>, on: bool) -> u64 {
    stage.command("set_on", &[("fixture", Value::Int(1)), ("on", Value::Bool(on))])
}

fn agrees(stage: &mut Stage<KnxInterface>) {
    let hidden = stage.device.hidden(stage.now);
    let level = (hidden["fixtures"]["2"].as_i64().unwrap() * 100 + 127) / 255;
    assert_eq!(stage.fact("on.1"), Some(&Value::Bool(hidden["fixtures"]["1"].as_bool().unwrap())));
    assert_eq!(stage.fact("level.2"), Some(&Value::Int(level)));
}

#[test]
fn every_command_is_proved_and_every_telegram_acknowledged() {
    let mut stage = stage();
    stage.until_online();
    stage.run_ms(1_000);
    agrees(&mut stage);
    for round in 0..300_i64 {
        let on = switch(&mut stage, round % 2 == 0);
        let level = stage.command("set_level", &[("fixture", Value::Int(2)), ("level", Value::Int(round % 101))]);
        stage.run_ms(1_000);
        assert_eq!((stage.last_of(on), stage.last_of(level)), (Some(Progress::Done), Some(Progress::Done)), "{round}");
        assert_eq!((stage.fact("on.1"), stage.fact("level.2")), (Some(&Value::Bool(round % 2 == 0)), Some(&Value::Int(round % 101))));
        agrees(&mut stage);
    }
    let scene = stage.command("recall_scene", &[("scene", Value::Int(12))]);
    stage.run_ms(1_000);
    let hidden = stage.device.hidden(stage.now);
    assert_eq!((stage.last_of(scene), hidden["scene"].as_i64()), (Some(Progress::Done), Some(12)));
    assert_eq!((hidden["unacknowledged"].as_i64(), hidden["repeats"].as_i64()), (Some(0), Some(0)), "numbers went round");
}

#[test]
fn a_hand_on_the_wall_is_told() {
    let mut stage = stage();
    stage.until_online();
    stage.device.press(2, 255);
    stage.run_ms(62_000);
    assert_eq!(stage.fact("level.2"), Some(&Value::Int(100)));
}

#[test]
fn a_dead_bus_is_a_fault_and_a_full_interface_is_tried_again() {
    let mut stage = stage();
    stage.until_online();
    stage.device.set_bus_dead(true);
    let id = switch(&mut stage, true);
    stage.run_ms(2_000);
    assert_eq!(stage.last_of(id), Some(Progress::Refused(No::Fault)));
    stage.device.set_bus_dead(false);
    stage.device.set_full(true);
    stage.reboot();
    stage.run_ms(10_000);
    assert!(!stage.is_online());
    stage.device.set_full(false);
    stage.until_online();
    stage.run_ms(1_000);
    agrees(&mut stage);
}

#[test]
fn a_status_that_cannot_be_read_is_unknown_until_it_tells() {
    let mut stage = stage();
    stage.device.set_readable(1, false);
    stage.until_online();
    stage.run_ms(5_000);
    assert_eq!(stage.fact("on.1"), None);
    switch(&mut stage, true);
    stage.run_ms(1_000);
    assert_eq!(stage.fact("on.1"), Some(&Value::Bool(true)), "it tells when it is switched");
}

#[test]
fn under_every_fault_nothing_is_confirmed_that_is_not_so_and_it_comes_back() {
    for fault in FAULTS {
        let mut stage = stage();
        stage.until_online();
        stage.run_ms(1_000);
        stage.forget();
        stage.misbehave(fault);
        switch(&mut stage, true);
        stage.run_ms(20_000);
        let is_on = stage.device.hidden(stage.now)["fixtures"]["1"] == true;
        assert!(stage.fact("on.1") != Some(&Value::Bool(true)) || is_on, "{fault:?}");
        stage.misbehave(Misbehave::None);
        stage.run_ms(65_000);
        stage.until_online();
        let again = switch(&mut stage, false);
        stage.run_ms(2_000);
        assert_eq!(stage.last_of(again), Some(Progress::Done), "{fault:?}");
        stage.run_ms(62_000);
        agrees(&mut stage);
    }
}

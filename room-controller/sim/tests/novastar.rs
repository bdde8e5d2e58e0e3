//! The LED board's driver against our sending card, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stage;

use room_api::Value;
use room_driver::{No, Progress};
use room_drivers::{Line, novastar};
use room_sim::novastar::SendingCard;
use room_sim::{Misbehave, SimDevice};
use stage::{FAULTS, Stage};

const TWO: &str = "cards = [{ port = 0, card = 0 }, { port = 0, card = 1 }]";

fn stage(line: Line) -> Stage<SendingCard> {
    let settings: novastar::Settings = room_drivers::read(&TWO.parse().unwrap()).unwrap();
    Stage::new("novastar", line, TWO, SendingCard::new(&settings.cards().unwrap()))
}

fn done(stage: &mut Stage<SendingCard>, command: &str, args: &[(&str, Value)]) {
    let id = stage.command(command, args);
    stage.run_ms(1_000);
    assert_eq!(stage.last_of(id), Some(Progress::Done), "{command}");
}

fn agrees(stage: &mut Stage<SendingCard>) {
    let hidden = stage.device.hidden(stage.now);
    let card = &hidden["cards"]["1"];
    let percent = (card["brightness"].as_i64().unwrap() * 100 + 127) / 255;
    assert_eq!(stage.fact("brightness"), Some(&Value::Int(percent)));
    assert_eq!(stage.fact("black"), Some(&Value::Bool(card["black"].as_bool().unwrap())));
    assert_eq!(stage.fact("freeze"), Some(&Value::Bool(card["freeze"].as_bool().unwrap())));
}

#[test]
fn every_command_is_proved_by_the_cards() {
    for line in [Line::Tcp, Line::Serial] {
        let mut stage = stage(line);
        stage.in_bytes = line == Line::Serial;
        stage.until_online();
        for percent in [0, 1, 33, 50, 100] {
            done(&mut stage, "set_brightness", &[("brightness", Value::Int(percent))]);
            assert_eq!(stage.fact("brightness"), Some(&Value::Int(percent)));
        }
        done(&mut stage, "set_black", &[("black", Value::Bool(true))]);
        done(&mut stage, "set_freeze", &[("freeze", Value::Bool(true))]);
        for (word, _) in novastar::TESTS {
            done(&mut stage, "set_test", &[("test_pattern", Value::Text(word.to_owned()))]);
            assert_eq!(stage.fact("test_pattern"), Some(&Value::Text(word.to_owned())));
        }
        for (word, code) in novastar::INPUTS {
            done(&mut stage, "set_input", &[("input", Value::Text(word.to_owned()))]);
            assert_eq!(stage.fact("input"), Some(&Value::Text(word.to_owned())));
            assert_eq!(stage.device.hidden(stage.now)["input"][1], code);
        }
        agrees(&mut stage);
        assert_eq!((stage.fact("temperature.2"), stage.fact("voltage.1")), (Some(&Value::Int(365)), Some(&Value::Int(49))));
    }
}

#[test]
fn brightness_survives_a_power_cut_only_when_it_was_saved() {
    let mut stage = stage(Line::Tcp);
    stage.until_online();
    done(&mut stage, "set_brightness", &[("brightness", Value::Int(40))]);
    done(&mut stage, "save", &[]);
    done(&mut stage, "set_brightness", &[("brightness", Value::Int(80))]);
    stage.reboot();
    stage.run_ms(5_000);
    assert!(stage.is_online());
    assert_eq!(stage.fact("brightness"), Some(&Value::Int(40)));
    assert_eq!(stage.device.hidden(stage.now)["saves"], 1);
}

#[test]
fn cards_that_differ_or_are_gone_make_it_unknown() {
    let mut stage = stage(Line::Tcp);
    stage.until_online();
    stage.device.set_brightness(1, 10);
    stage.run_ms(6_000);
    assert_eq!(stage.facts["brightness"], None);
    stage.device.plug(1, false);
    let id = stage.command("set_brightness", &[("brightness", Value::Int(30))]);
    stage.run_ms(7_000);
    // The sending card acknowledges for all; the read-back tells the truth.
    assert_eq!((stage.last_of(id), stage.facts["brightness"].clone()), (Some(Progress::Done), None));
    stage.device.plug(1, true);
    stage.run_ms(6_000);
    done(&mut stage, "set_brightness", &[("brightness", Value::Int(30))]);
    agrees(&mut stage);
}

#[test]
fn a_model_without_inputs_says_so() {
    let device = SendingCard::new(&[novastar::Card { port: 0, card: 0 }]).without_inputs();
    let mut stage = Stage::new("novastar", Line::Tcp, "", device);
    stage.until_online();
    assert_eq!(stage.facts["input"], None);
    let id = stage.command("set_input", &[("input", Value::Text("dp".to_owned()))]);
    stage.run_ms(500);
    assert_eq!(stage.last_of(id), Some(Progress::Refused(No::Unsupported)));
}

#[test]
fn under_every_fault_nothing_is_confirmed_that_is_not_so_and_it_comes_back() {
    for fault in FAULTS {
        let mut stage = stage(Line::Tcp);
        stage.until_online();
        stage.forget();
        stage.misbehave(fault);
        stage.command("set_black", &[("black", Value::Bool(true))]);
        stage.run_ms(15_000);
        let is_black = stage.device.hidden(stage.now)["cards"]["2"]["black"] == true;
        assert!(stage.fact("black") != Some(&Value::Bool(true)) || is_black, "{fault:?}");
        stage.misbehave(Misbehave::None);
        stage.run_ms(40_000);
        stage.until_online();
        done(&mut stage, "set_black", &[("black", Value::Bool(true))]);
        agrees(&mut stage);
    }
}

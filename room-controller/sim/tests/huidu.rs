//! The Huidu driver against our card, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stage;

use room_api::Value;
use room_driver::Progress;
use room_drivers::Line;
use room_sim::huidu::HuiduCard;
use room_sim::{Misbehave, SimDevice};
use stage::{FAULTS, Stage};

fn stage() -> Stage<HuiduCard> {
    Stage::new("huidu", Line::Tcp, "", HuiduCard::new(60, 0x005F))
}

fn done(stage: &mut Stage<HuiduCard>, command: &str, args: &[(&str, Value)]) {
    let id = stage.command(command, args);
    stage.run_ms(2_000);
    assert_eq!(stage.last_of(id), Some(Progress::Done), "{command}");
}

fn text(stage: &mut Stage<HuiduCard>, words: &str) {
    done(stage, "set_text", &[("text", Value::Text(words.to_owned()))]);
}

fn agrees(stage: &mut Stage<HuiduCard>) {
    let hidden = stage.device.hidden(stage.now);
    assert_eq!(stage.fact("brightness"), Some(&Value::Int(hidden["brightness"].as_i64().unwrap())));
}

#[test]
fn every_command_is_as_the_card_has_it_on_both_heartbeats() {
    for (settings, beat) in [("", 0x005F), ("heartbeat = \"2005\"", 0x2005)] {
        let mut stage = Stage::new("huidu", Line::Tcp, settings, HuiduCard::new(60, beat));
        stage.in_bytes = true;
        stage.until_online();
        let words = "会议 <A&B> \"开始\" '9:00'\n第二行";
        text(&mut stage, words);
        text(&mut stage, words);
        done(&mut stage, "set_black", &[("black", Value::Bool(true))]);
        for percent in [1, 50, 100] {
            done(&mut stage, "set_brightness", &[("brightness", Value::Int(percent))]);
            assert_eq!(stage.fact("brightness"), Some(&Value::Int(percent)));
        }
        stage.run_ms(100_000);
        assert!(stage.is_online(), "the heartbeat keeps the session");
        let hidden = stage.device.hidden(stage.now);
        assert_eq!((hidden["text"].as_str(), hidden["writes"].as_u64(), hidden["session"].as_u64()), (Some(words), Some(1), Some(1)));
        assert_eq!((hidden["black"].as_bool(), stage.fact("black")), (Some(true), Some(&Value::Bool(true))));
        agrees(&mut stage);
    }
}

#[test]
fn somebody_elses_brightness_is_seen_and_a_timetable_is_unknown() {
    let mut stage = stage();
    stage.until_online();
    stage.device.set_brightness("default", 17);
    stage.run_ms(11_000);
    agrees(&mut stage);
    stage.device.set_brightness("sensor", 17);
    stage.run_ms(11_000);
    assert_eq!(stage.facts["brightness"], None);
    done(&mut stage, "set_brightness", &[("brightness", Value::Int(40))]);
    agrees(&mut stage);
}

#[test]
fn a_power_cut_makes_unknown_what_cannot_be_read() {
    let mut stage = stage();
    stage.until_online();
    done(&mut stage, "set_black", &[("black", Value::Bool(true))]);
    stage.reboot();
    stage.run_ms(5_000);
    assert!(stage.is_online());
    assert_eq!((stage.facts["black"].clone(), stage.facts["text"].clone()), (None, None));
}

#[test]
fn under_every_fault_nothing_is_confirmed_that_is_not_so_and_it_comes_back() {
    for fault in FAULTS {
        let mut stage = stage();
        stage.until_online();
        stage.forget();
        stage.misbehave(fault);
        stage.command("set_brightness", &[("brightness", Value::Int(33))]);
        let words = stage.command("set_text", &[("text", Value::Text("会议".to_owned()))]);
        stage.run_ms(20_000);
        let hidden = stage.device.hidden(stage.now);
        assert!(stage.fact("brightness") != Some(&Value::Int(33)) || hidden["brightness"] == 33, "{fault:?}");
        assert!(stage.last_of(words) != Some(Progress::Done) || hidden["text"] == "会议", "{fault:?}");
        stage.misbehave(Misbehave::None);
        stage.run_ms(40_000);
        stage.until_online();
        text(&mut stage, "休会");
        done(&mut stage, "set_brightness", &[("brightness", Value::Int(33))]);
        agrees(&mut stage);
        assert_eq!(stage.device.hidden(stage.now)["text"], "休会", "{fault:?}");
    }
}

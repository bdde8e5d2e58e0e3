//! The lights' drivers against our node, receiver and widget, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stage;

use room_api::{ReportSource, Value};
use room_driver::Progress;
use room_drivers::{Line, dmx::Settings};
use room_sim::lights::Lights;
use room_sim::{Misbehave, SimDevice};
use stage::{FAULTS, Stage};

const CARRIERS: [(&str, Line); 3] = [("artnet", Line::Udp), ("sacn", Line::Udp), ("enttec_pro", Line::Serial)];
const RIG: &str = r#"
fade_ms = 400
[[fixtures]]
number = 1
name = "面光"
name_en = "Front"
address = 1
[[fixtures]]
number = 2
name = "环境"
name_en = "Wash"
kind = "dimmer_rgb"
address = 100
fine = true
[[groups]]
number = 1
name = "全部"
name_en = "All"
fixtures = [1, 2]
"#;

/// The universe of the rig on that carrier.
fn universe(driver: &str) -> u16 {
    u16::from(driver == "sacn")
}

fn stage(driver: &str, line: Line) -> Stage<Lights> {
    let at = universe(driver);
    let device = match driver {
        "artnet" => Lights::artnet(vec![at, 9, 10, 11, 12]),
        "sacn" => Lights::sacn(vec![at]),
        _ => Lights::enttec(),
    };
    Stage::new(driver, line, RIG, device)
}

fn level(stage: &mut Stage<Lights>, fixture: i64, level: i64) -> u64 {
    stage.command("set_level", &[("fixture", Value::Int(fixture)), ("level", Value::Int(level))])
}

fn levels(stage: &Stage<Lights>, driver: &str) -> Vec<u8> {
    stage.device.heard(universe(driver)).map(|heard| heard.levels.clone()).unwrap_or_default()
}

#[test]
fn what_is_reported_is_what_arrived_in_the_right_rhythm() {
    for (driver, line) in CARRIERS {
        let mut stage = stage(driver, line);
        stage.until_online();
        let group = stage.command("set_group", &[("group", Value::Int(1)), ("level", Value::Int(100))]);
        let color = stage.command("set_color", &[("fixture", Value::Int(2)), ("color", Value::Text("#10FF80".to_owned()))]);
        stage.run_ms(500);
        assert_eq!((stage.last_of(group), stage.last_of(color)), (Some(Progress::Done), Some(Progress::Done)), "{driver}");
        assert_eq!((stage.fact("group.1"), stage.sources["group.1"]), (Some(&Value::Int(100)), ReportSource::Assumed));
        let seen = levels(&stage, driver);
        assert_eq!((seen[0], &seen[99..107]), (255, &[255, 255, 0x10, 0x10, 255, 255, 0x80, 0x80][..]), "{driver}");
        let heard = stage.device.heard(universe(driver)).unwrap();
        assert_eq!((heard.out_of_order, heard.levels.len()), (0, 512));
        let gaps: Vec<u128> = heard.times.iter().zip(heard.times.iter().skip(1)).map(|(a, b)| (*b - *a).as_millis()).collect();
        assert!(gaps.iter().all(|gap| *gap == 25), "{driver} {gaps:?}");
        stage.run_ms(20_000);
        let hidden = stage.device.hidden(stage.now);
        let heard = &hidden["universes"][universe(driver).to_string()];
        assert_eq!(
            (heard["live"].as_bool(), heard["longest_gap_ms"].as_u64(), heard["out_of_order"].as_u64()),
            (Some(true), Some(900), Some(0))
        );
        let dark = stage.command("blackout", &[("blackout", Value::Bool(true))]);
        stage.run_ms(10);
        assert_eq!((stage.last_of(dark), levels(&stage, driver)[0], levels(&stage, driver)[99]), (Some(Progress::Done), 0, 0));
    }
}

#[test]
fn an_artnet_node_says_what_it_transmits_on_all_its_pages_and_who_else_sends() {
    let mut stage = stage("artnet", Line::Udp);
    stage.until_online();
    let words = |stage: &Stage<Lights>, name: &str| stage.fact(name).cloned();
    stage.run_ms(3_000);
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    assert_eq!((words(&stage, "outputs"), words(&stage, "transmitting")), (text("0 9 10 11 12"), text("")));
    level(&mut stage, 1, 50);
    stage.device.set_foreign(true);
    stage.run_ms(3_000);
    assert_eq!((words(&stage, "transmitting"), words(&stage, "merging")), (text("0"), text("0")));
}

#[test]
fn under_every_fault_nothing_is_known_that_is_not_so_and_it_comes_back() {
    for (driver, line) in CARRIERS {
        for fault in FAULTS {
            let mut stage = stage(driver, line);
            stage.until_online();
            stage.forget();
            stage.misbehave(fault);
            let id = level(&mut stage, 1, 60);
            stage.run_ms(20_000);
            // What cannot be asked back is never more than assumed.
            assert!(stage.sources.get("level.1").is_none_or(|source| *source == ReportSource::Assumed), "{driver} {fault:?}");
            let is_answered = !matches!(fault, Misbehave::Slow { .. } | Misbehave::Refuse);
            if driver != "sacn" && is_answered {
                assert!(!stage.is_online(), "{driver} {fault:?}");
            }
            if driver == "artnet" && fault == Misbehave::Refuse {
                assert_eq!(stage.fact("transmitting"), Some(&Value::Text(String::new())), "the node says that nothing goes out");
            }
            stage.misbehave(Misbehave::None);
            stage.run_ms(40_000);
            stage.until_online();
            let again = level(&mut stage, 1, 20);
            stage.run_ms(1_000);
            assert_eq!((stage.last_of(again), levels(&stage, driver)[0]), (Some(Progress::Done), 51), "{driver} {fault:?} {id}");
            assert_eq!(stage.fact("level.1"), Some(&Value::Int(20)));
        }
    }
}

#[test]
fn after_a_power_cut_the_levels_come_back_within_a_second() {
    for (driver, line) in CARRIERS {
        let mut stage = stage(driver, line);
        stage.until_online();
        level(&mut stage, 1, 100);
        stage.run_ms(2_000);
        let now = stage.now;
        stage.device.reboot(now);
        assert!(levels(&stage, driver).is_empty());
        stage.run_ms(1_000);
        assert_eq!(levels(&stage, driver)[0], 255, "{driver}");
    }
}

#[test]
fn settings_of_the_rig_are_good_for_all() {
    for words in [room_drivers::artnet::WORDS, room_drivers::sacn::WORDS, room_drivers::enttec_pro::WORDS] {
        assert!(Settings::of(&RIG.parse().unwrap(), words).is_ok());
    }
}

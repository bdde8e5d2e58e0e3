//! The Q-SYS driver on the simulated Core.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod plant;

use std::time::Duration;

use plant::{Args, End, Plant, faulty, healthy};
use room_api::Value;
use room_drivers::{Line, qsys_qrc, read};
use room_sim::qsys_qrc::{Core, Settings};

const OWN: &str = r#"
user = "room"
password = "1234"
snapshots = "Scenes"
channels = [
    { channel = "podium", level = "PodiumGain", mute = "PodiumMute", name = "讲台", name_en = "Podium" },
    { channel = "ceiling", component = "Ceiling", level = "gain", mute = "mute", name = "吊麦", name_en = "Ceiling" },
    { channel = "record", mute = "RecordMute", name = "录音", name_en = "Recorder" },
]
"#;

fn settings(own: &str) -> Settings {
    let own: qsys_qrc::Settings = read(&own.parse().unwrap()).unwrap();
    let channels = own.channels().unwrap();
    Settings { channels, user: own.user.zip(own.password), snapshots: own.snapshots, pushes_answers: false }
}

fn core() -> Plant<Core> {
    Plant::new("qsys_qrc", OWN, Line::Tcp, Core::new(settings(OWN)))
}

fn set(channel: &str, name: &'static str, value: Value) -> Args {
    vec![("channel", Value::Text(channel.to_owned())), (name, value)]
}

fn commands() -> Vec<(&'static str, Args)> {
    vec![
        ("set_level", set("podium", "level", Value::Int(-105))),
        ("set_level", set("podium", "level", Value::Int(-105))),
        ("set_level", set("ceiling", "level", Value::Int(200))),
        ("set_mute", set("ceiling", "mute", Value::Bool(true))),
        ("set_mute", set("podium", "mute", Value::Bool(true))),
        ("set_mute", set("record", "mute", Value::Bool(true))),
        ("recall_preset", vec![("preset", Value::Int(3))]),
    ]
}

#[test]
fn every_command_is_confirmed_by_the_core() {
    healthy(&core, &commands());
    let pushes_answers = || Plant::new("qsys_qrc", OWN, Line::Tcp, Core::new(Settings { pushes_answers: true, ..settings(OWN) }));
    healthy(&pushes_answers, &commands());
}

#[test]
fn no_fault_makes_a_false_confirmation() {
    faulty(&core, &commands());
}

#[test]
fn hands_elsewhere_and_faults_arrive() {
    for pushes_answers in [false, true] {
        let mut plant = Plant::new("qsys_qrc", OWN, Line::Tcp, Core::new(Settings { pushes_answers, ..settings(OWN) }));
        plant.online(Duration::from_secs(5));
        plant.panel("level", 1, -333);
        plant.panel("level", 2, 15);
        plant.panel("mute", 3, 1);
        plant.panel("fault", 0, 1);
        plant.run(Duration::from_millis(300));
        plant.agree();
        assert_eq!(plant.facts["errors"].0, Some(Value::Text("Fault".to_owned())));
    }
}

#[test]
fn a_core_in_standby_says_so_refuses_and_is_read_whole_when_it_takes_over() {
    let mut plant = core();
    plant.online(Duration::from_secs(5));
    plant.panel("standby", 0, 1);
    plant.run(Duration::from_secs(5));
    plant.online(Duration::from_secs(5));
    plant.agree();
    assert_eq!(plant.facts["level.podium"].0, None, "what a Core in standby does not tell is unknown");
    assert_eq!(plant.command("set_mute", &set("podium", "mute", Value::Bool(true))), End::Refused);
    plant.panel("standby", 0, 0);
    plant.run(Duration::from_secs(5));
    plant.online(Duration::from_secs(5));
    plant.agree();
    plant.panel("mute", 2, 1);
    plant.run(Duration::from_millis(300));
    plant.agree();
}

#[test]
fn another_design_is_read_whole() {
    let mut plant = core();
    plant.online(Duration::from_secs(5));
    plant.panel("design", 0, 2);
    plant.run(Duration::from_secs(5));
    plant.online(Duration::from_secs(5));
    plant.agree();
    plant.panel("level", 1, -50);
    plant.run(Duration::from_millis(300));
    plant.agree();
}

#[test]
fn a_control_that_is_not_in_the_design_is_unknown_and_refused() {
    let mut design = settings(OWN);
    design.channels.truncate(1);
    let mut plant = Plant::new("qsys_qrc", OWN, Line::Tcp, Core::new(design));
    plant.online(Duration::from_secs(5));
    assert_eq!(plant.facts["level.ceiling"].0, None);
    assert_eq!(plant.command("set_mute", &set("record", "mute", Value::Bool(true))), End::Refused);
    assert_eq!(plant.command("recall_preset", &[("preset", Value::Int(9))]), End::Refused);
    plant.agree();
}

//! The iTach's driver and Wake-on-LAN against our unit and our sleeping machine, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod stage;

use room_api::Value;
use room_driver::Progress;
use room_drivers::Line;
use room_sim::itach::{Itach, Sleeper};
use room_sim::{Misbehave, SimDevice};
use stage::{FAULTS, Stage};

const CODES: &str = r#"
relays = 2
[[codes]]
word = "power_on"
name = "开机"
name_en = "Power on"
code = "38000,20,1,342,171,21,21,21,1500"
"#;

fn stage() -> Stage<Itach> {
    Stage::new("itach", Line::Tcp, CODES, Itach::new(2))
}

fn send(stage: &mut Stage<Itach>) -> u64 {
    stage.command("send", &[("sent", Value::Text("power_on".to_owned()))])
}

fn close(stage: &mut Stage<Itach>, on: bool) -> u64 {
    stage.command("set_outlet", &[("outlet", Value::Int(2)), ("on", Value::Bool(on))])
}

#[test]
fn codes_go_out_one_after_another_and_contacts_are_as_reported() {
    let mut stage = stage();
    stage.in_bytes = true;
    stage.until_online();
    let (first, second) = (send(&mut stage), send(&mut stage));
    let contact = close(&mut stage, true);
    stage.run_ms(6_000);
    for id in [first, second, contact] {
        assert_eq!(stage.last_of(id), Some(Progress::Done));
    }
    assert_eq!((stage.device.seen().len(), stage.fact("sent")), (2, None));
    assert_eq!(stage.fact("outlet.2"), Some(&Value::Bool(true)));
    stage.device.set_relay(1, true);
    stage.run_ms(6_000);
    assert_eq!(stage.fact("outlet.1"), Some(&Value::Bool(true)));
}

#[test]
fn under_every_fault_no_code_goes_out_twice_and_nothing_false_is_confirmed() {
    for fault in FAULTS {
        let mut stage = stage();
        stage.until_online();
        stage.forget();
        stage.misbehave(fault);
        let (code, contact) = (send(&mut stage), close(&mut stage, true));
        stage.run_ms(20_000);
        assert!(stage.device.seen().len() <= 1, "{fault:?}");
        assert!(stage.last_of(code) != Some(Progress::Done) || stage.device.seen().len() == 1, "{fault:?}");
        let is_closed = stage.device.hidden(stage.now)["relays"][1] == true;
        assert!(stage.fact("outlet.2") != Some(&Value::Bool(true)) || is_closed, "{fault:?} {contact}");
        stage.misbehave(Misbehave::None);
        stage.run_ms(40_000);
        stage.until_online();
        let again = close(&mut stage, true);
        stage.run_ms(2_000);
        assert_eq!((stage.last_of(again), stage.fact("outlet.2")), (Some(Progress::Done), Some(&Value::Bool(true))), "{fault:?}");
    }
}

#[test]
fn a_sleeping_machine_is_woken_by_its_own_packet_only() {
    for (mac, wakes) in [("00:11:22:33:44:55", true), ("00:11:22:33:44:56", false)] {
        let device = Sleeper::new(Some("00:11:22:33:44:55".parse().unwrap()));
        let mut stage = Stage::new("wake_on_lan", Line::Udp, &format!("mac = \"{mac}\""), device);
        stage.until_online();
        let id = stage.command("wake", &[]);
        stage.run_ms(25_000);
        let hidden = stage.device.hidden(stage.now);
        assert_eq!((stage.last_of(id), hidden["up"].as_bool()), (Some(Progress::Done), Some(wakes)));
        assert_eq!(hidden["packets"].as_i64(), Some(if wakes { 3 } else { 0 }));
        assert_eq!(stage.fact("awake"), None, "nobody can say so");
    }
}

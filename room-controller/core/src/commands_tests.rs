use crate::{DeviceSpec, Fact, Output, Room, RoomSpec, Step};
use room_api::{
    Act, CommandDecl, CommandState, Danger, DeviceId, DeviceKind, Health, ParamDecl, ParamKind, ReportSource, RoomId, RoomRequest, Text,
    Value,
};
use std::collections::BTreeMap;

fn text(word: &str) -> Text {
    Text { zh: word.to_owned(), en: word.to_owned() }
}

fn device() -> DeviceId {
    DeviceId("relays".to_owned())
}

/// A room whose one device has outlets.
fn room() -> Room {
    let param = |name: &str, kind| ParamDecl { name: name.to_owned(), label: text(name), kind };
    let set = CommandDecl {
        name: "set_outlet".to_owned(),
        label: text("set"),
        params: vec![param("outlet", ParamKind::Int { min: 1, max: 8, unit: String::new(), decimals: 0 }), param("on", ParamKind::Bool {})],
        danger: Danger::None,
        held: false,
        proof: Some("outlet.{outlet}".to_owned()),
        expected_ms: 200,
    };
    let spec = DeviceSpec {
        device: device(),
        name: text("relays"),
        kind: DeviceKind::Power,
        driver: "x".to_owned(),
        simulated: true,
        commands: vec![set],
        properties: vec!["outlet.{outlet}".to_owned()],
        labels: BTreeMap::new(),
    };
    let mut room = Room::new(RoomSpec {
        room: RoomId("a".to_owned()),
        name: text("a"),
        rehearsal: true,
        simulated_source: true,
        devices: vec![spec],
        scenes: Vec::new(),
        discussion: None,
    })
    .unwrap();
    room.health(0, &device(), Health::Online {});
    room
}

fn order(room: &mut Room) -> u64 {
    let args = BTreeMap::from([("outlet".to_owned(), Value::Int(3)), ("on".to_owned(), Value::Bool(true))]);
    let act = Act { device: device(), command: "set_outlet".to_owned(), args };
    assert!(matches!(room.ask(1_000, "technician", &RoomRequest::Command(act)), room_api::RoomResponse::Accepted { .. }));
    let all: Vec<Output> = std::iter::from_fn(|| room.poll()).collect();
    all.iter().find_map(|output| if let Output::Order { id, .. } = output { Some(*id) } else { None }).unwrap()
}

fn last(room: &mut Room) -> Option<CommandState> {
    std::iter::from_fn(|| room.poll())
        .filter_map(|output| if let Output::Command { state, .. } = output { Some(state) } else { None })
        .last()
}

fn report(room: &mut Room, outlet: u8, on: bool, source: ReportSource) {
    let fact = Fact { property: format!("outlet.{outlet}"), value: Some(Value::Bool(on)) };
    room.report(1_200, &device(), vec![fact], source, None);
}

#[test]
fn only_a_report_of_the_member_confirms() {
    let mut room = room();
    let id = order(&mut room);
    room.progress(1_100, id, Step::Done);
    report(&mut room, 2, true, ReportSource::Poll);
    report(&mut room, 3, false, ReportSource::Poll);
    assert_eq!(last(&mut room), None, "another outlet, another state");
    report(&mut room, 3, true, ReportSource::Push);
    assert_eq!(last(&mut room), Some(CommandState::Confirmed { after_ms: 200 }));
    let shown = room.snapshot(1_300, None);
    let names: Vec<&String> = shown.devices[0].properties.keys().collect();
    assert_eq!(names, ["outlet.2", "outlet.3"]);
}

#[test]
fn what_a_blind_device_was_told_is_never_confirmed() {
    let mut room = room();
    let id = order(&mut room);
    report(&mut room, 3, true, ReportSource::Assumed);
    assert_eq!(last(&mut room), None);
    room.progress(1_250, id, Step::Done);
    assert_eq!(last(&mut room), Some(CommandState::Unproved { after_ms: 250 }));
}

#[test]
fn a_command_without_a_report_runs_out_of_time() {
    let mut room = room();
    let id = order(&mut room);
    room.progress(1_100, id, Step::Done);
    room.tick(60_000);
    assert!(matches!(last(&mut room), Some(CommandState::TimedOut { .. })));
}

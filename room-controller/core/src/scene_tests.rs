use crate::{DeviceSpec, Fact, Output, Room, RoomSpec, SceneSpec, StepSpec, text};
use room_api::{
    Act, CommandDecl, Danger, DeviceId, DeviceKind, Health, ParamDecl, ParamKind, ReportSource, RoomId, RoomRequest, RunState, StepPolicy,
    StepState, Value,
};
use std::collections::BTreeMap;

fn id(name: &str) -> DeviceId {
    DeviceId(name.to_owned())
}

/// Two switches, and a scene that wants both on.
fn setup(policy: StepPolicy) -> Room {
    let on = ParamDecl { name: "on".to_owned(), label: text("开", "on"), kind: ParamKind::Bool {} };
    let set = CommandDecl {
        name: "set_on".to_owned(),
        label: text("开关", "Switch"),
        params: vec![on],
        danger: Danger::None,
        held: false,
        proof: Some("on".to_owned()),
        expected_ms: 200,
    };
    let device = |name: &str| DeviceSpec {
        device: id(name),
        name: text("灯", name),
        kind: DeviceKind::Lights,
        driver: "x".to_owned(),
        simulated: true,
        commands: vec![set.clone()],
        properties: vec!["on".to_owned()],
        labels: BTreeMap::new(),
    };
    let step = |name: &str, policy| StepSpec {
        device: id(name),
        property: "on".to_owned(),
        value: Value::Bool(true),
        after: Vec::new(),
        policy,
        within_ms: 5_000,
    };
    let meeting = SceneSpec {
        scene: "meeting".to_owned(),
        name: text("会议模式", "Meeting"),
        steps: vec![step("front", StepPolicy::Should), step("back", policy)],
    };
    let mut room = Room::new(RoomSpec {
        room: RoomId("a".to_owned()),
        name: text("甲", "A"),
        rehearsal: true,
        simulated_source: true,
        devices: vec![device("front"), device("back")],
        scenes: vec![meeting],
        discussion: None,
    })
    .unwrap();
    room.health(0, &id("front"), Health::Online {});
    room
}

fn orders(room: &mut Room) -> Vec<Act> {
    std::iter::from_fn(|| room.poll()).filter_map(|output| if let Output::Order { act, .. } = output { Some(act) } else { None }).collect()
}

fn is_on(room: &mut Room, now_ms: u64, name: &str) {
    room.report(now_ms, &id(name), vec![Fact { property: "on".to_owned(), value: Some(Value::Bool(true)) }], ReportSource::Push, None);
}

fn states(room: &Room) -> (RunState, Vec<StepState>) {
    let run = room.snapshot(0, None).run.unwrap();
    (run.state, run.steps.iter().map(|step| step.state).collect())
}

fn run(room: &mut Room, scene: &RoomRequest) {
    assert_eq!(room.ask(1_000, "operator", scene), room_api::RoomResponse::Done {});
}

fn meeting() -> RoomRequest {
    RoomRequest::SceneRun { scene: "meeting".to_owned() }
}

#[test]
fn a_device_that_comes_late_gets_its_share() {
    let mut room = setup(StepPolicy::SkipIfOffline);
    run(&mut room, &meeting());
    assert_eq!(orders(&mut room).len(), 1);
    is_on(&mut room, 1_100, "front");
    assert_eq!(states(&room), (RunState::DoneWithFaults, vec![StepState::Done, StepState::Skipped]));
    room.health(900_000, &id("back"), Health::Online {});
    assert_eq!(orders(&mut room).len(), 1);
    assert_eq!(states(&room), (RunState::Running, vec![StepState::Done, StepState::Running]));
    is_on(&mut room, 900_100, "back");
    assert_eq!(states(&room), (RunState::Done, vec![StepState::Done, StepState::Done]));
    room.health(950_000, &id("back"), Health::Connecting {});
    room.health(960_000, &id("back"), Health::Online {});
    assert_eq!(orders(&mut room).len(), 0, "once");
}

#[test]
fn a_failed_or_replaced_scene_is_not_gone_on_with() {
    let mut room = setup(StepPolicy::Must);
    run(&mut room, &meeting());
    is_on(&mut room, 1_100, "front");
    assert_eq!(states(&room).0, RunState::Failed);
    orders(&mut room);
    room.health(2_000, &id("back"), Health::Online {});
    assert_eq!(orders(&mut room).len(), 0, "people decide after a failure");

    let mut room = setup(StepPolicy::Should);
    run(&mut room, &meeting());
    is_on(&mut room, 1_100, "front");
    run(&mut room, &RoomRequest::SceneRestore {});
    room.tick(400_000);
    orders(&mut room);
    room.health(500_000, &id("back"), Health::Online {});
    assert_eq!(orders(&mut room), [], "nothing was known of it, so there is nothing to put back");
}

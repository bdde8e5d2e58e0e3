use crate::{DelegateSpec, DeviceSpec, DiscussionSpec, Fact, Limits, Output, Room, RoomSpec, Shot, Shots, text};
use room_api::{
    Act, CommandDecl, Danger, DeviceId, DeviceKind, DiscussionAct, DiscussionMode, DiscussionSnapshot, Health, ParamDecl, ParamKind,
    RefusalCode, ReportSource, RoomId, RoomRequest, RoomResponse, Value,
};
use std::collections::BTreeMap;

fn id(name: &str) -> DeviceId {
    DeviceId(name.to_owned())
}

fn command(name: &str, params: &[(&str, ParamKind)], proof: Option<&str>) -> CommandDecl {
    let param = |(name, kind): &(&str, ParamKind)| ParamDecl { name: (*name).to_owned(), label: text("参数", *name), kind: kind.clone() };
    CommandDecl {
        name: name.to_owned(),
        label: text("命令", name),
        params: params.iter().map(param).collect(),
        danger: Danger::None,
        held: false,
        proof: proof.map(str::to_owned),
        expected_ms: 300,
    }
}

fn device(name: &str, kind: DeviceKind, commands: Vec<CommandDecl>, properties: &[&str]) -> DeviceSpec {
    DeviceSpec {
        device: id(name),
        name: text("设备", name),
        kind,
        driver: "x".to_owned(),
        simulated: true,
        commands,
        properties: properties.iter().map(|name| (*name).to_owned()).collect(),
        labels: BTreeMap::new(),
    }
}

fn number() -> ParamKind {
    ParamKind::Int { min: 1, max: 32, unit: String::new(), decimals: 0 }
}

/// A mixer, a central unit, a camera and a board.
fn spec(over: &str) -> RoomSpec {
    let on = ParamKind::Bool {};
    let mute = command("set_mute", &[("channel", number()), ("mute", on.clone())], Some("mute.{channel}"));
    let mic = command("set_mic", &[("seat", number()), ("on", on)], Some("mic.{seat}"));
    let preset = command("recall_preset", &[("preset", number())], Some("preset"));
    let words = command("set_text", &[("text", ParamKind::Text { max: 200 })], Some("text"));
    let seat = |seat: u16| DelegateSpec {
        seat,
        name: text(format!("席位{seat}"), format!("Seat {seat}")),
        is_chair: seat == 1,
        channel: Some((seat + 10).to_string()),
    };
    let shot = |preset: u8| Shot { device: id("camera"), preset };
    RoomSpec {
        room: RoomId("a".to_owned()),
        name: text("甲", "A"),
        rehearsal: true,
        simulated_source: true,
        devices: vec![
            device("mixer", DeviceKind::Mixer, vec![mute], &["mute.{channel}"]),
            device("unit", DeviceKind::Discussion, vec![mic, command("grant_next", &[], None)], &["mic.{seat}", "request.{seat}", "mode"]),
            device("camera", DeviceKind::Camera, vec![preset], &["preset"]),
            device("board", DeviceKind::LedBoard, vec![words], &["text"]),
        ],
        scenes: Vec::new(),
        discussion: Some(DiscussionSpec {
            device: id(over),
            seats: (1..=4).map(seat).collect(),
            mode: DiscussionMode::Approval,
            limits: Limits { open: 1, requests: 5 },
            shots: Shots {
                seats: (1..=3).map(|seat: u8| (u16::from(seat), shot(seat))).collect(),
                panorama: Some(shot(9)),
                chair: Some(1),
            },
            speech_limit_s: Some(300),
            board: Some(id("board")),
        }),
    }
}

struct Bench {
    room: Room,
    now_ms: u64,
}

impl Bench {
    fn over(device: &str) -> Self {
        let mut room = Room::new(spec(device)).unwrap();
        for device in ["mixer", "unit", "camera", "board"] {
            room.health(0, &id(device), Health::Online {});
        }
        Self { room, now_ms: 1_000 }
    }

    fn does(&mut self, what: DiscussionAct) -> RoomResponse {
        self.room.ask(self.now_ms, "operator", &RoomRequest::Discuss { what })
    }

    fn says(&mut self, device: &str, property: &str, value: Value) {
        let fact = Fact { property: property.to_owned(), value: Some(value) };
        self.room.report(self.now_ms, &id(device), vec![fact], ReportSource::Push, None);
    }

    /// Orders given out, as `device command argument…`.
    fn orders(&mut self) -> Vec<String> {
        let word = |value: &Value| match value {
            Value::Bool(yes) => yes.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Text(word) => word.clone(),
        };
        let line = |act: &Act| {
            let args: Vec<String> = act.args.values().map(word).collect();
            format!("{} {} {}", act.device.0, act.command, args.join(" ")).trim_end().to_owned()
        };
        std::iter::from_fn(|| self.room.poll())
            .filter_map(|output| if let Output::Order { act, .. } = output { Some(line(&act)) } else { None })
            .collect()
    }

    fn shown(&self) -> DiscussionSnapshot {
        self.room.snapshot(self.now_ms, None).discussion.unwrap()
    }
}

#[test]
fn over_a_mixer_a_seat_asks_is_granted_and_speaks_when_its_channel_reports_so() {
    let mut bench = Bench::over("mixer");
    (1..=4).for_each(|seat| bench.says("mixer", &format!("mute.{}", seat + 10), Value::Bool(true)));
    assert_eq!(bench.does(DiscussionAct::Request { seat: 3 }), RoomResponse::Done {});
    bench.does(DiscussionAct::Request { seat: 2 });
    let places: Vec<_> = bench.shown().seats.iter().map(|seat| seat.place).collect();
    assert_eq!(places, [None, Some(2), Some(1), None]);
    assert_eq!(bench.orders(), Vec::<String>::new());
    assert!(matches!(bench.does(DiscussionAct::Grant { seat: 3 }), RoomResponse::Accepted { .. }));
    assert_eq!(bench.orders(), ["mixer set_mute 13 false"]);
    let seat = |bench: &Bench, number: usize| bench.shown().seats.into_iter().nth(number - 1).unwrap();
    assert_eq!((seat(&bench, 3).open, seat(&bench, 3).wanted), (Some(false), Some(true)), "asked for is not open");
    bench.now_ms += 100;
    bench.says("mixer", "mute.13", Value::Bool(false));
    assert_eq!((seat(&bench, 3).open, seat(&bench, 3).wanted, seat(&bench, 3).speaking_since_ms), (Some(true), None, Some(1_100)));
    assert!(matches!(bench.does(DiscussionAct::Next {}), RoomResponse::Accepted { .. }));
    assert_eq!(bench.orders(), ["mixer set_mute 13 true", "mixer set_mute 12 false"], "closed before opened");
}

#[test]
fn what_is_opened_at_the_mixer_itself_is_so_and_is_not_fought() {
    let mut bench = Bench::over("mixer");
    (1..=4).for_each(|seat| bench.says("mixer", &format!("mute.{}", seat + 10), Value::Bool(true)));
    bench.says("mixer", "mute.12", Value::Bool(false));
    bench.says("mixer", "mute.13", Value::Bool(false));
    assert_eq!(bench.orders(), Vec::<String>::new(), "two are open where one may be");
    assert_eq!(bench.shown().seats.iter().filter(|seat| seat.open == Some(true)).count(), 2);
    bench.does(DiscussionAct::AllOff {});
    assert_eq!(bench.orders(), ["mixer set_mute 12 true", "mixer set_mute 13 true"]);
}

#[test]
fn over_a_central_unit_its_own_words_are_used_and_its_reports_believed() {
    let mut bench = Bench::over("unit");
    bench.does(DiscussionAct::Grant { seat: 7 });
    assert_eq!(bench.orders(), ["unit set_mic true 7"]);
    bench.says("unit", "request.8", Value::Int(1));
    bench.says("unit", "mode", Value::Text("approval".to_owned()));
    let shown = bench.shown();
    assert_eq!((shown.mode, shown.is_own), (Some(DiscussionMode::Approval), false));
    let numbers: Vec<u16> = shown.seats.iter().map(|seat| seat.seat).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 7, 8], "seats the unit told of join the configured ones");
    assert_eq!(shown.seats.last().unwrap().place, Some(1));
    let refused = bench.does(DiscussionAct::ClearRequests {});
    assert!(matches!(refused, RoomResponse::Refused(refusal) if refusal.code == RefusalCode::UnknownCommand));
    bench.room.health(2_000, &id("unit"), Health::Connecting {});
    let refused = bench.does(DiscussionAct::Grant { seat: 2 });
    assert!(matches!(refused, RoomResponse::Refused(refusal) if refusal.code == RefusalCode::Offline));
    assert!(bench.shown().seats.iter().all(|seat| seat.open.is_none()), "nobody knows without the unit");
}

#[test]
fn the_camera_follows_until_somebody_moves_it() {
    let mut bench = Bench::over("unit");
    bench.does(DiscussionAct::Follow { on: true });
    assert_eq!(bench.orders(), ["camera recall_preset 9"]);
    bench.now_ms = 10_000;
    bench.says("unit", "mic.2", Value::Bool(true));
    assert_eq!(bench.orders(), ["camera recall_preset 2"]);
    bench.now_ms = 20_000;
    bench.says("unit", "mic.2", Value::Bool(false));
    bench.room.tick(22_999);
    assert_eq!(bench.orders().len(), 0, "held");
    bench.room.tick(23_000);
    assert_eq!(bench.orders(), ["camera recall_preset 9"]);
    let args = BTreeMap::from([("preset".to_owned(), Value::Int(4))]);
    bench.room.ask(30_000, "operator", &RoomRequest::Command(Act { device: id("camera"), command: "recall_preset".to_owned(), args }));
    assert_eq!(bench.shown().follows, Some(false));
    bench.orders();
    bench.now_ms = 40_000;
    bench.says("unit", "mic.3", Value::Bool(true));
    bench.room.tick(50_000);
    assert_eq!(bench.orders(), Vec::<String>::new());
}

#[test]
fn a_vote_is_counted_and_shown_on_the_board() {
    let mut bench = Bench::over("unit");
    let refused = bench.does(DiscussionAct::CloseVote {});
    assert!(matches!(refused, RoomResponse::Refused(refusal) if refusal.code == RefusalCode::DiscussionRefused));
    bench.does(DiscussionAct::OpenVote { title: "通过议程".to_owned() });
    bench.does(DiscussionAct::CountVote { yes: 12, no: 0, abstain: 1 });
    bench.does(DiscussionAct::CloseVote {});
    assert_eq!(bench.orders(), ["board set_text 通过议程\n赞成 12　反对 0　弃权 1"]);
    assert!(bench.shown().vote.unwrap().closed_at_ms.is_some());
}

#[test]
fn a_discussion_that_cannot_be_is_refused_with_the_reason() {
    let why = |change: fn(&mut DiscussionSpec)| {
        let mut spec = spec("mixer");
        change(spec.discussion.as_mut().unwrap());
        Room::new(spec).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(why(|spec| spec.device = id("camera")).contains("neither a discussion system nor a mixer"));
    assert!(why(|spec| spec.seats[0].channel = None).contains("seat 1: `channel`"));
    assert!(why(|spec| spec.seats[1].seat = 1).contains("listed twice"));
    assert!(why(|spec| spec.mode = DiscussionMode::Voice).contains("no mode voice"));
    assert!(why(|spec| spec.shots.panorama = Some(Shot { device: id("camera"), preset: 99 })).contains("no preset 99"));
    assert!(why(|spec| spec.board = Some(id("camera"))).contains("shows no text"));
    assert!(why(|spec| spec.limits.open = 0).contains("1 to 8"));
}

//! The whole controller with simulators: scenes, isolation, the uplink, the audit.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use room_api::{
    Act, CommandState, DeviceId, FromConsole, FromRoom, Health, RoomRequest, RoomResponse, RoomSnapshot, RunState, SeatWord, StepState,
    Value,
};
use room_server::Config;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::console::{CODE, Console};
use crate::wire::SOON;

static COUNT: AtomicU32 = AtomicU32::new(0);

struct Rehearsal {
    base: String,
    config: Config,
    http: reqwest::Client,
    end: CancellationToken,
    ended: tokio::task::JoinHandle<anyhow::Result<()>>,
}

fn config(console: &str) -> Config {
    // Chosen already when another test of this process came first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = std::env::temp_dir().join(format!("rooms-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    // The real file, with ports of our own and quicker lamps; the terminal is judged by the system tests.
    let mut table: toml::Table = std::fs::read_to_string(root.join("configs/chenzhou/rooms.toml")).unwrap().parse().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    table.insert("local".into(), port.to_string().into());
    table.insert("console".into(), console.into());
    table.insert("data_dir".into(), dir.join("rooms").display().to_string().into());
    table.insert("rehearsal_warm_up_s".into(), 1.into());
    table.insert("rehearsal_cool_down_s".into(), 1.into());
    table.remove("terminal");
    let path = dir.join("rooms.toml");
    std::fs::write(&path, toml::to_string(&table).unwrap()).unwrap();
    Config::load(&path).unwrap()
}

impl Rehearsal {
    async fn start(config: Config) -> Self {
        let end = CancellationToken::new();
        let ended = tokio::spawn(room_server::run(config.clone(), end.clone()));
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
        let rehearsal = Self { base: format!("http://{}", config.local), config, http, end, ended };
        let late = Instant::now() + SOON;
        while rehearsal.http.get(format!("{}/rooms", rehearsal.base)).send().await.is_err() {
            assert!(Instant::now() < late && !rehearsal.ended.is_finished(), "the controller does not come up");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        rehearsal
    }

    async fn room(&self, room: &str) -> RoomSnapshot {
        self.http.get(format!("{}/rooms/{room}", self.base)).send().await.unwrap().json().await.unwrap()
    }

    async fn until(&self, room: &str, what: &str, holds: impl Fn(&RoomSnapshot) -> bool) -> RoomSnapshot {
        let late = Instant::now() + SOON;
        loop {
            let snapshot = self.room(room).await;
            if holds(&snapshot) {
                return snapshot;
            }
            assert!(Instant::now() < late, "not in time: {what}: {snapshot:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn online(&self, room: &str) {
        self.until(room, "online", |room| room.devices.iter().all(|device| device.health == Health::Online {})).await;
    }

    async fn ask(&self, room: &str, what: Json) -> RoomResponse {
        self.http.post(format!("{}/rooms/{room}/requests", self.base)).json(&what).send().await.unwrap().json().await.unwrap()
    }

    async fn hidden(&self, room: &str, device: &str) -> Json {
        self.http.get(format!("{}/rooms/{room}/devices/{device}/hidden", self.base)).send().await.unwrap().json().await.unwrap()
    }

    async fn misbehave(&self, room: &str, device: &str, how: Json) {
        let address = format!("{}/rooms/{room}/devices/{device}/misbehave", self.base);
        assert!(self.http.post(address).json(&how).send().await.unwrap().status().is_success());
    }

    async fn finish(self) {
        self.end.cancel();
        tokio::time::timeout(SOON, self.ended).await.unwrap().unwrap().unwrap();
    }
}

fn reported(room: &RoomSnapshot, device: &str, property: &str) -> Option<Value> {
    room.devices.iter().find(|found| found.device.0 == device)?.properties.get(property)?.reported.clone()
}

fn text(word: &str) -> Option<Value> {
    Some(Value::Text(word.to_owned()))
}

fn act(device: &str, command: &str, args: &[(&str, i64)]) -> Json {
    let args: serde_json::Map<String, Json> = args.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({ "ask": "command", "device": device, "command": command, "args": args })
}

#[tokio::test]
async fn meeting_mode_waits_for_the_lamp_and_is_taken_back() {
    let rehearsal = Rehearsal::start(config("http://127.0.0.1:9")).await;
    rehearsal.online("guiyang").await;
    let RoomResponse::Diff(diff) = rehearsal.ask("guiyang", json!({ "ask": "scene_preview", "scene": "meeting" })).await else {
        panic!("no preview")
    };
    let step = |device: &str, property: &str| diff.steps.iter().find(|step| step.device.0 == device && step.property == property).unwrap();
    let (power, input) = (step("projector", "power"), step("projector", "input"));
    assert_eq!((power.already, power.before.clone()), (false, text("standby")));
    assert!(step("camera-front", "power").already && !step("camera-front", "preset").already);
    let input = usize::from(input.step) - 1;
    assert_eq!(rehearsal.ask("guiyang", json!({ "ask": "scene_run", "scene": "meeting" })).await, RoomResponse::Done {});
    let warming = rehearsal.until("guiyang", "warming", |room| reported(room, "projector", "power") == text("warming")).await;
    assert_eq!(warming.run.as_ref().unwrap().steps[input].state, StepState::Waiting, "the input waits for the lamp");
    let over = |room: &RoomSnapshot| room.run.as_ref().is_some_and(|run| run.state != RunState::Running);
    let done = rehearsal.until("guiyang", "run", over).await;
    assert_eq!(done.run.as_ref().map(|run| (run.state, run.can_restore)), Some((RunState::Done, true)));
    assert_eq!(rehearsal.hidden("guiyang", "projector").await["power"], "on");
    assert_eq!(rehearsal.hidden("guiyang", "projector").await["input"], "31");
    assert_eq!(reported(&done, "camera-front", "preset"), Some(Value::Int(1)));
    assert_eq!(rehearsal.hidden("guiyang", "camera-front").await["tilt"], -60.0);
    assert_eq!(rehearsal.ask("guiyang", json!({ "ask": "scene_restore" })).await, RoomResponse::Done {});
    let back =
        rehearsal.until("guiyang", "restore", |room| over(room) && room.run.as_ref().is_some_and(|run| run.scene == "restore")).await;
    assert_eq!(back.run.as_ref().map(|run| run.state), Some(RunState::Done), "{:?}", back.run);
    assert_eq!(rehearsal.hidden("guiyang", "projector").await["power"], "standby");
    assert_eq!(rehearsal.hidden("guiyang", "camera-front").await["tilt"], 0.0);
    rehearsal.finish().await;
}

#[tokio::test]
async fn a_hanging_device_delays_no_other_and_is_named() {
    let rehearsal = Rehearsal::start(config("http://127.0.0.1:9")).await;
    rehearsal.online("suxian").await;
    rehearsal.misbehave("suxian", "projector", json!({ "fault": "silent" })).await;
    let power = json!({ "ask": "command", "device": "projector", "command": "set_power", "args": { "power": "on" } });
    assert!(matches!(rehearsal.ask("suxian", power).await, RoomResponse::Accepted { .. }));
    let began = Instant::now();
    rehearsal.ask("suxian", act("camera-front", "recall_preset", &[("preset", 2)])).await;
    let there = rehearsal.until("suxian", "preset", |room| reported(room, "camera-front", "pan") == Some(Value::Int(420))).await;
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert_eq!(reported(&there, "camera-front", "preset"), Some(Value::Int(2)));
    let is_named = |room: &RoomSnapshot| {
        let projector = room.devices.iter().find(|device| device.device.0 == "projector");
        projector.is_some_and(|device| matches!(device.health, Health::Degraded { .. } | Health::Lost { .. }))
    };
    rehearsal.until("suxian", "the fault shows", is_named).await;
    rehearsal.misbehave("suxian", "projector", json!({ "fault": "none" })).await;
    rehearsal.online("suxian").await;
    rehearsal.finish().await;
}

#[tokio::test]
async fn a_room_enrols_dials_in_obeys_and_stops_when_the_operator_is_gone() {
    let mut console = Console::start().await;
    let config = config(&console.base);
    assert!(room_server::enrol::enrol(&config, "anren", "87654321").await.is_err());
    assert!(!config.room_dir("anren").join("key.pem").exists());
    room_server::enrol::enrol(&config, "anren", CODE).await.unwrap();
    let rehearsal = Rehearsal::start(config).await;
    let mut room = console.room().await;
    assert!(matches!(room.next().await, FromRoom::Hello { room, .. } if room.0 == "anren"));
    rehearsal.online("anren").await;
    let drive = RoomRequest::Command(Act {
        device: DeviceId("camera-front".to_owned()),
        command: "pan_tilt".to_owned(),
        args: [("pan".to_owned(), Value::Int(2)), ("tilt".to_owned(), Value::Int(0))].into(),
    });
    let RoomResponse::Accepted { id: wanted } = room.ask("technician", drive).await else { panic!("not accepted") };
    let is_confirmed = |said: &FromRoom| match said {
        FromRoom::Command { id, state: CommandState::Confirmed { .. } } if *id == wanted => Some(()),
        FromRoom::Command { .. }
        | FromRoom::Hello { .. }
        | FromRoom::Snapshot(_)
        | FromRoom::Response { .. }
        | FromRoom::SeatRefused { .. } => None,
    };
    room.until(is_confirmed).await;
    assert_eq!(rehearsal.hidden("anren", "camera-front").await["moving"], true);
    room.send(&FromConsole::Release { actor: "technician".to_owned() }).await;
    let late = Instant::now() + SOON;
    while rehearsal.hidden("anren", "camera-front").await["moving"] == true {
        assert!(Instant::now() < late, "the camera goes on moving");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(room);
    let mut again = console.room().await;
    assert!(matches!(again.next().await, FromRoom::Hello { .. }), "it dials in again");
    let audit = rehearsal.config.data_dir.join("audit.jsonl");
    rehearsal.finish().await;
    let entries = std::fs::read_to_string(audit).unwrap();
    assert!(entries.contains("technician") && entries.contains("pan_tilt"), "{entries}");
}

/// A program in the terminal's place that only stays: what the seat does is judged by the system tests, the word's way by this one.
fn with_terminal(console: &str) -> Config {
    let mut config = config(console);
    config.terminal = Some(room_server::config::TerminalConfig {
        program: Some(PathBuf::from("/bin/cat")),
        clips: config.data_dir.clone(),
        conference: Some("city-meeting".to_owned()),
        mcu: None,
        answer_after_ms: 0,
    });
    config
}

#[tokio::test]
async fn a_seat_is_taken_kept_refused_and_remembered() {
    let mut console = Console::start().await;
    let config = with_terminal(&console.base);
    room_server::enrol::enrol(&config, "anren", CODE).await.unwrap();
    let rehearsal = Rehearsal::start(config.clone()).await;
    let mut room = console.room().await;
    let report = |said: &FromRoom| match said {
        FromRoom::Snapshot(snapshot) => snapshot.seat.clone(),
        FromRoom::Hello { .. } | FromRoom::Response { .. } | FromRoom::Command { .. } | FromRoom::SeatRefused { .. } => None,
    };
    let first = room.until(report).await;
    assert_eq!((first.revision, first.conference.as_deref()), (0, Some("city-meeting")));
    let word = |revision, conference: &str| FromConsole::Seat(SeatWord { revision, conference: Some(conference.to_owned()) });
    room.send(&word(3, "m-b1-20261130")).await;
    room.until(|said| report(said).filter(|seat| seat.revision == 3 && seat.conference.as_deref() == Some("m-b1-20261130"))).await;
    // Late words change nothing; bad ones are refused with a reason, and the line stays.
    room.send(&word(2, "m-late")).await;
    room.send(&word(4, "../secret")).await;
    let refused = room.until(|said| match said {
        FromRoom::SeatRefused { revision, reason } => Some((*revision, reason.en.clone())),
        FromRoom::Hello { .. } | FromRoom::Response { .. } | FromRoom::Command { .. } | FromRoom::Snapshot(_) => None,
    });
    let (revision, reason) = refused.await;
    assert!(revision == 4 && reason.contains("no conference's id"), "{reason}");
    let now = rehearsal.room("anren").await.seat.unwrap();
    assert_eq!((now.revision, now.conference.as_deref()), (3, Some("m-b1-20261130")));
    rehearsal.finish().await;

    // Started again, with nobody to tell it: it knows.
    let rehearsal = Rehearsal::start(config).await;
    let is_back = |room: &RoomSnapshot| room.seat.as_ref().is_some_and(|seat| seat.revision == 3);
    let back = rehearsal.until("anren", "its seat", is_back).await.seat.unwrap();
    assert_eq!(back.wanted.as_deref(), Some("m-b1-20261130"));
    rehearsal.finish().await;
}

#[tokio::test]
async fn a_room_without_a_terminal_says_so() {
    let mut console = Console::start().await;
    let config = config(&console.base);
    room_server::enrol::enrol(&config, "anren", CODE).await.unwrap();
    let rehearsal = Rehearsal::start(config).await;
    let mut room = console.room().await;
    room.send(&FromConsole::Seat(SeatWord { revision: 1, conference: None })).await;
    let reason = room.until(|said| match said {
        FromRoom::SeatRefused { revision: 1, reason } => Some(reason.en.clone()),
        FromRoom::SeatRefused { .. }
        | FromRoom::Hello { .. }
        | FromRoom::Response { .. }
        | FromRoom::Command { .. }
        | FromRoom::Snapshot(_) => None,
    });
    assert!(reason.await.contains("no terminal"));
    assert_eq!(rehearsal.room("anren").await.seat, None);
    rehearsal.finish().await;
}

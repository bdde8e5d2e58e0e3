//! One scene in many rooms: who is there is told at once, who is away when it returns, also after a restart of the console's part.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot be set up has failed")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use access_token::{Claims, SigningKey, right};
use console_server::{AUDIT_FILE, run_scenes};
use futures_util::SinkExt;
use room_api::{FromConsole, FromRoom, RoomId, RoomRequest, RoomResponse, RoomSnapshot, SceneDiff, SceneInfo, Text, UPLINK_VERSION};
use serde_json::{Value, json};
use support::{Console, Socket, next};
use tokio_tungstenite::tungstenite::Message;

const PATIENCE: Duration = Duration::from_secs(20);

async fn enrol(console: &Console, room: &str) -> SigningKey {
    let technician = console.sign_in("technician").await;
    let (_, code) = console.post("/api/pairing-codes", Some(&technician), &json!({ "room": room })).await;
    let key = SigningKey::generate(&format!("room:{room}")).unwrap();
    let body = json!({"room": room, "code": code["code"], "public_key_pem": key.public_pem().unwrap()});
    assert_eq!(console.post("/api/enrol", None, &body).await.0, 200);
    key
}

/// A room that dials in, says what scenes it has and answers every ask.
struct Room {
    socket: Socket,
}

impl Room {
    async fn dial(console: &Console, room: &str, key: &SigningKey) -> Self {
        let rights = vec![right::ROOM_UPLINK.to_owned()];
        let token = key.sign(&Claims { sub: format!("room:{room}"), rights, site: None, exp: support::now_s() + 60 }).unwrap();
        let mut socket = console.socket("/uplink", &[("authorization", format!("Bearer {token}"))]).await.unwrap();
        let name = Text { zh: room.to_owned(), en: room.to_owned() };
        let scene =
            SceneInfo { scene: "meeting".to_owned(), name: Text { zh: "会议模式".to_owned(), en: "Meeting".to_owned() }, steps: 1 };
        let snapshot = RoomSnapshot {
            room: RoomId(room.to_owned()),
            name,
            rehearsal: true,
            devices: Vec::new(),
            scenes: vec![scene],
            run: None,
            discussion: None,
            terminal: None,
            seat: None,
            faults: Vec::new(),
            at_ms: 1,
        };
        let hello = FromRoom::Hello { version: UPLINK_VERSION, room: RoomId(room.to_owned()) };
        for message in [hello, FromRoom::Snapshot(Box::new(snapshot))] {
            socket.send(Message::Text(serde_json::to_string(&message).unwrap().into())).await.unwrap();
        }
        Self { socket }
    }

    /// The next thing asked, answered.
    async fn asked(&mut self) -> RoomRequest {
        let hearing = async {
            loop {
                let Some(message) = next(&mut self.socket).await else { panic!("the console hung up") };
                let Message::Text(text) = message else { continue };
                let FromConsole::Ask { request, what, .. } = serde_json::from_str(&text).unwrap() else { continue };
                let response = if let RoomRequest::ScenePreview { scene } = &what {
                    RoomResponse::Diff(SceneDiff { scene: scene.clone(), steps: Vec::new() })
                } else {
                    RoomResponse::Done {}
                };
                let answer = serde_json::to_string(&FromRoom::Response { request, response }).unwrap();
                self.socket.send(Message::Text(answer.into())).await.unwrap();
                return what;
            }
        };
        tokio::time::timeout(PATIENCE, hearing).await.unwrap()
    }
}

async fn until(console: &Console, who: &str, room: &str, state: &str) -> Value {
    let began = std::time::Instant::now();
    loop {
        let (_, body) = console.get("/api/scenes/round", Some(who)).await;
        if body["round"]["rooms"][room]["state"] == state {
            return body["round"].clone();
        }
        assert!(began.elapsed() < PATIENCE, "{body}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_scene_reaches_the_rooms_there_and_the_late_one_and_is_put_back() {
    let console = Console::start().await;
    let operator = console.sign_in("operator").await;
    let (key_a, key_b) = (enrol(&console, "guiyang").await, enrol(&console, "anren").await);
    let task = tokio::spawn(run_scenes(Arc::clone(&console.app)));
    let mut guiyang = Room::dial(&console, "guiyang", &key_a).await;
    let body = json!({"scene": "meeting", "rooms": ["guiyang", "anren"]});
    let ((status, looks), asked) = tokio::join!(console.post("/api/scenes/preview", Some(&operator), &body), guiyang.asked());
    assert!(matches!(asked, RoomRequest::ScenePreview { .. }));
    assert_eq!((status, &looks["rooms"]["guiyang"]["look"], &looks["rooms"]["anren"]["look"]), (200, &json!("diff"), &json!("away")));

    assert_eq!(console.post("/api/scenes/round", Some(&operator), &body).await.0, 200);
    assert_eq!(guiyang.asked().await, RoomRequest::SceneRun { scene: "meeting".to_owned() });
    until(&console, &operator, "guiyang", "told").await;
    until(&console, &operator, "anren", "waiting").await;

    // The console's part dies and begins again from what it kept.
    task.abort();
    let _ = task.await;
    tokio::spawn(run_scenes(Arc::clone(&console.app)));
    let mut anren = Room::dial(&console, "anren", &key_b).await;
    assert_eq!(anren.asked().await, RoomRequest::SceneRun { scene: "meeting".to_owned() });
    until(&console, &operator, "anren", "told").await;

    assert_eq!(console.post("/api/scenes/round/restore", Some(&operator), &json!({})).await.0, 200);
    assert_eq!(guiyang.asked().await, RoomRequest::SceneRestore {});
    assert_eq!(anren.asked().await, RoomRequest::SceneRestore {});
    let round = until(&console, &operator, "anren", "told").await;
    assert_eq!(round["wish"], "restore");
    let audit = std::fs::read_to_string(console.dir.join(AUDIT_FILE)).unwrap();
    assert_eq!(audit.matches("\"scene_run\"").count(), 2, "each room told is an act in the audit");
    assert_eq!(audit.matches("scene_round_begin").count(), 1);
}

#[tokio::test]
async fn who_may_not_and_what_is_not_there_is_refused() {
    let console = Console::start().await;
    let operator = console.sign_in("operator").await;
    enrol(&console, "guiyang").await;
    let body = json!({"scene": "meeting", "rooms": ["guiyang"]});
    assert_eq!(console.post("/api/scenes/round", None, &body).await.0, 401);
    let secretary = console.sign_in("secretary").await;
    assert_eq!(console.post("/api/scenes/round", Some(&secretary), &body).await.0, 403);
    assert_eq!(console.post("/api/scenes/round", Some(&operator), &json!({"scene": "meeting", "rooms": []})).await.0, 404);
    assert_eq!(console.post("/api/scenes/round", Some(&operator), &json!({"scene": "meeting", "rooms": ["nowhere"]})).await.0, 404);
    assert_eq!(console.post("/api/scenes/round", Some(&operator), &body).await.0, 404, "no room has told of such a scene yet");
    assert_eq!(console.post("/api/scenes/round/restore", Some(&operator), &json!({})).await.0, 404);
}

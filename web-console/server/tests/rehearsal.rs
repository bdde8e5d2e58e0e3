//! Rehearsals: who may put which faults into which rooms, what is remembered of it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot be set up has failed")]

mod support;

use access_token::{Claims, SigningKey, right};
use console_server::AUDIT_FILE;
use futures_util::SinkExt;
use room_api::{
    ActiveFault, FromConsole, FromRoom, Refusal, RefusalCode, RoomId, RoomRequest, RoomResponse, RoomSnapshot, Text, UPLINK_VERSION,
};
use serde_json::{Value, json};
use support::{Console, Socket, next};
use tokio_tungstenite::tungstenite::Message;

const REHEARSAL: &str = "/api/conferences/city-12/rehearsal";

/// A conference as the MCU tells of it.
fn conference(rehearsal: bool) -> String {
    let site = |name: &str, kind: &str| {
        json!({
            "site": name, "name": name, "name_en": name, "kind": kind, "seated": true, "connection": "joined", "connection_since_ms": 1,
            "mic": "closed", "mute_locked": false, "speaker": "on", "gain_db": 0, "mix_members": null, "slate": null, "floor": null,
            "wants_chair": false, "redial": null, "view": { "source": { "kind": "none" }, "locked": false, "own": false },
            "tally": { "on_air": false, "cell": null, "seen": false, "sees": null }, "loss_permille": 0, "rtt_ms": 1, "bit_rate_bps": 1,
            "picture": true, "sound": true, "line_bps": null, "trouble": null
        })
    };
    let settings = json!({
        "locked": false, "ends_at_ms": null, "auto_end": false, "mute_on_join": "closed", "free_view": false, "redial": null,
        "multi_picture": null, "slate": null, "fade_ms": 0, "overlays": []
    });
    json!({
        "conference": "city-12", "title": "t", "rev": 1, "phase": "running", "rehearsal": rehearsal, "opened_at_ms": 1,
        "main_site": "main-hall", "sites": [site("main-hall", "main_hall"), site("guiyang", "branch")], "forced": null,
        "program": { "kind": "site", "site": "main-hall" }, "preview": null, "previous": null,
        "wall": { "revision": 1, "cells": [], "code": null }, "settings": settings,
        "rotation": mcu_api::Rotation::default(), "speech": mcu_api::Speech::default(), "floor_queue": [],
        "content": mcu_api::Content::default(), "desk": mcu_api::Desk::default(), "output": mcu_api::Output::default(),
        "undo": null, "redo": null, "workers": [], "at_ms": 1
    })
    .to_string()
}

/// A room that answers as it is told.
struct Room {
    socket: Socket,
}

impl Room {
    async fn enrolled(console: &Console, id: &str) -> Self {
        let technician = console.sign_in("technician").await;
        let (_, answer) = console.post("/api/pairing-codes", Some(&technician), &json!({ "room": id })).await;
        let key = SigningKey::generate(&format!("room:{id}")).unwrap();
        let body = json!({ "room": id, "code": answer["code"], "public_key_pem": key.public_pem().unwrap() });
        assert_eq!(console.post("/api/enrol", None, &body).await.0, 200);
        let rights = vec![right::ROOM_UPLINK.to_owned()];
        let token = key.sign(&Claims { sub: format!("room:{id}"), rights, site: None, exp: support::now_s() + 60 }).unwrap();
        let socket = console.socket("/uplink", &[("authorization", format!("Bearer {token}"))]).await.unwrap();
        let mut room = Self { socket };
        room.say(&FromRoom::Hello { version: UPLINK_VERSION, room: RoomId(id.to_owned()) }).await;
        let name = Text { zh: id.to_owned(), en: id.to_owned() };
        let snapshot = RoomSnapshot {
            room: RoomId(id.to_owned()),
            name,
            rehearsal: true,
            devices: Vec::new(),
            scenes: Vec::new(),
            run: None,
            discussion: None,
            terminal: None,
            seat: None,
            faults: Vec::new(),
            at_ms: 1,
        };
        room.say(&FromRoom::Snapshot(Box::new(snapshot))).await;
        room
    }

    async fn say(&mut self, message: &FromRoom) {
        self.socket.send(Message::Text(serde_json::to_string(message).unwrap().into())).await.unwrap();
    }

    /// Hears the next request and answers it.
    async fn answer(&mut self, with: impl Fn(&RoomRequest) -> RoomResponse) -> RoomRequest {
        loop {
            let Some(message) = next(&mut self.socket).await else { panic!("the console hung up") };
            let Message::Text(text) = message else { continue };
            let FromConsole::Ask { request, what, .. } = serde_json::from_str(&text).unwrap() else { continue };
            let response = with(&what);
            self.say(&FromRoom::Response { request, response }).await;
            return what;
        }
    }
}

fn take(what: &RoomRequest) -> RoomResponse {
    match what {
        RoomRequest::FaultStart { fault, seed, .. } => {
            RoomResponse::FaultStarted(ActiveFault { id: 7, fault: *fault, seed: *seed, since_ms: 1, until_ms: 2 })
        }
        RoomRequest::Command(_)
        | RoomRequest::ScenePreview { .. }
        | RoomRequest::SceneRun { .. }
        | RoomRequest::SceneCancel {}
        | RoomRequest::SceneRestore {}
        | RoomRequest::Resync { .. }
        | RoomRequest::FaultLift { .. }
        | RoomRequest::Discuss { .. }
        | RoomRequest::FaultsClear {} => RoomResponse::Done {},
    }
}

fn black(hidden: bool) -> Value {
    json!({ "sites": ["guiyang"], "fault": { "fault": "picture_black" }, "for_s": 60, "begin": { "when": "now" }, "hidden": hidden })
}

async fn console(rehearsal: bool) -> Console {
    let console = Console::start().await;
    *console.mcu.snapshot.lock().unwrap() = Some(conference(rehearsal));
    console
}

#[tokio::test]
async fn a_fault_goes_to_its_room_and_is_remembered_and_lifted() {
    let console = console(true).await;
    let mut room = Room::enrolled(&console, "guiyang").await;
    let trainer = console.sign_in("trainer").await;
    let path = format!("{REHEARSAL}/injections");
    let order = black(false);
    let (posted, asked) = tokio::join!(console.post(&path, Some(&trainer), &order), room.answer(take));
    assert_eq!((posted.0, &posted.1[0]["state"], &posted.1[0]["site"]), (200, &json!("active"), &json!("guiyang")), "{posted:?}");
    assert!(matches!(asked, RoomRequest::FaultStart { for_s: 60, .. }));
    let (status, state) = console.get(REHEARSAL, Some(&trainer)).await;
    assert_eq!((status, state["injections"].as_array().unwrap().len()), (200, 1));
    assert!(state["faults"].as_array().unwrap().len() >= 14 && state["exercises"].as_array().unwrap().len() >= 4);
    let number = state["injections"][0]["id"].as_i64().unwrap();
    let lift = format!("{path}/{number}/lift");
    let empty = json!({});
    let (lifted, asked) = tokio::join!(console.post(&lift, Some(&trainer), &empty), room.answer(take));
    assert_eq!((lifted.0, asked), (204, RoomRequest::FaultLift { id: 7 }));
    let (_, state) = console.get(REHEARSAL, Some(&trainer)).await;
    assert_eq!(state["injections"][0]["state"], "ended");
    let (status, debrief) = console.get(&format!("{REHEARSAL}/debrief"), Some(&trainer)).await;
    assert_eq!((status, debrief["rows"].as_array().unwrap().len(), &debrief["score"]["injected"]), (200, 1, &json!(1)));
    let (status, csv) = console.get(&format!("{REHEARSAL}/debrief.csv"), Some(&trainer)).await;
    assert!(status == 200 && csv.as_str().unwrap().contains("画面黑屏"), "{csv}");
    let audit = std::fs::read_to_string(console.dir.join(AUDIT_FILE)).unwrap();
    for word in ["plan_faults", "inject_fault", "lift_fault", "rehearsal.direct", "trainer"] {
        assert!(audit.contains(word), "{word} is not audited");
    }
}

#[tokio::test]
async fn nobody_without_the_right_and_no_real_conference() {
    let console = console(true).await;
    let technician = console.sign_in("technician").await;
    let path = format!("{REHEARSAL}/injections");
    for (path, what) in [(path.clone(), black(false)), (format!("{REHEARSAL}/clear"), json!({}))] {
        let (status, problem) = console.post(&path, Some(&technician), &what).await;
        assert_eq!((status, &problem["code"]), (403, &json!("console.right.missing")));
    }
    let operator = console.sign_in("operator").await;
    let order = json!({ "ask": "fault_start", "fault": { "fault": "line_cut" }, "for_s": 5 });
    let _room = Room::enrolled(&console, "guiyang").await;
    let (status, problem) = console.post("/api/rooms/guiyang/requests", Some(&operator), &order).await;
    assert_eq!((status, &problem["code"]), (403, &json!("console.rehearsal.door")));
    *console.mcu.snapshot.lock().unwrap() = Some(conference(false));
    let (status, problem) = console.post(&path, Some(&operator), &black(false)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("console.rehearsal.none")));
    let audit = std::fs::read_to_string(console.dir.join(AUDIT_FILE)).unwrap();
    for code in ["console.right.missing", "console.rehearsal.door", "console.rehearsal.none"] {
        assert!(audit.contains(code), "{code} is not audited");
    }
}

#[tokio::test]
async fn a_real_rooms_refusal_is_told_with_its_reason() {
    let console = console(true).await;
    let mut room = Room::enrolled(&console, "guiyang").await;
    let operator = console.sign_in("operator").await;
    let path = format!("{REHEARSAL}/injections");
    let refuse = |_: &RoomRequest| {
        let text = Text { zh: "设备是真实设备".to_owned(), en: "its camera is a real one".to_owned() };
        RoomResponse::Refused(Refusal { code: RefusalCode::RealRoom, text })
    };
    let order = black(false);
    let (posted, _) = tokio::join!(console.post(&path, Some(&operator), &order), room.answer(refuse));
    assert_eq!(
        (posted.0, &posted.1["code"], &posted.1["detail"]),
        (409, &json!("room.rehearsal.real"), &json!("its camera is a real one"))
    );
    let (_, state) = console.get(REHEARSAL, Some(&operator)).await;
    assert_eq!((&state["injections"][0]["state"], &state["injections"][0]["note"]), (&json!("refused"), &json!("room.rehearsal.real")));
    for bad in [json!({ "sites": ["nowhere"] }), json!({ "for_s": 0 }), json!({ "begin": { "when": "within", "minutes": 0 } })] {
        let mut order = black(false);
        order.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        assert_eq!(console.post(&path, Some(&operator), &order).await.0, 400, "{order}");
    }
    let mut loud = black(false);
    loud["fault"] = json!({ "fault": "line_loss", "percent": 99 });
    let (status, problem) = console.post(&path, Some(&operator), &loud).await;
    assert_eq!((status, &problem["code"]), (400, &json!("room.command.bad_args")));
}

#[tokio::test]
async fn a_hidden_exercise_is_seen_by_its_author_only_and_all_clear_takes_it_back() {
    let console = console(true).await;
    let (trainer, operator) = (console.sign_in("trainer").await, console.sign_in("operator").await);
    let order = json!({ "exercise": "main_hall", "seed": 5, "hidden": true });
    let (status, planned) = console.post(&format!("{REHEARSAL}/exercises"), Some(&trainer), &order).await;
    assert_eq!((status, planned.as_array().unwrap().len()), (200, 3), "{planned}");
    let count = async |session: &str| console.get(REHEARSAL, Some(session)).await.1["injections"].as_array().unwrap().len();
    assert_eq!((count(&trainer).await, count(&operator).await), (3, 0));
    assert_eq!(console.post(&format!("{REHEARSAL}/clear"), Some(&operator), &json!({})).await.0, 204);
    let (_, state) = console.get(REHEARSAL, Some(&trainer)).await;
    assert!(state["injections"].as_array().unwrap().iter().all(|row| row["state"] == "cancelled"), "{state}");
}

//! Rooms are told where to sit: over the real uplink, from what the MCU's list and journal say, through restarts of the console's part.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot be set up has failed")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use access_token::{Claims, SigningKey, right};
use console_server::{AUDIT_FILE, run_seating};
use futures_util::SinkExt;
use room_api::{FromConsole, FromRoom, RoomId, RoomSnapshot, SeatReport, SeatState, SeatWord, Text, UPLINK_VERSION};
use serde_json::{Value, json};
use support::{Console, Socket, next};
use tokio_tungstenite::tungstenite::Message;

/// A round is a second.
const PATIENCE: Duration = Duration::from_secs(20);

struct Room {
    key: SigningKey,
    socket: Socket,
}

impl Room {
    async fn enrolled(console: &Console) -> Self {
        let technician = console.sign_in("technician").await;
        let (_, code) = console.post("/api/pairing-codes", Some(&technician), &json!({ "room": "guiyang" })).await;
        let key = SigningKey::generate("room:guiyang").unwrap();
        let body = json!({"room": "guiyang", "code": code["code"], "public_key_pem": key.public_pem().unwrap()});
        assert_eq!(console.post("/api/enrol", None, &body).await.0, 200);
        let socket = dial(console, &key).await;
        Self { key, socket }
    }

    async fn say(&mut self, message: &FromRoom) {
        self.socket.send(Message::Text(serde_json::to_string(message).unwrap().into())).await.unwrap();
    }

    async fn report(&mut self, revision: u64, wanted: Option<&str>, conference: Option<&str>, state: SeatState) {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let seat = Some(SeatReport { revision, wanted: own(wanted), conference: own(conference), state });
        let name = Text { zh: "桂阳县".to_owned(), en: "Guiyang".to_owned() };
        let snapshot = RoomSnapshot {
            room: RoomId("guiyang".to_owned()),
            name,
            rehearsal: true,
            devices: Vec::new(),
            scenes: Vec::new(),
            run: None,
            discussion: None,
            terminal: None,
            seat,
            faults: Vec::new(),
            at_ms: 1,
        };
        self.say(&FromRoom::Snapshot(Box::new(snapshot))).await;
    }

    /// Waits for that word; the one before may be told again until then.
    async fn until_seat(&mut self, wanted: &SeatWord) {
        let hearing = async {
            loop {
                match next(&mut self.socket).await {
                    Some(Message::Text(text)) => match serde_json::from_str(&text).unwrap() {
                        FromConsole::Seat(word) if word == *wanted => return,
                        FromConsole::Seat(word) => assert!(word.revision <= wanted.revision, "{word:?}"),
                        FromConsole::Ask { .. } | FromConsole::Release { .. } => {}
                    },
                    Some(_) => {}
                    None => panic!("the console hung up"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, hearing).await.unwrap()
    }
}

async fn dial(console: &Console, key: &SigningKey) -> Socket {
    let rights = vec![right::ROOM_UPLINK.to_owned()];
    let token = key.sign(&Claims { sub: "room:guiyang".to_owned(), rights, site: None, exp: support::now_s() + 60 }).unwrap();
    let mut socket = console.socket("/uplink", &[("authorization", format!("Bearer {token}"))]).await.unwrap();
    let hello = FromRoom::Hello { version: UPLINK_VERSION, room: RoomId("guiyang".to_owned()) };
    socket.send(Message::Text(serde_json::to_string(&hello).unwrap().into())).await.unwrap();
    socket
}

fn word(revision: u64, conference: Option<&str>) -> SeatWord {
    SeatWord { revision, conference: conference.map(str::to_owned) }
}

/// The MCU has opened this conference in the name of that booking, with the room's site in it.
fn opens(console: &Console, phase: &str) {
    let list = json!({"conferences": [{"conference": "m-b1-20261130", "title": "调度会", "phase": phase, "rev": 1, "opened_at_ms": 1000, "seated": 1}]});
    let seat = json!({"site": "guiyang", "name": "桂阳县", "name_en": "Guiyang", "kind": "branch"});
    let open = json!({"conference": "m-b1-20261130", "title": "调度会", "sites": [seat], "main_site": "guiyang", "call_all": true});
    let fact = json!({"conference": "m-b1-20261130", "rev": 1, "at_ms": 1000, "author": "booking:secretary", "right": "conference.affairs",
        "origin": "desk", "event": {"event": "opened", "data": {"open": open}}});
    let journal = json!({"conference": "m-b1-20261130", "opened_at_ms": 1000, "rev": 1, "envelopes": [fact], "more": false});
    *console.mcu.journal.lock().unwrap() = journal.to_string();
    *console.mcu.list.lock().unwrap() = Some(list.to_string());
}

async fn whereabouts(console: &Console, operator: &str, wanted: &Value) {
    let began = std::time::Instant::now();
    loop {
        let (_, one) = console.get("/api/rooms/guiyang", Some(operator)).await;
        if one["whereabouts"] == *wanted {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{}", one["whereabouts"]);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_room_is_told_audited_told_again_and_let_go() {
    let console = Console::start().await;
    let operator = console.sign_in("operator").await;
    *console.mcu.list.lock().unwrap() = Some(json!({"conferences": []}).to_string());
    let mut room = Room::enrolled(&console).await;
    let mut task = tokio::spawn(run_seating(Arc::clone(&console.app)));
    opens(&console, "running");
    room.until_seat(&word(1, Some("m-b1-20261130"))).await;

    // A report that is behind brings the word again; one that is not, does not.
    room.report(0, None, Some("city-meeting"), SeatState::Joined {}).await;
    room.until_seat(&word(1, Some("m-b1-20261130"))).await;
    room.report(1, Some("m-b1-20261130"), Some("m-b1-20261130"), SeatState::Joined {}).await;
    let named = json!({"conference": "m-b1-20261130", "title": "调度会"});
    whereabouts(&console, &operator, &json!({"at": "joined", "conference": named})).await;
    let (status, places) = console.get("/api/conferences/m-b1-20261130/places", Some(&operator)).await;
    assert_eq!((status, &places["places"]), (200, &json!([{"site": "guiyang", "place": {"place": "here"}}])));
    let (_, places) = console.get("/api/conferences/other/places", Some(&operator)).await;
    assert_eq!(places["places"][0]["place"], json!({"place": "elsewhere", "title": "调度会"}));

    // Restarted, the console goes on with the same revision and the MCU's silence moves nobody.
    task.abort();
    let _ = task.await;
    *console.mcu.list.lock().unwrap() = Some("out of order".to_owned());
    task = tokio::spawn(run_seating(Arc::clone(&console.app)));
    room.socket = dial(&console, &room.key).await;
    room.until_seat(&word(1, Some("m-b1-20261130"))).await;

    // The conference ends: the room is let go, and a room that does not take that is shown with its reason.
    opens(&console, "ended");
    room.until_seat(&word(2, None)).await;
    room.report(1, None, None, SeatState::Connecting {}).await;
    let reason = Text { zh: "磁盘".to_owned(), en: "disk".to_owned() };
    room.say(&FromRoom::SeatRefused { revision: 2, reason }).await;
    whereabouts(&console, &operator, &json!({"at": "failed", "conference": null, "reason": {"zh": "磁盘", "en": "disk"}})).await;
    task.abort();
    let text = std::fs::read_to_string(console.dir.join(AUDIT_FILE)).unwrap();
    let entries = text.lines().map(|line| serde_json::from_str::<audit_chain::Entry>(line).unwrap());
    let told: Vec<_> = entries.filter(|entry| entry.action == "seat_room").map(|entry| (entry.actor, entry.object)).collect();
    let room = || "room:guiyang".to_owned();
    assert_eq!(told, [("booking:secretary".to_owned(), room()), ("console".to_owned(), room())]);
    let looks = console.mcu.asked().into_iter().filter(|asked| asked.path.ends_with("/journal"));
    assert!(looks.map(|asked| asked.claims.rights).all(|rights| rights == [right::CONFERENCE_VIEW]), "it only looks");
}

#[tokio::test]
async fn places_are_for_those_who_see_conferences() {
    let console = Console::start().await;
    let secretary = console.sign_in("secretary").await;
    assert_eq!(console.get("/api/conferences/city-12/places", Some(&secretary)).await.0, 403);
    assert_eq!(console.get("/api/conferences/city-12/places", None).await.0, 401);
    let operator = console.sign_in("operator").await;
    assert_eq!(console.get("/api/conferences/No%20Id/places", Some(&operator)).await.0, 404);
    assert_eq!(console.get("/api/conferences/city-12/places", Some(&operator)).await, (200, json!({"places": []})));
}

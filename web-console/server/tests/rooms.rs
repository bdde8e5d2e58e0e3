//! Enrolling rooms, their uplink, and what people ask of them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot be set up has failed")]

mod support;

use access_token::{Claims, SigningKey, right};
use axum::http::Method;
use console_server::AUDIT_FILE;
use futures_util::SinkExt;
use room_api::{FromConsole, FromRoom, RoomId, RoomRequest, RoomResponse, RoomSnapshot, Text, UPLINK_VERSION};
use serde_json::json;
use support::{Console, Socket, next, next_where};
use tokio_tungstenite::tungstenite::Message;

struct Room {
    id: &'static str,
    key: SigningKey,
}

impl Room {
    fn new(id: &'static str) -> Self {
        Self { id, key: SigningKey::generate(&format!("room:{id}")).unwrap() }
    }

    fn token(&self) -> String {
        let rights = vec![right::ROOM_UPLINK.to_owned()];
        let claims = Claims { sub: format!("room:{}", self.id), rights, site: None, exp: support::now_s() + 60 };
        self.key.sign(&claims).unwrap()
    }

    async fn enrol(&self, console: &Console, code: &str) -> (u16, serde_json::Value) {
        let body = json!({"room": self.id, "code": code, "public_key_pem": self.key.public_pem().unwrap()});
        console.post("/api/enrol", None, &body).await
    }

    /// Enrols with a code of the technician's.
    async fn enrolled(id: &'static str, console: &Console, technician: &str) -> Self {
        let room = Self::new(id);
        let code = pairing_code(console, technician, id).await;
        assert_eq!(room.enrol(console, &code).await.0, 200);
        room
    }

    async fn dial(&self, console: &Console) -> Socket {
        let mut socket = console.socket("/uplink", &[("authorization", format!("Bearer {}", self.token()))]).await.unwrap();
        say(&mut socket, &FromRoom::Hello { version: UPLINK_VERSION, room: RoomId(self.id.to_owned()) }).await;
        say(&mut socket, &FromRoom::Snapshot(Box::new(snapshot(self.id)))).await;
        socket
    }
}

fn snapshot(id: &str) -> RoomSnapshot {
    RoomSnapshot {
        room: RoomId(id.to_owned()),
        name: Text { zh: "桂阳县".to_owned(), en: "Guiyang".to_owned() },
        rehearsal: true,
        devices: Vec::new(),
        scenes: Vec::new(),
        run: None,
        discussion: None,
        terminal: None,
        seat: None,
        faults: Vec::new(),
        at_ms: 1,
    }
}

async fn say(socket: &mut Socket, message: &FromRoom) {
    socket.send(Message::Text(serde_json::to_string(message).unwrap().into())).await.unwrap();
}

async fn hear(socket: &mut Socket) -> FromConsole {
    loop {
        match next(socket).await {
            Some(Message::Text(text)) => return serde_json::from_str(&text).unwrap(),
            Some(_) => {}
            None => panic!("the console hung up"),
        }
    }
}

async fn pairing_code(console: &Console, technician: &str, room: &str) -> String {
    let (status, answer) = console.post("/api/pairing-codes", Some(technician), &json!({ "room": room })).await;
    assert_eq!(status, 200);
    let code = answer["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 8);
    code
}

#[tokio::test]
async fn a_code_enrols_its_room_once_and_the_mcu_learns_the_key() {
    let console = Console::start().await;
    let technician = console.sign_in("technician").await;
    let room = Room::new("guiyang");
    let code = pairing_code(&console, &technician, "guiyang").await;
    let (status, answer) = room.enrol(&console, &code).await;
    assert_eq!((status, &answer["conference"]), (200, &json!("city-12")));
    assert!(answer["mcu_base"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    let told = console.mcu.asked().into_iter().find(|asked| asked.method == Method::PUT).unwrap();
    assert_eq!((told.path.as_str(), told.body), ("/api/trust/room:guiyang", room.key.public_pem().unwrap()));
    assert_eq!(told.claims.rights, [right::SYSTEM_TRUST]);
    assert_eq!(Room::new("guiyang").enrol(&console, &code).await.0, 403);
}

#[tokio::test]
async fn a_code_is_for_its_room_only_and_not_to_be_guessed() {
    let console = Console::start().await;
    let technician = console.sign_in("technician").await;
    let code = pairing_code(&console, &technician, "guiyang").await;
    assert_eq!(Room::new("anren").enrol(&console, &code).await.0, 403);
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    for _ in 0..5 {
        assert_eq!(Room::new("guiyang").enrol(&console, wrong).await.0, 403);
    }
    assert_eq!(Room::new("guiyang").enrol(&console, &code).await.0, 403, "after five wrong ones the right one is void");
}

#[tokio::test]
async fn an_uplink_needs_an_enrolled_rooms_own_token() {
    let console = Console::start().await;
    let technician = console.sign_in("technician").await;
    let stranger = Room::new("anren");
    let bearer = |token: String| [("authorization", format!("Bearer {token}"))];
    assert_eq!(console.socket("/uplink", &bearer(stranger.token())).await.unwrap_err(), 401);
    assert_eq!(console.socket("/uplink", &[]).await.unwrap_err(), 401);
    let room = Room::enrolled("guiyang", &console, &technician).await;
    let without_right =
        room.key.sign(&Claims { sub: "room:guiyang".into(), rights: vec![], site: None, exp: support::now_s() + 60 }).unwrap();
    assert_eq!(console.socket("/uplink", &bearer(without_right)).await.unwrap_err(), 401);
    let mut liar = console.socket("/uplink", &bearer(room.token())).await.unwrap();
    say(&mut liar, &FromRoom::Hello { version: UPLINK_VERSION, room: RoomId("anren".into()) }).await;
    assert!(matches!(next(&mut liar).await, Some(Message::Close(_)) | None));
}

#[tokio::test]
async fn a_persons_request_reaches_the_room_and_its_answer_comes_back() {
    let console = Console::start().await;
    let technician = console.sign_in("technician").await;
    let room = Room::enrolled("guiyang", &console, &technician).await;
    let mut browser = console.page_socket("/api/rooms/events", &technician).await;
    next_where(&mut browser, |value| value["room"] == "guiyang" && value["connected"] == false).await;
    let mut uplink = room.dial(&console).await;
    let told = next_where(&mut browser, |value| value["snapshot"]["rehearsal"] == true).await;
    assert_eq!((&told["connected"], &told["snapshot"]["name"]["zh"]), (&json!(true), &json!("桂阳县")));

    let answering = async {
        let FromConsole::Ask { request, actor, what } = hear(&mut uplink).await else { panic!("no ask") };
        assert_eq!((actor.as_str(), what), ("technician", RoomRequest::SceneRun { scene: "meeting".into() }));
        say(&mut uplink, &FromRoom::Response { request, response: RoomResponse::Accepted { id: 5 } }).await;
        say(&mut uplink, &FromRoom::Command { id: 5, state: room_api::CommandState::Confirmed { after_ms: 300 } }).await;
    };
    let body = json!({"ask":"scene_run","scene":"meeting"});
    let asking = console.post("/api/rooms/guiyang/requests", Some(&technician), &body);
    let ((), answer) = tokio::join!(answering, asking);
    assert_eq!(answer, (200, json!({"answer":"accepted","id":5})));
    let told = next_where(&mut browser, |value| value["type"] == "command").await;
    assert_eq!((&told["room"], &told["state"]["after_ms"]), (&json!("guiyang"), &json!(300)));

    drop(browser);
    assert_eq!(hear(&mut uplink).await, FromConsole::Release { actor: "technician".into() });
    drop(uplink);
    let mut browser = console.page_socket("/api/rooms/events", &technician).await;
    next_where(&mut browser, |value| value["room"] == "guiyang" && value["connected"] == false).await;
    let text = std::fs::read_to_string(console.dir.join(AUDIT_FILE)).unwrap();
    let outcomes: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<audit_chain::Entry>(line).unwrap())
        .filter(|entry| entry.action == "scene_run")
        .map(|entry| entry.outcome)
        .collect();
    assert_eq!(outcomes, ["asked", "accepted command 5"]);
}

#[tokio::test]
async fn a_room_that_is_away_is_named() {
    let console = Console::start().await;
    let technician = console.sign_in("technician").await;
    let body = json!({"ask":"scene_cancel"});
    assert_eq!(console.post("/api/rooms/nowhere/requests", Some(&technician), &body).await.0, 404);
    let _room = Room::enrolled("guiyang", &console, &technician).await;
    let (status, problem) = console.post("/api/rooms/guiyang/requests", Some(&technician), &body).await;
    assert_eq!((status, &problem["code"]), (503, &json!("console.room.offline")));
    let (status, one) = console.get("/api/rooms/guiyang", Some(&technician)).await;
    assert_eq!((status, &one["connected"]), (200, &json!(false)));
}

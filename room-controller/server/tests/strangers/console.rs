//! The console's side of enrolment and uplink, as the console implements it, so that a room can be heard.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access_token::{Trust, right};
use axum::Json;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use room_api::{FromConsole, FromRoom};
use tokio::sync::mpsc;

/// The only pairing code it takes.
pub(crate) const CODE: &str = "12345678";

#[derive(Clone)]
struct Shared {
    keys: Arc<Mutex<Trust>>,
    sockets: mpsc::Sender<WebSocket>,
}

pub(crate) struct Console {
    pub(crate) base: String,
    sockets: mpsc::Receiver<WebSocket>,
}

impl Console {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (sender, sockets) = mpsc::channel(4);
        let shared = Shared { keys: Arc::default(), sockets: sender };
        let routes = axum::Router::new().route("/api/enrol", post(enrol)).route("/uplink", get(uplink)).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { base, sockets }
    }

    /// The next room that dials in with a good token.
    pub(crate) async fn room(&mut self) -> Room {
        let socket = tokio::time::timeout(Duration::from_secs(20), self.sockets.recv()).await.expect("no room dialled in").unwrap();
        Room { socket, last_request: 0 }
    }
}

async fn enrol(State(shared): State<Shared>, Json(asked): Json<serde_json::Value>) -> Result<Json<serde_json::Value>, StatusCode> {
    let field = |name: &str| asked.get(name).and_then(serde_json::Value::as_str).map(str::to_owned).ok_or(StatusCode::BAD_REQUEST);
    let (room, code, pem) = (field("room")?, field("code")?, field("public_key_pem")?);
    if code != CODE {
        return Err(StatusCode::FORBIDDEN);
    }
    shared.keys.lock().unwrap().add(&format!("room:{room}"), &pem).map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok(Json(serde_json::json!({ "mcu_base": "http://127.0.0.1:9", "conference": null, "console_public_pem": pem })))
}

async fn uplink(State(shared): State<Shared>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Result<Response, StatusCode> {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()).and_then(|text| text.strip_prefix("Bearer "));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = shared.keys.lock().unwrap().check(token.ok_or(StatusCode::UNAUTHORIZED)?, now).map_err(|_| StatusCode::UNAUTHORIZED)?;
    if !claims.may(right::ROOM_UPLINK) {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(upgrade.on_upgrade(async move |socket| shared.sockets.send(socket).await.unwrap_or_default()))
}

pub(crate) struct Room {
    socket: WebSocket,
    last_request: u64,
}

impl Room {
    pub(crate) async fn next(&mut self) -> FromRoom {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(20), self.socket.recv()).await.expect("the room says nothing");
            if let Message::Text(text) = message.expect("the room closed the line").unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    pub(crate) async fn until<T>(&mut self, find: impl Fn(&FromRoom) -> Option<T>) -> T {
        loop {
            if let Some(found) = find(&self.next().await) {
                return found;
            }
        }
    }

    pub(crate) async fn send(&mut self, message: &FromConsole) {
        self.socket.send(Message::Text(serde_json::to_string(message).unwrap().into())).await.unwrap();
    }

    /// Asks and waits for the answer.
    pub(crate) async fn ask(&mut self, actor: &str, what: room_api::RoomRequest) -> room_api::RoomResponse {
        self.last_request += 1;
        let wanted = self.last_request;
        self.send(&FromConsole::Ask { request: wanted, actor: actor.to_owned(), what }).await;
        self.until(|said| match said {
            FromRoom::Response { request, response } if *request == wanted => Some(response.clone()),
            FromRoom::Response { .. }
            | FromRoom::Hello { .. }
            | FromRoom::Snapshot(_)
            | FromRoom::Command { .. }
            | FromRoom::SeatRefused { .. } => None,
        })
        .await
    }
}

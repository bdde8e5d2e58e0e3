//! The rooms' own door: each keeps one WebSocket here, with a token signed by its own key.

use std::sync::Arc;
use std::time::Duration;

use access_token::{Trust, right};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use room_api::{FromRoom, UPLINK_VERSION};

use crate::app::App;
use crate::clock;
use crate::enrol;
use crate::problem::{Code, Problem};

/// Largest message from a room: a snapshot of 64 devices is about 100 kB.
const MAX_MESSAGE_BYTES: usize = 512 << 10;
/// Time for the first message.
const HELLO_TIMEOUT: Duration = Duration::from_secs(5);
/// Silence after which a room is held for gone: it tells its state every 5 s at least.
const SILENCE: Duration = Duration::from_secs(16);
/// Time a room may take for one message.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// `GET /uplink`
pub(crate) async fn uplink(State(app): State<Arc<App>>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Result<Response, Problem> {
    let (room, public_key_pem) = room_of(&app, &headers).await?;
    let permit = Arc::clone(&app.uplinks).try_acquire_owned().map_err(|_| Code::LimitReached)?;
    let upgrade = upgrade.max_message_size(MAX_MESSAGE_BYTES).max_frame_size(MAX_MESSAGE_BYTES);
    Ok(upgrade.on_upgrade(async move |mut socket| {
        if said_hello(&mut socket, &room).await {
            // The MCU may have lost its data since the room was enrolled; telling it again does no harm.
            let telling = Arc::clone(&app);
            let named = room.clone();
            tokio::spawn(async move { enrol::tell_mcu(&telling, &named, &public_key_pem).await });
            serve(&app, &room, &mut socket).await;
        }
        let frame = CloseFrame { code: close_code::AWAY, reason: "bye".into() };
        let _ = tokio::time::timeout(SEND_TIMEOUT, socket.send(Message::Close(Some(frame)))).await;
        drop(permit);
    }))
}

/// The enrolled room that signed the request's token, and its key.
async fn room_of(app: &App, headers: &HeaderMap) -> Result<(String, String), Problem> {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = text.and_then(|text| text.strip_prefix("Bearer ")).ok_or(Code::RoomRefused)?;
    let mut trust = Trust::new();
    let rooms = app.store.rooms().await?;
    for room in &rooms {
        trust.add(&format!("room:{}", room.id), &room.public_key_pem).map_err(|_| Code::StoreFailed)?;
    }
    let claims = trust.check(token, u64::try_from(clock::now_s()).unwrap_or_default()).map_err(|error| {
        tracing::warn!(%error, "an uplink was refused");
        Problem::from(Code::RoomRefused)
    })?;
    if !claims.may(right::ROOM_UPLINK) {
        return Err(Code::RoomRefused.into());
    }
    let id = claims.sub.strip_prefix("room:").ok_or(Code::RoomRefused)?;
    let room = rooms.into_iter().find(|room| room.id == id).ok_or(Code::RoomRefused)?;
    Ok((room.id, room.public_key_pem))
}

async fn said_hello(socket: &mut WebSocket, room: &str) -> bool {
    let Ok(Some(Ok(Message::Text(text)))) = tokio::time::timeout(HELLO_TIMEOUT, socket.recv()).await else { return false };
    match serde_json::from_str::<FromRoom>(&text) {
        Ok(FromRoom::Hello { version, room: named }) if version == UPLINK_VERSION && named.0 == room => true,
        Ok(_) | Err(_) => {
            tracing::warn!(room, "a room's first message was not the expected hello; both programs must be of the same version");
            false
        }
    }
}

async fn serve(app: &App, room: &str, socket: &mut WebSocket) {
    let mut joined = app.rooms.join(room, clock::now_ms());
    tracing::info!(room, "room connected");
    loop {
        let flow = tokio::select! {
            message = tokio::time::timeout(SILENCE, socket.recv()) => match message {
                Ok(Some(Ok(message))) => hear(app, room, &message),
                Ok(Some(Err(_)) | None) | Err(_) => false,
            },
            ask = joined.asks.recv() => match ask {
                Some(ask) => send(socket, &ask).await,
                // Another connection of the same room took over.
                None => false,
            },
        };
        if !flow {
            break;
        }
    }
    app.rooms.leave(room, joined.number, clock::now_ms());
    tracing::info!(room, "room gone");
}

async fn send(socket: &mut WebSocket, ask: &room_api::FromConsole) -> bool {
    let Ok(text) = serde_json::to_string(ask) else { return true };
    matches!(tokio::time::timeout(SEND_TIMEOUT, socket.send(Message::Text(text.into()))).await, Ok(Ok(())))
}

/// Takes one message; whether to go on.
fn hear(app: &App, room: &str, message: &Message) -> bool {
    let text = match message {
        Message::Text(text) => text,
        Message::Ping(_) | Message::Pong(_) => return true,
        Message::Binary(_) | Message::Close(_) => return false,
    };
    match serde_json::from_str::<FromRoom>(text) {
        Ok(FromRoom::Snapshot(snapshot)) if snapshot.room.0 == room => app.rooms.heard(room, *snapshot),
        Ok(FromRoom::Response { request, response }) => app.rooms.answered(room, request, response),
        Ok(FromRoom::Command { id, state }) => app.rooms.command(room, id, state),
        Ok(FromRoom::SeatRefused { revision, reason }) => {
            tracing::warn!(room, revision, reason = reason.en, "the room does not take its seat");
            app.rooms.seat_refused(room, revision, reason);
        }
        Ok(FromRoom::Hello { .. } | FromRoom::Snapshot(_)) | Err(_) => {
            tracing::warn!(room, "a room's message is not understood; both programs must be of the same version");
            return false;
        }
    }
    true
}

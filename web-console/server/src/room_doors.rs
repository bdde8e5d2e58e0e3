//! What browsers ask about rooms and of rooms.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use access_token::right;
use axum::Json;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use room_api::{RoomRequest, RoomResponse};
use tokio::sync::broadcast::error::RecvError;

use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::guard::has_own_origin;
use crate::problem::{Code, Problem};
use crate::rooms::{RoomStatus, RoomsMessage};
use crate::session::User;

/// Time a room may take to answer; the commands themselves go on after their answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// Browsers have nothing to say on this socket.
const MAX_BROWSER_BYTES: usize = 1024;
/// As the MCU does.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Time a browser may take for one message.
const SEND_TIMEOUT: Duration = Duration::from_secs(3);
/// Renewals of one held move closer together than this are one act in the audit.
const ONE_HOLD_S: i64 = 2;
/// Holds remembered.
const MAX_HOLDS: usize = 256;

/// Held moves under way, so that their renewals are not audited one by one.
#[derive(Default)]
pub struct Holds {
    last: Mutex<BTreeMap<String, i64>>,
}

impl Holds {
    /// Whether this is the continuation of a hold already audited.
    fn goes_on(&self, key: &str, now_s: i64) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.retain(|_, at| now_s - *at <= ONE_HOLD_S);
        let goes_on = last.contains_key(key);
        if goes_on || last.len() < MAX_HOLDS {
            last.insert(key.to_owned(), now_s);
        }
        goes_on
    }
}

async fn statuses(app: &App) -> Result<Vec<RoomStatus>, Problem> {
    let enrolled: Vec<String> = app.store.rooms().await?.into_iter().map(|room| room.id).collect();
    Ok(app.rooms.statuses(&enrolled))
}

/// `GET /api/rooms`
pub(crate) async fn list(State(app): State<Arc<App>>, user: User) -> Result<Json<Vec<RoomStatus>>, Problem> {
    user.require(right::ROOM_VIEW)?;
    Ok(Json(statuses(&app).await?))
}

/// `GET /api/rooms/{id}`
pub(crate) async fn one(State(app): State<Arc<App>>, user: User, Path(id): Path<String>) -> Result<Json<RoomStatus>, Problem> {
    user.require(right::ROOM_VIEW)?;
    let found = statuses(&app).await?.into_iter().find(|status| status.room == id);
    found.map(Json).ok_or(Code::NotFound.into())
}

/// `POST /api/rooms/{id}/requests`
pub(crate) async fn request(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<RoomResponse>, Problem> {
    let what: RoomRequest = serde_json::from_slice(&body).map_err(|_| Code::Malformed)?;
    app.store.room(&id).await?.ok_or(Code::NotFound)?;
    // Asking what a scene would change only looks.
    let right = if matches!(what, RoomRequest::ScenePreview { .. }) { right::ROOM_VIEW } else { right::ROOM_CONTROL };
    let detail = serde_json::to_value(&what).unwrap_or_default();
    let object = format!("room:{id}");
    let name = detail.get("ask").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let who = user.actor();
    let act =
        |result| Act { who: &who, right, what: &name, object: &object, result, address: Some(from.ip()), request: Some(detail.clone()) };
    // The rehearsal's own door checks that the conference is one, and remembers what was injected.
    let is_fault = matches!(what, RoomRequest::FaultStart { .. } | RoomRequest::FaultLift { .. } | RoomRequest::FaultsClear {});
    let allowed = if is_fault { Err(Code::RehearsalDoor.into()) } else { user.require(right) };
    if let Err(problem) = allowed {
        app.audit.record(&act(problem.body().code))?;
        return Err(problem);
    }
    let now_s = clock::now_s();
    let is_audited = right == right::ROOM_CONTROL
        && !(app.rooms.is_held(&id, &what) && app.holds.goes_on(&format!("{} {id} {detail}", user.account), now_s));
    if is_audited {
        app.audit.record(&act("asked"))?;
    }
    let outcome = ask(&app, &id, &user.account, what, now_s).await;
    if is_audited {
        let result = match &outcome {
            Ok(response) => words_of(response),
            Err(problem) => problem.body().code.to_owned(),
        };
        if app.audit.record(&act(&result)).is_err() {
            tracing::error!(result, "the result of a request to a room could not be audited");
        }
    }
    outcome.map(Json)
}

pub(crate) async fn ask(app: &App, room: &str, actor: &str, what: RoomRequest, now_s: i64) -> Result<RoomResponse, Problem> {
    let answer = app.rooms.ask(room, actor, what, now_s)?;
    match tokio::time::timeout(ANSWER_TIMEOUT, answer).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(_)) => Err(Code::RoomOffline.into()),
        Err(_) => Err(Code::RoomSilent.into()),
    }
}

pub(crate) fn words_of(response: &RoomResponse) -> String {
    match response {
        RoomResponse::Accepted { id } => format!("accepted command {id}"),
        RoomResponse::Diff(_) => "diff".to_owned(),
        RoomResponse::FaultStarted(active) => format!("fault {}", active.id),
        RoomResponse::Done {} => "accepted".to_owned(),
        RoomResponse::Refused(refusal) => {
            serde_json::to_value(refusal.code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
        }
    }
}

/// `GET /api/rooms/events`
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    user: User,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    if user.limited.is_none() && !has_own_origin(&headers) {
        return Err(Code::ForeignRequest.into());
    }
    user.require(right::ROOM_VIEW)?;
    let permit = Arc::clone(&app.sockets).try_acquire_owned().map_err(|_| Code::LimitReached)?;
    Ok(upgrade.max_message_size(MAX_BROWSER_BYTES).on_upgrade(async move |mut browser| {
        let mut ended = app.ended.watch();
        let left = u64::try_from(user.ends_s - clock::now_s()).unwrap_or(0);
        tokio::select! {
            () = ended.until(&user.session) => over(&mut browser).await,
            () = tokio::time::sleep(Duration::from_secs(left)) => over(&mut browser).await,
            () = tell(&app, &mut browser) => {}
        }
        app.rooms.release(&user.account, clock::now_s());
        drop(permit);
    }))
}

async fn over(browser: &mut WebSocket) {
    let frame = CloseFrame { code: close_code::POLICY, reason: "session over".into() };
    let _ = tokio::time::timeout(SEND_TIMEOUT, browser.send(Message::Close(Some(frame)))).await;
}

/// Everything first, then what changes; everything again for a browser that fell behind. Until it goes.
async fn tell(app: &App, browser: &mut WebSocket) {
    let mut watch = app.rooms.watch();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    if !tell_all(app, browser).await {
        return;
    }
    loop {
        let goes_on = tokio::select! {
            message = watch.recv() => match message {
                Ok(message) => send(browser, &message).await,
                Err(RecvError::Lagged(_)) => tell_all(app, browser).await,
                Err(RecvError::Closed) => false,
            },
            _ = heartbeat.tick() => send(browser, &RoomsMessage::Heartbeat { at_ms: clock::now_ms() }).await,
            message = browser.recv() => !matches!(message, None | Some(Err(_) | Ok(Message::Close(_)))),
        };
        if !goes_on {
            return;
        }
    }
}

async fn tell_all(app: &App, browser: &mut WebSocket) -> bool {
    let Ok(all) = statuses(app).await else { return false };
    for status in all {
        if !send(browser, &RoomsMessage::Room(status)).await {
            return false;
        }
    }
    match app.scenes.current().await {
        Some(round) => send(browser, &RoomsMessage::Round(round)).await,
        None => true,
    }
}

async fn send(browser: &mut WebSocket, message: &RoomsMessage) -> bool {
    let Ok(text) = serde_json::to_string(message) else { return true };
    matches!(tokio::time::timeout(SEND_TIMEOUT, browser.send(Message::Text(text.into()))).await, Ok(Ok(())))
}

#[cfg(test)]
mod tests {
    use super::Holds;

    #[test]
    fn a_hold_is_one_act_until_it_pauses() {
        let holds = Holds::default();
        let begins: Vec<bool> = [10, 11, 12, 13, 20].into_iter().map(|at| !holds.goes_on("a", at)).collect();
        assert_eq!(begins, [true, false, false, false, true]);
        assert!(!holds.goes_on("b", 20));
    }
}

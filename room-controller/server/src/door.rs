//! The local HTTP door on loopback: for the room's tablet and for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use room_api::{RoomRequest, RoomResponse, RoomSnapshot};
use room_sim::{Handle, Misbehave};
use tokio::sync::{mpsc, oneshot, watch};

use crate::room::ToRoom;

/// Who asks through this door, in the audit.
const ACTOR: &str = "local";
/// Time for a room's answer.
const WITHIN: Duration = Duration::from_secs(5);

/// A room as the door knows it; replaced when its tree is started again.
#[derive(Clone)]
pub(crate) struct RoomHandle {
    pub asks: mpsc::Sender<ToRoom>,
    pub shown: watch::Receiver<Arc<RoomSnapshot>>,
    pub simulators: BTreeMap<String, Handle>,
}

/// All rooms by id.
#[derive(Clone, Default)]
pub(crate) struct Rooms {
    rooms: Arc<Mutex<BTreeMap<String, RoomHandle>>>,
}

impl Rooms {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, RoomHandle>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, id: &str, handle: RoomHandle) {
        self.lock().insert(id.to_owned(), handle);
    }

    fn room(&self, id: &str) -> Result<RoomHandle, Problem> {
        self.lock().get(id).cloned().ok_or((StatusCode::NOT_FOUND, format!("there is no room {id}")))
    }

    fn simulator(&self, room: &str, device: &str) -> Result<Handle, Problem> {
        let found = self.room(room)?.simulators.get(device).cloned();
        found.ok_or((StatusCode::NOT_FOUND, format!("{device} of {room} is not simulated")))
    }

    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/rooms", get(all))
            .route("/rooms/{room}", get(one))
            .route("/rooms/{room}/requests", post(request))
            .route("/rooms/{room}/devices/{device}/misbehave", post(misbehave))
            .route("/rooms/{room}/devices/{device}/reboot", post(reboot))
            .route("/rooms/{room}/devices/{device}/hidden", get(hidden))
            .with_state(self)
    }
}

type Problem = (StatusCode, String);

async fn all(State(rooms): State<Rooms>) -> Json<Vec<RoomSnapshot>> {
    let shown: Vec<_> = rooms.lock().values().map(|room| room.shown.clone()).collect();
    Json(shown.iter().map(|shown| RoomSnapshot::clone(&shown.borrow())).collect())
}

async fn one(State(rooms): State<Rooms>, Path(room): Path<String>) -> Result<Json<RoomSnapshot>, Problem> {
    let room = rooms.room(&room)?;
    let snapshot = RoomSnapshot::clone(&room.shown.borrow());
    Ok(Json(snapshot))
}

async fn request(
    State(rooms): State<Rooms>,
    Path(room): Path<String>,
    Json(what): Json<RoomRequest>,
) -> Result<Json<RoomResponse>, Problem> {
    let room = rooms.room(&room)?;
    let gone = || (StatusCode::SERVICE_UNAVAILABLE, "the room starts again; ask a little later".to_owned());
    let (answer, said) = oneshot::channel();
    room.asks.try_send(ToRoom::Ask { actor: ACTOR.to_owned(), what, answer }).map_err(|_| gone())?;
    let said = tokio::time::timeout(WITHIN, said).await.map_err(|_| gone())?;
    Ok(Json(said.map_err(|_| gone())?))
}

async fn misbehave(
    State(rooms): State<Rooms>,
    Path((room, device)): Path<(String, String)>,
    Json(how): Json<Misbehave>,
) -> Result<StatusCode, Problem> {
    rooms.simulator(&room, &device)?.misbehave(how);
    Ok(StatusCode::NO_CONTENT)
}

async fn reboot(State(rooms): State<Rooms>, Path((room, device)): Path<(String, String)>) -> Result<StatusCode, Problem> {
    rooms.simulator(&room, &device)?.reboot();
    Ok(StatusCode::NO_CONTENT)
}

async fn hidden(State(rooms): State<Rooms>, Path((room, device)): Path<(String, String)>) -> Result<Json<serde_json::Value>, Problem> {
    Ok(Json(rooms.simulator(&room, &device)?.hidden()))
}

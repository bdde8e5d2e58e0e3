//! What people ask of scene rounds.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use access_token::right;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use room_api::{RoomRequest, RoomResponse, SceneDiff, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::deliver::change;
use super::round::SceneRound;
use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::problem::{Code, Problem};
use crate::room_doors::ask;
use crate::session::User;

/// A scene and the rooms it is for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SceneRooms {
    /// Which scene.
    pub scene: String,
    /// Which rooms; each must be enrolled.
    pub rooms: Vec<String>,
}

/// What a scene would change in one room.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "look", rename_all = "snake_case")]
pub(crate) enum RoomLook {
    /// The difference.
    Diff(SceneDiff),
    /// 离线: it gets the scene when it returns.
    Away {},
    /// The room cannot.
    Cannot {
        /// Why.
        reason: Text,
    },
}

/// By room.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct ScenePreview {
    /// By room.
    pub rooms: BTreeMap<String, RoomLook>,
}

/// The round under way or the last one.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct CurrentRound {
    /// `null` when there never was one.
    pub round: Option<SceneRound>,
}

/// All paths here.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/scenes/preview", post(preview))
        .route("/api/scenes/round", get(current).post(begin).delete(withdraw))
        .route("/api/scenes/round/restore", post(restore))
}

async fn check(app: &App, what: &SceneRooms) -> Result<(), Problem> {
    let enrolled: Vec<String> = app.store.rooms().await?.into_iter().map(|room| room.id).collect();
    let all_known = what.rooms.iter().all(|room| enrolled.contains(room));
    if what.rooms.is_empty() || !all_known { Err(Code::NotFound.into()) } else { Ok(()) }
}

/// `POST /api/scenes/preview`
pub(crate) async fn preview(State(app): State<Arc<App>>, user: User, body: Bytes) -> Result<Json<ScenePreview>, Problem> {
    user.require(right::ROOM_VIEW)?;
    let what: SceneRooms = serde_json::from_slice(&body).map_err(|_| Code::Malformed)?;
    check(&app, &what).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for room in what.rooms {
        let (app, actor, scene) = (Arc::clone(&app), user.account.clone(), what.scene.clone());
        tasks.spawn(async move {
            let answer = ask(&app, &room, &actor, RoomRequest::ScenePreview { scene }, clock::now_s()).await;
            let look = match answer {
                Ok(RoomResponse::Diff(diff)) => RoomLook::Diff(diff),
                Ok(RoomResponse::Refused(refusal)) => RoomLook::Cannot { reason: refusal.text },
                Ok(RoomResponse::Accepted { .. } | RoomResponse::FaultStarted(_) | RoomResponse::Done {}) | Err(_) => RoomLook::Away {},
            };
            (room, look)
        });
    }
    let mut rooms = BTreeMap::new();
    while let Some(look) = tasks.join_next().await {
        rooms.extend(look);
    }
    Ok(Json(ScenePreview { rooms }))
}

/// `GET /api/scenes/round`
pub(crate) async fn current(State(app): State<Arc<App>>, user: User) -> Result<Json<CurrentRound>, Problem> {
    user.require(right::ROOM_VIEW)?;
    Ok(Json(CurrentRound { round: app.scenes.current().await }))
}

/// Rights and audit of one act; `detail` is what was asked.
fn admit(app: &App, user: &User, from: SocketAddr, what: &str, detail: Option<serde_json::Value>) -> Result<(), Problem> {
    let who = user.actor();
    let allowed = user.require(right::ROOM_CONTROL);
    let result = allowed.as_ref().map_or_else(|problem| problem.body().code, |()| "asked");
    let right = right::ROOM_CONTROL;
    app.audit.record(&Act { who: &who, right, what, object: "scene_round", result, address: Some(from.ip()), request: detail })?;
    allowed
}

/// `POST /api/scenes/round`: from here on it is told to the rooms, and those of the round before that still wait get nothing any more.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    body: Bytes,
) -> Result<Json<CurrentRound>, Problem> {
    let what: SceneRooms = serde_json::from_slice(&body).map_err(|_| Code::Malformed)?;
    admit(&app, &user, from, "scene_round_begin", serde_json::to_value(&what).ok())?;
    check(&app, &what).await?;
    let statuses = app.rooms.statuses(&what.rooms);
    let named = statuses.iter().filter_map(|status| status.snapshot.as_ref()?.scenes.iter().find(|scene| scene.scene == what.scene));
    let Some(name) = named.map(|scene| scene.name.clone()).next() else { return Err(Code::NotFound.into()) };
    let round = change(&app, |round| {
        let number = round.map_or(1, |round| round.number + 1);
        Some(SceneRound::new(number, &what.scene, name, &user.account, clock::now_ms(), &what.rooms))
    })
    .await?;
    Ok(Json(CurrentRound { round }))
}

/// `DELETE /api/scenes/round`: rooms that wait are told nothing any more.
pub(crate) async fn withdraw(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
) -> Result<Json<CurrentRound>, Problem> {
    admit(&app, &user, from, "scene_round_withdraw", None)?;
    let round = change(&app, |round| {
        round.map(|mut round| {
            round.withdraw();
            round
        })
    })
    .await?;
    Ok(Json(CurrentRound { round }))
}

/// `POST /api/scenes/round/restore`
pub(crate) async fn restore(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
) -> Result<Json<CurrentRound>, Problem> {
    admit(&app, &user, from, "scene_round_restore", None)?;
    let round = change(&app, |round| {
        round.map(|mut round| {
            round.restore(&user.account, clock::now_ms());
            round
        })
    })
    .await?;
    if round.is_none() {
        return Err(Code::NotFound.into());
    }
    Ok(Json(CurrentRound { round }))
}

//! `/api/templates`: meetings to begin from. They are kept in the library's table, under rights of their own.

use std::net::SocketAddr;
use std::sync::Arc;

use access_token::right;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::StatusCode;

use super::check;
use super::doors::AtRev;
use super::words::{Meeting, NewTemplate, Template, Templates};
use crate::app::App;
use crate::library::doors::{drop_document, invalid, keep};
use crate::library::entity::Model;
use crate::library::store as library;
use crate::library::words::{LibraryKind, PutDocument};
use crate::problem::Code;
use crate::refused::Refused;
use crate::session::User;

fn told(model: Model) -> Option<Template> {
    let meeting = serde_json::from_str(&model.value).ok()?;
    Some(Template { name: model.name, rev: model.rev, author: model.author, changed_at_ms: model.changed_ms, meeting })
}

/// `GET /api/templates`
pub(crate) async fn list(State(app): State<Arc<App>>, user: User) -> Result<Json<Templates>, Refused> {
    user.require(right::MEETING_VIEW)?;
    let all = library::all(app.store.db(), LibraryKind::Template).await?;
    Ok(Json(Templates { templates: all.into_iter().filter_map(told).collect() }))
}

/// `GET /api/templates/{name}`
pub(crate) async fn get_one(State(app): State<Arc<App>>, user: User, Path(name): Path<String>) -> Result<Json<Template>, Refused> {
    user.require(right::MEETING_VIEW)?;
    one(&app, &name).await.map(Json)
}

async fn one(app: &App, name: &str) -> Result<Template, Refused> {
    let model = library::one(app.store.db(), LibraryKind::Template, name).await?.ok_or(Code::NotFound)?;
    told(model).ok_or_else(|| Code::StoreFailed.into())
}

/// The meeting of a template.
///
/// # Errors
/// When there is none of that name.
pub(crate) async fn meeting_of(app: &App, name: &str) -> Result<Meeting, Refused> {
    one(app, name).await.map(|template| template.meeting)
}

/// `POST /api/templates`
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    body: Bytes,
) -> Result<(StatusCode, Json<Template>), Refused> {
    let NewTemplate { name, meeting } = serde_json::from_slice(&body).map_err(|_| Code::Malformed)?;
    let kept = put_one(&app, &user, from, name, meeting, 0).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

/// `PUT /api/templates/{name}`
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<Template>, Refused> {
    let given: PutDocument = serde_json::from_slice(&body).map_err(|_| Code::Malformed)?;
    let meeting: Meeting = crate::library::check::read(&given.value).map_err(|wrong| invalid(&wrong))?;
    put_one(&app, &user, from, name, meeting, given.expect_rev).await.map(Json)
}

async fn put_one(app: &App, user: &User, from: SocketAddr, name: String, meeting: Meeting, expect_rev: i64) -> Result<Template, Refused> {
    let meeting = check::meeting(meeting, &app.calendar).map_err(|wrong| invalid(&wrong))?;
    let value = serde_json::to_value(&meeting).map_err(|_| Code::Malformed)?;
    let kept = keep(app, user, from, LibraryKind::Template, name, PutDocument { value, expect_rev }).await?;
    Ok(Template { name: kept.name, rev: kept.rev, author: kept.author, changed_at_ms: kept.changed_at_ms, meeting })
}

/// `DELETE /api/templates/{name}`
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(name): Path<String>,
    Query(at): Query<AtRev>,
) -> Result<StatusCode, Refused> {
    drop_document(&app, &user, from, LibraryKind::Template, &name, at.expect_rev).await
}

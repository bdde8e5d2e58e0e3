//! Doors of conferences: open, list, look, command.

use access_token::right;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mcu_api::{CommandAnswer, CommandRequest, ConferenceId, ConferenceSnapshot, Conferences, JournalPage, OpenConference, Problem, Rev};
use mcu_conference::required_right;
use serde::Deserialize;

use super::Doors;
use super::caller::Signed;
use super::problem::{ApiError, body, json};
use crate::hub::{Ask, JournalPart, journal_unreadable};

/// Changes on one page of the journal at most: an hour of a lively meeting.
const MAX_PAGE: u16 = 500;

/// An id in a path.
pub(super) fn conference_id(text: &str) -> Result<ConferenceId, Problem> {
    ConferenceId::new(text).map_err(|error| super::with_status(400, &error.to_string(), "会议编号只能由小写字母、数字和连字符组成"))
}

/// Opens a conference.
#[utoipa::path(post, path = "/api/conferences", request_body = OpenConference, security(("bearer" = [])), responses(
    (status = 201, body = ConferenceSnapshot), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 409, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn open(State(doors): State<Doors>, caller: Signed, bytes: Result<Bytes, BytesRejection>) -> Result<Response, ApiError> {
    let asked: OpenConference = body(bytes).and_then(|bytes| json(&bytes))?;
    let id = asked.conference.clone();
    let detail = serde_json::to_string(&asked).unwrap_or_default();
    let result = doors.ask(|reply| Ask::Open(caller.0.clone(), Box::new(asked), reply)).await;
    doors.audit(caller.record(right::CONFERENCE_AFFAIRS, "open", id.as_str(), &result, detail)).await;
    let location = format!("/api/conferences/{id}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(&*result?)).into_response())
}

/// All conferences: running ones and those that ended lately.
#[utoipa::path(get, path = "/api/conferences", security(("bearer" = [])),
    responses((status = 200, body = Conferences), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(State(doors): State<Doors>, caller: Signed) -> Result<Json<Conferences>, ApiError> {
    caller.need(&doors, right::CONFERENCE_VIEW, "list", "conferences").await?;
    Ok(Json(doors.ask(Ask::List).await?))
}

/// One conference, wanted and reported.
#[utoipa::path(get, path = "/api/conferences/{conference}", params(("conference" = String, Path,)), security(("bearer" = [])), responses(
    (status = 200, body = ConferenceSnapshot), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn snapshot(State(doors): State<Doors>, caller: Signed, Path(conference): Path<String>) -> Result<Response, ApiError> {
    caller.need(&doors, right::CONFERENCE_VIEW, "view", &conference).await?;
    let id = conference_id(&conference)?;
    let watching = doors.ask(|reply| Ask::Watch(id, reply)).await?;
    Ok(Json(&*watching.snapshot).into_response())
}

/// Which part of the journal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageWanted {
    /// After this revision; 0 or none is from the opening.
    #[serde(default)]
    after_rev: u64,
    /// At most so many changes.
    limit: Option<u16>,
}

/// What happened after a revision, oldest first. An ended conference answers as long as it is listed.
#[utoipa::path(get, path = "/api/conferences/{conference}/journal",
    params(("conference" = String, Path,), ("after_rev" = Option<u64>, Query, description = "after this revision; default 0 is from the opening"),
        ("limit" = Option<u16>, Query, description = "changes at most, 1 to 500; default 500")),
    security(("bearer" = [])), responses(
    (status = 200, body = JournalPage), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn journal(
    State(doors): State<Doors>,
    caller: Signed,
    Path(conference): Path<String>,
    wanted: Result<Query<PageWanted>, QueryRejection>,
) -> Result<Json<JournalPage>, ApiError> {
    caller.need(&doors, right::CONFERENCE_VIEW, "journal", &conference).await?;
    let id = conference_id(&conference)?;
    let wanted = wanted.ok().map(|Query(wanted)| (Rev(wanted.after_rev), wanted.limit.unwrap_or(MAX_PAGE)));
    let Some((after, limit)) = wanted.filter(|(_, limit)| (1..=MAX_PAGE).contains(limit)) else {
        let detail = format!("after_rev is a number and limit 1 to {MAX_PAGE}; see /openapi.json");
        return Err(super::with_status(400, &detail, &format!("after_rev 应为数字,limit 应为 1 到 {MAX_PAGE}")).into());
    };
    // Pages are read here, not in the hub, and only so many at once, because each is held in memory.
    let Ok(_read) = doors.reads.acquire().await else { return Err(super::stopping().into()) };
    let JournalPart { opened_at_ms, rev, excerpt } = doors.ask(|reply| Ask::Journal(id.clone(), after, usize::from(limit), reply)).await?;
    let read = tokio::task::spawn_blocking(move || excerpt.read().map(|envelopes| (envelopes, excerpt.more)));
    let (envelopes, more) = read.await.map_err(|_| super::stopping())?.map_err(|error| journal_unreadable(&error))?;
    Ok(Json(JournalPage { conference: id, opened_at_ms, rev, envelopes, more }))
}

/// Asks something of a running conference. The right needed is that of the command; undo needs that of the change it reverts.
#[utoipa::path(post, path = "/api/conferences/{conference}/commands", params(("conference" = String, Path,)), request_body = CommandRequest,
    security(("bearer" = [])), responses(
    (status = 200, body = CommandAnswer), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn command(
    State(doors): State<Doors>,
    caller: Signed,
    Path(conference): Path<String>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<CommandAnswer>, ApiError> {
    let read = conference_id(&conference).and_then(|id| Ok((id, json::<CommandRequest>(&body(bytes)?)?)));
    let (id, request) = match read {
        Ok(read) => read,
        Err(problem) => {
            doors.audit(caller.record("", "command", &conference, &Err::<(), _>(problem.clone()), problem.detail.clone())).await;
            return Err(problem.into());
        }
    };
    let right = required_right(&request.command).unwrap_or("");
    let (action, detail) = words(&request);
    let result = doors.ask(|reply| Ask::Command(caller.0.clone(), id, Box::new(request), reply)).await;
    doors.audit(caller.record(right, &action, &conference, &result, detail)).await;
    Ok(Json(result?))
}

/// A command's name and arguments for the audit.
fn words(request: &CommandRequest) -> (String, String) {
    let value = serde_json::to_value(&request.command).unwrap_or_default();
    let name = value.get("cmd").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
    let arguments = value.get("args").map(ToString::to_string).unwrap_or_default();
    (name, arguments)
}

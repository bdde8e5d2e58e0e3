//! 彩排: faults into simulated rooms of conferences that are rehearsals, exercises, and the debrief.

mod air;
mod csv;
pub mod debrief;
pub(crate) mod entity;
mod exercise;
mod records;
mod runner;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use access_token::right;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use mcu_api::{ConferenceId, ConferenceSnapshot, SiteId};
use room_api::{Fault, FaultDecl, MAX_FAULT_S, Refusal, RoomResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::audit::Act;
use crate::chronicle;
use crate::clock;
use crate::gateway::{ask_mcu, conference_id};
use crate::problem::{Code, Problem};
use crate::session::User;

use debrief::{Debrief, debrief as judge};
use entity::{State as Life, injection};
use exercise::{ExerciseInfo, Planned};
pub use runner::Rehearsals;

/// Injections to come or at work in one conference: each site with a few.
const MAX_WAITING: usize = 128;
/// "Within so many minutes" is at most this long.
const MAX_WITHIN_MIN: u32 = 60;

/// One injection as told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InjectionInfo {
    /// Number.
    pub id: i32,
    /// Whose room.
    pub site: String,
    /// What.
    pub fault: Fault,
    /// For how long, s.
    pub for_s: i32,
    /// Who ordered it.
    pub author: String,
    /// Only its author sees it before it is over.
    pub hidden: bool,
    /// The exercise it belongs to; empty when none.
    pub exercise: String,
    /// When it shall begin, ms since 1970.
    pub due_ms: i64,
    /// When it began.
    pub began_ms: Option<i64>,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// `planned`, `active`, `ended`, `refused`, `cancelled`.
    pub state: String,
    /// Why it was not taken: a code.
    pub note: String,
}

/// Answer of `GET /api/conferences/{id}/rehearsal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RehearsalState {
    /// Those the asker may see.
    pub injections: Vec<InjectionInfo>,
    /// What can be injected.
    pub faults: Vec<FaultDecl>,
    /// Scripted ones.
    pub exercises: Vec<ExerciseInfo>,
    /// Longest time of a fault, s.
    pub max_fault_s: u32,
    /// The console's clock, ms since 1970.
    pub now_ms: i64,
}

/// When an injection begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(tag = "when", rename_all = "snake_case")]
pub enum Begin {
    /// At once.
    Now {},
    /// At a random moment.
    Within {
        /// 1 to 60.
        minutes: u32,
    },
}

/// Body of `POST /api/conferences/{id}/rehearsal/injections`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InjectionOrder {
    /// Into whose rooms.
    pub sites: Vec<String>,
    /// What.
    pub fault: Fault,
    /// 1 to 1800 s.
    pub for_s: u32,
    /// When.
    pub begin: Begin,
    /// Only its author sees it before it is over.
    #[serde(default)]
    pub hidden: bool,
    /// Of all chance in it; `null` takes one by the clock.
    #[serde(default)]
    pub seed: Option<u32>,
}

/// Body of `POST /api/conferences/{id}/rehearsal/exercises`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExerciseOrder {
    /// Which.
    pub exercise: String,
    /// The same seed gives the same exercise.
    pub seed: u32,
    /// Only its author sees what is to come.
    #[serde(default)]
    pub hidden: bool,
}

/// The doors of rehearsals.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/conferences/{id}/rehearsal", get(state))
        .route("/api/conferences/{id}/rehearsal/injections", post(inject))
        .route("/api/conferences/{id}/rehearsal/injections/{number}/lift", post(lift))
        .route("/api/conferences/{id}/rehearsal/clear", post(clear))
        .route("/api/conferences/{id}/rehearsal/exercises", post(start_exercise))
        .route("/api/conferences/{id}/rehearsal/debrief", get(debrief_table))
        .route("/api/conferences/{id}/rehearsal/debrief.csv", get(debrief_csv))
}

/// Refuses whoever may not direct rehearsals, and conferences that are none, with an entry in the audit unless `what` is empty because he only looks.
/// The conference as it stands.
async fn admitted(app: &Arc<App>, user: &User, id: &str, what: &str, from: SocketAddr) -> Result<ConferenceSnapshot, Problem> {
    let id = conference_id(id)?;
    let outcome = match user.require(right::REHEARSAL_DIRECT) {
        Ok(()) => rehearsal(app, user, &id).await,
        Err(problem) => Err(problem),
    };
    // Pages look again and again; only what somebody wants to do is audited.
    if let Err(problem) = &outcome
        && !what.is_empty()
    {
        app.audit.record(&act(&user.actor(), what, id.as_str(), problem.body().code, from, None))?;
    }
    let snapshot = outcome?;
    app.rehearsals.follow(app, &id);
    Ok(snapshot)
}

/// The conference, if it is a rehearsal.
async fn rehearsal(app: &App, user: &User, id: &ConferenceId) -> Result<ConferenceSnapshot, Problem> {
    let path = format!("/api/conferences/{id}");
    let answer = ask_mcu(app, Method::GET, &path, &user.account, &[right::CONFERENCE_VIEW], None).await?;
    if answer.status == StatusCode::NOT_FOUND {
        return Err(Code::NotFound.into());
    }
    let snapshot: ConferenceSnapshot = serde_json::from_slice(&answer.body).map_err(|_| Code::McuUnreachable)?;
    if snapshot.rehearsal { Ok(snapshot) } else { Err(Code::NoRehearsal.into()) }
}

fn act<'a>(who: &'a str, what: &'a str, object: &'a str, result: &'a str, from: SocketAddr, request: Option<serde_json::Value>) -> Act<'a> {
    Act { who, right: right::REHEARSAL_DIRECT, what, object, result, address: Some(from.ip()), request }
}

fn info(row: injection::Model) -> Option<InjectionInfo> {
    Some(InjectionInfo {
        id: row.id,
        site: row.site,
        fault: serde_json::from_str(&row.fault).ok()?,
        for_s: row.for_s,
        author: row.author,
        hidden: row.hidden,
        exercise: row.exercise,
        due_ms: row.due_ms,
        began_ms: row.began_ms,
        ended_ms: row.ended_ms,
        state: row.state,
        note: row.note,
    })
}

/// Whether that account may see it: a hidden one only when it is his own or over.
fn may_see(row: &injection::Model, account: &str) -> bool {
    !row.hidden || row.author == account || row.state == Life::Ended.name()
}

/// `GET /api/conferences/{id}/rehearsal`
async fn state(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
) -> Result<Json<RehearsalState>, Problem> {
    let snapshot = admitted(&app, &user, &id, "", from).await?;
    let rows = records::injections(&app.store, &snapshot.conference).await?;
    Ok(Json(RehearsalState {
        injections: rows.into_iter().filter(|row| may_see(row, &user.account)).filter_map(info).collect(),
        faults: Fault::declarations(),
        exercises: exercise::list(),
        max_fault_s: MAX_FAULT_S,
        now_ms: clock::now_ms(),
    }))
}

/// `POST /api/conferences/{id}/rehearsal/injections`
async fn inject(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
    Json(order): Json<InjectionOrder>,
) -> Result<Response, Problem> {
    let snapshot = admitted(&app, &user, &id, "inject_fault", from).await?;
    let known: BTreeSet<&SiteId> = snapshot.sites.iter().map(|site| &site.site).collect();
    let sites: BTreeSet<SiteId> =
        order.sites.iter().filter_map(|site| SiteId::new(site).ok()).filter(|site| known.contains(site)).collect();
    if sites.len() != order.sites.len() || sites.is_empty() || !(1..=MAX_FAULT_S).contains(&order.for_s) {
        return Err(Code::Malformed.into());
    }
    if let Err(text) = order.fault.check() {
        return Ok(refusal_answer(StatusCode::BAD_REQUEST, &Refusal { code: room_api::RefusalCode::BadArgs, text }));
    }
    let seed = order.seed.unwrap_or_else(|| u32::try_from(clock::now_ms() & 0x7fff_ffff).unwrap_or(0));
    let after_s = match order.begin {
        Begin::Now {} => 0,
        Begin::Within { minutes } if (1..=MAX_WITHIN_MIN).contains(&minutes) => exercise::moment_within(seed, minutes * 60),
        Begin::Within { .. } => return Err(Code::Malformed.into()),
    };
    let planned = sites
        .into_iter()
        .zip(0..)
        .map(|(site, place)| Planned { site, fault: order.fault, after_s, for_s: order.for_s, seed: seed.wrapping_add(place) })
        .collect();
    plan(&app, &user, &snapshot, (planned, order.hidden, ""), from).await
}

/// `POST /api/conferences/{id}/rehearsal/exercises`
async fn start_exercise(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
    Json(order): Json<ExerciseOrder>,
) -> Result<Response, Problem> {
    let snapshot = admitted(&app, &user, &id, "start_exercise", from).await?;
    let branches: Vec<SiteId> = snapshot.sites.iter().filter(|site| site.seated).map(|site| site.site.clone()).collect();
    let planned = exercise::expand(&order.exercise, order.seed, &snapshot.main_site, &branches).ok_or(Code::NotFound)?;
    plan(&app, &user, &snapshot, (planned, order.hidden, &order.exercise), from).await
}

/// Keeps what is planned and begins what is due at once; the answer tells of each, or of the refusal when no room took any.
async fn plan(
    app: &Arc<App>,
    user: &User,
    snapshot: &ConferenceSnapshot,
    (planned, hidden, exercise): (Vec<Planned>, bool, &str),
    from: SocketAddr,
) -> Result<Response, Problem> {
    let conference = &snapshot.conference;
    let waiting = records::injections(&app.store, conference).await?;
    let open = |row: &&injection::Model| row.state == Life::Planned.name() || row.state == Life::Active.name();
    if waiting.iter().filter(open).count() + planned.len() > MAX_WAITING {
        return Err(Code::LimitReached.into());
    }
    let words: Vec<_> = planned
        .iter()
        .map(
            |one| serde_json::json!({ "site": one.site, "fault": one.fault, "after_s": one.after_s, "for_s": one.for_s, "seed": one.seed }),
        )
        .collect();
    let detail = serde_json::json!({ "hidden": hidden, "exercise": exercise, "planned": words });
    app.audit.record(&act(&user.actor(), "plan_faults", conference.as_str(), "asked", from, Some(detail)))?;
    let now_ms = clock::now_ms();
    let models = planned.iter().map(|one| model_of(one, conference, &user.account, hidden, exercise, now_ms)).collect();
    let rows = records::add(&app.store, models).await?;
    let mut refusals: Vec<Refusal> = Vec::new();
    let mut problem = None;
    let due_now: Vec<injection::Model> = rows.iter().filter(|row| row.due_ms <= now_ms).cloned().collect();
    let tried = due_now.len();
    for row in due_now {
        match runner::begin(app, row).await {
            Ok(Some(RoomResponse::Refused(refusal))) => refusals.push(refusal),
            Ok(_) => {}
            Err(error) => problem = Some(error),
        }
    }
    let ids: BTreeSet<i32> = rows.iter().map(|row| row.id).collect();
    let told = records::injections(&app.store, conference).await?;
    let is_refused = |row: &injection::Model| row.state == Life::Refused.name();
    let mine: Vec<injection::Model> = told.into_iter().filter(|row| ids.contains(&row.id)).collect();
    if tried > 0 && mine.iter().all(is_refused) {
        return match (refusals.first(), problem) {
            (Some(refusal), _) => Ok(refusal_answer(StatusCode::CONFLICT, refusal)),
            (None, Some(problem)) => Err(problem),
            (None, None) => Err(Code::RoomSilent.into()),
        };
    }
    Ok(Json(mine.into_iter().filter_map(info).collect::<Vec<_>>()).into_response())
}

fn model_of(one: &Planned, conference: &ConferenceId, author: &str, hidden: bool, exercise: &str, now_ms: i64) -> injection::Model {
    injection::Model {
        id: 0,
        conference: conference.as_str().to_owned(),
        site: one.site.as_str().to_owned(),
        fault: serde_json::to_string(&one.fault).unwrap_or_default(),
        for_s: i32::try_from(one.for_s).unwrap_or(0),
        seed: one.seed.into(),
        author: author.to_owned(),
        hidden,
        exercise: exercise.to_owned(),
        due_ms: now_ms + i64::from(one.after_s) * 1000,
        began_ms: None,
        ended_ms: None,
        room_fault: None,
        state: Life::Planned.name().to_owned(),
        note: String::new(),
    }
}

/// A room's own refusal as a problem document.
fn refusal_answer(status: StatusCode, refusal: &Refusal) -> Response {
    let body = serde_json::json!({
        "code": refusal.code,
        "status": status.as_u16(),
        "detail": refusal.text.en,
        "detail_zh": refusal.text.zh,
    });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

/// `POST /api/conferences/{id}/rehearsal/injections/{number}/lift`
async fn lift(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path((id, number)): Path<(String, i32)>,
) -> Result<StatusCode, Problem> {
    let snapshot = admitted(&app, &user, &id, "lift_fault", from).await?;
    let rows = records::injections(&app.store, &snapshot.conference).await?;
    let row = rows.into_iter().find(|row| row.id == number && may_see(row, &user.account)).ok_or(Code::NotFound)?;
    runner::lift(&app, row, &user.account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/conferences/{id}/rehearsal/clear`
async fn clear(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let snapshot = admitted(&app, &user, &id, "clear_faults", from).await?;
    app.audit.record(&act(&user.actor(), "clear_faults", snapshot.conference.as_str(), "accepted", from, None))?;
    runner::clear(&app, &snapshot.conference, &user.account).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn judged(app: &Arc<App>, user: &User, id: &str, from: SocketAddr) -> Result<(Debrief, ConferenceSnapshot), Problem> {
    let snapshot = admitted(app, user, id, "", from).await?;
    let now_ms = u64::try_from(clock::now_ms()).unwrap_or_default();
    let rows = records::injections(&app.store, &snapshot.conference).await?;
    let visible: Vec<injection::Model> = rows.into_iter().filter(|row| may_see(row, &user.account)).collect();
    let kept = records::site_facts(&app.store, &snapshot.conference).await?;
    let injections = records::happened(&visible, now_ms);
    let envelopes = chronicle::envelopes(app, &snapshot.conference).await?;
    Ok((judge(&injections, &envelopes, &kept, now_ms), snapshot))
}

/// `GET /api/conferences/{id}/rehearsal/debrief`
async fn debrief_table(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
) -> Result<Json<Debrief>, Problem> {
    Ok(Json(judged(&app, &user, &id, from).await?.0))
}

/// `GET /api/conferences/{id}/rehearsal/debrief.csv`
async fn debrief_csv(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (debrief, snapshot) = judged(&app, &user, &id, from).await?;
    let names: BTreeMap<&str, &str> = snapshot.sites.iter().map(|site| (site.site.as_str(), site.name.as_str())).collect();
    let text = csv::csv(&debrief, |site| names.get(site).map_or(site, |name| *name).to_owned());
    let file = format!("attachment; filename=\"debrief-{}.csv\"", snapshot.conference);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)], text).into_response())
}

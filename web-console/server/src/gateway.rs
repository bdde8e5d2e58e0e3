//! Forwards what people ask of conferences to the MCU, with a token of exactly their rights, and audits every command.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use access_token::right;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use mcu_api::{Command, CommandAnswer, CommandRequest, ConferenceId, ORIGIN_HEADER, SiteId};

use crate::app::App;
use crate::audit::Act;
use crate::problem::{Code, Problem};
use crate::session::User;

/// How long the MCU may take: it fsyncs and answers in milliseconds, so this is only reached when it is in trouble.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// Largest answer taken from the MCU: a snapshot of 104 sites is about 60 kB.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// An answer of the MCU, whole.
pub(crate) struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Content type as sent.
    pub content_type: Option<header::HeaderValue>,
    /// Where what was made lies, as sent.
    pub location: Option<header::HeaderValue>,
    /// Body.
    pub body: Bytes,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(header::CACHE_CONTROL, "no-store")], axum::body::Body::from(self.body)).into_response();
        let fallback = header::HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, self.content_type.unwrap_or(fallback));
        response.headers_mut().extend(self.location.map(|location| (header::LOCATION, location)));
        response
    }
}

/// What is sent along.
pub(crate) struct Body {
    /// Its type.
    pub(crate) content_type: &'static str,
    /// Its content.
    pub(crate) bytes: Bytes,
}

/// In whose name the MCU is asked.
pub(crate) struct Asking<'a> {
    /// Account.
    pub(crate) sub: &'a str,
    /// Put into the token.
    pub(crate) rights: &'a [&'a str],
    /// Where a command came from: `desk` or `api`.
    pub(crate) origin: &'static str,
}

/// Asks the MCU in the name of `sub` with those rights.
///
/// # Errors
/// When it does not answer in time or answers too much.
pub(crate) async fn ask_mcu(
    app: &App,
    method: Method,
    path: &str,
    sub: &str,
    rights: &[&str],
    body: Option<Body>,
) -> Result<Answer, Problem> {
    ask_mcu_as(app, method, path, &Asking { sub, rights, origin: "desk" }, body).await
}

/// The same, saying where it came from.
///
/// # Errors
/// As [`ask_mcu`].
pub(crate) async fn ask_mcu_as(app: &App, method: Method, path: &str, asking: &Asking<'_>, body: Option<Body>) -> Result<Answer, Problem> {
    let token = app.signer.request_token(asking.sub, asking.rights).map_err(|_| Code::StoreFailed)?;
    let mut request = app
        .http
        .request(method, format!("{}{path}", app.config.mcu))
        .bearer_auth(token)
        .header(ORIGIN_HEADER, asking.origin)
        .timeout(ANSWER_TIMEOUT);
    if let Some(body) = body {
        request = request.header(header::CONTENT_TYPE, body.content_type).body(body.bytes);
    }
    let failed = |error: reqwest::Error| {
        tracing::warn!(%error, path, "the MCU did not answer");
        Problem::from(Code::McuUnreachable)
    };
    let answer = request.send().await.map_err(failed)?;
    let status = answer.status();
    let of = |name| answer.headers().get(name).cloned();
    let (content_type, location) = (of(header::CONTENT_TYPE), of(header::LOCATION));
    let mut body = Vec::new();
    let mut chunks = answer.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk.map_err(failed)?);
        if body.len() > MAX_ANSWER_BYTES {
            return Err(Code::LimitReached.into());
        }
    }
    Ok(Answer { status, content_type, location, body: body.into() })
}

async fn look(app: &App, user: &User, path: &str) -> Result<Answer, Problem> {
    user.require(right::CONFERENCE_VIEW)?;
    ask_mcu(app, Method::GET, path, &user.account, &user.rights(), None).await
}

/// `GET /api/conferences`
pub(crate) async fn conferences(State(app): State<Arc<App>>, user: User) -> Result<Answer, Problem> {
    look(&app, &user, "/api/conferences").await
}

/// `GET /api/layouts`
pub(crate) async fn layouts(State(app): State<Arc<App>>, user: User) -> Result<Answer, Problem> {
    look(&app, &user, "/api/layouts").await
}

/// `GET /api/conferences/{id}`
pub(crate) async fn conference(State(app): State<Arc<App>>, user: User, Path(id): Path<String>) -> Result<Answer, Problem> {
    let id = conference_id(&id)?;
    look(&app, &user, &format!("/api/conferences/{id}")).await
}

/// The id, checked, so that nothing else gets into the MCU's URL.
///
/// # Errors
/// When it is none.
pub(crate) fn conference_id(text: &str) -> Result<ConferenceId, Problem> {
    ConferenceId::new(text).map_err(|_| Code::NotFound.into())
}

/// `POST /api/conferences/{id}/commands`
pub(crate) async fn command(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let id = conference_id(&id)?;
    let request: CommandRequest = serde_json::from_slice(&body).map_err(|_| Code::Malformed)?;
    let object = id.to_string();
    let detail = serde_json::to_value(&request.command).unwrap_or_default();
    let who = user.actor();
    let what = detail.get("cmd").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let right = right_for(&user, &request.command);
    let act =
        |result| Act { who: &who, right, what: &what, object: &object, result, address: Some(from.ip()), request: Some(detail.clone()) };
    if let Err(problem) = user.require(right) {
        app.audit.record(&act(problem.body().code))?;
        return Err(problem);
    }
    app.audit.record(&act("asked"))?;
    let path = format!("/api/conferences/{id}/commands");
    let asking = Asking { sub: &user.account, rights: &user.rights(), origin: user.origin() };
    let answer = ask_mcu_as(&app, Method::POST, &path, &asking, Some(Body { content_type: "application/json", bytes: body })).await;
    let result = match &answer {
        Ok(answer) => result_of(answer),
        Err(problem) => problem.body().code.to_owned(),
    };
    // What was done is done: a failing audit shows at the next command, which is then refused.
    if app.audit.record(&act(&result)).is_err() {
        tracing::error!(result, "the result of a command could not be audited");
    }
    answer.map(IntoResponse::into_response)
}

/// `POST /api/conferences/{id}/talkback/{site}`: an offer (SDP) to speak into one room alone. The page's own token cannot do that, so that nothing
/// which has got hold of it can. `Location` is a session of the MCU, which the page ends with its token.
pub(crate) async fn talk_back(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path((id, site)): Path<(String, String)>,
    offer: Bytes,
) -> Result<Response, Problem> {
    let (id, site) = (conference_id(&id)?, SiteId::new(&site).map_err(|_| Code::NotFound)?);
    let (who, object) = (user.actor(), format!("{id}/{site}"));
    let record = |result: &str| {
        let act = Act {
            who: &who,
            right: right::CONFERENCE_SOUND,
            what: "talk_back",
            object: &object,
            result,
            address: Some(from.ip()),
            request: None,
        };
        app.audit.record(&act)
    };
    if let Err(problem) = user.require(right::CONFERENCE_SOUND) {
        record(problem.body().code)?;
        return Err(problem);
    }
    record("asked")?;
    let path = format!("/whip/{id}/talkback/{site}");
    let asking = Asking { sub: &user.account, rights: &[right::CONFERENCE_SOUND], origin: user.origin() };
    let answer = ask_mcu_as(&app, Method::POST, &path, &asking, Some(Body { content_type: "application/sdp", bytes: offer })).await;
    let result = answer.as_ref().map_or_else(|problem| problem.body().code.to_owned(), result_of);
    if record(&result).is_err() {
        tracing::error!(result, "the result of a talkback could not be audited");
    }
    answer.map(IntoResponse::into_response)
}

/// The right that the MCU will ask for; asked here too, so that a refusal is audited and costs the MCU nothing.
fn right_for(user: &User, command: &Command) -> &'static str {
    // Undo and redo need the right of what they revert, which only the MCU knows; whoever holds none of them is refused here.
    command.right().unwrap_or_else(|| {
        let any = [right::CONFERENCE_PICTURE, right::CONFERENCE_SOUND, right::CONFERENCE_AFFAIRS];
        any.into_iter().find(|right| user.holds(right)).unwrap_or(right::CONFERENCE_PICTURE)
    })
}

fn result_of(answer: &Answer) -> String {
    if answer.status.is_success() {
        return match serde_json::from_slice::<CommandAnswer>(&answer.body) {
            Ok(CommandAnswer::Accepted { rev }) => format!("accepted rev {}", rev.0),
            Ok(CommandAnswer::Unchanged { rev }) => format!("unchanged rev {}", rev.0),
            Ok(CommandAnswer::NeedsConfirmation { .. }) => "needs_confirmation".to_owned(),
            Err(_) => "accepted".to_owned(),
        };
    }
    let code = serde_json::from_slice::<serde_json::Value>(&answer.body).ok();
    let code = code.and_then(|value| value.get("code").and_then(|code| code.as_str().map(str::to_owned)));
    code.unwrap_or_else(|| format!("status {}", answer.status.as_u16()))
}

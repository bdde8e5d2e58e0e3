//! WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-03): SDP in, SDP out; the relay does the rest.

use std::time::Duration;

use access_token::right;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mcu_api::{MonitorName, Problem, SiteId};
use mcu_media_api::{IceMatch, Patched, Restart, Role, SessionId};

use super::caller::Signed;
use super::conferences::conference_id;
use super::problem::{ApiError, body, text};
use super::{Doors, with_status};
use crate::hub::{Ask, PatchAsk, Place, SessionAsk, SessionOpened};

/// How long the relay may take to answer an offer; it needs milliseconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
const SDP: &str = "application/sdp";
const TRICKLE: &str = "application/trickle-ice-sdpfrag";

/// Publishes a site's picture and sound (right `site.self` of that site).
#[utoipa::path(post, path = "/whip/{conference}/sites/{site}", params(("conference" = String, Path,), ("site" = String, Path,)),
    request_body(content = String, content_type = "application/sdp"), security(("bearer" = [])), responses(
    (status = 201, body = String, content_type = "application/sdp", headers(("Location" = String))), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn publish(
    State(doors): State<Doors>,
    caller: Signed,
    Path((conference, site)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let offer = seat(&doors, &caller, "publish", &conference, &site).await.and_then(|()| offer(&headers, bytes))?;
    Ok(open(&doors, &caller, &conference, Place::Site(site_id(&site)?), Role::Publish, offer).await?)
}

/// Watches what is sent to a site (right `site.self` of that site).
#[utoipa::path(post, path = "/whep/{conference}/sites/{site}", params(("conference" = String, Path,), ("site" = String, Path,)),
    request_body(content = String, content_type = "application/sdp"), security(("bearer" = [])), responses(
    (status = 201, body = String, content_type = "application/sdp", headers(("Location" = String))), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn watch(
    State(doors): State<Doors>,
    caller: Signed,
    Path((conference, site)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let offer = seat(&doors, &caller, "watch", &conference, &site).await.and_then(|()| offer(&headers, bytes))?;
    Ok(open(&doors, &caller, &conference, Place::Site(site_id(&site)?), Role::Watch, offer).await?)
}

/// Watches the wall, program or preview (right `conference.view`).
#[utoipa::path(post, path = "/whep/{conference}/monitors/{monitor}", params(("conference" = String, Path,), ("monitor" = MonitorName, Path,)),
    request_body(content = String, content_type = "application/sdp"), security(("bearer" = [])), responses(
    (status = 201, body = String, content_type = "application/sdp", headers(("Location" = String))), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn watch_monitor(
    State(doors): State<Doors>,
    caller: Signed,
    Path((conference, monitor)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    caller.need(&doors, right::CONFERENCE_VIEW, "watch_monitor", &format!("{conference}/{monitor}")).await?;
    let monitor = match monitor.as_str() {
        "wall" => MonitorName::Wall,
        "program" => MonitorName::Program,
        "preview" => MonitorName::Preview,
        _ => return Err(with_status(404, "the monitors are wall, program and preview", "监视画面为 wall、program、preview").into()),
    };
    let offer = offer(&headers, bytes)?;
    Ok(open(&doors, &caller, &conference, Place::Monitor(monitor), Role::Watch, offer).await?)
}

/// Watches and hears one site alone, whatever is on air (right `conference.view`). There is no sound while its microphone is closed.
#[utoipa::path(post, path = "/whep/{conference}/monitors/sites/{site}", params(("conference" = String, Path,), ("site" = String, Path,)),
    request_body(content = String, content_type = "application/sdp"), security(("bearer" = [])), responses(
    (status = 201, body = String, content_type = "application/sdp", headers(("Location" = String))), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn watch_site_monitor(
    State(doors): State<Doors>,
    caller: Signed,
    Path((conference, site)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    caller.need(&doors, right::CONFERENCE_VIEW, "watch_site_monitor", &format!("{conference}/{site}")).await?;
    let place = Place::SiteMonitor(site_id(&site)?);
    let offer = offer(&headers, bytes)?;
    Ok(open(&doors, &caller, &conference, place, Role::Watch, offer).await?)
}

/// 对讲: speaks into one room alone (right `conference.sound`). Refused while its microphone is open, because the room would carry it on air.
#[utoipa::path(post, path = "/whip/{conference}/talkback/{site}", params(("conference" = String, Path,), ("site" = String, Path,)),
    request_body(content = String, content_type = "application/sdp"), security(("bearer" = [])), responses(
    (status = 201, body = String, content_type = "application/sdp", headers(("Location" = String))), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn talk_back(
    State(doors): State<Doors>,
    caller: Signed,
    Path((conference, site)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    caller.need(&doors, right::CONFERENCE_SOUND, "talk_back", &format!("{conference}/{site}")).await?;
    let place = Place::Talkback(site_id(&site)?);
    let offer = offer(&headers, bytes)?;
    Ok(open(&doors, &caller, &conference, place, Role::Publish, offer).await?)
}

/// Trickle ICE and ICE restart (RFC 9725 §4.3.2, §4.3.3). The relay is ICE-lite and learns addresses from the checks themselves, so candidates are
/// taken note of by doing nothing (204); other credentials of the peer are a restart and give the session others while its media go on (200).
/// `If-Match` names the ICE session meant, `*` for a restart; by the same callers as may end it.
#[utoipa::path(patch, path = "/sessions/{session}", params(("session" = String, Path,), ("If-Match" = String, Header,)),
    request_body(content = String, content_type = "application/trickle-ice-sdpfrag"), security(("bearer" = [])), responses(
    (status = 200, body = String, content_type = "application/trickle-ice-sdpfrag", headers(("ETag" = String))), (status = 204),
    (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 428, body = Problem),
    (status = 503, body = Problem)))]
pub(super) async fn trickle(
    State(doors): State<Doors>,
    caller: Signed,
    Path(session): Path<String>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    if !is_of_type(&headers, TRICKLE) {
        return Err(with_status(415, &format!("a PATCH here is of type {TRICKLE}"), &format!("PATCH 的内容类型应为 {TRICKLE}")).into());
    }
    let ask = PatchAsk { session: SessionId(session.clone()), meant: meant(&headers), fragment: text(&body(bytes)?)? };
    let asking = doors.ask(|reply| Ask::Patch(caller.0.claims.clone(), ask, reply));
    let result = tokio::time::timeout(ANSWER_WITHIN, asking).await.unwrap_or_else(|_| Err(crate::hub::unavailable()));
    // Candidates come in numbers and change nothing; restarts and refusals are acts.
    if !matches!(result, Ok(Patched::Noted)) {
        doors.audit(caller.record("", "restart_ice", &session, &result, String::new())).await;
    }
    match result? {
        Patched::Noted => Ok(StatusCode::NO_CONTENT.into_response()),
        Patched::Restarted(Restart { fragment, ufrag }) => {
            let headers = [(header::CONTENT_TYPE, TRICKLE.to_owned()), (header::ETAG, format!("\"{ufrag}\""))];
            Ok((StatusCode::OK, headers, fragment).into_response())
        }
    }
}

/// The ICE session meant by `If-Match` (RFC 9110 §13.1.1). `"*"` with quotation marks, as RFC 9725 prints it, is taken for `*`. Weak tags match
/// nothing (RFC 9110 §8.8.3.2).
fn meant(headers: &HeaderMap) -> Option<IceMatch> {
    let mut tags = Vec::new();
    let mut values = headers.get_all(header::IF_MATCH).iter().peekable();
    values.peek()?;
    for tag in values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim) {
        let strong = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        if tag == "*" || strong == Some("*") {
            return Some(IceMatch::Any);
        }
        tags.extend(strong.map(str::to_owned));
    }
    Some(IceMatch::Named(tags))
}

/// Ends a session: by whoever opened it, its site, or the right `conference.affairs`.
#[utoipa::path(delete, path = "/sessions/{session}", params(("session" = String, Path,)), security(("bearer" = [])), responses(
    (status = 200), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn close(State(doors): State<Doors>, caller: Signed, Path(session): Path<String>) -> Result<StatusCode, ApiError> {
    let id = SessionId(session.clone());
    let result = doors.ask(|reply| Ask::Close(caller.0.claims.clone(), id, reply)).await;
    doors.audit(caller.record("", "close_session", &session, &result, String::new())).await;
    result?;
    Ok(StatusCode::OK)
}

/// Nothing to read at an endpoint, but it is there (RFC 9725 §4.1).
#[utoipa::path(get, path = "/whip/{conference}/sites/{site}", params(("conference" = String, Path,), ("site" = String, Path,)),
    security(("bearer" = [])), responses((status = 204), (status = 401, body = Problem)))]
pub(super) async fn is_there(_caller: Signed) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Nothing to read at a session, but whether it is there (RFC 9725 §4.1): to those who may end it.
#[utoipa::path(get, path = "/sessions/{session}", params(("session" = String, Path,)), security(("bearer" = [])), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn session_is_there(
    State(doors): State<Doors>,
    caller: Signed,
    Path(session): Path<String>,
) -> Result<StatusCode, ApiError> {
    doors.ask(|reply| Ask::Holds(caller.0.claims.clone(), SessionId(session), reply)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an answer to OPTIONS at an endpoint says besides CORS (RFC 9725 §4.2), and at a session (RFC 5789 §3.1).
pub(super) async fn tell_types(request: Request, next: Next) -> Response {
    let options = request.method() == Method::OPTIONS;
    let path = request.uri().path();
    let is_endpoint = path.starts_with("/whip/") || path.starts_with("/whep/");
    let is_session = path.starts_with("/sessions/");
    let mut response = next.run(request).await;
    if options && is_endpoint {
        response.headers_mut().insert(HeaderName::from_static("accept-post"), HeaderValue::from_static(SDP));
    }
    if options && is_session {
        response.headers_mut().insert(HeaderName::from_static("accept-patch"), HeaderValue::from_static(TRICKLE));
    }
    response
}

async fn seat(doors: &Doors, caller: &Signed, action: &str, conference: &str, site: &str) -> Result<(), Problem> {
    let held = caller.0.claims.is_site(site);
    caller.need_that(doors, held, right::SITE_SELF, action, &format!("{conference}/{site}")).await
}

fn site_id(site: &str) -> Result<SiteId, Problem> {
    SiteId::new(site).map_err(|error| with_status(400, &error.to_string(), "会场编号只能由小写字母、数字和连字符组成"))
}

fn offer(headers: &HeaderMap, bytes: Result<Bytes, BytesRejection>) -> Result<String, Problem> {
    if !is_of_type(headers, SDP) {
        return Err(with_status(415, &format!("an offer is of type {SDP}"), &format!("内容类型应为 {SDP}")));
    }
    text(&body(bytes)?)
}

fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

async fn open(doors: &Doors, caller: &Signed, conference: &str, place: Place, role: Role, offer: String) -> Result<Response, Problem> {
    let object = match &place {
        Place::Site(site) => format!("{conference}/{site}"),
        Place::Monitor(monitor) => format!("{conference}/{monitor:?}"),
        Place::Talkback(site) => format!("{conference}/talkback to {site}"),
        Place::SiteMonitor(site) => format!("{conference}/monitor of {site}"),
    };
    let ask = SessionAsk { conference: conference_id(conference)?, place, role, offer, subject: caller.0.claims.sub.clone() };
    let asking = doors.ask(|reply| Ask::Session(Box::new(ask), reply));
    let result = tokio::time::timeout(ANSWER_WITHIN, asking).await.unwrap_or_else(|_| Err(crate::hub::unavailable()));
    let detail = result.as_ref().map_or_else(|problem| problem.detail.clone(), |opened| opened.session.to_string());
    doors.audit(caller.record("", if role == Role::Publish { "publish" } else { "watch" }, &object, &result, detail)).await;
    let SessionOpened { session, answer } = result?;
    let headers = [
        (header::CONTENT_TYPE, SDP.to_owned()),
        (header::LOCATION, format!("/sessions/{session}")),
        (header::ETAG, format!("\"{}\"", answer.ufrag)),
    ];
    Ok((StatusCode::CREATED, headers, answer.sdp).into_response())
}

//! Doors of the MCU itself: layouts, trust, health.

use access_token::right;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use mcu_api::{Code, Health, Layouts, Problem};
use mcu_conference::shipped_layouts;

use super::Doors;
use super::caller::Signed;
use super::problem::{ApiError, body, text};
use crate::hub::Ask;
use crate::metrics::openmetrics;
use crate::trust::TrustError;

/// The layouts shipped with the MCU (right `conference.view`).
#[utoipa::path(get, path = "/api/layouts", security(("bearer" = [])),
    responses((status = 200, body = Layouts), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn layouts(State(doors): State<Doors>, caller: Signed) -> Result<Json<Layouts>, ApiError> {
    caller.need(&doors, right::CONFERENCE_VIEW, "layouts", "layouts").await?;
    Ok(Json(shipped_layouts()))
}

/// Trusts an issuer's public key from here on, after restarts too (right `system.trust`). Body: SPKI PEM.
#[utoipa::path(put, path = "/api/trust/{issuer}", params(("issuer" = String, Path,)),
    request_body(content = String, content_type = "application/x-pem-file"), security(("bearer" = [])), responses(
    (status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
    (status = 503, body = Problem)))]
pub(super) async fn trust(
    State(doors): State<Doors>,
    caller: Signed,
    Path(issuer): Path<String>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    caller.need(&doors, right::SYSTEM_TRUST, "trust", &issuer).await?;
    let pem = body(bytes).and_then(|bytes| text(&bytes));
    let store = std::sync::Arc::clone(&doors.trust);
    let named = issuer.clone();
    let result = match pem {
        Ok(pem) => match tokio::task::spawn_blocking(move || store.add(&named, &pem)).await {
            Ok(added) => added.map_err(|error| refused(&error)),
            Err(_) => Err(super::stopping()),
        },
        Err(problem) => Err(problem),
    };
    doors.audit(caller.record(right::SYSTEM_TRUST, "trust", &issuer, &result, String::new())).await;
    result?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is wrong, in words. Needs no token: it names no person, room or conference that can be used for anything.
#[utoipa::path(get, path = "/health", responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub(super) async fn health(State(doors): State<Doors>) -> Result<Json<Health>, ApiError> {
    Ok(Json(doors.ask(Ask::Health).await?))
}

/// Figures of relay and mixer for Prometheus: rates, losses, jitter, round trips, layers, composites, sound (right `conference.view`).
#[utoipa::path(get, path = "/metrics", security(("bearer" = [])), responses(
    (status = 200, body = String, content_type = "application/openmetrics-text"), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn metrics(State(doors): State<Doors>, caller: Signed) -> Result<impl IntoResponse, ApiError> {
    caller.need(&doors, right::CONFERENCE_VIEW, "metrics", "metrics").await?;
    let statistics = doors.ask(Ask::Statistics).await?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], openmetrics(&statistics)))
}

fn refused(error: &TrustError) -> Problem {
    let detail = error.to_string();
    match error {
        TrustError::BadName => Problem::new(Code::Malformed, detail, "签发者名称只能由小写字母、数字、连字符和冒号组成"),
        TrustError::BadKey(_) => Problem::new(Code::Malformed, detail, "公钥不是 Ed25519 的 SPKI PEM 格式"),
        TrustError::Configured(_) => Problem {
            status: 409,
            ..Problem::new(Code::Malformed, detail, "该签发者的公钥由配置文件指定,只能在配置中修改")
        },
        TrustError::Io(path, source) => {
            tracing::error!(path = %path.display(), %source, "a key could not be kept");
            Problem::new(Code::JournalFailed, "the key could not be kept, so it is not trusted; check the disk", "公钥无法保存,请检查磁盘")
        }
    }
}

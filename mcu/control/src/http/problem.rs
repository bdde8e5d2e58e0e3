//! Problem documents as responses, and bodies read without surprises.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mcu_api::{Code, Problem};
use serde::de::DeserializeOwned;

use super::{MAX_BODY_BYTES, with_status};

/// A problem on its way out.
pub(super) struct ApiError(pub(super) Problem);

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if self.0.code == Code::TokenRefused {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// The body, or why not.
pub(super) fn body(read: Result<Bytes, BytesRejection>) -> Result<Bytes, Problem> {
    read.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let limit = MAX_BODY_BYTES / 1024;
            return with_status(413, &format!("the body is longer than {limit} KiB"), &format!("请求内容超过 {limit} KiB"));
        }
        with_status(400, "the body could not be read", "请求内容无法读取")
    })
}

/// The body as JSON; the reason names line and column.
pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        with_status(400, &format!("the body is not understood: {error}; see /openapi.json"), &format!("请求内容格式错误:{error}"))
    })
}

/// The body as text.
pub(super) fn text(bytes: &[u8]) -> Result<String, Problem> {
    String::from_utf8(bytes.to_vec()).map_err(|_| with_status(400, "the body is not UTF-8 text", "请求内容不是 UTF-8 文本"))
}

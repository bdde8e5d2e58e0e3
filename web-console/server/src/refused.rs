//! Refusals whose words depend on the thing refused: same shape as [`crate::problem`], with texts made on the spot and more fields.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::problem::{Code, Problem};

/// A problem document (RFC 9457) on its way to the person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Refused {
    /// Stable code.
    pub(crate) code: &'static str,
    /// HTTP status.
    pub(crate) status: u16,
    /// English: what is wrong and what to do.
    pub(crate) detail: String,
    /// 中文
    pub(crate) detail_zh: String,
    /// What else the page needs to say it well.
    #[serde(flatten)]
    pub(crate) more: Map<String, Value>,
}

impl Refused {
    /// A refusal in both languages.
    pub(crate) fn new(code: &'static str, status: StatusCode, detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self { code, status: status.as_u16(), detail: detail.into(), detail_zh: detail_zh.into(), more: Map::new() }
    }

    /// The same with one more field.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl Serialize) -> Self {
        self.more.insert(key.to_owned(), serde_json::to_value(value).unwrap_or_default());
        self
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        let body = problem.body();
        Self {
            code: body.code,
            status: body.status,
            detail: body.detail.to_owned(),
            detail_zh: body.detail_zh.to_owned(),
            more: Map::new(),
        }
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Problem::from(code).into()
    }
}

impl From<sea_orm::DbErr> for Refused {
    fn from(error: sea_orm::DbErr) -> Self {
        Problem::from(error).into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

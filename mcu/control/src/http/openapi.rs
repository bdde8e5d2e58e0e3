//! The OpenAPI document, made from the doors themselves.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use mcu_api::{MonitorName, ServerMessage, SiteFeed};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{conferences, follow, media, system};

#[derive(OpenApi)]
#[openapi(
    info(title = "MCU", description = "Conferences, their pictures and sounds. WebSocket messages stand among the schemas."),
    paths(
        conferences::open,
        conferences::list,
        conferences::snapshot,
        conferences::command,
        conferences::journal,
        follow::events,
        follow::tally,
        media::publish,
        media::watch,
        media::watch_monitor,
        media::watch_site_monitor,
        media::talk_back,
        media::trickle,
        media::close,
        media::is_there,
        media::session_is_there,
        system::layouts,
        system::trust,
        system::health,
        system::metrics
    ),
    components(schemas(ServerMessage, SiteFeed, MonitorName)),
    modifiers(&Bearer)
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_with(Default::default).add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// The document as checked in beside `mcu-api`.
#[must_use]
pub fn openapi_json() -> String {
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// This document.
pub(super) async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi_json()).into_response()
}

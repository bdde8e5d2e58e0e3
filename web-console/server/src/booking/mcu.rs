//! What the scheduler says to the MCU, and how its answers are read.

use access_token::right;
use axum::body::Bytes;
use axum::http::Method;

use super::opening::{Ask, Heard, Opening};
use crate::app::App;
use crate::gateway::{self, Answer, Body};

/// Rights of what is opened and prepared: those of all commands that a meeting may bring along. What a person may not do by hand stands in the
/// library only by the hand of somebody who may.
const RIGHTS: [&str; 4] = [right::CONFERENCE_VIEW, right::CONFERENCE_PICTURE, right::CONFERENCE_SOUND, right::CONFERENCE_AFFAIRS];

/// In whose name a booking acts.
pub(crate) fn subject(opening: &Opening) -> String {
    format!("booking:{}", opening.author)
}

/// Asks, and reads the answer.
pub(crate) async fn ask(app: &App, opening: &Opening, ask: &Ask) -> Heard {
    let conference = &opening.open.conference;
    let (method, path, body) = match ask {
        Ask::Look => (Method::GET, format!("/api/conferences/{conference}"), None),
        Ask::Open => (Method::POST, "/api/conferences".to_owned(), serde_json::to_vec(&opening.open).ok()),
        Ask::Command(request) => (Method::POST, format!("/api/conferences/{conference}/commands"), serde_json::to_vec(request).ok()),
    };
    let body = body.map(|bytes| Body { content_type: "application/json", bytes: Bytes::from(bytes) });
    match gateway::ask_mcu(app, method, &path, &subject(opening), &RIGHTS, body).await {
        Ok(answer) => read(ask, &answer),
        Err(_) => Heard::Nothing,
    }
}

fn read(ask: &Ask, answer: &Answer) -> Heard {
    if !answer.status.is_success() {
        return serde_json::from_slice(&answer.body).map_or(Heard::Nothing, Heard::Refused);
    }
    match ask {
        Ask::Look => serde_json::from_slice(&answer.body).map_or(Heard::Nothing, Heard::There),
        Ask::Open | Ask::Command(_) => Heard::Done,
    }
}

//! The local door on loopback: state for the room controller, self-test and tests.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::faults::Wanted;
use crate::line::Line;
use crate::place::Place;
use crate::seen::{Look, LookArea, Seen};
use crate::session::Refusal;
use crate::source::Source;

/// Faults at once at most: one of each kind.
const MAX_FAULTS: usize = 16;

/// What the terminal says of itself.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Standing {
    /// The WHIP session stands.
    pub publishing: bool,
    /// The WHEP session stands.
    pub watching: bool,
    /// Sessions made since the start, both kinds.
    pub sessions: u64,
    /// Why the last session ended or was not made.
    pub trouble: Option<String>,
    /// The conference it sits in or tries to; `None`: it is told none and waits.
    pub conference: Option<String>,
    /// The MCU's last refusal in that conference; gone as soon as a session stands.
    pub refused: Option<Refusal>,
    /// The MCU said that that conference has ended.
    pub ended: bool,
    /// Times it was called to join afresh since the start.
    pub calls: u64,
}

#[derive(Clone)]
pub(crate) struct Door {
    pub seen: Arc<Seen>,
    pub source: Source,
    pub line: Arc<Line>,
    /// The source is made here, so it may be hurt.
    pub is_simulated: bool,
    pub standing: Arc<Mutex<Standing>>,
    pub tally: Arc<Mutex<Option<serde_json::Value>>>,
    pub place: Arc<watch::Sender<Place>>,
}

/// Which conference to sit in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeatOrder {
    conference: Option<String>,
}

#[derive(Deserialize)]
struct WatchOrder {
    for_s: u64,
    #[serde(default)]
    areas: Vec<LookArea>,
}

/// 彩排: all that shall be at work, whatever was before.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suffering {
    faults: Vec<Wanted>,
}

impl Door {
    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/state", get(state))
            .route("/watch", post(watch))
            .route("/seen", get(seen))
            .route("/heard", get(heard))
            .route("/faults", post(faults))
            .route("/seat", post(seat))
            .with_state(self)
    }
}

async fn state(State(door): State<Door>) -> Json<serde_json::Value> {
    let standing = door.standing.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let tally = door.tally.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Json(serde_json::json!({ "standing": standing, "counters": door.seen.counters(), "tally": tally, "faults": door.source.suffers() }))
}

/// Sends the sessions to another conference, or out of any; the one they are in already is no change.
async fn seat(State(door): State<Door>, Json(order): Json<SeatOrder>) -> Result<StatusCode, (StatusCode, String)> {
    if let Some(conference) = order.conference.as_ref().filter(|id| !room_api::is_conference_id(id)) {
        let words = format!("{conference:?} is no conference's id; write 1 to 64 lower-case letters, digits and hyphens");
        return Err((StatusCode::BAD_REQUEST, words));
    }
    door.place.send_if_modified(|place| {
        let is_other = place.conference != order.conference;
        if is_other {
            let mut standing = door.standing.lock().unwrap_or_else(PoisonError::into_inner);
            (standing.conference, standing.refused, standing.ended, standing.trouble) = (order.conference.clone(), None, false, None);
            place.conference = order.conference;
        }
        is_other
    });
    Ok(StatusCode::NO_CONTENT)
}

async fn watch(State(door): State<Door>, Json(order): Json<WatchOrder>) -> Result<StatusCode, (StatusCode, String)> {
    door.seen.watch(order.for_s, order.areas).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    // A clip has a key frame every eight frames; for anything else the MCU's own requests bring one.
    Ok(StatusCode::NO_CONTENT)
}

async fn seen(State(door): State<Door>) -> Json<Vec<Look>> {
    Json(door.seen.looks())
}

async fn heard(State(door): State<Door>) -> Json<Vec<f64>> {
    Json(door.seen.tones())
}

async fn faults(State(door): State<Door>, Json(order): Json<Suffering>) -> Result<StatusCode, (StatusCode, String)> {
    if !door.is_simulated {
        let words = "the source is a real one; rehearse with simulated rooms only";
        return Err((StatusCode::CONFLICT, words.to_owned()));
    }
    if order.faults.len() > MAX_FAULTS {
        return Err((StatusCode::BAD_REQUEST, format!("at most {MAX_FAULTS} faults at once")));
    }
    if let Some(words) = order.faults.iter().find_map(|wanted| wanted.fault.check().err()) {
        return Err((StatusCode::BAD_REQUEST, words.en));
    }
    door.source.suffer(&order.faults);
    door.line.want(door.source.line());
    Ok(StatusCode::NO_CONTENT)
}

//! How a room becomes known: a pairing code, then its key.

use std::net::SocketAddr;
use std::sync::Arc;

use access_token::{Trust, right};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::Method;
use mcu_api::{ConferencePhase, Conferences, SiteId};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::entity::{pairing_code, room};
use crate::gateway::{Body, ask_mcu};
use crate::problem::{Code, Problem};
use crate::secret;
use crate::session::User;
use crate::signer::ISSUER;
use crate::store::Store;

/// Life of a pairing code: time to walk to the room and type it.
pub(crate) const CODE_LIFE_S: i64 = 10 * 60;
/// Largest public key text: an Ed25519 key in SPKI PEM has 113 bytes.
const MAX_KEY_BYTES: usize = 512;

/// Body of `POST /api/pairing-codes`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskCode {
    room: String,
}

/// Its answer.
#[derive(Serialize)]
pub(crate) struct PairingCode {
    room: String,
    code: String,
    expires_at_ms: i64,
}

/// Body of `POST /api/enrol`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enrol {
    room: String,
    code: String,
    public_key_pem: String,
}

/// Its answer: where the room's terminal finds its seat.
#[derive(Debug, Serialize)]
pub(crate) struct Enrolled {
    /// The MCU's base URL for rooms.
    mcu_base: String,
    /// The conference that runs, if one does.
    conference: Option<String>,
    /// The console's public key, by which the room checks people's tokens.
    console_public_pem: String,
}

/// Makes the room's one valid code and keeps its digest.
///
/// # Errors
/// When the id is none, or the database or the system's randomness fails.
pub(crate) async fn make_code(store: &Store, room: &str, now_s: i64) -> Result<String, Problem> {
    SiteId::new(room).map_err(|_| Code::Malformed)?;
    let code = secret::eight_digits().map_err(|_| Code::StoreFailed)?;
    let code_hash = secret::digest(&[room, &code]);
    let kept = pairing_code::Model { room: room.to_owned(), code_hash, expires_s: now_s + CODE_LIFE_S, failed_count: 0 };
    store.set_pairing_code(kept).await?;
    Ok(code)
}

/// `POST /api/pairing-codes`
pub(crate) async fn pairing_code(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Json(asked): Json<AskCode>,
) -> Result<Json<PairingCode>, Problem> {
    let room = SiteId::new(&asked.room).map_err(|_| Code::Malformed)?;
    let allowed = user.require(right::ROOM_ENROL);
    let result = allowed.map_or_else(|problem| problem.body().code, |()| "asked");
    let object = format!("room:{room}");
    app.audit.record(&Act {
        who: &user.actor(),
        what: "pairing_code",
        object: &object,
        result,
        address: Some(from.ip()),
        ..Act::default()
    })?;
    allowed?;
    let now_s = clock::now_s();
    let code = make_code(&app.store, room.as_str(), now_s).await?;
    Ok(Json(PairingCode { room: room.into(), code, expires_at_ms: (now_s + CODE_LIFE_S) * 1000 }))
}

/// `POST /api/enrol`: carries no session; the code is what lets the room in.
pub(crate) async fn enrol(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Json(asked): Json<Enrol>,
) -> Result<Json<Enrolled>, Problem> {
    let room = SiteId::new(&asked.room).map_err(|_| Code::Malformed)?;
    let issuer = format!("room:{room}");
    let good_key = asked.public_key_pem.len() <= MAX_KEY_BYTES && Trust::new().add(&issuer, &asked.public_key_pem).is_ok();
    if !good_key {
        return Err(Code::Malformed.into());
    }
    let now_s = clock::now_s();
    let is_locked = app.addresses().is_locked(from.ip(), now_s);
    let code_hash = secret::digest(&[room.as_str(), asked.code.trim()]);
    let is_let_in = !is_locked && app.store.use_pairing_code(room.as_str(), &code_hash, now_s).await?;
    let result = if is_let_in { "accepted" } else { Problem::from(Code::PairingRefused).body().code };
    app.audit.record(&Act { who: &issuer, what: "enrol", object: &issuer, result, address: Some(from.ip()), ..Act::default() })?;
    if !is_let_in {
        app.addresses().failed(from.ip(), now_s);
        return Err(Code::PairingRefused.into());
    }
    let kept = room::Model { id: room.to_string(), public_key_pem: asked.public_key_pem.clone(), enrolled_s: now_s };
    if !app.store.enrol_room(kept).await? {
        return Err(Code::LimitReached.into());
    }
    tell_mcu(&app, room.as_str(), &asked.public_key_pem).await?;
    Ok(Json(Enrolled {
        mcu_base: app.config.mcu_for_rooms().to_owned(),
        conference: running_conference(&app).await,
        console_public_pem: app.signer.public_pem().map_err(|_| Code::StoreFailed)?,
    }))
}

/// Tells the MCU to trust the room's key. Harmless when it does already, so it is repeated whenever the room dials in.
///
/// # Errors
/// When the MCU does not answer or refuses.
pub(crate) async fn tell_mcu(app: &App, room: &str, public_key_pem: &str) -> Result<(), Problem> {
    let path = format!("/api/trust/room:{room}");
    let body = Body { content_type: "application/x-pem-file", bytes: Bytes::from(public_key_pem.to_owned()) };
    let answer = ask_mcu(app, Method::PUT, &path, ISSUER, &[right::SYSTEM_TRUST], Some(body)).await?;
    if answer.status.is_success() {
        return Ok(());
    }
    tracing::warn!(status = answer.status.as_u16(), room, "the MCU did not take the room's key");
    Err(Code::McuUnreachable.into())
}

/// The first running conference.
async fn running_conference(app: &App) -> Option<String> {
    let answer = ask_mcu(app, Method::GET, "/api/conferences", ISSUER, &[right::CONFERENCE_VIEW], None).await.ok()?;
    let listed: Conferences = serde_json::from_slice(&answer.body).ok()?;
    let running = listed.conferences.into_iter().find(|one| one.phase == ConferencePhase::Running);
    running.map(|one| one.conference.to_string())
}

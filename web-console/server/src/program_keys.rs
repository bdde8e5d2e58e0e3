//! Keys for programs: control surfaces, scripts and the command line act with some of a person's rights, for a time.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::problem::{Code, Problem};
use crate::role::Role;
use crate::secret;
use crate::session::{Limited, User};

mod store;

pub(crate) use store::{ProgramKeys, program_key};

/// What every key begins with, so that it is known for one where it should not lie.
const PREFIX: &str = "vck_";
/// Longest name of a key.
const MAX_NAME_CHARS: usize = 40;
/// Longest life of a key: a year, so that forgotten ones end.
const MAX_DAYS: i64 = 366;
/// Seconds of a day.
const DAY_S: i64 = 24 * 3600;
/// How exactly "last used" is kept; saves a write per request.
const NOTE_EVERY_S: i64 = 60;

/// Body of `POST /api/keys`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    name: String,
    rights: Vec<String>,
    days: i64,
}

/// A key as listed.
#[derive(Debug, Serialize)]
pub(crate) struct KeyInfo {
    id: String,
    name: String,
    rights: Vec<String>,
    created_at_ms: i64,
    expires_at_ms: i64,
    /// `null` when it was never used.
    used_at_ms: Option<i64>,
}

/// Answer to a new key; the key itself is told this once.
#[derive(Debug, Serialize)]
pub(crate) struct MadeKey {
    key: String,
    #[serde(flatten)]
    info: KeyInfo,
}

/// Answer of `GET /api/keys`.
#[derive(Debug, Serialize)]
pub(crate) struct Keys {
    keys: Vec<KeyInfo>,
    /// What a key of this person may be given.
    rights: Vec<&'static str>,
}

fn info_of(model: program_key::Model) -> KeyInfo {
    KeyInfo {
        id: model.id,
        name: model.name,
        rights: model.rights.split_whitespace().map(str::to_owned).collect(),
        created_at_ms: model.created_s * 1000,
        expires_at_ms: model.expires_s * 1000,
        used_at_ms: (model.used_s > 0).then_some(model.used_s * 1000),
    }
}

/// The key in a request's headers, if it carries one.
#[must_use]
pub(crate) fn key_of(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    Some(key.trim()).filter(|key| scheme.eq_ignore_ascii_case("bearer") && key.starts_with(PREFIX))
}

/// The person a key stands for, with the key's rights only.
///
/// # Errors
/// When the key is unknown, over, or its person is gone.
pub(crate) async fn user_of(app: &App, key: &str) -> Result<User, Problem> {
    let hash = secret::digest(&[key]);
    let now_s = clock::now_s();
    let (model, account) = app.store.program_key(&hash).await?.ok_or(Code::KeyRefused)?;
    let role = Role::of_name(&account.role).ok_or(Code::KeyRefused)?;
    if now_s >= model.expires_s {
        return Err(Code::KeyRefused.into());
    }
    let session = session_of(&model.id);
    if app.touched.is_due(&session, now_s, NOTE_EVERY_S) {
        app.store.note_program_key(&model.id, now_s).await?;
    }
    let limited = Limited { key: model.name, rights: model.rights.split_whitespace().map(str::to_owned).collect() };
    Ok(User {
        account: account.name,
        display: account.display,
        role,
        is_locked: false,
        session,
        ends_s: model.expires_s,
        limited: Some(limited),
    })
}

/// What stands for a session of that key.
fn session_of(id: &str) -> String {
    format!("key:{id}")
}

/// Keys are managed by people at a session that is not locked, never by keys.
fn require_person(user: &User) -> Result<(), Problem> {
    if user.limited.is_some() {
        return Err(Code::RightMissing.into());
    }
    if user.is_locked {
        return Err(Code::SessionLocked.into());
    }
    Ok(())
}

/// `GET /api/keys`
pub(crate) async fn list(State(app): State<Arc<App>>, user: User) -> Result<Json<Keys>, Problem> {
    require_person(&user)?;
    let keys = app.store.program_keys(&user.account).await?.into_iter().map(info_of).collect();
    Ok(Json(Keys { keys, rights: user.role.rights().to_vec() }))
}

/// `POST /api/keys`
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Json(asked): Json<NewKey>,
) -> Result<(StatusCode, Json<MadeKey>), Problem> {
    require_person(&user)?;
    let name = asked.name.trim();
    let named = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS && !name.chars().any(char::is_control);
    if !named || asked.rights.is_empty() || !(1..=MAX_DAYS).contains(&asked.days) {
        return Err(Code::Malformed.into());
    }
    if !asked.rights.iter().all(|right| user.role.rights().contains(&right.as_str())) {
        return Err(Code::RightMissing.into());
    }
    let random = |_| Code::StoreFailed;
    let key = format!("{PREFIX}{}", secret::session_token().map_err(random)?);
    let now_s = clock::now_s();
    let model = program_key::Model {
        id: hex::encode(secret::random::<8>().map_err(random)?),
        key_hash: secret::digest(&[&key]),
        account: user.account.clone(),
        name: name.to_owned(),
        rights: asked.rights.join(" "),
        created_s: now_s,
        expires_s: now_s + asked.days * DAY_S,
        used_s: 0,
    };
    let detail = serde_json::json!({ "name": model.name, "rights": asked.rights, "days": asked.days });
    audit(&app, &user, "create_key", &model.id, from, Some(detail))?;
    if !app.store.add_program_key(model.clone(), now_s).await? {
        return Err(Code::LimitReached.into());
    }
    Ok((StatusCode::CREATED, Json(MadeKey { key, info: info_of(model) })))
}

/// `DELETE /api/keys/{id}`: what rides on it ends at once.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    require_person(&user)?;
    if !app.store.has_program_key(&user.account, &id).await? {
        return Err(Code::NotFound.into());
    }
    audit(&app, &user, "delete_key", &id, from, None)?;
    app.store.delete_program_key(&user.account, &id).await?;
    app.ended.tell(&session_of(&id));
    Ok(StatusCode::NO_CONTENT)
}

fn audit(app: &App, user: &User, what: &str, id: &str, from: SocketAddr, request: Option<serde_json::Value>) -> Result<(), Problem> {
    app.audit.record(&Act { who: &user.account, right: "", what, object: id, result: "asked", address: Some(from.ip()), request })
}

#[cfg(test)]
mod tests {
    use super::key_of;
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn only_a_bearer_of_ours_is_a_key() {
        let with = |text: &'static str| HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(text))]);
        assert_eq!(key_of(&with("Bearer vck_abc")), Some("vck_abc"));
        assert_eq!(key_of(&with("bearer  vck_abc ")), Some("vck_abc"));
        for other in ["Basic vck_abc", "Bearer eyJhbGciOi", "vck_abc", "Bearer"] {
            assert_eq!(key_of(&with(other)), None, "{other}");
        }
        assert_eq!(key_of(&HeaderMap::new()), None);
    }
}

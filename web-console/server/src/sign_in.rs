//! Signing in and out, unlocking, and who one is.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use access_token::right;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::entity::{account, session};
use crate::lockout::Failures;
use crate::problem::{Code, Problem};
use crate::role::Role;
use crate::secret;
use crate::session::{COOKIE_NAME, LIFE_S, User};
use crate::signer::MEDIA_TOKEN_S;

/// Longest account name looked up.
const MAX_NAME_BYTES: usize = 64;

/// Body of `POST /api/sign-in`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    account: String,
    password: String,
}

/// Body of `POST /api/unlock`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unlock {
    password: String,
}

/// Answer of `GET /api/me`.
#[derive(Serialize)]
pub(crate) struct Me {
    account: String,
    display: String,
    role: Role,
    rights: Vec<&'static str>,
    locked: bool,
    mcu: String,
    ends_at_ms: i64,
    now_ms: i64,
}

/// Answer of `GET /api/media-token`.
#[derive(Serialize)]
pub(crate) struct MediaToken {
    token: String,
    expires_in_s: u64,
}

fn me_of(app: &App, user: User) -> Me {
    // A locked session is shown what it may do once it is unlocked.
    let rights = user.role.rights().iter().copied().filter(|right| user.holds(right)).collect();
    Me {
        account: user.account,
        display: user.display,
        role: user.role,
        rights,
        locked: user.is_locked,
        mcu: app.config.mcu_for_browsers().to_owned(),
        ends_at_ms: user.ends_s * 1000,
        now_ms: clock::now_ms(),
    }
}

/// `POST /api/sign-in`
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Json(asked): Json<SignIn>,
) -> Result<Response, Problem> {
    let outcome = let_in(&app, from.ip(), &asked.account, asked.password).await;
    let result = outcome.as_ref().map_or_else(|problem| problem.body().code, |_| "accepted");
    // A stranger's text goes into the audit only when it is the name of somebody.
    let known = app.store.account(name_of(&asked.account)).await?.is_some();
    let who = if known { asked.account.as_str() } else { "unknown" };
    app.audit.record(&Act { who, what: "sign_in", object: "console", result, address: Some(from.ip()), ..Act::default() })?;
    let account = outcome?;
    let role = Role::of_name(&account.role).ok_or(Code::SignInRefused)?;
    let token = secret::session_token().map_err(|_| Code::StoreFailed)?;
    let now_s = clock::now_s();
    let hash = secret::digest(&[&token]);
    let kept = session::Model { token_hash: hash.clone(), account: account.name.clone(), created_s: now_s, seen_s: now_s };
    app.store.add_session(kept, now_s - LIFE_S).await?;
    let user = User {
        account: account.name,
        display: account.display,
        role,
        is_locked: false,
        session: hash,
        ends_s: now_s + LIFE_S,
        limited: None,
    };
    Ok((set_cookie(&app, &token, LIFE_S), Json(me_of(&app, user))).into_response())
}

fn name_of(text: &str) -> &str {
    if text.len() <= MAX_NAME_BYTES { text } else { "" }
}

/// The account if address, account and password are in order; counts failures.
async fn let_in(app: &App, from: IpAddr, name: &str, password: String) -> Result<account::Model, Problem> {
    let account = app.store.account(name_of(name)).await?;
    // The password is compared whatever the locks say, so that an answer's time tells nothing.
    let is_right = app.passwords.is_right(password, account.as_ref().map(|a| a.password_hash.clone())).await?;
    let now_s = clock::now_s();
    let failures =
        account.as_ref().map_or_else(Failures::default, |a| Failures { count: a.failed_count, locked_until_s: a.locked_until_s });
    if failures.is_locked(now_s) || app.addresses().is_locked(from, now_s) {
        return Err(Code::SignInLocked.into());
    }
    let Some(account) = account.filter(|_| is_right) else {
        app.addresses().failed(from, now_s);
        app.store.set_failures(name_of(name), failures.failed(now_s)).await?;
        return Err(Code::SignInRefused.into());
    };
    app.addresses().succeeded(from);
    app.store.set_failures(&account.name, Failures::default()).await?;
    Ok(account)
}

/// `POST /api/unlock`: the same person goes on after a pause.
pub(crate) async fn unlock(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Json(asked): Json<Unlock>,
) -> Result<Json<Me>, Problem> {
    let outcome = let_in(&app, from.ip(), &user.account, asked.password).await;
    let result = outcome.as_ref().map_or_else(|problem| problem.body().code, |_| "accepted");
    app.audit.record(&Act { who: &user.account, what: "unlock", object: "console", result, address: Some(from.ip()), ..Act::default() })?;
    outcome?;
    app.store.touch_session(&user.session, clock::now_s()).await?;
    Ok(Json(me_of(&app, User { is_locked: false, ..user })))
}

/// `POST /api/sign-out`
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
) -> Result<Response, Problem> {
    app.store.end_session(&user.session).await?;
    app.ended.tell(&user.session);
    app.audit.record(&Act {
        who: &user.account,
        what: "sign_out",
        object: "console",
        result: "accepted",
        address: Some(from.ip()),
        ..Act::default()
    })?;
    Ok((StatusCode::NO_CONTENT, set_cookie(&app, "", 0)).into_response())
}

/// `GET /api/me`
pub(crate) async fn me(State(app): State<Arc<App>>, user: User) -> Json<Me> {
    Json(me_of(&app, user))
}

/// `GET /api/media-token`: lets the browser open the monitors at the MCU's own door.
pub(crate) async fn media_token(State(app): State<Arc<App>>, user: User) -> Result<Json<MediaToken>, Problem> {
    user.require(right::CONFERENCE_VIEW)?;
    let token = app.signer.media_token(&user.account).map_err(|_| Code::StoreFailed)?;
    Ok(Json(MediaToken { token, expires_in_s: MEDIA_TOKEN_S }))
}

fn set_cookie(app: &App, token: &str, life_s: i64) -> AppendHeaders<[(axum::http::HeaderName, HeaderValue); 1]> {
    let secure = if app.config.uses_tls() { "; Secure" } else { "" };
    let text = format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={life_s}{secure}");
    // The token is base64url and the rest is ours, so it is always a valid header.
    let value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    AppendHeaders([(SET_COOKIE, value)])
}

//! Who is asking: the session behind the cookie.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use crate::app::App;
use crate::clock;
use crate::problem::{Code, Problem};
use crate::role::{Role, is_viewing};
use crate::{program_keys, secret};

/// Name of the cookie.
pub const COOKIE_NAME: &str = "console_session";
/// Idle time after which a session is locked: it may look on, acting needs the password (GB/T 22239-2019 8.1.4.1 b; an operator on air keeps the pictures).
pub(crate) const IDLE_S: i64 = 30 * 60;
/// Life of a session whatever happens: a long day of meetings.
pub(crate) const LIFE_S: i64 = 12 * 3600;
/// How exactly "last acted" is kept; saves a write per request.
const TOUCH_EVERY_S: i64 = 15;

/// The person behind a request.
#[derive(Debug, Clone)]
pub(crate) struct User {
    /// Account name.
    pub account: String,
    /// Name shown.
    pub display: String,
    /// Their role.
    pub role: Role,
    /// Whether the session was idle too long and may only look on.
    pub is_locked: bool,
    /// SHA-256 of the session's token: names the session without being it.
    pub session: String,
    /// Seconds since 1970 when the session ends.
    pub ends_s: i64,
    /// Whether a program acts with a key of this person.
    pub limited: Option<Limited>,
}

/// What a program's key allows.
#[derive(Debug, Clone)]
pub(crate) struct Limited {
    /// Name of the key.
    pub key: String,
    /// Its rights; those the role has lost since do not count.
    pub rights: Vec<String>,
}

impl User {
    /// Refuses whoever lacks the right, or holds it but sits at a locked session.
    ///
    /// # Errors
    /// With what is missing.
    pub(crate) fn require(&self, right: &str) -> Result<(), Problem> {
        if !self.holds(right) {
            return Err(Code::RightMissing.into());
        }
        if self.is_locked && !is_viewing(right) {
            return Err(Code::SessionLocked.into());
        }
        Ok(())
    }

    /// Whether the role has the right, and the key if there is one.
    #[must_use]
    pub(crate) fn holds(&self, right: &str) -> bool {
        let limited = self.limited.as_ref().is_none_or(|limited| limited.rights.iter().any(|held| held == right));
        limited && self.role.rights().contains(&right)
    }

    /// The rights to be put into a token.
    #[must_use]
    pub(crate) fn rights(&self) -> Vec<&'static str> {
        let mine = self.role.rights().iter().copied();
        mine.filter(|right| self.holds(right) && (!self.is_locked || is_viewing(right))).collect()
    }

    /// Who acts, for the audit: the person, and the key of the program that acts for them.
    #[must_use]
    pub(crate) fn actor(&self) -> String {
        self.limited.as_ref().map_or_else(|| self.account.clone(), |limited| format!("{} (key {})", self.account, limited.key))
    }

    /// Where the MCU shall say that a command came from.
    #[must_use]
    pub(crate) const fn origin(&self) -> &'static str {
        if self.limited.is_some() { "api" } else { "desk" }
    }
}

/// The session token in the request's cookies.
#[must_use]
pub(crate) fn token_of(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE_NAME).then_some(value)
    })
}

/// Finds the user of a request.
///
/// # Errors
/// When nobody is signed in.
pub(crate) async fn user_of(app: &App, headers: &HeaderMap) -> Result<User, Problem> {
    if let Some(key) = program_keys::key_of(headers) {
        return program_keys::user_of(app, key).await;
    }
    let token = token_of(headers).ok_or(Code::NotSignedIn)?;
    let hash = secret::digest(&[token]);
    let Some((session, account)) = app.store.session(&hash).await? else { return Err(Code::NotSignedIn.into()) };
    let now_s = clock::now_s();
    let ends_s = session.created_s + LIFE_S;
    if now_s >= ends_s {
        app.store.end_session(&hash).await?;
        return Err(Code::NotSignedIn.into());
    }
    let role = Role::of_name(&account.role).ok_or(Code::NotSignedIn)?;
    let is_locked = now_s - session.seen_s >= IDLE_S;
    Ok(User { account: account.name, display: account.display, role, is_locked, session: hash, ends_s, limited: None })
}

/// Notes that the person acted, unless the session is locked.
///
/// # Errors
/// As the database says.
pub(crate) async fn touch(app: &App, user: &User) -> Result<(), Problem> {
    let now_s = clock::now_s();
    if user.is_locked || user.limited.is_some() || !app.touched.is_due(&user.session, now_s, TOUCH_EVERY_S) {
        return Ok(());
    }
    Ok(app.store.touch_session(&user.session, now_s).await?)
}

impl FromRequestParts<Arc<App>> for User {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let user = user_of(app, &parts.headers).await?;
        // Pages fetch by themselves; only what a person does counts as acting.
        if parts.method != Method::GET {
            touch(app, &user).await?;
        }
        Ok(user)
    }
}

/// When each session was last noted as acting.
#[derive(Debug, Default)]
pub struct Touched {
    at: std::sync::Mutex<std::collections::BTreeMap<String, i64>>,
}

/// Sessions remembered as touched; beyond, all are forgotten and written once more.
const MAX_TOUCHED: usize = 1024;

impl Touched {
    pub(crate) fn is_due(&self, session: &str, now_s: i64, every_s: i64) -> bool {
        let Ok(mut at) = self.at.lock() else { return true };
        if at.get(session).is_some_and(|last| now_s - last < every_s) {
            return false;
        }
        if at.len() >= MAX_TOUCHED {
            at.clear();
        }
        at.insert(session.to_owned(), now_s);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Limited, Touched, User, token_of};
    use crate::problem::Code;
    use crate::role::Role;
    use access_token::right;
    use axum::http::{HeaderMap, HeaderValue, header::COOKIE};

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; console_session=xyz; c=d"));
        assert_eq!(token_of(&headers), Some("xyz"));
        assert_eq!(token_of(&HeaderMap::new()), None);
    }

    #[test]
    fn a_locked_session_looks_but_does_not_act() {
        let session = String::new();
        let user =
            User { account: "o".into(), display: "o".into(), role: Role::Operator, is_locked: true, session, ends_s: 0, limited: None };
        assert_eq!(user.require(right::CONFERENCE_VIEW), Ok(()));
        assert_eq!(user.require(right::CONFERENCE_SOUND), Err(Code::SessionLocked.into()));
        assert_eq!(user.require(right::ROOM_ENROL), Err(Code::RightMissing.into()));
        assert_eq!(user.rights(), [right::CONFERENCE_VIEW, right::MEETING_REPORT, right::ROOM_VIEW, right::MEETING_VIEW]);
    }

    #[test]
    fn a_key_allows_what_both_it_and_its_person_may() {
        let limited = Limited { key: "deck".into(), rights: vec![right::CONFERENCE_SOUND.into(), right::ROOM_ENROL.into()] };
        let user = User {
            account: "o".into(),
            display: "o".into(),
            role: Role::Operator,
            is_locked: false,
            session: String::new(),
            ends_s: 0,
            limited: Some(limited),
        };
        assert_eq!(user.rights(), [right::CONFERENCE_SOUND]);
        assert_eq!(user.require(right::CONFERENCE_PICTURE), Err(Code::RightMissing.into()));
        assert_eq!(user.require(right::ROOM_ENROL), Err(Code::RightMissing.into()));
        assert_eq!((user.actor().as_str(), user.origin()), ("o (key deck)", "api"));
    }

    #[test]
    fn touching_is_written_now_and_then() {
        let touched = Touched::default();
        assert!(touched.is_due("a", 100, 15));
        assert!(!touched.is_due("a", 110, 15));
        assert!(touched.is_due("b", 110, 15));
        assert!(touched.is_due("a", 115, 15));
    }
}

//! `/api/library`: who may read and write, refusals with reasons, audit.

use std::net::SocketAddr;
use std::sync::Arc;

use access_token::right;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::check::{self, MAX_DOCUMENTS, MAX_KIND_BYTES, Wrong};
use super::entity::Model;
use super::store::{self, Kept};
use super::words::{LibraryDocument, LibraryDocuments, LibraryKind, PutDocument};
use crate::app::App;
use crate::audit::Act;
use crate::clock;
use crate::problem::Code;
use crate::refused::Refused;
use crate::session::User;

/// Query of a deletion.
#[derive(Debug, Deserialize)]
pub(crate) struct AtRev {
    /// Only at this revision.
    expect_rev: Option<i64>,
}

/// What a document says outside.
pub(crate) fn told(model: Model, with_value: bool) -> LibraryDocument {
    let value = with_value.then(|| serde_json::from_str(&model.value).unwrap_or_default());
    LibraryDocument { name: model.name, rev: model.rev, author: model.author, changed_at_ms: model.changed_ms, value }
}

fn kind_of(text: &str) -> Result<LibraryKind, Refused> {
    LibraryKind::of_name(text).ok_or_else(|| Code::NotFound.into())
}

/// Whether that person may read the contents; people who only book may read the names, which is `Ok(false)`.
fn may_read(user: &User, kind: LibraryKind) -> Result<bool, Refused> {
    let Err(refusal) = user.require(right::CONFERENCE_VIEW) else { return Ok(true) };
    if kind != LibraryKind::KeyMap && user.require(right::MEETING_BOOK).is_ok() {
        return Ok(false);
    }
    Err(refusal.into())
}

/// The right used for writing. A key map is its owner's, and only its owner's.
fn may_write(user: &User, kind: LibraryKind, name: &str) -> Result<&'static str, Refused> {
    match kind {
        LibraryKind::KeyMap => {
            user.require(right::CONFERENCE_VIEW)?;
            if user.is_locked {
                return Err(Code::SessionLocked.into());
            }
            if name != user.account {
                return Err(Refused::new(
                    "console.library.not_yours",
                    StatusCode::FORBIDDEN,
                    "this key map belongs to another account; change your own",
                    "此快捷键表属于其他账号,只能修改自己的",
                ));
            }
            Ok(right::CONFERENCE_VIEW)
        }
        LibraryKind::Layout => user.require(right::CONFERENCE_PICTURE).map(|()| right::CONFERENCE_PICTURE).map_err(Refused::from),
        LibraryKind::Plan | LibraryKind::RunSheet => {
            user.require(right::CONFERENCE_AFFAIRS).map(|()| right::CONFERENCE_AFFAIRS).map_err(Refused::from)
        }
        LibraryKind::Template => user.require(right::MEETING_BOOK).map(|()| right::MEETING_BOOK).map_err(Refused::from),
    }
}

/// `GET /api/library/{kind}`
pub(crate) async fn list(State(app): State<Arc<App>>, user: User, Path(kind): Path<String>) -> Result<Json<LibraryDocuments>, Refused> {
    let kind = kind_of(&kind)?;
    let with_value = may_read(&user, kind)?;
    let all = store::all(app.store.db(), kind).await?;
    let is_seen = |model: &Model| kind != LibraryKind::KeyMap || model.name == user.account;
    Ok(Json(LibraryDocuments { documents: all.into_iter().filter(is_seen).map(|model| told(model, with_value)).collect() }))
}

/// `GET /api/library/{kind}/{name}`
pub(crate) async fn get_one(
    State(app): State<Arc<App>>,
    user: User,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Json<LibraryDocument>, Refused> {
    let kind = kind_of(&kind)?;
    let with_value = may_read(&user, kind)?;
    if kind == LibraryKind::KeyMap && name != user.account {
        return Err(Code::NotFound.into());
    }
    let model = store::one(app.store.db(), kind, &name).await?.ok_or(Code::NotFound)?;
    Ok(Json(told(model, with_value)))
}

/// `PUT /api/library/{kind}/{name}`
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path((kind, name)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<LibraryDocument>, Refused> {
    let kind = kind_of(&kind)?;
    let given: PutDocument = serde_json::from_slice(&body).map_err(|_| Code::Malformed)?;
    keep(&app, &user, from, kind, name, given).await.map(Json)
}

/// Keeps a document in a person's name: right, shape, audit, revision.
pub(crate) async fn keep(
    app: &App,
    user: &User,
    from: SocketAddr,
    kind: LibraryKind,
    name: String,
    given: PutDocument,
) -> Result<LibraryDocument, Refused> {
    let object = format!("{}/{name}", kind.name());
    let who = user.actor();
    let act = |right, result| Act {
        who: &who,
        right,
        what: "library_put",
        object: &object,
        result,
        address: Some(from.ip()),
        request: Some(serde_json::json!({ "expect_rev": given.expect_rev, "bytes": given.value.to_string().len() })),
    };
    let right = match may_write(user, kind, &name) {
        Ok(right) => right,
        Err(refusal) => {
            app.audit.record(&act("", refusal.code))?;
            return Err(refusal);
        }
    };
    check::name(&name).and_then(|()| check::value(kind, &name, &given.value)).map_err(|wrong| invalid(&wrong))?;
    app.audit.record(&act(right, "asked"))?;
    let model = Model {
        kind: kind.name().to_owned(),
        name: name.clone(),
        rev: 0,
        author: user.account.clone(),
        changed_ms: clock::now_ms(),
        value: given.value.to_string(),
    };
    let kept = store::put(app.store.db(), given.expect_rev, model, kind).await?;
    let outcome = outcome(kept);
    let result = outcome.as_ref().map_or_else(|refusal| refusal.code.to_owned(), |model| format!("rev {}", model.rev));
    if app.audit.record(&act(right, &result)).is_err() {
        tracing::error!(result, "the result of a change to the library could not be audited");
    }
    outcome.map(|model| told(model, true))
}

/// `DELETE /api/library/{kind}/{name}`
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    user: User,
    Path((kind, name)): Path<(String, String)>,
    Query(at): Query<AtRev>,
) -> Result<StatusCode, Refused> {
    let kind = kind_of(&kind)?;
    drop_document(&app, &user, from, kind, &name, at.expect_rev).await
}

/// Drops a document in a person's name.
pub(crate) async fn drop_document(
    app: &App,
    user: &User,
    from: SocketAddr,
    kind: LibraryKind,
    name: &str,
    expect_rev: Option<i64>,
) -> Result<StatusCode, Refused> {
    let object = format!("{}/{name}", kind.name());
    let who = user.actor();
    let act = |right, result| Act {
        who: &who,
        right,
        what: "library_delete",
        object: &object,
        result,
        address: Some(from.ip()),
        request: Some(serde_json::json!({ "expect_rev": expect_rev })),
    };
    let right = match may_write(user, kind, name) {
        Ok(right) => right,
        Err(refusal) => {
            app.audit.record(&act("", refusal.code))?;
            return Err(refusal);
        }
    };
    app.audit.record(&act(right, "asked"))?;
    let outcome = match store::drop_one(app.store.db(), kind, name, expect_rev).await? {
        Kept::Stale(None) => Err(Code::NotFound.into()),
        other @ (Kept::Done(_) | Kept::Stale(Some(_)) | Kept::Full) => outcome(other),
    };
    let result = outcome.as_ref().map_or_else(|refusal| refusal.code, |_| "done");
    if app.audit.record(&act(right, result)).is_err() {
        tracing::error!(result, "the result of a change to the library could not be audited");
    }
    outcome.map(|_| StatusCode::NO_CONTENT)
}

/// A document that is refused for its content.
pub(crate) fn invalid(wrong: &Wrong) -> Refused {
    Refused::new("console.library.invalid", StatusCode::UNPROCESSABLE_ENTITY, &*wrong.detail, &*wrong.detail_zh)
}

fn outcome(kept: Kept) -> Result<Model, Refused> {
    match kept {
        Kept::Done(model) => Ok(model),
        Kept::Full => Err(Refused::new(
            "console.library.full",
            StatusCode::TOO_MANY_REQUESTS,
            format!("at most {MAX_DOCUMENTS} documents and {} MB of a kind are kept; delete some first", MAX_KIND_BYTES >> 20),
            format!("每类最多保存 {MAX_DOCUMENTS} 份、共 {} MB,请先删除不用的", MAX_KIND_BYTES >> 20),
        )),
        Kept::Stale(None) => Err(Refused::new(
            "console.library.stale",
            StatusCode::CONFLICT,
            "somebody has deleted it meanwhile; save it under a new name or as a new document",
            "已被他人删除,请另存为新的文档",
        )),
        Kept::Stale(Some(there)) => Err(Refused::new(
            "console.library.stale",
            StatusCode::CONFLICT,
            format!("{} has changed it meanwhile (revision {}); look at it and save again", there.author, there.rev),
            format!("{} 已修改过(第 {} 版),请查看后重新保存", there.author, there.rev),
        )
        .with("rev", there.rev)
        .with("author", &there.author)
        .with("changed_at_ms", there.changed_ms)),
    }
}

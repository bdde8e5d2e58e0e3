//! Documents in the database. Each change is one statement, so that of two people who began from the same revision one wins.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::check::{MAX_DOCUMENTS, MAX_KIND_BYTES};
use super::entity::{ActiveModel, Column, Entity, Model};
use super::words::LibraryKind;

/// How a change ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Kept as this.
    Done(Model),
    /// Another revision stands there; `None` when it is gone.
    Stale(Option<Model>),
    /// The kind has as many documents, or bytes, as it may.
    Full,
}

/// All documents of a kind by name.
///
/// # Errors
/// As the database says.
pub(crate) async fn all(db: &DatabaseConnection, kind: LibraryKind) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Kind.eq(kind.name())).order_by_asc(Column::Name).all(db).await
}

/// One document.
///
/// # Errors
/// As the database says.
pub(crate) async fn one(db: &DatabaseConnection, kind: LibraryKind, name: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id((kind.name().to_owned(), name.to_owned())).one(db).await
}

/// Keeps a document: a new one where `expect_rev` is 0, else in place of that revision.
///
/// # Errors
/// As the database says.
pub(crate) async fn put(db: &DatabaseConnection, expect_rev: i64, mut model: Model, kind: LibraryKind) -> Result<Kept, DbErr> {
    let mine = || Entity::find().filter(Column::Kind.eq(kind.name()));
    let sizes: usize = mine().filter(Column::Name.ne(&model.name)).all(db).await?.iter().map(|other| other.value.len()).sum();
    if sizes + model.value.len() > MAX_KIND_BYTES {
        return Ok(Kept::Full);
    }
    if expect_rev == 0 {
        if mine().count(db).await? >= MAX_DOCUMENTS {
            return Ok(Kept::Full);
        }
        model.rev = 1;
        return match Entity::insert(ActiveModel::from(model.clone())).exec_without_returning(db).await {
            Ok(_) => Ok(Kept::Done(model)),
            // Taken already, or another fault: looking tells.
            Err(error) => one(db, kind, &model.name).await?.map_or(Err(error), |there| Ok(Kept::Stale(Some(there)))),
        };
    }
    model.rev = expect_rev + 1;
    let changed = Entity::update_many()
        .col_expr(Column::Rev, Expr::value(model.rev))
        .col_expr(Column::Author, Expr::value(model.author.clone()))
        .col_expr(Column::ChangedMs, Expr::value(model.changed_ms))
        .col_expr(Column::Value, Expr::value(model.value.clone()))
        .filter(Column::Kind.eq(kind.name()))
        .filter(Column::Name.eq(&model.name))
        .filter(Column::Rev.eq(expect_rev))
        .exec(db)
        .await?;
    if changed.rows_affected == 1 {
        return Ok(Kept::Done(model));
    }
    Ok(Kept::Stale(one(db, kind, &model.name).await?))
}

/// Drops a document, only at that revision where one is given; what stands there when it was not dropped.
///
/// # Errors
/// As the database says.
pub(crate) async fn drop_one(db: &DatabaseConnection, kind: LibraryKind, name: &str, expect_rev: Option<i64>) -> Result<Kept, DbErr> {
    let Some(there) = one(db, kind, name).await? else { return Ok(Kept::Stale(None)) };
    let mut query = Entity::delete_many().filter(Column::Kind.eq(kind.name())).filter(Column::Name.eq(name));
    if let Some(rev) = expect_rev {
        query = query.filter(Column::Rev.eq(rev));
    }
    if query.exec(db).await?.rows_affected == 1 {
        return Ok(Kept::Done(there));
    }
    Ok(Kept::Stale(one(db, kind, name).await?))
}

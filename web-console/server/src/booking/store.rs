//! Bookings and runs in the database.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::busy::Span;
use super::entity::{booking, run};

/// Bookings that are not over: more than a city has rooms and weeks for.
pub(crate) const MAX_BOOKINGS: u64 = 500;

/// Bookings whose time from first call to last end meets the span, by their first call.
///
/// # Errors
/// As the database says.
pub(crate) async fn meeting(db: &DatabaseConnection, span: Span) -> Result<Vec<booking::Model>, DbErr> {
    booking::Entity::find()
        .filter(booking::Column::LastMs.gte(span.from_ms))
        .filter(booking::Column::FirstMs.lt(span.until_ms))
        .order_by_asc(booking::Column::FirstMs)
        .order_by_asc(booking::Column::Id)
        .all(db)
        .await
}

/// One booking.
///
/// # Errors
/// As the database says.
pub(crate) async fn one(db: &DatabaseConnection, id: &str) -> Result<Option<booking::Model>, DbErr> {
    booking::Entity::find_by_id(id).one(db).await
}

/// Whether one more fits.
///
/// # Errors
/// As the database says.
pub(crate) async fn has_room(db: &DatabaseConnection, now_ms: i64) -> Result<bool, DbErr> {
    let open = booking::Entity::find().filter(booking::Column::LastMs.gt(now_ms)).filter(booking::Column::Cancelled.eq(false));
    Ok(open.count(db).await? < MAX_BOOKINGS)
}

/// Keeps a new booking.
///
/// # Errors
/// As the database says.
pub(crate) async fn add(db: &DatabaseConnection, model: booking::Model) -> Result<(), DbErr> {
    booking::Entity::insert(booking::ActiveModel::from(model)).exec_without_returning(db).await.map(drop)
}

/// Keeps a booking in place of the revision before `model.rev`; `false` when that is not there.
///
/// # Errors
/// As the database says.
pub(crate) async fn change(db: &DatabaseConnection, model: &booking::Model) -> Result<bool, DbErr> {
    let changed = booking::Entity::update_many()
        .col_expr(booking::Column::Rev, Expr::value(model.rev))
        .col_expr(booking::Column::Author, Expr::value(model.author.clone()))
        .col_expr(booking::Column::ChangedMs, Expr::value(model.changed_ms))
        .col_expr(booking::Column::Cancelled, Expr::value(model.cancelled))
        .col_expr(booking::Column::FirstMs, Expr::value(model.first_ms))
        .col_expr(booking::Column::LastMs, Expr::value(model.last_ms))
        .col_expr(booking::Column::Body, Expr::value(model.body.clone()))
        .filter(booking::Column::Id.eq(&model.id))
        .filter(booking::Column::Rev.eq(model.rev - 1))
        .exec(db)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Runs of those bookings.
///
/// # Errors
/// As the database says.
pub(crate) async fn runs_of(db: &DatabaseConnection, bookings: &[booking::Model]) -> Result<Vec<run::Model>, DbErr> {
    let ids = bookings.iter().map(|model| model.id.clone());
    run::Entity::find().filter(run::Column::Booking.is_in(ids)).all(db).await
}

/// Runs that are not over.
///
/// # Errors
/// As the database says.
pub(crate) async fn runs_under_way(db: &DatabaseConnection) -> Result<Vec<run::Model>, DbErr> {
    run::Entity::find().filter(run::Column::IsOver.eq(false)).order_by_asc(run::Column::Conference).all(db).await
}

/// Whether that conference was begun before.
///
/// # Errors
/// As the database says.
pub(crate) async fn has_run(db: &DatabaseConnection, conference: &str) -> Result<bool, DbErr> {
    Ok(run::Entity::find_by_id(conference).count(db).await? > 0)
}

/// Begins a run.
///
/// # Errors
/// As the database says, for instance when it was begun before.
pub(crate) async fn begin(db: &DatabaseConnection, model: run::Model) -> Result<(), DbErr> {
    run::Entity::insert(run::ActiveModel::from(model)).exec_without_returning(db).await.map(drop)
}

/// Keeps how far a run has come.
///
/// # Errors
/// As the database says.
pub(crate) async fn keep_progress(db: &DatabaseConnection, conference: &str, progress: String, is_over: bool) -> Result<(), DbErr> {
    run::Entity::update_many()
        .col_expr(run::Column::Progress, Expr::value(progress))
        .col_expr(run::Column::IsOver, Expr::value(is_over))
        .filter(run::Column::Conference.eq(conference))
        .exec(db)
        .await
        .map(drop)
}

/// Forgets a run, so that its occurrence can be opened again.
///
/// # Errors
/// As the database says.
pub(crate) async fn forget(db: &DatabaseConnection, conference: &str) -> Result<(), DbErr> {
    run::Entity::delete_by_id(conference).exec(db).await.map(drop)
}

//! Keeping injections and facts.

use mcu_api::ConferenceId;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::NotSet, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, Set};

use super::debrief::{Injection, SiteFact};
use super::entity::{State, fact, injection};
use crate::store::Store;

/// Facts kept of one conference: a day of the busiest desk is below a tenth of it.
const MAX_FACTS: u64 = 200_000;

const SITE: &str = "site";

/// Adds injections and gives them with their numbers.
pub(crate) async fn add(store: &Store, models: Vec<injection::Model>) -> Result<Vec<injection::Model>, DbErr> {
    let mut kept = Vec::new();
    for model in models {
        let mut row = model.into_active_model();
        row.id = NotSet;
        kept.push(injection::Entity::insert(row).exec_with_returning(store.db()).await?);
    }
    Ok(kept)
}

/// All injections of a conference, in the order they were made.
pub(crate) async fn injections(store: &Store, conference: &ConferenceId) -> Result<Vec<injection::Model>, DbErr> {
    injection::Entity::find()
        .filter(injection::Column::Conference.eq(conference.as_str()))
        .order_by_asc(injection::Column::Id)
        .all(store.db())
        .await
}

/// Keeps what changed of an injection, if it is still in the state it was thought to be in; whether it was.
pub(crate) async fn update(store: &Store, was: State, now: &injection::Model) -> Result<bool, DbErr> {
    let done = injection::Entity::update_many()
        .col_expr(injection::Column::State, Expr::value(now.state.clone()))
        .col_expr(injection::Column::BeganMs, Expr::value(now.began_ms))
        .col_expr(injection::Column::EndedMs, Expr::value(now.ended_ms))
        .col_expr(injection::Column::RoomFault, Expr::value(now.room_fault))
        .col_expr(injection::Column::Note, Expr::value(now.note.clone()))
        .filter(injection::Column::Id.eq(now.id))
        .filter(injection::Column::State.eq(was.name()))
        .exec(store.db())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Keeps what began or ended at a site; beyond the limit nothing more is kept.
pub(crate) async fn note(store: &Store, conference: &ConferenceId, site_fact: &SiteFact) -> Result<(), DbErr> {
    let count = fact::Entity::find().filter(fact::Column::Conference.eq(conference.as_str())).count(store.db()).await?;
    if count >= MAX_FACTS {
        return Ok(());
    }
    let body = serde_json::to_string(site_fact).map_err(|error| DbErr::Custom(error.to_string()))?;
    let row = fact::ActiveModel {
        id: NotSet,
        conference: Set(conference.as_str().to_owned()),
        at_ms: Set(i64::try_from(site_fact.at_ms).unwrap_or(i64::MAX)),
        kind: Set(SITE.to_owned()),
        body: Set(body),
    };
    fact::Entity::insert(row).exec_without_returning(store.db()).await.map(drop)
}

/// What began and ended at the sites of a conference. A row of another version that is not understood is left out.
pub(crate) async fn site_facts(store: &Store, conference: &ConferenceId) -> Result<Vec<SiteFact>, DbErr> {
    let rows = fact::Entity::find()
        .filter(fact::Column::Conference.eq(conference.as_str()))
        .filter(fact::Column::Kind.eq(SITE))
        .order_by_asc(fact::Column::Id)
        .all(store.db())
        .await?;
    Ok(rows.iter().filter_map(|row| serde_json::from_str(&row.body).ok()).collect())
}

/// The injections that really happened, as the debrief wants them; one that still works ends with `now_ms` for it.
pub(crate) fn happened(rows: &[injection::Model], now_ms: u64) -> Vec<Injection> {
    let ms = |value: i64| u64::try_from(value).unwrap_or(0);
    let one = |row: &injection::Model| {
        Some(Injection {
            id: row.id,
            site: mcu_api::SiteId::new(&row.site).ok()?,
            fault: serde_json::from_str(&row.fault).ok()?,
            began_ms: ms(row.began_ms?),
            ended_ms: row.ended_ms.map_or(now_ms, ms),
            hidden: row.hidden,
        })
    };
    rows.iter().filter_map(one).collect()
}

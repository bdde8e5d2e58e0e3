//! The chronicle in the database.
//!
//! Bounded: [`MAX_MEETINGS`] meetings, each with at most [`MAX_REVISIONS`] revisions and [`MAX_ENTRIES`] entries. A meeting of three hours with thirteen sites is
//! about 1,000 facts of 0.6 kB and some hundred entries of 0.1 kB.

use mcu_api::{ConferenceId, Envelope};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    TransactionTrait,
};

use super::entity::{fact, meeting, seen};
use super::entry::{Entry, What};
use crate::app::App;

/// Meetings kept; the oldest ended one goes for a new one. Four on each working day of a year.
const MAX_MEETINGS: u64 = 1_000;
/// Revisions kept of a meeting: twenty times a long day's.
pub(super) const MAX_REVISIONS: u64 = 100_000;
/// Entries kept of a meeting besides: thirteen bad lines told every minute of a day are 18,720.
pub(super) const MAX_ENTRIES: i64 = 50_000;
/// Rows in one statement: each has five values, and SQLite takes 32,766 of them.
const ROWS: usize = 500;

/// How far a meeting is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It runs.
    Running,
    /// It has ended and everything of it is here.
    Ended,
    /// The MCU knows it no longer, and nobody saw its end.
    Lost,
}

impl State {
    /// Its name in the database.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ended => "ended",
            Self::Lost => "lost",
        }
    }

    /// The state of that name.
    pub(super) fn of(name: &str) -> Self {
        [Self::Running, Self::Ended].into_iter().find(|state| state.name() == name).unwrap_or(Self::Lost)
    }
}

/// The chronicle's part of the database.
#[derive(Clone)]
pub(super) struct Chronicle {
    db: DatabaseConnection,
}

/// What is written together, or not at all.
#[derive(Default)]
pub(super) struct Writing<'a> {
    /// The meeting as it is after.
    pub(super) meeting: Option<&'a meeting::Model>,
    /// Journalled facts, all of each revision.
    pub(super) facts: &'a [Envelope],
    /// Entries, the first of which gets this number.
    pub(super) entries: (i64, &'a [Entry]),
}

impl Chronicle {
    /// The chronicle of that console.
    pub(super) fn of(app: &App) -> Self {
        Self { db: app.store.db().clone() }
    }

    /// In that database.
    #[cfg(test)]
    pub(super) const fn at(db: DatabaseConnection) -> Self {
        Self { db }
    }

    /// The meeting of that id.
    ///
    /// # Errors
    /// As the database says.
    pub(super) async fn meeting(&self, id: &str) -> Result<Option<meeting::Model>, DbErr> {
        meeting::Entity::find_by_id(id).one(&self.db).await
    }

    /// The latest run of a conference.
    ///
    /// # Errors
    /// As the database says.
    #[allow(dead_code, reason = "for `entries`")]
    pub(super) async fn latest(&self, conference: &ConferenceId) -> Result<Option<meeting::Model>, DbErr> {
        let runs = meeting::Entity::find().filter(meeting::Column::Conference.eq(conference.as_str()));
        runs.order_by_desc(meeting::Column::OpenedAtMs).one(&self.db).await
    }

    /// Meetings, the latest first, and how many there are.
    ///
    /// # Errors
    /// As the database says.
    pub(super) async fn meetings(&self, skip: u64, limit: u64) -> Result<(Vec<meeting::Model>, u64), DbErr> {
        let total = meeting::Entity::find().count(&self.db).await?;
        let all = meeting::Entity::find().order_by_desc(meeting::Column::OpenedAtMs).order_by_asc(meeting::Column::Id);
        Ok((all.offset(skip).limit(limit).all(&self.db).await?, total))
    }

    /// Those that were running when they were last heard of.
    ///
    /// # Errors
    /// As the database says.
    pub(super) async fn running(&self) -> Result<Vec<meeting::Model>, DbErr> {
        meeting::Entity::find().filter(meeting::Column::State.eq(State::Running.name())).all(&self.db).await
    }

    /// Adds a meeting unless it is there, and takes away the oldest that are too many.
    ///
    /// # Errors
    /// As the database says.
    pub(super) async fn begin(&self, model: meeting::Model) -> Result<(), DbErr> {
        let known = OnConflict::column(meeting::Column::Id).do_nothing().to_owned();
        meeting::Entity::insert(meeting::ActiveModel::from(model)).on_conflict(known).exec_without_returning(&self.db).await?;
        let total = meeting::Entity::find().count(&self.db).await?;
        let over = meeting::Entity::find().filter(meeting::Column::State.ne(State::Running.name()));
        let oldest = over.order_by_asc(meeting::Column::OpenedAtMs).limit(total.saturating_sub(MAX_MEETINGS)).all(&self.db).await?;
        for old in oldest {
            self.forget(&old.id).await?;
        }
        Ok(())
    }

    async fn forget(&self, id: &str) -> Result<(), DbErr> {
        let change = self.db.begin().await?;
        fact::Entity::delete_many().filter(fact::Column::Meeting.eq(id)).exec(&change).await?;
        seen::Entity::delete_many().filter(seen::Column::Meeting.eq(id)).exec(&change).await?;
        meeting::Entity::delete_by_id(id).exec(&change).await?;
        change.commit().await
    }

    /// Writes all of it or nothing. Facts and entries that are there already stay as they are.
    ///
    /// # Errors
    /// As the database says; nothing is written then.
    pub(super) async fn write(&self, id: &str, writing: &Writing<'_>) -> Result<(), DbErr> {
        // A change that begins with writing waits for its turn; one that reads first could be refused.
        let change = self.db.begin().await?;
        if let Some(meeting) = writing.meeting {
            update(&change, meeting).await?;
        }
        let mut rows = Vec::with_capacity(writing.facts.len());
        let (mut rev, mut place) = (0, 0);
        for envelope in writing.facts {
            place = if envelope.rev.0 == rev { place + 1 } else { 0 };
            rev = envelope.rev.0;
            rows.push(fact::ActiveModel::from(fact::Model {
                meeting: id.to_owned(),
                rev: number(rev),
                place,
                at_ms: number(envelope.at_ms),
                body: json(envelope)?,
            }));
        }
        let known = OnConflict::columns([fact::Column::Meeting, fact::Column::Rev, fact::Column::Place]).do_nothing().to_owned();
        for some in rows.chunks(ROWS) {
            fact::Entity::insert_many(some.to_vec()).on_conflict(known.clone()).exec_without_returning(&change).await?;
        }
        let (first, entries) = writing.entries;
        let known = OnConflict::columns([seen::Column::Meeting, seen::Column::Number]).do_nothing().to_owned();
        let mut rows = Vec::with_capacity(entries.len());
        for (number_of, entry) in (first..).zip(entries) {
            let model = seen::Model { meeting: id.to_owned(), number: number_of, at_ms: number(entry.at_ms), body: json(entry)? };
            rows.push(seen::ActiveModel::from(model));
        }
        for some in rows.chunks(ROWS) {
            seen::Entity::insert_many(some.to_vec()).on_conflict(known.clone()).exec_without_returning(&change).await?;
        }
        change.commit().await
    }

    /// Everything kept of a meeting from a time on (ms since 1970), as it lies there.
    ///
    /// # Errors
    /// As the database says.
    pub(super) async fn rows(&self, id: &str, from_ms: u64) -> Result<Rows, DbErr> {
        let facts = fact::Entity::find().filter(fact::Column::Meeting.eq(id)).filter(fact::Column::AtMs.gte(number(from_ms)));
        let facts = facts.order_by_asc(fact::Column::Rev).order_by_asc(fact::Column::Place).all(&self.db).await?;
        let seen = seen::Entity::find().filter(seen::Column::Meeting.eq(id)).filter(seen::Column::AtMs.gte(number(from_ms)));
        Ok(Rows { facts, seen: seen.order_by_asc(seen::Column::Number).all(&self.db).await? })
    }
}

/// What is kept of a meeting. Reading it takes a while for a long one.
pub(super) struct Rows {
    facts: Vec<fact::Model>,
    seen: Vec<seen::Model>,
}

impl Rows {
    /// As entries in order of time.
    ///
    /// # Errors
    /// When a row is not understood.
    pub(super) fn entries(self) -> Result<Vec<Entry>, DbErr> {
        let mut entries = Vec::with_capacity(self.facts.len() + self.seen.len());
        for row in self.facts {
            let envelope: Envelope = read(&row.body)?;
            entries.push(Entry { at_ms: envelope.at_ms, site: None, what: What::Fact { envelope: Box::new(envelope) } });
        }
        for row in self.seen {
            entries.push(read(&row.body)?);
        }
        entries.sort_by_key(|entry| entry.at_ms);
        Ok(entries)
    }
}

async fn update(db: &impl ConnectionTrait, model: &meeting::Model) -> Result<(), DbErr> {
    let update = meeting::Entity::update_many()
        .col_expr(meeting::Column::Title, Expr::value(model.title.clone()))
        .col_expr(meeting::Column::EndedAtMs, Expr::value(model.ended_at_ms))
        .col_expr(meeting::Column::State, Expr::value(model.state.clone()))
        .col_expr(meeting::Column::LastRev, Expr::value(model.last_rev))
        .col_expr(meeting::Column::SeenMs, Expr::value(model.seen_ms))
        .col_expr(meeting::Column::NextEntry, Expr::value(model.next_entry))
        .col_expr(meeting::Column::Look, Expr::value(model.look.clone()));
    update.filter(meeting::Column::Id.eq(&model.id)).exec(db).await.map(drop)
}

/// The journalled facts of the latest run of a conference in order of revision; empty when the chronicle knows none.
///
/// # Errors
/// As the database says, and when a row is not understood.
pub(crate) async fn envelopes(app: &App, conference: &ConferenceId) -> Result<Vec<Envelope>, DbErr> {
    let chronicle = Chronicle::of(app);
    match chronicle.latest(conference).await? {
        Some(run) => chronicle.rows(&run.id, 0).await?.facts.iter().map(|row| read(&row.body)).collect(),
        None => Ok(Vec::new()),
    }
}

/// A count as the database keeps it.
pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn json(value: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Custom(error.to_string()))
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(|error| DbErr::Custom(format!("a row of the chronicle is not understood: {error}")))
}

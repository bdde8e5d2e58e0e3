//! The database: opening it and what is asked of it.

use std::path::Path;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, EntityTrait, ExprTrait,
    PaginatorTrait, QueryFilter, QueryOrder, Set,
};
use sea_orm_migration::MigratorTrait;

use crate::entity::{account, pairing_code, room, session};
use crate::lockout::{Failures, MAX_FAILURES};
use crate::migration::Migrator;
use crate::secret;

/// Connections kept at most: one process with short queries; SQLite writes one at a time anyway.
const MAX_CONNECTIONS: u32 = 8;
/// Sessions of one account at most; the oldest go first.
const MAX_SESSIONS: u64 = 16;
/// Rooms at most: eight times the 13 of one deployment, as for sites.
pub(crate) const MAX_ROOMS: u64 = 104;

/// The console's database.
#[derive(Clone)]
pub struct Store {
    db: DatabaseConnection,
}

impl Store {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// As the database says.
    pub async fn open(url: Option<&str>, data_dir: &Path) -> Result<Self, DbErr> {
        let file = data_dir.join("console.sqlite");
        let default = format!("sqlite://{}", file.display());
        if url.is_none() && !file.exists() {
            // Made here, because the library would let everybody read it.
            secret::create_private(&file, "").map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        let mut options = ConnectOptions::new(url.map_or(default, str::to_owned));
        options.max_connections(MAX_CONNECTIONS).sqlx_logging(false);
        let db = Database::connect(options).await?;
        if db.get_database_backend() == sea_orm::DbBackend::Sqlite {
            // Readers do not wait for the writer, and the command-line helpers may write beside the server.
            db.execute_unprepared("PRAGMA journal_mode = WAL").await?;
        }
        Migrator::up(&db, None).await?;
        Ok(Self { db })
    }

    /// For modules that keep tables of their own.
    pub(crate) const fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// As the database says.
    pub async fn count_accounts(&self) -> Result<u64, DbErr> {
        account::Entity::find().count(&self.db).await
    }

    /// Adds an account.
    ///
    /// # Errors
    /// As the database says, for instance when the name is taken.
    pub async fn add_account(&self, model: account::Model) -> Result<(), DbErr> {
        account::Entity::insert(account::ActiveModel::from(model)).exec_without_returning(&self.db).await.map(drop)
    }

    /// The account of that name.
    ///
    /// # Errors
    /// As the database says.
    pub async fn account(&self, name: &str) -> Result<Option<account::Model>, DbErr> {
        account::Entity::find_by_id(name).one(&self.db).await
    }

    /// Keeps an account's failures.
    ///
    /// # Errors
    /// As the database says.
    pub async fn set_failures(&self, name: &str, failures: Failures) -> Result<(), DbErr> {
        account::Entity::update_many()
            .col_expr(account::Column::FailedCount, Expr::value(failures.count))
            .col_expr(account::Column::LockedUntilS, Expr::value(failures.locked_until_s))
            .filter(account::Column::Name.eq(name))
            .exec(&self.db)
            .await
            .map(drop)
    }

    /// Adds a session, and ends the account's oldest ones beyond the limit and everybody's that are over.
    ///
    /// # Errors
    /// As the database says.
    pub async fn add_session(&self, model: session::Model, over_before_s: i64) -> Result<(), DbErr> {
        session::Entity::delete_many().filter(session::Column::CreatedS.lt(over_before_s)).exec(&self.db).await?;
        let mine = session::Entity::find().filter(session::Column::Account.eq(&model.account));
        let all = mine.order_by_desc(session::Column::CreatedS).all(&self.db).await?;
        let keep = usize::try_from(MAX_SESSIONS).unwrap_or(usize::MAX).saturating_sub(1);
        for old in all.into_iter().skip(keep) {
            session::Entity::delete_by_id(old.token_hash).exec(&self.db).await?;
        }
        session::Entity::insert(session::ActiveModel::from(model)).exec_without_returning(&self.db).await.map(drop)
    }

    /// The session of that hash, with its account.
    ///
    /// # Errors
    /// As the database says.
    pub async fn session(&self, token_hash: &str) -> Result<Option<(session::Model, account::Model)>, DbErr> {
        let Some(session) = session::Entity::find_by_id(token_hash).one(&self.db).await? else { return Ok(None) };
        Ok(self.account(&session.account).await?.map(|account| (session, account)))
    }

    /// Notes that the person acted.
    ///
    /// # Errors
    /// As the database says.
    pub async fn touch_session(&self, token_hash: &str, now_s: i64) -> Result<(), DbErr> {
        session::Entity::update_many()
            .col_expr(session::Column::SeenS, Expr::value(now_s))
            .filter(session::Column::TokenHash.eq(token_hash))
            .exec(&self.db)
            .await
            .map(drop)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// As the database says.
    pub async fn end_session(&self, token_hash: &str) -> Result<(), DbErr> {
        session::Entity::delete_by_id(token_hash).exec(&self.db).await.map(drop)
    }

    /// Replaces the room's pairing code.
    ///
    /// # Errors
    /// As the database says.
    pub async fn set_pairing_code(&self, model: pairing_code::Model) -> Result<(), DbErr> {
        pairing_code::Entity::delete_by_id(&model.room).exec(&self.db).await?;
        pairing_code::Entity::insert(pairing_code::ActiveModel::from(model)).exec_without_returning(&self.db).await.map(drop)
    }

    /// Uses up the room's code if it is that one, still valid, and not tried too often; says whether it was.
    ///
    /// # Errors
    /// As the database says.
    pub async fn use_pairing_code(&self, room: &str, code_hash: &str, now_s: i64) -> Result<bool, DbErr> {
        // One statement, so that of two rooms with the same code one wins.
        let used = pairing_code::Entity::delete_many()
            .filter(pairing_code::Column::Room.eq(room))
            .filter(pairing_code::Column::CodeHash.eq(code_hash))
            .filter(pairing_code::Column::ExpiresS.gt(now_s))
            .filter(pairing_code::Column::FailedCount.lt(MAX_FAILURES))
            .exec(&self.db)
            .await?;
        if used.rows_affected == 1 {
            return Ok(true);
        }
        pairing_code::Entity::update_many()
            .col_expr(pairing_code::Column::FailedCount, Expr::col(pairing_code::Column::FailedCount).add(1))
            .filter(pairing_code::Column::Room.eq(room))
            .exec(&self.db)
            .await?;
        Ok(false)
    }

    /// All enrolled rooms by id.
    ///
    /// # Errors
    /// As the database says.
    pub async fn rooms(&self) -> Result<Vec<room::Model>, DbErr> {
        room::Entity::find().order_by_asc(room::Column::Id).all(&self.db).await
    }

    /// The enrolled room of that id.
    ///
    /// # Errors
    /// As the database says.
    pub async fn room(&self, id: &str) -> Result<Option<room::Model>, DbErr> {
        room::Entity::find_by_id(id).one(&self.db).await
    }

    /// Keeps a room's key, replacing an earlier one; `false` when there are too many rooms.
    ///
    /// # Errors
    /// As the database says.
    pub async fn enrol_room(&self, model: room::Model) -> Result<bool, DbErr> {
        if self.room(&model.id).await?.is_some() {
            let mut known = room::ActiveModel::from(model.clone());
            known.public_key_pem = Set(model.public_key_pem);
            known.enrolled_s = Set(model.enrolled_s);
            return known.update(&self.db).await.map(|_| true);
        }
        if room::Entity::find().count(&self.db).await? >= MAX_ROOMS {
            return Ok(false);
        }
        room::Entity::insert(room::ActiveModel::from(model)).exec_without_returning(&self.db).await.map(|_| true)
    }
}

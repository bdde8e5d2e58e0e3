//! The table of keys.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string, text};

use crate::entity::account;
use crate::store::Store;

/// Keys of one person at most: a control surface, a script, some more.
const MAX_KEYS: u64 = 16;

/// A program's key.
#[expect(unreachable_pub, reason = "the derived items are public, and nobody outside sees the module")]
pub(crate) mod program_key {
    use sea_orm::entity::prelude::*;

    /// One key.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "program_keys")]
    pub struct Model {
        /// Names it without being it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// SHA-256 of the key.
        pub key_hash: String,
        /// Whose.
        pub account: String,
        /// What it is for.
        pub name: String,
        /// Its rights, by spaces.
        pub rights: String,
        /// Seconds since 1970.
        pub created_s: i64,
        /// Seconds since 1970.
        pub expires_s: i64,
        /// Seconds since 1970; 0 when never.
        pub used_s: i64,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The step that makes the table.
pub(crate) struct ProgramKeys;

impl MigrationName for ProgramKeys {
    fn name(&self) -> &'static str {
        "m0002_program_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ProgramKeys {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut keys = Table::create();
        let id = ColumnDef::new("id").string().not_null().primary_key().take();
        keys.table("program_keys").col(id).col(string("key_hash").unique_key()).col(string("account")).col(string("name"));
        keys.col(text("rights")).col(big_integer("created_s")).col(big_integer("expires_s")).col(big_integer("used_s").default(0));
        manager.create_table(keys).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("program_keys").take()).await
    }
}

impl Store {
    /// The key of that hash, with its account.
    pub(crate) async fn program_key(&self, key_hash: &str) -> Result<Option<(program_key::Model, account::Model)>, DbErr> {
        let found = program_key::Entity::find().filter(program_key::Column::KeyHash.eq(key_hash)).one(self.db()).await?;
        let Some(key) = found else { return Ok(None) };
        Ok(self.account(&key.account).await?.map(|account| (key, account)))
    }

    /// Notes that a key was used.
    pub(crate) async fn note_program_key(&self, id: &str, now_s: i64) -> Result<(), DbErr> {
        let noted = program_key::Entity::update_many().col_expr(program_key::Column::UsedS, Expr::value(now_s));
        noted.filter(program_key::Column::Id.eq(id)).exec(self.db()).await.map(drop)
    }

    /// A person's keys, newest first.
    pub(crate) async fn program_keys(&self, account: &str) -> Result<Vec<program_key::Model>, DbErr> {
        let mine = program_key::Entity::find().filter(program_key::Column::Account.eq(account));
        mine.order_by_desc(program_key::Column::CreatedS).all(self.db()).await
    }

    /// Keeps a key and forgets those that are over; `false` when the person has too many.
    pub(crate) async fn add_program_key(&self, model: program_key::Model, now_s: i64) -> Result<bool, DbErr> {
        program_key::Entity::delete_many().filter(program_key::Column::ExpiresS.lte(now_s)).exec(self.db()).await?;
        let mine = program_key::Entity::find().filter(program_key::Column::Account.eq(&model.account));
        if mine.count(self.db()).await? >= MAX_KEYS {
            return Ok(false);
        }
        program_key::Entity::insert(program_key::ActiveModel::from(model)).exec_without_returning(self.db()).await.map(|_| true)
    }

    /// Whether that key is that person's.
    pub(crate) async fn has_program_key(&self, account: &str, id: &str) -> Result<bool, DbErr> {
        Ok(program_key::Entity::find_by_id(id).one(self.db()).await?.is_some_and(|key| key.account == account))
    }

    /// Forgets that key of that person.
    pub(crate) async fn delete_program_key(&self, account: &str, id: &str) -> Result<(), DbErr> {
        let one = program_key::Entity::delete_many().filter(program_key::Column::Id.eq(id));
        one.filter(program_key::Column::Account.eq(account)).exec(self.db()).await.map(drop)
    }
}

//! What is kept of rehearsals: the injections with their exact times, and what happened in the conference meanwhile.

#![expect(unreachable_pub, reason = "the derive wants its models public")]

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, integer, string, text};

/// One fault put, or to be put, into one room.
pub(crate) mod injection {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rehearsal_injections")]
    pub struct Model {
        /// Number.
        #[sea_orm(primary_key)]
        pub id: i32,
        /// In which conference.
        pub conference: String,
        /// Into which site's room.
        pub site: String,
        /// The fault as JSON.
        pub fault: String,
        /// For how long.
        pub for_s: i32,
        /// Of its chance.
        pub seed: i64,
        /// Who ordered it.
        pub author: String,
        /// Only its author sees it before it is over.
        pub hidden: bool,
        /// The exercise it belongs to; empty when none.
        pub exercise: String,
        /// When it shall begin, ms since 1970.
        pub due_ms: i64,
        /// When it began.
        pub began_ms: Option<i64>,
        /// When it ended.
        pub ended_ms: Option<i64>,
        /// Its number in the room.
        pub room_fault: Option<i64>,
        /// See [`super::State`].
        pub state: String,
        /// Why it was not taken.
        pub note: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One thing that happened.
pub(crate) mod fact {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rehearsal_facts")]
    pub struct Model {
        /// Number.
        #[sea_orm(primary_key)]
        pub id: i32,
        /// In which conference.
        pub conference: String,
        /// When, ms since 1970.
        pub at_ms: i64,
        /// `site`; earlier versions kept others.
        pub kind: String,
        /// As JSON.
        pub body: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Life of an injection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// To come.
    Planned,
    /// At work.
    Active,
    /// Over.
    Ended,
    /// The room did not take it.
    Refused,
    /// Taken back before it began.
    Cancelled,
}

impl State {
    /// As kept.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Tables of rehearsals.
pub(crate) struct RehearsalTables;

impl MigrationName for RehearsalTables {
    fn name(&self) -> &'static str {
        "m0002_rehearsal"
    }
}

fn number() -> ColumnDef {
    ColumnDef::new("id").integer().not_null().auto_increment().primary_key().take()
}

#[async_trait::async_trait]
impl MigrationTrait for RehearsalTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut injections = Table::create();
        injections.table("rehearsal_injections").col(number()).col(string("conference")).col(string("site"));
        injections.col(text("fault")).col(integer("for_s")).col(big_integer("seed")).col(string("author"));
        injections.col(boolean("hidden")).col(string("exercise")).col(big_integer("due_ms"));
        injections.col(big_integer_null("began_ms")).col(big_integer_null("ended_ms")).col(big_integer_null("room_fault"));
        injections.col(string("state")).col(text("note"));
        manager.create_table(injections).await?;

        let mut facts = Table::create();
        facts.table("rehearsal_facts").col(number()).col(string("conference")).col(big_integer("at_ms"));
        facts.col(string("kind")).col(text("body"));
        manager.create_table(facts).await?;
        let index = Index::create().name("rehearsal_facts_of").table("rehearsal_facts").col("conference").col("at_ms").take();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["rehearsal_facts", "rehearsal_injections"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

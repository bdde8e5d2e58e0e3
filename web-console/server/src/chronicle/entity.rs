//! The chronicle's tables as SeaORM entities.

#![allow(unreachable_pub, reason = "the derive wants public models and relations")]

/// Meetings: each run of a conference.
pub(crate) mod meeting {
    use sea_orm::entity::prelude::*;

    /// One run.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chronicle_meetings")]
    pub struct Model {
        /// The conference's id, a hyphen and when it was opened.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The conference's id, which later runs may have too.
        pub conference: String,
        /// Title.
        pub title: String,
        /// Milliseconds since 1970.
        pub opened_at_ms: i64,
        /// Milliseconds since 1970; `None` while it runs, and when nobody saw the end.
        pub ended_at_ms: Option<i64>,
        /// See `store::State`.
        pub state: String,
        /// Up to which revision facts are kept.
        pub last_rev: i64,
        /// When it was last heard of, by the MCU's clock.
        pub seen_ms: i64,
        /// Number of the next entry.
        pub next_entry: i64,
        /// The last look, JSON.
        pub look: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Journalled facts.
pub(crate) mod fact {
    use sea_orm::entity::prelude::*;

    /// One fact.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chronicle_facts")]
    pub struct Model {
        /// Of which meeting.
        #[sea_orm(primary_key, auto_increment = false)]
        pub meeting: String,
        /// Its revision.
        #[sea_orm(primary_key, auto_increment = false)]
        pub rev: i64,
        /// Its place among the facts of that revision, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i32,
        /// Milliseconds since 1970.
        pub at_ms: i64,
        /// The envelope, JSON.
        pub body: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was seen besides.
pub(crate) mod seen {
    use sea_orm::entity::prelude::*;

    /// One entry.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chronicle_entries")]
    pub struct Model {
        /// Of which meeting.
        #[sea_orm(primary_key, auto_increment = false)]
        pub meeting: String,
        /// In order of being written.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        /// Milliseconds since 1970.
        pub at_ms: i64,
        /// The entry, JSON.
        pub body: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

//! The table of seats: the last word of each room, so that a restarted console goes on with the same revisions.

#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

use room_api::SeatWord;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseConnection, Set};
use sea_orm_migration::prelude::{MigrationName, MigrationTrait, SchemaManager, Table};
use sea_orm_migration::schema::{big_integer, string_null};

/// One room's last word.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "room_seats")]
pub struct Model {
    /// Which room.
    #[sea_orm(primary_key, auto_increment = false)]
    pub room: String,
    /// Of the word.
    pub revision: i64,
    /// Which conference; none: its own standing one.
    pub conference: Option<String>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// All words kept.
///
/// # Errors
/// As the database says.
pub(crate) async fn all(db: &DatabaseConnection) -> Result<Vec<(String, SeatWord)>, DbErr> {
    let word = |model: Model| {
        let revision = u64::try_from(model.revision).unwrap_or_default();
        (model.room, SeatWord { revision, conference: model.conference })
    };
    Ok(Entity::find().all(db).await?.into_iter().map(word).collect())
}

/// Keeps a room's word in place of the one before.
///
/// # Errors
/// As the database says.
pub(crate) async fn keep(db: &DatabaseConnection, room: &str, word: &SeatWord) -> Result<(), DbErr> {
    let revision = i64::try_from(word.revision).map_err(|error| DbErr::Custom(error.to_string()))?;
    let model = ActiveModel { room: Set(room.to_owned()), revision: Set(revision), conference: Set(word.conference.clone()) };
    let replace = OnConflict::column(Column::Room).update_columns([Column::Revision, Column::Conference]).to_owned();
    Entity::insert(model).on_conflict(replace).exec_without_returning(db).await.map(drop)
}

/// The table, made.
pub(crate) struct SeatTable;

impl MigrationName for SeatTable {
    fn name(&self) -> &'static str {
        "m0011_room_seats"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SeatTable {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut seats = Table::create();
        seats.table("room_seats").col(crate::migration::key("room")).col(big_integer("revision")).col(string_null("conference"));
        manager.create_table(seats).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("room_seats").take()).await
    }
}

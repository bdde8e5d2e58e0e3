//! The table of the scene round: one row, so that a restarted console still tells the rooms that wait.

#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseConnection, Set};
use sea_orm_migration::prelude::{MigrationName, MigrationTrait, SchemaManager, Table};
use sea_orm_migration::schema::text;

use super::round::SceneRound;

/// Name of the one row.
const CURRENT: &str = "current";

/// The round as JSON.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scene_rounds")]
pub struct Model {
    /// Always the same.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The round.
    pub round: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The round kept; one that is not understood is as none.
///
/// # Errors
/// As the database says.
pub(crate) async fn kept(db: &DatabaseConnection) -> Result<Option<SceneRound>, DbErr> {
    let Some(model) = Entity::find_by_id(CURRENT).one(db).await? else { return Ok(None) };
    Ok(serde_json::from_str(&model.round).inspect_err(|error| tracing::warn!(%error, "the scene round kept is not understood")).ok())
}

/// Keeps it in place of the one before.
///
/// # Errors
/// As the database says.
pub(crate) async fn keep(db: &DatabaseConnection, round: &SceneRound) -> Result<(), DbErr> {
    let words = serde_json::to_string(round).map_err(|error| DbErr::Custom(error.to_string()))?;
    let model = ActiveModel { id: Set(CURRENT.to_owned()), round: Set(words) };
    let replace = OnConflict::column(Column::Id).update_column(Column::Round).to_owned();
    Entity::insert(model).on_conflict(replace).exec_without_returning(db).await.map(drop)
}

/// The table, made.
pub(crate) struct RoundTable;

impl MigrationName for RoundTable {
    fn name(&self) -> &'static str {
        "m0012_scene_rounds"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for RoundTable {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut rounds = Table::create();
        rounds.table("scene_rounds").col(crate::migration::key("id")).col(text("round"));
        manager.create_table(rounds).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("scene_rounds").take()).await
    }
}

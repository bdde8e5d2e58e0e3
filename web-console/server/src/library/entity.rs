//! The library's table.

#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

use sea_orm::entity::prelude::*;

/// One document.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "library_documents")]
pub struct Model {
    /// Kind by name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// Name within the kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Counts its changes, from 1.
    pub rev: i64,
    /// Account.
    pub author: String,
    /// Milliseconds since 1970.
    pub changed_ms: i64,
    /// JSON.
    #[sea_orm(column_type = "Text")]
    pub value: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

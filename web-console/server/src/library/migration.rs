//! The library's table, made.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string, text};

/// Documents by kind and name.
pub(crate) struct LibraryTable;

impl MigrationName for LibraryTable {
    fn name(&self) -> &'static str {
        "m0002_library"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for LibraryTable {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut documents = Table::create();
        documents.table("library_documents").col(string("kind")).col(string("name")).col(big_integer("rev"));
        documents.col(string("author")).col(big_integer("changed_ms")).col(text("value"));
        documents.primary_key(Index::create().col("kind").col("name"));
        manager.create_table(documents).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("library_documents").take()).await
    }
}

//! The chronicle's tables.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, string, text};

/// Meetings, their facts and what was seen of them.
pub(crate) struct ChronicleTables;

impl MigrationName for ChronicleTables {
    fn name(&self) -> &'static str {
        "m0010_chronicle"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ChronicleTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut meetings = Table::create();
        meetings.table("chronicle_meetings").col(ColumnDef::new("id").string().not_null().primary_key().take());
        meetings.col(string("conference")).col(text("title")).col(big_integer("opened_at_ms")).col(big_integer_null("ended_at_ms"));
        meetings.col(string("state")).col(big_integer("last_rev")).col(big_integer("seen_ms")).col(big_integer("next_entry"));
        meetings.col(text("look"));
        manager.create_table(meetings).await?;

        let mut facts = Table::create();
        facts.table("chronicle_facts").col(string("meeting")).col(big_integer("rev")).col(integer("place"));
        facts.col(big_integer("at_ms")).col(text("body"));
        facts.primary_key(Index::create().col("meeting").col("rev").col("place"));
        manager.create_table(facts).await?;

        let mut entries = Table::create();
        entries.table("chronicle_entries").col(string("meeting")).col(big_integer("number"));
        entries.col(big_integer("at_ms")).col(text("body"));
        entries.primary_key(Index::create().col("meeting").col("number"));
        manager.create_table(entries).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["chronicle_entries", "chronicle_facts", "chronicle_meetings"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

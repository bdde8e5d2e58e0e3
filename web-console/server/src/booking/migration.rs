//! The tables of booking, made.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, string, text};

/// Bookings, and what of them was begun.
pub(crate) struct BookingTables;

impl MigrationName for BookingTables {
    fn name(&self) -> &'static str {
        "m0003_bookings"
    }
}

fn key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string().not_null().primary_key().take()
}

#[async_trait::async_trait]
impl MigrationTrait for BookingTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut bookings = Table::create();
        bookings.table("bookings").col(key("id")).col(big_integer("rev")).col(string("author")).col(big_integer("changed_ms"));
        bookings.col(boolean("cancelled")).col(big_integer("first_ms")).col(big_integer("last_ms")).col(text("body"));
        manager.create_table(bookings).await?;

        let mut runs = Table::create();
        runs.table("booking_runs").col(key("conference")).col(string("booking")).col(string("slot")).col(boolean("is_over"));
        runs.col(text("opening")).col(text("progress"));
        manager.create_table(runs).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["booking_runs", "bookings"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

//! Steps by which the database becomes what this version expects.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, string, text};

use crate::program_keys::ProgramKeys;

/// All steps in order.
pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(FirstTables),
            Box::new(ProgramKeys),
            Box::new(crate::library::migration::LibraryTable),
            Box::new(crate::booking::migration::BookingTables),
            Box::new(crate::chronicle::ChronicleTables),
            Box::new(crate::rehearsal::entity::RehearsalTables),
            Box::new(crate::seating::entity::SeatTable),
            Box::new(crate::scenes::entity::RoundTable),
        ]
    }
}

/// Accounts, sessions, rooms and pairing codes.
struct FirstTables;

impl MigrationName for FirstTables {
    fn name(&self) -> &'static str {
        "m0001_first_tables"
    }
}

pub(crate) fn key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string().not_null().primary_key().take()
}

#[async_trait::async_trait]
impl MigrationTrait for FirstTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut accounts = Table::create();
        accounts.table("accounts").col(key("name")).col(string("display")).col(string("role")).col(string("password_hash"));
        accounts.col(integer("failed_count").default(0)).col(big_integer("locked_until_s").default(0));
        manager.create_table(accounts).await?;

        let mut sessions = Table::create();
        sessions.table("sessions").col(key("token_hash")).col(string("account"));
        sessions.col(big_integer("created_s")).col(big_integer("seen_s"));
        manager.create_table(sessions).await?;

        let mut rooms = Table::create();
        rooms.table("rooms").col(key("id")).col(text("public_key_pem")).col(big_integer("enrolled_s"));
        manager.create_table(rooms).await?;

        let mut codes = Table::create();
        codes.table("pairing_codes").col(key("room")).col(string("code_hash")).col(big_integer("expires_s"));
        codes.col(integer("failed_count").default(0));
        manager.create_table(codes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["pairing_codes", "rooms", "sessions", "accounts"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

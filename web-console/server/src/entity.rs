//! Tables as SeaORM entities.

/// People.
pub(crate) mod account {
    use sea_orm::entity::prelude::*;

    /// One person, one account.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub struct Model {
        /// Name typed at sign-in.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// Name shown.
        pub display: String,
        /// See `role`.
        pub role: String,
        /// Argon2id PHC string.
        pub password_hash: String,
        /// Failed sign-ins in a row.
        pub failed_count: i32,
        /// Seconds since 1970; 0 when not locked.
        pub locked_until_s: i64,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Signed-in browsers.
pub(crate) mod session {
    use sea_orm::entity::prelude::*;

    /// One signed-in browser.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        /// SHA-256 of the cookie's token.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        /// Whose.
        pub account: String,
        /// Seconds since 1970.
        pub created_s: i64,
        /// When the person last acted; seconds since 1970.
        pub seen_s: i64,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Enrolled rooms.
pub(crate) mod room {
    use sea_orm::entity::prelude::*;

    /// A room whose key is known.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rooms")]
    pub struct Model {
        /// Same as its site's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Ed25519, SPKI PEM.
        pub public_key_pem: String,
        /// Seconds since 1970.
        pub enrolled_s: i64,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Codes by which rooms enrol.
pub(crate) mod pairing_code {
    use sea_orm::entity::prelude::*;

    /// The one valid code of a room.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pairing_codes")]
    pub struct Model {
        /// For which room.
        #[sea_orm(primary_key, auto_increment = false)]
        pub room: String,
        /// SHA-256 of room and code.
        pub code_hash: String,
        /// Seconds since 1970.
        pub expires_s: i64,
        /// Wrong codes tried on this room since the code was made.
        pub failed_count: i32,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

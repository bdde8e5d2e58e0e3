//! The tables of booking.

#![expect(unreachable_pub, reason = "SeaORM derives public items beside these")]

/// What is booked.
pub(crate) mod booking {
    use sea_orm::entity::prelude::*;

    /// One booking.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bookings")]
    pub struct Model {
        /// Lower-case letters and digits.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Counts its changes, from 1.
        pub rev: i64,
        /// Account that changed it last.
        pub author: String,
        /// Milliseconds since 1970.
        pub changed_ms: i64,
        /// Nothing of it will be opened.
        pub cancelled: bool,
        /// First call, ms since 1970.
        pub first_ms: i64,
        /// Last end, ms since 1970.
        pub last_ms: i64,
        /// `BookingBody` as JSON.
        #[sea_orm(column_type = "Text")]
        pub body: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was begun.
pub(crate) mod run {
    use sea_orm::entity::prelude::*;

    /// One occurrence whose time has come.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "booking_runs")]
    pub struct Model {
        /// Id of its conference, derived from booking and day: there cannot be two.
        #[sea_orm(primary_key, auto_increment = false)]
        pub conference: String,
        /// Whose.
        pub booking: String,
        /// Which, `YYYY-MM-DD`.
        pub slot: String,
        /// Nothing more is done for it.
        pub is_over: bool,
        /// `Opening` as JSON: all that is sent to the MCU, by value.
        #[sea_orm(column_type = "Text")]
        pub opening: String,
        /// `Progress` as JSON.
        #[sea_orm(column_type = "Text")]
        pub progress: String,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

//! room-driver

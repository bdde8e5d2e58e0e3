//! room-drivers

//! room-api

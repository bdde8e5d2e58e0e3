//! room-link

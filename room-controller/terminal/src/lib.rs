//! room-terminal

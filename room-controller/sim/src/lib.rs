//! room-sim

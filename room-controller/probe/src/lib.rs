//! room-probe

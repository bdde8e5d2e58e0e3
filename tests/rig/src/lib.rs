//! Starts the real programs together: for tests, benches and `make run`.
//!
//! It writes each program's configuration into a directory, starts them, waits for what a person would wait for, and ends only
//! what it started. It holds no product code.

pub mod console;
pub mod deployment;
pub mod mcu;
pub mod ports;
pub mod program;
pub mod rooms;
pub mod terminal;
pub mod wait;

//! Our drivers against devices nobody here wrote, our simulators against clients nobody here wrote, and the whole controller against a console's words.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod artnet;
mod comes_back;
mod console;
mod grafton;
mod knx;
mod modbus;
mod novastar;
mod olad;
mod peer;
mod pypjlink;
mod rooms;
mod sacn;
mod serial_line;
mod visca_over_ip;
mod wire;

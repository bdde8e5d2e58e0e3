//! Scripted conversations, one file per misbehaviour. Time is an argument: nothing sleeps.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking"
)]

mod bench;
mod busy_camera;
mod double_ack;
mod garbage;
mod half_a_frame;
mod late_reply;
mod lost_datagram;
mod reboot_mid_move;
mod refused_password;
mod repeated_digest_refused;
mod silent_device;
mod stop_overtakes;

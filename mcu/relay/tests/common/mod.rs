//! Makings of the end-to-end tests: the real program, a stand-in for control, and `webrtc` clients.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests fail by panicking")]

pub mod client;
pub mod control;

use std::time::Duration;

use mcu_media_api::{Layer, Route, SeatId, SourceId};

/// Longest wait for any condition; on a busy machine everything takes its time.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `condition` holds, looking every few milliseconds.
pub async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !condition() {
        assert!(tokio::time::Instant::now() < end, "waited in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A seat's main picture and sound, in the highest layer.
pub fn route(seat: &str, main: &str, sound: &str) -> Route {
    Route {
        seat: SeatId::from(seat),
        main: Some(SourceId::from(main)),
        content: None,
        sound: Some(SourceId::from(sound)),
        max_layer: Layer::High,
    }
}

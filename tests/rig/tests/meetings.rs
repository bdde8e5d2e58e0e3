//! Whole meetings run from the desk by keys alone: `tests/e2e/meetings.mjs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::Hall;
use serde_json::json;

/// Rooms with terminals; the other seats stay empty, so that there is something to pass over.
const ROOMS: [&str; 6] = ["main-hall", "beihu", "suxian", "zixing", "guiyang", "anren"];

#[tokio::test(flavor = "multi_thread")]
async fn whole_meetings_are_run_by_the_keyboard_alone() {
    let (mut hall, mut console) = Hall::with_console_and(&ROOMS).await;
    let terminals: BTreeMap<&str, &str> = hall.terminals.iter().map(|terminal| (terminal.site.as_str(), terminal.local.as_str())).collect();
    let setting = json!({
        "console": console.base,
        "conference": hall.conference(),
        "passwords": console.passwords,
        "terminals": terminals,
        "sites": hall.deployment.sites.iter().map(|site| site.site.as_str()).collect::<Vec<_>>(),
        "screenshots": rig::deployment::root().join("target/screenshots"),
        "only": std::env::var("MEETING").ok(),
    });
    common::script("meetings.mjs", &setting, &hall, &console).await;
    console.program.end().await;
    hall.end().await;
}

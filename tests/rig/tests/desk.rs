//! An operator in Chromium with thirteen rooms: the script `tests/e2e/desk.mjs` does what a person would do.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::Hall;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_puts_a_county_on_air_mutes_it_and_takes_it_back() {
    let (mut hall, mut console) = Hall::with_console().await;
    let terminals: BTreeMap<&str, &str> = hall.terminals.iter().map(|terminal| (terminal.site.as_str(), terminal.local.as_str())).collect();
    let setting = json!({
        "console": console.base,
        "conference": hall.conference(),
        "passwords": console.passwords,
        "terminals": terminals,
        "sites": hall.deployment.sites.iter().map(|site| site.site.as_str()).collect::<Vec<_>>(),
        "screenshots": rig::deployment::root().join("target/screenshots"),
        "offline": true,
    });
    common::script("desk.mjs", &setting, &hall, &console).await;
    console.program.end().await;
    hall.end().await;
}

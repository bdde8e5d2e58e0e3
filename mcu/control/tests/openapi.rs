//! The OpenAPI document checked in beside `mcu-api` is that of the doors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

#[test]
fn the_checked_in_document_is_the_doors() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/openapi.json");
    let made = mcu_control::openapi_json();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "mcu/api/openapi.json differs from the doors; run this test again with UPDATE=1");
}

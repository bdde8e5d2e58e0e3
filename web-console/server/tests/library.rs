//! The desk's library: who may read and write, revisions, shapes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/city.rs"]
mod city;

use city::Hall;
use serde_json::json;

fn layout(name: &str, width: u16) -> serde_json::Value {
    json!({"name": name, "cells": [{"x": 0, "y": 0, "w": width, "h": 1000, "source": {"from": "main"}}]})
}

#[tokio::test]
async fn a_document_outlives_browser_and_console_and_knows_its_author() {
    let mut hall = Hall::start().await;
    let operator = hall.sign_in("operator").await;
    let (status, kept) = hall.put("/api/library/layout/主席+1", &operator, &json!({"value": layout("主席+1", 1000)})).await;
    assert_eq!((status, &kept["rev"], &kept["author"]), (200, &json!(1), &json!("operator")), "{kept}");
    hall.stop_console().await;
    hall.start_console().await;
    let technician = hall.sign_in("technician").await;
    let (status, all) = hall.get("/api/library/layout", &technician).await;
    assert_eq!((status, &all["documents"][0]["value"]), (200, &layout("主席+1", 1000)));
    let operator = hall.sign_in("operator").await;
    assert_eq!(hall.delete("/api/library/layout/主席+1?expect_rev=1", &operator).await.0, 204);
    assert_eq!(hall.get("/api/library/layout/主席+1", &operator).await.0, 404);
}

#[tokio::test]
async fn of_two_who_began_from_the_same_revision_one_is_told_who_was_first() {
    let hall = Hall::start().await;
    let operator = hall.sign_in("operator").await;
    let path = "/api/library/layout/a";
    assert_eq!(hall.put(path, &operator, &json!({"value": layout("a", 1000)})).await.0, 200);
    assert_eq!(hall.put(path, &operator, &json!({"value": layout("a", 900), "expect_rev": 1})).await.1["rev"], 2);
    for stale in [0, 1] {
        let (status, problem) = hall.put(path, &operator, &json!({"value": layout("a", 500), "expect_rev": stale})).await;
        assert_eq!((status, &problem["code"]), (409, &json!("console.library.stale")));
        assert_eq!((&problem["rev"], &problem["author"]), (&json!(2), &json!("operator")));
        assert!(problem["changed_at_ms"].as_i64().unwrap() > 1_600_000_000_000);
    }
    let (status, problem) = hall.delete("/api/library/layout/a?expect_rev=1", &operator).await;
    assert_eq!((status, &problem["code"]), (409, &json!("console.library.stale")));
    assert_eq!(hall.get(path, &operator).await.1["value"], layout("a", 900));
}

#[tokio::test]
async fn roles_read_and_write_what_they_may_and_refusals_are_audited() {
    let hall = Hall::start().await;
    let (operator, technician, secretary) =
        (hall.sign_in("operator").await, hall.sign_in("technician").await, hall.sign_in("secretary").await);
    let put = json!({"value": layout("a", 1000)});
    for denied in [&technician, &secretary] {
        let (status, problem) = hall.put("/api/library/layout/a", denied, &put).await;
        assert_eq!((status, &problem["code"]), (403, &json!("console.right.missing")));
        assert_eq!(hall.delete("/api/library/layout/a", denied).await.0, 403);
    }
    assert_eq!(hall.put("/api/library/layout/a", &operator, &put).await.0, 200);
    // Who books may choose a name, not look at the desk.
    let (status, names) = hall.get("/api/library/layout", &secretary).await;
    assert_eq!((status, &names["documents"][0]["name"]), (200, &json!("a")));
    assert!(names["documents"][0].get("value").is_none());
    let audit = std::fs::read_to_string(hall.dir.join("data").join(console_server::AUDIT_FILE)).unwrap();
    assert!(audit.lines().any(|line| line.contains("library_put") && line.contains("secretary") && line.contains("console.right.missing")));
    assert!(audit.lines().any(|line| line.contains("library_put") && line.contains("\"rev 1\"")));
}

#[tokio::test]
async fn what_has_the_wrong_shape_is_refused_with_the_reason() {
    let hall = Hall::start().await;
    let operator = hall.sign_in("operator").await;
    let big = json!({"name": "a", "cells": [], "x": "x".repeat(60_000)});
    for (path, value) in [
        ("/api/library/layout/a", layout("b", 1000)),
        ("/api/library/layout/a", layout("a", 1001)),
        ("/api/library/layout/a", big),
        ("/api/library/plan/a", json!({"plan": {"name": "a", "title": "t", "commands": [{"cmd": "reboot"}]}})),
        ("/api/library/run_sheet/a", json!({"sheet": {"title": "t", "steps": []}})),
        ("/api/library/key_map/operator", json!({"cut": "Ctrl+"})),
        ("/api/library/layout/%20", layout(" ", 1000)),
    ] {
        let (status, problem) = hall.put(path, &operator, &json!({ "value": value })).await;
        assert_eq!((status, &problem["code"]), (422, &json!("console.library.invalid")), "{path}");
        assert!(!problem["detail_zh"].as_str().unwrap().is_empty());
    }
    assert_eq!(hall.get("/api/library/template", &operator).await.0, 404);
    assert_eq!(hall.get("/api/library/other", &operator).await.0, 404);
}

#[tokio::test]
async fn a_key_map_is_its_owners() {
    let hall = Hall::start().await;
    let (operator, technician) = (hall.sign_in("operator").await, hall.sign_in("technician").await);
    let map = json!({"value": {"cut": "Ctrl+Enter", "preview.1": ""}});
    assert_eq!(hall.put("/api/library/key_map/technician", &technician, &map).await.0, 200);
    assert_eq!(hall.put("/api/library/key_map/technician", &operator, &map).await.0, 403);
    assert_eq!(hall.get("/api/library/key_map/technician", &operator).await.0, 404);
    assert_eq!(hall.get("/api/library/key_map", &operator).await.1["documents"], json!([]));
    assert_eq!(hall.get("/api/library/key_map/technician", &technician).await.1["value"]["cut"], "Ctrl+Enter");
    assert_eq!(hall.get("/api/library/key_map", &hall.sign_in("secretary").await).await.0, 403);
}

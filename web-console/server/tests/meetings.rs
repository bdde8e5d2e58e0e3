//! Past meetings: followed, reported, exported, and only for those who may.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

#[path = "../src/chronicle/testing.rs"]
mod meeting;
mod support;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, header};
use console_server::{AUDIT_FILE, follow};
use mcu_api::{ConferencePhase, Connection, Event, Forced, JournalPage, Rev, ServerMessage};
use meeting::{OPENED_MS, after, conference, connect, fact, opened, site, snapshot};
use serde_json::Value;
use support::Console;

/// A console that has followed a short meeting to its end.
async fn followed() -> (Console, String) {
    let console = Console::start().await;
    let facts = vec![
        opened(),
        fact(2, 60, Event::ForcedChanged { before: None, after: Some(Forced::Site { site: site("linwu") }) }),
        fact(3, 3600, Event::Ended {}),
    ];
    let page = JournalPage { conference: conference(), opened_at_ms: OPENED_MS, rev: Rev(3), envelopes: facts, more: false };
    let mut last = after(snapshot(), 3600);
    connect(&mut last, "guiyang", Connection::Joined, 10);
    last.rev = Rev(3);
    last.phase = ConferencePhase::Ended;
    *console.mcu.journal.lock().unwrap() = serde_json::to_string(&page).unwrap();
    *console.mcu.snapshot.lock().unwrap() = Some(serde_json::to_string(&ServerMessage::Snapshot(Box::new(last))).unwrap());
    let list = format!(
        r#"{{"conferences":[{{"conference":"city-12","title":"第12号","phase":"ended","rev":3,"opened_at_ms":{OPENED_MS},"seated":3}}]}}"#
    );
    *console.mcu.list.lock().unwrap() = Some(list);
    tokio::spawn(follow(Arc::clone(&console.app)));
    let session = console.sign_in("operator").await;
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let (status, list) = console.get("/api/meetings", Some(&session)).await;
            assert_eq!(status, 200);
            if list["meetings"][0]["state"] == "ended" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    waited.await.expect("the meeting was not followed to its end");
    (console, session)
}

fn path(what: &str) -> String {
    format!("/api/meetings/city-12-{OPENED_MS}/{what}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_meeting_is_listed_and_reported() {
    let (console, session) = followed().await;
    let (_, list) = console.get("/api/meetings", Some(&session)).await;
    assert_eq!((list["total"].as_u64(), list["meetings"][0]["title"].as_str()), (Some(1), Some("第12号")));
    assert_eq!(list["meetings"][0]["ended_at_ms"].as_u64(), Some(OPENED_MS + 3_600_000));
    let (status, report) = console.get(&path("report"), Some(&session)).await;
    assert_eq!(status, 200);
    assert_eq!(report["figures"]["invited"], 3);
    let lines: Vec<&str> = report["timeline"].as_array().unwrap().iter().map(|line| line["text"]["zh"].as_str().unwrap()).collect();
    assert_eq!(lines, ["会议开始", "广播 临武县", "会议结束"]);
    // Nobody had looked before the end, and that is said.
    assert_eq!(report["gaps"].as_array().unwrap().len(), 1);
    // The service asks with the right to look and nothing else.
    let asked: Vec<_> = console.mcu.asked().into_iter().filter(|asked| asked.claims.sub == "console").collect();
    assert!(!asked.is_empty() && asked.iter().all(|asked| asked.claims.rights == ["conference.view"] && asked.method == Method::GET));
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_handed_out_and_audited() {
    let (console, session) = followed().await;
    let kinds = [
        ("report.pdf", "application/pdf", b"%PDF-".as_slice(), "export_report"),
        ("roll-call.pdf", "application/pdf", b"%PDF-".as_slice(), "export_roll_call"),
        ("attendance.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK".as_slice(), "export_attendance"),
        ("timeline.csv", "text/csv; charset=utf-8", "\u{feff}".as_bytes(), "export_timeline"),
    ];
    for (what, kind, head, act) in kinds {
        let answer = console.request(Method::GET, &format!("{}?lang=zh&zone_min=480", path(what)), Some(&session)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{what}");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], kind);
        assert!(answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().contains(what));
        let bytes = answer.bytes().await.unwrap();
        assert!(bytes.starts_with(head), "{what}");
        let audit = std::fs::read_to_string(console.dir.join(AUDIT_FILE)).unwrap();
        assert!(audit.lines().any(|line| line.contains(act) && line.contains("exported")), "{act} is not audited");
    }
    let csv = console.request(Method::GET, &format!("{}?lang=en&zone_min=0", path("timeline.csv")), Some(&session)).send().await.unwrap();
    let text = csv.text().await.unwrap();
    assert!(text.contains("\"01:01:00\"") && text.contains("\"Broadcast Linwu\""), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_may_read_and_export() {
    let (console, session) = followed().await;
    let technician = console.sign_in("technician").await;
    let doors = ["report", "report.pdf", "roll-call.pdf", "attendance.xlsx", "timeline.csv"].map(path);
    for door in doors.iter().map(String::as_str).chain(["/api/meetings"]) {
        assert_eq!(console.get(door, None).await.0, 401, "{door}");
        let (status, problem) = console.get(door, Some(&technician)).await;
        assert_eq!((status, problem["code"].as_str()), (403, Some("console.right.missing")), "{door}");
    }
    let audit = std::fs::read_to_string(console.dir.join(AUDIT_FILE)).unwrap();
    assert!(audit.lines().any(|line| line.contains("export_report") && line.contains("console.right.missing")));
    for (door, status) in [("/api/meetings/none-1/report", 404), ("/api/meetings/none-1/report.pdf", 404), ("/api/meetings?page=x", 400)] {
        assert_eq!(console.get(door, Some(&session)).await.0, status, "{door}");
    }
    let (_, page): (u16, Value) = console.get("/api/meetings?page=7", Some(&session)).await;
    assert_eq!(page["meetings"].as_array().unwrap().len(), 0);
}

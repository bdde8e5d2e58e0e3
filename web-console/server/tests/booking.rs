//! Booking and the scheduler, beside an MCU that remembers what it opened.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/city.rs"]
mod city;

use std::time::{Duration, Instant};

use city::{Hall, booking, is, problem};
use serde_json::{Value, json};

const BOTH: [&str; 2] = ["main-hall", "guiyang"];

fn id(booking: &Value) -> String {
    booking["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_meeting_is_opened_when_its_sites_are_to_be_called_with_all_it_needs() {
    let hall = Hall::start().await;
    let (operator, secretary) = (hall.sign_in("operator").await, hall.sign_in("secretary").await);
    let layout = json!({"name": "wide", "cells": [{"x": 0, "y": 0, "w": 1000, "h": 1000, "source": {"from": "main"}}]});
    let sheet = json!({"sheet": {"title": "导播单", "steps": [{"title": "开场"}]}, "usual_s": [60]});
    let plan = json!({"plan": {"name": "howling", "title": "啸叫", "commands": [{"cmd": "mute_all", "args": {}}]}});
    for (path, value) in [("layout/wide", &layout), ("run_sheet/monthly", &sheet), ("plan/howling", &plan)] {
        assert_eq!(hall.put(&format!("/api/library/{path}"), &operator, &json!({ "value": value })).await.0, 200, "{path}");
    }
    // Its start is eight minutes away, its call two minutes ago.
    let mut wish = booking("月度例会", &["guiyang", "main-hall"], &hall.in_minutes(8), 60);
    let more = json!({"main_site": "main-hall", "layout": "wide", "run_sheet": "monthly", "plans": ["howling", "gone"],
                      "auto_end": true, "classification": "内部"});
    wish["meeting"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (status, kept) = hall.post("/api/bookings", &secretary, &wish).await;
    assert_eq!(status, 201, "{kept}");
    assert_eq!(kept["booking"]["meeting"]["sites"], json!(["main-hall", "guiyang"]));
    let running = hall.until(&secretary, &id(&kept), is("running")).await;
    let state = &running["occurrences"][0]["state"];
    assert_eq!(state["warnings"].as_array().unwrap().len(), 1, "{state}");
    assert!(state["warnings"][0]["detail"].as_str().unwrap().contains("gone"));
    let memory = hall.city.memory.lock().unwrap();
    assert_eq!(memory.opened.len(), 1);
    let open = &memory.opened[0];
    assert_eq!((&open["title"], &open["call_all"], &open["mute_on_join"]), (&json!("月度例会"), &json!(true), &json!("closed")));
    assert_eq!(open["conference"], running["occurrences"][0]["conference"]);
    assert_eq!(open["sites"].as_array().unwrap().iter().map(|seat| &seat["site"]).collect::<Vec<_>>(), ["main-hall", "guiyang"]);
    let given: Vec<_> = memory.commands.iter().map(|(_, command)| command["cmd"].as_str().unwrap()).collect();
    assert_eq!(given, ["set_overlays", "set_layout", "load_run_sheet", "arm_plan", "extend"]);
    let ends = running["occurrences"][0]["ends_at_ms"].clone();
    assert_eq!(memory.commands[4].1["args"], json!({"ends_at_ms": ends, "auto_end": true}));
    let keys: std::collections::BTreeSet<_> = memory.commands.iter().map(|(_, command)| command["idem_key"].to_string()).collect();
    assert_eq!(keys.len(), 5);
}

#[tokio::test]
async fn a_meeting_of_tomorrow_is_not_opened_today() {
    let hall = Hall::start().await;
    let secretary = hall.sign_in("secretary").await;
    let (_, later) = hall.post("/api/bookings", &secretary, &booking("明天", &BOTH, &hall.in_minutes(24 * 60), 60)).await;
    let (_, now) = hall.post("/api/bookings", &secretary, &booking("现在", &BOTH, &hall.in_minutes(0), 60)).await;
    hall.until(&secretary, &id(&now), is("running")).await;
    assert_eq!(hall.get(&format!("/api/bookings/{}", id(&later)), &secretary).await.1["occurrences"][0]["state"]["state"], "planned");
    assert_eq!(hall.city.memory.lock().unwrap().opened.len(), 1);
}

#[tokio::test]
async fn a_console_that_dies_in_the_middle_of_opening_opens_exactly_once() {
    let mut hall = Hall::start().await;
    let secretary = hall.sign_in("secretary").await;
    hall.city.memory.lock().unwrap().swallows_answers = true;
    let (_, kept) = hall.post("/api/bookings", &secretary, &booking("例会", &BOTH, &hall.in_minutes(1), 60)).await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while hall.city.memory.lock().unwrap().opened.is_empty() {
        assert!(Instant::now() < deadline, "never opened");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Opened at the MCU; the console has not heard so.
    hall.stop_console().await;
    hall.city.memory.lock().unwrap().swallows_answers = false;
    hall.start_console().await;
    let secretary = hall.sign_in("secretary").await;
    hall.until(&secretary, &id(&kept), is("running")).await;
    assert_eq!(hall.city.memory.lock().unwrap().opened.len(), 1);
    // And again after it runs: nothing is sent twice.
    let commands = hall.city.memory.lock().unwrap().commands.len();
    hall.stop_console().await;
    hall.start_console().await;
    let secretary = hall.sign_in("secretary").await;
    hall.until(&secretary, &id(&kept), is("running")).await;
    let memory = hall.city.memory.lock().unwrap();
    assert_eq!((memory.opened.len(), memory.commands.len()), (1, commands));
}

#[tokio::test]
async fn while_the_mcu_is_away_the_screen_says_so_and_it_is_opened_when_it_is_back() {
    let mut hall = Hall::start().await;
    let secretary = hall.sign_in("secretary").await;
    hall.stop_mcu().await;
    let (_, kept) = hall.post("/api/bookings", &secretary, &booking("例会", &BOTH, &hall.in_minutes(1), 60)).await;
    let waits = |state: &Value| state["state"] == "opening" && state["tries"].as_u64() >= Some(2);
    let told = hall.until(&secretary, &id(&kept), waits).await;
    assert!(told["occurrences"][0]["state"]["waits_for"]["detail_zh"].as_str().unwrap().contains("MCU"));
    hall.start_mcu().await;
    hall.until(&secretary, &id(&kept), is("running")).await;
    assert_eq!(hall.city.memory.lock().unwrap().opened.len(), 1);
}

#[tokio::test]
async fn a_refusal_is_shown_and_saving_again_tries_again() {
    let hall = Hall::start().await;
    let secretary = hall.sign_in("secretary").await;
    for (code, status) in [("mcu.conference.exists", 409), ("mcu.limit.reached", 429)] {
        hall.city.memory.lock().unwrap().refuses = Some((status, problem(code, status)));
        let wish = booking(code, &BOTH, &hall.in_minutes(1), 60);
        let (_, kept) = hall.post("/api/bookings", &secretary, &wish).await;
        let failed = hall.until(&secretary, &id(&kept), is("failed")).await;
        assert!(failed["occurrences"][0]["state"]["reason"]["detail"].as_str().unwrap().contains(code), "{failed}");
        hall.city.memory.lock().unwrap().refuses = None;
        let again = json!({"booking": failed["booking"], "expect_rev": failed["rev"]});
        assert_eq!(hall.put(&format!("/api/bookings/{}", id(&kept)), &secretary, &again).await.0, 200);
        let running = hall.until(&secretary, &id(&kept), is("running")).await;
        // Ended at the MCU by the operator: shown as ended, and its sites are free again for the next turn.
        let conference = running["occurrences"][0]["conference"].as_str().unwrap().to_owned();
        hall.city.memory.lock().unwrap().conferences.get_mut(&conference).unwrap()["phase"] = json!("ended");
        hall.until(&secretary, &id(&kept), is("ended")).await;
    }
}

#[tokio::test]
async fn a_refused_preparation_is_a_warning() {
    let hall = Hall::start().await;
    let secretary = hall.sign_in("secretary").await;
    hall.city.memory.lock().unwrap().refuses_commands.push("extend".into());
    let (_, kept) = hall.post("/api/bookings", &secretary, &booking("例会", &BOTH, &hall.in_minutes(1), 60)).await;
    let running = hall.until(&secretary, &id(&kept), is("running")).await;
    assert!(running["occurrences"][0]["state"]["warnings"][0]["detail"].as_str().unwrap().contains("mcu.site.unknown"));
}

#[tokio::test]
async fn who_holds_what_and_until_when_is_told_with_the_nearest_free_time() {
    let hall = Hall::start().await;
    let (operator, secretary) = (hall.sign_in("operator").await, hall.sign_in("secretary").await);
    let start = "2027-03-01T09:00";
    let day = |clock: &str| format!("2027-03-01T{clock}");
    assert_eq!(hall.post("/api/bookings", &operator, &booking("党组会", &BOTH, start, 60)).await.0, 201);
    // 10:05 begins after it ends, but its sites would be called at 09:55.
    let wish = booking("例会", &["guiyang"], &day("10:05"), 30);
    let (status, answer) = hall.post("/api/bookings/check", &secretary, &json!({ "booking": wish })).await;
    assert_eq!(status, 200);
    let clash = &answer["clashes"][0];
    assert_eq!(clash["over"], json!({"over": "site", "site": "guiyang"}));
    assert_eq!((&clash["held_by"]["title"], &clash["held_by"]["author"]), (&json!("党组会"), &json!("operator")));
    let marked: Vec<_> = answer["marks"].as_array().unwrap().iter().map(|one| one["over"]["site"].as_str().unwrap()).collect();
    assert_eq!(marked, ["guiyang", "guiyang-small", "main-hall"]);
    let (status, problem) = hall.post("/api/bookings", &secretary, &wish).await;
    assert_eq!((status, &problem["code"]), (409, &json!("console.booking.busy")));
    let words = problem["detail_zh"].as_str().unwrap();
    assert!(words.contains("桂阳县") && words.contains("党组会") && words.contains("10:00") && words.contains("10:10"), "{words}");
    // The time offered can be booked; the room's other site shares the terminal.
    assert_eq!(hall.post("/api/bookings", &secretary, &booking("例会", &["guiyang"], &day("10:10"), 30)).await.0, 201);
    let small = booking("小会", &["guiyang-small"], &day("10:20"), 10);
    let (_, answer) = hall.post("/api/bookings/check", &secretary, &json!({ "booking": small })).await;
    assert_eq!(answer["clashes"][0]["over"]["over"], "terminal");
    assert_eq!(hall.post("/api/bookings", &secretary, &booking("别处", &["beihu"], start, 60)).await.0, 201);
}

#[tokio::test]
async fn the_mcus_seats_and_conferences_are_counted() {
    let hall = Hall::with("mcu_seats = 2\nmcu_conferences = 2").await;
    let secretary = hall.sign_in("secretary").await;
    let start = "2027-03-01T09:00";
    assert_eq!(hall.post("/api/bookings", &secretary, &booking("一", &["main-hall", "beihu"], start, 60)).await.0, 201);
    let (status, problem) = hall.post("/api/bookings", &secretary, &booking("二", &["guiyang"], start, 60)).await;
    assert_eq!((status, &problem["clashes"][0]["over"]), (409, &json!({"over": "seats", "wanted": 1, "left": 0})));
}

#[tokio::test]
async fn a_series_is_changed_cancelled_and_brought_back() {
    let hall = Hall::start().await;
    let secretary = hall.sign_in("secretary").await;
    let mut wish = booking("周例会", &BOTH, "2027-03-01T09:00", 60);
    wish["recurrence"] = json!({"pattern": {"every": "week", "weekdays": [1]}, "end": {"ends": "count", "count": 3}});
    let (_, kept) = hall.post("/api/bookings", &secretary, &wish).await;
    let path = format!("/api/bookings/{}", id(&kept));
    let slots = |booking: &Value| {
        let all = booking["occurrences"].as_array().unwrap().iter();
        all.map(|one| (one["slot"].as_str().unwrap().to_owned(), one["state"]["state"].as_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    let planned = |day: &str| (day.to_owned(), "planned".to_owned());
    assert_eq!(slots(&kept), [planned("2027-03-01"), planned("2027-03-08"), planned("2027-03-15")]);
    // One is cancelled, one moved to Tuesday.
    wish["exceptions"] = json!([{"slot": "2027-03-01", "moved_to": null}, {"slot": "2027-03-08", "moved_to": "2027-03-09T15:00"}]);
    let (status, changed) = hall.put(&path, &secretary, &json!({"booking": wish, "expect_rev": 1})).await;
    assert_eq!((status, slots(&changed)[0].1.as_str()), (200, "cancelled"));
    assert_eq!(hall.put(&path, &secretary, &json!({"booking": wish, "expect_rev": 1})).await.1["code"], "console.booking.stale");
    assert_eq!(hall.post("/api/bookings", &secretary, &booking("那天", &BOTH, "2027-03-01T09:00", 60)).await.0, 201);
    assert_eq!(hall.post("/api/bookings", &secretary, &booking("那天", &BOTH, "2027-03-09T15:30", 60)).await.0, 409);
    // Cancelled as a whole it holds nothing; brought back it must fit again.
    let (_, gone) = hall.delete(&path, &secretary).await;
    assert_eq!((&gone["cancelled"], slots(&gone)[2].1.as_str()), (&json!(true), "cancelled"));
    let (_, back) = hall.put(&path, &secretary, &json!({"booking": wish, "expect_rev": gone["rev"]})).await;
    assert_eq!((&back["cancelled"], slots(&back)[2].1.as_str()), (&json!(false), "planned"));
    let (_, gone) = hall.delete(&path, &secretary).await;
    assert_eq!(hall.post("/api/bookings", &secretary, &booking("抢占", &BOTH, "2027-03-15T09:00", 60)).await.0, 201);
    let (status, refused) = hall.put(&path, &secretary, &json!({"booking": wish, "expect_rev": gone["rev"]})).await;
    assert_eq!((status, &refused["clashes"][0]["held_by"]["title"]), (409, &json!("抢占")));
}

#[tokio::test]
async fn an_instant_meeting_takes_a_template_and_a_repeated_request_books_once() {
    let hall = Hall::start().await;
    let (operator, secretary) = (hall.sign_in("operator").await, hall.sign_in("secretary").await);
    let meeting = booking("应急调度", &BOTH, "2027-03-01T09:00", 90)["meeting"].clone();
    assert_eq!(hall.post("/api/templates", &secretary, &json!({"name": "应急", "meeting": meeting})).await.0, 201);
    assert_eq!(hall.post("/api/templates", &secretary, &json!({"name": "应急", "meeting": meeting})).await.0, 409);
    let asked = json!({"template": "应急", "request_id": "0123456789ab"});
    let (status, first) = hall.post("/api/bookings/now", &operator, &asked).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!(id(&hall.post("/api/bookings/now", &operator, &asked).await.1), id(&first));
    hall.until(&operator, &id(&first), is("running")).await;
    assert_eq!(hall.city.memory.lock().unwrap().opened.len(), 1);
    let other = json!({"template": "应急", "request_id": "ba9876543210"});
    assert_eq!(hall.post("/api/bookings/now", &operator, &other).await.1["code"], "console.booking.busy");
    let (_, list) = hall.get("/api/bookings", &operator).await;
    assert_eq!((&list["time_zone"], list["sites"].as_array().unwrap().len()), (&json!("Asia/Shanghai"), 4));
    assert_eq!(list["bookings"][0]["booking"]["meeting"]["title"], "应急调度");
    assert_eq!(hall.post("/api/bookings/now", &operator, &json!({"template": "没有", "request_id": "00000000"})).await.0, 404);
}

#[tokio::test]
async fn who_may_not_book_is_refused_and_it_is_audited() {
    let hall = Hall::start().await;
    let (technician, secretary) = (hall.sign_in("technician").await, hall.sign_in("secretary").await);
    let wish = booking("例会", &BOTH, "2027-03-01T09:00", 60);
    let (status, problem) = hall.post("/api/bookings", &technician, &wish).await;
    assert_eq!((status, &problem["code"]), (403, &json!("console.right.missing")));
    let (_, kept) = hall.post("/api/bookings", &secretary, &wish).await;
    let path = format!("/api/bookings/{}", id(&kept));
    assert_eq!(hall.delete(&path, &technician).await.0, 403);
    assert_eq!(hall.put(&path, &technician, &json!({"booking": wish, "expect_rev": 1})).await.0, 403);
    assert_eq!(hall.post("/api/bookings/now", &technician, &json!({"template": "x", "request_id": "00000000"})).await.0, 403);
    assert_eq!(hall.post("/api/templates", &technician, &json!({"name": "x", "meeting": wish["meeting"]})).await.0, 403);
    assert_eq!(hall.get(&path, &technician).await.0, 200);
    // Whoever books neither directs nor looks on.
    for path in ["/api/conferences", "/api/media-token", "/api/rooms"] {
        assert_eq!(hall.get(path, &secretary).await.0, 403, "{path}");
    }
    assert_eq!(hall.post("/api/conferences/x/commands", &secretary, &json!({"cmd": "mute_all", "args": {}})).await.0, 403);
    let audit = std::fs::read_to_string(hall.dir.join("data").join(console_server::AUDIT_FILE)).unwrap();
    for what in ["booking_create", "booking_cancel", "booking_change", "booking_now"] {
        let told = |line: &&str| line.contains(what) && line.contains("technician") && line.contains("console.right.missing");
        assert!(audit.lines().any(|line| told(&line)), "{what}");
    }
}

#[tokio::test]
async fn what_cannot_be_held_is_refused_with_the_reason() {
    let hall = Hall::start().await;
    let secretary = hall.sign_in("secretary").await;
    let good = || booking("例会", &BOTH, "2027-03-01T09:00", 60);
    let with = |path: &str, value: Value| {
        let mut one = good();
        *one.pointer_mut(path).unwrap() = value;
        one
    };
    let mut exception = good();
    exception["exceptions"] = json!([{"slot": "2027-03-02", "moved_to": null}]);
    let mut every = good();
    every["recurrence"] = json!({"pattern": {"every": "week", "weekdays": []}, "end": {"ends": "count", "count": 2}});
    let mut long = with("/meeting/planned_min", json!(2880));
    long["recurrence"] = json!({"pattern": {"every": "day"}, "end": {"ends": "count", "count": 2}});
    for wrong in [
        with("/start", json!("2020-01-01T09:00")),
        with("/start", json!("2027-02-30T09:00")),
        with("/start", json!("2027-03-01T09:00:30")),
        with("/start", json!("2090-03-01T09:00")),
        with("/meeting/title", json!(" ")),
        with("/meeting/sites", json!(["main-hall", "nowhere"])),
        with("/meeting/sites", json!(["main-hall", "main-hall"])),
        with("/meeting/sites", json!(["main-hall", "guiyang", "guiyang-small"])),
        with("/meeting/main_site", json!("beihu")),
        with("/meeting/planned_min", json!(0)),
        exception,
        every,
        long,
    ] {
        let (status, problem) = hall.post("/api/bookings", &secretary, &wrong).await;
        assert_eq!((status, &problem["code"]), (422, &json!("console.booking.invalid")), "{wrong}");
        assert!(!problem["detail_zh"].as_str().unwrap().is_empty());
    }
}

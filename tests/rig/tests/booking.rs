//! A meeting at once, with the real console and the real MCU: its sites are called, and it is over for the console when it is over there.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::scratch;
use mcu_api::ConferencePhase;
use rig::console::{Console, Place};
use rig::mcu::{Mcu, client};
use rig::wait::until;
use serde_json::{Value, json};

/// The console looks at running conferences every five seconds.
const SOON: Duration = Duration::from_secs(30);

/// A person at the console.
struct Person {
    http: reqwest::Client,
    base: String,
    cookie: String,
}

impl Person {
    async fn sign_in(console: &Console, account: &str) -> Self {
        let http = client().unwrap();
        let body = json!({ "account": account, "password": console.passwords[account] });
        let request = http.post(format!("{}/api/sign-in", console.base)).header("x-console-request", "1");
        let answer = request.json(&body).send().await.unwrap().error_for_status().unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { http, base: console.base.clone(), cookie }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.base)).header("x-console-request", "1").header("cookie", &self.cookie);
        let answer = request.json(body).send().await.unwrap();
        let status = answer.status();
        let value: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {value}");
        value
    }

    /// Waits until the only occurrence is in that state.
    async fn until_state(&self, booking: &str, state: &str) -> Value {
        let path = format!("{}/api/bookings/{booking}", self.base);
        let look = || async {
            let value: Value = self.http.get(&path).header("cookie", &self.cookie).send().await?.json().await?;
            let found = &value["occurrences"][0]["state"];
            anyhow::ensure!(found["state"] == state, "still {found}");
            Ok(value["occurrences"][0].clone())
        };
        until("the booking's state", SOON, look).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instant_meeting_calls_its_sites_in_the_real_mcu() {
    let dir = scratch();
    let place = Place::free().unwrap();
    let mut mcu = Mcu::start_for(&dir, Some(&place.base)).await.unwrap();
    let mut console = Console::start(&dir, &place, &mcu.base).await.unwrap();
    let secretary = Person::sign_in(&console, "secretary").await;
    let sites = ["executive", "guiyang", "linwu"];
    let meeting = json!({"title": "应急调度会", "sites": sites, "main_site": "executive", "planned_min": 60, "auto_end": true, "classification": "内部"});
    secretary.post("/api/templates", &json!({"name": "应急", "meeting": meeting})).await;
    let booked = secretary.post("/api/bookings/now", &json!({"template": "应急", "request_id": "0a1b2c3d4e5f"})).await;
    let id = booked["id"].as_str().unwrap().to_owned();
    let occurrence = secretary.until_state(&id, "running").await;
    assert_eq!(occurrence["state"]["warnings"], json!([]));

    let conference = occurrence["conference"].as_str().unwrap().to_owned();
    let snapshot = mcu.snapshot(&conference).await.unwrap();
    assert_eq!(snapshot.title, "应急调度会");
    // In the fixed order of the sites, all called.
    let seats: Vec<_> = snapshot.sites.iter().map(|site| (site.site.as_str(), site.seated)).collect();
    assert_eq!(seats, [("guiyang", true), ("linwu", true), ("executive", true)]);
    assert_eq!(snapshot.settings.ends_at_ms, occurrence["ends_at_ms"].as_u64());
    assert!(snapshot.settings.auto_end);
    assert_eq!(snapshot.settings.overlays.len(), 1);

    let asked: Value = mcu.try_command(&conference, &json!({"cmd": "end", "args": {}})).await.unwrap().json().await.unwrap();
    let end = json!({"cmd": "end", "args": {}, "confirm": asked["token"]});
    assert!(mcu.try_command(&conference, &end).await.unwrap().status().is_success());
    assert_eq!(mcu.snapshot(&conference).await.unwrap().phase, ConferencePhase::Ended);
    secretary.until_state(&id, "ended").await;
    console.program.end().await;
    mcu.end().await;
}

//! Clients nobody here wrote, at our doors: aiortc and GStreamer publish and watch, Chromium publishes its camera in three layers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::Hall;
use common::network::{HERE, inside};
use common::stranger::{AIORTC, CELL, GSTREAMER, HEARD, NUMBER, SITE, Stranger, WHOLE, looks_at};
use mcu_api::{Command, Mic, SiteId};
use serde_json::json;

/// It publishes onto the wall, is heard in the main hall, and watches program, where the main hall is seen and heard.
async fn publishes_and_watches(stranger: Stranger, mut hall: Hall) {
    let name = stranger.name;
    let whip = format!("{}/whip/{}/sites/{SITE}", hall.mcu.base, hall.conference());
    let token = hall.mcu.site_token(SITE).unwrap();
    let mut publisher = stranger.process(&["publish", &whip, &token, &NUMBER.to_string(), "100"]).spawn().unwrap();
    let wall = rig::wait::until("its picture on the wall", Duration::from_secs(60), || async {
        let seen = stranger.watch(&hall, "wall", CELL).await?;
        let own = looks_at(&seen, NUMBER);
        anyhow::ensure!(own >= 10, "{own} of {} pictures", seen["frames"]);
        Ok(own)
    });
    let on_wall = match wall.await {
        Ok(count) => count,
        Err(error) => panic!("{name}: {error:#}\nrelay: {}\nmixer: {}", hall.mcu.relay.last_words(), hall.mcu.mixer.last_words()),
    };
    hall.command(&Command::SetMic { site: SiteId::new(SITE).unwrap(), mic: Mic::Open }).await;
    hall.terminal("main-hall").watch(120, &[]).await.unwrap();
    hall.until_hears("main-hall", &[NUMBER]).await;
    let program = stranger.watch(&hall, "program", WHOLE).await.unwrap();
    let (main, tone) = (looks_at(&program, 0), program["tones"][0].as_i64().unwrap());
    eprintln!(
        "{name} saw its own marker {on_wall} times on the wall and the main hall's {main} times on program, whose tone had amplitude {tone}"
    );
    assert!(main >= 40, "only {main} of {} pictures carry the main hall's marker", program["frames"]);
    assert!(tone > HEARD, "the main hall is not heard: {}", program["tones"]);
    publisher.kill().await.unwrap();
    hall.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aiortc_publishes_onto_the_wall_and_watches_the_program() {
    publishes_and_watches(AIORTC, Hall::with(&["main-hall"]).await).await;
}

#[test]
fn gstreamer_publishes_onto_the_wall_and_watches_the_program() {
    if inside("gstreamer_publishes_onto_the_wall_and_watches_the_program") {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            publishes_and_watches(GSTREAMER, Hall::with_at(format!("{HERE}:0").parse().unwrap(), &["main-hall"]).await).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chromium_publishes_its_camera_in_three_layers() {
    let (mut hall, mut console) = Hall::with_console_and(&["main-hall"]).await;
    hall.command(&Command::BroadcastSite { site: SiteId::new("executive").unwrap() }).await;
    let (base, conference) = (&hall.mcu.base, hall.conference());
    let setting = json!({
        "console": console.base,
        "page": format!("{base}/health"),
        "site": "executive",
        "whip": format!("{base}/whip/{conference}/sites/executive"),
        "token": hall.mcu.site_token("executive").unwrap(),
        "whep": format!("{base}/whep/{conference}/monitors/program"),
        "viewer": hall.mcu.token().unwrap(),
        "snapshot": format!("{base}/api/conferences/{conference}"),
    });
    common::script("camera.mjs", &setting, &hall, &console).await;
    console.program.end().await;
    hall.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_offers_are_refused_with_a_reason_and_disturb_nobody() {
    let mut hall = Hall::with(&["main-hall", "beihu"]).await;
    hall.terminal("beihu").watch(60, &[]).await.unwrap();
    hall.terminal("beihu").until_sees(0, common::SOON).await.unwrap();
    let http = rig::mcu::client().unwrap();
    let whip = format!("{}/whip/{}/sites/executive", hall.mcu.base, hall.conference());
    let token = hall.mcu.site_token("executive").unwrap();
    let offers = ["", "v=0", "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "\u{0}\u{1}\u{2}", &"a=b\r\n".repeat(20_000)];
    for offer in offers {
        let request = http.post(&whip).bearer_auth(&token).header("content-type", "application/sdp").body(offer.to_owned());
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let problem: serde_json::Value = response.json().await.unwrap_or_default();
        assert!((400..500).contains(&status), "{status} for {:?}", &offer[..offer.len().min(30)]);
        assert!(problem["code"].is_string() && problem["detail_zh"].is_string(), "{problem}");
    }
    let other_seat =
        http.post(&whip).bearer_auth(hall.mcu.site_token("anren").unwrap()).header("content-type", "application/sdp").body("v=0");
    assert_eq!(other_seat.send().await.unwrap().status().as_u16(), 403);
    for body in [json!({}), json!({ "cmd": "broadcast_site", "args": { "site": "nowhere" } }), json!({ "cmd": "sing" }), json!([1, 2])] {
        let response = hall.mcu.try_command(&hall.conference(), &body).await.unwrap();
        assert!(response.status().is_client_error(), "{body}");
        let problem: serde_json::Value = response.json().await.unwrap();
        assert!(problem["detail"].as_str().is_some_and(|text| text.len() > 10), "{problem}");
    }
    hall.assert_no_frame_missing("beihu").await;
    hall.end().await;
}

//! Clients nobody here wrote, at our doors: aiortc publishes and watches, Chromium publishes its camera in three layers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::process::Stdio;
use std::time::Duration;

use common::Hall;
use mcu_api::{Command, SiteId};
use serde_json::json;
use tokio::process::Command as Process;

/// The stranger, from the virtual environment that the set-up makes.
fn aiortc(arguments: &[&str]) -> Process {
    let root = rig::deployment::root();
    let python = root.join(".venv/bin/python");
    assert!(python.exists(), "no Python peers; run `make setup-test` first");
    let mut process = Process::new(python);
    process.arg(root.join("tests/strangers/peer.py")).args(arguments).kill_on_drop(true).stderr(Stdio::inherit());
    process
}

#[tokio::test(flavor = "multi_thread")]
async fn aiortc_publishes_onto_the_wall_and_watches_the_program() {
    let mut hall = Hall::with(&["main-hall"]).await;
    let whip = format!("{}/whip/{}/sites/executive", hall.mcu.base, hall.conference());
    let token = hall.mcu.site_token("executive").unwrap();
    let mut publisher = aiortc(&["publish", &whip, &token, "12", "60"]).spawn().unwrap();
    let viewer = hall.mcu.token().unwrap();
    let monitor = |name: &str| format!("{}/whep/{}/monitors/{name}", hall.mcu.base, hall.conference());
    let watch = |url: String, area: [&'static str; 3]| {
        let viewer = viewer.clone();
        async move {
            let output = aiortc(&["watch", &url, &viewer, "4", area[0], area[1], area[2]]).output().await.unwrap();
            serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
        }
    };
    // The thirteenth cell of the wall stands at the left of the fourth row.
    let wall = rig::wait::until("aiortc's picture on the wall", Duration::from_secs(60), || async {
        let seen = watch(monitor("wall"), ["0", "750", "250"]).await;
        let looks = seen["looks"].as_array().unwrap();
        let own = looks.iter().filter(|look| look[0] == json!(12)).count();
        anyhow::ensure!(own >= 10, "{own} of {} pictures", looks.len());
        Ok(own)
    });
    let on_wall = wall.await.unwrap();
    let program = watch(monitor("program"), ["0", "0", "1000"]).await;
    let looks = program["looks"].as_array().unwrap();
    let main = looks.iter().filter(|look| look[0] == json!(0)).count();
    eprintln!("aiortc saw its own marker {on_wall} times on the wall and the main hall's {main} times on program");
    assert!(main >= 40, "only {main} of {} pictures carry the main hall's marker", looks.len());
    publisher.kill().await.unwrap();
    hall.end().await;
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

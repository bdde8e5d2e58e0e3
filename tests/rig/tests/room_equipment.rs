//! Technicians in Chromium at thirteen rooms full of simulated equipment: a scene in all of them with one away, a discussion with queue and camera,
//! words on an LED board. The script is `tests/e2e/equipment.mjs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::Hall;
use rig::rooms::RoomController;
use serde_json::json;

/// The room whose line is up last.
const LATE: &str = "anren";

#[tokio::test(flavor = "multi_thread")]
async fn a_scene_in_all_rooms_a_discussion_and_a_board() {
    let (mut hall, console) = Hall::with_console_and(&[]).await;
    let dir = hall.mcu.dir.clone();
    let rooms: Vec<String> = hall.deployment.sites.iter().map(|site| site.site.as_str().to_owned()).collect();
    let punctual: Vec<&str> = rooms.iter().map(String::as_str).filter(|room| *room != LATE).collect();
    let here = RoomController::equip(&dir, "here", &console.base, &punctual).await.unwrap();
    let late = RoomController::equip(&dir, "late", &console.base, &[LATE]).await.unwrap();
    let mut controller = here.start().unwrap();
    let cue = dir.join("cue");
    let setting = json!({
        "console": console.base,
        "passwords": console.passwords,
        "rooms": rooms,
        "late": LATE,
        "cue": cue,
        "screenshots": rig::deployment::root().join("target/screenshots"),
    });
    let starting = async {
        // The script says when.
        while !cue.exists() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        late.start().unwrap()
    };
    let ((), mut late) = tokio::join!(common::script("equipment.mjs", &setting, &hall, &console), starting);
    controller.program.end().await;
    late.program.end().await;
    hall.end().await;
}

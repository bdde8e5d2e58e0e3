//! Firefox without H.264: its VP8 comes onto the wall and to whoever can decode it; what it cannot decode comes to it in VP8.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::process::Stdio;
use std::time::Duration;

use common::Hall;
use common::network::{HERE, inside};
use common::stranger::{AIORTC, CELL, NUMBER, SITE, looks_at};
use mcu_api::{Command, Mic, SiteId, SiteTrouble};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command as Process};

/// Firefox starts, and an act in it ends, within this on a busy machine.
const ACT_WITHIN: Duration = Duration::from_secs(90);
/// The fake microphone plays the seat's tone, in Hz (room-controller/terminal/src/voice.rs).
const TONE_HZ: usize = 300 + 110 * NUMBER;

/// Firefox with a page at the MCU's own origin, and the script that drives it.
struct Firefox {
    script: Child,
    say: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Firefox {
    async fn start(hall: &Hall) -> Self {
        let setting = json!({ "page": format!("{}/health", hall.mcu.base), "tone": TONE_HZ });
        let mut script = Process::new("node")
            // A WebSocket client is part of Node.js 20 by this flag, and of later ones without.
            .arg("--experimental-websocket")
            .arg(rig::deployment::root().join("tests/e2e/firefox-peer.mjs"))
            .env("SETTING", setting.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (say, answers) = (script.stdin.take().unwrap(), BufReader::new(script.stdout.take().unwrap()).lines());
        let mut firefox = Self { script, say, answers };
        let version = firefox.answer().await;
        eprintln!("Firefox {}", version["version"]);
        firefox
    }

    async fn answer(&mut self) -> Value {
        let line = tokio::time::timeout(ACT_WITHIN, self.answers.next_line()).await.unwrap().unwrap();
        serde_json::from_str(&line.unwrap()).unwrap()
    }

    async fn act(&mut self, words: Value) -> Value {
        self.say.write_all(format!("{words}\n").as_bytes()).await.unwrap();
        self.answer().await
    }

    /// Closes the browser and its script.
    async fn end(self) {
        let Self { mut script, say, answers } = self;
        drop((say, answers));
        let status = tokio::time::timeout(ACT_WITHIN, script.wait()).await.unwrap().unwrap();
        assert!(status.success(), "{status}");
    }
}

#[test]
fn firefox_publishes_vp8_onto_the_wall_and_watches_vp8() {
    if inside("firefox_publishes_vp8_onto_the_wall_and_watches_vp8") {
        tokio::runtime::Runtime::new().unwrap().block_on(publish_and_watch());
    }
}

async fn publish_and_watch() {
    let mut hall = Hall::with_at(format!("{HERE}:0").parse().unwrap(), &["main-hall"]).await;
    let (base, conference, site) = (hall.mcu.base.clone(), hall.conference(), SiteId::new(SITE).unwrap());
    let token = hall.mcu.site_token(SITE).unwrap();
    let mut firefox = Firefox::start(&hall).await;
    let whip = format!("{base}/whip/{conference}/sites/{SITE}");
    let published = firefox.act(json!({ "act": "publish", "whip": whip, "token": token, "number": NUMBER })).await;
    eprintln!("it offers {}", published["offered"]);

    // Another stranger looks at the wall: an H.264 composite, into which the mixer has decoded VP8.
    let wall = rig::wait::until("Firefox's picture on the wall", Duration::from_secs(60), || async {
        let seen = AIORTC.watch(&hall, "wall", CELL).await?;
        let own = looks_at(&seen, NUMBER);
        anyhow::ensure!(own >= 10, "{own} of {} pictures", seen["frames"]);
        Ok(own)
    });
    let on_wall = match wall.await {
        Ok(count) => count,
        Err(error) => {
            let stats = firefox.act(json!({ "act": "sent" })).await;
            let (relay, mixer) = (hall.mcu.relay.last_words(), hall.mcu.mixer.last_words());
            panic!("{error:#}\nsent: {stats}\nrelay: {relay}\nmixer: {mixer}");
        }
    };
    hall.command(&Command::SetMic { site: site.clone(), mic: Mic::Open }).await;
    hall.terminal("main-hall").watch(120, &[]).await.unwrap();
    hall.until_hears("main-hall", &[NUMBER]).await;

    hall.command(&Command::BroadcastSite { site: site.clone() }).await;
    let program = format!("{base}/whep/{conference}/monitors/program");
    let seen = firefox
        .act(json!({ "act": "watch", "url": program, "token": hall.mcu.token().unwrap(), "areas": [[0, 0, 1000]], "ms": 4000 }))
        .await;
    let looks = seen["looks"].as_array().unwrap();
    let own = looks.iter().filter(|look| look["site"] == json!(NUMBER)).count();
    eprintln!(
        "its marker was seen {on_wall} times on the wall, and {own} times of {} by itself on program; sound {}",
        looks.len(),
        seen["sound"]
    );
    assert!(own >= 10, "{own} of {} pictures, {} pixels wide", looks.len(), seen["width"]);
    assert!(seen["sound"]["packets"].as_u64().unwrap() > 50 && seen["sound"]["energy"].as_f64().unwrap() > 0.0, "{}", seen["sound"]);
    assert_eq!(seen["ended"], 200);

    // Its own seat is to see the main hall, whose H.264 it did not offer to take: the mixer makes the picture in VP8 for it.
    let whep = format!("{base}/whep/{conference}/sites/{SITE}");
    let seen = firefox.act(json!({ "act": "watch", "url": whep, "token": token, "areas": [[0, 0, 1000]], "ms": 8000 })).await;
    let looks = seen["looks"].as_array().unwrap();
    let main = looks.iter().filter(|look| look["site"] == json!(0)).count();
    eprintln!("the main hall's marker was seen {main} times of {} in VP8", looks.len());
    if main < 10 {
        let (relay, mixer) = (hall.mcu.relay.last_words(), hall.mcu.mixer.last_words());
        panic!("{main} of {} pictures, {} pixels wide\nrelay: {relay}\nmixer: {mixer}", looks.len(), seen["width"]);
    }
    let snapshot = hall.mcu.snapshot(&conference).await.unwrap();
    let row = snapshot.sites.iter().find(|row| row.site == site).unwrap();
    assert_ne!(row.trouble, Some(SiteTrouble::CannotDecode), "it is shown something it can decode");
    firefox.end().await;
    hall.end().await;
}

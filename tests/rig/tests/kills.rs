//! Control or console is killed (kill -9) at random moments of a scripted meeting: afterwards the conference is what it is without the kill.
//!
//! The desk sends each command until it is answered, with the same idempotency key, as a desk does whose line comes back. Environment: `KILL_SEED`
//! repeats an order, `KILLS` says how many.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::scratch;
use rig::console::{Console, Desk, Place};
use rig::deployment::Deployment;
use rig::mcu::Mcu;
use rig::program::Program;
use rig::wait::until;
use serde_json::{Value, json};

/// Moments tried in a run of the test, unless `KILLS` says otherwise.
const KILLS: u64 = 10;
/// Both programs are back within this on a busy machine.
const BACK_WITHIN: Duration = Duration::from_secs(40);
/// A kill comes at most so long after its command was sent: before it arrives, while it is written, after its answer.
const LATEST_MS: u64 = 25;

/// A meeting in commands: everything that is kept, muted and locked among it.
fn meeting() -> Vec<(&'static str, Value)> {
    let layout = json!({ "name": "two", "cells": [
        { "x": 0, "y": 0, "w": 500, "h": 500, "source": { "from": "site", "site": "beihu" } },
        { "x": 500, "y": 0, "w": 500, "h": 500, "source": { "from": "loudest" } },
    ] });
    vec![
        ("set_mute_on_join", json!({ "mic": "closed" })),
        ("set_mic", json!({ "site": "beihu", "mic": "open" })),
        ("set_mic", json!({ "site": "suxian", "mic": "open" })),
        ("set_mic", json!({ "site": "zixing", "mic": "open" })),
        ("mute_lock", json!({ "site": "zixing", "locked": true })),
        ("set_gain", json!({ "site": "beihu", "gain_db": -6 })),
        ("set_preview", json!({ "picture": { "kind": "site", "site": "beihu" } })),
        ("take", json!({ "transition": "cut" })),
        ("set_preview", json!({ "picture": { "kind": "layout", "layout": layout } })),
        ("take", json!({ "transition": { "fade": { "ms": 500 } } })),
        ("previous_picture", json!({})),
        ("request_floor", json!({ "site": "guiyang" })),
        ("request_floor", json!({ "site": "yizhang" })),
        ("defer", json!({ "site": "guiyang" })),
        ("grant_floor", json!({ "seconds": 300 })),
        ("cancel_broadcast", json!({})),
        ("call_to_speak", json!({ "site": "suxian" })),
        ("set_mic", json!({ "site": "jiahe", "mic": "open" })),
        ("cancel_broadcast", json!({})),
        ("mute_all", json!({})),
        ("set_mic", json!({ "site": "beihu", "mic": "open" })),
        ("select_view", json!({ "viewer": "anren", "source": { "kind": "site", "site": "beihu" }, "locked": true })),
        ("set_speaker", json!({ "site": "rucheng", "speaker": "muted" })),
        ("slate", json!({ "site": "linwu", "text": "稍候" })),
        ("hang_up", json!({ "site": "guidong" })),
        ("start_content", json!({ "site": "beihu" })),
        ("lock_content", json!({ "site": "beihu" })),
        ("set_overlays", json!({ "overlays": [{ "overlay": "banner", "of": { "text": "全市视频会议", "at": "top" } }] })),
        ("take_lease", json!({ "area": "picture" })),
        ("lock_program", json!({})),
        (
            "load_run_sheet",
            json!({ "sheet": { "title": "导播单", "steps": [
            { "title": "一", "commands": [{ "cmd": "set_mic", "args": { "site": "anren", "mic": "open" } }] },
            { "title": "二", "commands": [{ "cmd": "mute_all", "args": {} }] },
        ] } }),
        ),
        ("next_step", json!({})),
        ("mute_lock", json!({ "site": "anren", "locked": true })),
        ("next_step", json!({})),
        ("grant_chair", json!({ "site": "zixing" })),
        ("set_main_site", json!({ "site": "beihu" })),
        ("mute_all", json!({})),
    ]
}

struct System {
    mcu: Mcu,
    console: Console,
    desk: Desk,
    conference: String,
}

impl System {
    async fn start() -> Self {
        let deployment = Deployment::chenzhou().unwrap();
        let place = Place::free().unwrap();
        let mcu = Mcu::start_for(&scratch(), Some(&place.base)).await.unwrap();
        let console = Console::start(&mcu.dir, &place, &mcu.base).await.unwrap();
        mcu.open(&deployment).await.unwrap();
        let desk = console.sign_in("operator").await.unwrap();
        Self { mcu, console, desk, conference: deployment.conference.as_str().to_owned() }
    }

    async fn end(mut self) {
        self.console.program.end().await;
        self.mcu.end().await;
        let _ = std::fs::remove_dir_all(&self.mcu.dir);
    }
}

/// Sends until there is an answer; what the conference refuses is an answer too.
async fn send(desk: &Desk, conference: &str, key: &str, cmd: &str, args: &Value) -> u16 {
    let body = json!({ "cmd": cmd, "args": args, "idem_key": key });
    let what = format!("an answer to {cmd}");
    let answered = until(&what, BACK_WITHIN, || async {
        let (status, answer) = desk.command(conference, &body).await?;
        anyhow::ensure!(status < 500, "{status} {answer}");
        Ok(status)
    });
    answered.await.unwrap()
}

/// The conference without what tells time, and without what restarted programs report anew.
fn essence(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| !name.ends_with("_ms") && name != "workers");
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    strip(&mut value);
    value
}

async fn kill(program: &mut Program) {
    program.kill().await.unwrap();
    program.restart().unwrap();
}

/// Runs the meeting; with `Some((step, console, delay))` one program is killed while that step is under way.
async fn run(death: Option<(usize, bool, Duration)>) -> Value {
    let mut system = System::start().await;
    for (index, (cmd, args)) in meeting().into_iter().enumerate() {
        let key = format!("step-{index}");
        let victim = match death {
            Some((step, true, delay)) if step == index => Some((&mut system.console.program, delay)),
            Some((step, false, delay)) if step == index => Some((&mut system.mcu.control, delay)),
            Some(_) | None => None,
        };
        let dies = async {
            if let Some((program, delay)) = victim {
                tokio::time::sleep(delay).await;
                kill(program).await;
            }
        };
        let (status, ()) = tokio::join!(send(&system.desk, &system.conference, &key, cmd, &args), dies);
        assert_eq!(status, 200, "{cmd} {args}");
    }
    let found = until("the conference", BACK_WITHIN, || system.mcu.snapshot(&system.conference)).await.unwrap();
    let found = essence(serde_json::to_value(found).unwrap());
    system.end().await;
    found
}

/// A small generator: the moments must be repeatable, not secret.
fn dice(state: &mut u64, bound: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 32) % bound
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_leaves_the_conference_as_it_would_have_been() {
    let mut seed: u64 = std::env::var("KILL_SEED").ok().map_or(20_261_123, |text| text.parse().unwrap());
    let reference = run(None).await;
    let closed = |value: &Value| -> Vec<String> {
        let sites = value["sites"].as_array().unwrap().iter();
        sites.filter(|site| site["mic"] == "closed").map(|site| site["site"].as_str().unwrap().to_owned()).collect()
    };
    let steps = meeting().len() as u64;
    let kills = std::env::var("KILLS").ok().map_or(KILLS, |text| text.parse().unwrap());
    for kill in 0..kills {
        let (step, console) = (dice(&mut seed, steps) as usize, kill % 2 == 1);
        let delay = Duration::from_millis(dice(&mut seed, LATEST_MS));
        let found = run(Some((step, console, delay))).await;
        let what = format!("{} killed {delay:?} into step {step}", if console { "the console" } else { "control" });
        assert_eq!(closed(&found), closed(&reference), "{what}: microphones");
        assert_eq!(found, reference, "{what}");
        eprintln!("{what}: the same");
    }
}

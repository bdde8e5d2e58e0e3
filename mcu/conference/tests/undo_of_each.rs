//! Every command there is, with its undo: the list is the API's, so that a command without a row fails.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod world;

use std::collections::BTreeSet;

use mcu_api::{Command, CommandAnswer, Rev};
use mcu_conference::Outcome;
use serde_json::{Value, json};
use world::{World, wishes};

/// What undo makes of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undo {
    /// The state is as before.
    Back,
    /// It has a command of its own that takes it back, or is over for good; undo says so.
    Own,
}

use Undo::{Back, Own};

/// A command with what must have happened before it.
struct Row {
    before: Vec<(&'static str, Value)>,
    cmd: &'static str,
    args: Value,
    undo: Undo,
}

fn row(cmd: &'static str, args: Value, undo: Undo) -> Row {
    Row { before: Vec::new(), cmd, args, undo }
}

fn after(before: &[(&'static str, Value)], cmd: &'static str, args: Value, undo: Undo) -> Row {
    Row { before: before.to_vec(), cmd, args, undo }
}

fn plan() -> Value {
    json!({ "plan": { "name": "lost", "title": "主会场断线", "commands": [{ "cmd": "broadcast_site", "args": { "site": "s2" } }] } })
}

fn asking_plan() -> Value {
    let mut plan = plan();
    plan["plan"]["trigger"] = json!({ "when": { "cause": "main_site_lost" }, "for_s": 1, "ask": true });
    plan
}

fn life_and_speech() -> Vec<Row> {
    let one = || json!({ "site": "s1" });
    vec![
        after(&[("hang_up", one())], "call", one(), Back),
        after(&[("hang_up", one())], "call_all_absent", json!({}), Back),
        row("hang_up", one(), Back),
        row("remove", one(), Back),
        row("set_main_site", one(), Back),
        row("lock", json!({}), Back),
        after(&[("lock", json!({}))], "unlock", json!({}), Back),
        row("extend", json!({ "ends_at_ms": 9_000_000, "auto_end": true }), Back),
        row("set_mute_on_join", json!({ "mic": "open" }), Back),
        row("set_free_view", json!({ "free_view": true }), Back),
        row("set_redial", json!({ "policy": { "every_s": 10, "tries": 3 } }), Back),
        row("request_chair", one(), Back),
        row("grant_chair", one(), Back),
        after(&[("grant_chair", one())], "release_chair", json!({}), Back),
        after(&[("grant_chair", one())], "revoke_chair", json!({}), Back),
        row("dialogue", one(), Back),
        row("call_to_speak", json!({ "site": "s1", "seconds": 60 }), Back),
        row("set_speech_timer", json!({ "seconds": 60 }), Back),
        row("request_floor", one(), Back),
        after(&[("request_floor", one())], "grant_floor", json!({}), Back),
        after(&[("request_floor", one()), ("request_floor", json!({ "site": "s2" }))], "defer", one(), Back),
        after(&[("request_floor", one())], "withdraw", one(), Back),
        after(&[("request_floor", one())], "clear_queue", json!({}), Back),
        row("start_roll_call", json!({ "sites": ["s1", "s2"] }), Back),
        after(&[("start_roll_call", json!({ "sites": ["s1", "s2"] }))], "next_roll_call", json!({}), Back),
        after(
            &[("start_roll_call", json!({ "sites": ["s1", "s2"] }))],
            "score_roll_call",
            json!({ "site": "s1", "score": "normal" }),
            Back,
        ),
        after(&[("start_roll_call", json!({ "sites": ["s1", "s2"] }))], "stop_roll_call", json!({}), Back),
    ]
}

fn sound_and_picture() -> Vec<Row> {
    let one = || json!({ "site": "s1" });
    let layout = || json!({ "name": "two", "cells": [{ "x": 0, "y": 0, "w": 500, "h": 500, "source": { "from": "site", "site": "s1" } }] });
    let languages = || json!({ "languages": [{ "language": "en", "name": "英语", "name_en": "English" }] });
    vec![
        row("set_mic", json!({ "site": "s1", "mic": "open" }), Back),
        after(&[("set_mic", json!({ "site": "s1", "mic": "open" }))], "mute_all", json!({}), Back),
        row("mute_lock", json!({ "site": "s1", "locked": true }), Back),
        row("set_speaker", json!({ "site": "s1", "speaker": "muted" }), Back),
        row("set_gain", json!({ "site": "s1", "gain_db": -6 }), Back),
        row("set_mix_members", json!({ "site": "s1", "members": ["s2"] }), Back),
        row("open_channels", languages(), Back),
        after(&[("open_channels", languages())], "set_interpreter", json!({ "site": "s1", "language": "en" }), Back),
        after(&[("open_channels", languages())], "set_language", json!({ "site": "s1", "language": "en" }), Back),
        row("broadcast_site", one(), Back),
        row("broadcast_layout", json!({ "layout": layout() }), Back),
        after(&[("broadcast_site", one())], "cancel_broadcast", json!({}), Back),
        row("select_view", json!({ "viewer": "s2", "source": { "kind": "site", "site": "s1" }, "locked": true }), Back),
        row("set_layout", json!({ "layout": layout() }), Back),
        row("set_preview", json!({ "picture": { "kind": "site", "site": "s1" } }), Back),
        after(&[("set_preview", json!({ "picture": { "kind": "site", "site": "s1" } }))], "take", json!({}), Back),
        after(&[("broadcast_site", one()), ("broadcast_site", json!({ "site": "s2" }))], "previous_picture", json!({}), Back),
        row("slate", json!({ "site": "s1", "text": "稍候" }), Back),
        row("start_polling", json!({ "kind": "broadcast" }), Back),
        after(&[("start_polling", json!({ "kind": "watch" }))], "pause_polling", json!({ "kind": "watch" }), Back),
        after(
            &[("start_polling", json!({ "kind": "watch" })), ("pause_polling", json!({ "kind": "watch" }))],
            "resume_polling",
            json!({ "kind": "watch" }),
            Back,
        ),
        after(&[("start_polling", json!({ "kind": "broadcast" }))], "stop_polling", json!({ "kind": "broadcast" }), Back),
        row("set_voice_switch", json!({ "on": true }), Back),
        row("start_content", one(), Back),
        after(&[("start_content", one())], "stop_content", json!({}), Back),
        row("invite_content", one(), Back),
        row("lock_content", one(), Back),
        row("set_overlays", json!({ "overlays": [{ "overlay": "banner", "of": { "text": "会议", "at": "top" } }] }), Back),
        row("set_output", json!({ "audience": "record", "picture": { "kind": "site", "site": "s1" } }), Back),
        row("set_record", json!({ "record": "running" }), Back),
        row("set_live", json!({ "live": true, "delay_s": 5 }), Back),
    ]
}

fn desk() -> Vec<Row> {
    let area = || json!({ "area": "picture" });
    let sheet = || {
        json!({ "sheet": { "title": "导播单", "steps": [
        { "title": "一", "commands": [{ "cmd": "mute_lock", "args": { "site": "s1", "locked": true } }] },
        { "title": "二" },
    ] } })
    };
    let named = || json!({ "name": "lost" });
    vec![
        row("take_lease", area(), Own),
        after(&[("take_lease", area())], "request_lease", area(), Own),
        after(&[("take_lease", area())], "release_lease", area(), Own),
        after(&[("take_lease", area())], "take_over_lease", area(), Own),
        row("lock_program", json!({}), Own),
        after(&[("lock_program", json!({}))], "unlock_program", json!({}), Own),
        row("load_run_sheet", sheet(), Back),
        after(&[("load_run_sheet", sheet())], "set_run_step", json!({ "next": 1 }), Back),
        after(&[("load_run_sheet", sheet())], "next_step", json!({}), Back),
        row("arm_plan", plan(), Own),
        after(&[("arm_plan", plan())], "disarm_plan", named(), Own),
        after(&[("arm_plan", plan())], "run_plan", named(), Back),
        after(&[("arm_plan", asking_plan())], "answer_plan", json!({ "name": "lost", "run": false }), Own),
        after(&[("arm_plan", plan()), ("run_plan", named())], "roll_back_plan", named(), Own),
        after(&[("broadcast_site", json!({ "site": "s1" }))], "undo", json!({}), Own),
        after(&[("broadcast_site", json!({ "site": "s1" })), ("undo", json!({}))], "redo", json!({}), Back),
        row("end", json!({}), Own),
    ]
}

/// Gives the command, confirming it where it asks; what others must do is done by another.
fn give(world: &mut World, cmd: &str, args: &Value) -> Outcome {
    let command: Command =
        serde_json::from_value(json!({ "cmd": cmd, "args": args })).unwrap_or_else(|error| panic!("{cmd} {args}: {error}"));
    let author = if matches!(command, Command::RequestLease { .. } | Command::TakeOverLease { .. }) { "second" } else { "operator" };
    if cmd == "answer_plan" {
        // The trigger asks once the main site has been away.
        world.step(world::Step::Presence { site: 0, state: 3 });
        world.wait(2_500);
    }
    let mut request = world::plain(command);
    let outcome = world.send_as(author, &world::ALL_RIGHTS, None, request.clone()).unwrap_or_else(|refusal| panic!("{cmd}: {refusal:?}"));
    let CommandAnswer::NeedsConfirmation { token } = outcome.answer else { return outcome };
    request.confirm = Some(token);
    world.send_as(author, &world::ALL_RIGHTS, None, request).unwrap_or_else(|refusal| panic!("{cmd}: {refusal:?}"))
}

fn try_row(row: &Row) {
    let mut world = World::thirteen();
    for (cmd, args) in &row.before {
        let done = give(&mut world, cmd, args);
        assert!(!done.envelopes.is_empty(), "{} before {} changes nothing", cmd, row.cmd);
    }
    let was = wishes(world.conference.state());
    let done = give(&mut world, row.cmd, &row.args);
    let rev: Rev = done.envelopes.last().unwrap_or_else(|| panic!("{} changed nothing", row.cmd)).rev;
    let is = wishes(world.conference.state());
    let undone = world.ask(Command::Undo { rev: Some(rev) });
    match row.undo {
        Back => {
            assert_ne!(was, is, "{} changed nothing that is wished", row.cmd);
            if matches!(undone.as_ref().map(|outcome| &outcome.answer), Ok(CommandAnswer::NeedsConfirmation { .. })) {
                world.confirmed("operator", Command::Undo { rev: Some(rev) }).unwrap();
            } else {
                undone.unwrap_or_else(|refusal| panic!("undo of {}: {refusal:?}", row.cmd));
            }
            assert_eq!(wishes(world.conference.state()), was, "undo of {}", row.cmd);
        }
        Own => {
            let refusal = undone.err().unwrap_or_else(|| panic!("undo took {} back", row.cmd));
            assert!(!refusal.detail.is_empty() && !refusal.detail_zh.is_empty(), "{}: {refusal:?}", row.cmd);
            assert_eq!(wishes(world.conference.state()), is, "a refused undo of {} changes nothing", row.cmd);
        }
    }
}

#[test]
fn undo_of_every_command_there_is() {
    let rows: Vec<Row> = life_and_speech().into_iter().chain(sound_and_picture()).chain(desk()).collect();
    let document: Value = serde_json::from_str(include_str!("../../api/openapi.json")).unwrap();
    let all = document["components"]["schemas"]["Command"]["oneOf"].as_array().unwrap();
    let all: BTreeSet<&str> = all.iter().map(|variant| variant["properties"]["cmd"]["enum"][0].as_str().unwrap()).collect();
    let tried: BTreeSet<&str> = rows.iter().map(|row| row.cmd).collect();
    assert_eq!(all.difference(&tried).collect::<Vec<_>>(), Vec::<&&str>::new(), "commands without a row");
    assert_eq!(tried.len(), rows.len(), "a command with two rows");
    for row in &rows {
        try_row(row);
    }
}

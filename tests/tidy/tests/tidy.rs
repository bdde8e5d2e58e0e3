//! Sizes, direction of dependencies, documentation, clocks, paths.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use tidy::{Source, root, sources};

/// Above this a file does two things.
const MAX_FILE_LINES: usize = 500;
/// Above this a function does.
const MAX_FUNCTION_LINES: usize = 70;

/// Which crates of ours a crate may use; everything not named here may not be used. Directions are those of ARCHITECTURE.md.
const MAY_USE: [(&str, &[&str]); 30] = [
    ("mcu-api", &[]),
    ("mcu-media-api", &[]),
    ("block-code", &[]),
    ("picture", &[]),
    ("access-token", &[]),
    ("audit-chain", &[]),
    ("room-api", &[]),
    ("codec", &["picture", "mcu-media-api"]),
    ("conference-cli", &["mcu-api"]),
    ("mcu-conference", &["mcu-api"]),
    ("mcu-relay", &["mcu-media-api"]),
    ("mcu-mixer", &["mcu-media-api", "block-code", "picture", "codec"]),
    ("mcu-control", &["mcu-api", "mcu-media-api", "mcu-conference", "access-token", "audit-chain"]),
    ("impaired-wire", &[]),
    ("room-link", &[]),
    ("room-driver", &["room-api"]),
    ("room-drivers", &["room-driver", "room-api"]),
    ("room-core", &["room-api"]),
    ("room-sim", &["room-api", "room-drivers", "room-driver", "room-link"]),
    ("room-probe", &["room-drivers", "room-driver", "room-link", "room-api"]),
    ("room-terminal", &["block-code", "picture", "codec", "access-token", "room-api", "impaired-wire"]),
    ("room-server", &["room-api", "room-link", "room-driver", "room-drivers", "room-core", "room-sim", "access-token", "audit-chain"]),
    ("forms", &[]),
    ("console-server", &["mcu-api", "room-api", "access-token", "audit-chain", "forms"]),
    ("tidy", &[]),
    ("rig", &["mcu-api", "room-api", "access-token", "netlab"]),
    ("netlab", &["impaired-wire"]),
    ("load", &["rig", "netlab", "mcu-api", "mcu-relay", "mcu-media-api", "codec", "picture", "block-code", "room-terminal"]),
    (
        "fuzz",
        &[
            "mcu-api",
            "mcu-media-api",
            "mcu-relay",
            "room-api",
            "room-terminal",
            "room-driver",
            "room-drivers",
            "room-sim",
            "codec",
            "audit-chain",
        ],
    ),
    ("fuzz-harness", &["fuzz"]),
];

/// Pure machines: time and randomness come in as arguments.
const MACHINES: [&str; 7] = [
    "mcu/conference/src",
    "mcu/relay/src/crosspoint",
    "mcu/relay/src/peer",
    "mcu/relay/src/sdp",
    "mcu/relay/src/tcp",
    "room-controller/core/src",
    "room-controller/driver/src",
];

/// Crates whose public items are all documented.
const DOCUMENTED: [&str; 13] = [
    "mcu/api",
    "mcu/media-api",
    "mcu/block-code",
    "mcu/picture",
    "mcu/codec",
    "mcu/conference",
    "mcu/access-token",
    "mcu/audit-chain",
    "room-controller/api",
    "room-controller/core",
    "room-controller/driver",
    "room-controller/drivers",
    "web-console/forms",
];

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_do_one_thing() {
    let mut faults = Vec::new();
    for source in sources(&[".rs", ".ts", ".tsx", ".css", ".mjs"]).unwrap() {
        let generated = source.path.contains(".gen.");
        let lines = if source.path.ends_with(".rs") { source.own_lines().count() } else { source.text.lines().count() };
        if !generated && !source.is_test() && lines > MAX_FILE_LINES {
            faults.push(format!("{} has {lines} lines (at most {MAX_FILE_LINES})", source.path));
        }
    }
    assert_none(&faults);
}

#[test]
fn functions_do_one_thing() {
    let mut faults = Vec::new();
    for source in sources(&[".rs"]).unwrap() {
        let mut open: Option<(usize, String, usize)> = None;
        for (number, line) in source.own_lines() {
            let indent = line.len() - line.trim_start().len();
            let starts =
                line.trim_start().split("fn ").count() > 1 && !line.trim_start().starts_with("//") && line.trim_end().ends_with('{');
            if open.is_none() && starts {
                open = Some((indent, line.trim().to_owned(), number));
            }
            if let Some((at, name, start)) = &open
                && indent == *at
                && line.trim_start().starts_with('}')
            {
                if number - start > MAX_FUNCTION_LINES && !source.is_test() {
                    faults.push(format!("{}:{start} {name} has {} lines", source.path, number - start));
                }
                open = None;
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let mut faults = Vec::new();
    for source in sources(&["Cargo.toml"]).unwrap() {
        let table: toml::Table = toml::from_str(&source.text).unwrap();
        let Some(name) = table.get("package").and_then(|package| package["name"].as_str()) else { continue };
        let Some(may) = allowed.get(name) else {
            faults.push(format!("{}: {name} has no row in this test; say what it may use", source.path));
            continue;
        };
        let Some(uses) = table.get("dependencies").and_then(toml::Value::as_table) else { continue };
        for used in uses.keys().filter(|used| allowed.contains_key(used.as_str()) && !may.contains(&used.as_str())) {
            faults.push(format!("{}: {name} may not use {used}", source.path));
        }
    }
    assert_none(&faults);
}

#[test]
fn public_items_are_documented() {
    let kinds = ["fn ", "struct ", "enum ", "trait ", "const ", "type ", "async fn ", "const fn "];
    let mut faults = Vec::new();
    for source in sources(&[".rs"]).unwrap() {
        if !DOCUMENTED.iter().any(|dir| source.path.starts_with(&format!("{dir}/src"))) {
            continue;
        }
        let mut documented = false;
        for (number, line) in source.own_lines() {
            let text = line.trim_start();
            if text.starts_with("///") {
                documented = true;
            } else if let Some(rest) = text.strip_prefix("pub ") {
                if kinds.iter().any(|kind| rest.starts_with(kind)) && !documented && !rest.contains('$') {
                    faults.push(format!("{}:{number} {text}", source.path));
                }
                documented = false;
            } else if !text.starts_with("#[") && !text.starts_with(')') && !text.starts_with('"') && !text.ends_with(',') {
                documented = false;
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn machines_have_no_clock_and_no_dice() {
    let banned = ["Instant::now", "SystemTime::now", "thread::spawn", "tokio::spawn", "getrandom::", "HashMap"];
    let mut faults = Vec::new();
    for source in sources(&[".rs"]).unwrap() {
        if source.is_test() || !MACHINES.iter().any(|dir| source.path.starts_with(dir)) {
            continue;
        }
        for (number, line) in source.own_lines().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for word in banned.iter().filter(|word| line.contains(**word)) {
                faults.push(format!("{}:{number} a machine uses {word}", source.path));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn nothing_names_a_machine_or_is_left_unfinished() {
    let paths = ["/wor\u{6b}/", "/roo\u{74}/", "crates.io-19\u{34}9"];
    let unfinished = ["tod\u{6f}!(", "unimplemente\u{64}!(", "FIX\u{4d}E", "XX\u{58}"];
    let mut faults = Vec::new();
    for source in sources(&[".rs", ".ts", ".tsx", ".mjs", ".py", ".toml", ".md", ".json", "Makefile"]).unwrap() {
        for (index, line) in source.text.lines().enumerate() {
            for word in paths.iter().chain(&unfinished).filter(|word| line.contains(**word)) {
                faults.push(format!("{}:{} has {word}", source.path, index + 1));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn every_configuration_key_is_explained() {
    let mut faults = Vec::new();
    for source in sources(&[".toml"]).unwrap().iter().filter(|source| source.path.starts_with("configs/")) {
        let head = first_table_of_a_list(source);
        let mut explained = false;
        for (index, line) in head.iter().enumerate() {
            if line.starts_with('#') {
                explained = true;
            } else if line.contains(" = ") && !explained {
                faults.push(format!("{}:{} {line}", source.path, index + 1));
            } else if line.is_empty() {
                explained = false;
            }
        }
    }
    assert_none(&faults);
}

/// The file up to the first element of a list: its keys are explained once, above it.
fn first_table_of_a_list(source: &Source) -> Vec<&str> {
    source.text.lines().take_while(|line| !line.starts_with("[[")).collect()
}

#[test]
fn the_top_level_is_as_drawn() {
    for name in [
        "mcu",
        "room-controller",
        "web-console",
        "configs",
        "tests",
        "docs",
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "Makefile",
        "LICENSE",
        "deny.toml",
    ] {
        assert!(root().join(name).exists(), "{name} is missing");
    }
}

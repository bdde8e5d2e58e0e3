//! `make run` without the building: the launcher brings thirteen rooms into one conference, a technician works in one, an operator rehearses a fault,
//! everything ends cleanly.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::process::Command;

/// The deployment's own files, with free ports and a data directory of this test.
fn configs_in(dir: &Path) -> String {
    let console = rig::ports::free_tcp().unwrap();
    let replacements = [
        ("127.0.0.1:7880".to_owned(), format!("127.0.0.1:{}", rig::ports::free_tcp().unwrap())),
        ("127.0.0.1:7882".to_owned(), format!("127.0.0.1:{}", rig::ports::free_media().unwrap())),
        ("127.0.0.1:8080".to_owned(), format!("127.0.0.1:{console}")),
        ("\"data/".to_owned(), format!("\"{}/", dir.join("data").display())),
    ];
    let configs = dir.join("configs");
    std::fs::create_dir_all(&configs).unwrap();
    for entry in std::fs::read_dir(rig::deployment::root().join("configs/chenzhou")).unwrap() {
        let path = entry.unwrap().path();
        let text = replacements.iter().fold(std::fs::read_to_string(&path).unwrap(), |text, (from, to)| text.replace(from, to));
        std::fs::write(configs.join(path.file_name().unwrap()), text).unwrap();
    }
    format!("http://127.0.0.1:{console}")
}

fn passwords(dir: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(dir.join("data/console/accounts.txt")).unwrap();
    let split = |line: &str| line.split_once(' ').map(|(account, password)| (account.to_owned(), password.trim().to_owned()));
    text.lines().filter(|line| !line.starts_with('#')).filter_map(split).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_launcher_brings_all_rooms_in_and_a_technician_sets_one_up() {
    let dir = common::scratch();
    std::fs::create_dir_all(dir.join("data")).unwrap();
    let _ = std::os::unix::fs::symlink(std::fs::canonicalize(rig::terminal::clips()).unwrap_or_default(), dir.join("data/clips"));
    let console = configs_in(&dir);
    let said = dir.join("said.txt");
    let mut launcher = Command::new(rig::program::built("rehearsal"))
        .args(["run", "--configs"])
        .arg(dir.join("configs"))
        .arg("--data")
        .arg(dir.join("data"))
        .stdout(Stdio::from(std::fs::File::create(&said).unwrap()))
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // Whatever comes of it, the launcher ends what it started: killed outright it would leave the MCU's workers behind.
    let outcome = scenes(&dir, &said, &console).await;
    let id = launcher.id().unwrap().to_string();
    Command::new("kill").args(["-INT", &id]).status().await.unwrap();
    let status = tokio::time::timeout(Duration::from_secs(30), launcher.wait()).await.unwrap().unwrap();
    outcome.unwrap();
    assert!(status.success());
    assert!(std::fs::read_to_string(&said).unwrap().contains("ended"));
    let _ = std::fs::remove_dir_all(&dir);
}

/// All rooms join; then the technician and the operator at work.
async fn scenes(dir: &Path, said: &Path, console: &str) -> anyhow::Result<()> {
    let joined = rig::wait::until("13 of 13 sites joined", Duration::from_secs(120), || async {
        let text = std::fs::read_to_string(said)?;
        anyhow::ensure!(text.contains("13 of 13 sites joined"), "{text}\nroom-controller: {}", last_words(dir));
        Ok(text)
    });
    let text = joined.await?;
    eprintln!("{}", text.rsplit('\r').next().unwrap_or_default());
    let setting = json!({
        "console": console,
        "conference": rig::deployment::Deployment::chenzhou()?.conference.as_str(),
        "passwords": passwords(dir),
        "screenshots": rig::deployment::root().join("target/screenshots"),
    });
    for script in ["room.mjs", "rehearsal.mjs"] {
        let path = rig::deployment::root().join("tests/e2e").join(script);
        let output = Command::new("node").arg(path).env("SETTING", setting.to_string()).output().await?;
        let words = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        anyhow::ensure!(output.status.success(), "{words}\nroom-controller: {}", last_words(dir));
        eprintln!("{words}");
    }
    Ok(())
}

fn last_words(dir: &Path) -> String {
    let text = std::fs::read_to_string(dir.join("data/logs/room-controller.log")).unwrap_or_default();
    text.lines().rev().take(8).collect::<Vec<_>>().join("\n")
}

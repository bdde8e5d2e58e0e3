//! A terminal that belongs to a parent ends with it, also when the parent was killed; one that does not goes on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use access_token::SigningKey;

/// Patience for starting and ending on a busy machine.
const SOON: Duration = Duration::from_secs(20);
/// A terminal that would end on a closed input has done so by then.
const A_WHILE: Duration = Duration::from_secs(1);

struct Setting {
    dir: PathBuf,
    config: PathBuf,
}

impl Setting {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("leash-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let (key, config) = (dir.join("key.pem"), dir.join("terminal.toml"));
        std::fs::write(&key, SigningKey::generate("room:guiyang").unwrap().to_pem().unwrap()).unwrap();
        // No MCU listens on the discard port: the terminal tries for ever.
        let text = format!(
            "site = \"guiyang\"\nname = \"桂阳县\"\nnumber = 4\nconference = \"c\"\nmcus = [\"http://127.0.0.1:9\"]\nkey = {key:?}\nsource = \"live\"\nclips = {dir:?}\n"
        );
        std::fs::write(&config, text).unwrap();
        let prepared = Command::new(env!("CARGO_BIN_EXE_room-terminal"))
            .args(["prepare-clip", "--site", "guiyang", "--name", "桂阳县", "--number", "4", "--dir"])
            .arg(&dir)
            .output()
            .unwrap();
        assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
        Self { dir, config }
    }

    fn start(&self, more: &[&str]) -> Child {
        let mut child = Command::new(env!("CARGO_BIN_EXE_room-terminal"))
            .args(["run", "--config"])
            .arg(&self.config)
            .args(more)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("terminal runs") {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "it ended before it ran");
        }
        // Whatever it says later must not fill the pipe and stop it.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        child
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all::<&Path>(&self.dir);
    }
}

fn ended_within(child: &mut Child, patience: Duration) -> bool {
    let began = Instant::now();
    while began.elapsed() < patience {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

#[test]
fn ends_when_its_parent_lets_go() {
    let setting = Setting::new("belongs");
    let mut terminal = setting.start(&["--belongs-to-parent"]);
    assert!(!ended_within(&mut terminal, A_WHILE));
    drop(terminal.stdin.take());
    let ended = ended_within(&mut terminal, SOON);
    let _ = terminal.kill();
    assert!(ended);
}

#[test]
fn goes_on_without_input_when_it_stands_alone() {
    let setting = Setting::new("alone");
    let mut terminal = setting.start(&[]);
    drop(terminal.stdin.take());
    let ended = ended_within(&mut terminal, A_WHILE);
    let _ = terminal.kill();
    let _ = terminal.wait();
    assert!(!ended);
}

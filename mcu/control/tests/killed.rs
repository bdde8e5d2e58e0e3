//! The real program, killed with no warning while commands come in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and its helpers do so for it"
)]

mod support;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command as Program, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mcu_api::{Client, Command, CommandAnswer, Mic, Rev};
use support::{Keys, OPERATOR, Scratch, conference, opening, plain, site, until};

struct Running {
    child: Child,
    base: String,
}

impl Running {
    /// Starts the program and reads from its log where its doors are.
    fn start(config: &PathBuf) -> Self {
        let mut child = Program::new(env!("CARGO_BIN_EXE_mcu")).arg("--config").arg(config).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("listening") {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "the program ended");
        }
        let address = line.split("http=").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned();
        // The rest of the log is read so that the program never waits for it.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, base: format!("http://{address}") }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn write_config(scratch: &Scratch, keys: &Keys) -> PathBuf {
    let root = scratch.0.display();
    let key = keys.file.display();
    let text = format!(
        "http = \"127.0.0.1:0\"\ndata_dir = \"{root}/data\"\ncontrol_socket = \"{root}/control.sock\"\n[trusted_keys]\nconsole = \"{key}\"\n"
    );
    let path = scratch.0.join("mcu.toml");
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_command_is_lost_or_doubled() {
    let scratch = Scratch::new();
    let keys = Keys::new(&scratch);
    let config = write_config(&scratch, &keys);
    let token = keys.token("operator", &OPERATOR, None);
    let mut acknowledged = Rev(1);
    let mut number = 0_u64;
    let mut mic = Mic::Open;
    for round in 0..4 {
        let running = Running::start(&config);
        let client = Client::new(&running.base, &token, None).unwrap();
        if round == 0 {
            client.open(&opening()).await.unwrap();
        }
        // Killed from beside while commands go on: the last one was perhaps journalled, perhaps not; its repetition with the same key settles it once.
        let answered = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&answered);
        let killer = tokio::spawn(async move {
            until("a few answers", || std::future::ready((seen.load(Ordering::Relaxed) > 4 + round).then_some(()))).await;
            running.kill();
        });
        loop {
            let mut request = plain(Command::SetMic { site: site("guiyang"), mic });
            request.idem_key = Some(format!("n{number}"));
            let Ok(answer) = client.command(&conference(), &request).await else { break };
            let CommandAnswer::Accepted { rev } = answer else { panic!("{answer:?}") };
            assert_eq!(rev, acknowledged.next(), "each command counts once");
            acknowledged = rev;
            number += 1;
            answered.fetch_add(1, Ordering::Relaxed);
            mic = if mic == Mic::Open { Mic::Closed } else { Mic::Open };
        }
        killer.await.unwrap();
    }
    let running = Running::start(&config);
    let client = Client::new(&running.base, &token, None).unwrap();
    let snapshot = until("the conference is back", || async { client.snapshot(&conference()).await.ok() }).await;
    let unsettled = snapshot.rev == acknowledged.next();
    assert!(snapshot.rev == acknowledged || unsettled, "{:?} after {acknowledged:?}", snapshot.rev);
    let last = if unsettled == (mic == Mic::Open) { Mic::Open } else { Mic::Closed };
    assert_eq!(snapshot.sites[1].mic, last);
    running.kill();
    let audit = std::fs::read(scratch.0.join("data/audit.jsonl")).unwrap();
    let whole = audit.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    assert!(audit_chain::verify(&audit[..whole]).unwrap() > number);
}

#[test]
fn the_configuration_is_checked_without_starting() {
    let scratch = Scratch::new();
    let keys = Keys::new(&scratch);
    let config = write_config(&scratch, &keys);
    let check = |path: &PathBuf| Program::new(env!("CARGO_BIN_EXE_mcu")).arg("--check").arg("--config").arg(path).output().unwrap();
    assert!(check(&config).status.success());
    assert!(!scratch.0.join("data").exists());
    std::fs::write(&config, "http = 7\n").unwrap();
    let refused = check(&config);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("line 1"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_on_sigterm() {
    let scratch = Scratch::new();
    let keys = Keys::new(&scratch);
    let mut running = Running::start(&write_config(&scratch, &keys));
    let id = running.child.id().to_string();
    assert!(Program::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let status = until("it ends", || std::future::ready(running.child.try_wait().unwrap())).await;
    assert!(status.success(), "{status:?}");
}

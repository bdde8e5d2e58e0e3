//! The program by itself: its arguments, its configuration and its end.

mod common;

use std::{path::PathBuf, process::Command};

use common::control::Rig;

fn checked(name: &str, text: &str) -> (bool, String) {
    let file = std::env::temp_dir().join(format!("mcu-relay-check-{}-{name}.toml", std::process::id()));
    let _ = std::fs::write(&file, text);
    let output = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_mcu-relay")))
        .args(["--check", "--config"])
        .arg(&file)
        .env_remove("RUST_LOG")
        .output();
    let _ = std::fs::remove_file(&file);
    output.map_or((false, String::new()), |output| (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

#[test]
fn check_tells_good_from_bad() {
    let good = "control_socket = \"/run/mcu/workers.sock\"\nmedia = \"127.0.0.1:3478\"\n";
    assert_eq!(checked("good", good), (true, String::new()));
    let (ok, said) = checked("bad", &good.replace("127.0.0.1", "0.0.0.0"));
    assert!(!ok && said.contains("bad.toml: advertise: is missing"), "{said}");
    let (ok, said) = checked("log", &format!("{good}log = \"a=b=c\"\n"));
    assert!(!ok && said.contains("log.toml: log:"), "{said}");
    let (ok, said) = checked("typo", &format!("{good}advertize = []\n"));
    assert!(!ok && said.contains("advertize"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_ends_it_cleanly_and_its_peers_notice() {
    let mut rig = Rig::start().await;
    let watching = rig.watcher("watch", "c/site/w").await;
    let id = rig.relay.id().unwrap();
    let killed = Command::new("kill").args(["-TERM", &id.to_string()]).status().unwrap();
    assert!(killed.success());
    let status = tokio::time::timeout(common::PATIENCE, rig.relay.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
    common::until("the watcher to notice", || {
        use webrtc::peer_connection::RTCPeerConnectionState::{Closed, Disconnected, Failed};
        matches!(watching.seen.lock().unwrap().state, Some(Closed | Disconnected | Failed))
    })
    .await;
}

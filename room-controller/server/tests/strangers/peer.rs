//! Programs that nobody here wrote, run beside a test; and what they need.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::wire::SOON;

/// Starts a program that ends with the test.
pub(crate) fn start(command: &mut Command) -> Child {
    let program = command.as_std().get_program().display().to_string();
    let started = command.kill_on_drop(true).spawn();
    started.unwrap_or_else(|error| panic!("{program} cannot be started ({error}): run make setup-test"))
}

/// Runs a program to its end; whether it was content, and what it said.
pub(crate) async fn run(program: &str, args: &[&str]) -> (bool, String) {
    let mut command = Command::new(program);
    let running = start(command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())).wait_with_output();
    let output = tokio::time::timeout(SOON, running).await.expect("the program did not end").unwrap();
    (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let late = Instant::now() + SOON;
    while !holds().await {
        assert!(Instant::now() < late, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A place of this machine that nobody held a moment ago, on TCP and UDP.
pub(crate) fn free() -> SocketAddr {
    loop {
        let at = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        if std::net::UdpSocket::bind(at).is_ok() {
            return at;
        }
    }
}

/// A fresh directory of this test.
pub(crate) fn directory(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("strangers-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// A serial line: keep the program, use the two ends.
pub(crate) async fn socat(name: &str) -> (Child, PathBuf, PathBuf) {
    let dir = directory(name);
    let (a, b) = (dir.join("a"), dir.join("b"));
    let end = |path: &std::path::Path| format!("pty,raw,echo=0,link={}", path.display());
    let socat = start(Command::new("socat").arg(end(&a)).arg(end(&b)));
    until("socat made a line", async || a.exists() && b.exists()).await;
    (socat, a, b)
}

/// A script that plays a device with a stranger's library: it says `ready`, then answers each line with one.
pub(crate) struct Peer {
    _child: Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    pub(crate) async fn start(command: &mut Command) -> Self {
        let mut child = start(command.stdin(Stdio::piped()).stdout(Stdio::piped()));
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()).lines());
        let mut peer = Self { _child: child, to, from };
        assert_eq!(peer.line().await, "ready");
        peer
    }

    async fn line(&mut self) -> String {
        let line = tokio::time::timeout(SOON, self.from.next_line()).await.expect("the peer says nothing").unwrap();
        line.expect("the peer has ended; run make setup-test if it misses a module")
    }

    pub(crate) async fn ask(&mut self, words: &str) -> String {
        self.to.write_all(format!("{words}\n").as_bytes()).await.unwrap();
        self.line().await
    }
}

//! One real program under the rig's care.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::process::{Child, Command};

/// A program that has not ended this long after SIGTERM is killed.
const END_WITHIN: Duration = Duration::from_secs(5);

/// Where the programs built from this repository are.
#[must_use]
pub fn built(name: &str) -> PathBuf {
    let dir = std::env::var_os("PROGRAMS_DIR").map(PathBuf::from).or_else(beside_this_test);
    dir.unwrap_or_else(|| crate::deployment::root().join("target/debug")).join(name)
}

/// Tests run from `target/<profile>/deps`, the launcher from `target/<profile>`.
fn beside_this_test() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let dir = own.parent()?;
    Some(if dir.ends_with("deps") { dir.parent()?.to_owned() } else { dir.to_owned() })
}

/// A running program with its log in a file.
pub struct Program {
    name: String,
    arguments: Vec<String>,
    log: PathBuf,
    child: Child,
}

impl Program {
    /// Starts `name` from the built programs; standard output and error go to `<log_dir>/<label>.log`.
    ///
    /// # Errors
    /// When the program is not built or cannot be started.
    pub fn start(name: &str, label: &str, arguments: &[&str], log_dir: &Path) -> anyhow::Result<Self> {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let log = log_dir.join(format!("{label}.log"));
        let child = spawn(name, &arguments, &log)?;
        Ok(Self { name: name.to_owned(), arguments, log, child })
    }

    /// Kills it as a crash would (SIGKILL) and waits until it is gone.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("cannot kill")
    }

    /// Starts it again with the same arguments.
    ///
    /// # Errors
    /// As [`Program::start`].
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.child = spawn(&self.name, &self.arguments, &self.log)?;
        Ok(())
    }

    /// Whether it still runs; if not, the last lines of its log as the error.
    ///
    /// # Errors
    /// When it has ended.
    pub fn check(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => anyhow::bail!("{} ended with {status}; its last words:\n{}", self.name, self.last_words()),
        }
    }

    /// The last lines of its log.
    #[must_use]
    pub fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(12)).copied().collect::<Vec<_>>().join("\n")
    }

    /// CPU time used so far, user and system, of this process.
    #[must_use]
    pub fn cpu(&self) -> Option<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()?)).ok()?;
        let after_name = stat.rsplit_once(')')?.1;
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        // The kernel reports in hundredths of a second on every Linux that Debian ships.
        Some(Duration::from_millis(ticks * 10))
    }

    /// Memory it holds now, in bytes: its resident set.
    #[must_use]
    pub fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    }

    /// Asks it to end (SIGTERM) and waits; kills it when it does not.
    pub async fn end(&mut self) {
        if let Some(id) = self.child.id() {
            let _ = Command::new("kill").args(["-TERM", &id.to_string()]).status().await;
        }
        if tokio::time::timeout(END_WITHIN, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

fn spawn(name: &str, arguments: &[String], log: &Path) -> anyhow::Result<Child> {
    let program = built(name);
    let file =
        std::fs::OpenOptions::new().create(true).append(true).open(log).with_context(|| format!("cannot write {}", log.display()))?;
    Command::new(&program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::from(file.try_clone()?))
        .stderr(Stdio::from(file))
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}; build it first (cargo build --workspace)", program.display()))
}

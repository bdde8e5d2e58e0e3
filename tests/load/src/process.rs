//! A program under measurement: ours or the peer's.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::process::{Child, Command};

/// A program that has not ended this long after SIGTERM is killed.
const END_WITHIN: Duration = Duration::from_secs(5);

/// A running program; it is killed when dropped.
pub struct Process {
    child: Child,
    name: String,
}

impl Process {
    /// Starts it, pinned to `core` if given, with its output in `log`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &Path, arguments: &[String], core: Option<usize>, log: &Path) -> anyhow::Result<Self> {
        let mut command = match core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(core.to_string()).arg(program);
                command
            }
            None => Command::new(program),
        };
        let file = std::fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        command.args(arguments).stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        Ok(Self { child, name: program.display().to_string() })
    }

    /// CPU time used so far by all its threads, user and system.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        let id = self.child.id().with_context(|| format!("{} has ended", self.name))?;
        cpu_of(id).with_context(|| format!("{} has ended", self.name))
    }

    /// Asks it to end and waits; kills it when it does not.
    pub async fn end(mut self) {
        if let Some(id) = self.child.id() {
            let _ = Command::new("kill").args(["-TERM", &id.to_string()]).status().await;
        }
        if tokio::time::timeout(END_WITHIN, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// CPU time used so far by all threads of a process, user and system.
///
/// # Errors
/// When there is no such process.
pub fn cpu_of(id: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).with_context(|| format!("there is no process {id}"))?;
    let fields: Vec<&str> = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    let (Some(user), Some(system)) = (ticks(11), ticks(12)) else {
        anyhow::bail!("the CPU time of process {id} cannot be read");
    };
    // The kernel reports in hundredths of a second on every Linux that Debian ships.
    Ok(Duration::from_millis((user + system) * 10))
}

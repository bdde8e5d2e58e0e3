//! A test that runs itself once more inside a network of its own.

use std::process::{Command, Stdio};

/// Set in the inner run.
const INSIDE: &str = "NETLAB_INSIDE";

/// Where the caller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// In a network of its own: go on.
    Inside,
    /// The inner run has been made, with this outcome and output: nothing is left to do but to judge it.
    Ran {
        /// Whether it passed.
        passed: bool,
        /// What it said.
        output: String,
    },
    /// This system grants no namespaces, with its reason: skip and say so.
    Refused(String),
}

/// Runs the test of that full name of the calling test program inside a new user and network namespace, unless it is inside already.
#[must_use]
pub fn enter(test: &str) -> Entry {
    if std::env::var_os(INSIDE).is_some() {
        return Entry::Inside;
    }
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net"]).stdin(Stdio::null());
        command
    };
    // A namespace without the right to make devices in it is of no use.
    match unshare().args(["ip", "tuntap", "add", "dev", "netlab", "mode", "tap"]).output() {
        Err(error) => return Entry::Refused(format!("unshare cannot be started: {error}")),
        Ok(probe) if !probe.status.success() => {
            return Entry::Refused(String::from_utf8_lossy(&probe.stderr).trim().to_owned());
        }
        Ok(_) => {}
    }
    let Ok(own) = std::env::current_exe() else {
        return Entry::Refused("this program does not know its own path".to_owned());
    };
    match unshare().arg(own).args(["--exact", test, "--nocapture"]).env(INSIDE, "1").output() {
        Err(error) => Entry::Refused(format!("unshare cannot be started: {error}")),
        Ok(run) => {
            let output = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
            // A misspelt name would run nothing and succeed.
            Entry::Ran { passed: run.status.success() && output.contains("1 passed"), output }
        }
    }
}

//! Clients nobody here wrote, driven by scripts.

use std::process::Stdio;

use serde_json::json;
use tokio::process::Command as Process;

use super::Hall;

/// The stranger's seat, and its number.
pub const SITE: &str = "executive";
pub const NUMBER: usize = 12;
/// Where its cell stands on the wall: the thirteenth, at the left of the fourth row; per-mille.
pub const CELL: [u16; 3] = [0, 750, 250];
pub const WHOLE: [u16; 3] = [0, 0, 1000];
/// Amplitude above which a tone counts as heard; sent at 2 000.
pub const HEARD: i64 = 600;

/// A stranger written in Python.
#[derive(Clone, Copy)]
pub struct Stranger {
    pub name: &'static str,
    script: &'static str,
    python: Python,
}

#[derive(Clone, Copy)]
pub enum Python {
    /// Of the virtual environment that the set-up makes.
    Own,
    /// Of Debian, whose packages bring the bindings.
    Debian,
}

pub const AIORTC: Stranger = Stranger { name: "aiortc", script: "peer.py", python: Python::Own };
pub const GSTREAMER: Stranger = Stranger { name: "GStreamer", script: "gstreamer.py", python: Python::Debian };

impl Stranger {
    pub fn process(self, arguments: &[&str]) -> Process {
        let root = rig::deployment::root();
        let python = match self.python {
            Python::Own => root.join(".venv/bin/python"),
            Python::Debian => "/usr/bin/python3".into(),
        };
        assert!(python.exists(), "no Python for {}; run `make setup-test` first", self.name);
        let mut process = Process::new(python);
        process.arg(root.join("tests/strangers").join(self.script)).args(arguments).kill_on_drop(true).stderr(Stdio::inherit());
        process
    }

    /// What it sees and hears of a monitor in four seconds.
    pub async fn watch(self, hall: &Hall, monitor: &str, area: [u16; 3]) -> anyhow::Result<serde_json::Value> {
        let url = format!("{}/whep/{}/monitors/{monitor}", hall.mcu.base, hall.conference());
        let [x, y, w] = area.map(|part| part.to_string());
        let output = self.process(&["watch", &url, &hall.mcu.token()?, "4", &x, &y, &w]).output().await?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

pub fn looks_at(seen: &serde_json::Value, number: usize) -> usize {
    seen["looks"].as_array().unwrap().iter().filter(|look| look[0] == json!(number)).count()
}

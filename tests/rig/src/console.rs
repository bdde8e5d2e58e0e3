//! The web console beside an MCU of the rig.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use crate::deployment::root;
use crate::mcu::client;
use crate::ports;
use crate::program::Program;
use crate::wait::until;

/// The console answers within this.
const START_WITHIN: Duration = Duration::from_secs(30);

/// A running console.
pub struct Console {
    pub base: String,
    pub program: Program,
    /// Account → password, from the file of the first start.
    pub passwords: BTreeMap<String, String>,
}

/// Where a console will listen and keep its data; known before it starts, because the MCU must trust its key and origin.
pub struct Place {
    pub base: String,
    port: u16,
}

impl Place {
    /// Takes a free port.
    ///
    /// # Errors
    /// When the machine has none left.
    pub fn free() -> anyhow::Result<Self> {
        let port = ports::free_tcp()?;
        Ok(Self { base: format!("http://127.0.0.1:{port}"), port })
    }
}

impl Console {
    /// Starts the console in `dir` for that MCU.
    ///
    /// # Errors
    /// With its last words when it does not come up.
    pub async fn start(dir: &Path, place: &Place, mcu: &str) -> anyhow::Result<Self> {
        let data = dir.join("console");
        let config = dir.join("console.toml");
        let sites = root().join("configs/chenzhou/sites.toml");
        let text = format!("http = \"127.0.0.1:{}\"\ndata_dir = {data:?}\nmcu = {mcu:?}\n[booking]\nsites = {sites:?}\n", place.port);
        std::fs::write(&config, text)?;
        let mut program = Program::start("web-console", "web-console", &["--config", &config.display().to_string()], dir)?;
        let http = client()?;
        let up = until("the console", START_WITHIN, || async { Ok(http.get(&place.base).send().await.map(drop)?) }).await;
        program.check()?;
        up?;
        let accounts = std::fs::read_to_string(data.join("accounts.txt")).context("the console made no accounts")?;
        let split = |line: &str| line.split_once(' ').map(|(account, password)| (account.to_owned(), password.trim().to_owned()));
        let passwords = accounts.lines().filter(|line| !line.starts_with('#')).filter_map(split).collect();
        Ok(Self { base: place.base.clone(), program, passwords })
    }
}

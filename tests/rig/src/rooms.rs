//! A room controller with some of the deployment's rooms, enrolled at a console, each with its real terminal.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use crate::deployment::Deployment;
use crate::mcu::client;
use crate::ports;
use crate::program::{Program, built};
use crate::terminal::clips;

/// Rooms under one controller.
pub struct RoomController {
    pub program: Program,
    data: PathBuf,
    http: reqwest::Client,
}

impl RoomController {
    /// Enrols those rooms with pairing codes, as a technician would, and starts their controller. Their standing conference is the deployment's.
    ///
    /// # Errors
    /// With the words of the program that failed.
    pub async fn start(dir: &Path, console: &str, deployment: &Deployment, rooms: &[&str]) -> anyhow::Result<Self> {
        let data = dir.join("rooms");
        let config = dir.join("rooms.toml");
        std::fs::write(&config, rooms_toml(&data, console, deployment, rooms)?)?;
        let config = config.display().to_string();
        let console_config = dir.join("console.toml").display().to_string();
        let mut arguments = vec!["pairing-code", "--config", &console_config];
        arguments.extend(rooms);
        let codes = ask("web-console", &arguments).await?;
        for line in codes.lines() {
            let (room, code) = line.split_once(' ').context("the console's codes are not understood")?;
            ask("room-controller", &["enrol", "--config", &config, "--room", room, "--code", code.trim()]).await?;
        }
        let program = Program::start("room-controller", "room-controller", &["run", "--config", &config], dir)?;
        Ok(Self { program, data, http: client()? })
    }

    /// What that room's terminal says of itself at its local door.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn terminal(&self, room: &str) -> anyhow::Result<Value> {
        let file = self.data.join(room).join("terminal.toml");
        let table: toml::Table = std::fs::read_to_string(&file).with_context(|| format!("no {}", file.display()))?.parse()?;
        let local = table.get("local").and_then(toml::Value::as_str).context("the terminal's file names no address")?;
        Ok(self.http.get(format!("http://{local}/state")).send().await?.error_for_status()?.json().await?)
    }

    /// The word that room keeps on its disk.
    ///
    /// # Errors
    /// When it keeps none.
    pub fn kept(&self, room: &str) -> anyhow::Result<Value> {
        Ok(serde_json::from_str(&std::fs::read_to_string(self.data.join(room).join("seat.json"))?)?)
    }
}

fn rooms_toml(data: &Path, console: &str, deployment: &Deployment, rooms: &[&str]) -> anyhow::Result<String> {
    let local = ports::free_tcp()?;
    let conference = deployment.conference.as_str();
    let mut text = format!(
        "console = {console:?}\ndata_dir = {data:?}\nrehearsal = true\nlocal = \"127.0.0.1:{local}\"\n[terminal]\nclips = {clips:?}\nconference = {conference:?}\n",
        clips = clips(),
    );
    for id in rooms {
        let site = deployment.sites.iter().find(|site| site.site.as_str() == *id).with_context(|| format!("there is no site {id}"))?;
        let number = deployment.number(id).unwrap_or(0);
        text += &format!(
            "[[rooms]]\nroom = {id:?}\nname = {:?}\nname_en = {:?}\nnumber = {number}\nsource = {:?}\ndevices = []\n",
            site.name, site.name_en, site.source
        );
    }
    Ok(text)
}

/// Runs one of our own programs to its end and gives its output.
async fn ask(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output =
        tokio::process::Command::new(built(program)).args(arguments).output().await.with_context(|| format!("cannot start {program}"))?;
    anyhow::ensure!(output.status.success(), "{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

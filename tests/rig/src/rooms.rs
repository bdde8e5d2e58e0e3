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
        enrol(dir, &config, rooms).await?;
        Self::run(dir, &config, data)
    }

    /// Rooms with all the equipment that the deployment's own file gives them, and without terminals: enrolled, not yet running.
    ///
    /// # Errors
    /// With the words of the program that failed.
    pub async fn equip(dir: &Path, name: &str, console: &str, rooms: &[&str]) -> anyhow::Result<Equipped> {
        Self::prepare(dir, name, console, equipment_of(rooms)?, rooms).await
    }

    /// Rooms of that configuration, with places of this test: enrolled, not yet running.
    ///
    /// # Errors
    /// With the words of the program that failed.
    pub async fn prepare(dir: &Path, name: &str, console: &str, mut table: toml::Table, rooms: &[&str]) -> anyhow::Result<Equipped> {
        let (data, config) = (dir.join(name), dir.join(format!("{name}.toml")));
        let local = format!("127.0.0.1:{}", ports::free_tcp()?);
        table.insert("console".to_owned(), console.into());
        table.insert("data_dir".to_owned(), data.display().to_string().into());
        table.insert("local".to_owned(), local.clone().into());
        std::fs::write(&config, toml::to_string(&table)?)?;
        enrol(dir, &config, rooms).await?;
        Ok(Equipped { dir: dir.to_owned(), config, data, local: format!("http://{local}") })
    }

    fn run(dir: &Path, config: &Path, data: PathBuf) -> anyhow::Result<Self> {
        let program = Program::start("room-controller", "room-controller", &["run", "--config", &config.display().to_string()], dir)?;
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

/// Rooms that can be started.
pub struct Equipped {
    dir: PathBuf,
    config: PathBuf,
    data: PathBuf,
    /// Their local door.
    pub local: String,
}

impl Equipped {
    /// Starts their controller.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self) -> anyhow::Result<RoomController> {
        RoomController::run(&self.dir, &self.config, self.data.clone())
    }
}

async fn enrol(dir: &Path, config: &Path, rooms: &[&str]) -> anyhow::Result<()> {
    let config = config.display().to_string();
    let console_config = dir.join("console.toml").display().to_string();
    let mut arguments = vec!["pairing-code", "--config", &console_config];
    arguments.extend(rooms);
    let codes = ask("web-console", &arguments).await?;
    for line in codes.lines() {
        let (room, code) = line.split_once(' ').context("the console's codes are not understood")?;
        ask("room-controller", &["enrol", "--config", &config, "--room", room, "--code", code.trim()]).await?;
    }
    Ok(())
}

fn equipment_of(rooms: &[&str]) -> anyhow::Result<toml::Table> {
    let own = crate::deployment::root().join("configs/chenzhou/rooms.toml");
    let mut table: toml::Table = std::fs::read_to_string(own)?.parse()?;
    table.remove("terminal");
    let listed = table.get_mut("rooms").and_then(toml::Value::as_array_mut).context("the deployment's file lists no rooms")?;
    listed.retain(|room| room.get("room").and_then(toml::Value::as_str).is_some_and(|id| rooms.contains(&id)));
    anyhow::ensure!(listed.len() == rooms.len(), "the deployment's file lacks one of {rooms:?}");
    Ok(table)
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

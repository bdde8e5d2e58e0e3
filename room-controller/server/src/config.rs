//! Configuration of `room-controller`: see `configs/chenzhou/rooms.toml`, where each key is explained.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use room_api::{StepPolicy, Text};
use room_link::Address;
use serde::Deserialize;

/// The file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Base URL of the console.
    pub console: String,
    /// Folder of keys and audit.
    pub data_dir: PathBuf,
    /// Simulators instead of devices.
    #[serde(default)]
    pub rehearsal: bool,
    /// Local HTTP door.
    #[serde(default = "default_local")]
    pub local: SocketAddr,
    /// Local address of VISCA over IP.
    #[serde(default = "default_visca_udp")]
    pub visca_udp: SocketAddr,
    /// Rehearsal projectors: seconds of warm-up.
    #[serde(default = "default_warm_up")]
    pub rehearsal_warm_up_s: u64,
    /// Rehearsal projectors: seconds of cool-down.
    #[serde(default = "default_warm_up")]
    pub rehearsal_cool_down_s: u64,
    /// The terminal program; without it none is started.
    pub terminal: Option<TerminalConfig>,
    /// Scenes that every room has.
    #[serde(default)]
    pub scenes: Vec<SceneConfig>,
    /// Rooms.
    pub rooms: Vec<RoomConfig>,
}

/// The rooms' terminal programs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalConfig {
    /// Program.
    pub program: Option<PathBuf>,
    /// Folder of rehearsal clips.
    pub clips: PathBuf,
    /// Standing conference, in which the rooms sit while the console wants them in none. Without it they wait.
    pub conference: Option<String>,
    /// MCU base URL used instead of the one learned at enrolment.
    pub mcu: Option<String>,
    /// Rehearsal people speak this long after their microphone was opened, in ms.
    #[serde(default = "default_answer")]
    pub answer_after_ms: u64,
}

/// A scene.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneConfig {
    /// Id.
    pub scene: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// Steps.
    pub steps: Vec<StepConfig>,
}

/// A step of a scene.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepConfig {
    /// Device.
    pub device: String,
    /// Property.
    pub property: String,
    /// Value.
    pub value: room_api::Value,
    /// Earlier steps that must be over.
    #[serde(default)]
    pub after: Vec<u16>,
    /// When it cannot be done.
    pub policy: StepPolicy,
    /// Time.
    pub within_s: u64,
}

/// A room.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomConfig {
    /// Id.
    pub room: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// Place in the fixed site order from 0.
    pub number: u8,
    /// Rehearsal source.
    pub source: Source,
    /// Devices.
    pub devices: Vec<DeviceConfig>,
}

/// Rehearsal source of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Prepared clip.
    Clip,
    /// Encoded as it goes.
    Live,
}

impl Source {
    /// Made by the terminal itself; every source that reads a camera or a microphone must say no, so that no fault is put into it.
    pub(crate) const fn is_simulated(self) -> bool {
        match self {
            Self::Clip | Self::Live => true,
        }
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Clip => "clip",
            Self::Live => "live",
        }
    }
}

/// A device.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceConfig {
    /// Id inside the room.
    pub device: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// Protocol.
    pub driver: DriverKind,
    /// How VISCA frames travel; for a PJLink device always `tcp`.
    #[serde(default)]
    pub carrier: Carrier,
    /// Where it is; not needed in a rehearsal.
    pub address: Option<String>,
    /// Camera address on a serial line.
    #[serde(default = "default_visca_address")]
    pub visca_address: u8,
    /// PJLink password.
    pub password: Option<String>,
    /// Labels of presets.
    #[serde(default)]
    pub presets: Vec<PresetConfig>,
    /// Labels of inputs.
    #[serde(default)]
    pub inputs: Vec<InputConfig>,
}

/// Protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriverKind {
    /// PTZ camera.
    Visca,
    /// Projector.
    Pjlink,
}

/// How VISCA frames travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// Raw TCP.
    #[default]
    Tcp,
    /// VISCA over IP.
    Udp,
    /// Serial line.
    Serial,
}

/// A preset's label.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresetConfig {
    /// Number.
    pub preset: u8,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

/// An input's label.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputConfig {
    /// Two characters.
    pub input: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

fn default_local() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8090))
}

fn default_visca_udp() -> SocketAddr {
    SocketAddr::from(([0, 0, 0, 0], 52381))
}

const fn default_warm_up() -> u64 {
    8
}

const fn default_answer() -> u64 {
    900
}

const fn default_visca_address() -> u8 {
    1
}

pub(crate) fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

impl Config {
    /// Reads and checks the file.
    ///
    /// # Errors
    /// Naming the file, the key and the remedy.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        use anyhow::Context as _;
        let words = std::fs::read_to_string(path).with_context(|| format!("cannot read {}; check that the file exists", path.display()))?;
        let config: Self = toml::from_str(&words).with_context(|| format!("{} is not as expected", path.display()))?;
        config.check().with_context(|| format!("{} contradicts itself", path.display()))?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.local.ip().is_loopback(), "`local` may only stand on 127.0.0.1");
        anyhow::ensure!(!self.rooms.is_empty(), "no room is listed");
        if let Some(id) = self.terminal.as_ref().and_then(|terminal| terminal.conference.as_ref()) {
            let good = room_api::is_conference_id(id);
            anyhow::ensure!(
                good,
                "`conference = {id:?}` in [terminal] is no conference's id; write lower-case letters, digits and hyphens"
            );
        }
        let mut seen = BTreeSet::new();
        for room in &self.rooms {
            let is_id = room.room.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            anyhow::ensure!(is_id && !room.room.is_empty() && room.room.len() <= 64, "room id `{}` is no id", room.room);
            anyhow::ensure!(seen.insert(&room.room), "room {} is listed twice", room.room);
            for device in &room.devices {
                let name = format!("device {} of room {}", device.device, room.room);
                anyhow::ensure!((1..=7).contains(&device.visca_address), "{name}: `visca_address` is 1 to 7");
                match &device.address {
                    Some(address) => drop(address.parse::<Address>()?),
                    None => anyhow::ensure!(self.rehearsal, "{name}: `address` is missing"),
                }
            }
            room_core::Room::new(crate::room::spec_of(self, room))?;
        }
        Ok(())
    }

    /// Folder of one room's key and enrolment.
    #[must_use]
    pub fn room_dir(&self, room: &str) -> PathBuf {
        self.data_dir.join(room)
    }
}

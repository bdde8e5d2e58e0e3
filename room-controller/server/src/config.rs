//! Configuration of `room-controller`: see `configs/chenzhou/rooms.toml`, where each key is explained.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use room_api::{StepPolicy, Text};
use room_drivers::{DRIVERS, Driver, Line};
use room_link::{Address, AddressError};
use serde::Deserialize;

use crate::discussion::DiscussionConfig;

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
    /// Equipment that several rooms have alike.
    #[serde(default)]
    pub kits: Vec<KitConfig>,
    /// Rooms.
    pub rooms: Vec<RoomConfig>,
}

/// Equipment that several rooms have alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KitConfig {
    /// Id, named by rooms.
    pub kit: String,
    /// Devices; where they are stands in each room's `addresses`.
    pub devices: Vec<DeviceConfig>,
    /// The discussion of a room that has none of its own.
    pub discussion: Option<DiscussionConfig>,
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
    /// The equipment it has like others.
    pub kit: Option<String>,
    /// Where the kit's devices are in this room, by device.
    #[serde(default)]
    pub addresses: BTreeMap<String, String>,
    /// Devices of its own.
    #[serde(default)]
    pub devices: Vec<DeviceConfig>,
    /// The discussion.
    pub discussion: Option<DiscussionConfig>,
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
pub struct DeviceConfig {
    /// Id inside the room.
    pub device: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// Name of the driver.
    pub driver: String,
    /// How its bytes travel in a rehearsal; real devices have an `address`.
    pub carrier: Option<Line>,
    /// Where it is; not needed in a rehearsal.
    pub address: Option<String>,
    /// The driver's own keys.
    #[serde(flatten)]
    pub settings: toml::Table,
}

impl DeviceConfig {
    /// Puts the content of its `profile_file` in its place.
    fn fetch_profile(&mut self, folder: &Path) -> anyhow::Result<()> {
        use anyhow::Context as _;
        let Some(name) = self.settings.remove("profile_file") else { return Ok(()) };
        let name = name.as_str().with_context(|| format!("device {}: `profile_file` is no text", self.device))?;
        let path = folder.join(name);
        let words = std::fs::read_to_string(&path)
            .with_context(|| format!("device {}: cannot read {}; check `profile_file`", self.device, path.display()))?;
        let table: toml::Table = words.parse().with_context(|| format!("{} is not as expected", path.display()))?;
        self.settings.insert("profile".to_owned(), toml::Value::Table(table));
        Ok(())
    }

    /// The line of its simulator.
    #[must_use]
    pub fn rehearsal_line(&self) -> Line {
        let of_driver = || DRIVERS.iter().find(|entry| entry.name == self.driver).and_then(|entry| entry.lines.first()).copied();
        self.carrier.or_else(of_driver).unwrap_or_default()
    }

    /// Its place.
    ///
    /// # Errors
    /// When the address is none.
    pub fn place(&self) -> Result<Option<Address>, AddressError> {
        self.address.as_deref().map(str::parse).transpose()
    }

    /// The driver, as configured.
    ///
    /// # Errors
    /// With what to change.
    pub fn driver(&self, is_rehearsal: bool, seed: u64) -> anyhow::Result<Box<dyn Driver>> {
        let line = match self.place()?.filter(|_| !is_rehearsal) {
            Some(Address::Tcp(_)) => Line::Tcp,
            Some(Address::Udp(_)) => Line::Udp,
            Some(Address::Serial { .. }) => Line::Serial,
            None => self.rehearsal_line(),
        };
        Ok(room_drivers::driver_of(&self.driver, &self.settings, line, seed)?)
    }
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
        let mut config: Self = toml::from_str(&words).with_context(|| format!("{} is not as expected", path.display()))?;
        config.unpack_kits().with_context(|| format!("{} contradicts itself", path.display()))?;
        let devices = config.rooms.iter_mut().flat_map(|room| &mut room.devices);
        for device in devices {
            device.fetch_profile(path.parent().unwrap_or(Path::new("")))?;
        }
        config.check().with_context(|| format!("{} contradicts itself", path.display()))?;
        Ok(config)
    }

    /// Gives each room its kit's devices, before its own.
    fn unpack_kits(&mut self) -> anyhow::Result<()> {
        use anyhow::Context as _;
        for room in &mut self.rooms {
            let mut addresses = std::mem::take(&mut room.addresses);
            if let Some(name) = &room.kit {
                let kit = self.kits.iter().find(|kit| kit.kit == *name);
                let kit = kit.with_context(|| format!("room {}: there is no kit `{name}`; add it to [[kits]]", room.room))?;
                let mut devices = kit.devices.clone();
                for device in &mut devices {
                    device.address = addresses.remove(&device.device).or(device.address.take());
                }
                room.devices.splice(0..0, devices);
                room.discussion = room.discussion.take().or_else(|| kit.discussion.clone());
            }
            let stray = addresses.keys().next();
            anyhow::ensure!(
                stray.is_none(),
                "room {}: `addresses` names {}, which is no device of its kit",
                room.room,
                stray.map_or("", String::as_str)
            );
        }
        Ok(())
    }

    /// A step of no room is a slip of the pen.
    fn check_scenes(&self) -> anyhow::Result<()> {
        let devices = self.rooms.iter().flat_map(|room| &room.devices).chain(self.kits.iter().flat_map(|kit| &kit.devices));
        let known: BTreeSet<&str> = devices.map(|device| device.device.as_str()).collect();
        for scene in &self.scenes {
            for (index, step) in scene.steps.iter().enumerate() {
                let number = index + 1;
                let is_earlier = step.after.iter().all(|after| *after > 0 && usize::from(*after) < number);
                anyhow::ensure!(is_earlier, "scene {} step {number}: `after` may only name earlier steps", scene.scene);
                anyhow::ensure!(
                    known.contains(step.device.as_str()),
                    "scene {} step {number}: no room and no kit has a device {}",
                    scene.scene,
                    step.device
                );
            }
        }
        Ok(())
    }

    fn check(&self) -> anyhow::Result<()> {
        use anyhow::Context as _;
        anyhow::ensure!(self.local.ip().is_loopback(), "`local` may only stand on 127.0.0.1");
        anyhow::ensure!(!self.rooms.is_empty(), "no room is listed");
        if let Some(id) = self.terminal.as_ref().and_then(|terminal| terminal.conference.as_ref()) {
            let good = room_api::is_conference_id(id);
            anyhow::ensure!(
                good,
                "`conference = {id:?}` in [terminal] is no conference's id; write lower-case letters, digits and hyphens"
            );
        }
        self.check_scenes()?;
        let (mut seen, mut lines) = (BTreeSet::new(), BTreeSet::new());
        for room in &self.rooms {
            let is_id = room.room.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            anyhow::ensure!(is_id && !room.room.is_empty() && room.room.len() <= 64, "room id `{}` is no id", room.room);
            anyhow::ensure!(seen.insert(&room.room), "room {} is listed twice", room.room);
            for device in &room.devices {
                let name = format!("device {} of room {}", device.device, room.room);
                anyhow::ensure!(self.rehearsal || device.address.is_some(), "{name}: `address` is missing");
                drop(device.driver(self.rehearsal, 1).with_context(|| name.clone())?);
                if let Some(Address::Serial { path, .. }) = device.place()? {
                    let line = path.display().to_string();
                    anyhow::ensure!(lines.insert(path), "{name}: the serial line {line} has a device already; give each a line of its own");
                }
            }
            room_core::Room::new(crate::room::spec_of(self, room)?)?;
        }
        Ok(())
    }

    /// Folder of one room's key and enrolment.
    #[must_use]
    pub fn room_dir(&self, room: &str) -> PathBuf {
        self.data_dir.join(room)
    }
}

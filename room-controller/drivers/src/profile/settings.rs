//! A profile: everything about a device's protocol as data.

use room_api::DeviceKind;
use room_driver::Machine;
use serde::Deserialize;
use toml::{Table, Value};

use super::field::Fields;
use super::framer::Cut;
use super::protocol::Profiled;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// The device's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The profile; in `rooms.toml` usually `profile_file = "name.toml"`, whose content stands here.
    pub profile: Profile,
}

/// How frames are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frames {
    /// Characters.
    Text,
    /// Hexadecimal bytes.
    Hex,
}

/// A device's protocol.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Capability class.
    pub kind: DeviceKind,
    /// How frames are written below.
    pub frames: Frames,
    /// How the device's frames are told apart.
    pub cut: Cut,
    /// Hexadecimal bytes after every frame sent.
    #[serde(default)]
    pub end: String,
    /// Time for an answer.
    #[serde(default = "second")]
    pub reply_within_ms: u32,
    /// Least time between two frames.
    #[serde(default)]
    pub gap_ms: u32,
    /// Values that stand in frames.
    #[serde(default)]
    pub fields: Fields,
    /// What it can be told.
    #[serde(default)]
    pub commands: Vec<CommandProfile>,
    /// What it is asked, and how it answers.
    pub polls: Vec<PollProfile>,
    /// What it tells by itself.
    #[serde(default)]
    pub events: Vec<EventProfile>,
}

const fn second() -> u32 {
    1000
}

/// A command.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandProfile {
    /// Name in the system, e.g. `set_power`.
    pub name: String,
    /// 中文
    pub zh: String,
    /// English.
    pub en: String,
    /// The frame; its fields are the parameters.
    pub send: String,
    /// The frame that says it was taken; without it (and without `no`) the device answers nothing.
    pub yes: Option<String>,
    /// Frames that refuse it.
    #[serde(default)]
    pub no: Vec<RefusalProfile>,
    /// The property whose report proves it: a field's name, or of several members `level.{channel}`.
    pub proof: Option<String>,
    /// People are asked first.
    #[serde(default)]
    pub confirm: bool,
    /// Doing it twice is not as good as once.
    #[serde(default)]
    pub once: bool,
    /// How long it usually takes.
    #[serde(default = "second")]
    pub expected_ms: u32,
}

/// A frame that refuses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalProfile {
    /// The frame.
    pub frame: String,
    /// Why.
    pub why: Why,
}

/// Why a device refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Ask again a little later.
    Busy,
    /// Not in its present state.
    NotNow,
    /// It does not know the command.
    Unsupported,
    /// It does not know the value.
    BadParameter,
    /// It is broken.
    Fault,
}

/// A question and its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollProfile {
    /// The frame; asked once for every value of its fields.
    pub send: String,
    /// The answer; its fields become properties.
    pub reply: String,
    /// The property the answer reports; by default each field is one.
    pub property: Option<String>,
    /// Seconds between two.
    pub every_s: u32,
    /// Frames that refuse it.
    #[serde(default)]
    pub no: Vec<RefusalProfile>,
}

/// What the device tells by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventProfile {
    /// The frame; its fields become properties.
    pub frame: String,
    /// As of a poll.
    pub property: Option<String>,
}

/// `driver = "profile"`
pub const ENTRY: Entry = Entry {
    name: "profile",
    lines: &[Line::Tcp, Line::Udp, Line::Serial],
    about: About {
        title: ("按资料描述的设备", "Profile"),
        judged: ("本项目的例子与随机帧", "its own example and random frames"),
        unproven: ("由现场资料的正误决定", "as right as what the site writes"),
    },
    example: || Table::from_iter([("profile".to_owned(), Value::Table(keys(super::EXAMPLE)))]),
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let protocol = Profiled::new(&settings.profile).map_err(|wrong| SettingsError::BadKey(format!("profile: {wrong}")))?;
        Ok(Box::new(Machine::new(protocol, seed)))
    },
};

//! What a configuration says about a Shure device.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::Shure;
use crate::registry::{About, Entry, Line, Numbered, SettingsError, keys, read};

/// The device's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Channels, 1 to 64. Default 8.
    pub channels: u16,
    /// Digits of a channel's number on the wire, 1 or 2 by model. Default 1.
    pub digits: u8,
    /// Labels of presets.
    pub presets: Vec<Numbered>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { channels: 8, digits: 1, presets: Vec::new() }
    }
}

/// `driver = "shure"`
pub const ENTRY: Entry = Entry {
    name: "shure",
    lines: &[Line::Tcp],
    about: About {
        title: ("舒尔话筒与处理器", "Shure command strings"),
        judged: ("公开文档的字节", "bytes of the public document"),
        unproven: ("没有实物，没有第三方程序", "no real device, no independent peer"),
    },
    example: || {
        keys(
            r#"
channels = 4
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        if !(1..=64).contains(&settings.channels) || !(1..=2).contains(&settings.digits) {
            return Err(SettingsError::BadKey("`channels` is 1 to 64, `digits` 1 or 2".to_owned()));
        }
        let presets = settings.presets.iter().map(|preset| (preset.number, preset.text())).collect();
        Ok(Box::new(Machine::new(Shure::new(settings.channels, settings.digits, presets), seed)))
    },
};

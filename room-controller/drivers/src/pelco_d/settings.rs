//! What a configuration says about a Pelco-D camera.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::PelcoD;
use crate::registry::{About, Entry, Line, Numbered, SettingsError, keys, read};

/// The camera's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address, 1 to 255.
    #[serde(default = "first")]
    pub pelco_address: u8,
    /// Presets that are places, 1 to 255.
    #[serde(default = "places")]
    pub preset_count: u8,
    /// Names of presets.
    #[serde(default)]
    pub presets: Vec<Numbered>,
    /// It answers where it looks.
    #[serde(default)]
    pub answers: bool,
}

const fn first() -> u8 {
    1
}

/// Higher ones are functions on some cameras.
const fn places() -> u8 {
    32
}

/// `driver = "pelco_d"`
pub const ENTRY: Entry = Entry {
    name: "pelco_d",
    lines: &[Line::Serial, Line::Tcp],
    about: About {
        title: ("云台 (Pelco-D)", "Pelco-D"),
        judged: ("手册的字节", "bytes of the manual"),
        unproven: ("没有实物；协议不回报，状态是推定的", "no real camera; the protocol tells nothing, state is assumed"),
    },
    example: || {
        keys(
            r#"
pelco_address = 1
presets = [{ number = 1, name = "全景", name_en = "Wide" }]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        for (key, value) in [("pelco_address", settings.pelco_address), ("preset_count", settings.preset_count)] {
            if value == 0 {
                return Err(SettingsError::BadKey(format!("`{key}` is 1 to 255")));
            }
        }
        Ok(Box::new(Machine::new(PelcoD::new(settings), seed)))
    },
};

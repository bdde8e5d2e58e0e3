//! What a configuration says about a desk.

use room_api::Text;
use room_driver::Machine;
use serde::Deserialize;

use super::codec::Strip;
use super::protocol::X32;
use crate::registry::{About, Entry, Line, Numbered, SettingsError, keys, read};
use crate::text;

/// The desk's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The strips that are watched, with their names; none: the 32 channels and main.
    #[serde(default)]
    pub strips: Vec<Named>,
    /// Labels of scenes.
    #[serde(default)]
    pub presets: Vec<Numbered>,
}

/// A strip with its names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// `ch1` to `ch32`, `aux1` to `aux8`, `bus1` to `bus16`, `mtx1` to `mtx6`, `dca1` to `dca8`, `main`.
    pub strip: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

impl Settings {
    /// The strips that are watched.
    ///
    /// # Errors
    /// When a strip is not there.
    pub fn strips(&self) -> Result<Vec<(Strip, Text)>, SettingsError> {
        if self.strips.is_empty() {
            let words = (1..=32).map(|number| format!("ch{number}")).chain(["main".to_owned()]);
            return Ok(words.filter_map(|word| Some((Strip::read(&word)?, text(&word, &word)))).collect());
        }
        let strip = |named: &Named| match Strip::read(&named.strip) {
            Some(strip) => Ok((strip, text(&named.name, &named.name_en))),
            None => Err(SettingsError::BadKey(format!("`strip`: there is no strip {}", named.strip))),
        };
        self.strips.iter().map(strip).collect()
    }
}

/// `driver = "x32"`
pub const ENTRY: Entry = Entry {
    name: "x32",
    lines: &[Line::Udp],
    about: About {
        title: ("X32/M32 调音台", "Behringer X32, Midas M32 (OSC)"),
        judged: ("python-osc、liblo（双方的报文）", "python-osc and liblo: messages of both sides"),
        unproven: ("没有实物", "no real desk"),
    },
    example: || {
        keys(
            r#"
strips = [
    { strip = "ch1", name = "主席话筒", name_en = "Chair" },
    { strip = "main", name = "总输出", name_en = "Main" },
]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let scenes = settings.presets.iter().map(|preset| (preset.number, preset.text())).collect();
        Ok(Box::new(Machine::new(X32::new(settings.strips()?, scenes), seed)))
    },
};

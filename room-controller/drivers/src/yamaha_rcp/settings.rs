//! What a configuration says about a desk.

use room_api::Text;
use room_driver::Machine;
use serde::Deserialize;

use super::codec::Strip;
use super::protocol::Yamaha;
use crate::registry::{About, Entry, Line, Numbered, SettingsError, keys, read};
use crate::text;

/// The desk's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The strips that are watched, with their names; none: inputs 1 to 32 and `st1`.
    pub strips: Vec<Named>,
    /// Library of scenes: `MIXER:Lib/Scene` (default), `scene_a` or `scene_b`.
    pub library: String,
    /// Labels of scenes.
    pub presets: Vec<Numbered>,
}

/// A strip with its names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// `in1`…, `mix1`…, `st1`….
    pub strip: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { strips: Vec::new(), library: "MIXER:Lib/Scene".to_owned(), presets: Vec::new() }
    }
}

impl Settings {
    fn strips(&self) -> Result<Vec<(Strip, Text)>, SettingsError> {
        if self.strips.is_empty() {
            let words = (1..=32).map(|number| format!("in{number}")).chain(["st1".to_owned()]);
            return Ok(words.filter_map(|word| Some((Strip::read(&word)?, text(&word, &word)))).collect());
        }
        let strip = |named: &Named| match Strip::read(&named.strip) {
            Some(strip) => Ok((strip, text(&named.name, &named.name_en))),
            None => Err(SettingsError::BadKey(format!("`strip`: there is no strip {}", named.strip))),
        };
        self.strips.iter().map(strip).collect()
    }
}

/// `driver = "yamaha_rcp"`
pub const ENTRY: Entry = Entry {
    name: "yamaha_rcp",
    lines: &[Line::Tcp],
    about: About {
        title: ("雅马哈调音台", "Yamaha RCP"),
        judged: ("公开文档的字节", "bytes of the public document"),
        unproven: ("没有实物，没有第三方程序", "no real desk, no independent peer"),
    },
    example: || {
        keys(
            r#"
strips = [
    { strip = "in1", name = "主席话筒", name_en = "Chair" },
    { strip = "st1", name = "总输出", name_en = "Main" },
]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        if !["MIXER:Lib/Scene", "scene_a", "scene_b"].contains(&settings.library.as_str()) {
            return Err(SettingsError::BadKey("`library` is MIXER:Lib/Scene, scene_a or scene_b".to_owned()));
        }
        let scenes = settings.presets.iter().map(|preset| (preset.number, preset.text())).collect();
        Ok(Box::new(Machine::new(Yamaha::new(settings.strips()?, settings.library, scenes), seed)))
    },
};

//! What a configuration says about a unit.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::{Channel, Tesira};
use crate::registry::{About, Entry, Line, Numbered, SettingsError, keys, read};
use crate::text;

/// The unit's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Channels of blocks of the unit's design.
    pub channels: Vec<Named>,
    /// Labels of presets, from 1001.
    pub presets: Vec<Numbered>,
}

/// A channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its word in properties: letters, digits and `_`.
    pub channel: String,
    /// Instance tag of the block as in the design, without blanks.
    pub tag: String,
    /// Its number in the block. Default 1.
    #[serde(default = "first")]
    pub index: u16,
    /// Block of the mute when it is another one.
    pub mute_tag: Option<String>,
    /// The block has no level (a mute block).
    #[serde(default)]
    pub mute_only: bool,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

const fn first() -> u16 {
    1
}

impl Settings {
    /// The channels.
    ///
    /// # Errors
    /// When a word or a tag cannot stand in its place.
    pub fn channels(&self) -> Result<Vec<Channel>, SettingsError> {
        let channel = |named: &Named| {
            let is_word = !named.channel.is_empty() && named.channel.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let tags = [Some(&named.tag), named.mute_tag.as_ref()];
            let is_tag = |tag: &String| !tag.is_empty() && !tag.chars().any(|c| c.is_whitespace() || c.is_control() || c == '"');
            if !is_word || !tags.into_iter().flatten().all(is_tag) {
                return Err(SettingsError::BadKey(format!("`channels`: `{}` with `{}` is no word with a tag", named.channel, named.tag)));
            }
            Ok(Channel {
                channel: named.channel.clone(),
                name: text(&named.name, &named.name_en),
                level: (!named.mute_only).then(|| named.tag.clone()),
                mute: named.mute_tag.clone().unwrap_or_else(|| named.tag.clone()),
                index: named.index,
            })
        };
        self.channels.iter().map(channel).collect()
    }
}

/// `driver = "tesira"`
pub const ENTRY: Entry = Entry {
    name: "tesira",
    lines: &[Line::Tcp, Line::Serial],
    about: About {
        title: ("Tesira 音频处理器", "Biamp Tesira TTP"),
        judged: ("公开文档的字节", "bytes of the public document"),
        unproven: ("没有实物；SSH 未做", "no real unit; no SSH"),
    },
    example: || {
        keys(
            r#"
channels = [{ channel = "chair", tag = "MicLevel", index = 1, name = "主席", name_en = "Chair" }]
"#,
        )
    },
    make: |table, line, seed| {
        let settings: Settings = read(table)?;
        let presets = settings.presets.iter().map(|preset| (preset.number, preset.text())).collect();
        Ok(Box::new(Machine::new(Tesira::new(settings.channels()?, presets, line == Line::Tcp), seed)))
    },
};

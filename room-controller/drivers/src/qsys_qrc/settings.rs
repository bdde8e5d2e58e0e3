//! What a configuration says about a Core.

use room_driver::Machine;
use serde::Deserialize;

use super::codec::Control;
use super::protocol::{Channel, QsysQrc};
use crate::registry::{About, Entry, Line, Numbered, SettingsError, keys, read};
use crate::text;

/// The Core's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Channels of the Core's design.
    pub channels: Vec<Named>,
    /// User, where the Core asks for one.
    pub user: Option<String>,
    /// Password or PIN of that user.
    pub password: Option<String>,
    /// Bank of snapshots.
    pub snapshots: Option<String>,
    /// Labels of snapshots.
    pub presets: Vec<Numbered>,
}

/// A channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its word in properties: letters, digits and `_`.
    pub channel: String,
    /// Component its controls belong to; without, they are named controls.
    pub component: Option<String>,
    /// Control of the level.
    pub level: Option<String>,
    /// Control of the mute.
    pub mute: Option<String>,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

impl Settings {
    /// The channels.
    ///
    /// # Errors
    /// When a word cannot stand in a property.
    pub fn channels(&self) -> Result<Vec<Channel>, SettingsError> {
        let channel = |named: &Named| {
            if named.channel.is_empty() || !named.channel.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return Err(SettingsError::BadKey(format!("`channels`: `{}` is no word of letters, digits and `_`", named.channel)));
            }
            let control = |name: &Option<String>| name.clone().map(|name| Control { component: named.component.clone(), name });
            let (level, mute) = (control(&named.level), control(&named.mute));
            Ok(Channel { channel: named.channel.clone(), name: text(&named.name, &named.name_en), level, mute })
        };
        self.channels.iter().map(channel).collect()
    }
}

/// `driver = "qsys_qrc"`
pub const ENTRY: Entry = Entry {
    name: "qsys_qrc",
    lines: &[Line::Tcp],
    about: About {
        title: ("Q-SYS 音频处理器", "Q-SYS QRC"),
        judged: ("公开文档的字节", "bytes of the public document"),
        unproven: ("没有实物，没有第三方程序", "no real core, no independent peer"),
    },
    example: || {
        keys(
            r#"
channels = [{ channel = "chair", component = "mixer", level = "input_1_gain", mute = "input_1_mute", name = "主席", name_en = "Chair" }]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let channels = settings.channels()?;
        let user = settings.user.map(|user| (user, settings.password.unwrap_or_default()));
        let presets = settings.presets.iter().map(|preset| (preset.number, preset.text())).collect();
        Ok(Box::new(Machine::new(QsysQrc::new(channels, user, settings.snapshots, presets), seed)))
    },
};

//! What a configuration says about an ONVIF camera.

use room_api::Text;
use room_driver::Machine;
use serde::Deserialize;

use super::protocol::Onvif;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};
use crate::text;

/// The camera's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// User; none when the camera lets everybody in.
    pub user: Option<String>,
    /// Password.
    #[serde(default)]
    pub password: String,
    /// Host line of requests: the camera's address. Most cameras do not look at it.
    #[serde(default = "camera")]
    pub host: String,
    /// Path of the device service.
    #[serde(default = "device_service")]
    pub path: String,
    /// Media profile; none takes the first that can be moved.
    pub profile: Option<String>,
    /// Presets there are, 1 to 255.
    #[serde(default = "places")]
    pub preset_count: u8,
    /// Names of presets.
    #[serde(default)]
    pub presets: Vec<PresetName>,
}

/// A preset's names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresetName {
    /// Number.
    pub preset: u8,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// The camera's token of it; none when it is the number.
    pub token: Option<String>,
}

impl PresetName {
    pub(super) fn text(&self) -> Text {
        text(&self.name, &self.name_en)
    }
}

fn camera() -> String {
    "camera".to_owned()
}

fn device_service() -> String {
    "/onvif/device_service".to_owned()
}

const fn places() -> u8 {
    32
}

/// `driver = "onvif"`
pub const ENTRY: Entry = Entry {
    name: "onvif",
    lines: &[Line::Tcp],
    about: About {
        title: ("网络摄像机 (ONVIF)", "ONVIF PTZ"),
        judged: ("公开规范的报文", "messages of the public specification"),
        unproven: (
            "没有实物，没有第三方程序；HTTPS、发现、图像设置未做",
            "no real camera, no independent peer; no HTTPS, discovery, imaging",
        ),
    },
    example: || {
        keys(
            r#"
user = "operator"
password = "secret"
presets = [{ preset = 1, name = "全景", name_en = "Wide" }]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let is_plain = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
        if !settings.path.starts_with('/') || !is_plain(&settings.path) {
            return Err(SettingsError::BadKey("`path` begins with /".to_owned()));
        }
        if !is_plain(&settings.host) {
            return Err(SettingsError::BadKey("`host` is a name or an address".to_owned()));
        }
        if settings.preset_count == 0 {
            return Err(SettingsError::BadKey("`preset_count` is 1 to 255".to_owned()));
        }
        if settings.presets.iter().any(|preset| !(1..=settings.preset_count).contains(&preset.preset)) {
            return Err(SettingsError::BadKey("`presets`: `preset` is 1 to `preset_count`".to_owned()));
        }
        Ok(Box::new(Machine::new(Onvif::new(settings, seed), seed)))
    },
};

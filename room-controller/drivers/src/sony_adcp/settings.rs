//! What a configuration says about a Sony projector.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::Adcp;
use crate::panel::InputName;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// Inputs of most projectors, when none are configured.
const USUAL: [&str; 4] = ["hdmi1", "hdmi2", "hdbaset1", "dvi1"];

/// The projector's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Password; none when the projector asks for none.
    pub password: Option<String>,
    /// Inputs there are.
    #[serde(default)]
    pub inputs: Vec<InputName>,
}

/// `driver = "sony_adcp"`
pub const ENTRY: Entry = Entry {
    name: "sony_adcp",
    lines: &[Line::Tcp],
    about: About {
        title: ("索尼投影机", "Sony ADCP"),
        judged: ("手册的字节", "bytes of the manual"),
        unproven: ("没有实物；事实未重读", "no real projector; facts not read again"),
    },
    example: || {
        keys(
            r#"
password = "Projector"
inputs = [{ input = "hdmi1", name = "会议画面", name_en = "Conference" }]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if let Some(strange) = settings.inputs.iter().find(|input| !is_word(&input.input)) {
            return Err(SettingsError::BadKey(format!("`inputs`: `{}` is no word as `hdmi1`", strange.input)));
        }
        let inputs = if settings.inputs.is_empty() { USUAL.map(InputName::plain).to_vec() } else { settings.inputs };
        Ok(Box::new(Machine::new(Adcp::new(settings.password, inputs), seed)))
    },
};

//! What a configuration says about a Samsung display.

use room_driver::Machine;
use serde::Deserialize;

use super::inputs::code_of_input;
use super::protocol::SamsungMdc;
use crate::panel::InputName;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// Inputs of most displays, when none are configured.
const USUAL: [&str; 6] = ["hdmi1", "hdmi2", "dp1", "dvi", "pc", "hdbaset"];

/// The display's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address, 1 to 253.
    #[serde(default = "first")]
    pub display_id: u8,
    /// Inputs there are.
    #[serde(default)]
    pub inputs: Vec<InputName>,
}

const fn first() -> u8 {
    1
}

/// `driver = "samsung_mdc"`
pub const ENTRY: Entry = Entry {
    name: "samsung_mdc",
    lines: &[Line::Tcp, Line::Serial],
    about: About {
        title: ("三星显示屏", "Samsung MDC"),
        judged: ("公开客户端的帧表", "frames of a public client"),
        unproven: ("没有实物；TLS 口令接入未做", "no real display; no TLS with PIN"),
    },
    example: || {
        keys(
            r#"
display_id = 1
inputs = [{ input = "hdmi1", name = "会议画面", name_en = "Conference" }]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        if !(1..=253).contains(&settings.display_id) {
            return Err(SettingsError::BadKey("`display_id` is 1 to 253".to_owned()));
        }
        if let Some(strange) = settings.inputs.iter().find(|input| code_of_input(&input.input).is_none()) {
            return Err(SettingsError::BadKey(format!("`inputs`: there is no input `{}`; write its code as 0x21", strange.input)));
        }
        let inputs = if settings.inputs.is_empty() { USUAL.map(InputName::plain).to_vec() } else { settings.inputs };
        Ok(Box::new(Machine::new(SamsungMdc::new(settings.display_id, inputs), seed)))
    },
};

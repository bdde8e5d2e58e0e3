//! What a configuration says about an LG display.

use room_driver::Machine;
use serde::Deserialize;

use super::codec::code_of_input;
use super::protocol::Lg;
use crate::panel::InputName;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// Inputs of most displays, when none are configured.
const USUAL: [&str; 5] = ["hdmi1", "hdmi2", "hdmi3", "dp1", "dvi"];

/// The display's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Number, 1 to 255.
    #[serde(default = "first")]
    pub set_id: u8,
    /// Inputs there are.
    #[serde(default)]
    pub inputs: Vec<InputName>,
}

const fn first() -> u8 {
    1
}

/// `driver = "lg_rs232"`
pub const ENTRY: Entry = Entry {
    name: "lg_rs232",
    lines: &[Line::Tcp, Line::Serial],
    about: About {
        title: ("LG 显示屏", "LG RS-232C and IP"),
        judged: ("手册的字节", "bytes of the manual"),
        unproven: ("没有实物；温度与故障未读", "no real display; temperature and faults are not read"),
    },
    example: || {
        keys(
            r#"
set_id = 1
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        if settings.set_id == 0 {
            return Err(SettingsError::BadKey("`set_id` is 1 to 255".to_owned()));
        }
        if let Some(strange) = settings.inputs.iter().find(|input| code_of_input(&input.input).is_none_or(|code| code == 0xFF)) {
            return Err(SettingsError::BadKey(format!("`inputs`: there is no input `{}`; write its code as 0x90", strange.input)));
        }
        let inputs = if settings.inputs.is_empty() { USUAL.map(InputName::plain).to_vec() } else { settings.inputs };
        Ok(Box::new(Machine::new(Lg::new(settings.set_id, inputs), seed)))
    },
};

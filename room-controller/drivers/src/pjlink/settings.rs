//! What a configuration says about a PJLink projector.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::PjLink;
use crate::registry::{About, Entry, Line, keys, read};
use crate::text;

/// The projector's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Password; none when the projector asks for none.
    pub password: Option<String>,
    /// Labels of inputs.
    #[serde(default)]
    pub inputs: Vec<Input>,
}

/// An input's label.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Two characters.
    pub input: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

/// `driver = "pjlink"`
pub const ENTRY: Entry = Entry {
    name: "pjlink",
    lines: &[Line::Tcp],
    about: About {
        title: ("投影机 (PJLink)", "PJLink class 1"),
        judged: ("pypjlink2（模拟器）；驱动由该模拟器检验", "pypjlink2 for the simulator, which judges the driver"),
        unproven: ("没有实物；第 2 类未做", "no real projector; class 2 is left out"),
    },
    example: || {
        keys(
            r#"
password = "secret"
inputs = [{ input = "31", name = "会议画面", name_en = "Conference" }]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let mut inputs: Vec<_> = settings.inputs.iter().map(|input| (input.input.clone(), text(&input.name, &input.name_en))).collect();
        if inputs.is_empty() {
            let all = ('1'..='5').flat_map(|kind| ('1'..='9').map(move |number| format!("{kind}{number}")));
            inputs = all.map(|input| (input.clone(), text(&input, &input))).collect();
        }
        Ok(Box::new(Machine::new(PjLink::new(settings.password, inputs), seed)))
    },
};

//! What a configuration says about a Videohub.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::Videohub;
use crate::matrix::Ports;
use crate::registry::{About, Entry, Line, Numbered, keys, read};

/// The hub's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Inputs it has.
    #[serde(default = "forty")]
    pub input_count: u16,
    /// Outputs it has.
    #[serde(default = "forty")]
    pub output_count: u16,
    /// Names of inputs.
    #[serde(default)]
    pub inputs: Vec<Numbered>,
    /// Names of outputs.
    #[serde(default)]
    pub outputs: Vec<Numbered>,
}

/// The largest hub in one rack unit.
const fn forty() -> u16 {
    40
}

/// `driver = "videohub"`
pub const ENTRY: Entry = Entry {
    name: "videohub",
    lines: &[Line::Tcp],
    about: About {
        title: ("Videohub 矩阵", "Blackmagic Videohub"),
        judged: ("公开文档的字节", "bytes of the public document"),
        unproven: ("没有实物，没有第三方程序", "no real hub, no independent peer"),
    },
    example: || {
        keys(
            r#"
input_count = 12
output_count = 12
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let ports = Ports::new(settings.input_count, settings.output_count, settings.inputs, settings.outputs)?;
        Ok(Box::new(Machine::new(Videohub::new(ports), seed)))
    },
};

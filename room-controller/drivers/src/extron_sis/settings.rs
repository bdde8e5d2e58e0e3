//! What a configuration says about an Extron device.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::{Extron, Features};
use crate::matrix::Ports;
use crate::registry::{About, Entry, Line, Numbered, keys, read};

/// The device's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Password on TCP; none when the device asks for none.
    pub password: Option<String>,
    /// Inputs it has.
    #[serde(default = "eight")]
    pub input_count: u16,
    /// Outputs it has.
    #[serde(default = "eight")]
    pub output_count: u16,
    /// Presets it has.
    #[serde(default = "presets")]
    pub preset_count: u16,
    /// Names of inputs.
    #[serde(default)]
    pub inputs: Vec<Numbered>,
    /// Names of outputs.
    #[serde(default)]
    pub outputs: Vec<Numbered>,
    /// Names of presets.
    #[serde(default)]
    pub presets: Vec<Numbered>,
    /// Sound has ties of its own.
    #[serde(default)]
    pub breakaway: bool,
    /// Outputs can be made black.
    #[serde(default = "yes")]
    pub video_mute: bool,
    /// It has a volume and a mute of its own.
    #[serde(default)]
    pub volume: bool,
}

const fn eight() -> u16 {
    8
}

const fn presets() -> u16 {
    32
}

const fn yes() -> bool {
    true
}

/// `driver = "extron_sis"`
pub const ENTRY: Entry = Entry {
    name: "extron_sis",
    lines: &[Line::Tcp, Line::Serial],
    about: About {
        title: ("Extron 矩阵", "Extron SIS"),
        judged: ("手册的字节", "bytes of the manual"),
        unproven: ("没有实物，没有第三方程序；SSH 未做", "no real device, no independent peer; no SSH"),
    },
    example: || {
        keys(
            r#"
input_count = 8
output_count = 4
"#,
        )
    },
    make: |table, line, seed| {
        let settings: Settings = read(table)?;
        let ports = Ports::new(settings.input_count, settings.output_count, settings.inputs, settings.outputs)?;
        let features = Features {
            presets: settings.preset_count,
            preset_names: settings.presets,
            breakaway: settings.breakaway,
            video_mute: settings.video_mute,
            volume: settings.volume,
        };
        let password = settings.password.filter(|_| line == Line::Tcp);
        Ok(Box::new(Machine::new(Extron::new(ports, features, line == Line::Tcp, password), seed)))
    },
};

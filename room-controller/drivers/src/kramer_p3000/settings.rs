//! What a configuration says about a Kramer matrix.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::{Features, Kramer, Routing};
use crate::matrix::Ports;
use crate::registry::{About, Entry, Line, Numbered, keys, read};

/// How routes are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// `#ROUTE layer,out,in`
    #[default]
    Route,
    /// `#VID in>out`, on older machines.
    Vid,
}

/// The matrix's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Inputs it has.
    #[serde(default = "eight")]
    pub input_count: u16,
    /// Outputs it has.
    #[serde(default = "eight")]
    pub output_count: u16,
    /// Presets it has.
    #[serde(default = "eight")]
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
    /// How routes are ordered.
    #[serde(default)]
    pub routing: Words,
    /// Number of the picture's layer.
    #[serde(default = "one")]
    pub video_layer: u8,
    /// Number of the sound's layer; none where sound follows picture.
    pub audio_layer: Option<u8>,
    /// Input number that means nothing.
    #[serde(default)]
    pub disconnect: u16,
    /// Outputs can be made black.
    #[serde(default)]
    pub video_mute: bool,
    /// `VMUTE` number that means black.
    #[serde(default = "one")]
    pub video_mute_flag: u8,
    /// Outputs' sound can be switched off.
    #[serde(default)]
    pub audio_mute: bool,
    /// It tells whether inputs have a signal.
    #[serde(default)]
    pub signal: bool,
    /// Its front panel can be locked.
    #[serde(default)]
    pub panel_lock: bool,
}

const fn eight() -> u16 {
    8
}

const fn one() -> u8 {
    1
}

/// `driver = "kramer_p3000"`
pub const ENTRY: Entry = Entry {
    name: "kramer_p3000",
    lines: &[Line::Tcp, Line::Udp, Line::Serial],
    about: About {
        title: ("Kramer 矩阵", "Kramer Protocol 3000"),
        judged: ("手册的字节", "bytes of the manual"),
        unproven: ("没有实物，没有第三方程序；P2000 未做", "no real device, no independent peer; no Protocol 2000"),
    },
    example: || {
        keys(
            r#"
input_count = 8
output_count = 4
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let ports = Ports::new(settings.input_count, settings.output_count, settings.inputs, settings.outputs)?;
        let features = Features {
            routing: match settings.routing {
                Words::Route => Routing::Layers { video: settings.video_layer, audio: settings.audio_layer },
                Words::Vid => Routing::Words { audio: settings.audio_layer.is_some() },
            },
            disconnect: settings.disconnect,
            presets: settings.preset_count,
            preset_names: settings.presets,
            video_mute: settings.video_mute.then_some(settings.video_mute_flag),
            audio_mute: settings.audio_mute,
            signal: settings.signal,
            panel_lock: settings.panel_lock,
        };
        Ok(Box::new(Machine::new(Kramer::new(ports, features), seed)))
    },
};

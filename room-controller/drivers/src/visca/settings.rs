//! What a configuration says about a VISCA camera.

use room_api::Text;
use room_driver::Machine;
use serde::Deserialize;

use super::protocol::{Carrier, Visca};
use crate::registry::{About, Entry, Line, SettingsError, keys, read};
use crate::text;

/// The camera's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Camera address on a serial line, 1 to 7.
    #[serde(default = "first")]
    pub visca_address: u8,
    /// Labels of presets.
    #[serde(default)]
    pub presets: Vec<Preset>,
}

/// A preset's label.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Number, 0 to 127.
    pub preset: u8,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

const fn first() -> u8 {
    1
}

/// `driver = "visca"`
pub const ENTRY: Entry = Entry {
    name: "visca",
    lines: &[Line::Tcp, Line::Udp, Line::Serial],
    about: About {
        title: ("摄像机 (VISCA)", "VISCA, VISCA over IP"),
        judged: (
            "grafton-visca 的摄像机模拟器（驱动）；visca_over_ip（模拟器）；socat 串口",
            "grafton-visca's camera for the driver; visca_over_ip for the simulator; serial by socat",
        ),
        unproven: ("没有实物", "no real camera"),
    },
    example: || {
        keys(
            r#"
presets = [{ preset = 1, name = "全景", name_en = "Wide" }]
"#,
        )
    },
    make: |table, line, seed| {
        let settings: Settings = read(table)?;
        if !(1..=7).contains(&settings.visca_address) {
            return Err(SettingsError::BadKey("`visca_address` is 1 to 7".to_owned()));
        }
        let carrier = match line {
            Line::Tcp => Carrier::Tcp,
            Line::Udp => Carrier::OverIp,
            Line::Serial => Carrier::Serial { address: settings.visca_address },
        };
        let label = |preset: &Preset| -> (u8, Text) { (preset.preset, text(&preset.name, &preset.name_en)) };
        let presets = settings.presets.iter().map(label).collect();
        Ok(Box::new(Machine::new(Visca::new(carrier).with_presets(presets), seed)))
    },
};

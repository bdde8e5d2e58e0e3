//! What a configuration says about a Huidu card.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::{Heartbeat, Huidu, Style};
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// The card's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `5f` (default) or `2005`.
    pub heartbeat: Heartbeat,
    /// Font on the card; default SimSun.
    pub font: String,
    /// Height of letters, pixels; default 16.
    pub size: u16,
    /// Colour of letters; default `#FF0000`.
    pub color: String,
    /// Texts run to the left for ever; default no.
    pub runs: bool,
    /// Width in pixels until the card reports its own; default 128.
    pub width: u16,
    /// Height in pixels until the card reports its own; default 64.
    pub height: u16,
}

impl Default for Settings {
    fn default() -> Self {
        let (font, color) = ("SimSun".to_owned(), "#FF0000".to_owned());
        Self { heartbeat: Heartbeat::Sdk, font, size: 16, color, runs: false, width: 128, height: 64 }
    }
}

/// `driver = "huidu"`
pub const ENTRY: Entry = Entry {
    name: "huidu",
    lines: &[Line::Tcp],
    about: About {
        title: ("灰度 LED 控制卡", "Huidu SDK 2.0"),
        judged: ("公开 SDK 的字节", "bytes of the public SDK"),
        unproven: ("没有实物；图片与视频节目未做", "no real card; pictures and videos are left out"),
    },
    example: || {
        keys(
            r#"
width = 256
height = 32
size = 24
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let digits = settings.color.strip_prefix('#').filter(|digits| digits.len() == 6);
        if !digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            return Err(SettingsError::BadKey("`color` is #RRGGBB".to_owned()));
        }
        let (size, color) = ((settings.width, settings.height), settings.color);
        let style = Style { font: settings.font, size: settings.size, color, runs: settings.runs };
        Ok(Box::new(Machine::new(Huidu::new(settings.heartbeat, style, size), seed)))
    },
};

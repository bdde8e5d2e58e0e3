//! What a configuration says about a NovaStar device.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::{Card, NovaStar};
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// Most cards that are read back: three questions each, one at a time, must fit into a poll of 5 s on a serial line.
const MAX_CARDS: usize = 16;

/// The device's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Receiving cards that are read back; default the first on the first port.
    pub cards: Vec<CardSettings>,
}

/// One receiving card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardSettings {
    /// RJ45 port from 0.
    pub port: u8,
    /// Place on the port from 0.
    pub card: u16,
}

impl Settings {
    /// The cards.
    ///
    /// # Errors
    /// When there are too many, one is the address of all, or one is listed twice.
    pub fn cards(&self) -> Result<Vec<Card>, SettingsError> {
        if self.cards.is_empty() {
            return Ok(vec![Card { port: 0, card: 0 }]);
        }
        for (index, card) in self.cards.iter().enumerate() {
            if index >= MAX_CARDS || card.port == 0xFF || card.card == 0xFFFF || self.cards.iter().take(index).any(|other| other == card) {
                return Err(SettingsError::BadKey(format!("`cards` names up to {MAX_CARDS} single cards, each once")));
            }
        }
        Ok(self.cards.iter().map(|card| Card { port: card.port, card: card.card }).collect())
    }
}

/// `driver = "novastar"`
pub const ENTRY: Entry = Entry {
    name: "novastar",
    lines: &[Line::Tcp, Line::Serial],
    about: About {
        title: ("诺瓦 LED 发送卡", "NovaStar"),
        judged: ("@novastar/codec（帧与校验，双向）", "@novastar/codec: frames and sums, both ways"),
        unproven: ("没有实物；寄存器的作用只据文档", "no real card; what registers do is known from documents only"),
    },
    example: || {
        keys(
            r#"
cards = [{ port = 0, card = 0 }]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        Ok(Box::new(Machine::new(NovaStar::new(settings.cards()?), seed)))
    },
};

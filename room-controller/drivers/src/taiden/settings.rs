//! What a configuration says about a TAIDEN unit.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::Taiden;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// The modes of fact sheet §23.
const MODES: [&str; 6] = ["open", "fifo", "approval", "voice", "ptt", "limited"];

/// The unit's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Seats 1 to this many are known from the start; the unit does not tell them. Default 0: those it reports.
    pub seats: u16,
    /// What the unit's operation numbers mean, read off its display once.
    pub modes: Vec<Named>,
    /// Reports leave unused ids out. Default: six ids always.
    pub short_reports: bool,
    /// Start video tracking after each connect.
    pub tracking: bool,
}

/// An operation number's meaning.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The number, 0 to 15.
    pub operation: u8,
    /// `open`, `fifo`, `approval`, `voice`, `ptt` or `limited`.
    pub mode: String,
}

/// `driver = "taiden"`
pub const ENTRY: Entry = Entry {
    name: "taiden",
    lines: &[Line::Serial],
    about: About {
        title: ("台电讨论系统", "TAIDEN HCS-3600"),
        judged: ("公开的串口协议", "the public serial protocol"),
        unproven: ("没有实物；TCP 协议不公开", "no real unit; the TCP protocol is not public"),
    },
    example: || {
        keys(
            r#"
seats = 8
modes = [
    { operation = 0, mode = "open" },
    { operation = 2, mode = "approval" },
]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        if settings.modes.iter().any(|named| named.operation > 15 || !MODES.contains(&named.mode.as_str())) {
            return Err(SettingsError::BadKey(format!("`modes`: `operation` is 0 to 15, `mode` one of {}", MODES.join(", "))));
        }
        let modes = settings.modes.into_iter().map(|named| (named.operation, named.mode)).collect();
        Ok(Box::new(Machine::new(Taiden::new(settings.seats, modes, settings.short_reports, settings.tracking), seed)))
    },
};

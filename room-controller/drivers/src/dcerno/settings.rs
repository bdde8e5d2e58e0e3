//! What a configuration says about a unit.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::DCerno;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// The unit's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Microphone units by the serial numbers on their backs.
    pub seats: Vec<Seat>,
}

/// A microphone unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Its number in the room.
    pub seat: u16,
    /// Its serial number.
    pub uid: String,
}

impl Seat {
    /// Serial numbers of chairs begin so (manual p. 59).
    #[must_use]
    pub fn is_chair(&self) -> bool {
        self.uid.starts_with("11")
    }
}

impl Settings {
    /// The seats, with serial numbers in capitals.
    ///
    /// # Errors
    /// When a serial number is none or a seat is there twice.
    pub fn seats(&self) -> Result<Vec<Seat>, SettingsError> {
        let mut seats: Vec<Seat> = Vec::new();
        for Seat { seat, uid } in &self.seats {
            let uid = uid.to_ascii_uppercase();
            if uid.len() != 8 || !uid.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(SettingsError::BadKey(format!("`seats`: `{uid}` is no serial number of eight characters")));
            }
            if *seat == 0 || seats.iter().any(|other| other.seat == *seat || other.uid == uid) {
                return Err(SettingsError::BadKey(format!("`seats`: seat {seat} or `{uid}` is there twice, or is 0")));
            }
            seats.push(Seat { seat: *seat, uid });
        }
        Ok(seats)
    }
}

/// `driver = "dcerno"`
pub const ENTRY: Entry = Entry {
    name: "dcerno",
    lines: &[Line::Tcp],
    about: About {
        title: ("Televic D-Cerno 讨论系统", "Televic D-Cerno"),
        judged: ("公开文档的字节", "bytes of the public documents only"),
        unproven: ("没有实物；真机的应答只见于一个公开控制模块", "no real unit; its replies are known from one public control module"),
    },
    example: || {
        keys(
            r#"
seats = [
    { seat = 1, uid = "11A0B1C2" },
    { seat = 2, uid = "12A0B1C3" },
]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        Ok(Box::new(Machine::new(DCerno::new(settings.seats()?), seed)))
    },
};

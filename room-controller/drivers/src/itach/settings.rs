//! What a configuration says about an iTach.

use room_driver::Machine;
use serde::Deserialize;

use super::protocol::{Itach, Named};
use crate::registry::{About, Entry, Line, SettingsError, keys, read};
use crate::text;

/// Contacts of the largest unit.
const MAX_RELAYS: u8 = 3;

/// The unit's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Infrared codes.
    pub codes: Vec<CodeSettings>,
    /// Contact closures, 0 to 3; default 0.
    pub relays: u8,
}

/// One infrared code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeSettings {
    /// Its word in commands, `power_on`.
    pub word: String,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// Where it goes out, `1:1` to `1:3`; default `1:1`.
    #[serde(default = "first")]
    pub connector: String,
    /// `frequency,repeat,offset,on,off,…`
    pub code: String,
}

fn first() -> String {
    "1:1".to_owned()
}

impl Settings {
    /// The codes.
    ///
    /// # Errors
    /// When a word is used twice or a code or connector is none.
    pub fn codes(&self) -> Result<Vec<Named>, SettingsError> {
        let mut codes: Vec<Named> = Vec::new();
        for listed in &self.codes {
            let bad = |why: &str| SettingsError::BadKey(format!("code `{}`: {why}", listed.word));
            if listed.word.is_empty() || codes.iter().any(|named| named.word == listed.word) {
                return Err(bad("`word` is a word of its own"));
            }
            if !matches!(listed.connector.as_str(), "1:1" | "1:2" | "1:3") {
                return Err(bad("`connector` is 1:1, 1:2 or 1:3"));
            }
            let code = listed.code.parse().map_err(|why: String| bad(&why))?;
            let name = text(&listed.name, &listed.name_en);
            codes.push(Named { word: listed.word.clone(), name, connector: listed.connector.clone(), code });
        }
        Ok(codes)
    }
}

/// `driver = "itach"`
pub const ENTRY: Entry = Entry {
    name: "itach",
    lines: &[Line::Tcp],
    about: About {
        title: ("红外与继电 (iTach)", "Global Caché iTach"),
        judged: ("公开文档的字节", "bytes of the public document"),
        unproven: ("没有实物；红外只发不回报", "no real device; infrared is blind"),
    },
    example: || {
        keys(
            r#"
relays = 3
codes = [
    { word = "power_on", name = "开机", name_en = "Power on", code = "38000,1,1,340,170,20,20,20,1000" },
]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        if settings.relays > MAX_RELAYS {
            return Err(SettingsError::BadKey(format!("`relays` is 0 to {MAX_RELAYS}")));
        }
        Ok(Box::new(Machine::new(Itach::new(settings.codes()?, settings.relays), seed)))
    },
};

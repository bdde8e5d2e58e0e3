//! What a configuration says about a machine to be woken.

use room_driver::Machine;
use serde::Deserialize;

use super::codec::Mac;
use super::protocol::WakeOnLan;
use crate::registry::{About, Entry, Line, SettingsError, keys, read};

/// The machine's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Its network card, `00:11:22:33:44:55`; without it there is no command.
    pub mac: Option<String>,
}

impl Settings {
    /// The address.
    ///
    /// # Errors
    /// When it is none.
    pub fn mac(&self) -> Result<Option<Mac>, SettingsError> {
        self.mac.as_deref().map(|mac| mac.parse().map_err(SettingsError::BadKey)).transpose()
    }
}

/// `driver = "wake_on_lan"`
pub const ENTRY: Entry = Entry {
    name: "wake_on_lan",
    lines: &[Line::Udp],
    about: About {
        title: ("网络唤醒", "Wake-on-LAN"),
        judged: ("标准的字节", "bytes of the standard"),
        unproven: ("没有应答可证", "nothing answers"),
    },
    example: || {
        keys(
            r#"
mac = "00:11:22:33:44:55"
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        Ok(Box::new(Machine::new(WakeOnLan::new(settings.mac()?), seed)))
    },
};

//! Drivers by name, each made from what the configuration says about its device.

use crate::{
    Driver, artnet, dcerno, dis_ccu, enttec_pro, extron_sis, huidu, itach, knx, kramer_p3000, lg_rs232, modbus_relays, novastar, onvif,
    pelco_d, pjlink, profile, qsys_qrc, sacn, samsung_mdc, shure, sony_adcp, taiden, tesira, text, videohub, visca, wake_on_lan, x32,
    yamaha_rcp,
};
use room_api::Text;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Table;

/// How a device's bytes travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A TCP connection.
    #[default]
    Tcp,
    /// Datagrams.
    Udp,
    /// A serial line.
    Serial,
}

/// Why no driver can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No such driver.
    #[error("there is no driver `{0}`; there are: {1}")]
    UnknownDriver(String, String),
    /// The protocol is not spoken on that line.
    #[error("driver `{0}` does not speak over {1:?}; change `carrier`")]
    WrongLine(&'static str, Line),
    /// A key is wrong.
    #[error("{0}")]
    BadKey(String),
}

/// Makes a driver of a device's own keys, for that line; the number spreads reconnects.
pub type Make = fn(&Table, Line, u64) -> Result<Box<dyn Driver>, SettingsError>;

/// What people should know of a driver, 中文 and English.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// The protocol and what speaks it.
    pub title: (&'static str, &'static str),
    /// Who judges it: a program nobody here wrote, or the bytes of which document.
    pub judged: (&'static str, &'static str),
    /// What is not proven.
    pub unproven: (&'static str, &'static str),
}

/// A driver that can be asked for by name.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its name in configurations: `driver = "visca"`.
    pub name: &'static str,
    /// The lines it speaks on.
    pub lines: &'static [Line],
    /// For the documentation.
    pub about: About,
    /// A typical device's own keys.
    pub example: fn() -> Table,
    /// Makes it.
    pub make: Make,
}

/// All drivers, in the order of their names.
pub const DRIVERS: &[Entry] = &[
    artnet::ENTRY,
    dcerno::ENTRY,
    dis_ccu::ENTRY,
    enttec_pro::ENTRY,
    extron_sis::ENTRY,
    huidu::ENTRY,
    itach::ENTRY,
    knx::ENTRY,
    kramer_p3000::ENTRY,
    lg_rs232::ENTRY,
    modbus_relays::ENTRY,
    novastar::ENTRY,
    onvif::ENTRY,
    pelco_d::ENTRY,
    pjlink::ENTRY,
    profile::ENTRY,
    qsys_qrc::ENTRY,
    sacn::ENTRY,
    samsung_mdc::ENTRY,
    shure::ENTRY,
    sony_adcp::ENTRY,
    taiden::ENTRY,
    tesira::ENTRY,
    videohub::ENTRY,
    visca::ENTRY,
    wake_on_lan::ENTRY,
    x32::ENTRY,
    yamaha_rcp::ENTRY,
];

/// The driver of that name with a device's own keys.
///
/// # Errors
/// With what to change in the configuration.
pub fn driver_of(name: &str, settings: &Table, line: Line, seed: u64) -> Result<Box<dyn Driver>, SettingsError> {
    let Some(entry) = DRIVERS.iter().find(|entry| entry.name == name) else {
        let names: Vec<&str> = DRIVERS.iter().map(|entry| entry.name).collect();
        return Err(SettingsError::UnknownDriver(name.to_owned(), names.join(", ")));
    };
    if !entry.lines.contains(&line) {
        return Err(SettingsError::WrongLine(entry.name, line));
    }
    (entry.make)(settings, line, seed)
}

/// Keys written in TOML; none when they are not: a test reads every example.
pub(crate) fn keys(words: &str) -> Table {
    words.parse().unwrap_or_default()
}

/// A driver's own keys as their type.
///
/// # Errors
/// Naming the key that is missing, unknown or of the wrong type.
pub fn read<T: DeserializeOwned>(settings: &Table) -> Result<T, SettingsError> {
    settings.clone().try_into().map_err(|error: toml::de::Error| SettingsError::BadKey(error.message().to_owned()))
}

/// A numbered thing with its names: a preset, a channel, an output.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbered {
    /// Its number as people count.
    pub number: u16,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
}

impl Numbered {
    /// Its names.
    #[must_use]
    pub fn text(&self) -> Text {
        text(&self.name, &self.name_en)
    }
}

#[cfg(test)]
mod tests {
    use super::{DRIVERS, Line, SettingsError, driver_of};
    use room_api::ParamKind;

    #[test]
    fn every_driver_is_made_without_settings_and_keeps_the_rules_of_declarations() {
        for entry in DRIVERS {
            for line in entry.lines {
                let mut settings = toml::Table::new();
                if entry.name == "profile" {
                    settings.insert("profile".to_owned(), toml::from_str(crate::profile::EXAMPLE).unwrap());
                }
                let driver = driver_of(entry.name, &settings, *line, 1).unwrap();
                let declared = driver.declaration();
                assert_eq!(declared.driver, entry.name);
                let held = declared.commands.iter().any(|command| command.held);
                assert!(
                    !held || declared.commands.iter().any(|command| command.name == "stop"),
                    "{}: a held move needs `stop`",
                    entry.name
                );
                for command in &declared.commands {
                    let Some(proof) = &command.proof else { continue };
                    let is_part = |name: &str| proof.split('.').any(|part| part == format!("{{{name}}}"));
                    let values = command.params.iter().filter(|param| !is_part(&param.name)).count();
                    assert_eq!(values, 1, "{} {}: one parameter is the value of {proof}", entry.name, command.name);
                    let is_declared = declared.properties.iter().any(|property| property == proof);
                    assert!(is_declared, "{} {}: {proof} is no property", entry.name, command.name);
                    for param in &command.params {
                        if let ParamKind::Int { min, max, .. } = param.kind {
                            assert!(min <= max, "{} {}", entry.name, command.name);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn wrong_settings_name_the_key() {
        let make = |name, words: &str| driver_of(name, &words.parse().unwrap(), Line::Tcp, 1).err();
        assert!(matches!(make("visca2", ""), Some(SettingsError::UnknownDriver(..))));
        assert!(make("pjlink", "pasword = \"x\"").unwrap().to_string().contains("pasword"));
        assert!(matches!(driver_of("pjlink", &toml::Table::new(), Line::Serial, 1).err(), Some(SettingsError::WrongLine(..))));
    }
}

//! What a configuration says about lights on KNX.

use room_driver::Machine;
use serde::Deserialize;

use super::codec::Group;
use super::protocol::{Fixture, Knx, What};
use crate::registry::{About, Entry, Line, Numbered, SettingsError, keys, read};
use crate::text;

/// The device's own keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Fixtures; without any there is one switch, written at 0/0/1 with its status at 0/0/2.
    pub fixtures: Vec<FixtureSettings>,
    /// Group address of scenes (DPT 17.001).
    pub scene_group: Option<String>,
    /// Names of scenes, 1 to 64.
    pub scenes: Vec<Numbered>,
}

/// One fixture.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureSettings {
    /// Number for people.
    pub number: u16,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// `switch` (default) or `dimmer`.
    #[serde(default)]
    pub kind: Kind,
    /// Group address that is written, `1/2/3`.
    pub write: String,
    /// Group address of its status; it is the proof.
    pub status: String,
}

/// What a fixture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// DPT 1.001.
    #[default]
    Switch,
    /// DPT 5.001.
    Dimmer,
}

fn group(words: &str) -> Result<Group, SettingsError> {
    words.parse().map_err(SettingsError::BadKey)
}

impl Settings {
    /// The fixtures.
    ///
    /// # Errors
    /// When an address is none, a status address is the written one, or a number is used twice.
    pub fn fixtures(&self) -> Result<Vec<Fixture>, SettingsError> {
        if self.fixtures.is_empty() {
            let (name, what) = (text("灯光", "Lights"), What::Switch);
            return Ok(vec![Fixture { number: 1, name, what, write: group("0/0/1")?, status: group("0/0/2")? }]);
        }
        let mut fixtures: Vec<Fixture> = Vec::new();
        for listed in &self.fixtures {
            let (number, write, status) = (listed.number, group(&listed.write)?, group(&listed.status)?);
            if fixtures.iter().any(|fixture| fixture.number == number) {
                return Err(SettingsError::BadKey(format!("fixture {number} is listed twice")));
            }
            if write == status {
                return Err(SettingsError::BadKey(format!(
                    "fixture {number}: `status` must be another address than `write`: it is the proof"
                )));
            }
            let what = match listed.kind {
                Kind::Switch => What::Switch,
                Kind::Dimmer => What::Dimmer,
            };
            fixtures.push(Fixture { number, name: text(&listed.name, &listed.name_en), what, write, status });
        }
        Ok(fixtures)
    }

    /// The group of scenes.
    ///
    /// # Errors
    /// When it is no address.
    pub fn scene_group(&self) -> Result<Option<Group>, SettingsError> {
        self.scene_group.as_deref().map(group).transpose()
    }
}

/// `driver = "knx"`
pub const ENTRY: Entry = Entry {
    name: "knx",
    lines: &[Line::Udp],
    about: About {
        title: ("灯光与开关 (KNX；DALI 经网关)", "KNXnet/IP tunnelling"),
        judged: (
            "knxd 与 xknx 作执行器（驱动）；xknx 作客户端（模拟器）",
            "knxd with xknx as actuators, for the driver; xknx as a client, for the simulator",
        ),
        unproven: ("没有总线实物；KNX Secure 未做", "no real bus; no KNX Secure"),
    },
    example: || {
        keys(
            r#"
fixtures = [
    { number = 1, name = "主席台灯", name_en = "Rostrum", kind = "dimmer", write = "1/1/1", status = "1/1/2" },
    { number = 2, name = "会场灯", name_en = "Hall", write = "1/2/1", status = "1/2/2" },
]
"#,
        )
    },
    make: |table, _line, seed| {
        let settings: Settings = read(table)?;
        let names = settings.scenes.iter().map(|scene| (scene.number, scene.text())).collect();
        let scenes = settings.scene_group()?.map(|group| (group, names));
        Ok(Box::new(Machine::new(Knx::new(settings.fixtures()?, scenes), seed)))
    },
};

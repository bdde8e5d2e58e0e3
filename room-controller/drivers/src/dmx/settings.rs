//! What a configuration says about lights, whatever carries them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use toml::Table;

use super::engine::{Engine, Merge, Source};
use super::fixture::{CHANNELS, Fixture, Group, Kind, Rig};
use crate::registry::{SettingsError, read};
use crate::text;

/// Universes of one device: each is a datagram every 25 ms, and a link holds 16.
const MAX_UNIVERSES: usize = 8;
/// Longest fade, ms.
pub(crate) const MAX_FADE_MS: i64 = 600_000;

/// Two fixtures and their group.
pub const EXAMPLE: &str = r#"
fixtures = [
    { number = 1, name = "主席台面光", name_en = "Rostrum", kind = "dimmer_cct", address = 1 },
    { number = 2, name = "会场灯", name_en = "Hall", address = 10 },
]
groups = [{ number = 1, name = "全部", name_en = "All", fixtures = [1, 2] }]
"#;

/// The lights' own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Universe of fixtures that name none: Art-Net port-address from 0, sACN from 1; none on Enttec.
    pub universe: Option<u16>,
    /// Fade of levels that name none, ms; default 1000.
    pub fade_ms: u64,
    /// Which wish wins within a priority: `ltp` (default) or `htp`.
    pub merge: Merge,
    /// Priority of scenes, 0 to 200; default 100.
    pub scene_priority: u8,
    /// Priority of operators, 0 to 200; default 100.
    pub operator_priority: u8,
    /// Level of all fixtures from the start, per cent; without it nothing is sent before the first command.
    pub start_level: Option<u8>,
    /// sACN: priority towards other senders, 0 to 200; default 100.
    pub priority: Option<u8>,
    /// sACN: name shown at receivers.
    pub source_name: Option<String>,
    /// Fixtures; without any there is one dimmer on channel 1.
    pub fixtures: Vec<FixtureSettings>,
    /// Groups.
    pub groups: Vec<GroupSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            universe: None,
            fade_ms: 1000,
            merge: Merge::Ltp,
            scene_priority: 100,
            operator_priority: 100,
            start_level: None,
            priority: None,
            source_name: None,
            fixtures: Vec::new(),
            groups: Vec::new(),
        }
    }
}

/// One fixture.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureSettings {
    /// Its number for people.
    pub number: u16,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// `dimmer` (default), `rgb`, `dimmer_rgb`, `tunable`, `dimmer_cct`.
    #[serde(default)]
    pub kind: Kind,
    /// Where it hangs, when not in the device's universe.
    pub universe: Option<u16>,
    /// First channel, 1 to 512.
    pub address: u16,
    /// 16-bit channels.
    #[serde(default)]
    pub fine: bool,
    /// Warmest white, K; default 2700.
    #[serde(default = "warm")]
    pub warm_k: u16,
    /// Coolest white, K; default 6500.
    #[serde(default = "cool")]
    pub cool_k: u16,
}

/// One group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSettings {
    /// Its number for people.
    pub number: u16,
    /// 中文
    pub name: String,
    /// English.
    pub name_en: String,
    /// Its fixtures.
    pub fixtures: Vec<u16>,
}

const fn warm() -> u16 {
    2700
}

const fn cool() -> u16 {
    6500
}

/// What a carrier allows.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// First and last universe.
    pub universes: (u16, u16),
    /// Has sACN's own keys.
    pub is_sacn: bool,
}

fn bad<T>(why: String) -> Result<T, SettingsError> {
    Err(SettingsError::BadKey(why))
}

impl Settings {
    /// Reads and checks a device's keys.
    ///
    /// # Errors
    /// Naming the key that is wrong.
    pub fn of(table: &Table, words: Words) -> Result<Self, SettingsError> {
        let settings: Self = read(table)?;
        if !words.is_sacn && (settings.priority.is_some() || settings.source_name.is_some()) {
            return bad("`priority` and `source_name` belong to sacn".to_owned());
        }
        if [Some(settings.scene_priority), Some(settings.operator_priority), settings.priority].into_iter().flatten().any(|p| p > 200) {
            return bad("priorities are 0 to 200".to_owned());
        }
        if settings.start_level.is_some_and(|level| level > 100) {
            return bad("`start_level` is 0 to 100".to_owned());
        }
        if i64::try_from(settings.fade_ms).map_or(true, |ms| ms > MAX_FADE_MS) {
            return bad(format!("`fade_ms` is at most {MAX_FADE_MS}"));
        }
        settings.rig(words)?;
        Ok(settings)
    }

    /// The fixtures and groups.
    ///
    /// # Errors
    /// When a number is used twice, channels overlap or do not exist, or a group names a stranger.
    pub fn rig(&self, words: Words) -> Result<Rig, SettingsError> {
        let (first, last) = words.universes;
        let universe = self.universe.unwrap_or(first);
        let listed: Vec<Fixture> = self.fixtures.iter().map(|listed| listed.fixture(universe)).collect();
        let fixtures = if listed.is_empty() { vec![plain(universe)] } else { listed };
        for (index, fixture) in fixtures.iter().enumerate() {
            let (number, place) = (fixture.number, fixture.place());
            if fixture.address == 0 || place.end > CHANNELS {
                return bad(format!("fixture {number}: its channels do not lie within 1 to 512"));
            }
            if !(first..=last).contains(&fixture.universe) {
                return bad(format!("fixture {number}: universe {} is not within {first} to {last}", fixture.universe));
            }
            if fixture.warm_k >= fixture.cool_k {
                return bad(format!("fixture {number}: `warm_k` must be below `cool_k`"));
            }
            for other in fixtures.iter().take(index) {
                if other.number == number {
                    return bad(format!("fixture {number} is listed twice"));
                }
                let apart = other.place().end <= place.start || place.end <= other.place().start;
                if other.universe == fixture.universe && !apart {
                    return bad(format!("fixtures {} and {number} share channels", other.number));
                }
            }
        }
        let mut universes: Vec<u16> = fixtures.iter().map(|fixture| fixture.universe).collect();
        universes.sort_unstable();
        universes.dedup();
        if universes.len() > MAX_UNIVERSES {
            return bad(format!("at most {MAX_UNIVERSES} universes on one device; make another device"));
        }
        let groups = self.groups.iter().map(|group| group.group(&fixtures)).collect::<Result<Vec<_>, _>>()?;
        let mut numbers: Vec<u16> = groups.iter().map(|group| group.number).collect();
        numbers.sort_unstable();
        if let Some(pair) = numbers.windows(2).find(|pair| pair.first() == pair.last()) {
            return bad(format!("group {pair:?} is listed twice"));
        }
        Ok(Rig { fixtures, groups })
    }

    /// Priorities of our own two sources.
    #[must_use]
    pub fn engine(&self, rig: &Rig) -> Engine {
        let priorities = BTreeMap::from([(Source::Scene, self.scene_priority), (Source::Operator, self.operator_priority)]);
        Engine::new(rig, self.merge, priorities)
    }

    /// Fade of levels that name none.
    #[must_use]
    pub const fn fade(&self) -> Duration {
        Duration::from_millis(self.fade_ms)
    }
}

fn plain(universe: u16) -> Fixture {
    let (kind, name) = (Kind::Dimmer, text("灯光", "Lights"));
    Fixture { number: 1, name, kind, universe, address: 1, fine: false, warm_k: warm(), cool_k: cool() }
}

impl FixtureSettings {
    fn fixture(&self, universe: u16) -> Fixture {
        Fixture {
            number: self.number,
            name: text(&self.name, &self.name_en),
            kind: self.kind,
            universe: self.universe.unwrap_or(universe),
            address: self.address,
            fine: self.fine,
            warm_k: self.warm_k,
            cool_k: self.cool_k,
        }
    }
}

impl GroupSettings {
    fn group(&self, fixtures: &[Fixture]) -> Result<Group, SettingsError> {
        if self.fixtures.is_empty() {
            return bad(format!("group {} has no fixtures", self.number));
        }
        if let Some(stranger) = self.fixtures.iter().find(|number| !fixtures.iter().any(|fixture| fixture.number == **number)) {
            return bad(format!("group {}: there is no fixture {stranger}", self.number));
        }
        Ok(Group { number: self.number, name: text(&self.name, &self.name_en), fixtures: self.fixtures.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, Words};

    const WORDS: Words = Words { universes: (0, 32_767), is_sacn: false };

    #[test]
    fn contradictions_are_named() {
        let two = |second: &str| {
            format!(
                "[[fixtures]]\nnumber = 1\nname = \"\"\nname_en = \"\"\naddress = 1\nkind = \"rgb\"\n[[fixtures]]\nname = \"\"\nname_en = \"\"\n{second}"
            )
        };
        let cases = [
            (two("number = 1\naddress = 4"), "listed twice"),
            (two("number = 2\naddress = 3"), "share channels"),
            (two("number = 2\naddress = 512\nfine = true"), "512"),
            (two("number = 2\naddress = 0"), "512"),
            (two("number = 2\naddress = 9\nuniverse = 40000"), "universe"),
            (two("number = 2\naddress = 9\nwarm_k = 7000"), "warm_k"),
            ("priority = 100".to_owned(), "sacn"),
            ("fade = 100".to_owned(), "fade"),
            ("[[groups]]\nnumber = 1\nname = \"\"\nname_en = \"\"\nfixtures = [7]".to_owned(), "no fixture 7"),
        ];
        for (words, named) in cases {
            let error = Settings::of(&words.parse().unwrap(), WORDS).unwrap_err().to_string();
            assert!(error.contains(named), "{words}: {error}");
        }
        assert!(Settings::of(&two("number = 2\naddress = 4").parse().unwrap(), WORDS).is_ok());
    }
}

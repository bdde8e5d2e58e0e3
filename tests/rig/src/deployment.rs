//! The sites of a deployment, from `configs/<name>/sites.toml`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mcu_api::{ConferenceId, OpenConference, SiteId, SiteKind, SiteSeat};
use serde::Deserialize;

/// The file as it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    pub conference: ConferenceId,
    pub title: String,
    pub main_site: SiteId,
    pub sites: Vec<Site>,
}

/// One site.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub site: SiteId,
    pub name: String,
    pub name_en: String,
    pub kind: SiteKind,
    pub source: String,
    /// Room whose terminal takes the seat, where it is not the room of the same name; for the console's bookings.
    #[serde(default)]
    pub terminal: Option<String>,
}

impl Deployment {
    /// Reads `sites.toml` in that directory.
    ///
    /// # Errors
    /// Naming the file and what is wrong in it.
    pub fn load(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("sites.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a list of sites", path.display()))
    }

    /// The default deployment of this repository.
    ///
    /// # Errors
    /// As [`Deployment::load`].
    pub fn chenzhou() -> anyhow::Result<Self> {
        Self::load(&root().join("configs/chenzhou"))
    }

    /// What the MCU is asked to open.
    #[must_use]
    pub fn opening(&self) -> OpenConference {
        let seat =
            |site: &Site| SiteSeat { site: site.site.clone(), name: site.name.clone(), name_en: site.name_en.clone(), kind: site.kind };
        OpenConference {
            conference: self.conference.clone(),
            title: self.title.clone(),
            sites: self.sites.iter().map(seat).collect(),
            main_site: self.main_site.clone(),
            mute_on_join: None,
            call_all: None,
            // Every site of a rig is simulated.
            rehearsal: true,
        }
    }

    /// A site's place in the fixed order: the number in its marker and of its tone.
    #[must_use]
    pub fn number(&self, site: &str) -> Option<u8> {
        self.sites.iter().position(|known| known.site.as_str() == site).and_then(|place| u8::try_from(place).ok())
    }
}

/// Root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

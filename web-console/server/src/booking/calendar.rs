//! What can be booked and how times are read, from the configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use mcu_api::{SiteId, SiteKind, SiteSeat};
use serde::Deserialize;

use super::busy::Capacity;
use super::words::BookableSite;

/// Sites called so long before the start: time for the terminals to join and for a look at each.
const CALL_BEFORE_MIN: u16 = 10;
/// Seats the MCU may have at once: the most of one conference, for which its media is measured.
const MCU_SEATS: u32 = 104;
/// Conferences the MCU runs at once: its own limit.
const MCU_CONFERENCES: u32 = 32;
/// China has one zone.
const TIME_ZONE: &str = "Asia/Shanghai";

/// Table `[booking]` of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BookingConfig {
    /// File of the sites (`sites.toml`), relative to the configuration's folder. Without it nothing can be booked.
    pub sites: Option<PathBuf>,
    /// IANA name of the zone in which starts are written. Default `Asia/Shanghai`.
    pub time_zone: String,
    /// Minutes before the start at which sites are called. Default 10.
    pub call_before_min: u16,
    /// Seats of all conferences at the same time. Default 104.
    pub mcu_seats: u32,
    /// Conferences at the same time. Default 32.
    pub mcu_conferences: u32,
}

impl Default for BookingConfig {
    fn default() -> Self {
        Self {
            sites: None,
            time_zone: TIME_ZONE.to_owned(),
            call_before_min: CALL_BEFORE_MIN,
            mcu_seats: MCU_SEATS,
            mcu_conferences: MCU_CONFERENCES,
        }
    }
}

/// Why there is no calendar.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// The file of the sites cannot be read.
    #[error("booking.sites: {0} cannot be read; check the path, which is relative to the configuration's folder")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// The file of the sites is not understood.
    #[error("booking.sites: {0} is no list of sites")]
    Malformed(PathBuf, #[source] Box<toml::de::Error>),
    /// No such zone.
    #[error("booking.time_zone: \"{0}\" is no time zone; write an IANA name such as Asia/Shanghai")]
    Zone(String, #[source] jiff::Error),
    /// A number out of its range.
    #[error("booking.{0} is out of its range; it is {1}")]
    Range(&'static str, &'static str),
}

/// The part of `sites.toml` that is read here; the rest is for others.
#[derive(Debug, Deserialize)]
struct SitesFile {
    sites: Vec<SiteRow>,
}

#[derive(Debug, Deserialize)]
struct SiteRow {
    site: SiteId,
    name: String,
    name_en: String,
    kind: SiteKind,
    /// Room whose terminal takes the seat; the room of the same name where it is left out.
    #[serde(default)]
    terminal: Option<String>,
}

/// What can be booked.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// In fixed order.
    pub(crate) seats: Vec<SiteSeat>,
    /// Which terminal sits at a site.
    pub(crate) terminals: BTreeMap<SiteId, String>,
    /// What the MCU carries.
    pub(crate) capacity: Capacity,
    /// Unless a meeting says otherwise.
    pub(crate) call_before_min: u16,
    zone: TimeZone,
    zone_name: String,
}

/// Latest call before a start: a technician's hour of preparation, twice.
pub(crate) const MAX_CALL_BEFORE_MIN: u16 = 120;

impl Calendar {
    /// Reads the sites and the zone.
    ///
    /// # Errors
    /// With key and remedy.
    pub fn open(config: &BookingConfig, folder: &Path) -> Result<Self, CalendarError> {
        let rows = match &config.sites {
            None => Vec::new(),
            Some(path) => {
                let path = folder.join(path);
                let text = std::fs::read_to_string(&path).map_err(|error| CalendarError::Unreadable(path.clone(), error))?;
                toml::from_str::<SitesFile>(&text).map_err(|error| CalendarError::Malformed(path, Box::new(error)))?.sites
            }
        };
        let zone = TimeZone::get(&config.time_zone).map_err(|error| CalendarError::Zone(config.time_zone.clone(), error))?;
        if config.call_before_min > MAX_CALL_BEFORE_MIN {
            return Err(CalendarError::Range("call_before_min", "0 to 120"));
        }
        if config.mcu_seats == 0 || config.mcu_conferences == 0 {
            return Err(CalendarError::Range("mcu_seats and mcu_conferences", "1 or more"));
        }
        let terminal = |row: &SiteRow| row.terminal.clone().unwrap_or_else(|| row.site.to_string());
        Ok(Self {
            terminals: rows.iter().map(|row| (row.site.clone(), terminal(row))).collect(),
            seats: rows.into_iter().map(|row| SiteSeat { site: row.site, name: row.name, name_en: row.name_en, kind: row.kind }).collect(),
            capacity: Capacity { seats: config.mcu_seats, conferences: config.mcu_conferences },
            call_before_min: config.call_before_min,
            zone,
            zone_name: config.time_zone.clone(),
        })
    }

    /// Milliseconds since 1970 of that wall-clock time; `None` beyond the years that can be told. A time that the clocks skip is the one
    /// after, of a time they show twice it is the first.
    pub(crate) fn at_ms(&self, at: DateTime) -> Option<i64> {
        self.zone.to_timestamp(at).ok().map(jiff::Timestamp::as_millisecond)
    }

    /// The wall-clock time, to the minute.
    pub(crate) fn clock(&self, at_ms: i64) -> Option<DateTime> {
        let minute_ms = at_ms - at_ms.rem_euclid(60_000);
        Some(self.zone.to_datetime(jiff::Timestamp::from_millisecond(minute_ms).ok()?))
    }

    /// The zone's name.
    pub(crate) fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// The rooms of the sites' names, in fixed order.
    pub(crate) fn room_order(&self) -> Vec<(String, room_api::Text)> {
        let named = |seat: &SiteSeat| (seat.site.to_string(), room_api::Text { zh: seat.name.clone(), en: seat.name_en.clone() });
        self.seats.iter().map(named).collect()
    }

    /// The sites as told.
    pub(crate) fn sites(&self) -> Vec<BookableSite> {
        let told = |seat: &SiteSeat| BookableSite {
            site: seat.site.to_string(),
            name: seat.name.clone(),
            name_en: seat.name_en.clone(),
            kind: seat.kind,
        };
        self.seats.iter().map(told).collect()
    }
}

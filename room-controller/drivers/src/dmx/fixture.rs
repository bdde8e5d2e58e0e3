//! Fixtures and how their look becomes channel values.

use room_api::Text;
use serde::Deserialize;

/// Channels of one universe.
pub(crate) const CHANNELS: usize = 512;

/// What a fixture's channels are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Intensity.
    #[default]
    Dimmer,
    /// Red, green, blue, each with the intensity in it.
    Rgb,
    /// Intensity, red, green, blue.
    DimmerRgb,
    /// Warm white, cool white, each with the intensity in it.
    Tunable,
    /// Intensity, colour temperature from warm to cool.
    DimmerCct,
}

impl Kind {
    const fn channels(self) -> usize {
        match self {
            Self::Dimmer => 1,
            Self::Tunable | Self::DimmerCct => 2,
            Self::Rgb => 3,
            Self::DimmerRgb => 4,
        }
    }

    /// Has a colour temperature.
    #[must_use]
    pub const fn has_cct(self) -> bool {
        matches!(self, Self::Tunable | Self::DimmerCct)
    }

    /// Has a colour.
    #[must_use]
    pub const fn has_color(self) -> bool {
        matches!(self, Self::Rgb | Self::DimmerRgb)
    }
}

/// How a fixture looks; each from 0 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Intensity.
    pub intensity: u16,
    /// From warmest to coolest.
    pub cct: u16,
    /// Red, green, blue.
    pub color: [u16; 3],
}

/// One fixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixture {
    /// Its number for people.
    pub number: u16,
    /// Its names.
    pub name: Text,
    /// Its channels.
    pub kind: Kind,
    /// Where it hangs.
    pub universe: u16,
    /// First channel, 1 to 512.
    pub address: u16,
    /// Two bytes a channel, high byte first.
    pub fine: bool,
    /// Warmest white, K.
    pub warm_k: u16,
    /// Coolest white, K.
    pub cool_k: u16,
}

fn scaled(value: u16, by: u16) -> u16 {
    let product = u32::from(value) * u32::from(by);
    u16::try_from((product + 32_767) / 65_535).unwrap_or(u16::MAX)
}

impl Fixture {
    /// Bytes it takes.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.kind.channels() * if self.fine { 2 } else { 1 }
    }

    /// Its place in the universe, from 0.
    pub(crate) fn place(&self) -> std::ops::Range<usize> {
        let from = usize::from(self.address.saturating_sub(1));
        from..from + self.width()
    }

    /// Its channels' bytes.
    #[must_use]
    pub fn bytes(&self, look: &Look) -> Vec<u8> {
        let (at, [red, green, blue]) = (look.intensity, look.color);
        let values = match self.kind {
            Kind::Dimmer => vec![at],
            Kind::Rgb => vec![scaled(red, at), scaled(green, at), scaled(blue, at)],
            Kind::DimmerRgb => vec![at, red, green, blue],
            Kind::Tunable => vec![scaled(u16::MAX - look.cct, at), scaled(look.cct, at)],
            Kind::DimmerCct => vec![at, look.cct],
        };
        let coarse = |value: u16| u8::try_from((u32::from(value) * 255 + 32_767) / 65_535).unwrap_or(u8::MAX);
        if self.fine { values.into_iter().flat_map(u16::to_be_bytes).collect() } else { values.into_iter().map(coarse).collect() }
    }

    /// Place of a colour temperature between its ends.
    #[must_use]
    pub fn cct_of(&self, kelvin: i64) -> u16 {
        let (warm, cool) = (i64::from(self.warm_k), i64::from(self.cool_k));
        let span = (cool - warm).max(1);
        u16::try_from(((kelvin.clamp(warm, cool) - warm) * 65_535 + span / 2) / span).unwrap_or(u16::MAX)
    }

    /// The colour temperature of a place.
    #[must_use]
    pub fn kelvin_of(&self, cct: u16) -> i64 {
        let (warm, cool) = (i64::from(self.warm_k), i64::from(self.cool_k));
        warm + (i64::from(cct) * (cool - warm) + 32_767) / 65_535
    }
}

/// Fixtures with one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its number for people.
    pub number: u16,
    /// Its names.
    pub name: Text,
    /// Its fixtures.
    pub fixtures: Vec<u16>,
}

/// All lights of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rig {
    /// Fixtures.
    pub fixtures: Vec<Fixture>,
    /// Groups.
    pub groups: Vec<Group>,
}

/// 0 to 100 of 65535.
#[must_use]
pub(crate) fn of_percent(percent: i64) -> u16 {
    u16::try_from((percent.clamp(0, 100) * 65_535 + 50) / 100).unwrap_or(u16::MAX)
}

/// Per cent of 65535.
#[must_use]
pub(crate) fn percent_of(value: u16) -> i64 {
    (i64::from(value) * 100 + 32_767) / 65_535
}

#[cfg(test)]
mod tests {
    use super::{Fixture, Kind, Look, of_percent, percent_of};
    use crate::text;

    fn fixture(kind: Kind, fine: bool) -> Fixture {
        Fixture { number: 1, name: text("灯", "Light"), kind, universe: 0, address: 1, fine, warm_k: 2700, cool_k: 6500 }
    }

    #[test]
    fn a_look_becomes_channels() {
        let look = Look { intensity: 0x8000, cct: 0xFFFF, color: [0xFFFF, 0x8000, 0] };
        let bytes = |kind, fine| fixture(kind, fine).bytes(&look);
        assert_eq!(bytes(Kind::Dimmer, false), [128]);
        assert_eq!(bytes(Kind::Dimmer, true), [0x80, 0x00]);
        assert_eq!(bytes(Kind::Rgb, false), [128, 64, 0]);
        assert_eq!(bytes(Kind::DimmerRgb, false), [128, 255, 128, 0]);
        assert_eq!(bytes(Kind::Tunable, false), [0, 128]);
        assert_eq!(bytes(Kind::DimmerCct, true), [0x80, 0x00, 0xFF, 0xFF]);
    }

    #[test]
    fn per_cents_and_kelvins_come_back() {
        for percent in 0..=100 {
            assert_eq!(percent_of(of_percent(percent)), percent);
        }
        let fixture = fixture(Kind::Tunable, false);
        for kelvin in [2700, 3000, 4000, 5600, 6500] {
            assert_eq!(fixture.kelvin_of(fixture.cct_of(kelvin)), kelvin);
        }
        assert_eq!((fixture.cct_of(1000), fixture.cct_of(9000)), (0, 0xFFFF));
    }
}

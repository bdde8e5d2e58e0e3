//! A number drawn into a picture as black and white blocks, and read back from its pixels.
//!
//! Source pictures carry site and frame number this way (so that a test can tell whose picture arrives and
//! whether one is missing), and the wall carries the revision of its cell list. The code is two rows of
//! sixteen blocks: sixteen payload bits, then their CRC-16/CCITT-FALSE. A block is one fortieth of the picture's width, so the
//! code survives scaling to 320 pixels and H.264 at low rates. No time, no I/O, no codec.

mod plane;

pub use plane::{Area, draw, read};

/// Blocks in one row of the code.
pub const BLOCKS_PER_ROW: usize = 16;
/// Rows of the code: payload above, check below.
pub const ROWS: usize = 2;
/// The picture's width in blocks; a block's side is `width / UNITS_ACROSS`.
pub const UNITS_ACROSS: usize = 40;
/// Frame numbers in a marker wrap at this count (eleven bits).
pub const FRAME_WRAP: u16 = 2048;
/// The highest site number a marker can carry (five bits).
pub const MAX_SITE: u8 = 31;

/// Whose picture it is and which frame, as drawn into every rehearsal picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Marker {
    /// Number of the site in the fixed site order, from 0 to [`MAX_SITE`].
    pub site: u8,
    /// Running frame number, modulo [`FRAME_WRAP`].
    pub frame: u16,
}

impl Marker {
    /// Packs the marker into a code's payload; out-of-range parts are wrapped.
    #[must_use]
    pub const fn to_payload(self) -> u16 {
        (((self.site & MAX_SITE) as u16) << 11) | (self.frame % FRAME_WRAP)
    }

    /// Takes a code's payload apart.
    #[must_use]
    pub const fn from_payload(payload: u16) -> Self {
        Self { site: (payload >> 11) as u8, frame: payload % FRAME_WRAP }
    }
}

/// CRC-16/CCITT-FALSE of the payload (polynomial 0x1021, start 0xFFFF), so that a flat or foreign picture is no code.
#[must_use]
pub const fn check_of(payload: u16) -> u16 {
    let mut crc = 0xFFFF_u16 ^ payload;
    let mut step = 0;
    while step < 16 {
        crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        step += 1;
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::{Marker, check_of};
    use proptest::prelude::*;

    #[test]
    fn the_check_of_zero_is_the_published_value() {
        // CRC-16/CCITT-FALSE over the two bytes 00 00.
        assert_eq!(check_of(0), 0x1D0F);
    }

    proptest! {
        #[test]
        fn a_marker_survives_packing(site in 0_u8..32, frame in 0_u16..2048) {
            let marker = Marker { site, frame };
            prop_assert_eq!(Marker::from_payload(marker.to_payload()), marker);
        }
    }
}

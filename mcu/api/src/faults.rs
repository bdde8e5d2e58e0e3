//! What is wrong with what a site sends.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something wrong with a site's picture or sound although it arrives, found by the mixer in what it decodes. Each begins and ends with hysteresis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum SiteFault {
    /// 画面黑屏: dark and even all over.
    PictureBlack {
        /// For how long, in seconds.
        for_s: u32,
    },
    /// 画面静止: every picture is like the one before.
    PictureFrozen {
        /// For how long, in seconds.
        for_s: u32,
    },
    /// 无声: packets come and nothing is in them.
    SoundSilent {
        /// For how long, in seconds.
        for_s: u32,
    },
    /// 声音过载: the sender is overdriven.
    SoundClipping {
        /// Share of the last second's blocks with clipped samples, in ‰.
        permille: u16,
    },
    /// 啸叫: feedback from the room's loudspeaker.
    SoundHowling {
        /// Its frequency.
        frequency_hz: u16,
        /// Its level in dB below full scale.
        level_dbfs: i8,
    },
}

impl SiteFault {
    /// Its name as on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PictureBlack { .. } => "picture_black",
            Self::PictureFrozen { .. } => "picture_frozen",
            Self::SoundSilent { .. } => "sound_silent",
            Self::SoundClipping { .. } => "sound_clipping",
            Self::SoundHowling { .. } => "sound_howling",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SiteFault;

    #[test]
    fn every_fault_comes_back_under_its_name() {
        for fault in [
            SiteFault::PictureBlack { for_s: 4 },
            SiteFault::PictureFrozen { for_s: 5 },
            SiteFault::SoundSilent { for_s: 60 },
            SiteFault::SoundClipping { permille: 300 },
            SiteFault::SoundHowling { frequency_hz: 2_400, level_dbfs: -7 },
        ] {
            let json = serde_json::to_value(fault).unwrap();
            assert_eq!(json["fault"], fault.name());
            assert_eq!(serde_json::from_value::<SiteFault>(json).unwrap(), fault);
        }
    }
}

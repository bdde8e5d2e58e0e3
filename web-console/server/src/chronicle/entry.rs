//! What stands in the chronicle.

use mcu_api::{Envelope, RecordState, SiteFault, SiteId, SiteTrouble};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// When, ms since 1970 by the MCU's clock.
    pub(crate) at_ms: u64,
    /// To which site; `None` for the whole conference. Of a journalled fact it stands in the fact itself.
    pub(crate) site: Option<SiteId>,
    /// What.
    #[serde(flatten)]
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum What {
    /// A fact of the MCU's journal.
    Fact {
        /// As journalled.
        envelope: Box<Envelope>,
    },
    /// 入会: media both ways.
    Joined {},
    /// The site is not joined any longer.
    Left {
        /// The line was lost, nobody hung up.
        lost: bool,
        /// `false` when nobody saw it: it was there at this time and had come afresh when it was seen next.
        exact: bool,
    },
    /// Something is wrong with the site's picture, sound or line.
    FaultBegan {
        /// What.
        fault: Fault,
    },
    /// It is over.
    FaultEnded {
        /// What.
        fault: Fault,
    },
    /// The worst of the site's line in the minute that began at this time; only minutes worth telling stand here.
    Line {
        /// Packets lost in the worst second, ‰.
        loss_permille: u16,
        /// The longest round trip.
        rtt_ms: Option<u32>,
    },
    /// Recording is wanted so.
    Recording {
        /// How.
        state: RecordState,
    },
    /// The live stream is wanted so.
    Live {
        /// Whether.
        on: bool,
    },
    /// A worker program of the MCU went away or came back.
    Worker {
        /// `relay`, `mixer`.
        worker: String,
        /// Whether it is there.
        up: bool,
    },
    /// Nobody looked from then until this entry's time; journalled facts are there all the same.
    Unwatched {
        /// Since when, ms since 1970.
        from_ms: u64,
    },
    /// Journalled facts that could not be fetched.
    FactsMissing {
        /// First revision.
        from_rev: u64,
        /// Last one; `None` is up to the end.
        to_rev: Option<u64>,
    },
    /// More happened than is kept; nothing but the journal follows.
    Full {},
}

/// What can be wrong with a site although it is joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = MeetingFault)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// 黑屏
    PictureBlack,
    /// 静帧
    PictureFrozen,
    /// 无声
    SoundSilent,
    /// 削波
    SoundClipping,
    /// 啸叫
    SoundHowling,
    /// 丢包高
    LossHigh,
    /// 线路只够声音
    LineSoundOnly,
    /// 终端不支持该编码
    CannotDecode,
    /// 线路窄
    LineThin,
    /// 上行窄
    SendsSmall,
}

impl Fault {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 10] = [
        Self::PictureBlack,
        Self::PictureFrozen,
        Self::SoundSilent,
        Self::SoundClipping,
        Self::SoundHowling,
        Self::LossHigh,
        Self::LineSoundOnly,
        Self::CannotDecode,
        Self::LineThin,
        Self::SendsSmall,
    ];

    /// Its name in JSON and among the words.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PictureBlack => "picture_black",
            Self::PictureFrozen => "picture_frozen",
            Self::SoundSilent => "sound_silent",
            Self::SoundClipping => "sound_clipping",
            Self::SoundHowling => "sound_howling",
            Self::LossHigh => "loss_high",
            Self::LineSoundOnly => "line_sound_only",
            Self::CannotDecode => "cannot_decode",
            Self::LineThin => "line_thin",
            Self::SendsSmall => "sends_small",
        }
    }
}

impl From<SiteFault> for Fault {
    fn from(fault: SiteFault) -> Self {
        match fault {
            SiteFault::PictureBlack { .. } => Self::PictureBlack,
            SiteFault::PictureFrozen { .. } => Self::PictureFrozen,
            SiteFault::SoundSilent { .. } => Self::SoundSilent,
            SiteFault::SoundClipping { .. } => Self::SoundClipping,
            SiteFault::SoundHowling { .. } => Self::SoundHowling,
        }
    }
}

impl From<SiteTrouble> for Fault {
    fn from(trouble: SiteTrouble) -> Self {
        match trouble {
            SiteTrouble::LineSoundOnly => Self::LineSoundOnly,
            SiteTrouble::CannotDecode => Self::CannotDecode,
            SiteTrouble::LineThin => Self::LineThin,
            SiteTrouble::SendsSmall => Self::SendsSmall,
        }
    }
}

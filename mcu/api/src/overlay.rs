//! What is drawn over pictures.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// 上
    Top,
    /// 下
    Bottom,
}

/// Which mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// 录制中
    Recording,
    /// 直播中
    Live,
}

/// One thing drawn over program and multi-pictures.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "overlay", content = "of", rename_all = "snake_case")]
pub enum Overlay {
    /// 横幅: a fixed line, usually the meeting's title.
    Banner {
        /// Its words.
        text: String,
        /// Where.
        at: Edge,
    },
    /// 滚动字幕
    Ticker {
        /// Its words.
        text: String,
        /// Where.
        at: Edge,
        /// Pixels per second on a canvas 1280 wide, 10 to 500.
        speed_px_s: u16,
    },
    /// 字幕条: name and office of who speaks.
    LowerThird {
        /// First line.
        title: String,
        /// Second line; may be empty.
        subtitle: String,
    },
    /// 时钟
    Clock {
        /// Minutes east of UTC, −720 to 840; China is 480.
        utc_offset_min: i16,
    },
    /// 倒计时
    Countdown {
        /// Its words.
        label: String,
        /// When it is over, ms since 1970.
        until_ms: u64,
    },
    /// 密级
    Classification {
        /// Its words.
        text: String,
    },
    /// 录制、直播标志
    Mark(Mark),
}

//! What is drawn above the cells of a composite.

use serde::{Deserialize, Serialize};

/// Something drawn above the cells. Each kind has a place of its own on the canvas, so that none covers another; of two of one kind and edge the
/// later is drawn. Texts are one line; the mixer cuts them at the lengths named in `docs/mixer.md`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "overlay", content = "of", rename_all = "snake_case")]
pub enum Overlay {
    /// A line of text across the picture (横幅).
    Banner {
        /// The text.
        text: String,
        /// Where.
        at: Edge,
    },
    /// Text that moves from right to left (滚动字幕), repeated for ever.
    Ticker {
        /// The text.
        text: String,
        /// Where.
        at: Edge,
        /// Pixels per second on a canvas 1280 pixels wide, in proportion on others.
        speed_px_s: u16,
    },
    /// A caption of up to two lines in the lower third (人名条).
    LowerThird {
        /// First line, larger: a name.
        title: String,
        /// Second line: what the person is. Empty leaves it out.
        subtitle: String,
    },
    /// Wall clock.
    Clock {
        /// Local time's offset from UTC in minutes; +480 for Beijing.
        utc_offset_min: i16,
    },
    /// Counts down to a moment, then up in a colour of warning.
    Countdown {
        /// Words before the figures; may be empty.
        label: String,
        /// The moment in ms since 1970.
        until_ms: u64,
    },
    /// Classification mark (密级), top left, such as 内部 or 秘密★5年.
    Classification {
        /// The mark.
        text: String,
    },
    /// A red dot and what is going on.
    Mark(MarkKind),
}

/// Edge of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Along the top, below the line of clock and marks.
    Top,
    /// Along the bottom.
    Bottom,
}

/// What a mark says. The mixer has the Chinese words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// 录制
    Recording,
    /// 直播
    Live,
}

#[cfg(test)]
mod tests {
    use super::{Edge, MarkKind, Overlay};

    #[test]
    fn every_overlay_comes_back() {
        let text = || "郴州市视频会议".to_owned();
        let all = [
            Overlay::Banner { text: text(), at: Edge::Top },
            Overlay::Ticker { text: text(), at: Edge::Bottom, speed_px_s: 120 },
            Overlay::LowerThird { title: text(), subtitle: String::new() },
            Overlay::Clock { utc_offset_min: 480 },
            Overlay::Countdown { label: text(), until_ms: 1_800_000_000_000 },
            Overlay::Classification { text: "秘密★5年".to_owned() },
            Overlay::Mark(MarkKind::Recording),
            Overlay::Mark(MarkKind::Live),
        ];
        for overlay in all {
            let json = serde_json::to_string(&overlay).unwrap();
            assert_eq!(serde_json::from_str::<Overlay>(&json).unwrap(), overlay, "{json}");
        }
    }

    #[test]
    fn the_words_are_as_agreed() {
        let json = serde_json::to_string(&Overlay::Ticker { text: "a".to_owned(), at: Edge::Top, speed_px_s: 60 }).unwrap();
        assert_eq!(json, r#"{"overlay":"ticker","of":{"text":"a","at":"top","speed_px_s":60}}"#);
        assert_eq!(serde_json::to_string(&Overlay::Mark(MarkKind::Live)).unwrap(), r#"{"overlay":"mark","of":"live"}"#);
    }
}

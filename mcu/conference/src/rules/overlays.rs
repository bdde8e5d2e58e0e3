//! What is drawn over pictures.

use mcu_api::{Overlay, Setting};

use crate::draft::Draft;
use crate::refusal::{Refusal, malformed, out_of_range};

/// Overlays at the same time: every kind twice; more hides the picture.
const MAX_OVERLAYS: usize = 16;
/// Longest words of an overlay in bytes: a ticker of some 300 Chinese characters.
const MAX_TEXT_BYTES: usize = 1000;

pub(crate) fn set(draft: &mut Draft<'_>, overlays: &[Overlay]) -> Result<(), Refusal> {
    if overlays.len() > MAX_OVERLAYS {
        return Err(malformed(format!("at most {MAX_OVERLAYS} overlays"), format!("叠加内容最多 {MAX_OVERLAYS} 项")));
    }
    for overlay in overlays {
        check(overlay)?;
    }
    draft.put(Setting::Overlays { overlays: overlays.to_vec() });
    Ok(())
}

fn check(overlay: &Overlay) -> Result<(), Refusal> {
    match overlay {
        Overlay::Banner { text, .. } | Overlay::Classification { text } => words(text, 1),
        Overlay::Ticker { text, speed_px_s, .. } => {
            if !(10..=500).contains(speed_px_s) {
                return Err(out_of_range("speed_px_s", "滚动速度(像素/秒)", 10, 500));
            }
            words(text, 1)
        }
        Overlay::LowerThird { title, subtitle } => words(title, 1).and_then(|()| words(subtitle, 0)),
        Overlay::Clock { utc_offset_min } => {
            if (-720..=840).contains(utc_offset_min) {
                Ok(())
            } else {
                Err(out_of_range("utc_offset_min", "时区(分钟)", -720, 840))
            }
        }
        Overlay::Countdown { label, .. } => words(label, 0),
        Overlay::Mark(_) => Ok(()),
    }
}

fn words(text: &str, least: usize) -> Result<(), Refusal> {
    if text.len() < least || text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
        return Err(malformed(
            format!("an overlay's words have {least} to {MAX_TEXT_BYTES} bytes without control characters"),
            format!("叠加文字应为 {least} 到 {MAX_TEXT_BYTES} 字节,且不含控制字符"),
        ));
    }
    Ok(())
}

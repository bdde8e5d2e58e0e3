//! The debrief as a table for WPS and Excel: UTF-8 with a byte-order mark, so that Chinese is read as such. Pure.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use super::debrief::{Debrief, Verdict, WrongCutReason};

/// Byte-order mark.
const BOM: char = '\u{feff}';
/// Clock as people in China read it.
const CLOCK: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// The table; `name` gives a site's name.
#[must_use]
pub(crate) fn csv(debrief: &Debrief, name: impl Fn(&str) -> String) -> String {
    let mut text = String::from(BOM);
    let score = &debrief.score;
    line(
        &mut text,
        &["序号", "会场", "故障", "开始", "持续(秒)", "预告", "系统发现(秒)", "首次处置(秒)", "处置", "处置人", "播出(秒)", "结论"],
    );
    for (place, row) in debrief.rows.iter().enumerate() {
        line(
            &mut text,
            &[
                &(place + 1).to_string(),
                &name(row.site.as_str()),
                &row.fault.declaration().label.zh,
                &clock(row.began_ms),
                &seconds(Some(row.for_ms)),
                if row.hidden { "否" } else { "是" },
                &seconds(row.seen_after_ms),
                &seconds(row.act_after_ms),
                act_zh(row.act.as_deref()),
                row.by.as_deref().unwrap_or(""),
                &seconds(Some(row.on_air_ms)),
                verdict_zh(row.verdict),
            ],
        );
    }
    line(&mut text, &[]);
    line(&mut text, &["错误切换", "会场", "原因", "时间", "持续(秒)", "操作人"]);
    for cut in &debrief.wrong_cuts {
        line(&mut text, &["", &name(cut.site.as_str()), reason_zh(cut.why), &clock(cut.at_ms), &seconds(Some(cut.for_ms)), &cut.by]);
    }
    line(&mut text, &[]);
    let totals = [
        ("注入故障", score.injected.to_string()),
        ("系统发现", score.seen.to_string()),
        ("需要处置", score.needed.to_string()),
        ("及时处置", score.prompt.to_string()),
        ("处置较慢", score.slow.to_string()),
        ("漏处置", score.missed.to_string()),
        ("处置时间中位数(秒)", seconds(score.median_ms)),
        ("错误切换次数", debrief.wrong_cuts.len().to_string()),
        ("播出无图像(秒)", seconds(Some(debrief.no_picture_ms))),
        ("闭音丢失", debrief.mutes_lost.to_string()),
        ("得分", score.points.map_or_else(String::new, |points| points.to_string())),
    ];
    for (word, value) in totals {
        line(&mut text, &[word, &value]);
    }
    text
}

fn line(text: &mut String, fields: &[&str]) {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    text.push_str(&fields.join(","));
    text.push_str("\r\n");
}

/// A field is quoted where it must be; one that a spreadsheet would run as a formula gets an apostrophe before it.
fn quoted(field: &str) -> String {
    let is_number = field.parse::<f64>().is_ok();
    let safe = if field.starts_with(['=', '+', '-', '@']) && !is_number { format!("'{field}") } else { field.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

fn seconds(ms: Option<u64>) -> String {
    ms.map_or_else(String::new, |ms| format!("{}.{}", ms / 1000, ms % 1000 / 100))
}

fn clock(at_ms: u64) -> String {
    let at = i64::try_from(at_ms / 1000).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    // All of China keeps one clock.
    let here = UtcOffset::from_hms(8, 0, 0).ok();
    at.zip(here).and_then(|(at, here)| at.to_offset(here).format(CLOCK).ok()).unwrap_or_default()
}

fn act_zh(act: Option<&str>) -> &'static str {
    const WORDS: [(&str, &str); 7] = [
        ("left_air", "切走"),
        ("slate", "垫片"),
        ("mic_closed", "闭音"),
        ("gain_lowered", "降低增益"),
        ("called_again", "重呼或挂断"),
        ("redial", "自动重呼"),
        ("scored_by_hand", "点名记录"),
    ];
    WORDS.into_iter().find(|(name, _)| Some(*name) == act).map_or("", |(_, word)| word)
}

const fn verdict_zh(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Prompt => "及时",
        Verdict::Slow => "较慢",
        Verdict::Missed => "漏处置",
        Verdict::NotNeeded => "无需处置",
    }
}

const fn reason_zh(why: WrongCutReason) -> &'static str {
    match why {
        WrongCutReason::Faulty => "画面有故障",
        WrongCutReason::Absent => "会场不在线",
        WrongCutReason::TakenBack => "切后即回切",
    }
}

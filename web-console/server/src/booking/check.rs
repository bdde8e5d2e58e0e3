//! What can be booked at all. Pure; the reason is for the person who has to change something.

use std::collections::BTreeSet;

use mcu_api::SiteId;

use super::busy::MAX_PLANNED_MIN;
use super::calendar::{Calendar, MAX_CALL_BEFORE_MIN};
use super::recurrence::{self, MAX_OCCURRENCES};
use super::views::{Timed, timed};
use super::words::{BookingBody, Meeting, Pattern, Recurrence, SeriesEnd};
use crate::library::check::{Wrong, name, wrong};

/// Longest title in bytes, as the MCU has it.
const MAX_TITLE_BYTES: usize = 200;
/// Longest mark in bytes: twenty Chinese characters are as wide as a corner allows.
const MAX_MARK_BYTES: usize = 60;
/// Plans that stand ready at the same time, as the MCU has it.
const MAX_PLANS: usize = 16;
/// How far ahead one books: two years, as long as a series goes on.
const MAX_AHEAD_MS: i64 = 731 * 24 * 3600 * 1000;

/// The meeting with its sites in fixed order.
///
/// # Errors
/// With what cannot be held so.
pub(crate) fn meeting(mut meeting: Meeting, calendar: &Calendar) -> Result<Meeting, Wrong> {
    if calendar.seats.is_empty() {
        return Err(wrong(
            "no sites are configured here; name the file of the sites in the configuration ([booking] sites)",
            "尚未配置会场,请在配置文件 [booking] sites 中指定会场文件",
        ));
    }
    line("title", "会议名称", &meeting.title, MAX_TITLE_BYTES)?;
    sites(&meeting, calendar)?;
    let wanted: BTreeSet<SiteId> = meeting.sites.iter().cloned().collect();
    meeting.sites = calendar.seats.iter().map(|seat| seat.site.clone()).filter(|site| wanted.contains(site)).collect();
    if meeting.planned_min == 0 || meeting.planned_min > MAX_PLANNED_MIN {
        return Err(wrong(format!("a meeting takes 1 to {MAX_PLANNED_MIN} minutes"), format!("会议时长应为 1 到 {MAX_PLANNED_MIN} 分钟")));
    }
    if meeting.call_before_min.is_some_and(|minutes| minutes > MAX_CALL_BEFORE_MIN) {
        return Err(wrong(
            format!("sites are called at most {MAX_CALL_BEFORE_MIN} minutes before the start"),
            format!("最多提前 {MAX_CALL_BEFORE_MIN} 分钟呼叫会场"),
        ));
    }
    if let Some(mark) = &meeting.classification {
        line("mark", "密级标识", mark, MAX_MARK_BYTES)?;
    }
    if meeting.plans.len() > MAX_PLANS {
        return Err(wrong(format!("at most {MAX_PLANS} plans are armed"), format!("最多待命 {MAX_PLANS} 个预案")));
    }
    for document in meeting.layout.iter().chain(&meeting.plans).chain(&meeting.run_sheet) {
        name(document)?;
    }
    Ok(meeting)
}

fn line(what: &str, what_zh: &str, text: &str, most: usize) -> Result<(), Wrong> {
    if text.trim().is_empty() || text.len() > most || text.chars().any(char::is_control) {
        return Err(wrong(
            format!("{what}: 1 to {most} bytes without control characters"),
            format!("{what_zh}应为 1 到 {most} 字节,且不含控制字符"),
        ));
    }
    Ok(())
}

fn sites(meeting: &Meeting, calendar: &Calendar) -> Result<(), Wrong> {
    if meeting.sites.is_empty() {
        return Err(wrong("choose at least one site", "请至少选择一个会场"));
    }
    let mut terminals = BTreeSet::new();
    for site in &meeting.sites {
        let Some(terminal) = calendar.terminals.get(site) else {
            return Err(wrong(format!("there is no site {site} here; reload the page"), format!("没有会场 {site},请刷新页面")));
        };
        if !terminals.insert(terminal) {
            return Err(wrong(
                format!("site {site} stands twice, or shares the terminal {terminal} with another one; leave one out"),
                format!("会场 {site} 重复,或与另一会场共用终端 {terminal},请去掉一个"),
            ));
        }
    }
    if !meeting.sites.contains(&meeting.main_site) {
        return Err(wrong("the main site is not among the sites; choose one of them", "主会场不在参会会场之中,请重新选择"));
    }
    Ok(())
}

/// The booking in order, with its occurrences; `now_ms` is ms since 1970.
///
/// # Errors
/// With what cannot be booked so.
pub(crate) fn booking(body: BookingBody, calendar: &Calendar, now_ms: i64) -> Result<(BookingBody, Vec<Timed>), Wrong> {
    let body = BookingBody { meeting: meeting(body.meeting, calendar)?, ..body };
    let all_starts = body.exceptions.iter().filter_map(|one| one.moved_to).chain([body.start]);
    if all_starts.into_iter().any(|at| at.second() != 0 || at.subsec_nanosecond() != 0) {
        return Err(wrong("starts are whole minutes", "开始时间应为整分钟"));
    }
    if let Some(recurrence) = &body.recurrence {
        series(recurrence)?;
    }
    exceptions(&body)?;
    let occurrences = timed(&body, calendar);
    let held: Vec<&Timed> = occurrences.iter().filter(|one| !one.is_cancelled).collect();
    let last_end = held.iter().map(|one| one.ends_ms).max();
    let Some(last_end) = last_end else {
        return Err(wrong("nothing of it would be held; choose other days", "所选日期中没有可召开的会议,请重新选择"));
    };
    if last_end <= now_ms {
        return Err(wrong("it lies in the past; choose a later start", "会议时间已过,请选择更晚的时间"));
    }
    let first_start = held.iter().map(|one| one.starts_ms).min().unwrap_or(now_ms);
    if first_start > now_ms.saturating_add(MAX_AHEAD_MS) {
        return Err(wrong("it begins more than two years ahead", "会议开始时间超过两年之后"));
    }
    own_overlap(&held)?;
    Ok((body, occurrences))
}

fn own_overlap(held: &[&Timed]) -> Result<(), Wrong> {
    let mut by_time: Vec<_> = held.iter().map(|one| (one.calls_ms, one.ends_ms, one.slot)).collect();
    by_time.sort_unstable();
    let meets = |pair: &&[(i64, i64, jiff::civil::Date)]| matches!(pair, [one, next] if next.0 < one.1);
    if let Some([_, (_, _, slot)]) = by_time.windows(2).find(meets) {
        return Err(wrong(
            format!("the one of {slot} is called before the one before it is over; shorten it or move it"),
            format!("{slot} 的会议在前一场结束之前就要呼叫,请缩短时长或改期"),
        ));
    }
    Ok(())
}

fn series(recurrence: &Recurrence) -> Result<(), Wrong> {
    let is_weekday = |weekday: &i8| (1..=7).contains(weekday);
    let good = match &recurrence.pattern {
        Pattern::Day {} | Pattern::Workday {} => true,
        Pattern::Week { weekdays } => !weekdays.is_empty() && weekdays.len() <= 7 && weekdays.iter().all(is_weekday),
        Pattern::MonthDay { day } => (1..=31).contains(day),
        Pattern::MonthWeekday { nth, weekday } => (*nth == -1 || (1..=4).contains(nth)) && is_weekday(weekday),
    };
    if !good {
        return Err(wrong(
            "the pattern is not complete; choose weekdays 1 to 7, a day 1 to 31, or the 1st to 4th or last weekday",
            "周期不完整,请选择星期、日期(1–31)或第几个星期几",
        ));
    }
    match recurrence.end {
        SeriesEnd::Until { .. } => Ok(()),
        SeriesEnd::Count { count } if (1..=MAX_OCCURRENCES).contains(&usize::from(count)) => Ok(()),
        SeriesEnd::Count { .. } => {
            Err(wrong(format!("a series has 1 to {MAX_OCCURRENCES} meetings"), format!("周期会议应为 1 到 {MAX_OCCURRENCES} 场")))
        }
    }
}

fn exceptions(body: &BookingBody) -> Result<(), Wrong> {
    let days: BTreeSet<_> = recurrence::slots(body).into_iter().map(|slot| slot.day).collect();
    let mut seen = BTreeSet::new();
    for exception in &body.exceptions {
        if !days.contains(&exception.slot) || !seen.insert(exception.slot) {
            let slot = exception.slot;
            return Err(wrong(
                format!("{slot} is none of its days, or is named twice; take the exception away"),
                format!("{slot} 不是该周期会议的日期,或重复指定,请去掉该项"),
            ));
        }
    }
    Ok(())
}

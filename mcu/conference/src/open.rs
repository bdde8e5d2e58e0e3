//! Opening a conference: what is checked before it exists.

use std::collections::BTreeSet;

use mcu_api::{Code, OpenConference};

use crate::refusal::{Refusal, refuse, unknown_site};

/// Most sites of one conference: the largest size the media targets are measured for.
pub const MAX_SITES: usize = 104;
/// Longest title or site name in bytes: about 60 Chinese characters, more than fits on any screen.
const MAX_NAME_BYTES: usize = 200;

/// Whether a conference can be opened so.
///
/// # Errors
/// With what is wrong.
pub(crate) fn check(open: &OpenConference) -> Result<(), Refusal> {
    if open.sites.is_empty() || open.sites.len() > MAX_SITES {
        let count = open.sites.len();
        return Err(refuse(
            Code::LimitReached,
            format!("a conference has 1 to {MAX_SITES} sites, this one has {count}"),
            format!("一次会议应有 1 到 {MAX_SITES} 个会场,当前为 {count} 个"),
        ));
    }
    let names = open.sites.iter().flat_map(|seat| [&seat.name, &seat.name_en]).chain([&open.title]);
    if names.into_iter().any(|name| name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control)) {
        return Err(refuse(
            Code::Malformed,
            format!("titles and names have 1 to {MAX_NAME_BYTES} bytes without control characters"),
            format!("会议名称和会场名称应为 1 到 {MAX_NAME_BYTES} 字节,且不含控制字符"),
        ));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = open.sites.iter().find(|seat| !seen.insert(&seat.site)) {
        return Err(refuse(
            Code::Malformed,
            format!("site {} stands twice in the list; each has one seat", twice.site),
            format!("会场 {} 重复,每个会场只能有一个席位", twice.site),
        ));
    }
    if !seen.contains(&open.main_site) {
        return Err(unknown_site(&open.main_site));
    }
    Ok(())
}

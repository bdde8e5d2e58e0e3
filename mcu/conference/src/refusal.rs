//! Refusals in words: what is wrong and what to do, in both languages.

use mcu_api::{Code, Problem, Rev, SiteId};

use crate::State;

/// A refused command; nothing was changed.
pub type Refusal = Problem;

/// A refusal with its stable code and both texts.
#[must_use]
pub fn refuse(code: Code, detail: impl Into<String>, detail_zh: impl Into<String>) -> Refusal {
    Problem::new(code, detail, detail_zh)
}

pub(crate) fn unknown_site(site: &SiteId) -> Refusal {
    refuse(
        Code::UnknownSite,
        format!("there is no site {site} in this conference; choose one of its sites"),
        format!("本次会议没有会场 {site},请选择会议中的会场"),
    )
}

pub(crate) fn not_seated(site: &SiteId, name: &str) -> Refusal {
    refuse(Code::NotSeated, format!("site {site} is not in the conference; call it first"), format!("会场“{name}”未入会,请先呼叫"))
}

pub(crate) fn ended() -> Refusal {
    refuse(Code::ConferenceEnded, "the conference has ended; open a new one", "会议已结束,请重新召开会议")
}

pub(crate) fn missing_right(right: &str) -> Refusal {
    refuse(
        Code::RightMissing,
        format!("this needs the right {right}; ask the system administrator for it"),
        format!("需要权限 {right},请联系系统管理员授权"),
    )
}

pub(crate) fn stale(state: &State, detail: impl Into<String>, detail_zh: impl Into<String>) -> Refusal {
    Problem { rev: Some(state.rev), ..refuse(Code::Stale, detail, detail_zh) }
}

pub(crate) fn stale_rev(state: &State, expected: Rev) -> Refusal {
    stale(
        state,
        format!("the conference is at revision {} and not at {}; look at it again and repeat", state.rev.0, expected.0),
        format!("会议状态已更新(当前版本 {},您看到的是 {}),请核对后重试", state.rev.0, expected.0),
    )
}

pub(crate) fn nothing_to_undo() -> Refusal {
    refuse(Code::NothingToDo, "there is no change to take back", "没有可以撤销的操作")
}

pub(crate) fn empty_preview() -> Refusal {
    refuse(Code::NothingToDo, "the preview is empty; put a picture there first", "预监为空,请先选择预监画面")
}

pub(crate) fn self_view(site: &SiteId, name: &str) -> Refusal {
    refuse(
        Code::Malformed,
        format!("site {site} cannot watch itself; choose another picture"),
        format!("会场“{name}”不能选看自己,请选择其他画面"),
    )
}

pub(crate) fn nothing_to_redo() -> Refusal {
    refuse(Code::NothingToDo, "nothing was taken back that could be done again", "没有可以重做的操作")
}

pub(crate) fn malformed(detail: impl Into<String>, detail_zh: impl Into<String>) -> Refusal {
    refuse(Code::Malformed, detail, detail_zh)
}

/// A number outside its range.
pub(crate) fn out_of_range(what: &str, what_zh: &str, least: i64, most: i64) -> Refusal {
    malformed(format!("{what} is {least} to {most}"), format!("{what_zh}应为 {least} 到 {most}"))
}

pub(crate) fn unknown_item(what: &str, what_zh: &str) -> Refusal {
    refuse(Code::UnknownItem, format!("there is no such {what}; load or start it first"), format!("没有该{what_zh},请先载入或开始"))
}

/// A command that came to the wrong group of rules; a test sees to it that none does.
pub(crate) fn misrouted() -> Refusal {
    malformed("this command has no rule here; report it to the maker", "该操作没有对应规则,请联系厂家")
}

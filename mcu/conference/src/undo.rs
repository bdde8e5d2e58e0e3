//! Taking a change back: exactly the fields it changed, or not at all.

use mcu_api::{Event, MicChange, Picture, Rev, SiteId, ViewSource};

use crate::refusal::{Refusal, nothing_to_undo, stale};
use crate::state::{Change, Field, State};

/// The change that `undo(rev)` means; without a revision the latest that was not taken back yet.
///
/// # Errors
/// When there is none.
pub(crate) fn target(state: &State, rev: Option<Rev>) -> Result<&Change, Refusal> {
    let found = match rev {
        None => state.changes.back(),
        Some(rev) => state.changes.iter().find(|change| change.rev == rev),
    };
    found.ok_or_else(nothing_to_undo)
}

/// The facts of taking a change back.
///
/// # Errors
/// `stale`, with the reason, when one of its fields was changed since or the picture restored would be of a site that is gone.
pub(crate) fn undo(state: &State, rev: Option<Rev>) -> Result<Vec<Event>, Refusal> {
    let change = target(state, rev)?;
    if let Some(field) = change.before.keys().find(|field| state.touched.get(field) != Some(&change.rev)) {
        let (what, what_zh) = words(state, field);
        return Err(stale(
            state,
            format!("{what} was changed again since revision {}; set it as it should be instead", change.rev.0),
            format!("{what_zh}在版本 {} 之后又被改动,不能撤销,请直接设置", change.rev.0),
        ));
    }
    let effect: Vec<Event> = change.events.iter().rev().filter_map(inverse).collect();
    let mut after = state.clone();
    for event in &effect {
        after.set(event).ok_or_else(nothing_to_undo)?;
    }
    if let Some(site) = unseated_on_show(&after) {
        return Err(stale(
            state,
            format!("taking this back would show site {site} without its seat; change that picture or call the site first"),
            format!("撤销后会显示未入会的会场 {site},请先更换画面或呼叫该会场"),
        ));
    }
    Ok(vec![Event::Undone { rev: change.rev, effect }])
}

/// The fact that takes an event back; `None` for those that cannot be.
fn inverse(event: &Event) -> Option<Event> {
    match event {
        Event::SiteCalled { site } => Some(Event::SiteHungUp { site: site.clone() }),
        Event::SiteHungUp { site } => Some(Event::SiteCalled { site: site.clone() }),
        Event::ForcedChanged { before, after } => Some(Event::ForcedChanged { before: after.clone(), after: before.clone() }),
        Event::PreviewChanged { before, after } => Some(Event::PreviewChanged { before: after.clone(), after: before.clone() }),
        Event::MicsChanged { changes } => {
            let back = |change: &MicChange| MicChange { site: change.site.clone(), before: change.after, after: change.before };
            Some(Event::MicsChanged { changes: changes.iter().map(back).collect() })
        }
        Event::ViewChanged { viewer, before, before_locked, after, after_locked } => Some(Event::ViewChanged {
            viewer: viewer.clone(),
            before: after.clone(),
            before_locked: *after_locked,
            after: before.clone(),
            after_locked: *before_locked,
        }),
        Event::Opened { .. } | Event::Undone { .. } | Event::Ended {} => None,
    }
}

/// A site without a seat whose picture alone is forced, previewed or chosen; there must never be one.
fn unseated_on_show(state: &State) -> Option<SiteId> {
    let pictures = [&state.forced, &state.preview].into_iter().flatten().filter_map(|picture| match picture {
        Picture::Site { site } => Some(site),
        Picture::Layout { .. } => None,
    });
    let views = state.sites.iter().filter_map(|site| match &site.view {
        ViewSource::Site { site } => Some(site),
        ViewSource::Layout { .. } | ViewSource::None => None,
    });
    pictures.chain(views).find(|site| !state.site(site).is_some_and(|found| found.seated)).cloned()
}

/// A field in words, both languages.
fn words(state: &State, field: &Field) -> (String, String) {
    let name = |site: &SiteId| state.site(site).map_or_else(|| site.to_string(), |found| found.seat.name.clone());
    match field {
        Field::Seated(site) => (format!("the seat of {site}"), format!("会场“{}”的入会状态", name(site))),
        Field::Mic(site) => (format!("the microphone of {site}"), format!("会场“{}”的话筒", name(site))),
        Field::View(site) => (format!("the view of {site}"), format!("会场“{}”的选看画面", name(site))),
        Field::Forced => ("the broadcast picture".to_owned(), "广播画面".to_owned()),
        Field::Preview => ("the preview".to_owned(), "预监画面".to_owned()),
    }
}

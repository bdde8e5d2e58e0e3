//! Taking a change back and making it again: exactly the fields it changed, or not at all.

use mcu_api::{Event, Forced, LanguageId, MicChange, Picture, Rev, SiteId, SpeechMics, ViewSource};

use crate::fields::words;
use crate::history::{Change, Taken};
use crate::refusal::{Refusal, nothing_to_redo, nothing_to_undo, stale};
use crate::state::State;

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

/// The change that `redo` means.
///
/// # Errors
/// When there is none.
pub(crate) fn redo_target(state: &State) -> Result<&Taken, Refusal> {
    state.taken.back().ok_or_else(nothing_to_redo)
}

/// The fact of taking a change back.
///
/// # Errors
/// `stale`, with the reason, when one of its fields was changed since or the picture restored would be of a site that is gone.
pub(crate) fn undo(state: &State, rev: Option<Rev>) -> Result<Event, Refusal> {
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
    rehearse(state, &effect)?;
    Ok(Event::Undone { rev: change.rev, effect })
}

/// The fact of making the change again that was taken back last; `at` will be its revision.
///
/// # Errors
/// `stale` as for [`undo`].
pub(crate) fn redo(state: &State, at: Rev) -> Result<Event, Refusal> {
    let change = &redo_target(state)?.change;
    if let Some((field, _)) = change.before.iter().find(|(field, before)| state.touched.get(field) != before.as_ref()) {
        let (what, what_zh) = words(state, field);
        return Err(stale(
            state,
            format!("{what} was changed since it was taken back; set it as it should be instead"),
            format!("{what_zh}在撤销之后又被改动,不能重做,请直接设置"),
        ));
    }
    let effect: Vec<Event> = change.events.iter().map(|event| again(event, change.rev, at)).collect();
    rehearse(state, &effect)?;
    Ok(Event::Redone { rev: change.rev, effect })
}

/// Whether the effect leads to a state that may be.
fn rehearse(state: &State, effect: &[Event]) -> Result<(), Refusal> {
    let mut after = state.clone();
    for event in effect {
        after.set(event).ok_or_else(nothing_to_undo)?;
    }
    if let Some(site) = misplaced(&after) {
        return Err(stale(
            state,
            format!(
                "this would show or empower site {site} out of its seat or twice; change that picture, call the site, or set it instead"
            ),
            format!("操作后会场 {site} 未入会或角色冲突,请先更换画面、呼叫该会场或直接设置"),
        ));
    }
    if let Some(language) = closed_channel(&after) {
        return Err(stale(
            state,
            format!("a site interprets into {language} or listens to it; let it go back to the floor first"),
            format!("仍有会场使用同传频道 {language},请先将其恢复为原声"),
        ));
    }
    Ok(())
}

/// A language that a site uses although its channel is closed; there must never be one.
fn closed_channel(state: &State) -> Option<LanguageId> {
    let used = state.sites.iter().flat_map(|site| [&site.interprets, &site.listens_to]).flatten();
    used.into_iter().find(|language| state.channels.iter().all(|channel| channel.language != **language)).cloned()
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
        Event::Changed { before, after } => Some(Event::Changed { before: after.clone(), after: before.clone() }),
        Event::Opened { .. } | Event::Undone { .. } | Event::Redone { .. } | Event::Ended {} => None,
    }
}

/// The event as it is made again: microphones that a speech changed were changed in the revision of today.
fn again(event: &Event, was: Rev, at: Rev) -> Event {
    let moved = |speech: &SpeechMics| SpeechMics { rev: if speech.rev == was { at } else { speech.rev }, mics: speech.mics.clone() };
    let Event::ForcedChanged { before, after } = event else {
        return event.clone();
    };
    let after = after.as_ref().map(|forced| match forced {
        Forced::Dialogue { site, speech } => Forced::Dialogue { site: site.clone(), speech: moved(speech) },
        Forced::CallToSpeak { site, speech } => Forced::CallToSpeak { site: site.clone(), speech: moved(speech) },
        Forced::Site { .. } | Forced::Layout { .. } | Forced::Polling { .. } => forced.clone(),
    });
    Event::ForcedChanged { before: before.clone(), after }
}

/// A site that is shown alone, shows or presides without its seat, or talks with itself; there must never be one.
fn misplaced(state: &State) -> Option<SiteId> {
    let forced = state.forced.iter().filter_map(|forced| match forced {
        Forced::Site { site } | Forced::Dialogue { site, .. } | Forced::CallToSpeak { site, .. } => Some(site),
        Forced::Layout { .. } | Forced::Polling { .. } => None,
    });
    let dialogue = matches!(&state.forced, Some(Forced::Dialogue { .. }));
    if let Some(Forced::Dialogue { site, .. }) = &state.forced
        && *site == state.main_site
    {
        return Some(site.clone());
    }
    let outputs = [&state.preview, &state.output.hall_screen, &state.output.record_picture, &state.output.live_picture];
    let pictures = outputs.into_iter().flatten().filter_map(|picture| match picture {
        Picture::Site { site } => Some(site),
        Picture::Layout { .. } => None,
    });
    let views = state.seats().filter_map(|site| match &site.view {
        ViewSource::Site { site } => Some(site),
        ViewSource::Layout { .. } | ViewSource::None => None,
    });
    let roles = [&state.speech.chair, &state.content.site].into_iter().flatten();
    let main = std::iter::once(&state.main_site).filter(|main| dialogue || state.site(main).is_none());
    forced.chain(pictures).chain(views).chain(roles).chain(main).find(|site| !state.is_seated(site)).cloned()
}

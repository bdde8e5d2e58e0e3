//! What each command does, as a function from state to facts.

use mcu_api::{Command, Event, Mic, MicChange, Picture, SiteId, ViewSource};

use crate::layouts::check_layout;
use crate::refusal::{Refusal, empty_preview, not_seated, self_view, unknown_site};
use crate::state::{Site, State};
use crate::undo::undo;

/// Right to change what is seen; the names are those of the tokens.
const CONFERENCE_PICTURE: &str = "conference.picture";
/// Right to change what is heard.
const CONFERENCE_SOUND: &str = "conference.sound";
/// Right to open, end, call and hang up.
pub(crate) const CONFERENCE_AFFAIRS: &str = "conference.affairs";

/// Name of the right a command needs; `None` for undo, which needs that of the change it reverts.
#[must_use]
pub const fn required_right(command: &Command) -> Option<&'static str> {
    match command {
        Command::Call { .. } | Command::CallAllAbsent {} | Command::HangUp { .. } | Command::End {} => Some(CONFERENCE_AFFAIRS),
        Command::BroadcastSite { .. }
        | Command::BroadcastLayout { .. }
        | Command::CancelBroadcast {}
        | Command::SelectView { .. }
        | Command::SetPreview { .. }
        | Command::Take { .. } => Some(CONFERENCE_PICTURE),
        Command::SetMic { .. } | Command::MuteAll {} => Some(CONFERENCE_SOUND),
        Command::Undo { .. } => None,
    }
}

/// The facts a command makes; none when everything is so already.
///
/// # Errors
/// With the reason and what to do.
pub(crate) fn decide(state: &State, command: &Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Call { site } => Ok(call(state, &[known(state, site)?])),
        Command::CallAllAbsent {} => Ok(call(state, &state.sites.iter().collect::<Vec<_>>())),
        Command::HangUp { site } => Ok(hang_up(state, known(state, site)?)),
        Command::BroadcastSite { site } => {
            let site = seated(state, site)?.seat.site.clone();
            Ok(force(state, Some(Picture::Site { site })))
        }
        Command::BroadcastLayout { layout } => {
            check_layout(state, layout)?;
            Ok(force(state, Some(Picture::Layout { layout: layout.clone() })))
        }
        Command::CancelBroadcast {} => Ok(force(state, None)),
        Command::SetMic { site, mic } => Ok(mics(&[seated(state, site)?], *mic)),
        Command::MuteAll {} => {
            let others: Vec<&Site> = state.sites.iter().filter(|site| site.seat.site != state.main_site).collect();
            Ok(mics(&others, Mic::Closed))
        }
        Command::SelectView { viewer, source, locked } => select_view(state, viewer, source, *locked),
        Command::SetPreview { picture } => set_preview(state, picture.as_ref()),
        Command::Take { .. } => state.preview.clone().map(|picture| force(state, Some(picture))).ok_or_else(empty_preview),
        Command::Undo { rev } => undo(state, *rev),
        Command::End {} => Ok(vec![Event::Ended {}]),
    }
}

fn known<'a>(state: &'a State, site: &SiteId) -> Result<&'a Site, Refusal> {
    state.site(site).ok_or_else(|| unknown_site(site))
}

fn seated<'a>(state: &'a State, site: &SiteId) -> Result<&'a Site, Refusal> {
    let found = known(state, site)?;
    if !found.seated {
        return Err(not_seated(site, &found.seat.name));
    }
    Ok(found)
}

/// Seats those that are not. A joiner's microphone gets `mute_on_join`; the main site keeps its own, it is never muted by a rule.
fn call(state: &State, sites: &[&Site]) -> Vec<Event> {
    let absent: Vec<&Site> = sites.iter().copied().filter(|site| !site.seated).collect();
    let joiners: Vec<&Site> = absent.iter().copied().filter(|site| site.seat.site != state.main_site).collect();
    let called = absent.iter().map(|site| Event::SiteCalled { site: site.seat.site.clone() });
    called.chain(mics(&joiners, state.mute_on_join)).collect()
}

/// Unseats a site and takes its picture from wherever it stood alone, so that nobody is left with a picture that is gone.
fn hang_up(state: &State, site: &Site) -> Vec<Event> {
    if !site.seated {
        return Vec::new();
    }
    let gone = Picture::Site { site: site.seat.site.clone() };
    let mut events = vec![Event::SiteHungUp { site: site.seat.site.clone() }];
    if state.forced.as_ref() == Some(&gone) {
        events.extend(force(state, None));
    }
    if state.preview.as_ref() == Some(&gone) {
        events.push(Event::PreviewChanged { before: state.preview.clone(), after: None });
    }
    let watched = ViewSource::Site { site: site.seat.site.clone() };
    let viewers = state.sites.iter().filter(|viewer| viewer.view == watched);
    events.extend(viewers.filter_map(|viewer| view(viewer, &ViewSource::None, false)));
    events
}

fn force(state: &State, after: Option<Picture>) -> Vec<Event> {
    if state.forced == after {
        return Vec::new();
    }
    vec![Event::ForcedChanged { before: state.forced.clone(), after }]
}

fn mics(sites: &[&Site], after: Mic) -> Vec<Event> {
    let differing = sites.iter().filter(|site| site.mic != after);
    let changes: Vec<MicChange> = differing.map(|site| MicChange { site: site.seat.site.clone(), before: site.mic, after }).collect();
    if changes.is_empty() { Vec::new() } else { vec![Event::MicsChanged { changes }] }
}

fn select_view(state: &State, viewer: &SiteId, source: &ViewSource, locked: bool) -> Result<Vec<Event>, Refusal> {
    let viewer = seated(state, viewer)?;
    match source {
        ViewSource::Site { site } if *site == viewer.seat.site => return Err(self_view(site, &viewer.seat.name)),
        ViewSource::Site { site } => {
            seated(state, site)?;
        }
        ViewSource::Layout { layout } => check_layout(state, layout)?,
        ViewSource::None => {}
    }
    Ok(view(viewer, source, locked).into_iter().collect())
}

fn view(viewer: &Site, after: &ViewSource, after_locked: bool) -> Option<Event> {
    if viewer.view == *after && viewer.view_locked == after_locked {
        return None;
    }
    Some(Event::ViewChanged {
        viewer: viewer.seat.site.clone(),
        before: viewer.view.clone(),
        before_locked: viewer.view_locked,
        after: after.clone(),
        after_locked,
    })
}

fn set_preview(state: &State, picture: Option<&Picture>) -> Result<Vec<Event>, Refusal> {
    match picture {
        Some(Picture::Site { site }) => {
            seated(state, site)?;
        }
        Some(Picture::Layout { layout }) => check_layout(state, layout)?,
        None => {}
    }
    if state.preview.as_ref() == picture {
        return Ok(Vec::new());
    }
    Ok(vec![Event::PreviewChanged { before: state.preview.clone(), after: picture.cloned() }])
}

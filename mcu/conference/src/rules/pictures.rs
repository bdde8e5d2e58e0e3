//! What is shown: the forced picture, preview, views, slates, outputs.

use mcu_api::{Audience, Event, Forced, Layout, Picture, Setting, SiteId, Transition, ViewSource};

use super::speech;
use crate::draft::Draft;
use crate::layouts::check_layout;
use crate::refusal::{Refusal, empty_preview, malformed, out_of_range, self_view};

/// All audiences.
pub(crate) const AUDIENCES: [Audience; 3] = [Audience::HallScreen, Audience::Record, Audience::Live];
/// Length of a cross-fade: shorter is a cut to the eye, longer leaves two pictures on air.
const FADE_MS: std::ops::RangeInclusive<u16> = 100..=5000;
/// Longest words of a slate in bytes: about 60 Chinese characters, two lines on any screen.
const MAX_SLATE_BYTES: usize = 200;
/// Most seconds by which a live stream is held back: what an editor needs to cut something, and no player gives up.
const MAX_LIVE_DELAY_S: u16 = 120;

/// Changes the forced picture; whatever was forced ends, with what it did to microphones.
pub(crate) fn force(draft: &mut Draft<'_>, after: Option<Forced>) {
    draft.put(Setting::Fade { fade_ms: 0 });
    if draft.state.forced == after {
        return;
    }
    speech::finish(draft);
    replace(draft, after);
}

/// Changes the forced picture and remembers the one before, if it is one that can be shown again by itself.
pub(crate) fn replace(draft: &mut Draft<'_>, after: Option<Forced>) {
    let before = draft.state.forced.clone();
    if before == after {
        return;
    }
    let again = match &before {
        None | Some(Forced::Site { .. } | Forced::Layout { .. }) => true,
        Some(Forced::Dialogue { .. } | Forced::CallToSpeak { .. } | Forced::Polling { .. }) => false,
    };
    draft.push(Event::ForcedChanged { before: before.clone(), after });
    if again {
        draft.put(Setting::Previous { forced: before });
    }
}

pub(crate) fn broadcast_site(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    draft.seated(site)?;
    force(draft, Some(Forced::Site { site: site.clone() }));
    Ok(())
}

pub(crate) fn broadcast_layout(draft: &mut Draft<'_>, layout: &Layout) -> Result<(), Refusal> {
    check_layout(&draft.state, layout)?;
    force(draft, Some(Forced::Layout { layout: layout.clone() }));
    Ok(())
}

pub(crate) fn take(draft: &mut Draft<'_>, transition: Transition) -> Result<(), Refusal> {
    let picture = draft.state.preview.clone().ok_or_else(empty_preview)?;
    force(draft, Some(picture.into()));
    if let Transition::Fade { ms } = transition {
        if !FADE_MS.contains(&ms) {
            return Err(out_of_range("ms", "淡变时长(毫秒)", 100, 5000));
        }
        draft.put(Setting::Fade { fade_ms: ms });
    }
    Ok(())
}

pub(crate) fn previous(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let previous = draft.state.previous.clone();
    if let Some(Forced::Site { site }) = &previous {
        draft.seated(site)?;
    }
    force(draft, previous);
    Ok(())
}

pub(crate) fn set_preview(draft: &mut Draft<'_>, picture: Option<&Picture>) -> Result<(), Refusal> {
    check_picture(draft, picture)?;
    preview(draft, picture);
    Ok(())
}

/// Changes the preview.
pub(crate) fn preview(draft: &mut Draft<'_>, picture: Option<&Picture>) {
    if draft.state.preview.as_ref() != picture {
        draft.push(Event::PreviewChanged { before: draft.state.preview.clone(), after: picture.cloned() });
    }
}

fn check_picture(draft: &Draft<'_>, picture: Option<&Picture>) -> Result<(), Refusal> {
    match picture {
        Some(Picture::Site { site }) => draft.seated(site).map(|_| ()),
        Some(Picture::Layout { layout }) => check_layout(&draft.state, layout),
        None => Ok(()),
    }
}

pub(crate) fn select_view(draft: &mut Draft<'_>, viewer: &SiteId, source: &ViewSource, locked: bool) -> Result<(), Refusal> {
    let name = draft.seated(viewer)?.seat.name.clone();
    match source {
        ViewSource::Site { site } if site == viewer => return Err(self_view(site, &name)),
        ViewSource::Site { site } => {
            draft.seated(site)?;
        }
        ViewSource::Layout { layout } => check_layout(&draft.state, layout)?,
        ViewSource::None => {}
    }
    let own = draft.own.is_some() && *source != ViewSource::None;
    view(draft, viewer, source, locked, own);
    Ok(())
}

/// Changes one viewer's own picture.
pub(crate) fn view(draft: &mut Draft<'_>, viewer: &SiteId, after: &ViewSource, after_locked: bool, own: bool) {
    let Some(site) = draft.state.sites.iter().find(|site| site.seat.site == *viewer) else { return };
    if site.view != *after || site.view_locked != after_locked {
        draft.push(Event::ViewChanged {
            viewer: viewer.clone(),
            before: site.view.clone(),
            before_locked: site.view_locked,
            after: after.clone(),
            after_locked,
        });
    }
    draft.put(Setting::OwnView { site: viewer.clone(), own });
}

pub(crate) fn set_free_view(draft: &mut Draft<'_>, free_view: bool) -> Result<(), Refusal> {
    draft.put(Setting::FreeView { free_view });
    let own = |site: &&crate::Site| site.view_own && !free_view;
    let chosen: Vec<SiteId> = draft.state.seats().filter(own).map(|site| site.seat.site.clone()).collect();
    for site in chosen {
        view(draft, &site, &ViewSource::None, false, false);
    }
    Ok(())
}

pub(crate) fn set_layout(draft: &mut Draft<'_>, layout: Option<&Layout>) -> Result<(), Refusal> {
    if let Some(layout) = layout {
        check_layout(&draft.state, layout)?;
    }
    draft.put(Setting::MultiPicture { layout: layout.cloned() });
    Ok(())
}

pub(crate) fn slate(draft: &mut Draft<'_>, site: Option<&SiteId>, text: Option<&str>) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.is_empty() || text.len() > MAX_SLATE_BYTES || text.chars().any(char::is_control)) {
        return Err(malformed(
            format!("a slate's text has 1 to {MAX_SLATE_BYTES} bytes without control characters"),
            format!("垫片文字应为 1 到 {MAX_SLATE_BYTES} 字节,且不含控制字符"),
        ));
    }
    let text = text.map(str::to_owned);
    match site {
        Some(site) => {
            draft.known(site)?;
            draft.put(Setting::SiteSlate { site: site.clone(), text });
        }
        None => draft.put(Setting::Slate { text }),
    }
    Ok(())
}

pub(crate) fn set_output(draft: &mut Draft<'_>, audience: Audience, picture: Option<&Picture>) -> Result<(), Refusal> {
    check_picture(draft, picture)?;
    draft.put(Setting::OutputPicture { audience, picture: picture.cloned() });
    Ok(())
}

pub(crate) fn set_live(draft: &mut Draft<'_>, live: bool, delay_s: Option<u16>) -> Result<(), Refusal> {
    if let Some(delay_s) = delay_s {
        if delay_s > MAX_LIVE_DELAY_S {
            return Err(out_of_range("delay_s", "直播延时(秒)", 0, i64::from(MAX_LIVE_DELAY_S)));
        }
        draft.put(Setting::LiveDelay { delay_s });
    }
    draft.put(Setting::Live { live });
    Ok(())
}

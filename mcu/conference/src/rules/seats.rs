//! Seats: calling, hanging up, taking out, the main site, lost terminals, the planned end.

use mcu_api::{Code, Connection, Event, Forced, Picture, Redial, RedialPolicy, Setting, SiteId, ViewSource};

use super::pictures;
use crate::draft::Draft;
use crate::presence::Presence;
use crate::refusal::{Refusal, malformed, out_of_range, refuse};

/// Seconds between two calls of a lost terminal: more often than a session needs to come back is noise, seldom is of no use.
const REDIAL_EVERY_S: std::ops::RangeInclusive<u16> = 5..=600;
/// Calls of a lost terminal before people are left to it.
const REDIAL_TRIES: std::ops::RangeInclusive<u16> = 1..=100;
/// A call by hand of a site that has its seat is told for so long: every listener has heard of it by then.
const RECALL_TOLD_MS: u64 = 3_000;

/// Seats a site. One that has its seat is called again (重呼): its terminal is told to join afresh, and nothing else changes, its microphone least of all.
pub(crate) fn call(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    let found = draft.known(site)?;
    if !found.seated {
        return seat(draft, std::slice::from_ref(site));
    }
    let tries = found.redial.as_ref().map_or(0, |redial| redial.tries).saturating_add(1);
    let next_at_ms = draft.now_ms.saturating_add(RECALL_TOLD_MS);
    draft.put(Setting::Redial { site: site.clone(), redial: Some(Redial { tries, next_at_ms }) });
    Ok(())
}

pub(crate) fn call_all(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let all: Vec<SiteId> = draft.state.seats().map(|site| site.seat.site.clone()).collect();
    seat(draft, &all)
}

/// Seats those that are not. A joiner's microphone gets `mute_on_join`; the main site keeps its own, it is never muted by a rule.
fn seat(draft: &mut Draft<'_>, sites: &[SiteId]) -> Result<(), Refusal> {
    let absent: Vec<SiteId> = sites.iter().filter(|site| !draft.state.is_seated(site)).cloned().collect();
    if draft.state.settings.locked && !absent.is_empty() {
        return Err(refuse(Code::ConferenceLocked, "the conference is locked; unlock it first", "会议已锁定,请先解锁"));
    }
    for site in &absent {
        draft.push(Event::SiteCalled { site: site.clone() });
    }
    let (main, wanted) = (draft.state.main_site.clone(), draft.state.settings.mute_on_join);
    draft.mics(|site| (absent.contains(&site.seat.site) && site.seat.site != main).then_some(wanted));
    Ok(())
}

pub(crate) fn hang_up(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    if draft.known(site)?.seated {
        unseat(draft, site);
    }
    Ok(())
}

/// Unseats a site and takes its picture from wherever it stood alone, so that nobody is left with a picture that is gone.
fn unseat(draft: &mut Draft<'_>, site: &SiteId) {
    draft.push(Event::SiteHungUp { site: site.clone() });
    let ends = match &draft.state.forced {
        Some(Forced::Site { site: shown } | Forced::CallToSpeak { site: shown, .. }) => shown == site,
        Some(Forced::Dialogue { site: branch, .. }) => branch == site || draft.state.main_site == *site,
        Some(Forced::Layout { .. } | Forced::Polling { .. }) | None => false,
    };
    if ends {
        pictures::force(draft, None);
    }
    let gone = Some(Picture::Site { site: site.clone() });
    if draft.state.preview == gone {
        draft.push(Event::PreviewChanged { before: gone.clone(), after: None });
    }
    for audience in pictures::AUDIENCES {
        if draft.state.output_picture(audience) == gone.as_ref() {
            draft.put(Setting::OutputPicture { audience, picture: None });
        }
    }
    let watched = ViewSource::Site { site: site.clone() };
    let watching = |viewer: &&crate::Site| viewer.view == watched;
    let viewers: Vec<SiteId> = draft.state.sites.iter().filter(watching).map(|viewer| viewer.seat.site.clone()).collect();
    for viewer in viewers {
        pictures::view(draft, &viewer, &ViewSource::None, false, false);
    }
    if draft.state.speech.chair.as_ref() == Some(site) {
        draft.put(Setting::Chair { site: None });
    }
    if draft.state.content.site.as_ref() == Some(site) {
        draft.put(Setting::ContentSite { site: None });
    }
    if draft.state.content.invited.as_ref() == Some(site) {
        draft.put(Setting::ContentInvite { site: None });
    }
    draft.put(Setting::Floor { site: site.clone(), request: None });
    draft.put(Setting::ChairRequest { site: site.clone(), requested: false });
}

pub(crate) fn remove(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    let seated = draft.known(site)?.seated;
    if *site == draft.state.main_site {
        return Err(malformed("the main site cannot be removed; make another site the main site first", "不能移除主会场,请先切换主会场"));
    }
    if seated {
        unseat(draft, site);
    }
    if draft.state.content.locked_to.as_ref() == Some(site) {
        draft.put(Setting::ContentLock { site: None });
    }
    draft.put(Setting::Removed { site: site.clone(), removed: true });
    Ok(())
}

/// A dialogue is one of the main site; it ends with it.
pub(crate) fn set_main_site(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    draft.seated(site)?;
    if draft.state.main_site != *site && matches!(draft.state.forced, Some(Forced::Dialogue { .. })) {
        pictures::force(draft, None);
    }
    draft.put(Setting::MainSite { site: site.clone() });
    Ok(())
}

pub(crate) fn extend(draft: &mut Draft<'_>, ends_at_ms: Option<u64>, auto_end: bool) -> Result<(), Refusal> {
    if ends_at_ms.is_some_and(|at| at <= draft.now_ms) {
        return Err(malformed(
            "the planned end lies in the past; choose a later one or end the conference",
            "结束时间已过,请选择更晚的时间或直接结束会议",
        ));
    }
    draft.put(Setting::EndTime { ends_at_ms, auto_end: auto_end && ends_at_ms.is_some() });
    Ok(())
}

pub(crate) fn set_redial(draft: &mut Draft<'_>, policy: Option<&RedialPolicy>) -> Result<(), Refusal> {
    if let Some(policy) = policy {
        if !REDIAL_EVERY_S.contains(&policy.every_s) {
            return Err(out_of_range("every_s", "重呼间隔(秒)", 5, 600));
        }
        if !REDIAL_TRIES.contains(&policy.tries) {
            return Err(out_of_range("tries", "重呼次数", 1, 100));
        }
    }
    draft.put(Setting::RedialPolicy { policy: policy.cloned() });
    Ok(())
}

/// Whether a terminal is there, one way at least.
pub(crate) fn is_connected(presence: &Presence, site: &SiteId) -> bool {
    match presence.of(site).connection {
        Connection::Joined | Connection::Joining => true,
        Connection::Absent | Connection::Offline => false,
    }
}

/// The end when its time has come; whether it has.
pub(crate) fn ends(draft: &mut Draft<'_>) -> bool {
    let settings = &draft.state.settings;
    let over = settings.auto_end && settings.ends_at_ms.is_some_and(|at| at <= draft.now_ms);
    if over {
        draft.events.push(Event::Ended {});
    }
    over
}

/// Counts the calls of lost terminals. A terminal lost long is called at once, then as often as the policy says, until it is there. A call by hand
/// stands until it has been told.
pub(crate) fn redial(draft: &mut Draft<'_>) {
    let now_ms = draft.now_ms;
    let policy = draft.state.settings.redial.clone();
    let told = |redial: &Redial| redial.next_at_ms > now_ms && redial.next_at_ms - now_ms <= RECALL_TOLD_MS;
    let wanted = |site: &crate::Site| {
        let lost = site.seated && !is_connected(draft.presence, &site.seat.site);
        let by_hand = site.redial.clone().filter(|redial| site.seated && told(redial));
        let Some(policy) = policy.as_ref().filter(|_| lost) else { return by_hand };
        let next = |tries: u16| Redial { tries, next_at_ms: now_ms.saturating_add(u64::from(policy.every_s) * 1000) };
        match site.redial.as_ref() {
            None => Some(next(1)),
            Some(redial) if redial.next_at_ms <= now_ms && redial.tries < policy.tries => Some(next(redial.tries + 1)),
            Some(redial) => Some(redial.clone()),
        }
    };
    let rows: Vec<Setting> =
        draft.state.seats().map(|site| Setting::Redial { site: site.seat.site.clone(), redial: wanted(site) }).collect();
    for row in rows {
        draft.put(row);
    }
}

/// When the next call of a lost terminal is due, or one by hand has been told, ms since 1970.
pub(crate) fn redial_due(state: &crate::State) -> Option<u64> {
    let more = |redial: &&Redial| state.settings.redial.as_ref().is_none_or(|policy| redial.tries < policy.tries);
    state.seats().filter_map(|site| site.redial.as_ref()).filter(more).map(|redial| redial.next_at_ms).min()
}

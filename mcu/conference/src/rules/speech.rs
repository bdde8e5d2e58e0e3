//! Who speaks: call to speak, dialogue, the queue for the floor, the speaker's time.

use mcu_api::{Code, FloorRequest, Forced, Mic, Setting, SiteId, SpeechMics, SpeechTimer};

use super::pictures;
use crate::draft::Draft;
use crate::fields::Field;
use crate::refusal::{Refusal, malformed, out_of_range, refuse};
use crate::state::State;

/// Speaking times in seconds: from a sentence to a keynote.
const SPEECH_S: std::ops::RangeInclusive<u32> = 5..=7200;

/// 点名发言: the target is opened and forced, all others on the floor but the chair are muted. Where nobody has the chair's token, the main site presides.
pub(crate) fn call(draft: &mut Draft<'_>, site: &SiteId, seconds: Option<u32>, auto_end: bool) -> Result<(), Refusal> {
    draft.seated(site)?;
    let timer = timer(draft, seconds, auto_end)?;
    if !matches!(&draft.state.forced, Some(Forced::CallToSpeak { site: speaker, .. }) if speaker == site) {
        finish(draft);
        let chair = draft.state.speech.chair.clone().unwrap_or_else(|| draft.state.main_site.clone());
        let mics = draft.mics(|other| match &other.seat.site {
            id if id == site => Some(Mic::Open),
            id if *id == chair || other.interprets.is_some() => None,
            _ => Some(Mic::Closed),
        });
        draft.put(Setting::Fade { fade_ms: 0 });
        let speech = SpeechMics { rev: draft.rev, mics };
        pictures::replace(draft, Some(Forced::CallToSpeak { site: site.clone(), speech }));
    }
    set(draft, timer);
    Ok(())
}

/// 对话
pub(crate) fn dialogue(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    draft.seated(site)?;
    let main = draft.state.main_site.clone();
    draft.seated(&main)?;
    if *site == main {
        return Err(malformed("the main site has a dialogue with a branch; choose a branch", "对话需要选择一个分会场"));
    }
    if matches!(&draft.state.forced, Some(Forced::Dialogue { site: branch, .. }) if branch == site) {
        return Ok(());
    }
    finish(draft);
    let mics = draft.mics(|other| (other.seat.site == *site || other.seat.site == main).then_some(Mic::Open));
    draft.put(Setting::Fade { fade_ms: 0 });
    let speech = SpeechMics { rev: draft.rev, mics };
    pictures::replace(draft, Some(Forced::Dialogue { site: site.clone(), speech }));
    Ok(())
}

/// Ends what a call to speak or a dialogue did to microphones: those that it changed itself and nobody has set since. The picture is the caller's.
pub(crate) fn finish(draft: &mut Draft<'_>) {
    let speech = match &draft.state.forced {
        Some(Forced::Dialogue { speech, .. } | Forced::CallToSpeak { speech, .. }) => speech.clone(),
        Some(Forced::Site { .. } | Forced::Layout { .. } | Forced::Polling { .. }) | None => return,
    };
    let touched = draft.state.touched.clone();
    draft.mics(|site| {
        let id = &site.seat.site;
        let change = speech.mics.iter().find(|change| change.site == *id && change.after == site.mic)?;
        (touched.get(&Field::Mic(id.clone())) == Some(&speech.rev)).then_some(change.before)
    });
    set(draft, None);
}

pub(crate) fn set_timer(draft: &mut Draft<'_>, seconds: Option<u32>, auto_end: bool) -> Result<(), Refusal> {
    let timer = timer(draft, seconds, auto_end)?;
    set(draft, timer);
    Ok(())
}

fn timer(draft: &Draft<'_>, seconds: Option<u32>, auto_end: bool) -> Result<Option<SpeechTimer>, Refusal> {
    let Some(seconds) = seconds else { return Ok(None) };
    if !SPEECH_S.contains(&seconds) {
        return Err(out_of_range("seconds", "发言时间(秒)", 5, 7200));
    }
    Ok(Some(SpeechTimer { ends_at_ms: draft.now_ms.saturating_add(u64::from(seconds) * 1000), auto_end }))
}

fn set(draft: &mut Draft<'_>, timer: Option<SpeechTimer>) {
    draft.put(Setting::SpeechTimer { timer });
    draft.put(Setting::SpeechOver { over: false });
}

/// What happens when the speaker's time has run out.
pub(crate) fn tick(draft: &mut Draft<'_>) {
    let Some(due_ms) = due(&draft.state) else { return };
    if due_ms > draft.now_ms {
        return;
    }
    let auto_end = draft.state.speech.timer.as_ref().is_some_and(|timer| timer.auto_end);
    if auto_end && matches!(draft.state.forced, Some(Forced::CallToSpeak { .. })) {
        pictures::force(draft, None);
    } else {
        draft.put(Setting::SpeechOver { over: true });
    }
}

/// When the speaker's time runs out, ms since 1970.
pub(crate) fn due(state: &State) -> Option<u64> {
    state.speech.timer.as_ref().filter(|_| !state.speech.over).map(|timer| timer.ends_at_ms)
}

pub(crate) fn request(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    if draft.seated(site)?.floor.is_none() {
        queue_up(draft, site, draft.now_ms);
    }
    Ok(())
}

pub(crate) fn defer(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    let Some(request) = draft.seated(site)?.floor.clone() else {
        return Err(not_queued());
    };
    if draft.state.floor_queue().last() != Some(site) {
        queue_up(draft, site, request.at_ms);
    }
    Ok(())
}

fn queue_up(draft: &mut Draft<'_>, site: &SiteId, at_ms: u64) {
    let last = draft.state.sites.iter().filter_map(|other| other.floor.as_ref()).map(|request| request.order).max().unwrap_or(0);
    draft.put(Setting::Floor { site: site.clone(), request: Some(FloorRequest { order: last.saturating_add(1), at_ms }) });
}

pub(crate) fn withdraw(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    draft.known(site)?;
    draft.put(Setting::Floor { site: site.clone(), request: None });
    Ok(())
}

pub(crate) fn clear(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    for site in draft.state.floor_queue() {
        draft.put(Setting::Floor { site, request: None });
    }
    Ok(())
}

pub(crate) fn grant(draft: &mut Draft<'_>, site: Option<&SiteId>, seconds: Option<u32>, auto_end: bool) -> Result<(), Refusal> {
    let site = match site {
        Some(site) => site.clone(),
        None => draft.state.floor_queue().first().cloned().ok_or_else(not_queued)?,
    };
    if draft.seated(&site)?.floor.is_none() {
        return Err(not_queued());
    }
    draft.put(Setting::Floor { site: site.clone(), request: None });
    call(draft, &site, seconds, auto_end)
}

fn not_queued() -> Refusal {
    refuse(Code::NothingToDo, "this site does not ask for the floor; call it to speak instead", "该会场没有申请发言,请直接点名发言")
}

//! 轮询: sites shown in turn, to all or to some.

use mcu_api::{Code, Forced, Polling, PollingKind, PollingStep, Setting, SiteId};

use super::{pictures, seats};
use crate::draft::Draft;
use crate::presence::Presence;
use crate::refusal::{Refusal, out_of_range, refuse};
use crate::state::State;

/// Seconds for each site: less cannot be looked at, more is a broadcast.
pub(crate) const DWELL_S: std::ops::RangeInclusive<u16> = 5..=120;
/// Where none is asked for.
const DEFAULT_DWELL_S: u16 = 10;
/// Both kinds.
const KINDS: [PollingKind; 2] = [PollingKind::Watch, PollingKind::Broadcast];

/// Which sites are passed over.
#[derive(Clone, Copy)]
pub(crate) struct Skip {
    pub(crate) absent: bool,
    pub(crate) no_picture: bool,
}

pub(crate) fn start(
    draft: &mut Draft<'_>,
    kind: PollingKind,
    sites: &[SiteId],
    dwell_s: Option<u16>,
    skip: Skip,
    viewers: &[SiteId],
) -> Result<(), Refusal> {
    let sites = draft.listed(sites)?;
    let dwell_s = dwell_s.unwrap_or(DEFAULT_DWELL_S);
    check_dwell(dwell_s)?;
    for viewer in viewers {
        draft.known(viewer)?;
    }
    let viewers = match kind {
        PollingKind::Watch => viewers.to_vec(),
        PollingKind::Broadcast => Vec::new(),
    };
    let polling = Polling { sites, dwell_s, skip_absent: skip.absent, skip_no_picture: skip.no_picture, viewers };
    if active(&draft.state, kind) == Some(&polling) && !draft.state.is_paused(kind) {
        return Ok(());
    }
    draft.put(Setting::PollingPaused { kind, paused: false });
    match kind {
        PollingKind::Watch => draft.put(Setting::WatchPolling { polling: Some(polling.clone()) }),
        PollingKind::Broadcast => pictures::force(draft, Some(Forced::Polling { polling: polling.clone() })),
    }
    let next = next_of(&draft.state, &polling, draft.presence, None);
    step(draft, kind, &polling, next.unwrap_or(0));
    Ok(())
}

/// Whether a dwell time may be.
pub(crate) fn check_dwell(dwell_s: u16) -> Result<(), Refusal> {
    if DWELL_S.contains(&dwell_s) { Ok(()) } else { Err(out_of_range("dwell_s", "停留时间(秒)", 5, 120)) }
}

pub(crate) fn pause(draft: &mut Draft<'_>, kind: PollingKind) -> Result<(), Refusal> {
    running(draft, kind)?;
    draft.put(Setting::PollingPaused { kind, paused: true });
    Ok(())
}

/// The site on show gets its whole time again.
pub(crate) fn resume(draft: &mut Draft<'_>, kind: PollingKind) -> Result<(), Refusal> {
    let polling = running(draft, kind)?;
    if draft.state.is_paused(kind) {
        draft.put(Setting::PollingPaused { kind, paused: false });
        let index = draft.state.polling_step(kind).map_or(0, |step| step.index);
        step(draft, kind, &polling, index);
    }
    Ok(())
}

pub(crate) fn stop(draft: &mut Draft<'_>, kind: PollingKind) -> Result<(), Refusal> {
    running(draft, kind)?;
    match kind {
        PollingKind::Watch => draft.put(Setting::WatchPolling { polling: None }),
        PollingKind::Broadcast => pictures::force(draft, None),
    }
    Ok(())
}

fn running(draft: &Draft<'_>, kind: PollingKind) -> Result<Polling, Refusal> {
    active(&draft.state, kind)
        .cloned()
        .ok_or_else(|| refuse(Code::NothingToDo, "no polling of this kind is going on; start one first", "没有正在进行的轮询,请先开始"))
}

/// The polling of that kind.
pub(crate) fn active(state: &State, kind: PollingKind) -> Option<&Polling> {
    match (kind, &state.forced) {
        (PollingKind::Watch, _) => state.rotation.watch.as_ref(),
        (PollingKind::Broadcast, Some(Forced::Polling { polling })) => Some(polling),
        (PollingKind::Broadcast, _) => None,
    }
}

/// Goes on where a turn is over, or where who has it cannot be shown while another can.
pub(crate) fn tick(draft: &mut Draft<'_>) {
    for kind in KINDS {
        let Some(polling) = active(&draft.state, kind).cloned().filter(|_| !draft.state.is_paused(kind)) else { continue };
        let current = draft.state.polling_step(kind).filter(|step| at(&polling, step.index) == Some(&step.site)).cloned();
        let over = current.as_ref().is_none_or(|step| step.next_at_ms <= draft.now_ms);
        let fits = current.as_ref().is_some_and(|step| fits(&draft.state, &polling, draft.presence, &step.site));
        let next = next_of(&draft.state, &polling, draft.presence, current.as_ref().map(|step| step.index));
        let stay = current.as_ref().map_or(0, |step| step.index);
        if over || !fits && next.is_some() {
            step(draft, kind, &polling, next.unwrap_or(stay));
        }
    }
}

/// When the next turn is over, ms since 1970.
pub(crate) fn due(state: &State) -> Option<u64> {
    let running = KINDS.into_iter().filter(|kind| active(state, *kind).is_some() && !state.is_paused(*kind));
    running.map(|kind| state.polling_step(kind).map_or(0, |step| step.next_at_ms)).min()
}

/// The next one behind a place that can be shown; the place itself comes last.
fn next_of(state: &State, polling: &Polling, presence: &Presence, after: Option<u16>) -> Option<u16> {
    let count = polling.sites.len();
    let first = after.map_or(0, |index| usize::from(index) + 1);
    let places = (first..first + count).map(|place| place % count.max(1));
    let found = places.into_iter().find(|place| polling.sites.get(*place).is_some_and(|site| fits(state, polling, presence, site)));
    found.and_then(|place| u16::try_from(place).ok())
}

fn fits(state: &State, polling: &Polling, presence: &Presence, site: &SiteId) -> bool {
    let connected = !polling.skip_absent || seats::is_connected(presence, site);
    let pictured = !polling.skip_no_picture || presence.of(site).publishes;
    state.is_seated(site) && connected && pictured
}

fn at(polling: &Polling, index: u16) -> Option<&SiteId> {
    polling.sites.get(usize::from(index))
}

fn step(draft: &mut Draft<'_>, kind: PollingKind, polling: &Polling, index: u16) {
    let next_at_ms = draft.now_ms.saturating_add(u64::from(polling.dwell_s) * 1000);
    let step = at(polling, index).map(|site| PollingStep { index, site: site.clone(), next_at_ms });
    draft.put(Setting::PollingStep { kind, step });
}

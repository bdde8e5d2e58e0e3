//! Cells that poll a list: equal lists take turns together, so that equal multi-pictures stay one.

use mcu_api::{CellSource, CellTurn, Forced, Layout, Picture, Setting, SiteId, ViewSource};

use super::{pictures, voice_switch};
use crate::draft::Draft;
use crate::state::State;

/// All multi-pictures wanted anywhere.
pub(crate) fn layouts(state: &State) -> Vec<&Layout> {
    let forced = match &state.forced {
        Some(Forced::Layout { layout }) => Some(layout),
        Some(Forced::Site { .. } | Forced::Dialogue { .. } | Forced::CallToSpeak { .. } | Forced::Polling { .. }) | None => None,
    };
    let outputs = pictures::AUDIENCES.into_iter().filter_map(|audience| state.output_picture(audience));
    let shown = state.preview.iter().chain(outputs).filter_map(|picture| match picture {
        Picture::Layout { layout } => Some(layout),
        Picture::Site { .. } => None,
    });
    let views = state.seats().filter_map(|site| match &site.view {
        ViewSource::Layout { layout } => Some(layout),
        ViewSource::Site { .. } | ViewSource::None => None,
    });
    forced.into_iter().chain(shown).chain(views).chain(state.settings.multi_picture.as_ref()).collect()
}

/// Begins the turns of lists that came, goes on where one is over, and forgets those of lists that went.
pub(crate) fn tick(draft: &mut Draft<'_>) {
    let mut turns: Vec<CellTurn> = Vec::new();
    for (sites, dwell_s) in lists(&draft.state) {
        if turns.iter().any(|turn| turn.sites == sites && turn.dwell_s == dwell_s) {
            continue;
        }
        let turn = turn_of(&draft.state, sites, dwell_s).cloned();
        let over = turn.as_ref().is_none_or(|turn| turn.next_at_ms <= draft.now_ms);
        turns.push(match turn.filter(|_| !over) {
            Some(turn) => turn,
            None => advanced(draft, sites, dwell_s),
        });
    }
    draft.put(Setting::CellTurns { cells: turns });
}

/// The turn of a list of that dwell time.
pub(crate) fn turn_of<'a>(state: &'a State, sites: &[SiteId], dwell_s: u16) -> Option<&'a CellTurn> {
    state.rotation.cells.iter().find(|turn| turn.sites == sites && turn.dwell_s == dwell_s)
}

/// When a turn is over, ms since 1970; at once where a list has none yet, or one is left over.
pub(crate) fn due(state: &State) -> Option<u64> {
    let lists = lists(state);
    let begun = lists.iter().map(|(sites, dwell_s)| turn_of(state, sites, *dwell_s).map_or(0, |turn| turn.next_at_ms)).min();
    let left_over = state.rotation.cells.iter().any(|turn| !lists.contains(&(turn.sites.as_slice(), turn.dwell_s)));
    if left_over { Some(0) } else { begun }
}

fn lists(state: &State) -> Vec<(&[SiteId], u16)> {
    let cells = layouts(state).into_iter().flat_map(|layout| &layout.cells);
    let lists = cells.filter_map(|cell| match &cell.source {
        CellSource::List { sites, dwell_s } => Some((sites.as_slice(), *dwell_s)),
        CellSource::Site { .. } | CellSource::Loudest | CellSource::Main | CellSource::Content | CellSource::Upper | CellSource::Blank => {
            None
        }
    });
    lists.collect()
}

/// The next site of the list that can be shown, or where it was.
fn advanced(draft: &Draft<'_>, sites: &[SiteId], dwell_s: u16) -> CellTurn {
    let was = turn_of(&draft.state, sites, dwell_s).map(|turn| usize::from(turn.index));
    let count = sites.len().max(1);
    let first = was.map_or(0, |index| index + 1);
    let can = |place: &usize| sites.get(*place).is_some_and(|site| draft.state.is_seated(site) && draft.presence.of(site).publishes);
    let next = (first..first + count).map(|place| place % count).find(can).or(was).unwrap_or(0);
    let next_at_ms = draft.now_ms.saturating_add(u64::from(dwell_s) * 1000);
    CellTurn { sites: sites.to_vec(), dwell_s, index: u16::try_from(next).unwrap_or(0), next_at_ms }
}

/// Whether anything shows whoever speaks.
pub(crate) fn follows_the_loudest(state: &State) -> bool {
    let cell = layouts(state).into_iter().flat_map(|layout| &layout.cells).any(|cell| cell.source == CellSource::Loudest);
    cell || voice_switch::is_on(state)
}

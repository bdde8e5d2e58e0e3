//! 声控切换: whoever has been the loudest for long enough, once the one before has been on long enough.

use mcu_api::{Loudest, Mic, Setting, SiteId, VoiceSwitch};

use super::cells;
use crate::draft::Draft;
use crate::refusal::{Refusal, out_of_range};
use crate::state::State;

/// Speech in a conference room stands 10 to 20 dB above this, air conditioning below.
const GATE_DBFS: i8 = -45;
/// Shorter than a syllable is a cough or a dropped pen.
const ATTACK_MS: u32 = 300;
/// Faster changes of the picture cannot be watched.
const HOLD_MS: u32 = 2000;

/// Who could become the loudest, and since when; not journalled, for nothing has been decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) site: SiteId,
    pub(crate) since_ms: u64,
}

pub(crate) fn set(
    draft: &mut Draft<'_>,
    on: bool,
    gate_dbfs: Option<i8>,
    attack_ms: Option<u32>,
    hold_ms: Option<u32>,
) -> Result<(), Refusal> {
    let wanted = VoiceSwitch {
        gate_dbfs: gate_dbfs.unwrap_or(GATE_DBFS),
        attack_ms: attack_ms.unwrap_or(ATTACK_MS),
        hold_ms: hold_ms.unwrap_or(HOLD_MS),
    };
    if !(-90..=0).contains(&wanted.gate_dbfs) {
        return Err(out_of_range("gate_dbfs", "声控门限(dBFS)", -90, 0));
    }
    if !(40..=5000).contains(&wanted.attack_ms) {
        return Err(out_of_range("attack_ms", "触发时间(毫秒)", 40, 5000));
    }
    if !(200..=60_000).contains(&wanted.hold_ms) {
        return Err(out_of_range("hold_ms", "保持时间(毫秒)", 200, 60_000));
    }
    draft.put(Setting::VoiceSwitch { voice_switch: on.then_some(wanted) });
    Ok(())
}

pub(crate) const fn is_on(state: &State) -> bool {
    state.rotation.voice_switch.is_some()
}

/// Follows levels; the setting to be made when the loudest has changed.
pub(crate) fn hear(state: &State, candidate: &mut Option<Candidate>, now_ms: u64, levels: &[(SiteId, i8)]) -> Option<Setting> {
    if !cells::follows_the_loudest(state) {
        *candidate = None;
        return None;
    }
    let given = VoiceSwitch { gate_dbfs: GATE_DBFS, attack_ms: ATTACK_MS, hold_ms: HOLD_MS };
    let rule = state.rotation.voice_switch.as_ref().unwrap_or(&given);
    let heard = |site: &SiteId| state.site(site).is_some_and(|found| found.seated && found.interprets.is_none() && found.mic == Mic::Open);
    let loud = levels.iter().filter(|(site, level)| *level >= rule.gate_dbfs && heard(site));
    // Of equally loud sites the first in the list, so that the order of the report decides and nothing else.
    let loudest = loud.rev().max_by_key(|(_, level)| *level).map(|(site, _)| site);
    let current = state.rotation.loudest.as_ref().filter(|loudest| state.is_on_floor(&loudest.site));
    let Some(site) = loudest.filter(|site| current.is_none_or(|current| current.site != **site)) else {
        *candidate = None;
        return None;
    };
    if candidate.as_ref().is_none_or(|candidate| candidate.site != *site || candidate.since_ms > now_ms) {
        *candidate = Some(Candidate { site: site.clone(), since_ms: now_ms });
    }
    let since_ms = candidate.as_ref().map_or(now_ms, |candidate| candidate.since_ms);
    let long_enough = now_ms.saturating_sub(since_ms) >= u64::from(rule.attack_ms);
    let held = current.is_none_or(|current| now_ms.saturating_sub(current.since_ms) >= u64::from(rule.hold_ms));
    if !long_enough || !held {
        return None;
    }
    *candidate = None;
    let before = current.map(|current| current.site.clone());
    Some(Setting::Loudest { loudest: Some(Loudest { site: site.clone(), before, since_ms: now_ms }) })
}

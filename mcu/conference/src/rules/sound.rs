//! What is heard.

use mcu_api::{Mic, Setting, SiteId};

use crate::draft::Draft;
use crate::refusal::{Refusal, out_of_range};

/// The mixer's own bounds.
const GAIN_DB: std::ops::RangeInclusive<i8> = -60..=24;

pub(crate) fn set_mic(draft: &mut Draft<'_>, site: &SiteId, mic: Mic) -> Result<(), Refusal> {
    draft.seated(site)?;
    draft.mics(|other| (other.seat.site == *site).then_some(mic));
    Ok(())
}

/// Chair and main site are exempt, and so are interpreters: they are not on the floor.
pub(crate) fn mute_all(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let exempt = [Some(draft.state.main_site.clone()), draft.state.speech.chair.clone()];
    draft.mics(|site| (site.interprets.is_none() && !exempt.contains(&Some(site.seat.site.clone()))).then_some(Mic::Closed));
    Ok(())
}

pub(crate) fn set_gain(draft: &mut Draft<'_>, site: &SiteId, gain_db: i8) -> Result<(), Refusal> {
    draft.known(site)?;
    if !GAIN_DB.contains(&gain_db) {
        return Err(out_of_range("gain_db", "增益(dB)", -60, 24));
    }
    draft.put(Setting::Gain { site: site.clone(), gain_db });
    Ok(())
}

/// The list is kept in site order without doubles, so that equal lists are equal mixes.
pub(crate) fn set_mix_members(draft: &mut Draft<'_>, site: &SiteId, members: Option<&[SiteId]>) -> Result<(), Refusal> {
    draft.known(site)?;
    for member in members.unwrap_or_default() {
        draft.known(member)?;
    }
    let ordered = |members: &[SiteId]| {
        let all = draft.state.seats().map(|seat| seat.seat.site.clone());
        all.filter(|candidate| members.contains(candidate)).collect::<Vec<SiteId>>()
    };
    let members = members.map(ordered);
    draft.put(Setting::MixMembers { site: site.clone(), members });
    Ok(())
}

//! The chair's token: one site holds it, or none.

use mcu_api::{Setting, SiteId};

use crate::draft::Draft;
use crate::refusal::Refusal;

pub(crate) fn request(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    draft.seated(site)?;
    if draft.state.speech.chair.as_ref() != Some(site) {
        draft.put(Setting::ChairRequest { site: site.clone(), requested: true });
    }
    Ok(())
}

pub(crate) fn grant(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    draft.seated(site)?;
    draft.put(Setting::ChairRequest { site: site.clone(), requested: false });
    draft.put(Setting::Chair { site: Some(site.clone()) });
    Ok(())
}

//! 双流: one site's second stream, shown to all others.

use mcu_api::{Code, Setting, SiteId};

use crate::draft::Draft;
use crate::refusal::{Refusal, refuse};

/// A site takes the content's token while it is free; the desk gives it to whom it wants.
pub(crate) fn start(draft: &mut Draft<'_>, site: &SiteId) -> Result<(), Refusal> {
    draft.seated(site)?;
    let content = &draft.state.content;
    let other = |holder: &Option<SiteId>| holder.clone().filter(|holder| holder != site);
    if let Some(only) = other(&content.locked_to) {
        return Err(held(format!("content is locked to site {only}; unlock it first"), format!("演示已锁定给会场 {only},请先解除锁定")));
    }
    if let Some(shows) = other(&content.site).filter(|_| draft.own.is_some()) {
        return Err(held(format!("site {shows} shows its content; ask the operator"), format!("会场 {shows} 正在演示,请联系会控")));
    }
    draft.put(Setting::ContentSite { site: Some(site.clone()) });
    if draft.state.content.invited.as_ref() == Some(site) {
        draft.put(Setting::ContentInvite { site: None });
    }
    Ok(())
}

pub(crate) fn invite(draft: &mut Draft<'_>, site: Option<&SiteId>) -> Result<(), Refusal> {
    if let Some(site) = site {
        draft.seated(site)?;
    }
    draft.put(Setting::ContentInvite { site: site.cloned() });
    Ok(())
}

/// Whoever else shows at the moment stops.
pub(crate) fn lock(draft: &mut Draft<'_>, site: Option<&SiteId>) -> Result<(), Refusal> {
    if let Some(site) = site {
        draft.seated(site)?;
        if draft.state.content.site.as_ref() != Some(site) {
            draft.put(Setting::ContentSite { site: None });
        }
    }
    draft.put(Setting::ContentLock { site: site.cloned() });
    Ok(())
}

fn held(detail: String, detail_zh: String) -> Refusal {
    refuse(Code::ContentHeld, detail, detail_zh)
}

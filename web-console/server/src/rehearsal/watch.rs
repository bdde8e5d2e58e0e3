//! What a conference's snapshots tell of its sites' troubles, as beginnings and ends. Pure.

use std::collections::BTreeSet;

use mcu_api::{ConferenceSnapshot, Connection, SiteFault, SiteId};

use super::debrief::{SiteFact, Trouble};

/// Losses from here on are said, in ‰ of the last second.
const LOSS_FROM_PERMILLE: u16 = 50;
/// Until they are below this.
const LOSS_TO_PERMILLE: u16 = 20;
/// A round trip from here on is a slow line, in ms.
const SLOW_MS: u32 = 400;

/// All troubles at one moment.
pub(crate) type Troubles = BTreeSet<(SiteId, Trouble)>;

/// The troubles in a snapshot; `before` keeps what only just swings.
pub(crate) fn troubles(snapshot: &ConferenceSnapshot, before: &Troubles) -> Troubles {
    let mut found = Troubles::new();
    for site in snapshot.sites.iter().filter(|site| site.seated) {
        let mut add = |holds: bool, trouble| {
            if holds {
                found.insert((site.site.clone(), trouble));
            }
        };
        let is_there = matches!(site.connection, Connection::Joined | Connection::Joining);
        add(site.connection == Connection::Offline, Trouble::Offline);
        add(is_there && !site.picture, Trouble::PictureLost);
        let had_loss = before.contains(&(site.site.clone(), Trouble::Loss));
        let limit = if had_loss { LOSS_TO_PERMILLE } else { LOSS_FROM_PERMILLE };
        add(is_there && site.loss_permille >= limit, Trouble::Loss);
        add(is_there && (site.trouble.is_some() || site.rtt_ms.is_some_and(|rtt| rtt >= SLOW_MS)), Trouble::Line);
        for fault in &site.faults {
            add(true, trouble_of(*fault));
        }
    }
    found
}

const fn trouble_of(fault: SiteFault) -> Trouble {
    match fault {
        SiteFault::PictureBlack { .. } => Trouble::PictureBlack,
        SiteFault::PictureFrozen { .. } => Trouble::PictureFrozen,
        SiteFault::SoundSilent { .. } => Trouble::SoundSilent,
        SiteFault::SoundClipping { .. } => Trouble::SoundClipping,
        SiteFault::SoundHowling { .. } => Trouble::SoundHowling,
    }
}

/// What began and ended.
pub(crate) fn changes(before: &Troubles, after: &Troubles, at_ms: u64) -> Vec<SiteFact> {
    let fact = |began: bool| move |(site, trouble): &(SiteId, Trouble)| SiteFact { at_ms, site: site.clone(), trouble: *trouble, began };
    before.difference(after).map(fact(false)).chain(after.difference(before).map(fact(true))).collect()
}

//! The sounds to be mixed, each distinct one once.

use mcu_api::{Mic, SiteId, Speaker};

use crate::state::{Site, State};
use crate::wall::fnv1a;

/// Name of the mix of all open microphones.
pub(crate) const FULL_MIX: &str = "all";

/// A sound to be mixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixPlan {
    /// `all`, or `minus-<site>`: a name that stays while microphones open and close; `of-` and a hash for a choice of sites.
    pub name: String,
    /// Whose sounds; never empty.
    pub members: Vec<SiteId>,
}

/// Sites whose microphones are open.
pub(crate) fn open_mics(state: &State) -> Vec<SiteId> {
    state.seats().filter(|site| site.seated && site.mic == Mic::Open).map(|site| site.seat.site.clone()).collect()
}

/// The full mix and, when more than one is open, each open site's own without itself; what sites with a choice hear is added as it is asked for.
/// No two have the same members.
pub(crate) struct Mixes {
    open: Vec<SiteId>,
    made: Vec<MixPlan>,
}

impl Mixes {
    pub(crate) fn of(open: &[SiteId]) -> Self {
        let mut mixes = Self { open: open.to_vec(), made: Vec::new() };
        mixes.intern(FULL_MIX.to_owned(), open.to_vec());
        for site in open {
            mixes.intern(format!("minus-{site}"), without(open, site));
        }
        mixes
    }

    /// Name of the mix a site hears: everybody who is open but itself, or those chosen for it; `None` is silence.
    pub(crate) fn heard_by(&mut self, site: &Site) -> Option<String> {
        if !site.seated || site.speaker == Speaker::Muted {
            return None;
        }
        let mut members = without(&self.open, &site.seat.site);
        if let Some(chosen) = &site.mix_members {
            members.retain(|member| chosen.contains(member));
        }
        let text: String = members.iter().map(|member| format!("{member};")).collect();
        self.intern(format!("of-{:016x}", fnv1a(text.as_bytes())), members)
    }

    /// Name of the mix of all.
    pub(crate) fn full(&self) -> Option<String> {
        (!self.open.is_empty()).then(|| FULL_MIX.to_owned())
    }

    pub(crate) fn finish(self) -> Vec<MixPlan> {
        self.made
    }

    fn intern(&mut self, name: String, members: Vec<SiteId>) -> Option<String> {
        if members.is_empty() {
            return None;
        }
        if let Some(mix) = self.made.iter().find(|mix| mix.members == members) {
            return Some(mix.name.clone());
        }
        self.made.push(MixPlan { name: name.clone(), members });
        Some(name)
    }
}

fn without(members: &[SiteId], site: &SiteId) -> Vec<SiteId> {
    members.iter().filter(|member| *member != site).cloned().collect()
}

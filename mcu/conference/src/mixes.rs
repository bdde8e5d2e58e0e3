//! The sounds to be mixed, each distinct one once.

use mcu_api::{LanguageId, Mic, SiteId, Speaker};

use crate::presence::Presence;
use crate::rules::seats::is_connected;
use crate::state::{Site, State};
use crate::wall::fnv1a;

/// Name of the floor: the mix of all open microphones but the interpreters'.
pub(crate) const FULL_MIX: &str = "all";
/// How loud the floor is under an interpreter: it can be told who speaks, and does not disturb.
const FLOOR_UNDER_INTERPRETER_DB: i8 = -12;

/// A sound to be mixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixPlan {
    /// `all`, `minus-<site>`, `channel~<language>` or `channel~<language>~<site>`: names that stay while microphones open and close; `of-` and a hash
    /// for a choice of sites.
    pub name: String,
    /// Whose sounds; never empty.
    pub members: Vec<SiteId>,
    /// Members that are louder or quieter in this mix than elsewhere, in dB; those at 0 are not named.
    pub gains: Vec<(SiteId, i8)>,
}

/// Sites whose microphones are open.
pub(crate) fn open_mics(state: &State) -> Vec<SiteId> {
    state.seats().filter(|site| site.seated && site.mic == Mic::Open).map(|site| site.seat.site.clone()).collect()
}

/// The floor and, when more than one is open there, each open site's own without itself; what listeners of channels and sites with a choice hear is
/// added as it is asked for. No two are equal.
pub(crate) struct Mixes {
    /// In site order.
    open: Vec<SiteId>,
    /// Those of them that do not interpret.
    floor: Vec<SiteId>,
    /// Those of them that interpret and are there.
    interpreters: Vec<(SiteId, LanguageId)>,
    made: Vec<MixPlan>,
}

impl Mixes {
    pub(crate) fn of(state: &State, presence: &Presence, open: &[SiteId]) -> Self {
        let interprets = |site: &SiteId| state.site(site).and_then(|found| found.interprets.clone());
        let floor: Vec<SiteId> = open.iter().filter(|site| interprets(site).is_none()).cloned().collect();
        // One whose terminal is lost is waited for by nobody: the floor comes back at once.
        let there = open.iter().filter(|site| is_connected(presence, site));
        let interpreters = there.filter_map(|site| Some((site.clone(), interprets(site)?))).collect();
        let mut mixes = Self { open: open.to_vec(), floor: floor.clone(), interpreters, made: Vec::new() };
        mixes.intern(FULL_MIX.to_owned(), floor.clone(), Vec::new());
        for site in &floor {
            mixes.intern(format!("minus-{site}"), without(&floor, site), Vec::new());
        }
        mixes
    }

    /// Name of the mix a site hears: everybody on the floor but itself, or those chosen for it, under its channel's interpreters; `None` is silence.
    pub(crate) fn heard_by(&mut self, site: &Site) -> Option<String> {
        if !site.seated || site.speaker == Speaker::Muted {
            return None;
        }
        let own = &site.seat.site;
        let mut floor = without(&self.floor, own);
        if let Some(chosen) = &site.mix_members {
            floor.retain(|member| chosen.contains(member));
        }
        if let Some(language) = &site.listens_to {
            let channel: Vec<SiteId> =
                self.interpreters.iter().filter(|(_, spoken)| spoken == language).map(|(site, _)| site.clone()).collect();
            let others = without(&channel, own);
            if !others.is_empty() {
                let apart = self.floor.contains(own) || channel.contains(own);
                return self.channel(site, language, &others, &floor, apart);
            }
        }
        let name = of_members("", &floor);
        self.intern(name, floor, Vec::new())
    }

    /// The channel's interpreters over the floor; `apart` where the site itself is left out.
    fn channel(&mut self, site: &Site, language: &LanguageId, others: &[SiteId], floor: &[SiteId], apart: bool) -> Option<String> {
        let members: Vec<SiteId> = self.open.iter().filter(|member| others.contains(member) || floor.contains(member)).cloned().collect();
        let name = match (&site.mix_members, apart) {
            (Some(_), _) => of_members(language.as_str(), &members),
            (None, true) => format!("channel~{language}~{}", site.seat.site),
            (None, false) => format!("channel~{language}"),
        };
        let gains = floor.iter().map(|member| (member.clone(), FLOOR_UNDER_INTERPRETER_DB)).collect();
        self.intern(name, members, gains)
    }

    /// Name of the floor.
    pub(crate) fn full(&self) -> Option<String> {
        (!self.floor.is_empty()).then(|| FULL_MIX.to_owned())
    }

    pub(crate) fn finish(self) -> Vec<MixPlan> {
        self.made
    }

    fn intern(&mut self, name: String, members: Vec<SiteId>, gains: Vec<(SiteId, i8)>) -> Option<String> {
        if members.is_empty() {
            return None;
        }
        if let Some(mix) = self.made.iter().find(|mix| mix.members == members && mix.gains == gains) {
            return Some(mix.name.clone());
        }
        self.made.push(MixPlan { name: name.clone(), members, gains });
        Some(name)
    }
}

fn of_members(language: &str, members: &[SiteId]) -> String {
    let text: String = members.iter().map(|member| format!("{member};")).collect();
    format!("of-{:016x}", fnv1a(format!("{language}{text}").as_bytes()))
}

fn without(members: &[SiteId], site: &SiteId) -> Vec<SiteId> {
    members.iter().filter(|member| *member != site).cloned().collect()
}

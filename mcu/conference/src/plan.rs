//! What everybody shall see and hear: a function of the wanted state and the reported presence, and of nothing else.

use mcu_api::{CellSource, ConferencePhase, Layout, Mic, Picture, SiteId, ViewSource};

use crate::composites::{Composer, CompositePlan, Seen};
use crate::layouts::shipped_cells;
use crate::presence::Presence;
use crate::state::{Site, State};

/// Name of the mix of all open microphones.
const FULL_MIX: &str = "all";

/// The wanted pictures and sounds of one conference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaPlan {
    /// One row per site, in fixed site order.
    pub sites: Vec<SitePlan>,
    /// Each distinct picture once.
    pub composites: Vec<CompositePlan>,
    /// Each distinct sound once.
    pub mixes: Vec<MixPlan>,
    /// Sites whose sound may leave the relay.
    pub open_mics: Vec<SiteId>,
    /// What the control desk watches.
    pub monitors: Monitors,
}

/// One site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePlan {
    /// Which.
    pub site: SiteId,
    /// Its picture.
    pub sees: Seen,
    /// Name of its mix; `None` is silence.
    pub hears: Option<String>,
}

/// A sound to be mixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixPlan {
    /// `all`, or `minus-<site>`: a name that stays while microphones open and close.
    pub name: String,
    /// Whose sounds; never empty.
    pub members: Vec<SiteId>,
}

/// The control desk's pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitors {
    /// The wall.
    pub wall: Seen,
    /// What is on air.
    pub program: Seen,
    /// The operator's preview.
    pub preview: Seen,
    /// Sound of wall and program: the mix of all open microphones; preview has none.
    pub sound: Option<String>,
}

impl Default for Monitors {
    fn default() -> Self {
        Self { wall: Seen::Nothing, program: Seen::Nothing, preview: Seen::Nothing, sound: None }
    }
}

/// The wanted pictures and sounds. An ended conference has none.
#[must_use]
pub fn plan(state: &State, presence: &Presence) -> MediaPlan {
    if state.phase == ConferencePhase::Ended {
        return MediaPlan::default();
    }
    let members: Vec<SiteId> =
        state.sites.iter().filter(|site| site.seated && site.mic == Mic::Open).map(|site| site.seat.site.clone()).collect();
    let mut eyes = Eyes { state, composer: Composer::new(state, presence) };
    let wall = eyes.composer.wall();
    let program = eyes.picture(&state.program());
    let preview = state.preview.as_ref().map_or(Seen::Nothing, |picture| eyes.picture(picture));
    let sites = state.sites.iter().map(|site| SitePlan {
        site: site.seat.site.clone(),
        sees: if site.seated { eyes.of(site) } else { Seen::Nothing },
        hears: if site.seated { ears(&site.seat.site, &members) } else { None },
    });
    MediaPlan {
        sites: sites.collect(),
        composites: eyes.composer.finish(),
        mixes: mixes(&members),
        monitors: Monitors { wall, program, preview, sound: (!members.is_empty()).then(|| FULL_MIX.to_owned()) },
        open_mics: members,
    }
}

/// Name of the mix a site hears: everybody who is open but itself.
fn ears(site: &SiteId, members: &[SiteId]) -> Option<String> {
    let own = members.contains(site);
    match members.len() {
        0 => None,
        1 if own => None,
        _ if own => Some(format!("minus-{site}")),
        _ => Some(FULL_MIX.to_owned()),
    }
}

/// The full mix and, when more than one is open, each open site's own without itself. No two have the same members.
fn mixes(members: &[SiteId]) -> Vec<MixPlan> {
    let Some(_) = members.first() else {
        return Vec::new();
    };
    let minus = |site: &SiteId| MixPlan {
        name: format!("minus-{site}"),
        members: members.iter().filter(|member| *member != site).cloned().collect(),
    };
    let full = MixPlan { name: FULL_MIX.to_owned(), members: members.to_vec() };
    std::iter::once(full).chain(members.iter().map(minus).filter(|mix| !mix.members.is_empty())).collect()
}

/// Finds what each viewer sees, first match wins.
struct Eyes<'a> {
    state: &'a State,
    composer: Composer<'a>,
}

impl Eyes<'_> {
    fn of(&mut self, viewer: &Site) -> Seen {
        let own = &viewer.seat.site;
        if let Some(forced) = &self.state.forced {
            let seen = self.picture(forced);
            if !self.is_only(&seen, own) {
                return seen;
            }
            // The broadcast site itself sees the main site; the main site goes on to its own rules.
            if *own != self.state.main_site {
                return self.main_or_all();
            }
        }
        let chosen = match &viewer.view {
            ViewSource::Site { site } => self.composer.site(site),
            ViewSource::Layout { layout } => self.composer.layout(layout),
            ViewSource::None => Seen::Nothing,
        };
        if chosen != Seen::Nothing && !self.is_only(&chosen, own) {
            return chosen;
        }
        if *own == self.state.main_site { self.automatic(Some(own)) } else { self.main_or_all() }
    }

    fn picture(&mut self, picture: &Picture) -> Seen {
        match picture {
            Picture::Site { site } => self.composer.site(site),
            Picture::Layout { layout } => self.composer.layout(layout),
        }
    }

    /// The main site, or everybody when it has no seat.
    fn main_or_all(&mut self) -> Seen {
        let main = self.state.main_site.clone();
        let seated = self.state.site(&main).is_some_and(|site| site.seated);
        if seated { self.composer.site(&main) } else { self.automatic(None) }
    }

    /// Whether this picture would show a viewer nothing but itself although somebody else is there.
    fn is_only(&self, seen: &Seen, viewer: &SiteId) -> bool {
        let live = self.composer.live_in(seen);
        let others = self.state.sites.iter().any(|site| site.seat.site != *viewer && self.composer.is_live(&site.seat.site));
        *seen == Seen::Site(viewer.clone()) || (others && live.len() == 1 && live.contains(viewer))
    }

    /// The automatic multi-picture of all live sites but one: alone forwarded, up to four in 2×2, else in 4×4.
    fn automatic(&mut self, without: Option<&SiteId>) -> Seen {
        let live: Vec<SiteId> = self.state.sites.iter().map(|site| site.seat.site.clone()).collect();
        let shown: Vec<SiteId> = live.into_iter().filter(|site| Some(site) != without && self.composer.is_live(site)).collect();
        let grid = match shown.as_slice() {
            [] => return Seen::Nothing,
            [only] => return self.composer.site(only),
            few if few.len() <= 4 => "2x2",
            _ => "4x4",
        };
        let mut cells = shipped_cells(grid);
        let mut sites = shown.into_iter();
        for cell in &mut cells {
            cell.source = sites.next().map_or(CellSource::Blank, |site| CellSource::Site { site });
        }
        let name = without.map_or_else(|| "auto".to_owned(), |site| format!("auto-{site}"));
        self.composer.named_layout(&Layout { name: "auto".to_owned(), cells }, Some(name))
    }
}

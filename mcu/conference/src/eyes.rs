//! Finds what each viewer sees: the first rule that has a picture for him wins.

use mcu_api::{CellSource, Forced, Layout, Picture, PollingKind, SiteId, SiteKind, ViewSource};

use crate::composites::{Composer, CompositePlan, Seen};
use crate::layouts::shipped_cells;
use crate::presence::Presence;
use crate::rules::polling;
use crate::state::{Site, State};

/// Looks for each viewer.
pub(crate) struct Eyes<'a> {
    state: &'a State,
    composer: Composer<'a>,
}

impl<'a> Eyes<'a> {
    pub(crate) const fn new(state: &'a State, presence: &'a Presence) -> Self {
        Self { state, composer: Composer::new(state, presence) }
    }

    pub(crate) fn finish(self) -> Vec<CompositePlan> {
        self.composer.finish()
    }

    pub(crate) fn wall(&mut self) -> Seen {
        self.composer.wall()
    }

    /// What a branch without a view of its own sees.
    pub(crate) fn program(&mut self) -> Seen {
        if let Some(text) = &self.state.settings.slate {
            return self.composer.notice(text);
        }
        self.on_air(&self.state.program())
    }

    /// A picture as it is when it is on air: with what is drawn over it.
    pub(crate) fn on_air(&mut self, picture: &Picture) -> Seen {
        match picture {
            Picture::Site { site } => self.composer.site_on_air(site),
            Picture::Layout { layout } => self.composer.layout(layout),
        }
    }

    pub(crate) fn of(&mut self, viewer: &Site) -> Seen {
        if let Some(text) = viewer.slate.as_ref().or(self.state.settings.slate.as_ref()) {
            return self.composer.notice(text);
        }
        let own = &viewer.seat.site;
        if let Some(forced) = self.forced_for(own) {
            if !self.is_only(&forced, own) {
                return forced;
            }
            // The broadcast site itself sees the main site; the main site goes on to its own rules.
            if *own != self.state.main_site {
                return self.main_or_all(own);
            }
        }
        for rule in [Self::chosen, Self::polled, Self::spoken] {
            if let Some(seen) = rule(self, viewer).filter(|seen| *seen != Seen::Nothing && !self.is_only(seen, own)) {
                return seen;
            }
        }
        if *own == self.state.main_site { self.upper_or_all(own, Some(own)) } else { self.main_or_all(own) }
    }

    /// The forced picture; the parties of a dialogue see each other.
    fn forced_for(&mut self, own: &SiteId) -> Option<Seen> {
        if let Some(Forced::Dialogue { site, .. }) = &self.state.forced {
            let main = &self.state.main_site;
            if own == site {
                return Some(self.composer.site(main));
            }
            if own == main {
                return Some(self.composer.site(site));
            }
        }
        let picture = self.state.forced_picture()?;
        Some(self.on_air(&picture))
    }

    fn chosen(&mut self, viewer: &Site) -> Option<Seen> {
        match &viewer.view {
            ViewSource::Site { site } => Some(self.composer.site(site)),
            ViewSource::Layout { layout } => Some(self.composer.layout(layout)),
            ViewSource::None => None,
        }
    }

    fn polled(&mut self, viewer: &Site) -> Option<Seen> {
        let polling = polling::active(self.state, PollingKind::Watch)?;
        let own = &viewer.seat.site;
        let watches = if polling.viewers.is_empty() { *own == self.state.main_site } else { polling.viewers.contains(own) };
        let step = self.state.polling_step(PollingKind::Watch).filter(|step| watches && self.state.is_seated(&step.site))?;
        Some(self.composer.site(&step.site))
    }

    /// Whoever speaks sees who spoke before.
    fn spoken(&mut self, viewer: &Site) -> Option<Seen> {
        self.state.rotation.voice_switch.as_ref()?;
        let loudest = self.state.rotation.loudest.as_ref()?;
        let own = &viewer.seat.site;
        let shown = if loudest.site == *own { loudest.before.as_ref()? } else { &loudest.site };
        if !self.state.is_on_floor(shown) {
            return None;
        }
        Some(if loudest.site == *own { self.composer.site(shown) } else { self.composer.site_on_air(shown) })
    }

    /// The main site, or everybody when it has no seat.
    fn main_or_all(&mut self, own: &SiteId) -> Seen {
        let main = self.state.main_site.clone();
        if self.state.is_seated(&main) { self.composer.site_on_air(&main) } else { self.upper_or_all(own, None) }
    }

    /// Whether this picture would show a viewer nothing but itself although somebody else is there.
    fn is_only(&self, seen: &Seen, viewer: &SiteId) -> bool {
        let live = self.composer.live_in(seen);
        let others = self.state.seats().any(|site| site.seat.site != *viewer && self.composer.is_live(&site.seat.site));
        *seen == Seen::Site(viewer.clone()) || (others && live.len() == 1 && live.contains(viewer))
    }

    /// The MCU above, where it is there, else the multi-picture.
    fn upper_or_all(&mut self, own: &SiteId, without: Option<&SiteId>) -> Seen {
        let above = |site: &&Site| site.seat.kind == SiteKind::Upper && site.seat.site != *own;
        let upper = self.state.seats().filter(above).map(|site| site.seat.site.clone()).find(|site| self.composer.is_live(site));
        match upper {
            Some(site) => self.composer.site(&site),
            None => self.multi_picture(own, without),
        }
    }

    /// The multi-picture that was set, unless it would show the viewer only itself, else the automatic one.
    fn multi_picture(&mut self, own: &SiteId, without: Option<&SiteId>) -> Seen {
        if let Some(layout) = &self.state.settings.multi_picture {
            let seen = self.composer.layout(layout);
            if !self.is_only(&seen, own) {
                return seen;
            }
        }
        self.automatic(without)
    }

    /// The automatic multi-picture of all live sites but one: alone forwarded, up to four in 2×2, else in 4×4.
    fn automatic(&mut self, without: Option<&SiteId>) -> Seen {
        let all: Vec<SiteId> = self.state.seats().map(|site| site.seat.site.clone()).collect();
        let shown: Vec<SiteId> = all.into_iter().filter(|site| Some(site) != without && self.composer.is_live(site)).collect();
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

//! The pictures to be composed, each distinct one once.

use std::collections::BTreeSet;

use mcu_api::{Cell, CellSource, Connection, Layout, Overlay, Picture, SiteId, SiteKind, WallRect};

use crate::presence::Presence;
use crate::rules::cells::turn_of;
use crate::state::State;
use crate::wall::{fnv1a, wall_list};

/// What somebody is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// No picture.
    Nothing,
    /// A site's main picture, forwarded as it is.
    Site(SiteId),
    /// The composite of that name.
    Composite(String),
}

/// Why a composite is made; its size and rate follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompositeKind {
    /// The control desk's wall.
    Wall,
    /// A multi-picture.
    Picture,
    /// A single slate in place of a site that sends nothing.
    Slate,
}

/// A picture to be composed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompositePlan {
    /// `wall`, `auto`, `auto-<main site>`, `slate-<site>`, `program` while it is cross-faded, or `p-` and a hash of what it shows; stays the same while sites come and go.
    pub name: String,
    /// What it is.
    pub kind: CompositeKind,
    /// In words for people and tallies: `layout:2x2`, `slate:guiyang`.
    pub words: String,
    /// In drawing order.
    pub cells: Vec<CellPlan>,
    /// Drawn over it; never over the wall.
    pub overlays: Vec<Overlay>,
    /// Its cells are cross-faded over so many ms when they change; 0 is a cut.
    pub fade_ms: u16,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellPlan {
    /// Per-mille of the canvas.
    pub rect: WallRect,
    /// What it shows.
    pub show: CellShow,
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellShow {
    /// A site's picture with its name.
    Site {
        /// Whose.
        site: SiteId,
        /// Chinese name.
        caption: String,
    },
    /// A slate with the site's name and why there is no picture.
    Slate {
        /// Whose place it is.
        site: SiteId,
        /// Chinese name.
        title: String,
        /// [`Connection::Absent`] for an unseated site too.
        why: Connection,
    },
    /// A site's second stream.
    Content {
        /// Whose.
        site: SiteId,
        /// Chinese name.
        caption: String,
    },
    /// 垫片: words for people, in place of any picture.
    Notice {
        /// The words.
        text: String,
    },
    /// Background.
    Blank,
    /// The cell list's revision as a block code.
    Revision(u16),
}

/// Name of the picture on air while it is cross-faded: it stays the same whatever it shows, for only so can one picture become another.
const PROGRAM: &str = "program";
/// The whole canvas.
const FULL: WallRect = WallRect { x: 0, y: 0, w: 1000, h: 1000 };

/// Collects composites; equal ones become one.
pub(crate) struct Composer<'a> {
    state: &'a State,
    presence: &'a Presence,
    made: Vec<(String, CompositePlan)>,
}

impl<'a> Composer<'a> {
    pub(crate) const fn new(state: &'a State, presence: &'a Presence) -> Self {
        Self { state, presence, made: Vec::new() }
    }

    pub(crate) fn finish(self) -> Vec<CompositePlan> {
        self.made.into_iter().map(|(_, composite)| composite).collect()
    }

    /// Whether a site's picture can be shown: it has its seat and its picture arrives.
    pub(crate) fn is_live(&self, site: &SiteId) -> bool {
        self.state.site(site).is_some_and(|found| found.seated) && self.presence.of(site).publishes
    }

    /// One site's picture, or its slate, forwarded as it is.
    pub(crate) fn site(&mut self, site: &SiteId) -> Seen {
        if self.is_live(site) {
            return Seen::Site(site.clone());
        }
        let cells = vec![CellPlan { rect: FULL, show: self.show(site) }];
        self.intern(format!("slate|{site}"), Some(format!("slate-{site}")), CompositeKind::Slate, format!("slate:{site}"), cells)
    }

    /// One site's picture as it is on air: composed where something is drawn over it or it is cross-faded.
    pub(crate) fn site_on_air(&mut self, site: &SiteId) -> Seen {
        let settings = &self.state.settings;
        let faded = self.is_faded(&Picture::Site { site: site.clone() });
        if settings.overlays.is_empty() && !faded || !self.is_live(site) {
            return self.site(site);
        }
        let WallRect { x, y, w, h } = FULL;
        let cells = vec![Cell { x, y, w, h, source: CellSource::Site { site: site.clone() } }];
        self.named_layout(&Layout { name: "1".to_owned(), cells }, faded.then(|| PROGRAM.to_owned()))
    }

    /// 垫片
    pub(crate) fn notice(&mut self, text: &str) -> Seen {
        let cells = vec![CellPlan { rect: FULL, show: CellShow::Notice { text: text.to_owned() } }];
        self.intern(format!("notice|{text}"), None, CompositeKind::Slate, "slate".to_owned(), cells)
    }

    /// Whether this is the picture on air and was taken with a fade.
    fn is_faded(&self, picture: &Picture) -> bool {
        self.state.settings.fade_ms > 0 && self.state.forced_picture().as_ref() == Some(picture)
    }

    /// A multi-picture; one cell over the whole canvas is that site, forwarded.
    pub(crate) fn layout(&mut self, layout: &Layout) -> Seen {
        let faded = self.is_faded(&Picture::Layout { layout: layout.clone() });
        if let [cell] = layout.cells.as_slice()
            && (cell.x, cell.y, cell.w, cell.h) == (FULL.x, FULL.y, FULL.w, FULL.h)
            && !faded
            && let CellShow::Site { site, .. } | CellShow::Slate { site, .. } = self.cell(&cell.source)
        {
            return self.site_on_air(&site);
        }
        self.named_layout(layout, faded.then(|| PROGRAM.to_owned()))
    }

    /// A multi-picture that keeps its name whatever it shows.
    pub(crate) fn named_layout(&mut self, layout: &Layout, name: Option<String>) -> Seen {
        let planned =
            |cell: &Cell| CellPlan { rect: WallRect { x: cell.x, y: cell.y, w: cell.w, h: cell.h }, show: self.cell(&cell.source) };
        let cells: Vec<CellPlan> = layout.cells.iter().map(planned).collect();
        let content = content_of(&cells);
        // A name of what the rules of its cells are: it stays while sites take turns in them.
        let rules = || format!("p-{:016x}", fnv1a(rules_of(&layout.cells).unwrap_or_else(|| content.clone()).as_bytes()));
        let name = name.unwrap_or_else(rules);
        self.intern(content.clone(), Some(name), CompositeKind::Picture, format!("layout:{}", layout.name), cells)
    }

    /// The wall.
    pub(crate) fn wall(&mut self) -> Seen {
        let list = wall_list(self.state);
        let mut cells: Vec<CellPlan> = list.cells.iter().map(|cell| CellPlan { rect: cell.rect, show: self.show(&cell.site) }).collect();
        cells.extend(list.code.map(|rect| CellPlan { rect, show: CellShow::Revision(list.revision) }));
        self.intern("wall".to_owned(), Some("wall".to_owned()), CompositeKind::Wall, "layout:wall".to_owned(), cells)
    }

    /// The live sites in something seen.
    pub(crate) fn live_in(&self, seen: &Seen) -> BTreeSet<SiteId> {
        match seen {
            Seen::Nothing => BTreeSet::new(),
            Seen::Site(site) => BTreeSet::from([site.clone()]),
            Seen::Composite(name) => {
                let cells = self.made.iter().filter(|(_, composite)| composite.name == *name).flat_map(|(_, composite)| &composite.cells);
                cells.filter_map(|cell| if let CellShow::Site { site, .. } = &cell.show { Some(site.clone()) } else { None }).collect()
            }
        }
    }

    /// What a cell shows at the moment.
    fn cell(&self, source: &CellSource) -> CellShow {
        let site = match source {
            CellSource::Site { site } => Some(site.clone()),
            CellSource::List { sites, dwell_s } => {
                let index = turn_of(self.state, sites, *dwell_s).map_or(0, |turn| usize::from(turn.index));
                sites.get(index).or(sites.first()).cloned()
            }
            CellSource::Loudest => {
                let loudest = self.state.rotation.loudest.as_ref().map(|loudest| &loudest.site);
                loudest.filter(|site| self.state.is_on_floor(site)).or(Some(&self.state.main_site)).cloned()
            }
            CellSource::Main => Some(self.state.main_site.clone()),
            CellSource::Content => {
                let shows = self.state.content.site.as_ref().filter(|site| self.state.is_seated(site));
                let caption = |site: &SiteId| self.state.site(site).map_or_else(|| site.to_string(), |found| found.seat.name.clone());
                return shows.map_or(CellShow::Blank, |site| CellShow::Content { site: site.clone(), caption: caption(site) });
            }
            CellSource::Upper => self.state.seats().find(|site| site.seat.kind == SiteKind::Upper).map(|site| site.seat.site.clone()),
            CellSource::Blank => None,
        };
        site.map_or(CellShow::Blank, |site| self.show(&site))
    }

    fn show(&self, site: &SiteId) -> CellShow {
        let found = self.state.site(site);
        let name = found.map_or_else(|| site.to_string(), |found| found.seat.name.clone());
        if self.is_live(site) {
            return CellShow::Site { site: site.clone(), caption: name };
        }
        let seated = found.is_some_and(|found| found.seated);
        let why = if seated { self.presence.of(site).connection } else { Connection::Absent };
        CellShow::Slate { site: site.clone(), title: name, why }
    }

    fn intern(&mut self, content: String, name: Option<String>, kind: CompositeKind, words: String, cells: Vec<CellPlan>) -> Seen {
        if let Some((_, composite)) = self.made.iter().find(|(made, _)| *made == content) {
            return Seen::Composite(composite.name.clone());
        }
        let name = name.unwrap_or_else(|| format!("p-{:016x}", fnv1a(content.as_bytes())));
        let drawn = kind == CompositeKind::Picture;
        let overlays = if drawn { self.state.settings.overlays.clone() } else { Vec::new() };
        let fade_ms = if name == PROGRAM { self.state.settings.fade_ms } else { 0 };
        self.made.push((content, CompositePlan { name: name.clone(), kind, words, cells, overlays, fade_ms }));
        Seen::Composite(name)
    }
}

/// What a composite shows, whoever happens to be connected: rectangles and sites. It names the composite.
fn content_of(cells: &[CellPlan]) -> String {
    let text = |cell: &CellPlan| {
        let WallRect { x, y, w, h } = cell.rect;
        match &cell.show {
            CellShow::Site { site, .. } | CellShow::Slate { site, .. } => format!("{x},{y},{w},{h}={site};"),
            CellShow::Content { site, .. } => format!("{x},{y},{w},{h}=content:{site};"),
            CellShow::Notice { text } => format!("{x},{y},{w},{h}=notice:{text};"),
            CellShow::Blank => format!("{x},{y},{w},{h};"),
            CellShow::Revision(revision) => format!("{x},{y},{w},{h}#{revision};"),
        }
    };
    cells.iter().map(text).collect()
}

/// The rules of a layout's cells; `None` when none of them changes by itself, so that what it shows names it as well.
fn rules_of(cells: &[Cell]) -> Option<String> {
    let changes = |cell: &Cell| match &cell.source {
        CellSource::List { .. } | CellSource::Loudest | CellSource::Content => true,
        CellSource::Site { .. } | CellSource::Main | CellSource::Upper | CellSource::Blank => false,
    };
    let text = |cell: &Cell| format!("{},{},{},{}~{:?};", cell.x, cell.y, cell.w, cell.h, cell.source);
    cells.iter().any(changes).then(|| cells.iter().map(text).collect())
}

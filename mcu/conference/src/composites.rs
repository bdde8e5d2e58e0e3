//! The pictures to be composed, each distinct one once.

use std::collections::BTreeSet;

use mcu_api::{Cell, CellSource, Connection, Layout, SiteId, WallRect};

use crate::presence::Presence;
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
    /// `wall`, `auto`, `auto-<main site>`, `slate-<site>`, or `p-` and a hash of what it shows; stays the same while sites come and go.
    pub name: String,
    /// What it is.
    pub kind: CompositeKind,
    /// In words for people and tallies: `layout:2x2`, `slate:guiyang`.
    pub words: String,
    /// In drawing order.
    pub cells: Vec<CellPlan>,
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
    /// Background.
    Blank,
    /// The cell list's revision as a block code.
    Revision(u16),
}

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

    /// One site's picture, or its slate.
    pub(crate) fn site(&mut self, site: &SiteId) -> Seen {
        if self.is_live(site) {
            return Seen::Site(site.clone());
        }
        let cells = vec![CellPlan { rect: FULL, show: self.show(site) }];
        self.intern(format!("slate|{site}"), Some(format!("slate-{site}")), CompositeKind::Slate, format!("slate:{site}"), cells)
    }

    /// A multi-picture; one cell over the whole canvas is that site, forwarded.
    pub(crate) fn layout(&mut self, layout: &Layout) -> Seen {
        if let [cell] = layout.cells.as_slice()
            && (cell.x, cell.y, cell.w, cell.h) == (FULL.x, FULL.y, FULL.w, FULL.h)
            && let Some(site) = self.cell_site(&cell.source)
        {
            return self.site(&site);
        }
        self.named_layout(layout, None)
    }

    /// A multi-picture that keeps its name whatever it shows.
    pub(crate) fn named_layout(&mut self, layout: &Layout, name: Option<String>) -> Seen {
        let planned = |cell: &Cell| CellPlan {
            rect: WallRect { x: cell.x, y: cell.y, w: cell.w, h: cell.h },
            show: self.cell_site(&cell.source).map_or(CellShow::Blank, |site| self.show(&site)),
        };
        let cells: Vec<CellPlan> = layout.cells.iter().map(planned).collect();
        let content = content_of(&cells);
        self.intern(content, name, CompositeKind::Picture, format!("layout:{}", layout.name), cells)
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

    fn cell_site(&self, source: &CellSource) -> Option<SiteId> {
        match source {
            CellSource::Site { site } => Some(site.clone()),
            CellSource::Main => Some(self.state.main_site.clone()),
            CellSource::Blank => None,
        }
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
        self.made.push((content, CompositePlan { name: name.clone(), kind, words, cells }));
        Seen::Composite(name)
    }
}

/// What a composite shows, whoever happens to be connected: rectangles and sites. It names the composite.
fn content_of(cells: &[CellPlan]) -> String {
    let text = |cell: &CellPlan| {
        let WallRect { x, y, w, h } = cell.rect;
        match &cell.show {
            CellShow::Site { site, .. } | CellShow::Slate { site, .. } => format!("{x},{y},{w},{h}={site};"),
            CellShow::Blank => format!("{x},{y},{w},{h};"),
            CellShow::Revision(revision) => format!("{x},{y},{w},{h}#{revision};"),
        }
    };
    cells.iter().map(text).collect()
}

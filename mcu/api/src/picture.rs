//! Pictures and layouts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::SiteId;

/// What can be put on air.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Picture {
    /// One site's main picture, forwarded as it is.
    Site {
        /// Whose.
        site: SiteId,
    },
    /// A multi-picture.
    Layout {
        /// By value, so that a replay needs nobody else.
        layout: Layout,
    },
}

/// A multi-picture (多画面): a name and its cells in drawing order, 1 to 25.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Layout {
    /// Name for people and logs, e.g. `2x2`.
    pub name: String,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// A rectangle in per-mille of the canvas and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Cell {
    /// Left edge, 0 to 999 ‰.
    pub x: u16,
    /// Top edge, 0 to 999 ‰.
    pub y: u16,
    /// Width, 1 to 1000 ‰.
    pub w: u16,
    /// Height, 1 to 1000 ‰.
    pub h: u16,
    /// Its source.
    pub source: CellSource,
}

/// Rule by which a cell finds its picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum CellSource {
    /// That site.
    Site {
        /// Whose.
        site: SiteId,
    },
    /// These in turn (轮询); cells of the same list change together.
    List {
        /// In order, 1 to 104.
        sites: Vec<SiteId>,
        /// Seconds for each, 5 to 120.
        dwell_s: u16,
    },
    /// Whoever speaks; the main site before anybody did.
    Loudest,
    /// The main site.
    Main,
    /// 双流
    Content,
    /// 上级会场
    Upper,
    /// Background.
    Blank,
}

/// What a viewer chooses to see.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ViewSource {
    /// One site.
    Site {
        /// Whose.
        site: SiteId,
    },
    /// A multi-picture.
    Layout {
        /// By value.
        layout: Layout,
    },
    /// No choice of its own: the program rules again.
    None,
}

/// How preview becomes program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// At once (at the next key frame).
    #[default]
    Cut,
    /// 淡变: the picture on air is composed and cross-faded.
    Fade {
        /// Length, 100 to 5000.
        ms: u16,
    },
}

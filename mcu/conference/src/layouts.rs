//! The layouts shipped with the MCU, and what makes a layout valid.

use mcu_api::{Cell, CellSource, Code, Layout, Layouts};
use serde::Deserialize;

use crate::open::MAX_SITES;
use crate::refusal::{Refusal, refuse, unknown_site};
use crate::rules::polling::check_dwell;
use crate::state::State;

/// Most cells of a multi-picture: 5×5, the most the trade's terminals ever show.
pub const MAX_CELLS: usize = 25;
/// Longest name of a layout in bytes; it stands in captions and log lines.
const MAX_NAME_BYTES: usize = 64;
/// The canvas in per-mille.
const CANVAS: u32 = 1000;
/// The shipped rectangles; the test below reads them all.
const SHIPPED: &str = include_str!("layouts.json");

#[derive(Deserialize)]
struct Templates {
    layouts: Vec<Template>,
}

#[derive(Deserialize)]
struct Template {
    name: String,
    cells: Vec<[u16; 4]>,
}

/// The layouts of `GET /api/layouts`: rectangles with blank cells, except that the first cell of `1` and `4x4-big` shows the main site.
#[must_use]
pub fn shipped_layouts() -> Layouts {
    let templates = serde_json::from_str(SHIPPED).unwrap_or(Templates { layouts: Vec::new() });
    let filled = |template: Template| {
        let leads = matches!(template.name.as_str(), "1" | "4x4-big");
        let source = |index: usize| if leads && index == 0 { CellSource::Main } else { CellSource::Blank };
        let cells =
            template.cells.iter().enumerate().map(|(index, [x, y, w, h])| Cell { x: *x, y: *y, w: *w, h: *h, source: source(index) });
        Layout { cells: cells.collect(), name: template.name }
    };
    Layouts { layouts: templates.layouts.into_iter().map(filled).collect() }
}

/// Rectangles of the shipped layout of that name; empty when there is none.
pub(crate) fn shipped_cells(name: &str) -> Vec<Cell> {
    shipped_layouts().layouts.into_iter().find(|layout| layout.name == name).map(|layout| layout.cells).unwrap_or_default()
}

/// Whether a layout may go on air: 1 to [`MAX_CELLS`] cells within the canvas, naming known sites only.
pub(crate) fn check_layout(state: &State, layout: &Layout) -> Result<(), Refusal> {
    if layout.name.is_empty() || layout.name.len() > MAX_NAME_BYTES {
        return Err(invalid(
            format!("a layout's name has 1 to {MAX_NAME_BYTES} bytes"),
            format!("画面布局名称应为 1 到 {MAX_NAME_BYTES} 字节"),
        ));
    }
    if layout.cells.is_empty() || layout.cells.len() > MAX_CELLS {
        let count = layout.cells.len();
        return Err(invalid(
            format!("a layout has 1 to {MAX_CELLS} cells, this one has {count}"),
            format!("多画面应有 1 到 {MAX_CELLS} 个小画面,当前为 {count} 个"),
        ));
    }
    for (index, cell) in layout.cells.iter().enumerate() {
        check_cell(state, index + 1, cell)?;
    }
    Ok(())
}

fn check_cell(state: &State, number: usize, cell: &Cell) -> Result<(), Refusal> {
    let right = u32::from(cell.x) + u32::from(cell.w);
    let bottom = u32::from(cell.y) + u32::from(cell.h);
    if cell.w == 0 || cell.h == 0 || right > CANVAS || bottom > CANVAS {
        return Err(invalid(
            format!("cell {number} does not lie within the canvas of {CANVAS} by {CANVAS} per-mille; move it or make it smaller"),
            format!("第 {number} 个小画面超出画布范围,请移动或缩小"),
        ));
    }
    match &cell.source {
        CellSource::Site { site } => state.site(site).map(|_| ()).ok_or_else(|| unknown_site(site)),
        CellSource::List { sites, dwell_s } => {
            check_dwell(*dwell_s)?;
            if sites.is_empty() || sites.len() > MAX_SITES {
                return Err(invalid(
                    format!("cell {number} polls 1 to {MAX_SITES} sites"),
                    format!("第 {number} 个小画面的轮询列表应有 1 到 {MAX_SITES} 个会场"),
                ));
            }
            sites.iter().try_for_each(|site| state.site(site).map(|_| ()).ok_or_else(|| unknown_site(site)))
        }
        CellSource::Loudest | CellSource::Main | CellSource::Content | CellSource::Upper | CellSource::Blank => Ok(()),
    }
}

fn invalid(detail: String, detail_zh: String) -> Refusal {
    refuse(Code::InvalidLayout, detail, detail_zh)
}

#[cfg(test)]
mod tests {
    use super::shipped_layouts;

    #[test]
    fn the_shipped_layouts_are_there_and_cover_the_canvas() {
        let layouts = shipped_layouts().layouts;
        let names: Vec<_> = layouts.iter().map(|layout| layout.name.as_str()).collect();
        assert_eq!(names, ["1", "2x2", "4x4-big", "4x4"]);
        for layout in layouts {
            let area: u32 = layout.cells.iter().map(|cell| u32::from(cell.w) * u32::from(cell.h)).sum();
            assert_eq!(area, 1_000_000, "{}", layout.name);
        }
    }

    #[test]
    fn the_big_layout_has_a_speaker_and_twelve() {
        let layout = shipped_layouts().layouts.remove(2);
        let big = layout.cells.iter().filter(|cell| (cell.w, cell.h) == (500, 500)).count();
        let small = layout.cells.iter().filter(|cell| (cell.w, cell.h) == (250, 250)).count();
        assert_eq!((big, small), (1, 12));
    }
}

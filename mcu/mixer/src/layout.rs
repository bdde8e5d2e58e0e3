//! Where the cells of a composite fall on its canvas. Pure.

use mcu_media_api::Rect;

use crate::canvas::Window;

/// Edges no further apart than this, in per-mille, are one edge: thirds and sevenths of a thousand are rounded, by each author in their own way.
const SAME_EDGE: u16 = 2;
/// The canvas in per-mille.
const WHOLE: u16 = 1000;

/// The windows of the cells, in their order: clipped to the canvas, all figures even. Cells that are neighbours share their edge to the pixel, without a
/// gap between them; cells that reach over others stay over them.
#[must_use]
pub fn windows(rects: &[Rect], width_px: usize, height_px: usize) -> Vec<Window> {
    let far = |from: u16, length: u16| from.saturating_add(length).min(WHOLE);
    let across = Edges::of(rects.iter().flat_map(|rect| [rect.x, far(rect.x, rect.w)]));
    let down = Edges::of(rects.iter().flat_map(|rect| [rect.y, far(rect.y, rect.h)]));
    let window = |rect: &Rect| {
        let (x, y) = (across.pixel(rect.x, width_px), down.pixel(rect.y, height_px));
        let right = across.pixel(far(rect.x, rect.w), width_px);
        let bottom = down.pixel(far(rect.y, rect.h), height_px);
        Window { x, y, w: right.saturating_sub(x), h: bottom.saturating_sub(y) }
    };
    rects.iter().map(window).collect()
}

/// Groups of edges in one direction that are one: first and last of each, and where it stands, in per-mille.
struct Edges(Vec<(u16, u16, u16)>);

impl Edges {
    fn of(edges: impl Iterator<Item = u16>) -> Self {
        let mut edges: Vec<u16> = edges.map(|edge| edge.min(WHOLE)).chain([0, WHOLE]).collect();
        edges.sort_unstable();
        let mut groups: Vec<(u16, u16, u16)> = Vec::new();
        for edge in edges {
            match groups.last_mut() {
                Some((first, last, stands)) if edge - *first <= SAME_EDGE => {
                    *last = edge;
                    // The canvas's own edge draws the others to it.
                    if edge == WHOLE {
                        *stands = WHOLE;
                    }
                }
                Some(_) | None => groups.push((edge, edge, edge)),
            }
        }
        // One that lies between two groups because the canvas's edge began another.
        if let [.., (_, last, _), (_, _, WHOLE)] = groups.as_slice()
            && WHOLE - *last <= SAME_EDGE
        {
            let end = groups.pop().map_or(WHOLE, |(_, last, _)| last);
            if let Some((_, last, stands)) = groups.last_mut() {
                (*last, *stands) = (end, WHOLE);
            }
        }
        Self(groups)
    }

    fn pixel(&self, edge: u16, whole_px: usize) -> usize {
        let edge = edge.min(WHOLE);
        let group = self.0.iter().find(|(first, last, _)| (*first..=*last).contains(&edge));
        let stands = group.map_or(edge, |(_, _, stands)| *stands);
        (usize::from(stands) * whole_px / usize::from(WHOLE)) & !1
    }
}

#[cfg(test)]
mod tests {
    use super::windows;
    use crate::canvas::{Canvas, Window};
    use mcu_media_api::Rect;
    use picture::Frame;
    use proptest::prelude::*;

    const SIZES: [(usize, usize); 2] = [(1280, 720), (1920, 1080)];

    /// How often each pixel of the canvas is in a window: least and most.
    fn covered(windows: &[Window], (width, height): (usize, usize)) -> (u8, u8) {
        let mut times = vec![0_u8; width * height];
        for window in windows {
            for y in window.y..window.y + window.h {
                times[y * width + window.x..][..window.w].iter_mut().for_each(|times| *times += 1);
            }
        }
        (times.iter().copied().min().unwrap(), times.iter().copied().max().unwrap())
    }

    /// A grid of equal cells whose author rounded every figure down.
    fn careless(columns: u16, rows: u16) -> Vec<Rect> {
        let (w, h) = (1000 / columns, 1000 / rows);
        (0..rows).flat_map(|row| (0..columns).map(move |column| Rect { x: column * w, y: row * h, w, h })).collect()
    }

    #[test]
    fn equal_grids_from_one_to_twenty_five_cells_leave_no_gap() {
        for size in SIZES {
            for (columns, rows) in [(1, 1), (2, 1), (1, 2), (2, 2), (3, 2), (3, 3), (4, 3), (4, 4), (5, 4), (5, 5)] {
                let windows = windows(&careless(columns, rows), size.0, size.1);
                assert_eq!(covered(&windows, size), (1, 1), "{columns}×{rows} at {size:?}");
            }
        }
    }

    #[test]
    fn every_shipped_layout_renders() {
        let shipped: serde_json::Value = serde_json::from_str(include_str!("../../conference/src/layouts.json")).unwrap();
        let layouts = shipped["layouts"].as_array().unwrap();
        assert!(layouts.len() >= 4);
        for (layout, size) in layouts.iter().flat_map(|layout| SIZES.map(|size| (layout, size))) {
            let edge = |cell: &serde_json::Value, index: usize| u16::try_from(cell[index].as_u64().unwrap()).unwrap();
            let rect = |cell: &serde_json::Value| Rect { x: edge(cell, 0), y: edge(cell, 1), w: edge(cell, 2), h: edge(cell, 3) };
            let rects: Vec<Rect> = layout["cells"].as_array().unwrap().iter().map(rect).collect();
            let windows = windows(&rects, size.0, size.1);
            assert_eq!(covered(&windows, size), (1, 1), "{}", layout["name"]);
            let mut canvas = Canvas::new(size.0, size.1);
            for (number, window) in windows.iter().enumerate() {
                canvas.picture(*window, &flat(luma(number)));
            }
            for (number, window) in windows.iter().enumerate() {
                assert_eq!(middle(&canvas, *window), luma(number), "{}", layout["name"]);
            }
        }
    }

    #[test]
    fn a_picture_in_a_picture_stands_over_it() {
        let rects = [Rect { x: 0, y: 0, w: 1000, h: 1000 }, Rect { x: 701, y: 703, w: 277, h: 277 }];
        let windows = windows(&rects, 1280, 720);
        assert_eq!(windows[1], Window { x: 896, y: 506, w: 354, h: 198 });
        let mut canvas = Canvas::new(1280, 720);
        canvas.picture(windows[0], &flat(60));
        canvas.picture(windows[1], &flat(160));
        assert_eq!((middle(&canvas, windows[1]), at(&canvas, 700, 600)), (160, 60));
        assert_eq!([at(&canvas, 895, 600), at(&canvas, 1250, 600)], [60, 60]);
    }

    #[test]
    fn a_wide_picture_in_a_narrow_or_flat_cell_keeps_its_shape_on_black() {
        // Half the canvas beside half: 8:9, and a strip across: 64:9.
        for (rect, bars) in [
            (Rect { x: 0, y: 0, w: 500, h: 1000 }, [(320, 20), (320, 700)]),
            (Rect { x: 0, y: 0, w: 1000, h: 250 }, [(20, 90), (1260, 90)]),
        ] {
            let window = windows(&[rect], 1280, 720)[0];
            let mut canvas = Canvas::new(1280, 720);
            canvas.picture(window, &flat(160));
            assert_eq!(bars.map(|(x, y)| at(&canvas, x, y)), [16, 16], "{rect:?}");
            let shown = |x: usize, y: usize| at(&canvas, x, y) == 160;
            let (mid_x, mid_y) = (window.x + window.w / 2, window.y + window.h / 2);
            let w = (0..1280).filter(|x| shown(*x, mid_y)).count();
            let h = (0..720).filter(|y| shown(mid_x, *y)).count();
            assert!((w * 9).abs_diff(h * 16) <= 32, "{w}×{h} is not 16:9");
        }
    }

    proptest! {
        #[test]
        fn neighbours_share_their_edge_whatever_was_rounded(
            columns in proptest::collection::vec(60_u16..400, 1..6),
            rows in proptest::collection::vec(60_u16..400, 1..6),
            jitter in proptest::collection::vec(0_u16..3, 100),
            size in prop::sample::select(SIZES.to_vec()),
        ) {
            let (across, down) = (cuts(&columns), cuts(&rows));
            let mut jitter = jitter.into_iter().cycle();
            // An edge inside the canvas is written by each neighbour up to one per-mille beside where it is.
            let mut near = |edge: u16| if edge == 0 || edge == 1000 { edge } else { edge + jitter.next().unwrap() - 1 };
            let mut rects = Vec::new();
            for row in down.windows(2) {
                for column in across.windows(2) {
                    let (x, y, right, bottom) = (near(column[0]), near(row[0]), near(column[1]), near(row[1]));
                    rects.push(Rect { x, y, w: right - x, h: bottom - y });
                }
            }
            let windows = windows(&rects, size.0, size.1);
            prop_assert_eq!(covered(&windows, size), (1, 1));
            prop_assert!(windows.iter().all(|window| [window.x, window.y, window.w, window.h].iter().all(|figure| figure % 2 == 0)));
        }

        #[test]
        fn any_cells_stay_on_the_canvas(edges in proptest::collection::vec((0_u16..1200, 0_u16..1200, 0_u16..1200, 0_u16..1200), 0..26)) {
            let rects: Vec<Rect> = edges.into_iter().map(|(x, y, w, h)| Rect { x, y, w, h }).collect();
            for window in windows(&rects, 1280, 720) {
                prop_assert!(window.x + window.w <= 1280 && window.y + window.h <= 720);
            }
        }
    }

    /// Where a canvas divided in these proportions is cut, in per-mille.
    fn cuts(parts: &[u16]) -> Vec<u16> {
        let sum: u32 = parts.iter().map(|part| u32::from(*part)).sum();
        let mut reached = 0;
        let mut cuts = vec![0];
        for part in parts {
            reached += u32::from(*part);
            cuts.push(u16::try_from(reached * 1000 / sum).unwrap());
        }
        cuts
    }

    fn flat(luma: u8) -> Frame {
        let mut frame = Frame::black(320, 180);
        let [(plane, _), ..] = frame.planes_mut();
        plane.fill(luma);
        frame
    }

    fn luma(number: usize) -> u8 {
        60 + 5 * u8::try_from(number).unwrap()
    }

    fn at(canvas: &Canvas, x: usize, y: usize) -> u8 {
        let [(luma, stride), ..] = canvas.frame().planes();
        luma[y * stride + x]
    }

    fn middle(canvas: &Canvas, window: Window) -> u8 {
        at(canvas, window.x + window.w / 2, window.y + window.h / 2)
    }
}

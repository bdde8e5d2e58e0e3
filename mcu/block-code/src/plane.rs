//! Drawing into and reading from a luma plane.

use crate::{BLOCKS_PER_ROW, ROWS, UNITS_ACROSS, check_of};

/// Luma of a black block (video range).
const BLACK: u8 = 16;
/// Luma of a white block (video range).
const WHITE: u8 = 235;
/// Luma between the two: lighter is a one.
const THRESHOLD: u32 = 126;

/// A picture, or one cell of it, inside a luma plane. All figures are pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Left edge inside the plane.
    pub x_px: usize,
    /// Top edge inside the plane.
    pub y_px: usize,
    /// Width of the picture or cell.
    pub width_px: usize,
    /// Bytes from one row of the plane to the next.
    pub stride: usize,
}

impl Area {
    /// The whole of a plane.
    #[must_use]
    pub const fn whole(width_px: usize, stride: usize) -> Self {
        Self { x_px: 0, y_px: 0, width_px, stride }
    }

    /// Left or top edge of block `index` (the code starts one block from the picture's edges).
    const fn edge(&self, index: usize) -> usize {
        (index + 1) * self.width_px / UNITS_ACROSS
    }
}

/// Draws `payload` and its check at the area's top left, with half a block of black around. What would fall outside the plane is left out.
pub fn draw(luma: &mut [u8], area: Area, payload: u16) {
    let margin = (area.width_px / UNITS_ACROSS) / 2;
    let left = area.edge(0).saturating_sub(margin);
    let top = left;
    let right = area.edge(BLOCKS_PER_ROW) + margin;
    let bottom = area.edge(ROWS) + margin;
    for y in top..bottom {
        fill(luma, area, y, left, right, BLACK);
    }
    for (row, word) in [payload, check_of(payload)].into_iter().enumerate() {
        for column in 0..BLOCKS_PER_ROW {
            if word & (0x8000 >> column) == 0 {
                continue;
            }
            for y in area.edge(row)..area.edge(row + 1) {
                fill(luma, area, y, area.edge(column), area.edge(column + 1), WHITE);
            }
        }
    }
}

/// Reads the payload drawn at the area's top left; `None` when there is none or its check fails.
#[must_use]
pub fn read(luma: &[u8], area: Area) -> Option<u16> {
    let mut words = [0_u16; ROWS];
    for (row, word) in words.iter_mut().enumerate() {
        for column in 0..BLOCKS_PER_ROW {
            let bright = brightness(luma, area, row, column)? > THRESHOLD;
            *word = (*word << 1) | u16::from(bright);
        }
    }
    let [payload, check] = words;
    (check == check_of(payload)).then_some(payload)
}

fn fill(luma: &mut [u8], area: Area, y: usize, from: usize, to: usize, value: u8) {
    let start = (area.y_px + y) * area.stride + area.x_px;
    if let Some(run) = luma.get_mut(start + from..start + to) {
        run.fill(value);
    }
}

/// Mean luma of the middle half of a block.
fn brightness(luma: &[u8], area: Area, row: usize, column: usize) -> Option<u32> {
    let (x0, x1) = middle(area.edge(column), area.edge(column + 1));
    let (y0, y1) = middle(area.edge(row), area.edge(row + 1));
    let mut sum = 0_u32;
    let mut count = 0_u32;
    for y in y0..y1 {
        let start = (area.y_px + y) * area.stride + area.x_px;
        for value in luma.get(start + x0..start + x1)? {
            sum += u32::from(*value);
            count += 1;
        }
    }
    sum.checked_div(count)
}

fn middle(from: usize, to: usize) -> (usize, usize) {
    let quarter = (to - from) / 4;
    (from + quarter, (to - quarter).max(from + quarter + 1))
}

#[cfg(test)]
mod tests {
    use super::{Area, draw, read};
    use proptest::prelude::*;

    #[test]
    fn a_flat_picture_carries_nothing() {
        for value in [0_u8, 16, 128, 235, 255] {
            assert_eq!(read(&[value; 320 * 180], Area::whole(320, 320)), None);
        }
    }

    #[test]
    fn a_plane_that_is_too_small_carries_nothing() {
        assert_eq!(read(&[0; 100], Area::whole(320, 320)), None);
        draw(&mut [0; 100], Area::whole(320, 320), 7);
    }

    proptest! {
        #[test]
        fn what_was_drawn_is_read(payload: u16, width in 100_usize..1300, noise in 0_u8..60) {
            let height = width * 9 / 16;
            let mut luma = vec![80_u8; width * height];
            draw(&mut luma, Area::whole(width, width), payload);
            for (i, v) in luma.iter_mut().enumerate() {
                *v = if i % 3 == 0 { v.saturating_add(noise) } else { v.saturating_sub(noise / 2) };
            }
            prop_assert_eq!(read(&luma, Area::whole(width, width)), Some(payload));
        }

        #[test]
        fn a_code_inside_a_cell_is_read(payload: u16, x in 0_usize..960, y in 0_usize..540) {
            let mut luma = vec![0_u8; 1280 * 720];
            let cell = Area { x_px: x, y_px: y, width_px: 320, stride: 1280 };
            draw(&mut luma, cell, payload);
            prop_assert_eq!(read(&luma, cell), Some(payload));
        }
    }
}

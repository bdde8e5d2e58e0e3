//! Scaling of one plane.

/// Fraction bits of the fixed-point positions.
const FRACTION_BITS: u32 = 8;
/// One in fixed point.
const ONE: usize = 1 << FRACTION_BITS;

/// A plane, or a window of it: bytes from the window's first pixel on, bytes per row, and the window's size in pixels.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// From the first pixel of the window on.
    pub bytes: &'a [u8],
    /// Bytes from row to row.
    pub stride: usize,
    /// Pixels across and down.
    pub size: (usize, usize),
}

/// Copies (equal sizes) or scales (bilinear; when shrinking to half or less, the mean of the covered pixels) `source` to `width`×`height` pixels at the
/// start of `target`. Pixels that would fall outside either slice are left as they are.
pub fn scale_plane(source: Source<'_>, target: &mut [u8], target_stride: usize, width: usize, height: usize) {
    let (source_width, source_height) = source.size;
    if source_width == 0 || source_height == 0 || width == 0 || height == 0 {
        return;
    }
    let shrink = source_width / width;
    for row in 0..height {
        let Some(out) = target.get_mut(row * target_stride..row * target_stride + width) else {
            return;
        };
        if source.size == (width, height) {
            if let Some(line) = source.bytes.get(row * source.stride..row * source.stride + width) {
                out.copy_from_slice(line);
            }
        } else if shrink >= 2 {
            mean_row(source, out, row * source_height / height, (row + 1) * source_height / height);
        } else {
            bilinear_row(source, out, row * source_height * ONE / height);
        }
    }
}

fn mean_row(source: Source<'_>, out: &mut [u8], top: usize, bottom: usize) {
    let width = out.len();
    let bottom = bottom.max(top + 1);
    for (column, pixel) in out.iter_mut().enumerate() {
        let left = column * source.size.0 / width;
        let right = ((column + 1) * source.size.0 / width).max(left + 1);
        let mut sum = 0_usize;
        for y in top..bottom {
            let Some(run) = source.bytes.get(y * source.stride + left..y * source.stride + right) else {
                return;
            };
            sum += run.iter().map(|value| usize::from(*value)).sum::<usize>();
        }
        *pixel = u8::try_from(sum / ((right - left) * (bottom - top))).unwrap_or(u8::MAX);
    }
}

fn bilinear_row(source: Source<'_>, out: &mut [u8], y_fixed: usize) {
    let (source_width, source_height) = source.size;
    let y = (y_fixed >> FRACTION_BITS).min(source_height - 1);
    let below = (y + 1).min(source_height - 1);
    let fraction_y = y_fixed & (ONE - 1);
    let line = |row: usize| source.bytes.get(row * source.stride..row * source.stride + source_width);
    let (Some(upper), Some(lower)) = (line(y), line(below)) else {
        return;
    };
    let step = source_width * ONE / out.len().max(1);
    let mut x_fixed = 0;
    for pixel in out {
        let x = (x_fixed >> FRACTION_BITS).min(source_width - 1);
        let right = (x + 1).min(source_width - 1);
        let fraction_x = x_fixed & (ONE - 1);
        let at = |row: &[u8], index: usize| usize::from(row.get(index).copied().unwrap_or(0));
        let above = at(upper, x) * (ONE - fraction_x) + at(upper, right) * fraction_x;
        let under = at(lower, x) * (ONE - fraction_x) + at(lower, right) * fraction_x;
        let value = (above * (ONE - fraction_y) + under * fraction_y) >> (2 * FRACTION_BITS);
        *pixel = u8::try_from(value).unwrap_or(u8::MAX);
        x_fixed += step;
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, scale_plane};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_sizes_stay_inside_and_a_flat_picture_stays_flat(sw in 1_usize..90, sh in 1_usize..60, w in 1_usize..90, h in 1_usize..60, value: u8) {
            let plane = vec![value; sw * sh];
            let mut out = vec![value ^ 0xFF; w * h];
            scale_plane(Source { bytes: &plane, stride: sw, size: (sw, sh) }, &mut out, w, w, h);
            prop_assert!(out.iter().all(|pixel| *pixel == value), "{sw}x{sh} to {w}x{h}");
        }
    }

    #[test]
    fn equal_sizes_are_copied() {
        let plane: Vec<u8> = (0..12).collect();
        let mut out = vec![0; 12];
        scale_plane(Source { bytes: &plane, stride: 4, size: (4, 3) }, &mut out, 4, 4, 3);
        assert_eq!(out, plane);
    }

    #[test]
    fn half_size_is_the_mean_of_four() {
        let plane = [0, 100, 10, 30, 100, 200, 50, 70];
        let mut out = [0; 2];
        scale_plane(Source { bytes: &plane, stride: 4, size: (4, 2) }, &mut out, 2, 2, 1);
        assert_eq!(out, [100, 40]);
    }
}

//! PSNR-Y of a coded composite against the ideal picture.
//!
//! Every cell carries its source's frame number as a block code, so the ideal picture of a cell is known: that frame of the source, decoded.
//! The lowest fifth of each cell is left out, because each mixer draws its captions there in its own way.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use block_code::{Area, Marker};

use crate::mixer::{CANVAS, Site, source_file};

/// Frames passed over at the beginning, while the cells fill and the rate settles.
const SKIP_FRAMES: usize = 90;
/// Of the rest, each so many-th is compared.
const EVERY: usize = 5;
/// Frames compared.
const MAX_FRAMES: usize = 60;

/// What came of the comparison.
#[derive(Debug, Clone, Copy)]
pub struct Quality {
    /// PSNR of luma in dB over all compared pixels.
    pub psnr_y_db: f64,
    /// Cells compared.
    pub cells: u64,
    /// Cells whose frame number could not be read.
    pub unreadable: u64,
}

/// The luma planes of each source, decoded.
pub struct Ideal(Vec<Vec<Vec<u8>>>);

impl Ideal {
    /// Decodes one period of each source from the files written for ffmpeg.
    ///
    /// # Errors
    /// When ffmpeg fails.
    pub fn load(dir: &Path, sites: &[Site]) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        for (number, site) in sites.iter().enumerate() {
            let mut frames = Vec::new();
            decode(&source_file(dir, number), (site.cell.2, site.cell.3), |_, luma| {
                frames.push(luma.to_vec());
                frames.len() < site.units.len()
            })?;
            all.push(frames);
        }
        Ok(Self(all))
    }

    /// Compares a coded composite.
    ///
    /// # Errors
    /// When ffmpeg fails or nothing could be compared.
    pub fn compare(&self, sites: &[Site], composite: &Path) -> anyhow::Result<Quality> {
        let (mut error, mut pixels, mut cells, mut unreadable) = (0_u64, 0_u64, 0_u64, 0_u64);
        decode(composite, CANVAS, |index, luma| {
            if index >= SKIP_FRAMES && (index - SKIP_FRAMES).is_multiple_of(EVERY) {
                for (site, frames) in sites.iter().zip(&self.0) {
                    match cell_error(luma, site, frames) {
                        Some((sum, count)) => (error, pixels, cells) = (error + sum, pixels + count, cells + 1),
                        None => unreadable += 1,
                    }
                }
            }
            index < SKIP_FRAMES + EVERY * MAX_FRAMES
        })?;
        anyhow::ensure!(pixels > 0, "no cell of {} could be compared ({unreadable} unreadable)", composite.display());
        let mean = (error as f64 / pixels as f64).max(1e-9);
        Ok(Quality { psnr_y_db: 10.0 * (255.0 * 255.0 / mean).log10(), cells, unreadable })
    }
}

fn cell_error(luma: &[u8], site: &Site, frames: &[Vec<u8>]) -> Option<(u64, u64)> {
    let (x, y, w, h) = site.cell;
    let code = block_code::read(luma, Area { x_px: x, y_px: y, width_px: w, stride: CANVAS.0 })?;
    let ideal = frames.get(usize::from(Marker::from_payload(code).frame))?;
    let (mut error, mut pixels) = (0, 0);
    for row in 0..h * 4 / 5 {
        let start = (y + row) * CANVAS.0 + x;
        for (got, wanted) in luma.get(start..start + w)?.iter().zip(ideal.get(row * w..(row + 1) * w)?) {
            error += u64::from(got.abs_diff(*wanted)).pow(2);
            pixels += 1;
        }
    }
    Some((error, pixels))
}

/// The first pictures of a coded composite after it has settled, all planes.
///
/// # Errors
/// When ffmpeg fails.
pub fn pictures(composite: &Path, count: usize) -> anyhow::Result<Vec<picture::Frame>> {
    let mut frames = Vec::with_capacity(count);
    decode_whole(composite, CANVAS, |index, bytes| {
        if index >= SKIP_FRAMES {
            let (luma, chroma) = bytes.split_at(CANVAS.0 * CANVAS.1);
            let (cb, cr) = chroma.split_at(chroma.len() / 2);
            let planes = [(luma, CANVAS.0), (cb, CANVAS.0 / 2), (cr, CANVAS.0 / 2)];
            frames.extend(picture::Frame::from_planes(CANVAS.0, CANVAS.1, planes));
        }
        frames.len() < count
    })?;
    Ok(frames)
}

/// Decodes an H.264 file with ffmpeg, giving each picture's luma to `take` until it says `false`.
fn decode(file: &Path, size: (usize, usize), mut take: impl FnMut(usize, &[u8]) -> bool) -> anyhow::Result<()> {
    decode_whole(file, size, |index, bytes| take(index, bytes.get(..size.0 * size.1).unwrap_or_default()))
}

fn decode_whole(file: &Path, size: (usize, usize), mut take: impl FnMut(usize, &[u8]) -> bool) -> anyhow::Result<()> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "quiet", "-threads", "1", "-f", "h264", "-i"]).arg(file);
    command.args(["-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("ffmpeg cannot be started; run tools/setup bench")?;
    let mut out = child.stdout.take().context("ffmpeg has no output")?;
    let mut picture = vec![0_u8; size.0 * size.1 * 3 / 2];
    let mut index = 0;
    while out.read_exact(&mut picture).is_ok() && take(index, &picture) {
        index += 1;
    }
    let _ = child.kill();
    let _ = child.wait();
    Ok(())
}

//! Reads the frame numbers in the cells of a picture as it arrives.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use block_code::{Area, Marker};
use codec::{Codec, KeyGate, RtpView, Verdict, VideoDecoder, starts_key_frame};
use picture::Frame;

use super::gaps::Gaps;
use crate::mark::wall_ns;

/// A cell in per-mille of the canvas, and whose picture belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellArea {
    /// Left edge.
    pub x: u16,
    /// Top edge.
    pub y: u16,
    /// Width.
    pub w: u16,
    /// Place of the site in the site order.
    pub site: u8,
}

/// Account of one cell.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// Which.
    pub area: CellArea,
    /// The frame shown last.
    pub frame: Option<u16>,
    /// Pauses between different frames of the right site.
    pub gaps: Gaps,
}

/// Another site's picture has come.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// Place of the site in the site order.
    pub site: u8,
    /// When its first picture had come whole, counted from 1970.
    pub came: Duration,
    /// When that was decoded, counted from 1970.
    pub decoded: Duration,
}

/// Each change of site in one watcher's picture.
pub type Turns = Arc<Mutex<Vec<Turn>>>;

/// A decoder that reads cells.
pub struct Eyes {
    gate: KeyGate,
    decoder: VideoDecoder,
    cells: Arc<Mutex<Vec<Cell>>>,
}

impl Eyes {
    /// Looks at those cells.
    ///
    /// # Errors
    /// When GStreamer lacks the decoder.
    pub fn new(areas: &[CellArea]) -> anyhow::Result<Self> {
        let cell = |area: &CellArea| Cell { area: *area, frame: None, gaps: Gaps::default() };
        let cells = Arc::new(Mutex::new(areas.iter().map(cell).collect::<Vec<_>>()));
        let seen = Arc::clone(&cells);
        let decoder = VideoDecoder::stamped(Codec::H264, move |frame, at| look(&mut lock(&seen), &frame, at))?;
        Ok(Self { gate: KeyGate::default(), decoder, cells })
    }

    /// Looks whose picture it is: that of the whole, or of the large cell of a composite.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn for_turns() -> anyhow::Result<(Self, Turns)> {
        let turns = Turns::default();
        let told = Arc::clone(&turns);
        let decoder = VideoDecoder::stamped(Codec::H264, move |frame, came| turn(&mut lock(&told), &frame, came))?;
        Ok((Self { gate: KeyGate::default(), decoder, cells: Arc::default() }, turns))
    }

    /// What was read, for whoever reports it.
    #[must_use]
    pub fn cells(&self) -> Arc<Mutex<Vec<Cell>>> {
        Arc::clone(&self.cells)
    }

    /// Takes a packet that came at that time; returns `false` when a key frame is needed.
    pub fn push(&mut self, packet: &RtpView<'_>, at: Duration) -> bool {
        let verdict = self.gate.judge(packet.sequence, starts_key_frame(Codec::H264, packet.payload));
        if verdict == Verdict::Pass {
            self.decoder.push_at(packet, at);
        }
        verdict == Verdict::Pass
    }
}

fn turn(turns: &mut Vec<Turn>, frame: &Frame, came: Duration) {
    let area = |w| CellArea { x: 0, y: 0, w, site: 0 };
    let Some(marker) = read(frame, area(1000)).or_else(|| read(frame, area(500))) else { return };
    if turns.last().is_none_or(|last| last.site != marker.site) {
        turns.push(Turn { site: marker.site, came, decoded: Duration::from_nanos(wall_ns()) });
    }
}

fn look(cells: &mut [Cell], frame: &Frame, at: Duration) {
    for cell in cells {
        if let Some(marker) = read(frame, cell.area)
            && marker.site == cell.area.site
            && cell.frame != Some(marker.frame)
        {
            cell.frame = Some(marker.frame);
            cell.gaps.came(at);
        }
    }
}

/// The marker in a cell.
#[must_use]
pub(super) fn read(frame: &Frame, area: CellArea) -> Option<Marker> {
    let [(luma, stride), ..] = frame.planes();
    let part = |permille: u16, whole: usize| (usize::from(permille) * whole / 1000) & !1;
    let place =
        Area { x_px: part(area.x, frame.width_px), y_px: part(area.y, frame.height_px), width_px: part(area.w, frame.width_px), stride };
    block_code::read(luma, place).map(Marker::from_payload)
}

/// Cells or turns, whoever else failed while holding them.
pub(super) fn lock<T>(cells: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    cells.lock().unwrap_or_else(PoisonError::into_inner)
}

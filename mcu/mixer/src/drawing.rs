//! Drawing a list of cells onto a canvas.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mcu_media_api::{Cell, CellContent, Composite, Rect, Slate, SlateReason, SourceId};

use crate::canvas::{Canvas, Window};
use crate::fade::disjoint;
use crate::layout::windows;
use crate::video_input::VideoInput;
use codec::Decoded;
use picture::{Frame, Lettering, TextBitmap};

/// A picture older than this is taken off and the slate shown.
const FROZEN_AFTER: Duration = Duration::from_secs(2);
/// Decoding that takes more than this share of a period is shared with other threads; below, waking them costs more than it saves.
const HELP_SHARE: u32 = 4;
/// Letters of a slate's reason as a share of the title's.
const REASON_SHARE: usize = 2;

/// What the composer draws from, by SSRC.
pub(crate) type Inputs = BTreeMap<u32, Arc<VideoInput>>;

/// A cell with its texts drawn.
pub(crate) struct Prepared {
    pub(crate) cell: Cell,
    pub(crate) window: Window,
    pub(crate) caption: Option<Arc<TextBitmap>>,
    pub(crate) slate: Option<(Arc<TextBitmap>, Arc<TextBitmap>)>,
}

/// Last picture drawn per source, so that a change of layer shows no slate in between.
pub(crate) type Last = BTreeMap<SourceId, (Arc<Decoded>, Duration)>;

/// What came of drawing cells.
pub(crate) struct Drawn {
    /// SSRCs of the pictures.
    pub(crate) showing: Vec<u32>,
    /// When the picture of the one largest cell arrived; `None` where no cell is larger than all others.
    pub(crate) lead: Option<Duration>,
}

/// Decodes what has arrived for the cells. Where that takes long, others help from the other end of the list.
pub(crate) fn bring_up_to_date(cells: &[Prepared], inputs: &Inputs, period: Duration) {
    let shown = || {
        let ssrc = |prepared: &Prepared| if let CellContent::Picture { ssrc, .. } = prepared.cell.content { Some(ssrc) } else { None };
        cells.iter().filter_map(ssrc).filter_map(|ssrc| inputs.get(&ssrc))
    };
    if shown().map(|input| input.behind()).sum::<Duration>() > period / HELP_SHARE {
        let shown: Vec<&Arc<VideoInput>> = shown().collect();
        shown.iter().rev().take(shown.len() / 2).for_each(|input| input.help());
    }
    shown().for_each(|input| input.catch_up());
}

/// Draws cells onto a canvas.
pub(crate) fn draw_cells(canvas: &mut Canvas, last: &mut Last, cells: &[Prepared], inputs: &Inputs, now: Duration) -> Drawn {
    let mut showing = Vec::with_capacity(cells.len());
    let mut lead = (0, None);
    for prepared in cells {
        let window = prepared.window;
        match &prepared.cell.content {
            CellContent::Picture { ssrc, .. } => match picture_of(last, *ssrc, inputs, now) {
                Some((picture, at)) => {
                    let size = u32::from(prepared.cell.rect.w) * u32::from(prepared.cell.rect.h);
                    if size >= lead.0 {
                        lead = (size, Some(at).filter(|_| size > lead.0));
                    }
                    canvas.picture(window, &*picture);
                    if let Some(caption) = &prepared.caption {
                        canvas.caption(window, caption);
                    }
                    showing.push(*ssrc);
                }
                None => draw_slate(canvas, window, prepared),
            },
            CellContent::Slate(_) => draw_slate(canvas, window, prepared),
            CellContent::Blank => canvas.blank(window),
            CellContent::Revision(revision) => canvas.revision(window, *revision),
        }
    }
    Drawn { showing, lead: lead.1 }
}

/// Whether the cells leave nothing of the canvas open.
pub(crate) fn cover(cells: &[Prepared], frame: &Frame) -> bool {
    let windows: Vec<Window> = cells.iter().map(|prepared| prepared.window).collect();
    disjoint(&windows).iter().map(|region| region.w * region.h).sum::<usize>() == frame.width_px * frame.height_px
}

/// Codes stand above whatever fades beneath them.
pub(crate) fn draw_revisions(canvas: &mut Canvas, cells: &[Prepared]) {
    for prepared in cells {
        if let CellContent::Revision(revision) = &prepared.cell.content {
            canvas.revision(prepared.window, *revision);
        }
    }
}

/// The picture to draw for an input and when it arrived: its latest; the last of the same source while a changed layer has none yet; or that of
/// another layer which others draw, so that a new composite begins with pictures and not with slates until key frames have come.
fn picture_of(last: &mut Last, ssrc: u32, inputs: &Inputs, now: Duration) -> Option<(Arc<Decoded>, Duration)> {
    let input = inputs.get(&ssrc)?;
    let source = &input.wanted.source;
    if let Some(latest) = input.latest() {
        match last.get_mut(source) {
            Some(last) => *last = latest,
            None => drop(last.insert(source.clone(), latest)),
        }
    }
    let elsewhere =
        || inputs.values().filter(|other| other.wanted.source == *source).filter_map(|other| other.latest()).max_by_key(|(_, at)| *at);
    let (picture, at) = last.get(source).cloned().or_else(elsewhere)?;
    (now.saturating_sub(at) < FROZEN_AFTER).then_some((picture, at))
}

fn draw_slate(canvas: &mut Canvas, window: Window, prepared: &Prepared) {
    match &prepared.slate {
        Some((title, reason)) => canvas.slate(window, title, reason),
        None => canvas.blank(window),
    }
}

pub(crate) fn prepare(wanted: &Composite, lettering: &Mutex<Lettering>) -> Vec<Prepared> {
    let rects: Vec<Rect> = wanted.cells.iter().map(|cell| cell.rect).collect();
    let windows = windows(&rects, usize::from(wanted.width_px) & !1, usize::from(wanted.height_px) & !1);
    let mut letters = lettering.lock().unwrap_or_else(PoisonError::into_inner);
    let mut draw_slate =
        |height: usize, slate: &Slate| (letters.bitmap(&slate.title, height), letters.bitmap(words(slate.reason), height / REASON_SHARE));
    let mut prepared = Vec::with_capacity(wanted.cells.len());
    for (cell, window) in wanted.cells.iter().zip(windows) {
        let height = Canvas::caption_height(window);
        let (slate, caption) = match &cell.content {
            CellContent::Picture { slate, caption, .. } => (Some(draw_slate(height * 2, slate)), caption.clone()),
            CellContent::Slate(slate) => (Some(draw_slate(height * 2, slate)), None),
            CellContent::Blank | CellContent::Revision(_) => (None, None),
        };
        prepared.push((cell.clone(), window, slate, caption, height));
    }
    let finish = |(cell, window, slate, caption, height): (Cell, Window, _, Option<String>, usize)| {
        let caption = caption.map(|text| letters.bitmap(&text, height));
        Prepared { cell, window, caption, slate }
    };
    prepared.into_iter().map(finish).collect()
}

const fn words(reason: SlateReason) -> &'static str {
    match reason {
        SlateReason::Absent => "未入会",
        SlateReason::Offline => "离线",
        SlateReason::NoPicture => "无图像",
        SlateReason::Wait => "请稍候",
    }
}

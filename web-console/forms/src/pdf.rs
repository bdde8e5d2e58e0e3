//! PDF by krilla: the writer beneath typst, without its language, so nothing that is drawn can be taken for markup.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::TextDirection;

use crate::layout::{self, Mark};
use crate::letters::Letters;
use crate::table::Table;

/// Ink of text and lines, of footers, and of areas behind heads.
const BLACK: (u8, u8, u8) = (0, 0, 0);
const GREY: (u8, u8, u8) = (110, 110, 110);
const SHADE: (u8, u8, u8) = (236, 238, 240);
/// Width of a line in points.
const RULE_PT: f32 = 0.5;

/// A document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Paper {
    /// In the middle of the first page.
    pub title: String,
    /// Below it.
    pub subtitle: Vec<String>,
    /// The content in order.
    pub blocks: Vec<Block>,
    /// At the foot of each page: who exported it and when.
    pub mark: String,
    /// The page's number with `{page}` and `{pages}` in their places.
    pub page_words: String,
    /// A4 across.
    pub landscape: bool,
    /// Language by BCP 47, such as `zh-CN`.
    pub language: String,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// Names with their values.
    Pairs(Vec<(String, String)>),
    /// Paragraphs.
    Lines(Vec<String>),
    /// A table; its head stands again on each page.
    Table(Table),
}

/// Why no PDF was made.
#[derive(Debug, thiserror::Error)]
#[error("the PDF could not be written: {0}")]
pub struct PdfError(String);

/// The document as a file.
///
/// # Errors
/// When the writer refuses, which points at a damaged font.
pub fn pdf(paper: &Paper, letters: &Letters) -> Result<Vec<u8>, PdfError> {
    let (width, height) = layout::page_size(paper);
    let mut document = krilla::Document::new();
    let metadata = Metadata::new().title(paper.title.clone()).language(paper.language.clone());
    document.set_metadata(metadata);
    for marks in layout::pages(paper, letters) {
        let settings = PageSettings::from_wh(width, height).ok_or_else(|| PdfError("no such size of page".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        // Areas first, so that they lie behind the text.
        for mark in marks.iter().filter(|mark| matches!(mark, Mark::Shade { .. })) {
            draw(&mut surface, mark, letters);
        }
        for mark in marks.iter().filter(|mark| !matches!(mark, Mark::Shade { .. })) {
            draw(&mut surface, mark, letters);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| PdfError(format!("{error:?}")))
}

fn fill((r, g, b): (u8, u8, u8)) -> Fill {
    Fill { paint: rgb::Color::new(r, g, b).into(), ..Fill::default() }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, letters: &Letters) {
    match mark {
        Mark::Text { x, y, size, text, grey } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(if *grey { GREY } else { BLACK })));
            surface.draw_text(Point::from_xy(*x, *y), letters.font.clone(), *size, text, false, TextDirection::LeftToRight);
        }
        Mark::Rule { from, to } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            if let Some(path) = path.finish() {
                let (r, g, b) = BLACK;
                surface.set_fill(None);
                surface.set_stroke(Some(Stroke { paint: rgb::Color::new(r, g, b).into(), width: RULE_PT, ..Stroke::default() }));
                surface.draw_path(&path);
            }
        }
        Mark::Shade { x, y, w, h } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *w, *h) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(SHADE)));
                surface.draw_path(&path);
            }
        }
    }
}

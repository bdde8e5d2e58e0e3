//! Blocks laid out on pages: what is drawn where. Pure.

use crate::letters::Letters;
use crate::pdf::{Block, Paper};
use crate::table::{Cell, Table};

/// A4 upright, in points.
const A4: (f32, f32) = (595.28, 841.89);
/// Points in a millimetre.
const MM: f32 = 72.0 / 25.4;
/// Margins: those of GB/T 9704-2012 §5.2.1 at the left, a little less elsewhere, so that tables have room.
const LEFT: f32 = 26.0 * MM;
const RIGHT: f32 = 22.0 * MM;
const TOP: f32 = 28.0 * MM;
const BOTTOM: f32 = 26.0 * MM;
/// Where the footer's text stands above the lower edge.
const FOOTER: f32 = 14.0 * MM;
/// Sizes: 二号 for the title, 三号 for headings, 五号 for text, 小五 for tables and footers.
const TITLE_PT: f32 = 22.0;
const HEADING_PT: f32 = 14.0;
const TEXT_PT: f32 = 10.5;
const SMALL_PT: f32 = 9.0;
/// Line height as a multiple of the size.
const LEADING: f32 = 1.45;
/// Space between a cell's border and its text.
const PADDING: f32 = 3.0;
/// Part of the width that names take in a list of pairs.
const NAMES: f32 = 0.24;

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// Text with its baseline's left end.
    Text { x: f32, y: f32, size: f32, text: String, grey: bool },
    /// A thin line.
    Rule { from: (f32, f32), to: (f32, f32) },
    /// A light area behind text.
    Shade { x: f32, y: f32, w: f32, h: f32 },
}

/// One page's marks; its size is that of the paper.
pub(crate) type Page = Vec<Mark>;

/// Size of the paper's pages in points.
pub(crate) const fn page_size(paper: &Paper) -> (f32, f32) {
    if paper.landscape { (A4.1, A4.0) } else { A4 }
}

/// All pages with head and footers.
pub(crate) fn pages(paper: &Paper, letters: &Letters) -> Vec<Page> {
    let (width, height) = page_size(paper);
    let mut flow = Flow { letters, pages: vec![Page::new()], y: TOP, left: LEFT, width: width - LEFT - RIGHT, bottom: height - BOTTOM };
    flow.centred(&paper.title, TITLE_PT);
    for line in &paper.subtitle {
        flow.centred(line, TEXT_PT);
    }
    flow.y += TEXT_PT;
    for block in &paper.blocks {
        match block {
            Block::Heading(text) => flow.heading(text),
            Block::Pairs(pairs) => flow.pairs(pairs),
            Block::Lines(lines) => flow.lines(lines),
            Block::Table(table) => flow.table(table),
        }
    }
    let mut pages = flow.pages;
    let total = pages.len();
    for (number, page) in (1..).zip(&mut pages) {
        footer(paper, letters, page, (number, total));
    }
    pages
}

fn footer(paper: &Paper, letters: &Letters, page: &mut Page, (number, total): (usize, usize)) {
    let (width, height) = page_size(paper);
    let y = height - FOOTER;
    page.push(Mark::Rule { from: (LEFT, y - SMALL_PT * LEADING), to: (width - RIGHT, y - SMALL_PT * LEADING) });
    let words = paper.page_words.replace("{page}", &number.to_string()).replace("{pages}", &total.to_string());
    let x = width - RIGHT - letters.width(&words, SMALL_PT);
    page.push(Mark::Text { x, y, size: SMALL_PT, text: words, grey: false });
    let room = x - LEFT - SMALL_PT;
    for (line, text) in (0_u8..).zip(letters.wrap(&paper.mark, room, SMALL_PT)) {
        page.push(Mark::Text { x: LEFT, y: y + f32::from(line) * SMALL_PT * LEADING, size: SMALL_PT, text, grey: true });
    }
}

/// Where the next block goes.
struct Flow<'a> {
    letters: &'a Letters,
    pages: Vec<Page>,
    y: f32,
    left: f32,
    width: f32,
    bottom: f32,
}

impl Flow<'_> {
    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    fn turn(&mut self) {
        self.pages.push(Page::new());
        self.y = TOP;
    }

    /// Turns the page when that much does not fit.
    fn need(&mut self, height: f32) {
        if self.y + height > self.bottom && self.y > TOP {
            self.turn();
        }
    }

    /// One line of text in its place; `y` is its upper edge.
    fn text(&mut self, x: f32, y: f32, size: f32, text: String) {
        self.mark(Mark::Text { x, y: y + size * (1.0 + (LEADING - 1.0) / 2.0) - size * 0.12, size, text, grey: false });
    }

    fn centred(&mut self, text: &str, size: f32) {
        for line in self.letters.wrap(text, self.width, size) {
            self.need(size * LEADING);
            let x = self.left + (self.width - self.letters.width(&line, size)) / 2.0;
            self.text(x, self.y, size, line);
            self.y += size * LEADING;
        }
    }

    fn heading(&mut self, text: &str) {
        self.y += HEADING_PT * 0.6;
        // Not alone at the foot of a page: three lines of what follows come with it.
        self.need(HEADING_PT * LEADING + 3.0 * TEXT_PT * LEADING);
        for line in self.letters.wrap(text, self.width, HEADING_PT) {
            self.text(self.left, self.y, HEADING_PT, line);
            self.y += HEADING_PT * LEADING;
        }
        self.y += TEXT_PT * 0.3;
    }

    fn lines(&mut self, lines: &[String]) {
        for line in lines.iter().flat_map(|line| self.letters.wrap(line, self.width, TEXT_PT)).collect::<Vec<_>>() {
            self.need(TEXT_PT * LEADING);
            self.text(self.left, self.y, TEXT_PT, line);
            self.y += TEXT_PT * LEADING;
        }
    }

    fn pairs(&mut self, pairs: &[(String, String)]) {
        let widths = [self.width * NAMES, self.width * (1.0 - NAMES)];
        for (name, value) in pairs {
            self.row(&[name.clone(), value.clone()], &widths, TEXT_PT, Row::Named, None);
        }
    }

    fn table(&mut self, table: &Table) {
        let all: f32 = table.columns.iter().map(|column| f32::from(column.share.max(1))).sum();
        let widths: Vec<f32> = table.columns.iter().map(|column| f32::from(column.share.max(1)) / all * self.width).collect();
        let head: Vec<String> = table.columns.iter().map(|column| column.title.clone()).collect();
        // The head is not left alone at the foot of a page.
        self.need(4.0 * (SMALL_PT * LEADING + 2.0 * PADDING));
        self.row(&head, &widths, SMALL_PT, Row::Head, None);
        for row in &table.rows {
            let cells: Vec<String> = (0..widths.len()).map(|column| row.get(column).map_or_else(String::new, Cell::text)).collect();
            self.row(&cells, &widths, SMALL_PT, Row::Body, Some(&head));
        }
        self.y += TEXT_PT * 0.6;
    }

    /// A row of cells; one higher than a page goes on over the next. After a turn the head stands again.
    fn row(&mut self, cells: &[String], widths: &[f32], size: f32, kind: Row, head: Option<&[String]>) {
        let wrap = |(cell, width): (&String, &f32)| self.letters.wrap(cell, (width - 2.0 * PADDING).max(size), size);
        let mut rest: Vec<Vec<String>> = cells.iter().zip(widths).map(wrap).collect();
        let line = size * LEADING;
        loop {
            let lines = rest.iter().map(Vec::len).max().unwrap_or(0).max(1);
            let fits = |top: f32| (0..lines).take_while(|count| top + line * small(count + 1) + 2.0 * PADDING <= self.bottom).count();
            if fits(self.y) < lines.min(fits(TOP).max(1)) && self.y > TOP {
                self.turn();
                if let Some(head) = head {
                    self.row(head, widths, size, Row::Head, None);
                }
            }
            let bottom = self.bottom;
            let room = (0..lines).take_while(|count| self.y + line * small(count + 1) + 2.0 * PADDING <= bottom).count().max(1);
            let part: Vec<Vec<String>> = rest.iter_mut().map(|lines| lines.drain(..room.min(lines.len())).collect()).collect();
            self.part(part, widths, size, kind);
            if rest.iter().all(Vec::is_empty) {
                return;
            }
        }
    }

    fn part(&mut self, cells: Vec<Vec<String>>, widths: &[f32], size: f32, kind: Row) {
        let line = size * LEADING;
        let height = line * small(cells.iter().map(Vec::len).max().unwrap_or(0).max(1)) + 2.0 * PADDING;
        let (top, foot) = (self.y, self.y + height);
        let mut x = self.left;
        for (place, (lines, width)) in cells.into_iter().zip(widths).enumerate() {
            if kind == Row::Head || (kind == Row::Named && place == 0) {
                self.mark(Mark::Shade { x, y: top, w: *width, h: height });
            }
            for (number, text) in lines.into_iter().enumerate() {
                self.text(x + PADDING, top + PADDING + line * small(number), size, text);
            }
            self.mark(Mark::Rule { from: (x, top), to: (x, foot) });
            x += width;
        }
        self.mark(Mark::Rule { from: (x, top), to: (x, foot) });
        self.mark(Mark::Rule { from: (self.left, top), to: (x, top) });
        self.mark(Mark::Rule { from: (self.left, foot), to: (x, foot) });
        self.y = foot;
    }
}

/// What a row is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Head,
    Body,
    /// The first cell names the second.
    Named,
}

/// A count of lines as a number of points can be multiplied with; more than 65,535 lines stand on no page.
fn small(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

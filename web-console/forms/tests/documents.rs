//! Documents read back by programs that nobody here wrote: pdftotext and calamine.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use calamine::{Data, Reader, Xlsx};
use forms::{Block, Cell, Column, FONTS, Letters, Paper, Sheet, Table, pdf, xlsx};

/// The text of a PDF, page after page, as poppler reads it.
fn text_of(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext").args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = reader.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = reader.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Names that mean something to one language or another.
const ODD: [&str; 8] = ["#let x = 1", "$a^2$", "]#strong[甲]", "</text>", "{{site}}", "%PDF-1.4", "=HYPERLINK(1)", "\\u{0}乙"];

fn table(rows: u32) -> Table {
    let columns = vec![Column::new("序号", 3), Column::new("会场", 10), Column::new("结论", 8)];
    let row = |number: u32| vec![Cell::Number(f64::from(number)), format!("第{number}分会场").into(), "正常".into()];
    Table { columns, rows: (1..=rows).map(row).collect() }
}

fn paper(blocks: Vec<Block>) -> Paper {
    Paper {
        title: "会议保障报告".to_owned(),
        subtitle: vec!["全市视频会议(第12号)".to_owned()],
        blocks,
        mark: "导出:值机员 2026-11-23 10:42:31".to_owned(),
        page_words: "第 {page} 页,共 {pages} 页".to_owned(),
        landscape: false,
        language: "zh-CN".to_owned(),
    }
}

#[test]
fn every_row_is_there_in_order_and_every_page_has_its_number_and_mark() {
    let letters = Letters::find(&FONTS).unwrap();
    let blocks = vec![
        Block::Heading("一、概况".to_owned()),
        Block::Pairs(vec![("会议时间".to_owned(), "2026-11-23 09:00 至 11:30".to_owned())]),
        Block::Table(table(120)),
        Block::Lines(vec!["以上。".to_owned()]),
    ];
    let bytes = pdf(&paper(blocks), &letters).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    let text = text_of(&bytes);
    let mut rest = text.as_str();
    for wanted in ["会议保障报告", "全市视频会议(第12号)", "一、概况", "会议时间"] {
        rest = rest.split_once(wanted).unwrap_or_else(|| panic!("{wanted} is missing in\n{text}")).1;
    }
    for number in 1..=120 {
        rest = rest.split_once(&format!("第{number}分会场")).unwrap_or_else(|| panic!("row {number} is missing")).1;
    }
    assert!(rest.contains("以上。"));
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() > 2, "{} pages", pages.len());
    for (number, page) in (1..).zip(&pages) {
        assert!(page.contains(&format!("第 {number} 页,共 {} 页", pages.len())), "{page}");
        assert!(page.contains("导出:值机员 2026-11-23 10:42:31"), "{page}");
        assert!(page.contains("序号") && page.contains("会场"), "the head stands on every page: {page}");
    }
}

#[test]
fn nothing_is_taken_for_markup() {
    let letters = Letters::find(&FONTS).unwrap();
    let rows = ODD.iter().map(|name| vec![Cell::from(*name)]).collect();
    let blocks = vec![Block::Table(Table { columns: vec![Column::new("会场", 10)], rows }), Block::Lines(ODD.map(str::to_owned).to_vec())];
    let text = text_of(&pdf(&paper(blocks), &letters).unwrap());
    for name in ODD {
        assert_eq!(text.matches(name).count(), 2, "{name} in\n{text}");
    }
}

#[test]
fn a_cell_higher_than_a_page_goes_on_over_the_next() {
    let letters = Letters::find(&FONTS).unwrap();
    let long: String = (0..2500).map(|number| format!("第{number}句。")).collect();
    let rows = vec![vec![Cell::from(long.as_str())]];
    let bytes = pdf(&paper(vec![Block::Table(Table { columns: vec![Column::new("说明", 10)], rows })]), &letters).unwrap();
    let text: String = text_of(&bytes).split_whitespace().collect();
    for number in 0..2500 {
        // A line may break inside; letters stay in order, so the sentence is whole once breaks are gone, except at a page's end.
        if number % 100 == 50 {
            assert!(text.contains(&format!("第{number}句。")), "{number}");
        }
    }
    assert!(text.contains("第2499句"));
}

#[test]
fn a_workbook_reads_back_cell_by_cell() {
    let mut table = table(3);
    table.rows.push(ODD.iter().take(3).map(|name| Cell::from(*name)).collect());
    table.rows.push(vec![Cell::Empty, "无".into(), Cell::Number(12.5)]);
    let sheet = Sheet { name: "参会[情况]".to_owned(), title: "参会情况".to_owned(), mark: "导出:值机员".to_owned(), table };
    let bytes = xlsx(&[sheet]).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["参会 情况 "]);
    let range = book.worksheet_range("参会 情况 ").unwrap();
    let text = |row: u32, column: u32| match range.get_value((row, column)) {
        None | Some(Data::Empty) => String::new(),
        Some(value) => value.to_string(),
    };
    assert_eq!([text(0, 0), text(1, 0)], ["参会情况", "导出:值机员"]);
    assert_eq!([text(2, 0), text(2, 1), text(2, 2)], ["序号", "会场", "结论"]);
    assert_eq!(range.get_value((3, 0)), Some(&Data::Float(1.0)));
    assert_eq!([text(5, 1), text(5, 2)], ["第3分会场", "正常"]);
    assert_eq!([text(6, 0), text(6, 1), text(6, 2)], [ODD[0], ODD[1], ODD[2]].map(str::to_owned));
    assert_eq!([text(7, 0), text(7, 1), text(7, 2)], ["", "无", "12.5"]);
}

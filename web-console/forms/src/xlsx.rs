//! XLSX by rust_xlsxwriter: a title row, the table's head on every printed page, A4 across.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use crate::table::{Cell, Table};

/// Number of A4 among paper sizes (ECMA-376 part 1, §18.3.1.63).
const A4: u8 = 9;
/// Longest name of a sheet.
const MAX_NAME: usize = 31;
/// Row of the table's head: below the title and the line under it.
const HEAD_ROW: u32 = 2;

/// Why no workbook was made.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written")]
pub struct XlsxFailed(#[from] XlsxError);

/// One sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its name on the tab.
    pub name: String,
    /// First row, over all columns.
    pub title: String,
    /// Second row: who exported it and when.
    pub mark: String,
    /// From the third row on.
    pub table: Table,
}

/// The sheets as a workbook.
///
/// # Errors
/// When the writer refuses: two sheets of the same name, or more rows than a sheet has.
pub fn xlsx(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxFailed> {
    let mut book = Workbook::new();
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let mark = Format::new().set_font_size(9).set_align(FormatAlign::Right);
    let head = Format::new().set_bold().set_border(FormatBorder::Thin).set_align(FormatAlign::Center).set_text_wrap();
    let body = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::VerticalCenter);
    for one in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name(&one.name))?.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        sheet.set_footer("&C&P / &N");
        let last = u16::try_from(one.table.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        if last > 0 {
            sheet.merge_range(0, 0, 0, last, &one.title, &title)?;
            sheet.merge_range(1, 0, 1, last, &one.mark, &mark)?;
        } else {
            sheet.write_string_with_format(0, 0, &one.title, &title)?;
            sheet.write_string_with_format(1, 0, &one.mark, &mark)?;
        }
        for (column, described) in (0_u16..).zip(&one.table.columns) {
            // A Chinese letter is as wide as two digits, in which widths are counted.
            sheet.set_column_width(column, 2.0 * f64::from(described.share))?;
            sheet.write_string_with_format(HEAD_ROW, column, &described.title, &head)?;
        }
        for (row, cells) in (HEAD_ROW + 1..).zip(&one.table.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell {
                    Cell::Text(text) => sheet.write_string_with_format(row, column, text, &body)?,
                    Cell::Number(number) => sheet.write_number_with_format(row, column, *number, &body)?,
                    Cell::Empty => sheet.write_blank(row, column, &body)?,
                };
            }
        }
        sheet.set_repeat_rows(HEAD_ROW, HEAD_ROW)?.set_freeze_panes(HEAD_ROW + 1, 0)?;
    }
    Ok(book.save_to_buffer()?)
}

/// What a sheet may be called (ECMA-376): not too long, and without the marks that formulas use.
fn name(wanted: &str) -> String {
    let plain: String = wanted.chars().map(|letter| if "[]:*?/\\'".contains(letter) { ' ' } else { letter }).take(MAX_NAME).collect();
    if plain.trim().is_empty() { "1".to_owned() } else { plain }
}

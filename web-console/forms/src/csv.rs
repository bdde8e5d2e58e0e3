//! CSV (RFC 4180) in UTF-8 with a byte order mark, by which WPS and Excel know Chinese.

use crate::table::{Cell, Table};

/// The table with its head as first row.
#[must_use]
pub fn csv(table: &Table) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    let head: Vec<String> = table.columns.iter().map(|column| field(&Cell::Text(column.title.clone()))).collect();
    let rows = table.rows.iter().map(|row| row.iter().map(field).collect::<Vec<_>>());
    for row in std::iter::once(head).chain(rows) {
        text.push_str(&row.join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Quoted always: then every comma, quote and line break is safe. Words that a spreadsheet would take for a formula get an apostrophe.
fn field(cell: &Cell) -> String {
    let Cell::Text(text) = cell else { return cell.text() };
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::csv;
    use crate::table::{Cell, Column, Table};

    #[test]
    fn golden() {
        let table = Table {
            columns: vec![Column::new("会场", 8), Column::new("分钟", 4)],
            rows: vec![
                vec!["甲县,\"分会场\"".into(), Cell::Number(42.5)],
                vec!["=1+1".into(), Cell::Empty],
                vec!["a\nb".into(), Cell::Number(-1.0)],
            ],
        };
        let expected = "\u{feff}\"会场\",\"分钟\"\r\n\"甲县,\"\"分会场\"\"\",42.5\r\n\"'=1+1\",\r\n\"a\nb\",-1\r\n";
        assert_eq!(String::from_utf8(csv(&table)).unwrap(), expected);
    }
}

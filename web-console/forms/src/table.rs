//! A table, whatever it is written as.

/// A value in a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number; spreadsheets may calculate with it.
    Number(f64),
    /// Nothing.
    Empty,
}

impl Cell {
    /// As read by people.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Empty => String::new(),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// Its part of the width: about how many Chinese characters it holds.
    pub share: u16,
}

impl Column {
    /// A column of that head and part.
    #[must_use]
    pub fn new(title: impl Into<String>, share: u16) -> Self {
        Self { title: title.into(), share }
    }
}

/// Columns and rows; a row that is too short is filled with nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// From left to right.
    pub columns: Vec<Column>,
    /// From top to bottom.
    pub rows: Vec<Vec<Cell>>,
}

//! Official documents as bytes: PDF on A4, XLSX, CSV. Data in, bytes out.
//!
//! It knows no meeting and no words of its own; whoever uses it says what stands in each place. Text is drawn, never read as markup, so a name can be anything.

mod csv;
mod layout;
mod letters;
mod pdf;
mod table;
mod xlsx;

pub use csv::csv;
pub use letters::{FONTS, Letters, LettersError};
pub use pdf::{Block, Paper, PdfError, pdf};
pub use table::{Cell, Column, Table};
pub use xlsx::{Sheet, XlsxFailed, xlsx};

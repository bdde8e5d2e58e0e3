//! Sony projectors: ADCP on TCP 53595. See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Lines, Piece, answer_to, first_number, quoted};
pub use protocol::{Adcp, Ask, Query};
pub use settings::{ENTRY, Settings};

//! LG displays: RS-232C and TCP 9761. See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Answers, Piece, Reply, Request, code_of_input, word_of_input};
pub use protocol::{Ask, Lg, Query};
pub use settings::{ENTRY, Settings};

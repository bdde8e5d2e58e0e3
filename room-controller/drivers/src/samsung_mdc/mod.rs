//! Samsung displays: MDC on TCP 1515 and RS-232. See README.md beside this file.

mod adapter;
mod codec;
mod inputs;
mod protocol;
mod settings;

pub use codec::{Framer, Piece, Reply, Request, Side};
pub use inputs::{code_of_input, word_of_input};
pub use protocol::{Ask, Query, SamsungMdc};
pub use settings::{ENTRY, Settings};

//! PJLink class 1 projectors (TCP 4352). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Greeting, LineError, Lines, Request, digest, greeting_of, parse_reply, parse_request};
pub use protocol::{Ask, PjLink, Query};
pub use settings::{ENTRY, Settings};

//! Infrared and contact closures of a Global Caché iTach (TCP 4998). See README.md beside this file.

mod adapter;
mod codec;
mod protocol;
mod settings;

pub use codec::{Code, Lines, Reply, reply_of};
pub use protocol::{Ask, Itach, Named};
pub use settings::{ENTRY, Settings};

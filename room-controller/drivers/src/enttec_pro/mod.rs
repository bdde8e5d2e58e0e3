//! Lights behind an Enttec DMX USB Pro widget (serial). See README.md beside this file.

mod codec;
mod protocol;
mod settings;

pub use codec::{Framer, Message};
pub use protocol::{DMX, EnttecPro, PARAMETERS, SERIAL};
pub use settings::{ENTRY, WORDS};

//! What a configuration says about lights on a widget: the lights' keys of [`crate::dmx::Settings`].

use super::protocol::EnttecPro;
use crate::dmx::{EXAMPLE, Settings, Stream, Words};
use crate::registry::{About, Entry, Line, keys};

/// One universe.
pub const WORDS: Words = Words { universes: (0, 0), is_sacn: false };

/// `driver = "enttec_pro"`
pub const ENTRY: Entry = Entry {
    name: "enttec_pro",
    lines: &[Line::Serial],
    about: About {
        title: ("灯光 (Enttec DMX USB Pro)", "Enttec DMX USB Pro"),
        judged: ("公开文档的字节", "bytes of the public document"),
        unproven: ("没有实物；电平是推定的", "no real device; levels are assumed"),
    },
    example: || keys(EXAMPLE),
    make: |table, _line, seed| {
        let settings = Settings::of(table, WORDS)?;
        Ok(Box::new(Stream::new(EnttecPro::default(), &settings, seed)?))
    },
};

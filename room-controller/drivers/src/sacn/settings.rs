//! What a configuration says about lights on sACN: the lights' keys of [`crate::dmx::Settings`].

use super::protocol::Sacn;
use crate::dmx::{EXAMPLE, Settings, Stream, Words};
use crate::registry::{About, Entry, Line, keys};

/// Universes of E1.31.
pub const WORDS: Words = Words { universes: (1, 63_999), is_sacn: true };
/// Priority of a sender that says nothing (E1.31 §6.2.3).
const PRIORITY: u8 = 100;

/// `driver = "sacn"`
pub const ENTRY: Entry = Entry {
    name: "sacn",
    lines: &[Line::Udp],
    about: About {
        title: ("灯光 (sACN)", "sACN E1.31"),
        judged: ("olad（收我方驱动的报文：电平、线上测得的渐变）", "olad, for the driver: its levels, a fade timed on the wire"),
        unproven: ("没有灯具实物；协议不回报", "no real fixture; nothing proves the receiver"),
    },
    example: || keys(EXAMPLE),
    make: |table, _line, seed| {
        let settings = Settings::of(table, WORDS)?;
        let name = settings.source_name.clone().unwrap_or_else(|| "room controller".to_owned());
        Ok(Box::new(Stream::new(Sacn::new(name, settings.priority.unwrap_or(PRIORITY)), &settings, seed)?))
    },
};

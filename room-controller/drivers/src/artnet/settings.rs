//! What a configuration says about an Art-Net node: the lights' keys of [`crate::dmx::Settings`].

use super::protocol::ArtNet;
use crate::dmx::{EXAMPLE, Settings, Stream, Words};
use crate::registry::{About, Entry, Line, keys};

/// Port-addresses.
pub const WORDS: Words = Words { universes: (0, 0x7FFF), is_sacn: false };

/// `driver = "artnet"`
pub const ENTRY: Entry = Entry {
    name: "artnet",
    lines: &[Line::Udp],
    about: About {
        title: ("灯光 (Art-Net 4)", "Art-Net 4"),
        judged: (
            "olad（收我方驱动的报文：应答轮询、电平、线上测得的渐变）",
            "olad, for the driver: its answers to polls, its levels, a fade timed on the wire",
        ),
        unproven: ("没有灯具实物；电平是推定的，协议不回报", "no real fixture; levels are assumed, the protocol tells none"),
    },
    example: || keys(EXAMPLE),
    make: |table, _line, seed| {
        let settings = Settings::of(table, WORDS)?;
        let ours = settings.rig(WORDS)?.fixtures.iter().map(|fixture| fixture.universe).collect();
        Ok(Box::new(Stream::new(ArtNet::new(ours), &settings, seed)?))
    },
};

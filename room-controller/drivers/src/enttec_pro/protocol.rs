//! The widget as a carrier of DMX frames.

use room_api::Value;
use room_driver::Fact;

use super::codec::{Framer, Message};
use super::settings::WORDS;
use crate::dmx::{Carrier, Said, Universes, Words};

/// Parameters: firmware, break, mark after break, rate.
pub const PARAMETERS: u8 = 3;
/// Levels that go out.
pub const DMX: u8 = 6;
/// Serial number.
pub const SERIAL: u8 = 10;

/// One widget.
#[derive(Debug, Default)]
pub struct EnttecPro {
    framer: Framer,
}

fn said(message: &Message) -> Said {
    let fact = |property: &'static str, words: String| Fact { property: property.into(), value: Some(Value::Text(words)) };
    match (message.label, message.data.as_slice()) {
        (SERIAL, [a, b, c, d]) => Said::Here(vec![fact("widget", format!("{d:02X}{c:02X}{b:02X}{a:02X}"))]),
        (PARAMETERS, [low, high, _, _, _, ..]) => Said::Here(vec![fact("firmware", format!("{high}.{low}"))]),
        _ => Said::Nothing,
    }
}

impl Carrier for EnttecPro {
    fn name(&self) -> &'static str {
        "enttec_pro"
    }

    fn words(&self) -> Words {
        WORDS
    }

    fn properties(&self) -> &'static [&'static str] {
        &["widget", "firmware"]
    }

    fn open(&mut self) {
        self.framer.clear();
    }

    fn frames(&mut self, universes: &Universes) -> Vec<Vec<u8>> {
        universes.values().map(|levels| Message { label: DMX, data: [&[0][..], levels].concat() }.encode()).collect()
    }

    fn question(&mut self) -> Option<Vec<Vec<u8>>> {
        let ask = |label, data: &[u8]| Message { label, data: data.to_vec() }.encode();
        Some(vec![ask(SERIAL, &[]), ask(PARAMETERS, &[0, 0])])
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Said> {
        let (messages, dropped) = self.framer.feed(bytes);
        let noise = (dropped > 0).then_some(Said::Noise(dropped));
        noise.into_iter().chain(messages.iter().map(said)).collect()
    }
}

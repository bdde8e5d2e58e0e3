//! Art-Net as a carrier of DMX frames.

use std::collections::{BTreeMap, BTreeSet};

use room_api::Value;
use room_driver::Fact;

use super::codec::{Packet, Port, decode, dmx, poll};
use super::settings::WORDS;
use crate::dmx::{Carrier, Said, Universes, Words};

/// Art-Net towards one node.
#[derive(Debug, Default)]
pub struct ArtNet {
    /// Universes of our fixtures.
    ours: BTreeSet<u16>,
    /// Last sequence number, by universe.
    sequences: BTreeMap<u16, u8>,
    /// What the node says about its ports, by page.
    pages: BTreeMap<u8, Vec<Port>>,
}

fn fact(property: &'static str, value: String) -> Fact {
    Fact { property: property.into(), value: Some(Value::Text(value)) }
}

impl ArtNet {
    /// For fixtures in those universes.
    #[must_use]
    pub fn new(ours: BTreeSet<u16>) -> Self {
        Self { ours, ..Self::default() }
    }

    fn universes(&self, which: impl Fn(&Port) -> bool) -> String {
        let chosen: BTreeSet<u16> = self.pages.values().flatten().filter(|port| which(port)).map(|port| port.universe).collect();
        chosen.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl Carrier for ArtNet {
    fn name(&self) -> &'static str {
        "artnet"
    }

    fn words(&self) -> Words {
        WORDS
    }

    fn properties(&self) -> &'static [&'static str] {
        &["node", "node_report", "outputs", "transmitting", "merging"]
    }

    fn open(&mut self) {
        self.pages.clear();
    }

    fn frames(&mut self, universes: &Universes) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        for (universe, levels) in universes {
            let last = self.sequences.entry(*universe).or_insert(0);
            // 0 would say that nobody counts.
            *last = if *last == u8::MAX { 1 } else { *last + 1 };
            frames.push(dmx(*last, *universe, levels));
        }
        frames
    }

    fn question(&mut self) -> Option<Vec<Vec<u8>>> {
        Some(vec![poll()])
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Said> {
        let reply = match decode(bytes) {
            Some(Packet::PollReply(reply)) => reply,
            Some(Packet::Poll | Packet::Dmx(..) | Packet::Other(_)) => return vec![Said::Nothing],
            None => return vec![Said::Noise(bytes.len())],
        };
        self.pages.insert(reply.bind.max(1), reply.ports);
        let is_ours = |port: &Port| self.ours.contains(&port.universe);
        vec![Said::Here(vec![
            fact("node", reply.name),
            fact("node_report", reply.report),
            fact("outputs", self.universes(|_| true)),
            fact("transmitting", self.universes(|port| is_ours(port) && port.transmits)),
            fact("merging", self.universes(|port| is_ours(port) && port.merges)),
        ])]
    }
}

//! sACN as a carrier of DMX frames.

use std::collections::BTreeMap;

use room_driver::Fact;

use super::codec::{Data, cid_of};
use super::settings::WORDS;
use crate::dmx::{Carrier, Said, Universes, Words};

/// sACN towards one address.
#[derive(Debug)]
pub struct Sacn {
    name: String,
    cid: [u8; 16],
    priority: u8,
    sequences: BTreeMap<u16, u8>,
}

impl Sacn {
    /// A sender of that name and priority.
    #[must_use]
    pub fn new(name: String, priority: u8) -> Self {
        let cid = cid_of(&name);
        Self { name, cid, priority, sequences: BTreeMap::new() }
    }
}

impl Carrier for Sacn {
    fn name(&self) -> &'static str {
        "sacn"
    }

    fn words(&self) -> Words {
        WORDS
    }

    fn properties(&self) -> &'static [&'static str] {
        &["receiver"]
    }

    fn open(&mut self) {}

    fn frames(&mut self, universes: &Universes) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        for (universe, levels) in universes {
            let sequence = self.sequences.entry(*universe).or_insert(0);
            *sequence = sequence.wrapping_add(1);
            let data = Data {
                cid: self.cid,
                name: self.name.clone(),
                priority: self.priority,
                sequence: *sequence,
                terminated: false,
                universe: *universe,
                levels: levels.clone(),
            };
            frames.push(data.encode());
        }
        frames
    }

    fn question(&mut self) -> Option<Vec<Vec<u8>>> {
        None
    }

    /// Whatever comes is no answer: receivers say nothing.
    fn feed(&mut self, _bytes: &[u8]) -> Vec<Said> {
        vec![Said::Nothing]
    }

    fn at_open(&self) -> Vec<Fact> {
        vec![Fact { property: "receiver".into(), value: None }]
    }
}

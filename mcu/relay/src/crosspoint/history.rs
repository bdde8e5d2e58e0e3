//! The last packets of one stream, shared by all that forward, repeat or order them.

use bytes::Bytes;

use crate::{
    rtp::codec::{Mark, Vp8},
    time::Time,
};

/// One packet as every sink sees it; cloning shares the payload.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    /// Sequence number without end.
    pub(crate) number: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Bytes,
    pub(crate) mark: Mark,
    pub(crate) vp8: Option<Vp8>,
    pub(crate) at: Time,
}

/// A ring of packets by their number.
#[derive(Debug)]
pub(crate) struct History {
    ring: Vec<Option<Packet>>,
    first: Option<u64>,
    highest: Option<u64>,
}

impl History {
    /// `capacity` packets back are kept.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { ring: vec![None; capacity.max(1)], first: None, highest: None }
    }

    fn place(&self, number: u64) -> usize {
        // The remainder of a division by the length always fits.
        (number % self.ring.len() as u64) as usize
    }

    /// Keeps a packet; `false` when it is there already or older than the ring reaches.
    pub(crate) fn insert(&mut self, packet: Packet) -> bool {
        let (number, place) = (packet.number, self.place(packet.number));
        let Some(slot) = self.ring.get_mut(place) else {
            return false;
        };
        if slot.as_ref().is_some_and(|kept| kept.number >= number) {
            return false;
        }
        *slot = Some(packet);
        self.first = Some(self.first.map_or(number, |first| first.min(number)));
        self.highest = Some(self.highest.map_or(number, |highest| highest.max(number)));
        true
    }

    pub(crate) fn get(&self, number: u64) -> Option<&Packet> {
        self.ring.get(self.place(number))?.as_ref().filter(|packet| packet.number == number)
    }

    /// Number of the newest packet.
    pub(crate) const fn highest(&self) -> Option<u64> {
        self.highest
    }

    /// The packets from `from` to `to` that are there.
    pub(crate) fn range(&self, from: u64, to: u64) -> impl Iterator<Item = &Packet> {
        let reach = self.ring.len() as u64;
        (from.max(to.saturating_sub(reach))..=to).filter_map(|number| self.get(number))
    }

    /// Where the key frame begins to which packet `number` belongs, once enough of it is there to begin with.
    ///
    /// It begins with the first packet of the same timestamp (parameter sets stand before the slices). While the packet before that is missing,
    /// parameter sets may be missing with it: then `None`, unless `lenient` says that nothing will be repaired any more.
    pub(crate) fn key_start(&self, number: u64, lenient: bool) -> Option<u64> {
        let timestamp = self.get(number)?.timestamp;
        let same = |number: &u64| self.get(*number).is_some_and(|packet| packet.timestamp == timestamp);
        let limit = self.ring.len() as u64;
        let start = number - (1..limit).take_while(|back| same(&number.saturating_sub(*back))).count() as u64;
        let key = (start..start + limit).take_while(same).find(|at| self.get(*at).is_some_and(|packet| packet.mark == Mark::Key))?;
        let first = self.get(start)?;
        let whole = first.mark == Mark::Parameters || first.vp8.is_some() && key == start;
        let before_known = self.first == Some(start) || self.get(start - 1).is_some();
        (whole || before_known || lenient).then_some(start)
    }
}

#[cfg(test)]
mod tests {
    use super::{History, Packet};
    use crate::{rtp::codec::Mark, time::Time};
    use bytes::Bytes;

    fn packet(number: u64, timestamp: u32, mark: Mark) -> Packet {
        Packet { number, timestamp, marker: false, payload: Bytes::from_static(b"x"), mark, vp8: None, at: Time::default() }
    }

    #[test]
    fn a_key_frame_begins_with_its_parameter_sets() {
        let mut history = History::new(16);
        for (number, timestamp, mark) in [(100, 1, Mark::Plain), (101, 2, Mark::Parameters), (102, 2, Mark::Plain), (103, 2, Mark::Key)] {
            assert!(history.insert(packet(number, timestamp, mark)));
        }
        assert_eq!(history.key_start(103, false), Some(101));
        assert_eq!(history.key_start(100, false), None);
        assert!(!history.insert(packet(103, 2, Mark::Key)), "a repeat is no second packet");
    }

    #[test]
    fn a_lost_beginning_is_waited_for() {
        let mut history = History::new(16);
        history.insert(packet(100, 1, Mark::Plain));
        history.insert(packet(102, 2, Mark::Key));
        assert_eq!(history.key_start(102, false), None);
        assert_eq!(history.key_start(102, true), Some(102));
        history.insert(packet(101, 2, Mark::Parameters));
        assert_eq!(history.key_start(101, false), Some(101), "the late packet completes the beginning");
    }

    #[test]
    fn what_is_too_old_is_gone() {
        let mut history = History::new(4);
        (100..110).for_each(|number| assert!(history.insert(packet(number, 0, Mark::Plain))));
        assert!(history.get(105).is_none() && history.get(106).is_some());
        assert!(!history.insert(packet(104, 0, Mark::Plain)));
        assert_eq!(history.range(100, 109).count(), 4);
    }
}

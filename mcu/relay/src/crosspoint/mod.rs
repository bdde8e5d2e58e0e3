//! The crosspoint matrix: sinks ← sources, pure of sockets, keys and clocks.
//!
//! Packets of publishers and workers come in with the time of their arrival; packets for watchers and workers go out through an [`Outlet`].
//! A picture changes over only at a key frame of the new stream and between two pictures of the old one; sound of a seat leaves only while it is open.

mod clock;
mod feedback;
mod forward;
mod history;
mod inbound;
mod links;
mod meter;
mod redundancy;
mod repair;
mod report;
mod resend;
mod routing;
mod share;
mod sink;
mod stream;
mod switcher;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_support;

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
};

use mcu_media_api::{Codec, RelayWanted, SeatId, SourceId};

pub use links::{Link, Links};
pub use report::{PublisherFigures, WatcherFigures};

use crate::{
    entropy::Entropy,
    rtp::OutPacket,
    sdp,
    slab::{Key, Slab},
    time::Time,
};
use inbound::Publisher;
use links::Expected;
use share::Line;
pub use share::LineFigures;
use sink::{Sink, TapOut};
use stream::Stream;

/// Names one session for the crosspoint; drawn by the caller, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerId(pub u64);

pub(crate) type SourceKey = Key<Source>;
pub(crate) type StreamKey = Key<Stream>;
pub(crate) type SinkKey = Key<Sink>;
pub(crate) type TapKey = Key<TapOut>;

/// Where packets go.
pub trait Outlet {
    /// To a watcher.
    fn rtp(&mut self, to: PeerId, packet: &OutPacket<'_>);
    /// Pictures that wait for their turn on the way to a watcher are not wanted any more.
    fn give_up(&mut self, to: PeerId);
    /// A compound packet to a publisher or watcher.
    fn rtcp(&mut self, to: PeerId, bytes: &[u8]);
    /// To a worker.
    fn tap_rtp(&mut self, to: SocketAddr, packet: &OutPacket<'_>);
    /// A compound packet to a worker.
    fn tap_rtcp(&mut self, to: SocketAddr, bytes: &[u8]);
}

/// Something that publishes one stream, in up to three layers.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) id: SourceId,
    /// What it sends, once somebody has agreed to send it.
    pub(crate) codec: Option<Codec>,
    /// By layer: low, mid, high.
    pub(crate) streams: [Option<StreamKey>; 3],
    /// False only for the sound of a seat that is not open.
    pub(crate) open: bool,
    pub(crate) sinks: Vec<SinkKey>,
    pub(crate) taps: Vec<TapKey>,
}

/// A worker's product, or a stream of another shard, as it comes in.
#[derive(Debug)]
struct FeedIn {
    expected: Expected,
    source: SourceKey,
    stream: Option<StreamKey>,
}

/// The sinks of one watching session.
#[derive(Debug)]
struct Watcher {
    seat: SeatId,
    sinks: Vec<SinkKey>,
    line: Line,
}

/// The matrix.
pub struct Crosspoint {
    sources: Slab<Source>,
    by_id: BTreeMap<SourceId, SourceKey>,
    streams: Slab<Stream>,
    sinks: Slab<Sink>,
    taps: Slab<TapOut>,
    tap_by_ssrc: HashMap<u32, TapKey>,
    feeds: HashMap<u32, FeedIn>,
    publishers: HashMap<PeerId, Publisher>,
    /// Publishing sessions of each seat in the order of their connection; the last one speaks for the seat.
    owners: BTreeMap<SeatId, Vec<PeerId>>,
    watchers: BTreeMap<PeerId, Watcher>,
    wanted: RelayWanted,
    links: Links,
    entropy: Entropy,
    /// SSRC the relay's own reports carry.
    own_ssrc: u32,
    dirty: bool,
    changed: bool,
    next_tick: Time,
    next_second: Time,
}

impl Crosspoint {
    /// A matrix with nothing in it.
    #[must_use]
    pub fn new(mut entropy: Entropy) -> Self {
        let own_ssrc = entropy.u32();
        Self {
            sources: Slab::default(),
            by_id: BTreeMap::new(),
            streams: Slab::default(),
            sinks: Slab::default(),
            taps: Slab::default(),
            tap_by_ssrc: HashMap::new(),
            feeds: HashMap::new(),
            publishers: HashMap::new(),
            owners: BTreeMap::new(),
            watchers: BTreeMap::new(),
            wanted: RelayWanted::default(),
            links: Links::default(),
            entropy,
            own_ssrc,
            dirty: false,
            changed: false,
            next_tick: Time::default(),
            next_second: Time::default(),
        }
    }

    /// A publisher is connected and speaks for its seat from here on.
    pub fn add_publisher(&mut self, peer: PeerId, seat: &SeatId, agreement: &sdp::Agreement) {
        self.silence_owner(seat);
        self.publishers.insert(peer, Publisher::new(seat.clone(), agreement));
        self.owners.entry(seat.clone()).or_default().push(peer);
        self.activate_owner(seat);
    }

    /// A watcher is connected.
    pub fn add_watcher(&mut self, peer: PeerId, seat: &SeatId, agreement: &sdp::Agreement, cname: &str) {
        let mut sinks = Vec::with_capacity(3);
        for stream in agreement.streams() {
            let draw = self.entropy.bytes();
            sinks.push(self.sinks.insert(Sink::new(peer, stream, cname, draw)));
        }
        self.watchers.insert(peer, Watcher { seat: seat.clone(), sinks, line: Line::new() });
        self.dirty = true;
    }

    /// What congestion control believes of a watcher's line.
    pub fn set_line(&mut self, peer: PeerId, line: LineFigures) {
        if let Some(watcher) = self.watchers.get_mut(&peer) {
            watcher.line.set(line);
        }
    }

    /// A session is over. What its seat showed stays on the screens until something else comes.
    pub fn remove(&mut self, peer: PeerId) {
        if let Some(watcher) = self.watchers.remove(&peer) {
            for sink in watcher.sinks {
                self.sinks.remove(sink);
            }
        }
        if let Some(publisher) = self.publishers.remove(&peer) {
            let seat = publisher.seat.clone();
            self.drop_streams(&publisher);
            if let Some(owners) = self.owners.get_mut(&seat) {
                owners.retain(|owner| *owner != peer);
                if owners.is_empty() {
                    self.owners.remove(&seat);
                }
            }
            self.activate_owner(&seat);
        }
        self.dirty = true;
        self.changed = true;
    }

    /// Whether something people see has changed since the last question.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    fn silence_owner(&mut self, seat: &SeatId) {
        let Some(owner) = self.owners.get(seat).and_then(|owners| owners.last()).copied() else {
            return;
        };
        if let Some(mut publisher) = self.publishers.remove(&owner) {
            self.drop_streams(&publisher);
            publisher.rest();
            self.publishers.insert(owner, publisher);
        }
    }

    fn activate_owner(&mut self, seat: &SeatId) {
        let Some(owner) = self.owners.get(seat).and_then(|owners| owners.last()).copied() else {
            return;
        };
        let Some(publisher) = self.publishers.get_mut(&owner) else {
            return;
        };
        publisher.active = true;
        let codecs = publisher.codecs();
        for (slot, codec) in codecs {
            let key = self.source_key(&source_id(seat, slot));
            if let Some(source) = self.sources.get_mut(key) {
                source.codec = Some(codec);
            }
        }
        self.open_sounds();
        self.dirty = true;
        self.changed = true;
    }

    fn drop_streams(&mut self, publisher: &Publisher) {
        for key in publisher.streams() {
            self.drop_stream(key);
        }
    }

    fn drop_stream(&mut self, key: StreamKey) {
        let Some(stream) = self.streams.remove(key) else {
            return;
        };
        if let Some(source) = self.sources.get_mut(stream.source) {
            source.streams.iter_mut().filter(|place| **place == Some(key)).for_each(|place| *place = None);
        }
        for (_, sink) in self.sinks.iter_mut().filter(|(_, sink)| sink.forward.switcher.current() == Some(key)) {
            // The picture stays on the screen, so the source stays in the report; its layer no longer means anything.
            sink.shown = sink.shown.map(|(source, _)| (source, None));
        }
        self.dirty = true;
    }

    /// The place of a source, made when it is named for the first time.
    fn source_key(&mut self, id: &SourceId) -> SourceKey {
        if let Some(key) = self.by_id.get(id) {
            return *key;
        }
        let source =
            Source { id: id.clone(), codec: None, streams: [None; 3], open: !is_seat_sound(id), sinks: Vec::new(), taps: Vec::new() };
        let key = self.sources.insert(source);
        self.by_id.insert(id.clone(), key);
        key
    }
}

/// Whether a name is that of a seat's sound, which is closed until control opens it.
fn is_seat_sound(id: &SourceId) -> bool {
    id.0.ends_with("/sound")
}

/// The name of what a seat sends on an m-line.
fn source_id(seat: &SeatId, slot: sdp::Slot) -> SourceId {
    match slot {
        sdp::Slot::Main => seat.main(),
        sdp::Slot::Content => seat.content(),
        sdp::Slot::Sound => seat.sound(),
    }
}

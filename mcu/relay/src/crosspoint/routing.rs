//! Applying the wanted state, and choosing streams.

use std::collections::{BTreeMap, BTreeSet};

use mcu_media_api::{Codec, Feed, Layer, RelayWanted, SourceId, Tap};

use super::{
    Crosspoint, FeedIn, Outlet, Source, SourceKey, StreamKey,
    feedback::bytes_per_tick,
    inbound::{LAYERS, place},
    is_seat_sound,
    links::{Expected, Link, Links},
    share::{Ceiling, Wish},
    sink::{Sink, TapOut},
    stream::Stream,
};
use crate::{sdp::Slot, slab::Slab, time::Time};

impl Crosspoint {
    /// Replaces the wanted state. Whatever stays the same goes on without a break.
    pub fn set_wanted(&mut self, now: Time, wanted: &RelayWanted) {
        let links = std::mem::take(&mut self.links);
        self.set_wanted_and_links(now, wanted, links);
    }

    /// The same for one shard of several.
    pub fn set_wanted_and_links(&mut self, now: Time, wanted: &RelayWanted, links: Links) {
        (self.wanted, self.links) = (wanted.clone(), links);
        self.set_feeds();
        self.set_taps();
        self.open_sounds();
        self.dirty = true;
        self.changed = true;
        self.settle(now);
    }

    /// Of the wanted state in force.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.wanted.revision
    }

    fn set_feeds(&mut self) {
        let feed = |feed: &Feed| (feed.ssrc, Expected { source: feed.source.clone(), layer: Layer::High, codec: Some(feed.codec) });
        let link = |link: &Link| (link.ssrc, Expected { source: link.source.clone(), layer: link.layer, codec: None });
        let feeds: BTreeMap<u32, Expected> = self.wanted.feeds.iter().map(feed).chain(self.links.into.iter().map(link)).collect();
        let stays = |ssrc: &u32, known: &FeedIn| feeds.get(ssrc) == Some(&known.expected);
        let gone: Vec<u32> = self.feeds.iter().filter(|(ssrc, known)| !stays(ssrc, known)).map(|(ssrc, _)| *ssrc).collect();
        for ssrc in gone {
            if let Some(known) = self.feeds.remove(&ssrc) {
                known.stream.into_iter().for_each(|stream| self.drop_stream(stream));
            }
        }
        for (ssrc, expected) in feeds {
            if !self.feeds.contains_key(&ssrc) {
                let source = self.source_key(&expected.source);
                if let Some(source) = self.sources.get_mut(source) {
                    source.codec = expected.codec.or(source.codec);
                }
                self.feeds.insert(ssrc, FeedIn { expected, source, stream: None });
            }
        }
    }

    /// Taps are known by their SSRC: one that only changes its layer or address keeps its numbers.
    fn set_taps(&mut self) {
        let near = self.wanted.taps.iter().cloned().map(|tap| (tap, false));
        let taps: BTreeMap<u32, (Tap, bool)> = near.chain(self.links.taps().map(|tap| (tap, true))).map(|tap| (tap.0.ssrc, tap)).collect();
        let gone: Vec<u32> = self.tap_by_ssrc.keys().filter(|ssrc| !taps.contains_key(ssrc)).copied().collect();
        for ssrc in gone {
            if let Some(key) = self.tap_by_ssrc.remove(&ssrc) {
                self.taps.remove(key);
            }
        }
        for (ssrc, (tap, exact)) in taps {
            let source = self.source_key(&tap.source);
            let known = self.tap_by_ssrc.get(&ssrc).and_then(|key| self.taps.get_mut(*key));
            if let Some(known) = known {
                (known.wanted, known.exact, known.source) = (tap, exact, source);
                continue;
            }
            self.make_tap(tap, exact, source);
        }
    }

    fn make_tap(&mut self, tap: Tap, exact: bool, source: SourceKey) {
        // Until somebody publishes the source, its name tells whether it is sound: names of sounds end so by contract.
        let by_name = if is_seat_sound(&tap.source) || tap.source.0.contains("/mix/") { Codec::Opus } else { Codec::H264 };
        let codec = self.sources.get(source).and_then(|source| source.codec).unwrap_or(by_name);
        let (ssrc, draw) = (tap.ssrc, self.entropy.bytes());
        let key = self.taps.insert(TapOut::new(tap, exact, source, codec, draw));
        self.tap_by_ssrc.insert(ssrc, key);
    }

    /// A tap made before its source was known, and made for the wrong kind, begins anew.
    fn remake_taps(&mut self) {
        for (_, tap) in self.taps.iter_mut() {
            let codec = self.sources.get(tap.source).and_then(|source| source.codec);
            if let Some(codec) = codec.filter(|codec| !tap.suits(*codec)) {
                *tap = TapOut::new(tap.wanted.clone(), tap.exact, tap.source, codec, self.entropy.bytes());
            }
        }
    }

    /// Opens and closes the sounds of seats, those that come from another shard too. What workers feed is made of open sounds only and passes.
    pub(super) fn open_sounds(&mut self) {
        let open: BTreeSet<&SourceId> = self.wanted.open_sounds.iter().collect();
        let fed: BTreeSet<&SourceId> = self.wanted.feeds.iter().map(|feed| &feed.source).collect();
        let mut closed = Vec::new();
        for (key, source) in self.sources.iter_mut() {
            let sound = source.codec == Some(Codec::Opus) || is_seat_sound(&source.id);
            let now_open = !sound || fed.contains(&source.id) || open.contains(&source.id);
            if source.open && !now_open {
                closed.push(key);
            }
            source.open = now_open;
        }
        if closed.is_empty() {
            return;
        }
        // From here the next packet of such a source begins a new row of numbers, without the ones that were held back.
        let streams = &self.streams;
        let is_closed = |key: Option<StreamKey>| key.and_then(|key| streams.get(key)).is_some_and(|stream| closed.contains(&stream.source));
        for (_, sink) in self.sinks.iter_mut() {
            if is_closed(sink.forward.switcher.current()) {
                sink.forward.switcher.detach();
            }
        }
        for (_, tap) in self.taps.iter_mut() {
            if is_closed(tap.forward.switcher.current()) {
                tap.forward.switcher.detach();
            }
        }
        for (_, stream) in self.streams.iter_mut().filter(|(_, stream)| closed.contains(&stream.source)) {
            stream.set_ordered(false);
        }
    }

    /// Brings routes, choices and lists up to date after anything changed.
    pub(super) fn settle(&mut self, now: Time) {
        if !std::mem::take(&mut self.dirty) {
            return;
        }
        self.open_sounds();
        self.apply_routes();
        self.remake_taps();
        self.choose_streams(now);
        self.forget_unused();
        self.index();
    }

    fn apply_routes(&mut self) {
        let watchers: Vec<_> = self.watchers.values().map(|watcher| (watcher.seat.clone(), watcher.sinks.clone())).collect();
        for (seat, sinks) in watchers {
            let route = self.wanted.routes.iter().find(|route| route.seat == seat).cloned();
            for key in sinks {
                let Some(slot) = self.sinks.get(key).map(|sink| sink.slot) else {
                    continue;
                };
                let source = route.as_ref().and_then(|route| match slot {
                    Slot::Main => route.main.as_ref(),
                    Slot::Content => route.content.as_ref(),
                    Slot::Sound => route.sound.as_ref(),
                });
                let source = source.map(|id| self.source_key(id));
                if let Some(sink) = self.sinks.get_mut(key) {
                    sink.wanted = source;
                    sink.max_layer = route.as_ref().map_or(Layer::High, |route| route.max_layer);
                }
            }
        }
    }

    /// Shares each watcher's line among its outputs; sends probes where more may be tried.
    pub(super) fn share_lines(&mut self, now: Time, out: &mut dyn Outlet) {
        let (sources, streams) = (&self.sources, &self.streams);
        let mut wishes: Vec<Wish> = Vec::with_capacity(3);
        for watcher in self.watchers.values_mut() {
            for sink in &watcher.sinks {
                if let Some(sink) = self.sinks.get_mut(*sink) {
                    sink.set_line(&watcher.line);
                }
            }
            if watcher.line.target_bps().is_none() {
                continue;
            }
            wishes.clear();
            wishes.extend(watcher.sinks.iter().filter_map(|key| wish(now, self.sinks.get(*key)?, sources, streams)));
            let decision = watcher.line.decide(now, &wishes);
            for key in &watcher.sinks {
                let Some(sink) = self.sinks.get_mut(*key) else {
                    continue;
                };
                let ceiling = match sink.slot {
                    Slot::Main => decision.main,
                    Slot::Content => decision.content,
                    Slot::Sound => continue,
                };
                let before = std::mem::replace(&mut sink.ceiling, ceiling);
                self.changed |= before != ceiling;
                if before != ceiling && ceiling == Ceiling::Nothing {
                    sink.give_up();
                    out.give_up(sink.peer);
                }
                if sink.slot == Slot::Main && decision.probe_bps > 0 {
                    sink.probe(bytes_per_tick(decision.probe_bps), streams, out);
                }
            }
        }
    }

    /// Chooses the stream each output shall carry; asks for key frames where it is not the one it carries.
    pub(super) fn choose_streams(&mut self, now: Time) {
        let (sources, streams) = (&self.sources, &self.streams);
        let mut waited: Vec<StreamKey> = Vec::new();
        for (_, sink) in self.sinks.iter_mut() {
            let was = sink.refused.take();
            choose_for_sink(now, sink, sources, streams);
            self.changed |= was != sink.refused;
            waited.extend(sink.forward.needs_key());
        }
        for (_, tap) in self.taps.iter_mut() {
            let current = tap.forward.switcher.current();
            let target = sources.get(tap.source).and_then(|source| match tap.exact {
                true => source.streams.get(place(tap.wanted.layer)).copied().flatten(),
                false => choose(now, source, streams, tap.wanted.layer, current),
            });
            if is_sound_of_another(current, tap.source, streams) {
                tap.forward.switcher.detach();
            }
            tap.forward.aim(target);
            waited.extend(tap.forward.needs_key());
        }
        for key in waited {
            if let Some(stream) = self.streams.get_mut(key) {
                stream.want_key_frame();
            }
        }
    }

    fn index(&mut self) {
        for (_, source) in self.sources.iter_mut() {
            source.sinks.clear();
            source.taps.clear();
        }
        let of = |streams: &Slab<Stream>, key: Option<StreamKey>| key.and_then(|key| streams.get(key)).map(|stream| stream.source);
        for (key, sink) in self.sinks.iter() {
            let current = of(&self.streams, sink.forward.switcher.current());
            for source in [current, sink.wanted.filter(|wanted| Some(*wanted) != current)].into_iter().flatten() {
                if let Some(source) = self.sources.get_mut(source) {
                    source.sinks.push(key);
                }
            }
        }
        for (key, tap) in self.taps.iter() {
            let current = of(&self.streams, tap.forward.switcher.current());
            for source in [current, Some(tap.source).filter(|wanted| Some(*wanted) != current)].into_iter().flatten() {
                if let Some(source) = self.sources.get_mut(source) {
                    source.taps.push(key);
                }
            }
        }
        for (_, stream) in self.streams.iter_mut() {
            let tapped = self.sources.get(stream.source).is_some_and(|source| source.open && !source.taps.is_empty());
            stream.set_ordered(tapped);
        }
    }

    /// Names that nobody uses are given back, or composites made and gone would pile up over months.
    fn forget_unused(&mut self) {
        let mut used: BTreeSet<SourceKey> = self.streams.iter().map(|(_, stream)| stream.source).collect();
        used.extend(self.sinks.iter().flat_map(|(_, sink)| [sink.wanted, sink.shown.map(|(source, _)| source)]).flatten());
        used.extend(self.taps.iter().map(|(_, tap)| tap.source));
        used.extend(self.feeds.values().map(|feed| feed.source));
        let seats = &self.owners;
        let unused: Vec<SourceKey> = self
            .sources
            .iter()
            .filter(|(key, source)| !used.contains(key) && !seats.keys().any(|seat| source.id.0.starts_with(&seat.0)))
            .map(|(key, _)| key)
            .collect();
        for key in unused {
            if let Some(source) = self.sources.remove(key) {
                self.by_id.remove(&source.id);
            }
        }
    }
}

fn choose_for_sink(now: Time, sink: &mut Sink, sources: &Slab<Source>, streams: &Slab<Stream>) {
    let Some((key, source)) = sink.wanted.and_then(|key| sources.get(key).map(|source| (key, source))) else {
        sink.forward.switcher.detach();
        sink.forward.aim(None);
        sink.shown = None;
        return;
    };
    if let Some(codec) = source.codec.filter(|codec| *codec != sink.codec) {
        sink.refused = Some(codec);
        sink.forward.aim(None);
        return;
    }
    let current = sink.forward.switcher.current();
    let limit = match sink.ceiling {
        _ if sink.slot == Slot::Sound => sink.max_layer,
        Ceiling::Upto(layer) => sink.max_layer.min(layer),
        Ceiling::Nothing => {
            sink.forward.switcher.detach();
            sink.forward.aim(None);
            return;
        }
    };
    // A picture stays until the next one is there; a sound nobody wants any more stops at once.
    if is_sound_of_another(current, key, streams) {
        sink.forward.switcher.detach();
    }
    sink.forward.aim(choose(now, source, streams, limit, current));
}

/// What an output would like of its watcher's line.
fn wish(now: Time, sink: &Sink, sources: &Slab<Source>, streams: &Slab<Stream>) -> Option<Wish> {
    let source = sources.get(sink.wanted?)?;
    let rate = |key: Option<StreamKey>| {
        key.and_then(|key| streams.get(key)).filter(|stream| stream.is_alive(now)).map(|stream| stream.meter.bit_rate_bps)
    };
    let current = sink.forward.switcher.current().and_then(|key| streams.get(key)).filter(|stream| Some(stream.source) == sink.wanted);
    let with_repair = |rate: u32| (f64::from(rate) * sink.overhead()) as u32;
    Some(Wish {
        slot: sink.slot,
        limit: sink.max_layer,
        rates: source.streams.map(|key| rate(key).map(with_repair)),
        current: current.map(|stream| stream.layer),
    })
}

fn is_sound_of_another(current: Option<StreamKey>, wanted: SourceKey, streams: &Slab<Stream>) -> bool {
    current.and_then(|current| streams.get(current)).is_some_and(|stream| stream.codec == Codec::Opus && stream.source != wanted)
}

/// The highest living layer up to `limit`, else the lowest living one above it; when none lives, what is there stays.
fn choose(now: Time, source: &Source, streams: &Slab<Stream>, limit: Layer, current: Option<StreamKey>) -> Option<StreamKey> {
    let at = |layer: &Layer| source.streams.get(place(*layer)).copied().flatten();
    let order = || {
        let below = LAYERS.iter().rev().filter(|layer| **layer <= limit);
        below.chain(LAYERS.iter().filter(|layer| **layer > limit)).filter_map(at)
    };
    let alive = order().find(|key| streams.get(*key).is_some_and(|stream| stream.is_alive(now)));
    alive.or_else(|| order().find(|key| Some(*key) == current)).or_else(|| order().next())
}

//! What the matrix says about itself.

use std::time::Duration;

use mcu_media_api::{LayerReport, ShownReport, SourceId};

use super::{Crosspoint, PeerId, SourceKey, inbound::LAYERS, stream::Stream};
use crate::{sdp::Slot, time::Time};

/// What came within this time is flowing.
const FLOWING: Duration = Duration::from_secs(1);

/// A layer silent for longer than this is no longer listed.
const LISTED: Duration = Duration::from_secs(10);

/// What arrives of a publisher.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublisherFigures {
    /// Layers of the main picture, highest first.
    pub layers: Vec<LayerReport>,
    /// Whether the second picture flows.
    pub content: bool,
    /// Whether sound flows.
    pub sound: bool,
    /// Of the best layer of the main picture, else of the sound.
    pub loss_permille: u16,
    /// The same.
    pub jitter_ms: u16,
}

/// What a watcher gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatcherFigures {
    /// What is on the main m-line; `None` without one.
    pub shown: Option<ShownReport>,
    /// What its line is believed to carry in bits per second.
    pub line_bps: Option<u32>,
    /// From receiver reports.
    pub rtt_ms: Option<u32>,
    /// From receiver reports about the main picture.
    pub loss_permille: u16,
    /// The same.
    pub jitter_ms: u16,
}

fn jitter_ms(ticks: u32, clock_rate: u32) -> u16 {
    u16::try_from(u64::from(ticks) * 1000 / u64::from(clock_rate.max(1))).unwrap_or(u16::MAX)
}

fn flows(stream: Option<&Stream>, now: Time) -> bool {
    stream.is_some_and(|stream| now.since(stream.last_at) < FLOWING)
}

impl Crosspoint {
    /// Figures of a publishing session.
    #[must_use]
    pub fn publisher_figures(&self, now: Time, peer: PeerId) -> PublisherFigures {
        let Some(publisher) = self.publishers.get(&peer) else {
            return PublisherFigures::default();
        };
        let stream = |slot, layer| publisher.stream(slot, layer).and_then(|key| self.streams.get(key));
        let main: Vec<&Stream> = LAYERS.iter().rev().filter_map(|layer| stream(Slot::Main, *layer)).collect();
        let layers = main.iter().filter(|stream| now.since(stream.last_at) < LISTED).map(|stream| LayerReport {
            layer: stream.layer,
            bit_rate_bps: stream.meter.bit_rate_bps,
            age_ms: u32::try_from(now.since(stream.last_at).as_millis()).unwrap_or(u32::MAX),
        });
        let any = |slot| LAYERS.iter().any(|layer| flows(stream(slot, *layer), now));
        let sound = LAYERS.iter().find_map(|layer| stream(Slot::Sound, *layer));
        let best = main.iter().find(|stream| stream.is_alive(now)).or(main.first()).copied().or(sound);
        PublisherFigures {
            layers: layers.collect(),
            content: any(Slot::Content),
            sound: any(Slot::Sound),
            loss_permille: best.map_or(0, |stream| stream.meter.loss_permille),
            jitter_ms: best.map_or(0, |stream| jitter_ms(stream.meter.jitter(), stream.clock_rate)),
        }
    }

    /// Figures of a watching session.
    #[must_use]
    pub fn watcher_figures(&self, peer: PeerId) -> WatcherFigures {
        let sinks = self.watchers.get(&peer).map(|watcher| watcher.sinks.as_slice()).unwrap_or_default();
        let sinks: Vec<_> = sinks.iter().filter_map(|key| self.sinks.get(*key)).collect();
        let main = sinks.iter().find(|sink| sink.slot == Slot::Main);
        let best = main.or_else(|| sinks.first());
        let name = |key: SourceKey| self.sources.get(key).map(|source| source.id.clone());
        WatcherFigures {
            shown: main.map(|sink| {
                let current = sink.forward.switcher.current().and_then(|key| self.streams.get(key)).map(|stream| stream.source);
                ShownReport {
                    source: sink.shown.and_then(|(source, _)| name(source)),
                    layer: sink.shown.and_then(|(_, layer)| layer),
                    waiting_for: sink.wanted.filter(|wanted| sink.refused.is_none() && current != Some(*wanted)).and_then(name),
                    refused: sink.refused,
                    limited: sink.limited_by(),
                }
            }),
            line_bps: self
                .watchers
                .get(&peer)
                .and_then(|watcher| watcher.line.known_bps())
                .map(|bps| u32::try_from(bps).unwrap_or(u32::MAX)),
            rtt_ms: sinks.iter().find_map(|sink| sink.rtt).map(|rtt| u32::try_from(rtt.as_millis()).unwrap_or(u32::MAX)),
            loss_permille: best.map_or(0, |sink| sink.loss_permille),
            jitter_ms: best.map_or(0, |sink| jitter_ms(sink.jitter, super::stream::clock_rate(sink.codec))),
        }
    }

    /// Feeds from which packets came in the last second, by name.
    #[must_use]
    pub fn live_feeds(&self, now: Time) -> Vec<SourceId> {
        let live = |stream: Option<super::StreamKey>| flows(stream.and_then(|key| self.streams.get(key)), now);
        let mut feeds: Vec<SourceId> =
            self.feeds.values().filter(|feed| live(feed.stream)).map(|feed| feed.expected.source.clone()).collect();
        feeds.sort();
        feeds
    }
}

//! What comes in: which stream a packet belongs to, and who gets it.

use std::net::SocketAddr;

use bytes::Bytes;
use mcu_media_api::{Codec, Layer, SeatId};

use super::{
    Crosspoint, Outlet, PeerId, SourceKey, StreamKey,
    clock::SenderClock,
    links::codec_of,
    source_id,
    stream::{Origin, Stream},
};
use crate::{
    rtp::{RtpPacket, codec::Mark, is_rtcp, red},
    sdp::{self, Slot},
    time::Time,
};

/// SSRCs remembered per publisher; as many as its peer lets through.
const MAX_SSRCS: usize = 32;

/// All layers, lowest first, as their places in arrays.
pub(crate) const LAYERS: [Layer; 3] = [Layer::Low, Layer::Mid, Layer::High];

/// The place of a layer in an array.
pub(crate) const fn place(layer: Layer) -> usize {
    match layer {
        Layer::Low => 0,
        Layer::Mid => 1,
        Layer::High => 2,
    }
}

/// What an SSRC carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Inbound {
    ssrc: u32,
    slot: Slot,
    layer: Layer,
    retransmission: bool,
}

/// A publishing session.
#[derive(Debug)]
pub(crate) struct Publisher {
    pub(crate) seat: SeatId,
    /// Speaks for its seat.
    pub(crate) active: bool,
    pub(crate) lines: Vec<sdp::Stream>,
    pub(crate) clock: SenderClock,
    inbound: Vec<Inbound>,
    streams: Vec<(Slot, Layer, StreamKey)>,
}

impl Publisher {
    pub(crate) fn new(seat: SeatId, agreement: &sdp::Agreement) -> Self {
        let lines = agreement.streams().cloned().collect();
        Self { seat, active: false, lines, clock: SenderClock::default(), inbound: Vec::new(), streams: Vec::new() }
    }

    /// Forgets its streams and waits.
    pub(crate) fn rest(&mut self) {
        self.active = false;
        self.inbound.clear();
        self.streams.clear();
    }

    pub(crate) fn codecs(&self) -> Vec<(Slot, Codec)> {
        self.lines.iter().map(|line| (line.slot, line.codec)).collect()
    }

    pub(crate) fn streams(&self) -> impl Iterator<Item = StreamKey> {
        self.streams.iter().map(|(_, _, key)| *key)
    }

    pub(crate) fn stream(&self, slot: Slot, layer: Layer) -> Option<StreamKey> {
        self.streams.iter().find(|known| (known.0, known.1) == (slot, layer)).map(|(_, _, key)| *key)
    }

    fn line(&self, slot: Slot) -> Option<&sdp::Stream> {
        self.lines.iter().find(|line| line.slot == slot)
    }

    /// What a packet is, by its SSRC, else by announcement, MID, RID and payload type (RFC 9143 §9.2).
    fn classify(&mut self, packet: &RtpPacket) -> Option<Inbound> {
        if let Some(known) = self.inbound.iter().find(|known| known.ssrc == packet.ssrc) {
            return Some(*known);
        }
        let line = self.line_of(packet)?;
        let retransmission = line.rtx_payload_type == Some(packet.payload_type);
        let media = [Some(line.payload_type), line.red_payload_type].contains(&Some(packet.payload_type));
        if !retransmission && !media {
            return None;
        }
        let extension = if retransmission { line.extensions.repaired_rid } else { line.extensions.rid };
        let rid = Some(extension).filter(|id| *id != 0).and_then(|id| packet.extension(id)).and_then(|rid| std::str::from_utf8(rid).ok());
        let named = rid.and_then(|rid| line.rids.iter().find(|(known, _)| known == rid)).map(|(_, layer)| *layer);
        let repaired = line.retransmissions.iter().find(|(_, repair)| *repair == packet.ssrc).map(|(primary, _)| *primary);
        let announced = repaired.and_then(|primary| self.inbound.iter().find(|known| known.ssrc == primary)).map(|known| known.layer);
        let single = line.rids.is_empty().then_some(Layer::High);
        let found = Inbound { ssrc: packet.ssrc, slot: line.slot, layer: named.or(announced).or(single)?, retransmission };
        if self.inbound.len() == MAX_SSRCS {
            self.inbound.remove(0);
        }
        self.inbound.push(found);
        Some(found)
    }

    fn line_of(&self, packet: &RtpPacket) -> Option<&sdp::Stream> {
        let announced = |line: &&sdp::Stream| line.ssrcs.contains(&packet.ssrc);
        let by_mid = |line: &&sdp::Stream| line.extensions.mid != 0 && packet.extension(line.extensions.mid) == Some(line.mid.as_bytes());
        let by_type = |line: &&sdp::Stream| {
            line.payload_type == packet.payload_type || [line.rtx_payload_type, line.red_payload_type].contains(&Some(packet.payload_type))
        };
        if let Some(line) = self.lines.iter().find(announced).or_else(|| self.lines.iter().find(by_mid)) {
            return Some(line);
        }
        let mut candidates = self.lines.iter().filter(by_type);
        let only = candidates.next()?;
        candidates.next().is_none().then_some(only)
    }
}

impl Crosspoint {
    /// Takes a decrypted RTP packet of a publisher.
    pub fn rtp(&mut self, now: Time, peer: PeerId, packet: RtpPacket, out: &mut dyn Outlet) {
        let Some(publisher) = self.publishers.get_mut(&peer).filter(|publisher| publisher.active) else {
            return;
        };
        let Some(inbound) = publisher.classify(&packet) else {
            return;
        };
        let known = publisher.stream(inbound.slot, inbound.layer);
        if inbound.retransmission {
            if let (Some(key), Some(packet)) = (known, self.original(known, packet)) {
                self.take_in(now, key, packet, true, out);
            }
            return;
        }
        let key = match known.and_then(|key| self.streams.get(key).map(|stream| (key, stream))) {
            Some((key, stream)) if stream.ssrc == packet.ssrc && stream.continues_with(packet.sequence) => Some(key),
            Some((_, stream)) if !stream.may_be_replaced(now) => None,
            Some(_) | None => self.begin_stream(now, peer, inbound),
        };
        let Some(key) = key else {
            return;
        };
        let redundant = self.publishers.get(&peer).and_then(|publisher| publisher.line(inbound.slot)?.red_payload_type);
        if redundant == Some(packet.payload_type) {
            self.take_redundant(now, key, packet, out);
        } else {
            self.take_in(now, key, packet, false, out);
        }
    }

    /// Undoes RFC 2198: the packets before this one that did not come, and the packet itself.
    fn take_redundant(&mut self, now: Time, key: StreamKey, packet: RtpPacket, out: &mut dyn Outlet) {
        let Some(mut blocks) = red::read(&packet.payload) else {
            return;
        };
        let Some(own) = blocks.pop() else {
            return;
        };
        let distance_of = |place: usize| (blocks.len() - place) as u16;
        for (place, block) in blocks.iter().enumerate() {
            let sequence = packet.sequence.wrapping_sub(distance_of(place));
            let lacking = self.streams.get(key).is_some_and(|stream| stream.lacks(sequence));
            if lacking && !block.payload.is_empty() {
                let mut earlier = packet.clone();
                (earlier.sequence, earlier.timestamp) = (sequence, packet.timestamp.wrapping_sub(block.offset));
                (earlier.payload, earlier.marker) = (block.payload.clone(), false);
                self.take_in(now, key, earlier, true, out);
            }
        }
        let mut own_packet = packet;
        own_packet.payload = own.payload;
        self.take_in(now, key, own_packet, false, out);
    }

    /// Undoes RFC 4588: the packet as it was sent first.
    fn original(&self, stream: Option<StreamKey>, packet: RtpPacket) -> Option<RtpPacket> {
        let stream = self.streams.get(stream?)?;
        let sequence = packet.payload.first_chunk().map(|chunk| u16::from_be_bytes(*chunk))?;
        let mut original = packet;
        (original.sequence, original.ssrc) = (sequence, stream.ssrc);
        original.payload = original.payload.slice(2..);
        Some(original)
    }

    fn begin_stream(&mut self, now: Time, peer: PeerId, inbound: Inbound) -> Option<StreamKey> {
        let publisher = self.publishers.get(&peer)?;
        let line = publisher.line(inbound.slot)?;
        let (codec, feedback) = (line.codec, line.feedback);
        let source = self.source_key(&source_id(&publisher.seat.clone(), inbound.slot));
        if let Some(old) = self.publishers.get(&peer)?.stream(inbound.slot, inbound.layer) {
            self.drop_stream(old);
        }
        let key = self.streams.insert(Stream::new(now, source, inbound.layer, codec, inbound.ssrc, Origin::Peer(peer, feedback)));
        let publisher = self.publishers.get_mut(&peer)?;
        publisher.streams.retain(|(slot, layer, _)| (*slot, *layer) != (inbound.slot, inbound.layer));
        publisher.streams.push((inbound.slot, inbound.layer, key));
        self.attach(source, inbound.layer, key);
        Some(key)
    }

    fn attach(&mut self, source: SourceKey, layer: Layer, key: StreamKey) {
        if let Some(place) = self.sources.get_mut(source).and_then(|source| source.streams.get_mut(place(layer))) {
            *place = Some(key);
        }
        self.dirty = true;
        self.changed = true;
    }

    /// Takes a datagram a worker or another shard sent to the loopback socket.
    pub fn worker(&mut self, now: Time, from: SocketAddr, bytes: &Bytes, out: &mut dyn Outlet) {
        if is_rtcp(bytes) {
            self.worker_rtcp(now, from, bytes, out);
            return;
        }
        let Some(packet) = RtpPacket::parse(bytes) else {
            return;
        };
        let Some(feed) = self.feeds.get(&packet.ssrc) else {
            return;
        };
        let origin = Origin::Worker(from);
        // A restarted worker comes from another port or counts anew: that is another stream.
        let key = match feed.stream.and_then(|key| self.streams.get(key).map(|stream| (key, stream))) {
            Some((key, stream)) if stream.origin == origin && stream.continues_with(packet.sequence) => Some(key),
            Some(_) | None => {
                let Some(codec) = feed.expected.codec.or_else(|| codec_of(packet.payload_type)) else {
                    return;
                };
                self.begin_feed(now, codec, packet.ssrc, origin)
            }
        };
        let Some(key) = key else {
            return;
        };
        self.take_in(now, key, packet, false, out);
    }

    fn begin_feed(&mut self, now: Time, codec: Codec, ssrc: u32, origin: Origin) -> Option<StreamKey> {
        if let Some(old) = self.feeds.get(&ssrc)?.stream {
            self.drop_stream(old);
        }
        let feed = self.feeds.get_mut(&ssrc)?;
        let (source, layer) = (feed.source, feed.expected.layer);
        let key = self.streams.insert(Stream::new(now, source, layer, codec, ssrc, origin));
        feed.stream = Some(key);
        self.sources.get_mut(source)?.codec = Some(codec);
        self.attach(source, layer, key);
        Some(key)
    }

    fn take_in(&mut self, now: Time, key: StreamKey, packet: RtpPacket, repaired: bool, out: &mut dyn Outlet) {
        // Before the first packet of a stream is offered to anybody, those who want it must know of it.
        self.settle(now);
        let Some(stream) = self.streams.get_mut(key) else {
            return;
        };
        let Some(source) = self.sources.get_mut(stream.source) else {
            return;
        };
        if !source.open {
            if !repaired {
                stream.count(now, &packet);
            }
            return;
        }
        let Some(taken) = stream.take_in(now, packet, repaired) else {
            return;
        };
        let source_key = stream.source;
        let sinks = std::mem::take(&mut source.sinks);
        if let Some(packet) = self.streams.get(key).and_then(|stream| stream.history.get(taken.number)) {
            for sink in &sinks {
                if let Some(sink) = self.sinks.get_mut(*sink)
                    && sink.offer(now, key, &self.streams, packet, taken.key, out)
                {
                    (self.dirty, self.changed) = (true, true);
                }
            }
        }
        if let Some(source) = self.sources.get_mut(source_key) {
            source.sinks = sinks;
        }
        self.hand_out_in_order(now, key, out);
    }

    /// Gives the taps what is next in order.
    pub(super) fn hand_out_in_order(&mut self, now: Time, key: StreamKey, out: &mut dyn Outlet) {
        let Some(source) = self.streams.get(key).map(|stream| stream.source) else {
            return;
        };
        let Some(taps) =
            self.sources.get_mut(source).filter(|source| !source.taps.is_empty()).map(|source| std::mem::take(&mut source.taps))
        else {
            return;
        };
        while let Some(number) = self.streams.get_mut(key).and_then(|stream| stream.next_in_order(now)) {
            let Some(stream) = self.streams.get(key) else {
                break;
            };
            let Some(packet) = stream.history.get(number) else {
                continue;
            };
            let start = if packet.mark == Mark::Key { stream.history.key_start(number, true) } else { None };
            for tap in &taps {
                if let Some(tap) = self.taps.get_mut(*tap) {
                    tap.offer(now, key, &self.streams, packet, start, out);
                }
            }
        }
        if let Some(source) = self.sources.get_mut(source) {
            source.taps = taps;
        }
    }
}

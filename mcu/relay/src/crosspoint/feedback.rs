//! RTCP in and out, and what time asks for.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;

use super::{
    Crosspoint, Outlet, PeerId, SinkKey, StreamKey,
    stream::{Origin, Stream},
};
use crate::{
    rtp::rtcp::{self, Part, ReportBlock},
    sdp::Slot,
    time::Time,
};

/// Step of everything that waits for time: gaps, held changes, repeated requests. A frame at 50/s lasts as long.
const TICK: Duration = Duration::from_millis(20);

/// Time between two reports to a publisher.
const SECOND: Duration = Duration::from_secs(1);

/// What publishers are told they may send (REMB). Three layers of a 1080p camera with retransmissions need about 6 Mbit/s;
/// senders find their own way below it from the loss reports.
const PUBLISH_BIT_RATE_BPS: u64 = 8_000_000;

/// What a rate makes of one tick.
pub(super) fn bytes_per_tick(bps: u32) -> usize {
    (u64::from(bps) * TICK.as_millis() as u64 / 8_000) as usize
}

impl Crosspoint {
    /// Takes a decrypted compound packet of a session.
    pub fn rtcp(&mut self, now: Time, peer: PeerId, bytes: &[u8], out: &mut dyn Outlet) {
        rtcp::read(bytes, |part| match part {
            Part::SenderReport { ssrc, ntp, rtp } => self.sender_report(now, peer, ssrc, ntp, rtp),
            Part::Report(block) => {
                if let Some(sink) = self.sink_of(peer, block.ssrc).and_then(|key| self.sinks.get_mut(key)) {
                    sink.reported(now, &block);
                }
            }
            Part::Nack { ssrc, pairs } => {
                if let Some(sink) = self.sink_of(peer, ssrc).and_then(|key| self.sinks.get_mut(key)) {
                    sink.repeat(now, pairs, &self.streams, out);
                }
            }
            // For the session itself, which knows when its packets left.
            Part::TransportWide { .. } => {}
            Part::KeyFrame { ssrc } => {
                let sink = self.sink_of(peer, ssrc).and_then(|key| self.sinks.get(key));
                let stream = sink.and_then(|sink| sink.forward.switcher.current().or(sink.forward.target));
                self.want_key_frame(stream);
            }
        });
    }

    /// Takes a compound packet of a worker; its sender reports carry the host's monotonic time.
    pub(super) fn worker_rtcp(&mut self, now: Time, from: SocketAddr, bytes: &Bytes, out: &mut dyn Outlet) {
        rtcp::read(bytes, |part| match part {
            Part::SenderReport { ssrc, ntp, rtp } => {
                let stream = self.feeds.get(&ssrc).and_then(|feed| feed.stream).and_then(|key| self.streams.get_mut(key));
                if let Some(stream) = stream {
                    stream.clock.reported(Time::from_ntp(ntp), rtp);
                    stream.note_sender_report(now, ntp);
                }
            }
            Part::KeyFrame { ssrc } => {
                let tap = self.tap_by_ssrc.get(&ssrc).and_then(|key| self.taps.get(*key));
                if tap.is_none() && !self.links.shards.contains(&from) {
                    // Workers know one address of the relay; another shard may hold the tap.
                    let mut asked = Vec::with_capacity(16);
                    rtcp::write_pli(&mut asked, self.own_ssrc, ssrc);
                    self.links.shards.iter().for_each(|shard| out.tap_rtcp(*shard, &asked));
                }
                let stream = tap.and_then(|tap| tap.forward.switcher.current().or(tap.forward.target));
                self.want_key_frame(stream);
            }
            Part::Report(_) | Part::Nack { .. } | Part::TransportWide { .. } => {}
        });
    }

    fn want_key_frame(&mut self, stream: Option<StreamKey>) {
        if let Some(stream) = stream.and_then(|key| self.streams.get_mut(key)) {
            stream.want_key_frame();
        }
    }

    fn sender_report(&mut self, now: Time, peer: PeerId, ssrc: u32, ntp: u64, rtp: u32) {
        let Some(publisher) = self.publishers.get_mut(&peer) else {
            return;
        };
        let key = publisher.streams().find(|key| self.streams.get(*key).is_some_and(|stream| stream.ssrc == ssrc));
        if let Some(stream) = key.and_then(|key| self.streams.get_mut(key)) {
            stream.clock.reported(publisher.clock.report(now, ntp), rtp);
            stream.note_sender_report(now, ntp);
        }
    }

    fn sink_of(&self, peer: PeerId, ssrc: u32) -> Option<SinkKey> {
        let sinks = &self.watchers.get(&peer)?.sinks;
        sinks.iter().copied().find(|key| self.sinks.get(*key).is_some_and(|sink| sink.ssrc == ssrc))
    }

    /// Ends a batch: requests and reports that are due go out. Call it after each batch and at [`Self::deadline`].
    pub fn flush(&mut self, now: Time, out: &mut dyn Outlet) {
        self.settle(now);
        if now >= self.next_tick {
            self.next_tick = now + TICK;
            self.tick(now, out);
        }
        if now >= self.next_second {
            self.next_second = now + SECOND;
            self.every_second(now, out);
        }
        let own = self.own_ssrc;
        for (_, stream) in self.streams.iter_mut() {
            request_repairs(now, own, stream, out);
            request_key_frame(now, own, stream, out);
        }
    }

    /// When [`Self::flush`] is due though nothing came; `None` while there is nothing to watch over.
    #[must_use]
    pub fn deadline(&self) -> Option<Time> {
        let idle = self.streams.is_empty() && self.sinks.is_empty() && self.publishers.is_empty();
        (!idle).then_some(self.next_tick)
    }

    fn tick(&mut self, now: Time, out: &mut dyn Outlet) {
        self.share_lines(now, out);
        self.choose_streams(now);
        for key in self.streams.keys() {
            self.hand_out_in_order(now, key, out);
        }
        for (_, sink) in self.sinks.iter_mut() {
            if sink.tick(now, &self.streams, out) {
                (self.dirty, self.changed) = (true, true);
            }
        }
        for (_, tap) in self.taps.iter_mut() {
            tap.tick(now, &self.streams, out);
        }
    }

    fn every_second(&mut self, now: Time, out: &mut dyn Outlet) {
        for (_, stream) in self.streams.iter_mut() {
            stream.roll(now);
        }
        for (peer, publisher) in self.publishers.iter().filter(|(_, publisher)| publisher.active) {
            let streams: Vec<&Stream> = publisher.streams().filter_map(|key| self.streams.get(key)).collect();
            let blocks: Vec<ReportBlock> = streams.iter().filter_map(|stream| stream.report_block(now)).collect();
            if blocks.is_empty() {
                continue;
            }
            let mut bytes = Vec::with_capacity(512);
            rtcp::write_receiver_report(&mut bytes, self.own_ssrc, &blocks);
            rtcp::write_cname(&mut bytes, self.own_ssrc, "relay");
            if publisher.lines.iter().any(|line| line.slot != Slot::Sound && line.feedback.remb && !line.feedback.transport_cc) {
                let pictures: Vec<u32> = streams.iter().filter(|stream| stream.clock_rate == 90_000).map(|stream| stream.ssrc).collect();
                rtcp::write_remb(&mut bytes, self.own_ssrc, PUBLISH_BIT_RATE_BPS, &pictures);
            }
            out.rtcp(*peer, &bytes);
        }
    }
}

fn request_repairs(now: Time, own: u32, stream: &mut Stream, out: &mut dyn Outlet) {
    let Origin::Peer(peer, _) = stream.origin else {
        return;
    };
    if stream.repair.is_empty() {
        return;
    }
    let mut sequences = Vec::new();
    stream.repair.due(now, stream.meter.loss_permille, &mut sequences);
    if !sequences.is_empty() {
        let mut bytes = Vec::with_capacity(64);
        rtcp::write_nack(&mut bytes, own, stream.ssrc, &sequences);
        out.rtcp(peer, &bytes);
    }
}

fn request_key_frame(now: Time, own: u32, stream: &mut Stream, out: &mut dyn Outlet) {
    if !stream.key_frame_due(now) {
        return;
    }
    let mut bytes = Vec::with_capacity(32);
    match stream.origin {
        Origin::Peer(peer, feedback) => {
            if feedback.pli || !feedback.fir {
                rtcp::write_pli(&mut bytes, own, stream.ssrc);
            } else {
                stream.fir_number = stream.fir_number.wrapping_add(1);
                rtcp::write_fir(&mut bytes, own, stream.ssrc, stream.fir_number);
            }
            out.rtcp(peer, &bytes);
        }
        Origin::Worker(address) => {
            rtcp::write_pli(&mut bytes, own, stream.ssrc);
            out.tap_rtcp(address, &bytes);
        }
    }
}

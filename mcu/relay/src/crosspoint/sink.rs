//! Outputs: an m-line of a watcher, and a worker's tap.

use std::{net::SocketAddr, time::Duration};

use mcu_media_api::{Codec, Layer, Tap};

use super::{
    Outlet, PeerId, SourceKey, StreamKey,
    forward::Forward,
    history::Packet,
    stream::{Stream, clock_rate},
    switcher::{Placed, Switcher},
};
use crate::{
    rtp::{OutPacket, rtcp},
    sdp,
    slab::Slab,
    time::Time,
};

/// Time between two sender reports of one output.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Resends of one output per second. Measured elsewhere: a budget of 15 % of the rate leaves half the pictures damaged at 20 % loss, so this only
/// stops a peer that asks for everything again and again (four times the packets of a 2.5 Mbit/s picture).
const MAX_RESENDS_PER_SECOND: u32 = 1000;

/// Counters of a sender report.
#[derive(Debug, Default)]
struct Sent {
    packets: u32,
    octets: u32,
}

/// An m-line of a watcher.
#[derive(Debug)]
pub(crate) struct Sink {
    pub(crate) peer: PeerId,
    pub(crate) slot: sdp::Slot,
    pub(crate) codec: Codec,
    pub(crate) ssrc: u32,
    payload_type: u8,
    rtx: Option<(u8, u32)>,
    rtx_sequence: u16,
    repeats: bool,
    cname: String,
    pub(crate) forward: Forward,
    pub(crate) max_layer: Layer,
    pub(crate) wanted: Option<SourceKey>,
    pub(crate) refused: Option<String>,
    /// Source and layer of the last packets sent.
    pub(crate) shown: Option<(SourceKey, Option<Layer>)>,
    sent: Sent,
    report_due: Time,
    resends: u32,
    /// From receiver reports: round trip, loss in ‰, jitter in timestamp units.
    pub(crate) rtt: Option<Duration>,
    pub(crate) loss_permille: u16,
    pub(crate) jitter: u32,
}

impl Sink {
    pub(crate) fn new(peer: PeerId, stream: &sdp::Stream, cname: &str, draw: [u8; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = draw;
        let switcher = Switcher::new(stream.clock_rate, u16::from_be_bytes([a, b]), u32::from_be_bytes([c, d, e, f]));
        Self {
            peer,
            slot: stream.slot,
            codec: stream.codec,
            ssrc: stream.send_ssrc,
            payload_type: stream.payload_type,
            rtx: stream.rtx_payload_type.map(|payload_type| (payload_type, stream.send_rtx_ssrc)),
            rtx_sequence: u16::from_be_bytes([g, h]) & 0x7FFF,
            repeats: stream.feedback.nack,
            cname: cname.to_owned(),
            forward: Forward::new(switcher, stream.codec != Codec::Opus, false),
            max_layer: Layer::High,
            wanted: None,
            refused: None,
            shown: None,
            sent: Sent::default(),
            report_due: Time::default(),
            resends: 0,
            rtt: None,
            loss_permille: 0,
            jitter: 0,
        }
    }

    /// Offers a packet; returns whether the output changed over.
    pub(crate) fn offer(
        &mut self,
        now: Time,
        key: StreamKey,
        streams: &Slab<Stream>,
        packet: &Packet,
        start: Option<u64>,
        out: &mut dyn Outlet,
    ) -> bool {
        let (header, sent) = (Header { peer: self.peer, ssrc: self.ssrc, payload_type: self.payload_type }, &mut self.sent);
        let changed = self.forward.offer(now, key, streams, packet, start, &mut |packet, placed| header.send(packet, placed, sent, out));
        self.after(now, streams, changed, out);
        changed
    }

    /// Does what time asks for; returns whether the output changed over.
    pub(crate) fn tick(&mut self, now: Time, streams: &Slab<Stream>, out: &mut dyn Outlet) -> bool {
        let (header, sent) = (Header { peer: self.peer, ssrc: self.ssrc, payload_type: self.payload_type }, &mut self.sent);
        let changed = self.forward.tick(now, streams, &mut |packet, placed| header.send(packet, placed, sent, out));
        self.after(now, streams, changed, out);
        if now >= self.report_due {
            self.report(now, streams, out);
        }
        changed
    }

    fn after(&mut self, now: Time, streams: &Slab<Stream>, changed: bool, out: &mut dyn Outlet) {
        if changed {
            let stream = self.forward.switcher.current().and_then(|current| streams.get(current));
            self.shown = stream.map(|stream| (stream.source, Some(stream.layer)));
            self.report(now, streams, out);
        }
    }

    fn report(&mut self, now: Time, streams: &Slab<Stream>, out: &mut dyn Outlet) {
        self.report_due = now + REPORT_INTERVAL;
        self.resends = 0;
        if let Some(rtp) = rtp_now(&self.forward, streams, now) {
            let mut bytes = Vec::with_capacity(96);
            rtcp::write_sender_report(&mut bytes, self.ssrc, now.ntp(), rtp, self.sent.packets, self.sent.octets);
            rtcp::write_cname(&mut bytes, self.ssrc, &self.cname);
            out.rtcp(self.peer, &bytes);
        }
    }

    /// Sends packets again that the watcher lacks.
    pub(crate) fn repeat(&mut self, pairs: &[u8], streams: &Slab<Stream>, out: &mut dyn Outlet) {
        if !self.repeats {
            return;
        }
        for sequence in rtcp::nack_sequences(pairs) {
            let located = self.forward.switcher.locate(sequence);
            let found = located.and_then(|(epoch, number)| streams.get(epoch.stream)?.history.get(number).map(|packet| (epoch, packet)));
            let Some((epoch, packet)) = found else {
                continue;
            };
            let (Some(placed), true) = (epoch.place(packet), self.resends < MAX_RESENDS_PER_SECOND) else {
                continue;
            };
            self.resends += 1;
            let mut again = out_packet(packet, placed, self.payload_type, self.ssrc);
            if let Some((payload_type, ssrc)) = self.rtx {
                again.original_sequence = Some(placed.sequence);
                (again.payload_type, again.ssrc, again.sequence) = (payload_type, ssrc, self.rtx_sequence);
                self.rtx_sequence = self.rtx_sequence.wrapping_add(1);
            }
            out.rtp(self.peer, &again);
        }
    }

    /// Takes a report block of the watcher about this output.
    pub(crate) fn reported(&mut self, now: Time, block: &rtcp::ReportBlock) {
        self.loss_permille = u16::from(block.fraction_lost) * 125 / 32;
        self.jitter = block.jitter;
        if block.last_sr != 0 {
            let units = now.ntp_middle().wrapping_sub(block.last_sr).wrapping_sub(block.delay);
            // A round trip is never negative; clocks that disagree by a little make it look so.
            let units = if units > u32::MAX / 2 { 0 } else { units };
            self.rtt = Some(Duration::from_micros(u64::from(units) * 1_000_000 / 65_536));
        }
    }
}

/// The numbers of an output that do not change.
struct Header {
    peer: PeerId,
    ssrc: u32,
    payload_type: u8,
}

impl Header {
    fn send(&self, packet: &Packet, placed: Placed, sent: &mut Sent, out: &mut dyn Outlet) {
        sent.packets = sent.packets.wrapping_add(1);
        sent.octets = sent.octets.wrapping_add(packet.payload.len() as u32);
        out.rtp(self.peer, &out_packet(packet, placed, self.payload_type, self.ssrc));
    }
}

fn out_packet(packet: &Packet, placed: Placed, payload_type: u8, ssrc: u32) -> OutPacket<'_> {
    OutPacket {
        marker: packet.marker,
        payload_type,
        sequence: placed.sequence,
        timestamp: placed.timestamp,
        ssrc,
        original_sequence: None,
        payload: &packet.payload,
        patch: placed.patch,
    }
}

fn rtp_now(forward: &Forward, streams: &Slab<Stream>, now: Time) -> Option<u32> {
    let stream = streams.get(forward.switcher.current()?)?;
    Some(stream.clock.rtp_at(now)?.wrapping_add(forward.switcher.timestamp_shift()?))
}

/// A source's stream handed to a worker.
#[derive(Debug)]
pub(crate) struct TapOut {
    pub(crate) wanted: Tap,
    pub(crate) source: SourceKey,
    pub(crate) forward: Forward,
    sent: Sent,
    report_due: Time,
    sound: bool,
}

/// Payload types on loopback: dynamic ones, one per codec, for workers that look at them.
pub(crate) const fn worker_payload_type(codec: Codec) -> u8 {
    match codec {
        Codec::H264 => 96,
        Codec::Vp8 => 97,
        Codec::Opus => 111,
    }
}

impl TapOut {
    pub(crate) fn new(wanted: Tap, source: SourceKey, codec: Codec, draw: [u8; 6]) -> Self {
        let [a, b, c, d, e, f] = draw;
        let switcher = Switcher::new(clock_rate(codec), u16::from_be_bytes([a, b]), u32::from_be_bytes([c, d, e, f]));
        let sound = codec == Codec::Opus;
        Self { wanted, source, forward: Forward::new(switcher, !sound, true), sent: Sent::default(), report_due: Time::default(), sound }
    }

    /// Whether it was made for such a codec.
    pub(crate) fn suits(&self, codec: Codec) -> bool {
        self.sound == (codec == Codec::Opus)
    }

    pub(crate) fn offer(
        &mut self,
        now: Time,
        key: StreamKey,
        streams: &Slab<Stream>,
        packet: &Packet,
        start: Option<u64>,
        out: &mut dyn Outlet,
    ) {
        if packet.payload.is_empty() {
            // Padding for bandwidth probes: it means nothing to a decoder, and a gap would look like loss.
            if self.forward.switcher.current() == Some(key) {
                self.forward.switcher.skip();
            }
            return;
        }
        let payload_type = streams.get(key).map_or(0, |stream| worker_payload_type(stream.codec));
        let (to, ssrc, sent) = (self.wanted.to, self.wanted.ssrc, &mut self.sent);
        let mut pending: Vec<(Packet, Placed)> = Vec::new();
        let changed = self.forward.offer(now, key, streams, packet, start, &mut |packet, placed| pending.push((packet.clone(), placed)));
        if changed {
            // The mapping of time goes ahead of the first packet it holds for.
            report_tap(&self.forward, streams, now, to, ssrc, sent, out);
            self.report_due = now + REPORT_INTERVAL;
        }
        for (packet, placed) in &pending {
            sent.packets = sent.packets.wrapping_add(1);
            sent.octets = sent.octets.wrapping_add(packet.payload.len() as u32);
            out.tap_rtp(to, &out_packet(packet, *placed, payload_type, ssrc));
        }
    }

    pub(crate) fn tick(&mut self, now: Time, streams: &Slab<Stream>, out: &mut dyn Outlet) {
        let (to, ssrc) = (self.wanted.to, self.wanted.ssrc);
        let mut pending: Vec<(Packet, Placed)> = Vec::new();
        self.forward.tick(now, streams, &mut |packet, placed| pending.push((packet.clone(), placed)));
        let payload_type =
            self.forward.switcher.current().and_then(|key| streams.get(key)).map_or(0, |stream| worker_payload_type(stream.codec));
        for (packet, placed) in &pending {
            self.sent.packets = self.sent.packets.wrapping_add(1);
            self.sent.octets = self.sent.octets.wrapping_add(packet.payload.len() as u32);
            out.tap_rtp(to, &out_packet(packet, *placed, payload_type, ssrc));
        }
        if now >= self.report_due || !pending.is_empty() {
            report_tap(&self.forward, streams, now, to, ssrc, &self.sent, out);
            self.report_due = now + REPORT_INTERVAL;
        }
    }
}

fn report_tap(forward: &Forward, streams: &Slab<Stream>, now: Time, to: SocketAddr, ssrc: u32, sent: &Sent, out: &mut dyn Outlet) {
    if let Some(rtp) = rtp_now(forward, streams, now) {
        let mut bytes = Vec::with_capacity(64);
        rtcp::write_sender_report(&mut bytes, ssrc, now.ntp(), rtp, sent.packets, sent.octets);
        rtcp::write_cname(&mut bytes, ssrc, "relay");
        out.tap_rtcp(to, &bytes);
    }
}

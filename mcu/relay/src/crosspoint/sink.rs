//! Outputs: an m-line of a watcher, and a worker's tap.

use std::{net::SocketAddr, time::Duration};

use mcu_media_api::{Codec, Layer, LimitedBy, Tap};

use super::{
    Outlet, PeerId, SourceKey, StreamKey,
    flow::Flow,
    forward::Forward,
    history::Packet,
    links::payload_type_of,
    redundancy::Redundancy,
    resend::Resends,
    share::{Ceiling, Line},
    stream::{Stream, clock_rate},
    switcher::{Placed, Switcher},
};
use crate::{
    rtp::{OutPacket, codec::Mark, rtcp},
    sdp,
    slab::Slab,
    time::Time,
};

/// Time between two sender reports of one output.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Resends of one output per second. Measured elsewhere: a budget of 15 % of the rate leaves half the pictures damaged at 20 % loss, so this only
/// stops a peer that asks for everything again and again (six times the packets of a 2.5 Mbit/s picture).
const MAX_RESENDS_PER_SECOND: u32 = 1500;

/// Loss taken for the line's own, in ‰, where the watcher reports no transport-wide numbers.
const MAX_UNEXPLAINED_PERMILLE: u16 = 200;

/// Packets looked at for one step of a probe.
const PROBE_PACKETS: u64 = 40;

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
    transport_id: Option<u8>,
    rtx: Option<(u8, u32)>,
    rtx_sequence: u16,
    red: Redundancy,
    repeats: bool,
    again: Resends,
    /// RTP time, as it came in, of the last key frame.
    key_timestamp: Option<u32>,
    cname: String,
    pub(crate) forward: Forward,
    pub(crate) max_layer: Layer,
    pub(crate) wanted: Option<SourceKey>,
    /// Codec of the wanted source, which the watcher cannot decode.
    pub(crate) refused: Option<Codec>,
    /// What the watcher's line carries of it.
    pub(crate) ceiling: Ceiling,
    /// Source and layer of the last packets sent.
    pub(crate) shown: Option<(SourceKey, Option<Layer>)>,
    sent: Sent,
    pub(super) flow: Flow,
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
            transport_id: Some(stream.extensions.transport_cc).filter(|id| *id != 0),
            rtx: stream.rtx_payload_type.map(|payload_type| (payload_type, stream.send_rtx_ssrc)),
            rtx_sequence: u16::from_be_bytes([g, h]) & 0x7FFF,
            red: Redundancy::new(stream.red_payload_type),
            // Redundant sound is its own repair; sent once more it would not be the same packet.
            repeats: stream.feedback.nack && stream.red_payload_type.is_none(),
            again: Resends::default(),
            key_timestamp: None,
            cname: cname.to_owned(),
            forward: Forward::new(switcher, stream.codec != Codec::Opus, false),
            max_layer: Layer::High,
            wanted: None,
            refused: None,
            ceiling: Ceiling::Upto(Layer::High),
            shown: None,
            sent: Sent::default(),
            flow: Flow::default(),
            report_due: Time::default(),
            resends: 0,
            rtt: None,
            loss_permille: 0,
            jitter: 0,
        }
    }

    /// Why it carries less than it may.
    pub(crate) fn limited_by(&self) -> Option<LimitedBy> {
        let (_, shown) = self.shown?;
        match (self.ceiling, shown) {
            (Ceiling::Nothing, _) => Some(LimitedBy::LineNothing),
            (Ceiling::Upto(layer), _) if layer < self.max_layer => Some(LimitedBy::Line),
            (Ceiling::Upto(_), Some(layer)) if layer < self.max_layer => Some(LimitedBy::Publisher),
            (Ceiling::Upto(_), _) => None,
        }
    }

    fn header(&self) -> Header {
        let (peer, ssrc, payload_type) = (self.peer, self.ssrc, self.payload_type);
        Header { peer, ssrc, payload_type, urgent: self.slot == sdp::Slot::Sound, transport_id: self.transport_id }
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
        let (header, sent, red) = (self.header(), &mut self.sent, &mut self.red);
        let (again, key_timestamp, flow) = (&mut self.again, &mut self.key_timestamp, &mut self.flow);
        let history = streams.get(key).map(|stream| &stream.history);
        let changed = self.forward.offer(now, key, streams, packet, start, &mut |packet, placed| {
            let begins = matches!(packet.mark, Mark::Key | Mark::Parameters);
            if begins {
                *key_timestamp = Some(packet.timestamp);
            }
            if packet.marker && !header.urgent {
                flow.picture(now);
            }
            again.sent(now, placed.sequence, begins || *key_timestamp == Some(packet.timestamp));
            match red.payload(now, header.payload_type, packet, history) {
                Some((payload_type, payload)) => header.send_as(payload_type, packet, placed, payload, sent, out),
                None => header.send(packet, placed, sent, out),
            }
        });
        self.after(now, streams, changed, out);
        changed
    }

    /// Does what time asks for; returns whether the output changed over.
    pub(crate) fn tick(&mut self, now: Time, streams: &Slab<Stream>, out: &mut dyn Outlet) -> bool {
        let (header, sent) = (self.header(), &mut self.sent);
        let changed = self.forward.tick(now, streams, &mut |packet, placed| header.send(packet, placed, sent, out));
        self.repeat_due(now, streams, out);
        self.flow.waits(now, self.forward.needs_key().is_some());
        self.after(now, streams, changed, out);
        if now >= self.report_due {
            self.report(now, streams, out);
        }
        changed
    }

    fn after(&mut self, now: Time, streams: &Slab<Stream>, changed: bool, out: &mut dyn Outlet) {
        if changed {
            self.flow.waits(now, false);
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
    pub(crate) fn repeat(&mut self, now: Time, pairs: &[u8], streams: &Slab<Stream>, out: &mut dyn Outlet) {
        if !self.repeats || self.ceiling == Ceiling::Nothing {
            return;
        }
        for sequence in rtcp::nack_sequences(pairs) {
            if self.send_again(sequence, streams, out) {
                self.again.answered(now, sequence);
            }
        }
    }

    /// Sends what the line's loss asks for besides.
    fn repeat_due(&mut self, now: Time, streams: &Slab<Stream>, out: &mut dyn Outlet) {
        while let Some(sequence) = self.again.due(now) {
            self.send_again(sequence, streams, out);
        }
    }

    fn send_again(&mut self, sequence: u16, streams: &Slab<Stream>, out: &mut dyn Outlet) -> bool {
        let located = self.forward.switcher.locate(sequence);
        let found = located.and_then(|(epoch, number)| streams.get(epoch.stream)?.history.get(number).map(|packet| (epoch, packet)));
        let Some((epoch, packet)) = found else {
            return false;
        };
        let (Some(placed), true) = (epoch.place(packet), self.resends < MAX_RESENDS_PER_SECOND) else {
            return false;
        };
        self.resends += 1;
        let again = self.header().packet(packet, placed);
        let mut again = again_as(self.rtx, &mut self.rtx_sequence, again);
        again.repeat = self.rtx.is_none();
        out.rtp(self.peer, &again);
        true
    }

    /// Nothing of it goes out any more; what was to be repeated is of no use.
    pub(crate) fn give_up(&mut self) {
        self.flow.stop();
        self.again.clear();
    }

    /// Repairs as the watcher's line asks for.
    pub(crate) fn set_line(&mut self, line: &Line) {
        // Losses of a line nothing else is known of may be the relay's own doing: then answers are repeated, and nothing is sent ahead.
        let permille = line.loss_permille().unwrap_or_else(|| self.loss_permille.min(MAX_UNEXPLAINED_PERMILLE));
        // Without the form of RFC 4588 a repeat is the same packet once more, which counts as received twice; sound has its own redundancy.
        let repeats = self.slot != sdp::Slot::Sound && self.repeats && self.rtx.is_some();
        self.again.set_loss(if repeats { permille } else { 0 });
        self.red.set_room(line.target_bps());
    }

    /// What its rate is multiplied with by repair.
    pub(crate) fn overhead(&self) -> f64 {
        if self.slot == sdp::Slot::Sound { self.red.overhead() } else { 1.0 + self.again.overhead() }
    }

    /// Sends about so many bytes of what went out last once more, to find out whether the line carries them. Receivers know repeats of RFC 4588
    /// by their numbers and drop them, or fill a gap with them; without that form nothing is sent.
    pub(crate) fn probe(&mut self, bytes: usize, streams: &Slab<Stream>, out: &mut dyn Outlet) {
        let (Some(_), Some(key)) = (self.rtx, self.forward.switcher.current()) else {
            return;
        };
        let (Some(stream), header) = (streams.get(key), self.header()) else {
            return;
        };
        let newest = stream.history.highest().unwrap_or(0);
        let mut left = bytes;
        for packet in stream.history.range(newest.saturating_sub(PROBE_PACKETS), newest) {
            let Some(placed) = self.forward.switcher.place_again(packet).filter(|_| left > 0) else {
                continue;
            };
            left = left.saturating_sub(packet.payload.len());
            let again = again_as(self.rtx, &mut self.rtx_sequence, header.packet(packet, placed));
            out.rtp(self.peer, &again);
        }
    }

    /// Takes a report block of the watcher about this output.
    pub(crate) fn reported(&mut self, now: Time, block: &rtcp::ReportBlock) {
        self.loss_permille = u16::from(block.fraction_lost) * 125 / 32;
        self.jitter = block.jitter;
        self.red.heard_loss(now, self.loss_permille);
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
    urgent: bool,
    transport_id: Option<u8>,
}

/// The RFC 4588 form of a packet sent once more.
fn again_as<'p>(rtx: Option<(u8, u32)>, sequence: &mut u16, mut packet: OutPacket<'p>) -> OutPacket<'p> {
    if let Some((payload_type, ssrc)) = rtx {
        packet.original_sequence = Some(packet.sequence);
        (packet.payload_type, packet.ssrc, packet.sequence) = (payload_type, ssrc, *sequence);
        *sequence = sequence.wrapping_add(1);
    }
    packet
}

impl Header {
    fn packet<'p>(&self, packet: &'p Packet, placed: Placed) -> OutPacket<'p> {
        OutPacket { urgent: self.urgent, transport_id: self.transport_id, ..out_packet(packet, placed, self.payload_type, self.ssrc) }
    }

    fn send_as(&self, payload_type: u8, packet: &Packet, placed: Placed, payload: &[u8], sent: &mut Sent, out: &mut dyn Outlet) {
        sent.packets = sent.packets.wrapping_add(1);
        sent.octets = sent.octets.wrapping_add(payload.len() as u32);
        out.rtp(self.peer, &OutPacket { payload_type, payload, ..self.packet(packet, placed) });
    }

    fn send(&self, packet: &Packet, placed: Placed, sent: &mut Sent, out: &mut dyn Outlet) {
        self.send_as(self.payload_type, packet, placed, &packet.payload, sent, out);
    }
}

fn out_packet(packet: &Packet, placed: Placed, payload_type: u8, ssrc: u32) -> OutPacket<'_> {
    OutPacket {
        marker: packet.marker,
        payload_type,
        sequence: placed.sequence,
        timestamp: placed.timestamp,
        ssrc,
        urgent: false,
        repeat: false,
        transport_id: None,
        original_sequence: None,
        payload: &packet.payload,
        patch: placed.patch,
    }
}

fn rtp_now(forward: &Forward, streams: &Slab<Stream>, now: Time) -> Option<u32> {
    let stream = streams.get(forward.switcher.current()?)?;
    Some(stream.clock.rtp_at(now)?.wrapping_add(forward.switcher.timestamp_shift()?))
}

/// A source's stream handed to a worker or another shard.
#[derive(Debug)]
pub(crate) struct TapOut {
    pub(crate) wanted: Tap,
    /// Gets that layer or nothing: another shard chooses by itself.
    pub(crate) exact: bool,
    pub(crate) source: SourceKey,
    pub(crate) forward: Forward,
    sent: Sent,
    report_due: Time,
    sound: bool,
}

impl TapOut {
    pub(crate) fn new(wanted: Tap, exact: bool, source: SourceKey, codec: Codec, draw: [u8; 6]) -> Self {
        let [a, b, c, d, e, f] = draw;
        let switcher = Switcher::new(clock_rate(codec), u16::from_be_bytes([a, b]), u32::from_be_bytes([c, d, e, f]));
        let sound = codec == Codec::Opus;
        Self {
            wanted,
            exact,
            source,
            forward: Forward::new(switcher, !sound, true),
            sent: Sent::default(),
            report_due: Time::default(),
            sound,
        }
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
        let payload_type = streams.get(key).map_or(0, |stream| payload_type_of(stream.codec));
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
            self.forward.switcher.current().and_then(|key| streams.get(key)).map_or(0, |stream| payload_type_of(stream.codec));
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

//! One incoming stream: one layer of a source, from a publisher or a worker.

use std::{net::SocketAddr, time::Duration};

use mcu_media_api::{Codec, Layer};

use super::{
    PeerId, SourceKey,
    clock::RtpClock,
    history::{History, Packet},
    meter::Meter,
    repair::Repair,
};
use crate::{
    rtp::{
        RtpPacket, Unwrapper,
        codec::{Mark, h264_mark, vp8},
        nearest,
        rtcp::ReportBlock,
    },
    sdp::Feedback,
    time::Time,
};

/// Packets of picture kept per layer: about four seconds at 2.5 Mbit/s, longer than any repair and than any key frame.
const PICTURE_HISTORY: usize = 1024;

/// Packets of sound kept: two seconds.
const SOUND_HISTORY: usize = 128;

/// Shortest time between two key frame requests to one stream; the same is the time after which an unanswered one is repeated.
pub(crate) const KEY_FRAME_INTERVAL: Duration = Duration::from_millis(200);

/// How long a worker's packets wait for a gap to be repaired: a resend over a bad line takes about 60 ms, and a mixer's jitter buffer
/// allows little more.
pub(crate) const ORDER_WAIT: Duration = Duration::from_millis(80);

/// A layer from which nothing came for so long is not counted on; a picture of two frames a second still lives.
pub(crate) const LAYER_TIMEOUT: Duration = Duration::from_millis(600);

/// Sequence numbers a sender may leap before it is taken to have begun anew (MAX_DROPOUT of RFC 3550 appendix A.1).
const MAX_LEAP: i16 = 3000;

/// A layer's stream may be replaced by another so often; a sender that changes its SSRC with every packet would cost a history each time.
const LEAST_LIFE: Duration = Duration::from_secs(1);

/// Who sends a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A publisher, with the feedback it understands.
    Peer(PeerId, Feedback),
    /// A worker on loopback.
    Worker(SocketAddr),
}

/// What taking in a packet brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TakenIn {
    /// Its number without end.
    pub(crate) number: u64,
    /// The key frame it begins or completes, by its first packet.
    pub(crate) key: Option<u64>,
}

/// The stream.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) source: SourceKey,
    pub(crate) layer: Layer,
    pub(crate) codec: Codec,
    pub(crate) ssrc: u32,
    pub(crate) origin: Origin,
    pub(crate) clock_rate: u32,
    pub(crate) history: History,
    pub(crate) clock: RtpClock,
    pub(crate) meter: Meter,
    pub(crate) last_at: Time,
    begun: Time,
    pub(crate) repair: Repair,
    /// Whether repeats come in a stream of their own (RFC 4588) or in later packets (RED): then what comes late in this one was only overtaken.
    repairs_apart: bool,
    /// Next packet for those who want order; `None` while nobody does.
    ordered_next: Option<u64>,
    gap_since: Option<Time>,
    sequence: Unwrapper,
    /// First packet since the sound was opened; what was said before is not to be heard. `None` while it is closed or nothing came.
    heard_from: Option<u64>,
    key_wanted: bool,
    key_asked: Option<Time>,
    pub(crate) fir_number: u8,
    last_report: Option<(u32, Time)>,
}

/// Clock rate of a codec in Hz.
pub(crate) const fn clock_rate(codec: Codec) -> u32 {
    match codec {
        Codec::H264 | Codec::Vp8 => 90_000,
        Codec::Opus => 48_000,
    }
}

impl Stream {
    /// A stream whose first packet came at `now`.
    pub(crate) fn new(now: Time, source: SourceKey, layer: Layer, codec: Codec, ssrc: u32, origin: Origin) -> Self {
        let capacity = if codec == Codec::Opus { SOUND_HISTORY } else { PICTURE_HISTORY };
        Self {
            source,
            layer,
            codec,
            ssrc,
            origin,
            clock_rate: clock_rate(codec),
            history: History::new(capacity),
            clock: RtpClock::new(clock_rate(codec)),
            meter: Meter::default(),
            last_at: now,
            begun: now,
            repair: Repair::default(),
            repairs_apart: false,
            ordered_next: None,
            gap_since: None,
            sequence: Unwrapper::default(),
            heard_from: None,
            key_wanted: false,
            key_asked: None,
            fir_number: 0,
            last_report: None,
        }
    }

    /// Whether an original packet so numbered can belong to this stream; else its sender has begun anew.
    pub(crate) fn continues_with(&self, sequence: u16) -> bool {
        self.sequence
            .highest()
            .is_none_or(|highest| (sequence.wrapping_sub(highest as u16) as i16).unsigned_abs() <= MAX_LEAP.unsigned_abs())
    }

    /// Whether a packet so numbered, after the beginning of the stream and of its being heard, never came.
    pub(crate) fn lacks(&self, sequence: u16) -> bool {
        let Some(highest) = self.sequence.highest() else {
            return false;
        };
        let number = nearest(highest, sequence);
        self.heard_from.is_some_and(|first| number > first) && self.history.get(number).is_none()
    }

    /// Whether another stream may take its place.
    pub(crate) fn may_be_replaced(&self, now: Time) -> bool {
        now.since(self.begun) >= LEAST_LIFE
    }

    /// Counts an original packet that goes no further (a closed sound).
    pub(crate) fn count(&mut self, now: Time, packet: &RtpPacket) {
        let number = self.sequence.unwrap(packet.sequence);
        self.heard_from = None;
        self.last_at = now;
        self.clock.arrived(now, packet.timestamp);
        self.meter.arrived(now, number, packet.timestamp, self.clock_rate, packet.payload.len());
    }

    /// Takes in a packet; `None` when it is a repeat or too old.
    pub(crate) fn take_in(&mut self, now: Time, packet: RtpPacket, repaired: bool) -> Option<TakenIn> {
        let before = self.sequence.highest();
        let number = self.sequence.unwrap(packet.sequence);
        self.last_at = now;
        self.clock.arrived(now, packet.timestamp);
        self.repairs_apart |= repaired;
        if repaired {
            self.meter.repaired(packet.payload.len());
        } else {
            self.meter.arrived(now, number, packet.timestamp, self.clock_rate, packet.payload.len());
        }
        self.heard_from.get_or_insert(number);
        let expected = before.map_or(number, |highest| highest + 1);
        if number > expected {
            self.gap(now, expected, number);
        } else if number < expected && self.repair.filled(number) && !self.repairs_apart {
            self.meter.was_resent();
        }
        let late = number < expected;
        let (mark, vp8) = self.understand(&packet.payload);
        let (timestamp, marker, payload) = (packet.timestamp, packet.marker, packet.payload);
        if !self.history.insert(Packet { number, timestamp, marker, payload, mark, vp8, at: now }) {
            // A second coming does not make up for another's loss.
            if !repaired {
                self.meter.was_resent();
            }
            return None;
        }
        let key = if mark != Mark::Plain || late && self.codec != Codec::Opus { self.history.key_start(number, false) } else { None };
        Some(TakenIn { number, key })
    }

    fn gap(&mut self, now: Time, expected: u64, number: u64) {
        let repairable = matches!(self.origin, Origin::Peer(_, feedback) if feedback.nack);
        if repairable && !self.repair.missed(now, expected, number) {
            self.key_wanted = true;
        }
    }

    fn understand(&self, payload: &[u8]) -> (Mark, Option<crate::rtp::codec::Vp8>) {
        match self.codec {
            Codec::H264 => (h264_mark(payload), None),
            Codec::Vp8 => {
                let found = vp8(payload);
                let mark = if found.is_some_and(|found| found.key) { Mark::Key } else { Mark::Plain };
                (mark, found)
            }
            Codec::Opus => (Mark::Plain, None),
        }
    }

    /// Somebody needs a key frame.
    pub(crate) fn want_key_frame(&mut self) {
        self.key_wanted |= self.codec != Codec::Opus;
    }

    /// Whether to ask the sender for a key frame at this moment; says yes at most once per [`KEY_FRAME_INTERVAL`].
    pub(crate) fn key_frame_due(&mut self, now: Time) -> bool {
        if !self.key_wanted || self.key_asked.is_some_and(|asked| now.since(asked) < KEY_FRAME_INTERVAL) {
            return false;
        }
        self.key_wanted = false;
        self.key_asked = Some(now);
        true
    }

    /// Begins or ends handing out packets in order.
    pub(crate) fn set_ordered(&mut self, wanted: bool) {
        if !wanted {
            (self.ordered_next, self.gap_since) = (None, None);
        } else if self.ordered_next.is_none() {
            self.ordered_next = Some(self.sequence.highest().map_or(0, |highest| highest + 1));
        }
    }

    /// Number of the next packet in order, if its time has come; a gap is passed over after [`ORDER_WAIT`].
    pub(crate) fn next_in_order(&mut self, now: Time) -> Option<u64> {
        let (next, highest) = (self.ordered_next?, self.history.highest()?);
        let next = if next == 0 { highest } else { next };
        if next > highest {
            self.ordered_next = Some(next);
            return None;
        }
        let found = if self.history.get(next).is_some() {
            next
        } else {
            let since = *self.gap_since.get_or_insert(now);
            if now.since(since) < ORDER_WAIT {
                return None;
            }
            self.history.range(next, highest).next().map(|packet| packet.number)?
        };
        self.gap_since = None;
        self.ordered_next = Some(found + 1);
        Some(found)
    }

    /// Number up to which packets were handed out in order.
    pub(crate) fn ordered_up_to(&self) -> Option<u64> {
        self.ordered_next.and_then(|next| next.checked_sub(1))
    }

    /// Remembers a sender report for the next report block.
    pub(crate) fn note_sender_report(&mut self, now: Time, ntp: u64) {
        self.last_report = Some(((ntp >> 16) as u32, now));
    }

    /// Whether a packet came lately enough to count on the layer.
    pub(crate) fn is_alive(&self, now: Time) -> bool {
        now.since(self.last_at) < LAYER_TIMEOUT
    }

    /// Closes the second of the statistics.
    pub(crate) fn roll(&mut self, now: Time) {
        if let Some(highest) = self.sequence.highest() {
            self.meter.roll(now, highest);
        }
    }

    /// The block of the receiver report to the publisher.
    pub(crate) fn report_block(&self, now: Time) -> Option<ReportBlock> {
        let highest = self.sequence.highest()?;
        let (last_sr, delay) = self.last_report.map_or((0, 0), |(middle, at)| (middle, (now.since(at).as_millis() * 65_536 / 1000) as u32));
        Some(ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: self.meter.fraction_lost,
            lost: self.meter.lost(highest),
            // The unwrapper counts its first cycle as one; on the wire cycles begin at zero.
            highest: (highest - (1 << 16)) as u32,
            jitter: self.meter.jitter(),
            last_sr,
            delay,
        })
    }
}

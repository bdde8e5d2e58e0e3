//! A site's publishing half without a socket: it plays its clip in three layers and sound, and answers requests for key frames as a camera does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use codec::clock::{monotonic, to_ntp, to_rtp};
use mcu_relay::rtp::rtcp::{self, Part};

use super::clips::Packets;
use super::offer::{MID, PICTURE_MID, RID, RIDS};
use crate::peer::{Peer, Received};
use crate::sdp::{H264, OPUS};

/// Frames per second of every layer.
const FPS: u32 = 30;
/// Sound packets per second.
const BLOCKS_PER_S: u32 = 50;
/// Sites whose frames are spread evenly over the frame time: cameras are not in step.
const PHASES: u32 = 13;
/// Time between sender reports.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// A frame or block sent later than this was late by the fault of the load itself.
const LATE: Duration = Duration::from_millis(20);

/// Lateness of the load.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Late {
    /// Frames and blocks sent more than 20 ms after their time.
    pub count: u64,
    /// The worst of all.
    pub worst: Duration,
}

impl Late {
    fn note(&mut self, by: Duration) {
        self.count += u64::from(by > LATE);
        self.worst = self.worst.max(by);
    }
}

struct Lane {
    ssrc: u32,
    sequence: u16,
    packets: u32,
    octets: u32,
    /// Place in the clip of the next frame or block.
    place: usize,
    key_wanted: bool,
}

/// What goes with a packet.
struct Shape<'a> {
    payload_type: u8,
    marker: bool,
    timestamp: u32,
    rid: Option<&'a str>,
}

/// See the module.
pub struct Site {
    /// Its connection.
    pub peer: Peer,
    /// Where the relay is.
    pub server: SocketAddr,
    clip: Arc<Packets>,
    layers: [Lane; 3],
    sound: Lane,
    /// The beginning of this site's time by both clocks: frames and blocks are due at steps from there.
    epoch: (Instant, Duration),
    next_frame: Option<u32>,
    next_block: u32,
    report_due: Instant,
}

impl Site {
    /// A site already told of its server. `number` is its place in the site order, from which its camera's phase against `epoch` follows.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new(peer: Peer, server: SocketAddr, number: u8, clip: Arc<Packets>, epoch: Instant) -> anyhow::Result<Self> {
        let phase = Duration::from_secs(1) * u32::from(number) / (FPS * PHASES);
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
        let mut ssrcs = random.as_chunks::<4>().0.iter().map(|bytes| u32::from_be_bytes(*bytes) | 1);
        let mut lane = || Lane { ssrc: ssrcs.next().unwrap_or(1), sequence: 0, packets: 0, octets: 0, place: 0, key_wanted: true };
        Ok(Self {
            peer,
            server,
            clip,
            layers: [lane(), lane(), lane()],
            sound: lane(),
            epoch: (epoch + phase, Duration::ZERO),
            next_frame: None,
            next_block: 0,
            report_due: Instant::now(),
        })
    }

    /// Takes a datagram.
    pub fn handle(&mut self, now: Instant, bytes: &[u8]) {
        if let Received::Rtcp(packet) = self.peer.handle(now, self.server, bytes) {
            let layers = &mut self.layers;
            rtcp::read(&packet, |part| {
                if let Part::KeyFrame { ssrc } = part {
                    layers.iter_mut().filter(|lane| lane.ssrc == ssrc).for_each(|lane| lane.key_wanted = true);
                }
            });
        }
    }

    /// Whether media flow.
    #[must_use]
    pub const fn connected(&self) -> bool {
        self.next_frame.is_some()
    }

    /// When something is due next; `None` before the connection stands.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let frame = Self::frame_time(self.next_frame?);
        Some(self.epoch.0 + frame.min(Self::block_time(self.next_block)))
    }

    /// Sends from the next frame of its camera on.
    fn begin(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.epoch.0).as_nanos() * u128::from(FPS) / 1_000_000_000;
        let start = self.epoch.0 + Self::frame_time(u32::try_from(passed).unwrap_or(0) + 1);
        self.epoch = (start, monotonic() + start.saturating_duration_since(now));
        (self.next_frame, self.report_due) = (Some(0), start);
    }

    fn frame_time(frame: u32) -> Duration {
        Duration::from_secs(1) * frame / FPS
    }

    fn block_time(block: u32) -> Duration {
        Duration::from_secs(1) * block / BLOCKS_PER_S
    }

    /// What time asks for; what is to be sent is in the peer's outbox.
    pub fn tick(&mut self, now: Instant, late: &mut Late) {
        self.peer.tick(now);
        if !self.peer.connected() {
            return;
        }
        let Some(mut frame) = self.next_frame else {
            self.begin(now);
            return;
        };
        let Some(passed) = now.checked_duration_since(self.epoch.0) else {
            return;
        };
        while Self::frame_time(frame) <= passed {
            late.note(passed - Self::frame_time(frame));
            self.frame(Self::frame_time(frame));
            frame += 1;
        }
        self.next_frame = Some(frame);
        while Self::block_time(self.next_block) <= passed {
            late.note(passed - Self::block_time(self.next_block));
            self.block(Self::block_time(self.next_block));
            self.next_block += 1;
        }
        if now >= self.report_due {
            self.report_due = now + REPORT_EVERY;
            self.report(self.epoch.1 + passed);
        }
    }

    fn frame(&mut self, at: Duration) {
        let timestamp = to_rtp(self.epoch.1 + at, 90_000);
        let clip = Arc::clone(&self.clip);
        for (index, (pictures, rid)) in clip.layers.iter().zip(RIDS).enumerate() {
            let Some(lane) = self.layers.get_mut(index) else {
                return;
            };
            if std::mem::take(&mut lane.key_wanted) {
                // The next key frame of the clip comes at once, as if made for the asker.
                let ahead = (0..pictures.len()).map(|step| (lane.place + step) % pictures.len().max(1));
                lane.place = ahead.into_iter().find(|place| pictures.get(*place).is_some_and(|picture| picture.key)).unwrap_or(0);
            }
            let Some(picture) = pictures.get(lane.place) else {
                continue;
            };
            lane.place = (lane.place + 1) % pictures.len();
            for (part, payload) in (1..).zip(&picture.payloads) {
                let marker = part == picture.payloads.len();
                send(&mut self.peer, lane, &Shape { payload_type: H264, marker, timestamp, rid: Some(rid) }, payload);
            }
        }
    }

    fn block(&mut self, at: Duration) {
        let clip = Arc::clone(&self.clip);
        if let Some(payload) = clip.sound.get(self.sound.place) {
            let timestamp = to_rtp(self.epoch.1 + at, 48_000);
            send(&mut self.peer, &mut self.sound, &Shape { payload_type: OPUS, marker: false, timestamp, rid: None }, payload);
            self.sound.place = (self.sound.place + 1) % clip.sound.len();
        }
    }

    fn report(&mut self, at: Duration) {
        let ntp = to_ntp(at);
        for (lane, rate) in self.layers.iter().map(|lane| (lane, 90_000)).chain([(&self.sound, 48_000)]) {
            let mut plain = Vec::new();
            rtcp::write_sender_report(&mut plain, lane.ssrc, ntp, to_rtp(at, rate), lane.packets, lane.octets);
            rtcp::write_cname(&mut plain, lane.ssrc, "load");
            let sealed = self.peer.protect_rtcp(&plain);
            self.peer.outbox.extend(sealed.map(|bytes| bytes.to_vec()));
        }
    }
}

fn send(peer: &mut Peer, lane: &mut Lane, shape: &Shape<'_>, payload: &[u8]) {
    let mut packet = Vec::with_capacity(28 + payload.len());
    let extended = if shape.rid.is_some() { 0x10 } else { 0 };
    packet.extend_from_slice(&[0x80 | extended, shape.payload_type | if shape.marker { 0x80 } else { 0 }]);
    packet.extend_from_slice(&lane.sequence.to_be_bytes());
    packet.extend_from_slice(&shape.timestamp.to_be_bytes());
    packet.extend_from_slice(&lane.ssrc.to_be_bytes());
    if let (Some(rid), Some(mid)) = (shape.rid.and_then(|rid| rid.bytes().next()), PICTURE_MID.bytes().next()) {
        // One-byte header extensions (RFC 8285 §4.2), each of one byte.
        packet.extend_from_slice(&[0xBE, 0xDE, 0, 1, MID << 4, mid, RID << 4, rid]);
    }
    packet.extend_from_slice(payload);
    lane.sequence = lane.sequence.wrapping_add(1);
    lane.packets = lane.packets.wrapping_add(1);
    lane.octets = lane.octets.wrapping_add(u32::try_from(payload.len()).unwrap_or(0));
    let sealed = peer.protect_rtp(&packet);
    peer.outbox.extend(sealed.map(|bytes| bytes.to_vec()));
}

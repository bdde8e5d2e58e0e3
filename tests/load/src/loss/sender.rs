//! A publisher as a machine: pictures and sound with marks, resends when asked, key frames when asked.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mcu_relay::rtp::rtcp::{self, Part};

use super::frame_mark::{FrameMark, MARK_BYTES};
use super::offer::RTX;
use crate::peer::{Peer, Received};
use crate::sdp::{H264, OPUS, SOUND_SSRC, VIDEO_SSRC};

/// Time between two frames and between two blocks of sound.
pub const FRAME_EVERY: Duration = Duration::from_nanos(1_000_000_000 / 30);
/// See [`FRAME_EVERY`].
pub const SOUND_EVERY: Duration = Duration::from_millis(20);
/// Frames between key frames when nobody asks: two seconds.
const KEY_EVERY: u32 = 60;
/// Packets of a frame and of a key frame: 2.5 Mbit/s together, and a key frame three times a common one as from an encoder held to a rate.
const PARTS: u16 = 9;
const KEY_PARTS: u16 = 27;
/// RTP payload of a full video packet, mark included.
const VIDEO_PAYLOAD_BYTES: usize = 1_100;
/// RTP payload of a sound packet, mark included: 40 kbit/s of Opus.
const SOUND_PAYLOAD_BYTES: usize = 100;
/// Packets kept for resends: four seconds.
const HISTORY: usize = 1_200;
/// SSRC of the resends.
const RTX_SSRC: u32 = VIDEO_SSRC + 0x10;
/// Parameter sets of constrained baseline 1280×720 in one STAP-A (RFC 6184 §5.7.1).
const PARAMETERS: &[u8] = &[0x78, 0, 10, 0x67, 0x42, 0xC0, 0x1F, 0xDA, 0x01, 0x40, 0x16, 0xE8, 0x40, 0, 4, 0x68, 0xCE, 0x3C, 0x80];

/// The publisher.
pub struct Sender {
    /// Its connection.
    pub peer: Peer,
    server: SocketAddr,
    epoch: Instant,
    began: Option<Instant>,
    frame: u32,
    block: u32,
    key_wanted: bool,
    keys_asked: u32,
    video_sequence: u16,
    sound_sequence: u16,
    rtx_sequence: u16,
    history: VecDeque<(u16, Vec<u8>)>,
    resends: u32,
}

impl Sender {
    /// A publisher already told of its server; marks count from `epoch`.
    #[must_use]
    pub fn new(peer: Peer, server: SocketAddr, epoch: Instant) -> Self {
        Self {
            peer,
            server,
            epoch,
            began: None,
            frame: 0,
            block: 0,
            key_wanted: true,
            keys_asked: 0,
            video_sequence: 0,
            sound_sequence: 0,
            rtx_sequence: 0,
            history: VecDeque::with_capacity(HISTORY),
            resends: 0,
        }
    }

    /// Frames made so far.
    #[must_use]
    pub const fn frames(&self) -> u32 {
        self.frame
    }

    /// Blocks of sound made so far.
    #[must_use]
    pub const fn blocks(&self) -> u32 {
        self.block
    }

    /// Packets sent again so far, and key frames asked for.
    #[must_use]
    pub const fn asked(&self) -> (u32, u32) {
        (self.resends, self.keys_asked)
    }

    /// Takes a datagram.
    pub fn handle(&mut self, now: Instant, bytes: &[u8]) {
        let Received::Rtcp(packet) = self.peer.handle(now, self.server, bytes) else {
            return;
        };
        let mut again = Vec::new();
        rtcp::read(&packet, |part| match part {
            Part::KeyFrame { ssrc } if ssrc == VIDEO_SSRC => {
                self.key_wanted = true;
                self.keys_asked += 1;
            }
            Part::Nack { ssrc, pairs } if ssrc == VIDEO_SSRC => again.extend(rtcp::nack_sequences(pairs)),
            Part::KeyFrame { .. } | Part::Nack { .. } | Part::SenderReport { .. } | Part::Report(_) | Part::TransportWide { .. } => {}
        });
        for sequence in again {
            self.resend(sequence);
        }
    }

    /// What time asks for.
    pub fn tick(&mut self, now: Instant) {
        self.peer.tick(now);
        if !self.peer.connected() {
            return;
        }
        let began = *self.began.get_or_insert(now);
        while began + FRAME_EVERY * self.frame <= now {
            self.picture(began + FRAME_EVERY * self.frame);
        }
        while began + SOUND_EVERY * self.block <= now {
            self.sound(began + SOUND_EVERY * self.block);
        }
    }

    fn picture(&mut self, due: Instant) {
        let key = self.frame.is_multiple_of(KEY_EVERY) || std::mem::take(&mut self.key_wanted);
        let parts = if key { KEY_PARTS } else { PARTS };
        let timestamp = (u64::from(self.frame) * 3_000) as u32;
        let made = due.saturating_duration_since(self.epoch);
        let kind: u8 = if key { 0x65 } else { 0x41 };
        for part in 0..parts {
            let (first, last) = (part == 0, part + 1 == parts);
            // Fragmentation unit (RFC 6184 §5.8): indicator, header, first byte of the slice. A key frame's first packet holds parameter sets.
            let start = if key { part == 1 } else { first };
            let flags = if start { 0x80 } else { 0 } | if last { 0x40 } else { 0 };
            let unit = [kind & 0x60 | 28, flags | kind & 0x1F, 0x88];
            let (head, bytes) = if key && first { (PARAMETERS, PARAMETERS.len() + MARK_BYTES) } else { (&unit[..], VIDEO_PAYLOAD_BYTES) };
            let mark = FrameMark { sound: false, key, number: self.frame, part, parts, made };
            let packet = packet(H264, VIDEO_SSRC, self.video_sequence, timestamp, last, head, bytes, mark);
            self.post(&packet);
            if self.history.len() == HISTORY {
                self.history.pop_front();
            }
            self.history.push_back((self.video_sequence, packet));
            self.video_sequence = self.video_sequence.wrapping_add(1);
        }
        self.frame += 1;
    }

    fn sound(&mut self, due: Instant) {
        let made = due.saturating_duration_since(self.epoch);
        let mark = FrameMark { sound: true, key: false, number: self.block, part: 0, parts: 1, made };
        let timestamp = (u64::from(self.block) * 960) as u32;
        // 0x78: CELT, full band, 20 ms, one frame (RFC 6716 §3.1).
        let packet = packet(OPUS, SOUND_SSRC, self.sound_sequence, timestamp, false, &[0x78], SOUND_PAYLOAD_BYTES, mark);
        self.post(&packet);
        self.sound_sequence = self.sound_sequence.wrapping_add(1);
        self.block += 1;
    }

    fn resend(&mut self, sequence: u16) {
        let Some((_, packet)) = self.history.iter().rev().find(|(kept, _)| *kept == sequence) else {
            return;
        };
        let Some((head, payload)) = packet.split_first_chunk::<12>() else {
            return;
        };
        let [first, kind, _, _, time @ .., _, _, _, _] = *head;
        let mut again = vec![first, kind & 0x80 | RTX];
        again.extend_from_slice(&self.rtx_sequence.to_be_bytes());
        again.extend_from_slice(&time);
        again.extend_from_slice(&RTX_SSRC.to_be_bytes());
        again.extend_from_slice(&sequence.to_be_bytes());
        again.extend_from_slice(payload);
        self.rtx_sequence = self.rtx_sequence.wrapping_add(1);
        self.resends += 1;
        self.post(&again);
    }

    fn post(&mut self, plain: &[u8]) {
        let sealed = self.peer.protect_rtp(plain);
        self.peer.outbox.extend(sealed.map(|bytes| bytes.to_vec()));
    }
}

#[expect(clippy::too_many_arguments, reason = "the fields of an RTP packet, in their order on the wire")]
fn packet(kind: u8, ssrc: u32, sequence: u16, timestamp: u32, marker: bool, head: &[u8], bytes: usize, mark: FrameMark) -> Vec<u8> {
    let mut packet = Vec::with_capacity(12 + bytes);
    packet.extend_from_slice(&[0x80, kind | if marker { 0x80 } else { 0 }]);
    packet.extend_from_slice(&sequence.to_be_bytes());
    packet.extend_from_slice(&timestamp.to_be_bytes());
    packet.extend_from_slice(&ssrc.to_be_bytes());
    packet.extend_from_slice(head);
    packet.resize(12 + bytes - MARK_BYTES, 0x5A);
    mark.write(&mut packet);
    packet
}

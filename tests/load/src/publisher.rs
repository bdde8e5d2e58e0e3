//! The publisher: H.264-like pictures at a settable rate and Opus-like sound, on a thread of its own.

use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::mark::{MARK_BYTES, Mark, wall_ns};
use crate::peer::{Peer, Received};
use crate::sdp::{H264, OPUS, Remote, SOUND_SSRC, VIDEO_SSRC};
use crate::udp::Batch;

/// Frames per second.
const FPS: u64 = 30;
/// Frames between key frames when nobody asks.
const KEY_EVERY: u64 = 60;
/// RTP payload of a full video packet, mark included.
pub const VIDEO_PAYLOAD_BYTES: usize = 1_100;
/// RTP payload of a sound packet, mark included: 40 kbit/s of Opus.
const SOUND_PAYLOAD_BYTES: usize = 100;
/// Sound packets per second.
pub const SOUND_PPS: u64 = 50;
/// Parameter sets of constrained baseline 1280×720 in one STAP-A (RFC 6184 §5.7.1).
const PARAMETERS: &[u8] = &[0x78, 0, 10, 0x67, 0x42, 0xC0, 0x1F, 0xDA, 0x01, 0x40, 0x16, 0xE8, 0x40, 0, 4, 0x68, 0xCE, 0x3C, 0x80];

/// How packets are spread over time.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Video packets a second at the beginning.
    pub video_pps: u64,
    /// Bursts per frame: 1 sends each frame at once as an unpaced encoder does; more spread it.
    pub slices: u64,
}

/// A running publisher.
pub struct Publisher {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    connected: AtomicBool,
    video_pps: AtomicU64,
    next_number: AtomicU64,
    late: AtomicU64,
}

impl Publisher {
    /// Starts; it connects at once and sends when connected.
    ///
    /// # Errors
    /// When the system refuses a thread or the socket.
    pub fn start(peer: Peer, socket: UdpSocket, remote: &Remote, shape: Shape) -> std::io::Result<Self> {
        let server = remote.address;
        socket.connect(server)?;
        let shared = Arc::new(Shared::default());
        shared.video_pps.store(shape.video_pps, Ordering::SeqCst);
        let hand = Hand {
            peer,
            socket,
            server,
            shared: Arc::clone(&shared),
            slices: shape.slices.max(1),
            batch: Batch::default(),
            key_wanted: true,
            video_sequence: 0,
            sound_sequence: 0,
            transport_id: remote.transport_id,
            transport_sequence: 0,
        };
        let thread = std::thread::Builder::new().name("publisher".to_owned()).spawn(move || hand.run())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Whether media flow.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.shared.connected.load(Ordering::SeqCst)
    }

    /// The number the next packet will have.
    #[must_use]
    pub fn next_number(&self) -> u64 {
        self.shared.next_number.load(Ordering::SeqCst)
    }

    /// Changes the rate.
    pub fn set_video_pps(&self, rate: u64) {
        self.shared.video_pps.store(rate, Ordering::SeqCst);
    }

    /// Bursts that went out more than 20 ms late so far: the load itself was short of CPU.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.shared.late.load(Ordering::SeqCst)
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Hand {
    peer: Peer,
    socket: UdpSocket,
    server: SocketAddr,
    shared: Arc<Shared>,
    slices: u64,
    batch: Batch,
    key_wanted: bool,
    video_sequence: u16,
    sound_sequence: u16,
    transport_id: Option<u8>,
    transport_sequence: u16,
}

impl Hand {
    fn run(mut self) {
        while !self.peer.connected() && !self.stopped() {
            self.service();
            std::thread::sleep(Duration::from_millis(2));
        }
        self.shared.connected.store(true, Ordering::SeqCst);
        let start = Instant::now();
        let (mut burst, mut block, mut key) = (0_u64, 0_u64, false);
        while !self.stopped() {
            let video_due = start + Duration::from_nanos(burst * 1_000_000_000 / (FPS * self.slices));
            let sound_due = start + Duration::from_millis(block * 1000 / SOUND_PPS);
            let due = video_due.min(sound_due);
            if let Some(pause) = due.checked_duration_since(Instant::now()) {
                std::thread::sleep(pause);
            }
            if due.elapsed() > Duration::from_millis(20) {
                self.shared.late.fetch_add(1, Ordering::Relaxed);
            }
            if sound_due <= video_due {
                self.sound(block);
                block += 1;
            } else {
                let (frame, slice) = (burst / self.slices, burst % self.slices);
                if slice == 0 {
                    self.service();
                    key = frame.is_multiple_of(KEY_EVERY) || std::mem::take(&mut self.key_wanted);
                }
                self.slice(burst, frame, slice, key);
                burst += 1;
            }
        }
    }

    fn stopped(&self) -> bool {
        self.shared.stop.load(Ordering::Relaxed)
    }

    fn service(&mut self) {
        let (peer, server, key_wanted) = (&mut self.peer, self.server, &mut self.key_wanted);
        while self
            .batch
            .receive(self.socket.as_raw_fd(), |bytes, _| {
                if let Received::Rtcp(packet) = peer.handle(Instant::now(), server, bytes) {
                    *key_wanted |= asks_for_key(&packet);
                }
            })
            .is_ok()
        {}
        self.peer.tick(Instant::now());
        for datagram in std::mem::take(&mut self.peer.outbox) {
            let _ = self.socket.send(&datagram);
        }
    }

    /// Packets of one burst: the rate's share, so that all bursts of a rate together make it exactly.
    fn slice(&mut self, burst: u64, frame: u64, slice: u64, key: bool) {
        let per_second = FPS * self.slices;
        let rate = self.shared.video_pps.load(Ordering::Relaxed);
        let count = ((burst + 1) * rate / per_second - burst * rate / per_second).max(1);
        let timestamp = (frame * 90_000 / FPS) as u32;
        let kind: u8 = if key { 0x65 } else { 0x41 };
        if key && slice == 0 {
            self.send(H264, VIDEO_SSRC, timestamp, false, PARAMETERS, PARAMETERS.len() + MARK_BYTES);
        }
        for index in 0..count {
            let (first, last) = (slice == 0 && index == 0, slice + 1 == self.slices && index + 1 == count);
            // Fragmentation unit (RFC 6184 §5.8): indicator, header, first byte of the slice.
            let flags = if first { 0x80 } else { 0 } | if last { 0x40 } else { 0 };
            let head = [kind & 0x60 | 28, flags | kind & 0x1F, 0x88];
            let bytes = if last { VIDEO_PAYLOAD_BYTES / 2 } else { VIDEO_PAYLOAD_BYTES };
            self.send(H264, VIDEO_SSRC, timestamp, last, &head, bytes);
        }
    }

    fn sound(&mut self, block: u64) {
        // 0x78: CELT, full band, 20 ms, one frame (RFC 6716 §3.1).
        self.send(OPUS, SOUND_SSRC, (block * 960) as u32, false, &[0x78], SOUND_PAYLOAD_BYTES);
    }

    fn send(&mut self, payload_type: u8, ssrc: u32, timestamp: u32, marker: bool, head: &[u8], payload_bytes: usize) {
        let sequence = if ssrc == VIDEO_SSRC { &mut self.video_sequence } else { &mut self.sound_sequence };
        let mut packet = Vec::with_capacity(20 + payload_bytes);
        let extended = if self.transport_id.is_some() { 0x10 } else { 0 };
        packet.extend_from_slice(&[0x80 | extended, payload_type | if marker { 0x80 } else { 0 }]);
        packet.extend_from_slice(&sequence.to_be_bytes());
        packet.extend_from_slice(&timestamp.to_be_bytes());
        packet.extend_from_slice(&ssrc.to_be_bytes());
        *sequence = sequence.wrapping_add(1);
        if let Some(id) = self.transport_id {
            let [high, low] = self.transport_sequence.to_be_bytes();
            packet.extend_from_slice(&[0xBE, 0xDE, 0, 1, id << 4 | 1, high, low, 0]);
            self.transport_sequence = self.transport_sequence.wrapping_add(1);
        }
        let header_bytes = packet.len();
        packet.extend_from_slice(head);
        packet.resize(header_bytes + payload_bytes - MARK_BYTES, 0x5A);
        let number = self.shared.next_number.fetch_add(1, Ordering::SeqCst);
        Mark { number, sent_ns: wall_ns() }.write(&mut packet);
        if let Some(sealed) = self.peer.protect_rtp(&packet) {
            let _ = self.socket.send(&sealed);
        }
    }
}

/// Whether a compound packet holds PLI or FIR (RFC 4585 §6.3.1, RFC 5104 §4.3.1).
fn asks_for_key(mut rest: &[u8]) -> bool {
    while let [first, kind, high, low, ..] = rest {
        if *kind == 206 && matches!(first & 0x1F, 1 | 4) {
            return true;
        }
        let length = (usize::from(*high) * 256 + usize::from(*low) + 1) * 4;
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}

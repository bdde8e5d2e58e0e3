//! A viewer: it checks, shakes hands, authenticates and counts, and reports what it received.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::os::fd::AsRawFd as _;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mcu_relay::congestion::Arrivals;
use mcu_relay::rtp::RtpPacket;
use mcu_relay::rtp::rtcp::{ReportBlock, write_receiver_report};
use mcu_relay::time::Time;
use rtc_srtp::protection_profile::ProtectionProfile;
use tokio::io::Interest;
use tokio::net::UdpSocket;

use crate::mark::Mark;
use crate::peer::{Peer, Received};
use crate::tally::Tally;
use crate::udp::Batch;

/// Pause between looks at the clock while connecting, and afterwards.
const TICK: Duration = Duration::from_millis(20);
/// Pause between receiver reports (RFC 3550 §6.2 allows about this at these rates).
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// Streams a viewer reports: picture and sound, with room for another.
const MAX_STREAMS: usize = 4;

/// How far a viewer is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// The SRTP profile, once connected.
    pub profile: Option<ProtectionProfile>,
    /// Media came.
    pub seen: bool,
}

struct Stream {
    ssrc: u32,
    highest: u32,
}

/// A viewer's own things.
pub struct Viewer {
    /// The client, already told of its server.
    pub peer: Peer,
    /// Its socket.
    pub socket: std::net::UdpSocket,
    /// Where the server is.
    pub server: SocketAddr,
    /// What all viewers count together.
    pub tally: Arc<Tally>,
    /// Memory shared by the viewers of this thread.
    pub batch: Rc<RefCell<Batch>>,
    /// Id of the header extension for transport-wide numbers, if they are to be reported.
    pub transport_id: Option<u8>,
    /// Told as it goes.
    pub progress: Rc<RefCell<Progress>>,
}

impl Viewer {
    /// Watches until it is aborted.
    ///
    /// # Errors
    /// When the system refuses the socket.
    pub async fn run(mut self) -> std::io::Result<()> {
        self.socket.connect(self.server)?;
        let socket = UdpSocket::from_std(self.socket.try_clone()?)?;
        let (mut streams, mut report_at) = (Vec::new(), Instant::now() + REPORT_EVERY);
        let (mut arrivals, began) = (Arrivals::default(), Instant::now());
        loop {
            let pause = if self.progress.borrow().seen && self.transport_id.is_none() { REPORT_EVERY } else { TICK };
            // A tick is due when nothing came for that long, and after each wake-up.
            if tokio::time::timeout(pause, socket.readable()).await.is_ok() {
                self.receive(&socket, &mut streams, &mut arrivals, began);
            }
            let now = Instant::now();
            self.peer.tick(now);
            if now >= report_at && self.peer.connected() {
                report_at = now + REPORT_EVERY;
                self.report(&streams);
            }
            let mut plain = Vec::new();
            arrivals.report(Time::new(now.duration_since(began)), 1, &mut plain);
            if !plain.is_empty() {
                let sealed = self.peer.protect_rtcp(&plain);
                self.peer.outbox.extend(sealed.map(|bytes| bytes.to_vec()));
            }
            for datagram in std::mem::take(&mut self.peer.outbox) {
                let _ = socket.try_send(&datagram);
            }
        }
    }

    fn receive(&mut self, socket: &UdpSocket, streams: &mut Vec<Stream>, arrivals: &mut Arrivals, began: Instant) {
        let batch = Rc::clone(&self.batch);
        let mut batch = batch.borrow_mut();
        let (peer, server, tally, transport_id) = (&mut self.peer, self.server, &self.tally, self.transport_id);
        let here = Time::new(began.elapsed());
        let mut seen = false;
        let received = socket.try_io(Interest::READABLE, || {
            batch.receive(socket.as_raw_fd(), |bytes, at| {
                let Received::Rtp(packet) = peer.handle(Instant::now(), server, bytes) else {
                    return;
                };
                let packet = packet.freeze();
                if let Some(id) = transport_id
                    && let Some(read) = RtpPacket::parse(&packet)
                    && let Some(number) = read.extension(id).and_then(<[u8]>::first_chunk)
                {
                    arrivals.note(here, u16::from_be_bytes(*number), read.ssrc);
                }
                if let Some(mark) = Mark::read(&packet) {
                    seen = true;
                    tally.count(mark.number, at.saturating_sub(mark.sent_ns));
                    note(streams, &packet);
                }
            })
        });
        drop(received);
        let mut progress = self.progress.borrow_mut();
        progress.seen |= seen;
        if progress.profile.is_none() {
            progress.profile = self.peer.profile();
        }
    }

    fn report(&mut self, streams: &[Stream]) {
        let block = |stream: &Stream| ReportBlock {
            ssrc: stream.ssrc,
            fraction_lost: 0,
            lost: 0,
            highest: stream.highest,
            jitter: 0,
            last_sr: 0,
            delay: 0,
        };
        let blocks: Vec<ReportBlock> = streams.iter().map(block).collect();
        let mut plain = Vec::new();
        write_receiver_report(&mut plain, 1, &blocks);
        let sealed = self.peer.protect_rtcp(&plain);
        self.peer.outbox.extend(sealed.map(|bytes| bytes.to_vec()));
    }
}

fn note(streams: &mut Vec<Stream>, packet: &[u8]) {
    let number = |at: usize| packet.get(at..).and_then(<[u8]>::first_chunk::<4>).map(|bytes| u32::from_be_bytes(*bytes));
    let (Some(ssrc), Some(head)) = (number(8), number(0)) else {
        return;
    };
    let sequence = head & 0xFFFF;
    if let Some(stream) = streams.iter_mut().find(|stream| stream.ssrc == ssrc) {
        let wrapped = sequence < 0x4000 && stream.highest & 0xFFFF > 0xC000;
        stream.highest = (stream.highest & 0xFFFF_0000) + sequence + if wrapped { 0x1_0000 } else { 0 };
    } else if streams.len() < MAX_STREAMS {
        streams.push(Stream { ssrc, highest: sequence });
    }
}

//! A watcher without a socket that keeps account of when pictures arrive: a site's screen or a desk monitor.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use codec::RtpView;
use mcu_relay::congestion::Arrivals;
use mcu_relay::rtp::RtpPacket;
use mcu_relay::rtp::rtcp::{self, Part};
use mcu_relay::time::Time;

use super::eyes::Eyes;
use super::gaps::Gaps;
use crate::loss::reports::Account;
use crate::mark::wall_ns;
use crate::peer::{Peer, Received};
use crate::sdp::{self, H264, OPUS};

/// Time between receiver reports.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// Time between requests for a key frame; the relay passes on five a second.
const KEY_EVERY: Duration = Duration::from_millis(200);
/// Whoever has just come is settled this long after its first picture: until then the relay looks for the layer that its line carries.
const SETTLED_AFTER: Duration = Duration::from_secs(1);
/// SSRC of the watcher's own RTCP.
const OWN_SSRC: u32 = 1;

/// What came, told while it comes. Times count from 1970, as the kernel stamps arrivals.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sight {
    /// The connection stands.
    pub connected: bool,
    /// Pauses between whole pictures, but for the first second.
    pub gaps: Gaps,
    /// Sound packets.
    pub sound_packets: u64,
    /// Packets of pictures that did not come.
    pub lost: u32,
}

impl Sight {
    fn came(&mut self, at: Duration) {
        if self.gaps.first.is_none_or(|first| at.saturating_sub(first) < SETTLED_AFTER) {
            self.gaps.first.get_or_insert(at);
            self.gaps.last = Some(at);
            self.gaps.pictures += 1;
        } else {
            self.gaps.came(at);
        }
    }
}

/// Called with each packet and each sender report, for tests that look closer.
pub type Tap = Box<dyn FnMut(Tapped<'_>) + Send>;

/// What a [`Tap`] is given.
#[derive(Debug)]
pub enum Tapped<'a> {
    /// A packet of the picture.
    Picture(&'a RtpPacket),
    /// A packet of the sound.
    Sound(&'a RtpPacket),
    /// A stream's sender report.
    SenderReport {
        /// Whose.
        ssrc: u32,
        /// 32.32 seconds of the sender's clock.
        ntp: u64,
        /// RTP time at that instant.
        rtp: u32,
    },
}

/// See the module.
pub struct Sink {
    /// Its connection.
    pub peer: Peer,
    /// Where the relay is.
    pub server: SocketAddr,
    sight: Arc<Mutex<Sight>>,
    eyes: Option<Eyes>,
    tap: Option<Tap>,
    transport_id: Option<u8>,
    arrivals: Arrivals,
    picture: Option<Account>,
    sound: Option<Account>,
    report_due: Instant,
    key_wanted: bool,
    key_due: Instant,
}

impl Sink {
    /// A watcher already told of its server, whose answer is given; `eyes` read the picture's frame numbers.
    #[must_use]
    pub fn new(peer: Peer, server: SocketAddr, answer: &str, eyes: Option<Eyes>, tap: Option<Tap>) -> Self {
        Self {
            peer,
            server,
            sight: Arc::default(),
            eyes,
            tap,
            transport_id: answer.lines().find_map(sdp::transport_id),
            arrivals: Arrivals::default(),
            picture: None,
            sound: None,
            report_due: Instant::now(),
            key_wanted: false,
            key_due: Instant::now(),
        }
    }

    /// What came so far, told while it comes.
    #[must_use]
    pub fn sight(&self) -> Arc<Mutex<Sight>> {
        Arc::clone(&self.sight)
    }

    /// Takes a datagram that the kernel stamped with that time (nanoseconds since 1970; 0 for none).
    pub fn handle(&mut self, now: Instant, bytes: &[u8], at_ns: u64) {
        let at = Duration::from_nanos(if at_ns == 0 { wall_ns() } else { at_ns });
        match self.peer.handle(now, self.server, bytes) {
            Received::Nothing => {}
            Received::Rtcp(packet) => rtcp::read(&packet, |part| {
                if let Part::SenderReport { ssrc, ntp, rtp } = part {
                    let accounts = self.picture.iter_mut().chain(self.sound.iter_mut());
                    accounts.filter(|account| account.ssrc() == ssrc).for_each(|account| account.reported(now, ntp));
                    if let Some(tap) = &mut self.tap {
                        tap(Tapped::SenderReport { ssrc, ntp, rtp });
                    }
                }
            }),
            Received::Rtp(packet) => {
                if let Some(packet) = RtpPacket::parse(&packet.freeze()) {
                    let number = self.transport_id.and_then(|id| packet.extension(id)).and_then(<[u8]>::first_chunk);
                    if let Some(number) = number {
                        self.arrivals.note(Time::new(at), u16::from_be_bytes(*number), packet.ssrc);
                    }
                    self.rtp(at, &packet);
                }
            }
        }
    }

    fn rtp(&mut self, at: Duration, packet: &RtpPacket) {
        match packet.payload_type {
            H264 => {
                self.picture.get_or_insert_with(|| Account::new(packet.ssrc, packet.sequence)).came(packet.sequence);
                if packet.marker {
                    self.told(|sight| sight.came(at));
                }
                let view =
                    RtpView { sequence: packet.sequence, timestamp: packet.timestamp, marker: packet.marker, payload: &packet.payload };
                self.key_wanted |= self.eyes.as_mut().is_some_and(|eyes| !eyes.push(&view, at));
                if let Some(tap) = &mut self.tap {
                    tap(Tapped::Picture(packet));
                }
            }
            OPUS => {
                self.sound.get_or_insert_with(|| Account::new(packet.ssrc, packet.sequence)).came(packet.sequence);
                self.told(|sight| sight.sound_packets += 1);
                if let Some(tap) = &mut self.tap {
                    tap(Tapped::Sound(packet));
                }
            }
            // Repair and probes of the line.
            _ => {}
        }
    }

    fn told(&self, change: impl FnOnce(&mut Sight)) {
        change(&mut self.sight.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What time asks for; what is to be sent is in the peer's outbox.
    pub fn tick(&mut self, now: Instant) {
        self.peer.tick(now);
        if !self.peer.connected() {
            return;
        }
        let mut plain = Vec::new();
        if now >= self.report_due {
            self.report_due = now + REPORT_EVERY;
            let accounts = self.picture.iter_mut().chain(self.sound.iter_mut());
            let blocks: Vec<_> = accounts.map(|account| account.block(now)).collect();
            let lost = blocks.first().map_or(0, |block| block.lost);
            self.told(|sight| (sight.connected, sight.lost) = (true, lost));
            rtcp::write_receiver_report(&mut plain, OWN_SSRC, &blocks);
        }
        if let Some(picture) = self.picture.as_ref().filter(|_| self.key_wanted && now >= self.key_due) {
            (self.key_wanted, self.key_due) = (false, now + KEY_EVERY);
            rtcp::write_pli(&mut plain, OWN_SSRC, picture.ssrc());
        }
        self.arrivals.report(Time::new(Duration::from_nanos(wall_ns())), OWN_SSRC, &mut plain);
        if !plain.is_empty() {
            let sealed = self.peer.protect_rtcp(&plain);
            self.peer.outbox.extend(sealed.map(|bytes| bytes.to_vec()));
        }
    }
}

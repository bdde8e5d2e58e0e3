//! A watcher as a machine: it asks for what it lacks, puts frames together and keeps account of what it could show and play.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mcu_relay::congestion::Arrivals;
use mcu_relay::rtp::RtpPacket;
use mcu_relay::rtp::rtcp::{self, Part};
use mcu_relay::time::Time;

use super::frame_mark::FrameMark;
use super::missing::Missing;
use super::offer::{FLEXFEC, RED, RTX, Repair};
use super::pictures::Pictures;
use super::red;
use super::reports::Account;
use super::sounds::Sounds;
use crate::peer::{Peer, Received};
use crate::sdp::{self, H264, OPUS};

/// Time between two requests for one packet: a round trip of the line measured (50 ms) and a little, as browsers do.
pub const RETRY: Duration = Duration::from_millis(55);
/// A packet not there so long after it was missed comes too late to be shown.
pub const GIVE_UP: Duration = Duration::from_millis(250);
/// Time between two requests for a key frame; the relay passes on five a second.
const KEY_EVERY: Duration = Duration::from_millis(200);
/// Time between two receiver reports.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// SSRC of the watcher's own RTCP.
const OWN_SSRC: u32 = 1;

/// Packets by what they were for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Original packets of picture.
    pub originals: u64,
    /// Resends.
    pub resends: u64,
    /// Packets asked for, repeats counted.
    pub asked: u64,
    /// Requests for a key frame.
    pub key_requests: u64,
    /// Packets of sound that carried earlier ones.
    pub redundant: u64,
    /// FlexFEC packets.
    pub fec: u64,
}

impl Tally {
    /// Both together, as of two watchers.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            originals: self.originals + other.originals,
            resends: self.resends + other.resends,
            asked: self.asked + other.asked,
            key_requests: self.key_requests + other.key_requests,
            redundant: self.redundant + other.redundant,
            fec: self.fec + other.fec,
        }
    }
}

/// The watcher.
pub struct Watcher {
    /// Its connection.
    pub peer: Peer,
    /// What it could show.
    pub pictures: Pictures,
    /// What it could play.
    pub sounds: Sounds,
    /// Its packets.
    pub tally: Tally,
    server: SocketAddr,
    epoch: Instant,
    repair: Repair,
    missing: Missing,
    picture_ssrc: u32,
    picture: Option<Account>,
    sound: Option<Account>,
    /// Since when it has had a connection.
    connected: Option<Instant>,
    key_due: Option<Instant>,
    report_due: Instant,
    transport_id: Option<u8>,
    arrivals: Arrivals,
    silent_since: Instant,
}

/// A picture's packets stay away for less than this on any line that is there; longer means that it was gone and a key frame is needed.
const SILENCE: Duration = Duration::from_millis(400);

impl Watcher {
    /// A watcher already told of its server; `answer` is the server's, marks count from `epoch`.
    #[must_use]
    pub fn new(peer: Peer, server: SocketAddr, answer: &str, repair: Repair, epoch: Instant, now: Instant) -> Self {
        let group = answer.lines().find_map(|line| line.trim_end().strip_prefix("a=ssrc-group:FID "));
        let picture_ssrc = group.and_then(|group| group.split(' ').next()).and_then(|ssrc| ssrc.parse().ok()).unwrap_or(0);
        Self {
            peer,
            pictures: Pictures::default(),
            sounds: Sounds::default(),
            tally: Tally::default(),
            server,
            epoch,
            repair,
            missing: Missing::new(RETRY, GIVE_UP),
            picture_ssrc,
            picture: None,
            sound: None,
            connected: None,
            key_due: None,
            report_due: now,
            transport_id: answer.lines().find_map(sdp::transport_id).filter(|_| repair.transport),
            arrivals: Arrivals::default(),
            silent_since: now,
        }
    }

    /// When it was connected.
    #[must_use]
    pub const fn connected(&self) -> Option<Instant> {
        self.connected
    }

    /// Takes a datagram.
    pub fn handle(&mut self, now: Instant, bytes: &[u8]) {
        match self.peer.handle(now, self.server, bytes) {
            Received::Nothing => {}
            Received::Rtcp(packet) => rtcp::read(&packet, |part| {
                if let Part::SenderReport { ssrc, ntp, .. } = part {
                    let accounts = self.picture.iter_mut().chain(self.sound.iter_mut());
                    accounts.filter(|account| account.ssrc() == ssrc).for_each(|account| account.reported(now, ntp));
                }
            }),
            Received::Rtp(packet) => {
                if let Some(packet) = RtpPacket::parse(&packet.freeze()) {
                    let number = self.transport_id.and_then(|id| packet.extension(id)).and_then(<[u8]>::first_chunk);
                    if let Some(number) = number {
                        self.arrivals.note(self.since_epoch(now), u16::from_be_bytes(*number), packet.ssrc);
                    }
                    self.rtp(now, &packet);
                }
            }
        }
    }

    /// What time asks for.
    pub fn tick(&mut self, now: Instant) {
        self.peer.tick(now);
        if !self.peer.connected() {
            return;
        }
        if self.connected.is_none() {
            (self.connected, self.report_due) = (Some(now), now);
            // The relay asks for the first key frame itself; if that one is lost, nobody else will.
            self.key_due = Some(now + GIVE_UP);
        }
        let mut plain = Vec::new();
        if now >= self.report_due {
            self.report_due = now + REPORT_EVERY;
            let accounts = self.picture.iter_mut().chain(self.sound.iter_mut());
            let blocks: Vec<_> = accounts.map(|account| account.block(now)).collect();
            rtcp::write_receiver_report(&mut plain, OWN_SSRC, &blocks);
        }
        let mut lacking = Vec::new();
        if self.missing.due(now, &mut lacking) {
            self.want_key(now);
        }
        if self.repair.nack && !lacking.is_empty() {
            self.tally.asked += lacking.len() as u64;
            rtcp::write_nack(&mut plain, OWN_SSRC, self.picture_ssrc, &lacking);
        }
        if self.key_due.is_some_and(|due| due <= now) {
            self.key_due = Some(now + KEY_EVERY);
            self.tally.key_requests += 1;
            rtcp::write_pli(&mut plain, OWN_SSRC, self.picture_ssrc);
        }
        self.arrivals.report(self.since_epoch(now), OWN_SSRC, &mut plain);
        if !plain.is_empty() {
            let sealed = self.peer.protect_rtcp(&plain);
            self.peer.outbox.extend(sealed.map(|bytes| bytes.to_vec()));
        }
    }

    fn want_key(&mut self, now: Instant) {
        self.key_due.get_or_insert(now);
    }

    fn since_epoch(&self, now: Instant) -> Time {
        Time::new(now.saturating_duration_since(self.epoch))
    }

    fn rtp(&mut self, now: Instant, packet: &RtpPacket) {
        let (sequence, ssrc, payload) = (packet.sequence, packet.ssrc, &*packet.payload);
        match packet.payload_type {
            H264 => {
                self.tally.originals += 1;
                self.picture_ssrc = ssrc;
                self.picture.get_or_insert_with(|| Account::new(ssrc, sequence)).came(sequence);
                if now.saturating_duration_since(self.silent_since) > SILENCE && self.pictures.first_key().is_some() {
                    self.want_key(now);
                }
                self.silent_since = now;
                self.part(now, sequence, payload);
            }
            RTX => {
                if let Some((original, payload)) = payload.split_first_chunk::<2>() {
                    self.tally.resends += 1;
                    self.part(now, u16::from_be_bytes(*original), payload);
                }
            }
            OPUS => {
                self.hear(ssrc, sequence);
                self.block(now, payload, true);
            }
            RED => {
                self.hear(ssrc, sequence);
                self.tally.redundant += 1;
                let blocks = red::blocks(payload);
                let own = blocks.len().saturating_sub(1);
                blocks.iter().enumerate().for_each(|(index, block)| self.block(now, block, index == own));
            }
            FLEXFEC => self.tally.fec += 1,
            _ => {}
        }
    }

    fn hear(&mut self, ssrc: u32, sequence: u16) {
        self.sound.get_or_insert_with(|| Account::new(ssrc, sequence)).came(sequence);
    }

    fn part(&mut self, now: Instant, sequence: u16, payload: &[u8]) {
        if !self.missing.came(now, sequence) {
            self.want_key(now);
        }
        let Some(mark) = FrameMark::read(payload).filter(|mark| !mark.sound) else {
            return;
        };
        let whole = self.pictures.came(now.saturating_duration_since(self.epoch), mark);
        if whole && mark.key {
            self.key_due = None;
        }
    }

    fn block(&mut self, now: Instant, payload: &[u8], own: bool) {
        if let Some(mark) = FrameMark::read(payload).filter(|mark| mark.sound) {
            self.sounds.came(now.saturating_duration_since(self.epoch), mark.number, mark.made, own);
        }
    }
}

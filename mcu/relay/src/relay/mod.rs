//! The relay as one machine: sessions, peers and crosspoint together, still without socket or clock.
//!
//! Datagrams and control's words go in with the time; datagrams pile up in [`Relay::egress`] and words for control in [`Relay::poll_control`].

mod report;
mod sessions;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    net::SocketAddr,
    time::Duration,
};

use bytes::Bytes;
use mcu_media_api::{FromRelay, RelayWanted, Role, SeatId, SessionId, SessionReport, ToRelay};
use rustc_hash::FxHashMap;

use crate::{
    congestion::{self, Arrivals, Pacer},
    crosspoint::{Crosspoint, LineFigures, Links, Outlet, PeerId},
    egress::{Door, Egress},
    entropy::Entropy,
    path::Path,
    peer::{self, Identity, Peer},
    rtp::{OutPacket, RtpPacket, has_transport_number, put_transport_number, rtcp},
    sdp::{Agreement, Candidate},
    tcp::Urgency,
    time::Time,
};

/// Sessions held at once. A conference of 104 sites has 208 of them and some monitors; one core forwards for no more than about two thousand.
pub const MAX_SESSIONS: usize = 2048;

/// Longest time between two reports.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Shortest time between two reports: changes that come together are told together, and no peer can make the relay write reports without end.
const LEAST_REPORT_INTERVAL: Duration = Duration::from_millis(10);

/// How long an ended session stays in the report, as promised to control.
const GONE_FOR: Duration = Duration::from_secs(10);

/// Step at which peers' own deadlines are looked at; handshakes repeat in tens of milliseconds.
const PEER_TICK: Duration = Duration::from_millis(10);

/// One WHIP or WHEP session.
struct Session {
    id: SessionId,
    seat: SeatId,
    role: Role,
    exclusive: bool,
    peer: Peer,
    agreement: Agreement,
    cname: String,
    connected: bool,
    /// Publisher: the id of the header extension and what came.
    uplink: Option<(u8, Arrivals)>,
    /// Watcher that reports transport-wide.
    downlink: Option<Downlink>,
}

/// What is sent to one watcher.
struct Downlink {
    congestion: congestion::Downlink,
    pacer: Pacer,
}

impl Session {
    /// Sends a packet, or keeps it until its turn; `true` when it is kept.
    fn forward(&mut self, now: Time, packet: &OutPacket<'_>, egress: &mut Egress) -> bool {
        if let Some(downlink) = &mut self.downlink
            && !downlink.pacer.admit(now, packet.len(), packet.urgent || packet.repeat)
        {
            let mut plain = Vec::with_capacity(packet.len());
            packet.write(&mut plain);
            return downlink.pacer.hold(now, plain);
        }
        let urgency = if packet.urgent { Urgency::Needed } else { Urgency::Picture };
        self.leave(now, urgency, packet.repeat, egress, |out| packet.write(out));
        false
    }

    /// Sends what `write` writes.
    fn leave(&mut self, now: Time, urgency: Urgency, repeat: bool, egress: &mut Egress, write: impl FnOnce(&mut Vec<u8>)) {
        let Some(to) = self.peer.selected() else {
            return;
        };
        egress.push(Door::Media(to), urgency, |out| {
            let start = out.len();
            write(out);
            if let (Some(downlink), Some(plain)) = (&mut self.downlink, out.get_mut(start..))
                && has_transport_number(plain)
            {
                let congestion = &mut downlink.congestion;
                let number = if repeat { congestion.number_of(plain) } else { Some(congestion.stamp(now, plain)) };
                let Some(number) = number else {
                    return false;
                };
                put_transport_number(plain, number);
            }
            self.peer.protect_rtp(out, start)
        });
    }

    /// Sends what has waited long enough.
    fn release(&mut self, now: Time, egress: &mut Egress) {
        while let Some(plain) = self.downlink.as_mut().and_then(|downlink| downlink.pacer.release(now)) {
            // Only pictures wait.
            self.leave(now, Urgency::Picture, false, egress, |out| out.extend_from_slice(&plain));
        }
    }
}

/// The machine.
pub struct Relay {
    identity: Identity,
    candidates: Vec<Candidate>,
    entropy: Entropy,
    /// Looked up for each packet; its keys are the relay's own numbers, so a quick hash does.
    sessions: FxHashMap<PeerId, Session>,
    by_id: BTreeMap<SessionId, PeerId>,
    by_ufrag: HashMap<String, PeerId>,
    by_path: HashMap<Path, PeerId>,
    next_peer: u64,
    gone: VecDeque<(Time, SessionReport)>,
    crosspoint: Crosspoint,
    egress: Egress,
    scratch: Vec<u8>,
    /// Sessions with packets that wait for their turn.
    paced: BTreeSet<PeerId>,
    own_ssrc: u32,
    to_control: VecDeque<FromRelay>,
    changed: bool,
    report_due: Time,
    reported_at: Time,
    peers_due: Time,
    /// When the first peer wants to be looked at, or tells or is told something; not before `peers_due`.
    peers_want: Time,
    handshakes: u64,
}

impl Relay {
    /// A relay whose peers reach it at `candidates`.
    #[must_use]
    pub fn new(identity: Identity, candidates: Vec<Candidate>, entropy: Entropy, matrix_entropy: Entropy) -> Self {
        let mut entropy = entropy;
        let own_ssrc = entropy.u32();
        Self {
            identity,
            candidates,
            entropy,
            sessions: FxHashMap::default(),
            by_id: BTreeMap::new(),
            by_ufrag: HashMap::new(),
            by_path: HashMap::new(),
            next_peer: 0,
            gone: VecDeque::new(),
            crosspoint: Crosspoint::new(matrix_entropy),
            egress: Egress::default(),
            scratch: Vec::with_capacity(2048),
            paced: BTreeSet::new(),
            own_ssrc,
            to_control: VecDeque::new(),
            changed: false,
            report_due: Time::default(),
            reported_at: Time::default(),
            peers_due: Time::default(),
            peers_want: Time::default(),
            handshakes: 0,
        }
    }

    /// Takes one of control's words.
    pub fn control(&mut self, now: Time, word: ToRelay) {
        match word {
            ToRelay::Wanted(wanted) => {
                self.crosspoint.set_wanted(now, &wanted);
                self.changed = true;
            }
            ToRelay::Open(open) => {
                let session = open.session.clone();
                let result = self.open(now, open);
                self.to_control.push_back(FromRelay::Opened { session, result });
            }
            ToRelay::Patch { session, meant, fragment } => {
                let result = self.patch(&session, &meant, &fragment);
                self.to_control.push_back(FromRelay::Patched { session, result });
            }
            ToRelay::Close { session } => {
                if let Some(id) = self.by_id.get(&session).copied() {
                    self.end(now, id, "closed by control");
                }
            }
        }
    }

    /// Takes this shard's part of the wanted state.
    pub fn want(&mut self, now: Time, wanted: &RelayWanted, links: Links) {
        self.crosspoint.set_wanted_and_links(now, wanted, links);
        self.changed = true;
    }

    /// Control has (again) a connection: it hears the whole state at once.
    pub fn control_connected(&mut self) {
        self.changed = true;
    }

    /// Takes a datagram of the media port.
    pub fn media(&mut self, now: Time, from: Path, bytes: &[u8]) {
        let Some(id) = self.peer_of(from, bytes) else {
            return;
        };
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let received = session.peer.handle(now, from, bytes);
        if received == peer::Received::Nothing || session.uplink.is_some() {
            // A handshake went on, or there is something to tell: the next look decides when.
            self.peers_want = self.peers_want.min(self.peers_due);
        }
        let (connected, publishes) = (session.connected, session.role == Role::Publish);
        self.drain(now, id);
        match received {
            peer::Received::Rtp(bytes) if connected && publishes => {
                if let Some(packet) = RtpPacket::parse(&bytes) {
                    if let Some((extension, arrivals)) = self.sessions.get_mut(&id).and_then(|session| session.uplink.as_mut())
                        && let Some(number) = packet.extension(*extension).and_then(<[u8]>::first_chunk)
                    {
                        arrivals.note(now, u16::from_be_bytes(*number), packet.ssrc);
                    }
                    let mut doors = Doors { now, sessions: &mut self.sessions, egress: &mut self.egress, paced: &mut self.paced };
                    self.crosspoint.rtp(now, id, packet, &mut doors);
                }
            }
            peer::Received::Rtcp(bytes) if connected => {
                self.hear_of_line(now, id, &bytes);
                let mut doors = Doors { now, sessions: &mut self.sessions, egress: &mut self.egress, paced: &mut self.paced };
                self.crosspoint.rtcp(now, id, &bytes, &mut doors);
            }
            peer::Received::Rtp(_) | peer::Received::Rtcp(_) | peer::Received::Nothing => {}
        }
    }

    /// Whether a peer has proved by an authentic check that it is at that path, and is still there.
    #[must_use]
    pub fn knows(&self, path: Path) -> bool {
        self.by_path.contains_key(&path)
    }

    /// A TCP connection is gone.
    pub fn lost(&mut self, now: Time, path: Path) {
        let Some(id) = self.by_path.remove(&path) else {
            return;
        };
        if let Some(session) = self.sessions.get_mut(&id) {
            session.peer.lost(path);
        }
        self.drain(now, id);
    }

    /// Gives congestion control what a watcher says of the packets it got.
    fn hear_of_line(&mut self, now: Time, id: PeerId, bytes: &[u8]) {
        let Some(Downlink { congestion, pacer }) = self.sessions.get_mut(&id).and_then(|session| session.downlink.as_mut()) else {
            return;
        };
        let mut heard = false;
        rtcp::read(bytes, |part| {
            if let rtcp::Part::TransportWide { body } = part {
                congestion.feedback(now, body);
                heard = true;
            }
        });
        if heard {
            let target = congestion.target_bps();
            pacer.set_rate(congestion.pace_bps(now));
            let line = LineFigures {
                target_bps: target,
                known_bps: congestion.known_bps(now).unwrap_or(0),
                overrun: congestion.is_overrun(now),
                loss_permille: congestion.lasting_loss_permille(),
                trial_bps: congestion.trial_bps(now),
                acquitted: congestion.take_acquitted(),
            };
            self.crosspoint.set_line(id, line);
        }
    }

    /// Takes a datagram of the workers' port.
    pub fn worker(&mut self, now: Time, from: SocketAddr, bytes: &Bytes) {
        let mut doors = Doors { now, sessions: &mut self.sessions, egress: &mut self.egress, paced: &mut self.paced };
        self.crosspoint.worker(now, from, bytes, &mut doors);
    }

    /// Ends a batch, or does what time asks for; call it after each batch and at [`Self::deadline`].
    pub fn flush(&mut self, now: Time) {
        if now >= self.peers_due {
            self.peers_due = now + PEER_TICK;
            let due: Vec<PeerId> = self.sessions.iter().filter(|(_, session)| session.peer.deadline() <= now).map(|(id, _)| *id).collect();
            for id in due {
                if let Some(session) = self.sessions.get_mut(&id) {
                    session.peer.tick(now);
                }
                self.drain(now, id);
            }
            self.tell_publishers(now);
            let wants = |session: &Session| {
                session.uplink.as_ref().and_then(|(_, arrivals)| arrivals.deadline()).into_iter().fold(session.peer.deadline(), Time::min)
            };
            self.peers_want = self.sessions.values().map(wants).min().unwrap_or(self.report_due).max(self.peers_due);
        }
        let mut doors = Doors { now, sessions: &mut self.sessions, egress: &mut self.egress, paced: &mut self.paced };
        self.crosspoint.flush(now, &mut doors);
        self.release(now);
        self.changed |= self.crosspoint.take_changed();
        if self.changed {
            self.report_due = self.report_due.min(self.reported_at + LEAST_REPORT_INTERVAL);
        }
        if now >= self.report_due {
            self.changed = false;
            self.reported_at = now;
            self.report_due = now + REPORT_INTERVAL;
            self.report(now);
        }
    }

    /// Tells publishers what came of their packets.
    fn tell_publishers(&mut self, now: Time) {
        for session in self.sessions.values_mut() {
            let (Some((_, arrivals)), Some(to)) = (&mut session.uplink, session.peer.selected()) else {
                continue;
            };
            self.scratch.clear();
            arrivals.report(now, self.own_ssrc, &mut self.scratch);
            if !self.scratch.is_empty() {
                let plain = &*self.scratch;
                self.egress.push(Door::Media(to), Urgency::Needed, |out| session.peer.protect_rtcp(plain, out));
            }
        }
    }

    /// Sends what has waited for its turn.
    fn release(&mut self, now: Time) {
        let (sessions, egress) = (&mut self.sessions, &mut self.egress);
        self.paced.retain(|id| {
            let Some(session) = sessions.get_mut(id) else {
                return false;
            };
            session.release(now, egress);
            session.downlink.as_ref().is_some_and(|downlink| !downlink.pacer.is_empty())
        });
    }

    /// When [`Self::flush`] is due though nothing came.
    #[must_use]
    pub fn deadline(&self) -> Time {
        let paced = self.paced.iter().filter_map(|id| self.sessions.get(id)?.downlink.as_ref()?.pacer.deadline()).min();
        [paced, self.crosspoint.deadline()].into_iter().flatten().fold(self.report_due.min(self.peers_want), Time::min)
    }

    /// Datagrams to send; clear it when they are sent.
    pub const fn egress(&mut self) -> &mut Egress {
        &mut self.egress
    }

    /// Words for control.
    pub fn poll_control(&mut self) -> Option<FromRelay> {
        self.to_control.pop_front()
    }

    /// Says good-bye to all peers, so that they come back at once instead of after a timeout.
    pub fn shut_down(&mut self, now: Time) {
        let all: Vec<PeerId> = self.sessions.keys().copied().collect();
        for id in all {
            self.end(now, id, "the relay ends");
        }
    }

    fn peer_of(&self, from: Path, bytes: &[u8]) -> Option<PeerId> {
        if peer::looks_like_stun(bytes) {
            // Checks name their peer; an address may have changed hands.
            return self.by_ufrag.get(&peer::local_ufrag_of(bytes)?).copied();
        }
        self.by_path.get(&from).copied()
    }
}

/// The way out for the crosspoint: protect and pile up.
struct Doors<'a> {
    now: Time,
    sessions: &'a mut FxHashMap<PeerId, Session>,
    egress: &'a mut Egress,
    paced: &'a mut BTreeSet<PeerId>,
}

impl Outlet for Doors<'_> {
    fn rtp(&mut self, to: PeerId, packet: &OutPacket<'_>) {
        let Some(session) = self.sessions.get_mut(&to) else {
            return;
        };
        if session.forward(self.now, packet, self.egress) {
            self.paced.insert(to);
        }
    }

    fn give_up(&mut self, to: PeerId) {
        if let Some(downlink) = self.sessions.get_mut(&to).and_then(|session| session.downlink.as_mut()) {
            downlink.pacer.clear();
        }
    }

    fn rtcp(&mut self, to: PeerId, bytes: &[u8]) {
        let Some(session) = self.sessions.get_mut(&to) else {
            return;
        };
        if let Some(path) = session.peer.selected() {
            self.egress.push(Door::Media(path), Urgency::Needed, |out| session.peer.protect_rtcp(bytes, out));
        }
    }

    fn tap_rtp(&mut self, to: SocketAddr, packet: &OutPacket<'_>) {
        self.egress.push(Door::Worker(to), Urgency::Needed, |out| {
            packet.write(out);
            true
        });
    }

    fn tap_rtcp(&mut self, to: SocketAddr, bytes: &[u8]) {
        self.egress.push(Door::Worker(to), Urgency::Needed, |out| {
            out.extend_from_slice(bytes);
            true
        });
    }
}

//! Sessions opening, connecting, replacing one another and ending.

use mcu_media_api::{Answer, IceMatch, OpenSession, Patched, Refusal, RefusalKind, Restart, Role, SessionId, SessionState};

use super::{Downlink, MAX_SESSIONS, Relay, Session};
use crate::{
    congestion::{self, Arrivals, Pacer},
    crosspoint::PeerId,
    egress::Door,
    path::Path,
    peer::{Credentials, KnownRemote as Known, Output, Peer},
    sdp,
    tcp::Urgency,
    time::Time,
};

impl Relay {
    /// Answers an offer.
    pub(super) fn open(&mut self, now: Time, open: OpenSession) -> Result<Answer, Refusal> {
        if self.sessions.len() >= MAX_SESSIONS {
            let reason = format!("the relay holds {MAX_SESSIONS} sessions already; end some or use another relay");
            return Err(Refusal { kind: RefusalKind::TooMany, reason });
        }
        let offer = sdp::parse_offer(&open.offer)?;
        let mut agreement = sdp::agree(&offer, open.role)?;
        for stream in agreement.streams_mut() {
            stream.send_ssrc = self.entropy.u32();
            stream.send_rtx_ssrc = self.entropy.u32();
        }
        let local = self.credentials();
        let cname = self.entropy.word::<8>();
        let session = u64::from_be_bytes(self.entropy.bytes());
        let sdp = sdp::write_answer(
            &agreement,
            &sdp::Local {
                ufrag: &local.ufrag,
                password: &local.password,
                fingerprint: self.identity.fingerprint(),
                candidates: &self.candidates,
                session,
                cname: &cname,
            },
        );
        if let Some(known) = self.by_id.get(&open.session).copied() {
            self.end(now, known, "opened again");
        }
        let id = PeerId(self.next_peer);
        self.next_peer += 1;
        let ufrag = local.ufrag.clone();
        let peer = Peer::new(now, &self.identity, local, agreement.remote_ufrag.clone(), agreement.fingerprint);
        self.by_ufrag.insert(ufrag.clone(), id);
        self.by_id.insert(open.session.clone(), id);
        let transport = agreement.streams().map(|stream| stream.extensions.transport_cc).find(|id| *id != 0);
        let uplink = transport.filter(|_| open.role == Role::Publish).map(|id| (id, Arrivals::default()));
        let downlink = transport.filter(|_| open.role == Role::Watch).map(|_| Downlink {
            congestion: congestion::Downlink::new(self.identity.origin()),
            pacer: Pacer::new(congestion::INITIAL_BPS),
        });
        let OpenSession { session: name, seat, role, exclusive, offer: _ } = open;
        tracing::debug!(session = %name, %seat, ?role, "session opened");
        let session = Session { id: name, seat, role, exclusive, peer, agreement, cname, connected: false, uplink, downlink };
        self.sessions.insert(id, session);
        self.peers_want = self.peers_want.min(self.peers_due);
        self.changed = true;
        Ok(Answer { sdp, ufrag })
    }

    /// 48 and 192 bits; RFC 8839 §5.4 asks for at least 24 and 128.
    fn credentials(&mut self) -> Credentials {
        Credentials { ufrag: self.entropy.word::<6>(), password: self.entropy.word::<24>() }
    }

    /// Takes what a peer says of its ICE. Other credentials than those known are a restart (RFC 9725 §4.3.3): the session gets others, and what is in
    /// use stays so until the peer checks with them. Candidates are learned from the checks themselves.
    pub(super) fn patch(&mut self, session: &SessionId, meant: &IceMatch, fragment: &str) -> Result<Patched, Refusal> {
        let remote_ufrag = sdp::parse_fragment(fragment)?;
        let fresh = self.credentials();
        let known = self.by_id.get(session).and_then(|id| Some((*id, self.sessions.get_mut(id)?)));
        let Some((id, session)) = known else {
            let reason = "there is no such session; open another".to_owned();
            return Err(Refusal { kind: RefusalKind::Unsupported, reason });
        };
        let latest = session.peer.latest_ufrag();
        let is_meant = match meant {
            IceMatch::Any => true,
            IceMatch::Named(names) => names.iter().any(|name| name == latest),
        };
        if !is_meant {
            let reason =
                "another ICE session has begun since; take the entity tag of the last answer, or restart with If-Match: *".to_owned();
            return Err(Refusal { kind: RefusalKind::Outdated, reason });
        }
        let local = match session.peer.knows_remote(&remote_ufrag) {
            // A restart asked for again because its answer was lost.
            Known::Awaited(given) if *meant == IceMatch::Any => given.clone(),
            Known::Awaited(_) | Known::InUse => return Ok(Patched::Noted),
            Known::Not => {
                if let Some(unused) = session.peer.restart(fresh.clone(), remote_ufrag) {
                    self.by_ufrag.remove(&unused.ufrag);
                }
                self.by_ufrag.insert(fresh.ufrag.clone(), id);
                tracing::debug!(session = %session.id, seat = %session.seat, "ice restarted");
                fresh
            }
        };
        let fragment = sdp::write_fragment(&session.agreement, &local.ufrag, &local.password, &self.candidates);
        Ok(Patched::Restarted(Restart { fragment, ufrag: local.ufrag }))
    }

    /// Does what a peer has to tell.
    pub(super) fn drain(&mut self, now: Time, id: PeerId) {
        while let Some(output) = self.sessions.get_mut(&id).and_then(|session| session.peer.poll()) {
            match output {
                Output::Transmit { to, bytes } => self.egress.push(Door::Media(to), Urgency::Needed, |out| {
                    out.extend_from_slice(&bytes);
                    true
                }),
                Output::Reachable(path) => {
                    self.by_path.insert(path, id);
                }
                Output::Forgotten(path) => self.forget(path, id),
                Output::Retired(credentials) => drop(self.by_ufrag.remove(&credentials.ufrag)),
                Output::Connected => self.connected(now, id),
                Output::Failed(reason) => self.end(now, id, reason),
            }
        }
    }

    fn forget(&mut self, path: Path, id: PeerId) {
        if self.by_path.get(&path) == Some(&id) {
            self.by_path.remove(&path);
        }
    }

    fn connected(&mut self, now: Time, id: PeerId) {
        self.handshakes += 1;
        self.changed = true;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.connected = true;
        tracing::debug!(session = %session.id, seat = %session.seat, role = ?session.role, "session connected");
        match session.role {
            Role::Publish => self.crosspoint.add_publisher(id, &session.seat, &session.agreement),
            Role::Watch => self.crosspoint.add_watcher(id, &session.seat, &session.agreement, &session.cname),
        }
        if session.exclusive {
            let (seat, role) = (session.seat.clone(), session.role);
            let same = |other: &Session| other.seat == seat && other.role == role;
            // One opened later and still connecting is on its way to replace this one in turn.
            let replaced =
                self.sessions.iter().filter(|(other, session)| **other != id && same(session) && (session.connected || **other < id));
            let replaced: Vec<PeerId> = replaced.map(|(other, _)| *other).collect();
            for other in replaced {
                self.end(now, other, "replaced");
            }
        }
    }

    /// Ends a session; its report stays for a while with the reason.
    pub(super) fn end(&mut self, now: Time, id: PeerId, reason: &str) {
        let Some(state) = self.session_report(now, id) else {
            return;
        };
        let Some(mut session) = self.sessions.remove(&id) else {
            return;
        };
        tracing::debug!(session = %session.id, seat = %session.seat, reason, "session ended");
        session.peer.close(now);
        while let Some(output) = session.peer.poll() {
            if let Output::Transmit { to, bytes } = output {
                self.egress.push(Door::Media(to), Urgency::Needed, |out| {
                    out.extend_from_slice(&bytes);
                    true
                });
            }
        }
        self.by_ufrag.retain(|_, peer| *peer != id);
        self.by_id.remove(&session.id);
        self.by_path.retain(|_, peer| *peer != id);
        self.crosspoint.remove(id);
        let mut report = state;
        report.state = SessionState::Gone { reason: reason.to_owned() };
        report.shown = None;
        self.gone.push_back((now, report));
        // The oldest go first when many end at once, for instance in an attack.
        if self.gone.len() > MAX_SESSIONS {
            self.gone.pop_front();
        }
        self.changed = true;
    }
}

//! One peer of the relay without socket or clock: ICE-lite, DTLS server, SRTP.
//!
//! It answers checks, is always the DTLS server, compares the certificate with the fingerprint of the SDP and then turns datagrams
//! into RTP and RTCP and back. It knows nothing of streams and routes.

mod dtls;
mod identity;
mod seal;
mod srtp;
mod stun;
#[cfg(test)]
mod tests;

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;

pub use identity::{Identity, IdentityError};
pub use stun::{local_ufrag_of, looks_like_stun};

use crate::{path::Path, time::Time};
use dtls::{Dtls, DtlsEvent};
use srtp::SrtpPair;

/// A peer from which nothing authentic came for so long has taken back its consent. RFC 7675 §5.1 allows at most 30 s; the whole of it is used
/// because a terminal whose line was gone for 20 s shall come back without a new handshake.
pub const CONSENT_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time from answer to encryption: at 30 % loss the slowest measured handshakes took well under this.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Paths one peer may be reached by; a laptop has two or three interfaces, each in IPv4 and IPv6, each with UDP and TCP.
const MAX_PATHS: usize = 12;

/// When checks come by another path and the selected one was silent for so long, media follow: a NAT has changed its mind.
const MOVE_AFTER: Duration = Duration::from_secs(2);

/// Highest datagram rate of one peer. A 1080p publisher with three layers and retransmissions stays under 2,000/s; ten times that is an attack or a fault.
pub const MAX_DATAGRAMS_PER_SECOND: u32 = 20_000;

/// Datagrams above the rate a peer may burst: a quarter of a second of it covers any key frame.
const BURST_DATAGRAMS: u32 = MAX_DATAGRAMS_PER_SECOND / 4;

/// What a peer has to tell.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this datagram.
    Transmit {
        /// Where.
        to: Path,
        /// What.
        bytes: Vec<u8>,
    },
    /// An authenticated check came by a path not known before: datagrams by it are this peer's.
    Reachable(Path),
    /// A path is no longer this peer's.
    Forgotten(Path),
    /// Checks come with the credentials of a restart: these of before are of no use any more.
    Retired(Credentials),
    /// Encrypted both ways.
    Connected,
    /// Of no further use, with the reason.
    Failed(&'static str),
}

/// What a datagram turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// A check, a handshake, or nothing authentic.
    Nothing,
    /// An authentic RTP packet.
    Rtp(Bytes),
    /// An authentic compound RTCP packet.
    Rtcp(Bytes),
}

/// ICE credentials of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `a=ice-ufrag`
    pub ufrag: String,
    /// `a=ice-pwd`
    pub password: String,
}

/// What is known of a peer's user fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownRemote<'a> {
    /// It is in use.
    InUse,
    /// Of a restart whose first check has not come yet; the relay's credentials for it.
    Awaited(&'a Credentials),
    /// It is another, or one of before.
    Not,
}

/// What checks of one ICE session carry.
struct Ice {
    local: Credentials,
    remote_ufrag: String,
}

struct Known {
    path: Path,
    heard: Time,
}

/// The peer.
pub struct Peer {
    ice: Ice,
    /// After a restart, until the first check of it.
    next: Option<Ice>,
    fingerprint: [u8; 32],
    paths: Vec<Known>,
    selected: Option<Path>,
    nominated: bool,
    dtls: Dtls,
    srtp: Option<SrtpPair>,
    heard: Time,
    opened: Time,
    allowance: u32,
    allowance_at: Time,
    failed: bool,
    output: VecDeque<Output>,
}

impl Peer {
    /// A peer that was answered at `now`.
    #[must_use]
    pub fn new(now: Time, identity: &Identity, local: Credentials, remote_ufrag: String, fingerprint: [u8; 32]) -> Self {
        Self {
            ice: Ice { local, remote_ufrag },
            next: None,
            fingerprint,
            paths: Vec::new(),
            selected: None,
            nominated: false,
            dtls: Dtls::new(identity),
            srtp: None,
            heard: now,
            opened: now,
            allowance: BURST_DATAGRAMS,
            allowance_at: now,
            failed: false,
            output: VecDeque::new(),
        }
    }

    /// Takes one datagram that came by `from` at `now`.
    pub fn handle(&mut self, now: Time, from: Path, bytes: &[u8]) -> Received {
        if self.failed || !self.within_rate(now) {
            return Received::Nothing;
        }
        match bytes.first() {
            Some(0..=3) => {
                self.check(now, from, bytes);
                Received::Nothing
            }
            Some(20..=63) if self.knows(from) => {
                self.handshake(now, from, bytes);
                Received::Nothing
            }
            Some(128..=191) if self.knows(from) => self.unprotect(now, from, bytes),
            Some(_) | None => Received::Nothing,
        }
    }

    /// Does what time asks for; call it at [`Self::deadline`].
    pub fn tick(&mut self, now: Time) {
        if self.failed {
            return;
        }
        if self.srtp.is_none() && now.since(self.opened) >= CONNECT_TIMEOUT {
            self.fail("no connection within 30 s");
        } else if now.since(self.heard) >= CONSENT_TIMEOUT {
            self.fail("consent expired");
        } else if let Some(to) = self.selected {
            for bytes in self.dtls.repeat(now) {
                self.output.push_back(Output::Transmit { to, bytes });
            }
        }
    }

    /// When [`Self::tick`] is due.
    #[must_use]
    pub fn deadline(&self) -> Time {
        let end = if self.srtp.is_some() {
            self.heard + CONSENT_TIMEOUT
        } else {
            (self.opened + CONNECT_TIMEOUT).min(self.heard + CONSENT_TIMEOUT)
        };
        self.dtls.deadline().map_or(end, |repeat| repeat.min(end))
    }

    /// Time in ms since anything authentic came.
    #[must_use]
    pub fn silent_ms(&self, now: Time) -> u32 {
        u32::try_from(now.since(self.heard).as_millis()).unwrap_or(u32::MAX)
    }

    /// What there is to do; drain it after every call that takes `now`.
    pub fn poll(&mut self) -> Option<Output> {
        self.output.pop_front()
    }

    /// Where media go, once there is such a place.
    #[must_use]
    pub const fn selected(&self) -> Option<Path> {
        self.selected
    }

    /// Protects the RTP packet of [`crate::rtp::OutPacket::write`] that begins at `start` and ends the memory; `false` before keys are there.
    pub fn protect_rtp(&mut self, memory: &mut Vec<u8>, start: usize) -> bool {
        self.srtp.as_mut().is_some_and(|srtp| srtp.protect_rtp(memory, start))
    }

    /// Appends the protected form of a compound RTCP packet to `out`.
    pub fn protect_rtcp(&mut self, plain: &[u8], out: &mut Vec<u8>) -> bool {
        self.srtp.as_mut().is_some_and(|srtp| srtp.protect_rtcp(plain, out))
    }

    /// Says good-bye to the peer (DTLS `close_notify`).
    pub fn close(&mut self, now: Time) {
        if let (Some(to), false) = (self.selected, self.failed) {
            for bytes in self.dtls.close(now) {
                self.output.push_back(Output::Transmit { to, bytes });
            }
        }
        self.failed = true;
    }

    fn within_rate(&mut self, now: Time) -> bool {
        let earned = now.since(self.allowance_at).as_micros() * u128::from(MAX_DATAGRAMS_PER_SECOND) / 1_000_000;
        if earned > 0 {
            self.allowance = self.allowance.saturating_add(u32::try_from(earned).unwrap_or(u32::MAX)).min(BURST_DATAGRAMS);
            self.allowance_at = now;
        }
        if self.allowance == 0 {
            self.fail("flooding");
            return false;
        }
        self.allowance -= 1;
        true
    }

    fn check(&mut self, now: Time, from: Path, bytes: &[u8]) {
        let Some(request) = stun::read_check(bytes, &self.ice.local, &self.ice.remote_ufrag).or_else(|| self.take_up_restart(bytes)) else {
            return;
        };
        self.heard = now;
        self.output.extend(stun::answer(&request, from.address(), &self.ice.local).map(|bytes| Output::Transmit { to: from, bytes }));
        self.remember(now, from);
        let selected = self.selected.and_then(|selected| self.paths.iter().find(|known| known.path == selected));
        let moved = selected.is_none_or(|known| now.since(known.heard) >= MOVE_AFTER);
        // An agent that nominates every pair that works (RFC 5245 "aggressive") means the one of highest priority, and TCP is never that beside UDP.
        let worse = from.is_tcp() && self.nominated && selected.is_some_and(|known| !known.path.is_tcp());
        // The first checked path carries the handshake until the peer nominates one; a later nomination or a silent old path moves the media.
        if moved || request.use_candidate && !worse {
            self.selected = Some(from);
        }
        self.nominated |= request.use_candidate;
    }

    /// Reads a check with the credentials of a restart, which are those in use from then on.
    fn take_up_restart(&mut self, bytes: &[u8]) -> Option<stun::Check> {
        let next = self.next.as_ref()?;
        let request = stun::read_check(bytes, &next.local, &next.remote_ufrag)?;
        let before = std::mem::replace(&mut self.ice, self.next.take()?);
        // The peer chooses among its paths anew.
        self.nominated = false;
        self.output.push_back(Output::Retired(before.local));
        Some(request)
    }

    fn remember(&mut self, now: Time, from: Path) {
        if let Some(known) = self.paths.iter_mut().find(|known| known.path == from) {
            known.heard = now;
            return;
        }
        if self.paths.len() == MAX_PATHS {
            let selected = self.selected;
            let oldest =
                self.paths.iter().enumerate().filter(|(_, known)| Some(known.path) != selected).min_by_key(|(_, known)| known.heard);
            if let Some((place, _)) = oldest {
                let gone = self.paths.swap_remove(place);
                self.output.push_back(Output::Forgotten(gone.path));
            }
        }
        self.paths.push(Known { path: from, heard: now });
        self.output.push_back(Output::Reachable(from));
    }

    /// The relay's user fragment given out last.
    #[must_use]
    pub fn latest_ufrag(&self) -> &str {
        &self.next.as_ref().unwrap_or(&self.ice).local.ufrag
    }

    /// Whether a peer's user fragment is that of the ICE session given out last.
    #[must_use]
    pub fn knows_remote(&self, ufrag: &str) -> KnownRemote<'_> {
        match &self.next {
            Some(next) if next.remote_ufrag == ufrag => KnownRemote::Awaited(&next.local),
            Some(_) => KnownRemote::Not,
            None if self.ice.remote_ufrag == ufrag => KnownRemote::InUse,
            None => KnownRemote::Not,
        }
    }

    /// Takes checks with other credentials beside those in use, which go on until the first of the others comes (RFC 8445 §2.4). DTLS and SRTP
    /// are not touched. Gives back what an earlier restart had brought that was never used.
    pub fn restart(&mut self, local: Credentials, remote_ufrag: String) -> Option<Credentials> {
        self.next.replace(Ice { local, remote_ufrag }).map(|unused| unused.local)
    }

    /// A path exists no longer. Media go on by the one heard last, if there is another, else from the next check on.
    pub fn lost(&mut self, path: Path) {
        self.paths.retain(|known| known.path != path);
        if self.selected == Some(path) {
            self.selected = self.paths.iter().max_by_key(|known| known.heard).map(|known| known.path);
        }
        self.output.push_back(Output::Forgotten(path));
    }

    fn knows(&self, from: Path) -> bool {
        self.paths.iter().any(|known| known.path == from)
    }

    fn handshake(&mut self, now: Time, from: Path, bytes: &[u8]) {
        let event = self.dtls.read(now, bytes);
        let to = self.selected.unwrap_or(from);
        for bytes in self.dtls.take_transmits() {
            self.output.push_back(Output::Transmit { to, bytes });
        }
        match event {
            DtlsEvent::Nothing => {}
            DtlsEvent::Complete => self.complete(),
            DtlsEvent::Closed => self.fail("closed by the peer"),
            DtlsEvent::Failed => self.fail("dtls handshake failed"),
        }
    }

    fn complete(&mut self) {
        use subtle::ConstantTimeEq;
        let certificate = self.dtls.peer_fingerprint();
        if !certificate.is_some_and(|found| found.ct_eq(&self.fingerprint).into()) {
            self.fail("fingerprint mismatch");
            return;
        }
        match self.dtls.keys().and_then(SrtpPair::new) {
            Some(srtp) => {
                self.srtp = Some(srtp);
                self.output.push_back(Output::Connected);
            }
            None => self.fail("no srtp keys"),
        }
    }

    fn unprotect(&mut self, now: Time, from: Path, bytes: &[u8]) -> Received {
        let Some(srtp) = &mut self.srtp else {
            return Received::Nothing;
        };
        let received = if crate::rtp::is_rtcp(bytes) {
            srtp.unprotect_rtcp(bytes).map_or(Received::Nothing, Received::Rtcp)
        } else {
            srtp.unprotect_rtp(bytes).map_or(Received::Nothing, Received::Rtp)
        };
        if received != Received::Nothing {
            self.heard = now;
            self.dtls.confirmed();
            if self.selected == Some(from)
                && let Some(known) = self.paths.iter_mut().find(|known| known.path == from)
            {
                known.heard = now;
            }
        }
        received
    }

    fn fail(&mut self, reason: &'static str) {
        if !self.failed {
            self.failed = true;
            self.output.push_back(Output::Failed(reason));
        }
    }
}

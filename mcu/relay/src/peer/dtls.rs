//! The DTLS server of one peer, over `rtc-dtls`, with retransmission of its own.
//!
//! `rtc-dtls` 0.21.1 disarms its retransmission timer on *any* handshake record: when a flight of the server is lost and the client's
//! repeat comes before the timer, the server never sends that flight again. So the last flight's datagrams are kept here and repeated **verbatim**
//! (a client's replay window drops a superfluous repeat before its handshake code, which has the same defect), and the library's own timer is never run.

use std::{
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    time::Duration,
};

use bytes::BytesMut;
use rtc_dtls::{
    endpoint::{Endpoint, EndpointEvent},
    extension::extension_use_srtp::SrtpProtectionProfile,
};
use rtc_shared::{TransportProtocol, error::Error};
use rtc_srtp::{
    config::{Config, LABEL_EXTRACTOR_DTLS_SRTP},
    protection_profile::ProtectionProfile,
};
use sha2::{Digest, Sha256};

use super::identity::Identity;
use crate::time::Time;

/// First repeat of a flight; measured: no failed join of 100 at 20 % loss each way.
const FIRST_REPEAT: Duration = Duration::from_millis(40);

/// Longest time between repeats.
const MAX_REPEAT: Duration = Duration::from_millis(400);

/// How long one flight is repeated.
const REPEAT_FOR: Duration = Duration::from_secs(15);

/// Repeats of the last flight while no authentic media came: the client repeats its own otherwise.
const MAX_FINAL_REPEATS: u32 = 7;

/// Datagrams of the client's first flight kept for a second try with the other SRTP profile: Chromium needs two.
const MAX_HELD: usize = 8;

/// Handshake datagrams accepted of one peer: a handshake at 30 % loss takes some dozens; more is abuse.
const MAX_HANDSHAKE_DATAGRAMS: u32 = 1000;

/// The name under which the library knows the peer. It is constant so that a change of address does not break the association.
const KEY: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 1));

/// What a datagram brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DtlsEvent {
    Nothing,
    Complete,
    Closed,
    Failed,
}

struct Flight {
    datagrams: Vec<Vec<u8>>,
    sent: Time,
    next: Time,
    repeats: u32,
}

pub(super) struct Dtls {
    identity: Identity,
    endpoint: Endpoint,
    held: Vec<Vec<u8>>,
    fallen_back: bool,
    complete: bool,
    flight: Option<Flight>,
    transmits: Vec<Vec<u8>>,
    datagrams: u32,
}

impl Dtls {
    pub(super) fn new(identity: &Identity) -> Self {
        Self {
            identity: identity.clone(),
            endpoint: Endpoint::new(KEY, TransportProtocol::UDP, Some(identity.gcm.clone())),
            held: Vec::new(),
            fallen_back: false,
            complete: false,
            flight: None,
            transmits: Vec::new(),
            datagrams: 0,
        }
    }

    /// Takes a datagram of the DTLS range from a checked address.
    pub(super) fn read(&mut self, now: Time, bytes: &[u8]) -> DtlsEvent {
        self.datagrams = self.datagrams.saturating_add(1);
        if self.datagrams > MAX_HANDSHAKE_DATAGRAMS {
            return DtlsEvent::Nothing;
        }
        if !self.complete && !self.fallen_back && self.held.len() < MAX_HELD {
            self.held.push(bytes.to_vec());
        }
        let result = self.feed(now, bytes);
        match result {
            Err(Error::ErrServerNoMatchingSrtpProfile) if !self.fallen_back => self.fall_back(now),
            other => self.conclude(now, other),
        }
    }

    fn feed(&mut self, now: Time, bytes: &[u8]) -> Result<Vec<EndpointEvent>, Error> {
        self.endpoint.read(self.identity.instant(now), KEY, None, BytesMut::from(bytes))
    }

    /// The client knows no GCM: begin again with AES-CM and the same first flight; the alert of the first try is never sent.
    fn fall_back(&mut self, now: Time) -> DtlsEvent {
        self.fallen_back = true;
        self.endpoint = Endpoint::new(KEY, TransportProtocol::UDP, Some(self.identity.cm80.clone()));
        let mut event = DtlsEvent::Nothing;
        for bytes in std::mem::take(&mut self.held) {
            let result = self.feed(now, &bytes);
            event = self.conclude(now, result);
        }
        event
    }

    fn conclude(&mut self, now: Time, result: Result<Vec<EndpointEvent>, Error>) -> DtlsEvent {
        let mut sent = Vec::new();
        while let Some(transmit) = self.endpoint.poll_transmit() {
            sent.push(transmit.message.to_vec());
        }
        self.transmits.extend(sent.iter().cloned());
        let events = match result {
            Ok(events) => events,
            Err(error) => {
                tracing::debug!(%error, "a DTLS datagram was refused");
                // Content type 21 is an alert: the library has given up. Without one the datagram was merely broken and is passed over.
                let gave_up = sent.iter().any(|datagram| datagram.first() == Some(&21));
                let told_off = matches!(error, Error::ErrAlertFatalOrClose) && !self.complete;
                return if gave_up || told_off { DtlsEvent::Failed } else { DtlsEvent::Nothing };
            }
        };
        if !sent.is_empty() && !self.complete {
            self.flight = Some(Flight { datagrams: sent, sent: now, next: now + FIRST_REPEAT, repeats: 0 });
        }
        let mut event = DtlsEvent::Nothing;
        for each in events {
            // Nothing but SRTP is spoken here; application data has no meaning.
            if matches!(each, EndpointEvent::HandshakeComplete) && !self.complete {
                self.complete = true;
                self.held.clear();
                event = DtlsEvent::Complete;
            } else if matches!(each, EndpointEvent::PeerClosed) {
                event = DtlsEvent::Closed;
            }
        }
        event
    }

    /// What the last [`Self::read`] wants sent.
    pub(super) fn take_transmits(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.transmits)
    }

    /// The last flight once more, when it is due.
    pub(super) fn repeat(&mut self, now: Time) -> Vec<Vec<u8>> {
        let Some(flight) = &mut self.flight else {
            return Vec::new();
        };
        if now < flight.next {
            return Vec::new();
        }
        let exhausted = now.since(flight.sent) >= REPEAT_FOR || self.complete && flight.repeats >= MAX_FINAL_REPEATS;
        if exhausted {
            self.flight = None;
            return Vec::new();
        }
        flight.repeats += 1;
        let factor = 1.5_f64.powi(i32::try_from(flight.repeats.min(16)).unwrap_or(16));
        flight.next = now + FIRST_REPEAT.mul_f64(factor).min(MAX_REPEAT);
        flight.datagrams.clone()
    }

    pub(super) fn deadline(&self) -> Option<Time> {
        self.flight.as_ref().map(|flight| flight.next)
    }

    /// Authentic media came: the client has our last flight.
    pub(super) fn confirmed(&mut self) {
        if self.complete {
            self.flight = None;
        }
    }

    /// SHA-256 of the client's certificate.
    pub(super) fn peer_fingerprint(&self) -> Option<[u8; 32]> {
        let certificate = self.endpoint.get_connection_state(KEY)?.peer_certificates.first()?;
        Some(Sha256::digest(certificate).into())
    }

    /// Profile and keys of the finished handshake, seen from the server.
    pub(super) fn keys(&self) -> Option<Config> {
        let state = self.endpoint.get_connection_state(KEY)?;
        let known = [
            (SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm, ProtectionProfile::AeadAes128Gcm),
            (SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80, ProtectionProfile::Aes128CmHmacSha1_80),
        ];
        let (_, profile) = known.into_iter().find(|(agreed, _)| *agreed == state.srtp_protection_profile())?;
        let mut config = Config { profile, ..Config::default() };
        let material = state.export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len()).ok()?;
        config.set_session_keys_from_keying_material(material.as_ref(), false).ok()?;
        Some(config)
    }

    /// Datagrams of a `close_notify`.
    pub(super) fn close(&mut self, now: Time) -> Vec<Vec<u8>> {
        self.flight = None;
        let instant = self.identity.instant(now);
        if self.endpoint.close(instant).is_err() {
            return Vec::new();
        }
        std::iter::from_fn(|| self.endpoint.poll_transmit()).map(|transmit| transmit.message.to_vec()).collect()
    }
}

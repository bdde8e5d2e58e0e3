//! A light WebRTC client without socket: ICE (controlling), DTLS client, SRTP. It is made to be run a hundred times in one thread.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::BytesMut;
use rtc_dtls::config::{ConfigBuilder, HandshakeConfig};
use rtc_dtls::crypto::Certificate;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;
use rtc_srtp::config::{Config, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc_srtp::context::Context;
use rtc_srtp::protection_profile::ProtectionProfile;
use rtc_stun::attributes::{ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME};
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter as _};
use rtc_stun::xoraddr::XorMappedAddress;
use sha2::{Digest as _, Sha256};

use crate::sdp::Remote;

/// Pause between checks until one is answered, and afterwards (consent, RFC 7675).
const CHECK_EVERY: Duration = Duration::from_millis(50);
const CONSENT_EVERY: Duration = Duration::from_secs(4);
/// Repeats of a lost flight of the handshake.
const FLIGHT_EVERY: Duration = Duration::from_millis(200);
/// Priority of a peer-reflexive candidate (RFC 8445 §5.1.2).
const PRIORITY: u32 = 110 << 24 | 65_535 << 8 | 255;
/// The library's name for the one server a client has.
const SERVER: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 1));

/// Certificate and handshake configuration shared by all clients.
#[derive(Clone)]
pub struct Identity {
    config: Arc<HandshakeConfig>,
    /// SHA-256 as in `a=fingerprint`.
    pub fingerprint: String,
}

impl Identity {
    /// Makes a key and its certificate.
    ///
    /// # Errors
    /// When the cryptography library refuses.
    pub fn generate() -> anyhow::Result<Self> {
        let provider = rtc_srtp::crypto::default_provider()?;
        let certificate = Certificate::generate_self_signed(vec!["load".to_owned()], provider.crypto())?;
        let digest = Sha256::digest(certificate.certificate.first().context("an empty certificate")?);
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        let profiles = vec![SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm, SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80];
        let builder = ConfigBuilder::default()
            .with_crypto_provider(provider)
            .with_certificates(vec![certificate])
            .with_srtp_protection_profiles(profiles)
            .with_flight_interval(FLIGHT_EVERY)
            .with_insecure_skip_verify(true);
        Ok(Self { config: Arc::new(builder.build(true, None)?), fingerprint: pairs.join(":") })
    }
}

/// What a datagram turned out to be.
pub enum Received {
    /// Nothing for the application.
    Nothing,
    /// An authentic RTP packet.
    Rtp(BytesMut),
    /// Authentic RTCP.
    Rtcp(BytesMut),
}

struct Srtp {
    inbound: Context,
    outbound: Context,
    profile: ProtectionProfile,
}

/// One client.
pub struct Peer {
    /// `a=ice-ufrag` of this side.
    pub ufrag: String,
    /// `a=ice-pwd` of this side.
    pub password: String,
    /// Datagrams to send.
    pub outbox: Vec<Vec<u8>>,
    identity: Identity,
    remote: Option<Remote>,
    endpoint: Endpoint,
    next_check: Instant,
    validated: bool,
    srtp: Option<Srtp>,
}

impl Peer {
    /// A client not yet told of its server.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new(identity: &Identity) -> anyhow::Result<Self> {
        Self::new_at(identity, Instant::now())
    }

    /// The same at a time that need not be the clock's: checks are due from then on.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn new_at(identity: &Identity, now: Instant) -> anyhow::Result<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
        let text = hex::encode(bytes);
        Ok(Self {
            ufrag: text.chars().take(8).collect(),
            password: text,
            outbox: Vec::new(),
            identity: identity.clone(),
            remote: None,
            endpoint: Endpoint::new(SERVER, TransportProtocol::UDP, None),
            next_check: now,
            validated: false,
            srtp: None,
        })
    }

    /// Tells the server's credentials; checks begin at the next tick.
    pub fn meet(&mut self, remote: Remote) {
        self.remote = Some(remote);
    }

    /// Encrypted both ways.
    #[must_use]
    pub const fn connected(&self) -> bool {
        self.srtp.is_some()
    }

    /// The SRTP profile agreed.
    #[must_use]
    pub fn profile(&self) -> Option<ProtectionProfile> {
        self.srtp.as_ref().map(|srtp| srtp.profile)
    }

    /// What time asks for; call it every few tens of milliseconds.
    pub fn tick(&mut self, now: Instant) {
        if now >= self.next_check {
            self.next_check = now + if self.validated { CONSENT_EVERY } else { CHECK_EVERY };
            self.outbox.extend(self.check());
        }
        if self.validated && self.srtp.is_none() {
            let _ = self.endpoint.handle_timeout(SERVER, now);
            self.take_flight();
        }
    }

    /// Takes a datagram.
    pub fn handle(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) -> Received {
        match (bytes.first(), bytes.get(1)) {
            (Some(0..=3), _) => {
                self.stun(now, from, bytes);
                Received::Nothing
            }
            (Some(20..=63), _) => {
                self.handshake(now, bytes);
                Received::Nothing
            }
            (Some(128..=191), Some(192..=223)) => self.open(|srtp| srtp.inbound.decrypt_rtcp(bytes).ok().map(Received::Rtcp)),
            (Some(128..=191), Some(_)) => self.open(|srtp| srtp.inbound.decrypt_rtp(bytes).ok().map(Received::Rtp)),
            (Some(_) | None, _) => Received::Nothing,
        }
    }

    fn open(&mut self, decrypt: impl FnOnce(&mut Srtp) -> Option<Received>) -> Received {
        self.srtp.as_mut().and_then(decrypt).unwrap_or(Received::Nothing)
    }

    /// The protected form of an RTP packet.
    pub fn protect_rtp(&mut self, plain: &[u8]) -> Option<BytesMut> {
        self.srtp.as_mut()?.outbound.encrypt_rtp(plain).ok()
    }

    /// The protected form of a compound RTCP packet.
    pub fn protect_rtcp(&mut self, plain: &[u8]) -> Option<BytesMut> {
        self.srtp.as_mut()?.outbound.encrypt_rtcp(plain).ok()
    }

    fn check(&self) -> Option<Vec<u8>> {
        let remote = self.remote.as_ref()?;
        let provider = rtc_srtp::crypto::default_provider().ok()?;
        let mut message = Message::new();
        message.typ = BINDING_REQUEST;
        message.new_transaction_id().ok()?;
        message.write_header();
        message.add(ATTR_USERNAME, format!("{}:{}", remote.ufrag, self.ufrag).as_bytes());
        message.add(ATTR_PRIORITY, &PRIORITY.to_be_bytes());
        message.add(ATTR_ICE_CONTROLLING, &u64::MAX.to_be_bytes());
        message.add(ATTR_USE_CANDIDATE, &[]);
        let integrity = MessageIntegrity::new_short_term_integrity_with_provider(remote.password.clone(), provider.crypto());
        integrity.add_to(&mut message).ok()?;
        FINGERPRINT.add_to(&mut message).ok()?;
        Some(message.raw)
    }

    fn stun(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) {
        let mut message = Message::new();
        if message.unmarshal_binary(bytes).is_err() {
            return;
        }
        if message.typ == BINDING_REQUEST {
            self.outbox.extend(self.answer(&message, from));
        } else if message.typ == BINDING_SUCCESS && !self.validated {
            self.validated = true;
            self.next_check = now + CONSENT_EVERY;
            let _ = self.endpoint.connect(now, SERVER, Arc::clone(&self.identity.config), None);
            self.take_flight();
        }
    }

    fn answer(&self, request: &Message, from: SocketAddr) -> Option<Vec<u8>> {
        let provider = rtc_srtp::crypto::default_provider().ok()?;
        let mut message = Message::new();
        message.typ = BINDING_SUCCESS;
        message.transaction_id = request.transaction_id;
        message.write_header();
        XorMappedAddress { ip: from.ip(), port: from.port() }.add_to(&mut message).ok()?;
        let integrity = MessageIntegrity::new_short_term_integrity_with_provider(self.password.clone(), provider.crypto());
        integrity.add_to(&mut message).ok()?;
        FINGERPRINT.add_to(&mut message).ok()?;
        Some(message.raw)
    }

    fn handshake(&mut self, now: Instant, bytes: &[u8]) {
        let events = self.endpoint.read(now, SERVER, None, BytesMut::from(bytes)).unwrap_or_default();
        self.take_flight();
        if self.srtp.is_none() && events.iter().any(|event| matches!(event, EndpointEvent::HandshakeComplete)) {
            self.srtp = self.keys();
        }
    }

    fn take_flight(&mut self) {
        while let Some(transmit) = self.endpoint.poll_transmit() {
            self.outbox.push(transmit.message.to_vec());
        }
    }

    fn keys(&self) -> Option<Srtp> {
        let state = self.endpoint.get_connection_state(SERVER)?;
        // The server must be the one the SDP promised (RFC 5763 §5).
        let digest: [u8; 32] = Sha256::digest(state.peer_certificates.first()?).into();
        let promised = &self.remote.as_ref()?.fingerprint;
        if !promised.replace(':', "").eq_ignore_ascii_case(&hex::encode(digest)) {
            return None;
        }
        let known = [
            (SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm, ProtectionProfile::AeadAes128Gcm),
            (SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80, ProtectionProfile::Aes128CmHmacSha1_80),
        ];
        let (_, profile) = known.into_iter().find(|(agreed, _)| *agreed == state.srtp_protection_profile())?;
        let mut config = Config { profile, ..Config::default() };
        let material = state.export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len()).ok()?;
        config.set_session_keys_from_keying_material(material.as_ref(), true).ok()?;
        let keys = &config.keys;
        let provider = rtc_srtp::crypto::default_provider().ok()?;
        Some(Srtp {
            inbound: Context::new(&keys.remote_master_key, &keys.remote_master_salt, profile, None, None, provider.crypto()).ok()?,
            outbound: Context::new(&keys.local_master_key, &keys.local_master_salt, profile, None, None, provider.crypto()).ok()?,
            profile,
        })
    }
}

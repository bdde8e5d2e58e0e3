//! The peer against a client of the same protocol crates, in virtual time and without sockets.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::BytesMut;
use proptest::prelude::*;
use rtc_dtls::{
    config::{ConfigBuilder, HandshakeConfig},
    crypto::Certificate,
    endpoint::{Endpoint, EndpointEvent},
    extension::extension_use_srtp::SrtpProtectionProfile,
};
use rtc_shared::TransportProtocol;
use rtc_srtp::{
    config::{Config, LABEL_EXTRACTOR_DTLS_SRTP},
    context::Context,
    protection_profile::ProtectionProfile,
};
use rtc_stun::{
    attributes::{ATTR_USE_CANDIDATE, ATTR_USERNAME},
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{BINDING_REQUEST, BINDING_SUCCESS, Getter, Message, Setter, TransactionId},
    textattrs::TextAttribute,
    xoraddr::XorMappedAddress,
};
use sha2::{Digest, Sha256};

use super::{CONSENT_TIMEOUT, Credentials, Identity, MAX_DATAGRAMS_PER_SECOND, Output, Peer, Received};
use crate::{path::Path, time::Time};

const GCM: SrtpProtectionProfile = SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm;
const CM80: SrtpProtectionProfile = SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80;

fn at(millis: u64) -> Time {
    Time::new(Duration::from_secs(100) + Duration::from_millis(millis))
}

fn address(port: u16) -> Path {
    Path::Udp(([192, 0, 2, 7], port).into())
}

fn credentials() -> Credentials {
    Credentials { ufrag: "relay".to_owned(), password: "0123456789abcdef0123456789abcdef".to_owned() }
}

/// A check as a full ICE agent sends it.
fn check(user: &str, password: &str, nominate: bool) -> Vec<u8> {
    let provider = rtc_srtp::crypto::default_provider().unwrap();
    let mut message = Message::new();
    message.typ = BINDING_REQUEST;
    message.transaction_id = TransactionId([7; 12]);
    message.write_header();
    TextAttribute::new(ATTR_USERNAME, user.to_owned()).add_to(&mut message).unwrap();
    if nominate {
        message.add(ATTR_USE_CANDIDATE, &[]);
    }
    MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), provider.crypto()).add_to(&mut message).unwrap();
    FINGERPRINT.add_to(&mut message).unwrap();
    message.raw
}

fn good_check() -> Vec<u8> {
    check("relay:client", &credentials().password, true)
}

/// A DTLS client with its certificate and, later, its keys.
struct Client {
    endpoint: Endpoint,
    config: Arc<HandshakeConfig>,
    fingerprint: [u8; 32],
    start: Instant,
}

const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9);

impl Client {
    fn new(profiles: Vec<SrtpProtectionProfile>) -> Self {
        let provider = rtc_srtp::crypto::default_provider().unwrap();
        let certificate = Certificate::generate_self_signed(vec!["client".to_owned()], provider.crypto()).unwrap();
        let fingerprint = Sha256::digest(&certificate.certificate[0]).into();
        let builder = ConfigBuilder::default()
            .with_crypto_provider(provider)
            .with_certificates(vec![certificate])
            .with_srtp_protection_profiles(profiles)
            .with_insecure_skip_verify(true);
        let config = Arc::new(builder.build(true, None).unwrap());
        Self { endpoint: Endpoint::new(SERVER, TransportProtocol::UDP, None), config, fingerprint, start: Instant::now() }
    }

    fn hello(&mut self) -> Vec<Vec<u8>> {
        self.endpoint.connect(self.start, SERVER, self.config.clone(), None).unwrap();
        self.sent()
    }

    fn sent(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.endpoint.poll_transmit()).map(|transmit| transmit.message.to_vec()).collect()
    }

    fn hear(&mut self, bytes: &[u8]) -> bool {
        let events = self.endpoint.read(self.start, SERVER, None, BytesMut::from(bytes)).unwrap_or_default();
        events.iter().any(|event| matches!(event, EndpointEvent::HandshakeComplete))
    }

    /// Contexts to send with and to receive with.
    fn srtp(&self) -> (Context, Context, ProtectionProfile) {
        let state = self.endpoint.get_connection_state(SERVER).unwrap();
        let profile =
            if state.srtp_protection_profile() == GCM { ProtectionProfile::AeadAes128Gcm } else { ProtectionProfile::Aes128CmHmacSha1_80 };
        let mut config = Config { profile, ..Config::default() };
        let material = state.export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len()).unwrap();
        config.set_session_keys_from_keying_material(material.as_ref(), true).unwrap();
        let provider = rtc_srtp::crypto::default_provider().unwrap();
        let context = |key: &[u8], salt: &[u8]| Context::new(key, salt, profile, None, None, provider.crypto()).unwrap();
        let keys = &config.keys;
        (context(&keys.local_master_key, &keys.local_master_salt), context(&keys.remote_master_key, &keys.remote_master_salt), profile)
    }
}

fn peer(client: &Client) -> Peer {
    let identity = Identity::generate(Instant::now(), at(0)).unwrap();
    Peer::new(at(0), &identity, credentials(), "client".to_owned(), client.fingerprint)
}

fn outputs(peer: &mut Peer) -> Vec<Output> {
    std::iter::from_fn(|| peer.poll()).collect()
}

fn transmits(outputs: &[Output]) -> Vec<Vec<u8>> {
    outputs.iter().filter_map(|output| if let Output::Transmit { bytes, .. } = output { Some(bytes.clone()) } else { None }).collect()
}

/// Runs a handshake in steps of 10 ms; `lose` decides over every datagram. Returns whether both sides ended it and how long it took.
fn shake(client: &mut Client, peer: &mut Peer, mut lose: impl FnMut(bool, usize) -> bool) -> (bool, u64) {
    peer.handle(at(0), address(1), &good_check());
    let _ = outputs(peer);
    let (mut up, mut counts, mut done) = (client.hello(), [0_usize; 2], [false; 2]);
    for step in 0..600 {
        let now = at(step * 10);
        // The client repeats its last flight like any other: here by its own timer of one second.
        if client.endpoint.poll_timeout(&SERVER).is_some_and(|due| due <= client.start + Duration::from_millis(step * 10)) {
            client.endpoint.handle_timeout(SERVER, client.start + Duration::from_millis(step * 10)).unwrap();
            up.extend(client.sent());
        }
        for bytes in up.drain(..) {
            counts[0] += 1;
            if !lose(true, counts[0]) {
                peer.handle(now, address(1), &bytes);
            }
        }
        peer.tick(now);
        let told = outputs(peer);
        done[1] |= told.contains(&Output::Connected);
        for bytes in transmits(&told) {
            counts[1] += 1;
            if !lose(false, counts[1]) {
                done[0] |= client.hear(&bytes);
            }
        }
        up.extend(client.sent());
        if done == [true; 2] {
            return (true, step * 10);
        }
    }
    (false, 6000)
}

fn tcp(connection: u64) -> Path {
    Path::Tcp { from: address(1).address(), connection }
}

#[test]
fn udp_is_preferred_to_tcp_and_a_closed_connection_gives_way_at_once() {
    let mut peer = peer(&Client::new(vec![GCM]));
    peer.handle(at(0), tcp(1), &good_check());
    assert_eq!(peer.selected(), Some(tcp(1)), "the first that works");
    peer.handle(at(10), address(1), &good_check());
    assert_eq!(peer.selected(), Some(address(1)), "nominated later, and better");
    peer.handle(at(20), tcp(1), &good_check());
    assert_eq!(peer.selected(), Some(address(1)), "nominated once more, and worse");
    peer.handle(at(2100), tcp(1), &good_check());
    assert_eq!(peer.selected(), Some(tcp(1)), "nothing comes by UDP any more");
    let _ = outputs(&mut peer);
    peer.lost(tcp(1));
    assert_eq!(peer.selected(), Some(address(1)), "what is left");
    peer.lost(address(1));
    assert_eq!(peer.selected(), None);
    assert_eq!(outputs(&mut peer), [Output::Forgotten(tcp(1)), Output::Forgotten(address(1))]);
    // A new connection from the same address is another path.
    assert_eq!(peer.handle(at(2200), tcp(2), &[20; 40]), Received::Nothing);
    peer.handle(at(2200), tcp(2), &good_check());
    assert_eq!(peer.selected(), Some(tcp(2)));
}

#[test]
fn a_restart_takes_effect_with_its_first_check_and_not_before() {
    let mut peer = peer(&Client::new(vec![GCM]));
    peer.handle(at(0), address(1), &good_check());
    let other = |word: &str| Credentials { ufrag: word.to_owned(), password: format!("{word}{}", credentials().password) };
    assert_eq!(peer.restart(other("unused"), "client2".to_owned()), None);
    assert_eq!(peer.restart(other("relay2"), "client2".to_owned()), Some(other("unused")));
    let _ = outputs(&mut peer);
    peer.handle(at(10), address(1), &good_check());
    assert_eq!(transmits(&outputs(&mut peer)).len(), 1, "the session of before goes on");
    for wrong in [check("relay2:client", &other("relay2").password, true), check("relay2:client2", &credentials().password, true)] {
        peer.handle(at(20), address(2), &wrong);
        assert_eq!(outputs(&mut peer), []);
    }
    let restarted = check("relay2:client2", &other("relay2").password, true);
    peer.handle(at(30), address(2), &restarted);
    let told = outputs(&mut peer);
    assert!(told.contains(&Output::Retired(credentials())) && told.contains(&Output::Reachable(address(2))), "{told:?}");
    assert_eq!((transmits(&told).len(), peer.selected()), (1, Some(address(2))));
    peer.handle(at(40), address(1), &good_check());
    assert_eq!(outputs(&mut peer), [], "what is retired is of no use");
}

fn rtp(ssrc: u32, sequence: u16) -> Vec<u8> {
    let mut bytes = vec![0x80, 96];
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes.extend_from_slice(&[0, 0, 0, 9]);
    bytes.extend_from_slice(&ssrc.to_be_bytes());
    bytes.extend_from_slice(b"payload");
    bytes
}

#[test]
fn checks_are_answered_only_when_they_are_authentic() {
    let mut peer = peer(&Client::new(vec![GCM]));
    for wrong in [
        check("relay:other", &credentials().password, true),
        check("other:client", &credentials().password, true),
        check("relay:client", "x", true),
    ] {
        peer.handle(at(0), address(1), &wrong);
        assert_eq!(outputs(&mut peer), []);
    }
    peer.handle(at(0), address(1), &good_check());
    let told = outputs(&mut peer);
    let [Output::Transmit { to, bytes }, Output::Reachable(reached)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((*to, *reached), (address(1), address(1)));
    let mut answer = Message::new();
    answer.unmarshal_binary(bytes).unwrap();
    assert_eq!((answer.typ, answer.transaction_id), (BINDING_SUCCESS, TransactionId([7; 12])));
    let mut mapped = XorMappedAddress::default();
    mapped.get_from(&answer).unwrap();
    assert_eq!(SocketAddr::new(mapped.ip, mapped.port), address(1).address());
    let provider = rtc_srtp::crypto::default_provider().unwrap();
    MessageIntegrity::check(&mut answer, credentials().password.as_bytes(), provider.crypto()).unwrap();
    FINGERPRINT.check(&answer).unwrap();
}

#[test]
fn no_handshake_from_an_address_without_a_check() {
    let mut client = Client::new(vec![GCM]);
    let mut peer = peer(&client);
    let hello = client.hello();
    peer.handle(at(0), address(1), &hello[0]);
    assert_eq!(outputs(&mut peer), []);
    peer.handle(at(0), address(1), &good_check());
    let _ = outputs(&mut peer);
    peer.handle(at(1), address(2), &hello[0]);
    assert_eq!(outputs(&mut peer), [], "another address is another stranger");
    peer.handle(at(2), address(1), &hello[0]);
    assert!(!transmits(&outputs(&mut peer)).is_empty());
}

#[test]
fn media_go_to_the_nominated_address_and_follow_when_it_falls_silent() {
    let mut peer = peer(&Client::new(vec![GCM]));
    let plain = check("relay:client", &credentials().password, false);
    peer.handle(at(0), address(1), &plain);
    assert_eq!(peer.selected(), Some(address(1)));
    peer.handle(at(10), address(2), &good_check());
    assert_eq!(peer.selected(), Some(address(2)), "nominated");
    peer.handle(at(20), address(1), &plain);
    assert_eq!(peer.selected(), Some(address(2)));
    peer.handle(at(2100), address(3), &plain);
    assert_eq!(peer.selected(), Some(address(3)), "the old address has been silent for two seconds");
}

#[test]
fn both_profiles_are_spoken_gcm_where_it_can_be() {
    for (profiles, expected) in [(vec![CM80, GCM], GCM), (vec![GCM], GCM), (vec![CM80], CM80)] {
        let mut client = Client::new(profiles);
        let mut peer = peer(&client);
        assert!(shake(&mut client, &mut peer, |_, _| false).0);
        let (mut up, mut down, profile) = client.srtp();
        assert_eq!(
            profile as u8,
            if expected == GCM { ProtectionProfile::AeadAes128Gcm as u8 } else { ProtectionProfile::Aes128CmHmacSha1_80 as u8 }
        );
        let sealed = up.encrypt_rtp(&rtp(5, 1)).unwrap();
        assert_eq!(peer.handle(at(100), address(1), &sealed), Received::Rtp(rtp(5, 1).into()));
        assert_eq!(peer.handle(at(100), address(1), &sealed), Received::Nothing, "a replay is nothing");
        assert_eq!(peer.handle(at(100), address(9), &up.encrypt_rtp(&rtp(5, 2)).unwrap()), Received::Nothing);
        let mut out = b"before".to_vec();
        out.extend_from_slice(&rtp(6, 1));
        assert!(peer.protect_rtp(&mut out, 6));
        assert_eq!(down.decrypt_rtp(&out[6..]).unwrap(), rtp(6, 1));
        let mut report = Vec::new();
        crate::rtp::rtcp::write_pli(&mut report, 1, 2);
        let sealed = up.encrypt_rtcp(&report).unwrap();
        assert_eq!(peer.handle(at(100), address(1), &sealed), Received::Rtcp(report.into()));
    }
}

#[test]
fn a_handshake_survives_the_loss_of_any_datagram() {
    for lost_up in [true, false] {
        for lost in 1..=6 {
            let mut client = Client::new(vec![GCM]);
            let mut peer = peer(&client);
            let (done, millis) = shake(&mut client, &mut peer, |up, number| up == lost_up && number == lost);
            assert!(done, "lost {} {lost}", if lost_up { "up" } else { "down" });
            assert!(lost_up || millis <= 400, "what the server sends is repeated in tens of milliseconds: {millis}");
        }
    }
}

#[test]
fn an_unanswered_flight_is_repeated_verbatim_though_the_client_repeats_its_own() {
    let mut client = Client::new(vec![GCM]);
    let mut peer = peer(&client);
    peer.handle(at(0), address(1), &good_check());
    let _ = outputs(&mut peer);
    let send = |peer: &mut Peer, millis, datagrams: &[Vec<u8>]| {
        datagrams.iter().for_each(|bytes| drop(peer.handle(at(millis), address(1), bytes)));
        transmits(&outputs(peer))
    };
    let cookie = send(&mut peer, 1, &client.hello());
    for bytes in &cookie {
        client.hear(bytes);
    }
    let second_hello = client.sent();
    let flight = send(&mut peer, 2, &second_hello);
    assert!(!flight.is_empty());
    // The client's repeat disarms the library's own timer for good.
    send(&mut peer, 20, &second_hello);
    for (due, early) in [(42, 41), (102, 101), (192, 191)] {
        peer.tick(at(early));
        assert_eq!(transmits(&outputs(&mut peer)), [[0_u8; 0]; 0]);
        assert_eq!(peer.deadline(), at(due));
        peer.tick(at(due));
        assert_eq!(transmits(&outputs(&mut peer)), flight);
    }
}

#[test]
fn a_stranger_s_certificate_ends_the_session() {
    let mut client = Client::new(vec![GCM]);
    let mut peer = peer(&Client::new(vec![GCM]));
    peer.handle(at(0), address(1), &good_check());
    let mut up = client.hello();
    let mut told = Vec::new();
    for step in 1..20 {
        up.drain(..).for_each(|bytes| drop(peer.handle(at(step), address(1), &bytes)));
        let new = outputs(&mut peer);
        for bytes in transmits(&new) {
            client.hear(&bytes);
        }
        told.extend(new);
        up = client.sent();
    }
    assert!(told.contains(&Output::Failed("fingerprint mismatch")));
    assert!(!told.contains(&Output::Connected));
    assert_eq!(peer.handle(at(99), address(1), &good_check()), Received::Nothing);
    assert_eq!(outputs(&mut peer), [], "a failed peer is silent");
}

#[test]
fn consent_is_kept_by_checks_and_by_media_and_ends_with_silence() {
    let mut client = Client::new(vec![GCM]);
    let mut peer = peer(&client);
    assert!(shake(&mut client, &mut peer, |_, _| false).0);
    let (mut up, _, _) = client.srtp();
    peer.handle(at(20_000), address(1), &good_check());
    peer.handle(at(40_000), address(1), &up.encrypt_rtp(&rtp(5, 1)).unwrap());
    peer.tick(at(60_000));
    assert!(!outputs(&mut peer).iter().any(|output| matches!(output, Output::Failed(_))));
    assert_eq!(peer.silent_ms(at(44_000)), 4_000, "its silence is told long before");
    let end = at(40_000) + CONSENT_TIMEOUT;
    assert!(peer.deadline() <= end);
    peer.tick(end);
    assert_eq!(outputs(&mut peer), [Output::Failed("consent expired")]);
}

#[test]
fn a_good_bye_reaches_the_other_side_and_is_understood() {
    let mut client = Client::new(vec![GCM]);
    let mut peer = peer(&client);
    assert!(shake(&mut client, &mut peer, |_, _| false).0);
    peer.close(at(1000));
    let mut closed = false;
    for bytes in transmits(&outputs(&mut peer)) {
        let events = client.endpoint.read(client.start, SERVER, None, BytesMut::from(&bytes[..])).unwrap();
        closed |= events.iter().any(|event| matches!(event, EndpointEvent::PeerClosed));
    }
    assert!(closed);

    let mut client = Client::new(vec![GCM]);
    let mut peer = self::peer(&client);
    assert!(shake(&mut client, &mut peer, |_, _| false).0);
    client.endpoint.close(client.start).unwrap();
    for bytes in client.sent() {
        peer.handle(at(1000), address(1), &bytes);
    }
    assert!(outputs(&mut peer).contains(&Output::Failed("closed by the peer")));
}

#[test]
fn nobody_coming_is_noticed() {
    let mut peer = peer(&Client::new(vec![GCM]));
    let end = peer.deadline();
    peer.tick(end);
    assert_eq!(outputs(&mut peer), [Output::Failed("no connection within 30 s")]);
}

#[test]
fn a_flood_ends_the_session_and_a_fast_stream_does_not() {
    let mut client = Client::new(vec![GCM]);
    let mut quick = peer(&client);
    assert!(shake(&mut client, &mut quick, |_, _| false).0);
    for number in 0..u64::from(MAX_DATAGRAMS_PER_SECOND) {
        quick.handle(at(1000 + number * 1000 / 18_000), address(1), &[0x80; 40]);
    }
    assert_eq!(outputs(&mut quick), []);
    let mut flooding = peer(&Client::new(vec![GCM]));
    for number in 0..50_000 {
        flooding.handle(at(1000 + number / 50), address(1), &[0x80; 40]);
    }
    assert_eq!(outputs(&mut flooding), [Output::Failed("flooding")]);
}

#[test]
fn strangers_ssrcs_take_no_room() {
    let mut client = Client::new(vec![GCM]);
    let mut peer = peer(&client);
    assert!(shake(&mut client, &mut peer, |_, _| false).0);
    let (mut up, _, _) = client.srtp();
    // Thousands of forged SSRCs from the peer's own address do not lock out its true streams.
    for forged in 0..4000 {
        let mut packet = rtp(0x5000_0000 + forged, 1);
        packet.extend_from_slice(&[0; 16]);
        assert_eq!(peer.handle(at(1000 + u64::from(forged)), address(1), &packet), Received::Nothing);
    }
    for ssrc in 0..32 {
        assert_ne!(peer.handle(at(9000), address(1), &up.encrypt_rtp(&rtp(ssrc, 1)).unwrap()), Received::Nothing);
    }
    assert_eq!(
        peer.handle(at(9000), address(1), &up.encrypt_rtp(&rtp(99, 1)).unwrap()),
        Received::Nothing,
        "thirty-two streams are enough"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_from_a_checked_address_is_survived(datagrams in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 1..40)) {
        let mut client = Client::new(vec![GCM]);
        let mut peer = peer(&client);
        peer.handle(at(0), address(1), &good_check());
        for bytes in &datagrams {
            peer.handle(at(1), address(1), bytes);
        }
        let _ = outputs(&mut peer);
        prop_assert!(shake(&mut client, &mut peer, |_, _| false).0, "and the handshake goes through after it");
        for bytes in &datagrams {
            for first in [0x80_u8, 0x16, 0x01] {
                let mut bytes = bytes.clone();
                if let Some(byte) = bytes.first_mut() { *byte = first; }
                prop_assert_eq!(peer.handle(at(2), address(1), &bytes), Received::Nothing);
            }
        }
    }

    #[test]
    fn mutated_checks_are_never_taken(position in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut bytes = good_check();
        // The fingerprint at the end is only a checksum; everything before it is covered by the integrity code.
        let place = position.index(bytes.len() - 8);
        bytes[place] ^= 1 << bit;
        let mut peer = peer(&Client::new(vec![GCM]));
        peer.handle(at(0), address(1), &bytes);
        prop_assert_eq!(outputs(&mut peer), []);
    }
}

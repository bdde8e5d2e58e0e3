//! A media peer as it is met: datagrams of any kind, one after another.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use mcu_relay::path::Path;
use mcu_relay::peer::{Credentials, Identity, Output, Peer};
use mcu_relay::time::Time;

/// An ICE check (RFC 8445) of `client` for `relay` with the password below, that nominates: without one nothing else is listened to.
const CHECK: &[u8] = include_bytes!("check.bin");
/// See [`CHECK`].
const PASSWORD: &str = "0123456789abcdef0123456789abcdef";
/// Time between two datagrams: handshakes repeat themselves within a second.
const STEP: Duration = Duration::from_millis(100);
/// Rounds in which a peer is asked what it has to say; it must come to an end.
const MAX_OUTPUTS: usize = 1_000;

/// Each datagram behind its length in two bytes. The first is always an authentic check, so that handshake and media are reached: STUN, DTLS records,
/// SRTP and SRTCP are told apart by their first byte (RFC 7983).
pub(crate) fn datagrams(data: &[u8]) {
    static IDENTITY: OnceLock<Option<Identity>> = OnceLock::new();
    let begun = Time::new(Duration::from_secs(100));
    let Some(identity) = IDENTITY.get_or_init(|| Identity::generate(Instant::now(), begun).ok()) else { return };
    let local = Credentials { ufrag: "relay".to_owned(), password: PASSWORD.to_owned() };
    let mut peer = Peer::new(begun, identity, local, "client".to_owned(), [0; 32]);
    let from = Path::Udp(([192, 0, 2, 7], 7).into());
    let mut now = begun;
    drop(peer.handle(now, from, CHECK));
    let reached = std::iter::from_fn(|| peer.poll()).take(MAX_OUTPUTS).any(|output| matches!(output, Output::Transmit { .. }));
    assert!(reached, "the check is answered, so that what follows is listened to");
    let mut rest = data;
    while let Some((length, tail)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length)).min(tail.len());
        let (datagram, tail) = tail.split_at(length);
        rest = tail;
        now = now + STEP;
        drop(peer.handle(now, from, datagram));
        peer.tick(now);
        let said = std::iter::from_fn(|| peer.poll()).take(MAX_OUTPUTS).count();
        assert!(said < MAX_OUTPUTS, "one datagram makes it talk without end");
    }
}
